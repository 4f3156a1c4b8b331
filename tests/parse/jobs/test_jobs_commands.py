"""Which runs a text of commands states, and what they give their program."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.jobs import CLOSE, OPEN, Run
from ctxpack.parse.jobs import shell, table


def words(run: Run) -> list[str]:
    return [one.value.replace(OPEN, "{").replace(CLOSE, "}") for one in run.words]


@pytest.mark.parametrize(
    ("text", "program", "expected"),
    [
        ("spark-submit job.py --table a", "job.py", ["--table", "a"]),
        ("spark-submit --master yarn --conf a=b s3://x/job.py a b", "s3://x/job.py", ["a", "b"]),
        ("spark-submit --verbose --py-files dist/x.egg job.py a", "job.py", ["a"]),
        ("/opt/spark/bin/spark-submit \\\n  --name x \\\n  job.py \\\n  --table 'a b'", "job.py", ["--table", "a b"]),
        ("cd x && python -u jobs/job.py --table=a", "jobs/job.py", ["--table=a"]),
        ("ENV=dev python3 -m pkg.job a", "-m pkg.job", ["a"]),
        ("uv run job.py --day {{ ds }}", "job.py", ["--day", "{ds}"]),
        ("T=a\nspark-submit job.py --table $T", "job.py", ["--table", "a"]),
        ("spark-submit job.py --table ${T:-b} > out.txt 2>&1", "job.py", ["--table", "b"]),
        ("ARGS='--a 1 --b 2'\npython job.py $ARGS", "job.py", ["--a", "1", "--b", "2"]),
        ("python job.py $(date +%F) # a remark", "job.py", ["{command}"]),
        (
            "gcloud dataproc jobs submit pyspark gs://b/job.py --cluster=c --region r -- --table a",
            "gs://b/job.py",
            ["--table", "a"],
        ),
        ("aws emr add-steps --steps Type=Spark,Args=[--deploy-mode,cluster,s3://b/job.py,a]", "s3://b/job.py", ["a"]),
    ],
)
def test_a_command_states_a_run(text: str, program: str, expected: list[str]) -> None:
    (run,) = shell.runs(text)
    assert (run.program, words(run)) == (program, expected)


@pytest.mark.parametrize(
    "text", ["pip install x.py", "spark-submit --class a.B job.jar a", "python -c 'import x.py'", ""]
)
def test_other_commands_state_none(text: str) -> None:
    assert not [run for run in shell.runs(text) if run.program != "x.py"]


def test_a_loop_states_one_run_for_each_value() -> None:
    found = shell.runs("for t in orders users; do\n  spark-submit job.py --table $t\ndone\n")
    assert [words(run) for run in found] == [["--table", "orders"], ["--table", "users"]]


def test_lines_are_those_of_the_words() -> None:
    (run,) = shell.runs("#!/bin/sh\n\nspark-submit \\\n  job.py \\\n  --table \\\n  a\n")
    assert (run.line, [one.line for one in run.words]) == (4, [5, 6])


def test_settings_and_the_environment_are_kept_apart() -> None:
    (run,) = shell.runs("export A=1\nspark-submit --conf spark.x=2 --conf spark.executorEnv.B=3 job.py\n")
    assert [(one.name, one.value) for one in run.settings] == [("spark.x", "2"), ("spark.executorEnv.B", "3")]
    assert {one.name: one.value for one in run.environment} == {"A": "1", "B": "3"}


def test_recipes_of_a_makefile() -> None:
    (run,) = shell.read_makefile("T ?= a\n\nrun: dep\n\t@spark-submit job.py \\\n\t  --table $(T) --n $$N\n").runs
    assert words(run) == ["--table", "a", "--n", "{env.N}"]


def test_instructions_of_a_dockerfile() -> None:
    (run,) = shell.read_dockerfile('FROM x\nENV T=a\nCMD ["python", "job.py", \\\n "--table", "b"]\n').runs
    assert (words(run), run.environment[0].value) == (["--table", "b"], "a")


@pytest.mark.parametrize(
    "text", ["'" * 5000, "$(" * 5000 + " x.py", "for x in " + "a " * 9000 + "; do python x.py $x; done"]
)
def test_hostile_scripts_come_to_an_end(text: str) -> None:
    assert len(table.read("shell", text).runs) <= shell.MOST_RUNS
