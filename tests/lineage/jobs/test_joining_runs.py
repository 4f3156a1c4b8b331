"""What becomes of runs when all files of a repository are put together."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.jobs import CLOSE, OPEN, Given, JobFacts, Run
from ctxpack.lineage.jobs import launches


def hole(name: str) -> str:
    return f"{OPEN}{name}{CLOSE}"


def options(**values: str) -> tuple[Given, ...]:
    return tuple(Given(name, value, 1) for name, value in values.items())


def given(runs: tuple[Run, ...]) -> list[dict[str, str]]:
    return [{one.name: one.value.replace(OPEN, "{").replace(CLOSE, "}") for one in run.given} for run in runs]


@pytest.mark.parametrize(
    ("program", "owner", "found"),
    [
        ("../src/a.py", "resources/x.yml", "src/a.py"),
        ("src/a", "x.yml", "src/a.py"),
        ("s3://bucket/src/a.py", "x.yml", "src/a.py"),
        (f"{hole('root')}/src/a.py", "x.yml", "src/a.py"),
        ("/opt/app/b.py", "x.yml", "lib/b.py"),
        ("-m pkg.mod", "x.sh", "src/pkg/mod.py"),
        ("nb/n", "x.yml", "nb/n.ipynb"),
        ("c.py", "one/x.yml", "one/c.py"),
        ("c.py", "x.yml", ""),
        ("missing.py", "x.yml", ""),
    ],
)
def test_which_program_is_meant(program: str, owner: str, found: str) -> None:
    paths = ["src/a.py", "lib/b.py", "src/pkg/mod.py", "nb/n.ipynb", "one/c.py", "two/c.py"]
    facts = JobFacts((Run("job", 1, program, options=options(t="x")),))
    assert list(launches([(owner, facts)], [], paths)) == ([found] if found else [])


def test_words_beside_a_program_tell_which_of_several_it_is() -> None:
    facts = JobFacts((Run("job", 1, "c", options=options(t="x"), near=("jobs/two",)),))
    assert list(launches([("x.tf", facts)], [], ["jobs/one/c.py", "jobs/two/c.py"])) == ["jobs/two/c.py"]


def test_variables_have_the_values_of_the_default_target() -> None:
    bundle = JobFacts(
        variables=(Given("var.c", "none"), Given("var.s", "plain")),
        targets=(
            ("prod", (Given("var.c", "prod"),)),
            ("dev", (Given("var.c", "dev"), Given("var.s", hole("workspace.user")), Given("default", "true"))),
        ),
    )
    job = JobFacts((Run("bundle", 1, "../a.py", options=options(c=hole("var.c"), s=hole("var.s"), u=hole("var.u"))),))
    found = launches([("databricks.yml", bundle), ("resources/j.yml", job)], [], ["a.py"])
    assert given(found["a.py"]) == [{"c": "dev", "s": "plain", "u": "{u}"}]
    assert found["a.py"][0].options[0].path == "resources/j.yml"


def test_a_job_that_another_place_runs_has_the_parameters_of_both() -> None:
    glue = JobFacts(
        (Run("terraform", 1, "a.py", options=options(x="1", y="2"), names=("module.a", "a")),),
        links=(("a_job", "module.a.job_name"),),
    )
    machine = JobFacts((Run("state machine", 3, job=hole("env.a_job"), options=options(y="3")),))
    found = launches([("j.tf", glue), ("m.json", machine)], [], ["a.py"])
    assert given(found["a.py"]) == [{"x": "1", "y": "2"}, {"x": "1", "y": "3"}]


def test_a_definition_whose_parameters_are_all_replaced_is_no_run() -> None:
    glue = JobFacts((Run("terraform", 1, "a.py", options=options(x="1"), names=("orders",)),))
    machine = JobFacts((Run("state machine", 3, job="orders", options=options(x="2")),))
    assert given(launches([("j.tf", glue), ("m.json", machine)], [], ["a.py"])["a.py"]) == [{"x": "2"}]


def test_parameters_of_a_job_go_down_to_its_tasks() -> None:
    run = Run("bundle", 1, "a.py", options=options(t=f"{hole('job.parameters.d')}.t"), defaults=options(d="x", e="y"))
    assert given(launches([("j.yml", JobFacts((run,)))], [], ["a.py"])["a.py"]) == [{"t": "x.t", "d": "x", "e": "y"}]


def test_entry_points_of_a_package() -> None:
    project = JobFacts(entries=(("go", "pkg.main:start"),))
    run = Run("bundle", 1, "package:pkg", entry="go")
    (found,) = launches([("pyproject.toml", project), ("j.yml", JobFacts((run,)))], [], ["src/pkg/main.py"]).items()
    assert (found[0], found[1][0].entry) == ("src/pkg/main.py", "start")


def test_the_same_run_twice_is_one_and_names_have_no_dots() -> None:
    run = Run("job", 1, "a.py", options=options(t=f"{hole('module.lake.uri')}/x"))
    (found,) = launches([("a.tf", JobFacts((run, run)))], [], ["a.py"]).values()
    assert given(found) == [{"t": "{lake_uri}/x"}]


def test_variables_that_go_round_come_to_an_end() -> None:
    facts = JobFacts(
        (Run("job", 1, "a.py", options=options(t=hole("var.a"))),),
        (Given("var.a", f"{hole('var.b')}{hole('var.b')}"), Given("var.b", f"{hole('var.a')}{hole('var.a')}")),
    )
    assert len(launches([("a.yml", facts)], [], ["a.py"])["a.py"][0].options[0].value) < 20_000
