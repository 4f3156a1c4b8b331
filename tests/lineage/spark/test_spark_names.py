# ruff: noqa: E501  (programs stand on one line each)
"""How names of datasets are found where no literal says them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

HEAD = "df = spark.table('a')\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T = 's.b'\ndf.write.saveAsTable(T)", "s.b"),
        ("S = 's'\ndf.write.saveAsTable(f'{S}.b')", "s.b"),
        ("df.write.saveAsTable('%s.%s' % ('s', 'b'))", "s.b"),
        ("df.write.saveAsTable('{}.{t}'.format('s', t='b'))", "s.b"),
        ("df.write.saveAsTable('.'.join(['s', 'b']))", "s.b"),
        ("df.write.saveAsTable('s' + '.' + 'b')", "s.b"),
        ("df.write.saveAsTable({'x': 's.b'}['x'])", "s.b"),
        ("df.write.saveAsTable(['s.b'][0])", "s.b"),
        ("df.write.saveAsTable('S.B'.lower().strip())", "s.b"),
        ("df.write.saveAsTable('`S`.`B`')", "s.b"),
        ("import os\ndf.write.saveAsTable(os.environ.get('T', 's.b'))", "s.b"),
        ("import os\ndf.write.saveAsTable(os.environ['CAT'] + '.s.b')", "{cat}.s.b"),
        ("df.write.saveAsTable(f\"{spark.conf.get('cat')}.s.b\")", "{cat}.s.b"),
        ("df.write.saveAsTable(dbutils.widgets.get('cat') + '.s.b')", "{cat}.s.b"),
        ("dbutils.widgets.text('c', 'dev')\ndf.write.saveAsTable(dbutils.widgets.get('c') + '.b')", "dev.b"),
        ("import sys\ndf.write.saveAsTable(f'{sys.argv[1]}.s.b')", "{argv}.s.b"),
        ("import os\ndf.write.parquet(os.path.join('s3://b', 'x', 'y/'))", "s3://b/x/y"),
        ("from pathlib import Path\ndf.write.parquet(str(Path('/a') / 'b' / 'c'))", "/a/b/c"),
        ("df.write.parquet(f's3://{bucket}/silver/orders')", "s3://{bucket}/silver/orders"),
        ("df.write.parquet('s3://b//x/date=2024-01-01')", "s3://b/x"),
        ("class C:\n  T = 's.b'\ndf.write.saveAsTable(C.T)", "s.b"),
        ("from enum import Enum\nclass E(Enum):\n  T = 's.b'\ndf.write.saveAsTable(E.T.value)", "s.b"),
        (
            "from dataclasses import dataclass\n@dataclass\nclass C:\n  db: str\n  t: str = 'b'\n"
            "c = C('s')\ndf.write.saveAsTable(f'{c.db}.{c.t}')",
            "s.b",
        ),
        (
            "class C:\n  def __init__(self, t):\n    self.t = t\n  @property\n  def full(self):\n    return 's.' + self.t\n"
            "df.write.saveAsTable(C('b').full)",
            "s.b",
        ),
        ("import json\ndf.write.saveAsTable(json.loads('{\"t\": \"s.b\"}')['t'])", "s.b"),
        (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--out-table', default='s.b')\n"
            "a = p.parse_args()\ndf.write.saveAsTable(a.out_table)",
            "s.b",
        ),
        (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--env')\n"
            "a = p.parse_args()\ndf.write.saveAsTable(f'{a.env}.s.b')",
            "{env}.s.b",
        ),
        ("def name(t, s='s'):\n  return f'{s}.{t}'\ndf.write.saveAsTable(name('b'))", "s.b"),
        ("from functools import partial\ndef w(s, t):\n  df.write.saveAsTable(s + t)\npartial(w, 's.')('b')", "s.b"),
    ],
)
def test_a_name_is_folded(targets: Callable[..., list[str]], text: str, expected: str) -> None:
    assert targets(HEAD + text) == [expected]


def test_loops_over_what_is_known_are_unrolled(targets: Callable[..., list[str]]) -> None:
    text = "for s, t in {'x': 'a', 'y': 'b'}.items():\n  spark.table(t).write.saveAsTable(f'{s}.{t}')\n"
    assert sorted(targets(text)) == ["x.a", "y.b"]
    assert targets("[spark.table(t).write.saveAsTable('o.' + t) for t in ('a', 'b')]") == ["o.a", "o.b"]


def test_both_ways_of_an_unknown_condition_count_with_less_confidence(sites: Callable) -> None:
    found = sites(HEAD + "t = 'dev.b' if flag else 'prod.b'\ndf.write.saveAsTable(t)").writes
    assert [(one.target, one.confidence) for one in found] == [("dev.b", 0.5), ("prod.b", 0.5)]


def test_confidence_says_how_the_name_was_found(sites: Callable) -> None:
    text = HEAD + (
        "T = 's.' + 'b'\ndf.write.saveAsTable('s.a')\ndf.write.saveAsTable(T)\n"
        "def save(x, t):\n  x.write.saveAsTable(t)\nsave(df, 's.c')\ndf.write.saveAsTable(f'{cat}.s.d')\n"
    )
    found = {one.target: one.confidence for one in sites(text).writes}
    assert found == {"s.a": 1.0, "s.b": 0.95, "s.c": 0.9, "{cat}.s.d": 0.7}


def test_a_wrapper_writes_where_it_is_called(sites: Callable) -> None:
    found = sites(
        {
            "lib/io.py": "DB = 'silver'\ndef save(df, table, mode='append'):\n  df.write.mode(mode).saveAsTable(f'{DB}.{table}')\n",
            "jobs/one.py": "from lib.io import save\nsave(spark.table('a'), 'one')\n",
            "jobs/two.py": "from lib import io\ndef run():\n    io.save(spark.table('b'), table='two', mode='overwrite')\n",
        }
    )
    assert [(one.path, one.line, one.target, one.mode) for one in found.writes] == [
        ("jobs/one.py", 2, "silver.one", "append"),
        ("jobs/two.py", 3, "silver.two", "overwrite"),
    ]
    assert not found.unresolved


def test_a_job_that_inherits_its_run_is_where_its_class_is(sites: Callable) -> None:
    found = sites(
        {
            "base.py": "from abc import ABC\nclass Job(ABC):\n  def __init__(self, spark):\n    self.spark = spark\n"
            "  def run(self):\n    self.build(self.spark.table(self.source)).write.saveAsTable(self.target)\n",
            "orders.py": "from base import Job\n\nclass Orders(Job):\n  source = 'bronze.orders'\n  target = 'silver.orders'\n"
            "  def build(self, df):\n    return df.distinct()\n",
        }
    )
    (one,) = found.writes
    assert (one.path, one.line, one.target) == ("orders.py", 3, "silver.orders")
    assert "Job.run at base.py:6" in one.evidence


def test_settings_come_from_files_of_the_repository(targets: Callable[..., list[str]]) -> None:
    files = {
        "conf/jobs.yaml": "tables:\n  - {from: a, to: s.a}\n  - {from: b, to: s.b}\n",
        "src/job.py": "import yaml\nfrom pathlib import Path\nCONF = Path(__file__).parents[1] / 'conf'\n"
        "for t in yaml.safe_load((CONF / 'jobs.yaml').read_text())['tables']:\n"
        "  spark.table(t['from']).write.saveAsTable(t['to'])\n",
        "src/other.py": "import yaml\nwith open('conf/jobs.yaml') as f:\n  conf = yaml.safe_load(f)\n"
        "spark.table('a').write.saveAsTable(conf['tables'][1]['to'] + '_copy')\n",
    }
    assert sorted(targets(files)) == ["s.a", "s.b", "s.b_copy"]


def test_a_name_of_which_nothing_is_known_is_told_and_not_guessed(sites: Callable) -> None:
    found = sites("def load(table):\n  return spark.table(table)\n")
    assert not found.reads and not found.writes
    assert [(one.line, one.expression) for one in found.unresolved] == [(2, "spark.table(table)")]


def test_what_is_under_main_and_what_nobody_calls_is_entered(targets: Callable[..., list[str]]) -> None:
    text = (
        "def helper():\n  return spark.table('a')\ndef scheduled(env):\n  helper().write.saveAsTable(f'{env}.s.x')\n"
        "def main():\n  helper().write.saveAsTable('s.y')\nif __name__ == '__main__':\n  main()\n"
    )
    assert targets(text) == ["{env}.s.x", "s.y"]


def test_tests_read_but_do_not_make_datasets(sites: Callable) -> None:
    found = sites({"tests/test_a.py": "spark.table('s.a').write.saveAsTable('s.b')\n"})
    assert [one.dataset for one in found.reads] == ["s.a"] and not found.writes


def test_a_notebook_runs_another(targets: Callable[..., list[str]]) -> None:
    files = {
        "nb/setup.py": "# Databricks notebook source\ncatalog = 'c'\n",
        "nb/job.py": "# Databricks notebook source\n# MAGIC %run ./setup\n\n# COMMAND ----------\n\n"
        "spark.table('a').write.saveAsTable(f'{catalog}.b')\n",
    }
    assert targets(files) == ["c.b"]


def test_objects_that_can_be_gone_over(targets: Callable[..., list[str]]) -> None:
    text = """
class Tables:
    def __init__(self, names):
        self.names = names
    def __iter__(self):
        for name in self.names:
            yield f's.{name}'
class Rows:
    rows = ['u.c', 'u.d']
    def __len__(self):
        return len(self.rows)
    def __getitem__(self, number):
        return self.rows[number]
df = spark.table('a')
for name in Tables(['a', 'b']):
    df.write.saveAsTable(name)
for name in [*Rows()]:
    df.write.saveAsTable(name)
first, second = Rows()
df.write.saveAsTable(f'{first}_{second[2:]}')
"""
    assert targets(text) == ["s.a", "s.b", "u.c", "u.d", "u.c_d"]


@pytest.mark.parametrize("type_", ["Config", "'Config'", "Optional[Config]", "'Config | None'"])
def test_an_argument_that_nobody_gives_is_an_object_of_its_type(targets: Callable[..., list[str]], type_: str) -> None:
    text = f"""
from dataclasses import dataclass
@dataclass
class Config:
    catalog: str
    schema: str = 'gold'
    def table(self, name):
        return f'{{self.catalog}}.{{self.schema}}.{{name}}'
def build(spark, config: {type_}):
    spark.table('a').write.saveAsTable(config.table('b'))
"""
    assert targets(text) == ["{catalog}.gold.b"]
