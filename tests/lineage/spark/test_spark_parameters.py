# ruff: noqa: E501  (programs stand on one line each)
"""Parameters of programs that configurations give: one interpretation for each run."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.jobs import Given, Keyed, Run, Said
from ctxpack.datamodel.lineage import Sites
from ctxpack.lineage import sql
from ctxpack.lineage.spark import interpret, started
from ctxpack.parse.schemas.table import read
from ctxpack.parse.spark.notebooks import of_sql

HEAD = "df = spark.table('a')\n"


def run(files: dict[str, str], *runs: Run, path: str = "job.py") -> Sites:
    programs = {name: read("pipeline", text).program for name, text in files.items()}
    return interpret({name: one for name, one in programs.items() if one}, lambda *_: (), sql, {}, {path: runs})


def words(*texts: str) -> Run:
    return Run("job", 1, "job.py", words=tuple(Given("", text, 7, "conf.yml") for text in texts))


def options(**values: str) -> Run:
    return Run("job", 1, "job.py", options=tuple(Given(name, value, 7, "conf.yml") for name, value in values.items()))


def settings(**values: str) -> Run:
    given = tuple(Given(name.replace("__", "."), value, 7, "conf.yml") for name, value in values.items())
    return Run("job", 1, "job.py", settings=given, environment=given)


ARGPARSE = "import argparse\np = argparse.ArgumentParser()\n{}\na = p.parse_args()\ndf.write.saveAsTable(a.t)"


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (ARGPARSE.format("p.add_argument('--t')"), words("--t", "s.b")),
        (ARGPARSE.format("p.add_argument('--t')"), words("--t=s.b")),
        (ARGPARSE.format("p.add_argument('--t')"), options(t="s.b")),
        (ARGPARSE.format("p.add_argument('-x', '--table', dest='t', default='no')"), words("-x", "s.b")),
        (ARGPARSE.format("p.add_argument('t')"), words("s.b")),
        (ARGPARSE.format("p.add_argument('--f', action='store_true'); p.add_argument('t')"), words("--f", "s.b")),
        (ARGPARSE.format("p.add_argument('--n', type=int); p.add_argument('t')"), words("--n", "3", "--unknown", "x", "s.b")),
        (ARGPARSE.format("g = p.add_argument_group(); g.add_argument('--t')"), words("--t", "s.b")),
        ("import argparse, sys\ndef main(argv):\n  p = argparse.ArgumentParser()\n  p.add_argument('--t')\n  df.write.saveAsTable(vars(p.parse_args(argv))['t'])\nmain(sys.argv[1:])", words("--t", "s.b")),
        ("import sys\ndf.write.saveAsTable(sys.argv[1])", words("s.b")),
        ("from sys import argv\n_, t = argv\ndf.write.saveAsTable(t)", words("s.b")),
        ("df.write.saveAsTable(dbutils.widgets.get('t'))", options(t="s.b")),
        ("dbutils.widgets.text('t', 'no')\ndf.write.saveAsTable(dbutils.widgets.getAll()['t'])", options(t="s.b")),
        ("import sys\nfrom awsglue.utils import getResolvedOptions\nargs = getResolvedOptions(sys.argv, ['JOB_NAME', 't'])\ndf.write.saveAsTable(args['t'])", options(t="s.b")),
        ("import sys\nt = 's.b' if '--t' in sys.argv else 'no'\ndf.write.saveAsTable(t)", options(t="x")),
        ("df.write.saveAsTable(spark.conf.get('lake.t'))", settings(lake__t="s.b")),
        ("df.write.saveAsTable(spark.conf.get('spark.lake.t', 'no'))", settings(lake__t="s.b")),
        ("import os\ndf.write.saveAsTable(os.environ['T'])", settings(T="s.b")),
        ("import os\ndf.write.saveAsTable(os.getenv('T', 'no'))", settings(T="s.b")),
        ("import click\n@click.command()\n@click.argument('name')\n@click.option('--t', default='no')\ndef main(name, t):\n  df.write.saveAsTable(t)\nif __name__ == '__main__':\n  main()", words("x", "--t", "s.b")),
        ("import click\n@click.command()\n@click.option('-o', '--out-table', 't')\ndef main(t):\n  df.write.saveAsTable(t)", words("--out-table", "s.b")),
        ("import typer\napp = typer.Typer()\n@app.command()\ndef main(t: str, n: int = typer.Option(3)):\n  df.write.saveAsTable(t)\nif __name__ == '__main__':\n  app()", words("--n", "4", "s.b")),
        ("import typer\ndef main(t: str = typer.Option('no', '--out')):\n  df.write.saveAsTable(t)\ntyper.run(main)", words("--out", "s.b")),
        ("import fire\ndef main(t='no'):\n  df.write.saveAsTable(t)\nfire.Fire(main)", words("--t=s.b")),
    ],
)  # fmt: skip
def test_a_parameter_has_the_value_that_a_run_gives(text: str, given: Run) -> None:
    assert [one.target for one in run({"job.py": HEAD + text}, given).writes] == ["s.b"]


def test_the_evidence_tells_which_parameter_and_where_it_is_given() -> None:
    text = HEAD + "c, t = dbutils.widgets.get('c'), dbutils.widgets.get('t')\ndf.write.saveAsTable(f'{c}.s.{t}')"
    (write,) = run({"job.py": text}, options(c="lake", t="b")).writes
    assert write.evidence == "saveAsTable with c of conf.yml:7, t of conf.yml:7"
    assert (write.path, write.line) == ("job.py", 3)


def test_parameters_in_cells_of_sql() -> None:
    text = "# Databricks notebook source\nspark.conf.set('x', 'y')\n# COMMAND ----------\n# MAGIC %sql\n# MAGIC CREATE TABLE ${c}.s.b AS SELECT * FROM ${c}.s.a\n"
    (write,) = run({"job.py": text}, options(c="lake")).writes
    assert (write.target, write.evidence) == ("lake.s.b", "a cell of SQL with c of conf.yml:7")


def test_what_one_run_gives_stays_together() -> None:
    text = "spark.table(dbutils.widgets.get('i')).write.saveAsTable(dbutils.widgets.get('o'))"
    found = run({"job.py": text}, options(i="a1", o="b1"), options(i="a2", o="b2")).writes
    assert [(one.plan.dataset, one.target) for one in found] == [("a1", "b1"), ("a2", "b2")]  # type: ignore[union-attr]


def test_modules_that_ask_while_they_are_loaded_are_others_in_each_run() -> None:
    files = {
        "conf.py": "import os\nC = os.environ['C']\n",
        "names.py": "from conf import C\nT = f'{C}.b'\n",
        "job.py": "from names import T\nspark.table('a').write.saveAsTable(T)\n",
        "other.py": "from names import T\nspark.table('a').write.saveAsTable(T)\n",
    }
    assert [one.target for one in run(files, settings(C="x"), settings(C="y")).writes] == ["x.b", "y.b", "{c}.b"]


def test_a_value_that_is_not_known_leaves_the_default_or_the_name() -> None:
    text = HEAD + "df.write.saveAsTable(dbutils.widgets.get('t') + '.b')"
    assert [one.target for one in run({"job.py": text}, options(t="\ue000x\ue001")).writes] == ["{t}.b"]
    text = HEAD + "dbutils.widgets.text('t', 's')\ndf.write.saveAsTable(dbutils.widgets.get('t') + '.b')"
    assert [one.target for one in run({"job.py": text}, options(t="\ue000x\ue001")).writes] == ["s.b"]
    assert [one.target for one in run({"job.py": text}, options(t="\ue000x\ue001_1")).writes] == ["{x}_1.b"]


def test_the_function_by_which_a_run_enters_is_called() -> None:
    text = "def main():\n  spark.table('a').write.saveAsTable(dbutils.widgets.get('t'))\n"
    given = options(t="s.b")
    entry = Run("job", 1, "job.py", entry="main", options=given.options)
    assert [one.target for one in run({"job.py": text}, entry).writes] == ["s.b"]


def test_a_module_of_many_constants_costs_its_importers_nothing() -> None:
    files = {
        "names.py": "\n".join(f"N{i} = 'x{i}' + 'y'" for i in range(4_000)) + "\n",
        "job.py": "import names\nspark.table('a').write.saveAsTable('b')\n",
    }
    assert [one.target for one in run(files).writes] == ["b"]


def test_calls_that_start_programs_are_told() -> None:
    text = """
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
BASE = "jobs"
for name in ("orders", "users"):
    SparkSubmitOperator(task_id=name, application=f"{BASE}/job.py", application_args=["--t", name, "--d", "{{ ds }}"])
"""
    program = read("pipeline", text).program
    assert program is not None
    found = started({"dag.py": program}, ["dag.py"], lambda *_: (), sql, {})
    assert [dict(one.keywords.items)["application"].value for one in found] == ["jobs/job.py"] * 2  # type: ignore[union-attr]
    assert isinstance(found[0].keywords, Keyed)
    assert Said("orders", "dag.py", 4) in dict(found[0].keywords.items)["application_args"].items  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nsys.argv.append('--t')\nsys.argv.append('s.b')\ndf.write.saveAsTable(sys.argv[2])",
        "import sys\nsys.argv.extend(['--t', 's.b'])\nfrom awsglue.utils import getResolvedOptions\ndf.write.saveAsTable(getResolvedOptions(sys.argv, ['t'])['t'])",
        "import sys\nsys.argv += ['x']\nsys.argv = ['job', '--t=s.b']\n" + ARGPARSE.format("p.add_argument('--t')"),
        "import sys\nsys.argv = ['job', '--other', 'x']\ndf.write.saveAsTable('no' if '--t' in sys.argv else 's.b')",
        "import os\nos.environ['T'] = 's.b'\ndf.write.saveAsTable(os.environ.get('T', 'no'))",
        "import os\nos.environ.update({'T': 's.b'})\ndf.write.saveAsTable(os.environ['T'])",
    ],
)
def test_a_program_that_gives_itself_parameters(text: str) -> None:
    assert [one.target for one in run({"job.py": HEAD + text}).writes] == ["s.b"]


def test_what_a_program_gives_itself_is_not_what_the_next_one_gets() -> None:
    asks = "import os, sys\ndf.write.saveAsTable('s.' + os.environ.get('T', 'b') + sys.argv[1])"
    found = run(
        {"a.py": "import os, sys\nos.environ['T'] = 'a'\nsys.argv = ['a', 'x']\n" + HEAD, "job.py": HEAD + asks}
    )
    assert [one.target for one in found.writes] == ["s.b{argv}"]


def test_a_run_goes_before_what_a_program_gives_itself() -> None:
    text = HEAD + "import os\nos.environ['T'] = 'no'\ndf.write.saveAsTable(os.environ['T'])"
    assert [one.target for one in run({"job.py": text}, settings(T="s.b")).writes] == ["s.b"]


def test_what_a_program_is_given_is_handed_on() -> None:
    text = "import spark\ndbutils.notebook.run('b', 60, {'name': dbutils.widgets.get('t') + '_out'})"
    programs = {"job.py": read("pipeline", text).program}
    found = started(programs, ["job.py"], lambda *_: (), sql, {}, launches={"job.py": (options(t="s.b"),)})
    assert [one.args.items[2] for one in found] == [Keyed((("name", Said("s.b_out", "job.py", 2)),))]


@pytest.mark.parametrize(
    ("jinja", "expected"),
    [
        ("{{ ds }}", "{ds}"),
        ("{{ dag_run.conf['day'] }}", "{dag_run_conf_day}"),
        ("{{ macros.ds_add(ds, -1) }}", "{macros_ds_add}"),
        ("{% if late %}a{% else %}b{% endif %}", "{late}"),
    ],
)
def test_what_a_workflow_fills_in_later_is_an_unknown_part(jinja: str, expected: str) -> None:
    text = f"""
from airflow.operators.python import PythonOperator
def load(day, target, line):
    df = spark.read.parquet('s3://b/raw/' + ('x' if day == 'y' else day.split('/')[0]))
    df.write.parquet(target.format(day))
    spark.sql(f'insert into s.{{target[7:10]}} select * from t_{{line}}')
PythonOperator(task_id='x', python_callable=load, op_args=["{jinja}"], op_kwargs={{'target': 's3://b/out/{{}}', 'line': 'a'}})
spark.table("s.t_{jinja}")
"""
    found = run({"job.py": text})
    assert [one.target for one in found.writes] == ["s.out", f"s3://b/out/{expected}"]
    assert [one.dataset for one in found.reads] == ["s3://b/raw/x", "t_a", f"s3://b/raw/{expected}", f"s.t_{expected}"]
    assert not found.unresolved


def test_a_notebook_of_sql_has_what_a_run_gives_it() -> None:
    program = of_sql("-- Databricks notebook source\n\ncreate table ${t} as\nselect * from $s.a")
    assert program is not None
    found = interpret({"job.sql": program}, lambda *_: (), sql, {}, {"job.sql": (options(t="s.b", s="raw"),)})
    assert [(one.target, one.line, one.evidence) for one in found.writes] == [
        ("s.b", 3, "a cell of SQL with t of conf.yml:7, s of conf.yml:7")
    ]
    assert [one.dataset for one in found.reads] == ["raw.a"]
    assert interpret({"job.sql": program}, lambda *_: (), sql, {}) == Sites()
