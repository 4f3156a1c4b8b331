"""Data that goes wrong in all ways at once, through the command line: an answer, within bounds of time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits are those of POSIX")

SECONDS = 20
MEGABYTES = 900
PROJECT = "name: shop\nprofile: shop\n"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)
ROW = "INSERT INTO t (id, a) VALUES ({}, 'it''s (some) text; with -- marks');\n"
HALVES = {
    "a.sql": "select from where join on (((\ncreate table t (a int,\ninsert into\nselect a from",
    "b.sql": "create view v as select * from (select 'abc\n from t; select $$ unclosed",
    "c.sql": "(" * 100_000,
    "d.sql": "select " + "case when a then " * 2_000 + "1" + " end" * 2_000 + " from t",
    "e.sql": "select " + "+".join(["a"] * 10_000) + " from t",
    "f.sql": "with c0 as (select * from t)"
    + "".join(f", c{n} as (select a.* from c{n - 1} a join c{n - 1} b using (id))" for n in range(1, 60))
    + " select * from c59",
    "g.sql": "'" * 99_999,
    "h.sql": "{{ " * 5_000,
    "i.sql": "$a$" * 10_000,
    "j.sql": "/* unclosed " * 1_000,
    "ok.sql": "create view fine as select id from t;",
    ".sqlfluff": "[sqlfluff]\ndialect = klingon\n",
}
CYCLES = {
    "dbt_project.yml": PROJECT,
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: klingon}}}\n",
    "models/self.sql": "select * from {{ ref('self') }}",
    **{f"models/m{n}.sql": f"select a.* from {{{{ ref('m{(n + 1) % 40}') }}}} a" for n in range(40)},
    **{f"models/d{n}/same.sql": "select 1 as id" for n in range(5)},
    "models/fine.sql": "select id from {{ ref('same') }}",
}
TEMPLATES = {
    "dbt_project.yml": PROJECT,
    "macros/m.sql": "{% macro f(x) %}{{ g(x) }}{% endmacro %}{% macro g(x) %}{{ f(x) }}{% endmacro %}",
    "models/recursive.sql": "select {{ f(1) }}",
    "models/loop.sql": "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}",
    "models/memory.sql": "{% set x = ['a'] %}{% for i in range(60) %}{% set _ = x.extend(x) %}{% endfor %}select 1",
    "models/long.sql": "select {{ 'a' * 10000000000 }}",
    "models/deep.sql": "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
    "models/half.sql": "select {{ ref('fine' }} {% if %}",
    "models/fine.sql": "select id from {{ ref('loop') }}",
    "models/s.yml": 'models: [{name: fine, config: {alias: "{{ f(1) }}"}}]\n',
}
BOMBS = {
    "dbt_project.yml": PROJECT,
    "models/fine.sql": "select 1 as id",
    "models/s.yml": f"{BOMB}models: *a9\n",
    "models/itself.yml": "a: &a {b: *a}\nmodels: *a\n",
    "models/nested.yml": "models: " + "[" * 20_000 + "]" * 20_000 + "\n",
    "job.yml": f"{BOMB}table: *a9\n",
    "databricks.yml": f"bundle: {{name: x}}\n{BOMB}resources: {{jobs: *a9}}\n",
    "openapi.yaml": f"openapi: 3.0.0\n{BOMB}components: {{schemas: *a9}}\n",
    "job.py": "import yaml\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
    "c = yaml.safe_load(open('job.yml'))\nspark.read.table(c['table']).write.saveAsTable('x.y')\n",
}
WIDE = {
    "w.sql": "create table w (" + ",\n".join(f"c{n} int not null" for n in range(10_000)) + ");\n"
    "create view fine as select *, c1 + c2 as z from w;\n",
}


def run(where: Path, *arguments: str, code: int = 0) -> tuple[str, str]:
    """What a verb says on stdout and stderr, within the bounds of time and memory."""
    out, err = where.parent / "out", where.parent / "err"
    place = ["-C", str(where), "--cache-dir", str(where.parent / "cache")]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            ["sh", "-c", f'ulimit -t {SECONDS}; exec "$@"', "sh", sys.executable, "-m", "ctxpack", *arguments, *place],
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        # Of this process alone: what other tests started may have taken more.
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    told = err.read_text()
    assert process.returncode == code, told[-2_000:]
    assert "Traceback" not in told
    assert usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10) < MEGABYTES
    return out.read_text(), told


def laid_out(where: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(text)
    return where


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (HALVES, "SQL that cannot be read"),
        (CYCLES, "dbt takes no two of one name"),
        (TEMPLATES, "half.sql is no template"),
        (BOMBS, "expands to more than can be read"),
        (WIDE, ""),
    ],
    ids=["half-written", "cycles", "templates", "bombs", "wide"],
)
def test_what_can_be_read_is_and_the_rest_is_told(tmp_path: Path, files: dict[str, str], said: str) -> None:
    where = laid_out(tmp_path / "r", files)
    # Where nothing can be told to be made from anything, the exit code says so.
    lineage, told = run(where, "lineage", "--columns", "--format", "json", "-v", code=int(files is BOMBS))
    names = {one["name"] for one in json.loads(lineage)["datasets"]}
    assert "fine" in names
    assert said in told
    tables = {one["name"] for one in json.loads(run(where, "schema", "--format", "json")[0])["tables"]}
    assert names == tables
    run(where, "build", "-t", "Fix the table fine", "--budget", "16k")


def test_a_dump_of_fifty_megabytes_is_read_as_far_as_it_says_something(tmp_path: Path) -> None:
    where = laid_out(tmp_path / "r", {"ctxpack.toml": "max-file-bytes = 100_000_000\n"})
    with (where / "dump.sql").open("w") as dump:
        dump.write("CREATE TABLE t (id int NOT NULL, a text);\nCREATE VIEW fine AS SELECT id FROM t;\n")
        block = "".join(map(ROW.format, range(10_000)))
        for _ in range(50_000_000 // len(block) + 1):
            dump.write(block)
    lineage, told = run(where, "lineage", "--format", "json")
    assert [one["name"] for one in json.loads(lineage)["datasets"]] == ["fine", "t"]
    (fine, table) = json.loads(run(where, "schema", "--format", "json")[0])["tables"][::-1]
    assert (fine["name"], table["name"]) == ("fine", "t")
    assert len(table["written_by"]) < 20
    assert "only the first" in told


def test_a_dialect_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    where = laid_out(tmp_path / "r", {"a.sql": "select 1", "ctxpack.toml": 'sql-dialect = "snowflaek"\n'})
    _, told = run(where, "lineage", code=2)
    assert told.count("\n") == 1
    assert "did you mean snowflake?" in told
