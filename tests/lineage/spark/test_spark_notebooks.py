# ruff: noqa: E501  (programs stand on one line each)
"""Notebooks that run notebooks in their own namespace, and what frameworks of classes do with settings."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.lineage.algebra.plans import scans

EXPORT = "# Databricks notebook source\n"


def run(path: str) -> str:
    return f"# MAGIC %run {path}\n\n# COMMAND ----------\n"


def test_a_notebook_that_is_run_sees_and_leaves_names(targets: Callable[..., list[str]]) -> None:
    files = {
        "main.py": f"{EXPORT}MODE = 'x'\n# COMMAND ----------\n{run('./lib/params')}spark.table('a').write.saveAsTable(T)\n",
        "lib/params.py": f"{EXPORT}{run('./names')}T = f'{{S}}.{{MODE}}'\n",
        "lib/names.py": f"{EXPORT}S = 's'\n",
    }
    assert targets(files) == ["s.x"]


def test_places_are_those_of_the_notebook_that_is_run(sites: Callable) -> None:
    files = {
        "main.py": f"{EXPORT}T = 's.b'\n# COMMAND ----------\n{run('./step')}",
        "step.py": f"{EXPORT}spark.table('a').write.saveAsTable(T)\n",
    }
    (write,) = sites(files).writes
    assert (write.target, write.path, write.line) == ("s.b", "step.py", 2)


def test_notebooks_that_run_each_other_come_to_an_end(targets: Callable[..., list[str]]) -> None:
    files = {
        "a.py": f"{EXPORT}{run('./b')}",
        "b.py": f"{EXPORT}{run('./a')}spark.table('a').write.saveAsTable('s.b')\n",
    }
    assert targets(files) == ["s.b"]


def test_a_widget_ends_before_a_dot(targets: Callable[..., list[str]]) -> None:
    text = (
        f"{EXPORT}spark.conf.set('x', 'y')\n# COMMAND ----------\n"
        "# MAGIC %sql\n# MAGIC CREATE TABLE $out.t AS SELECT * FROM ${in}.u\n"
    )
    assert targets(text) == ["{out}.t"]


def test_fields_of_a_base_that_is_a_dataclass(targets: Callable[..., list[str]]) -> None:
    text = (
        "from dataclasses import dataclass, field\nNAMES = field(default_factory=lambda: {'b': 's.b'})\n"
        "@dataclass(frozen=True)\nclass Base:\n  names: dict = NAMES\nclass Params(Base):\n  pass\n"
        "spark.table('a').write.saveAsTable(Params().names['b'])\n"
    )
    assert targets(text) == ["s.b"]


def test_an_object_says_what_it_holds(targets: Callable[..., list[str]]) -> None:
    text = (
        "class Context:\n  def __init__(self):\n    self.held = {}\n  def __setitem__(self, k, v):\n    self.held[k] = v\n"
        "  def __contains__(self, k):\n    return k in self.held\n"
        "c = Context()\nc['x'] = 1\nname = 's.b' if 'x' in c else 's.c'\nspark.table('a').write.saveAsTable(name)\n"
    )
    assert targets(text) == ["s.b"]


def test_a_read_is_told_where_it_stands(sites: Callable) -> None:
    files = {
        "main.py": f"{EXPORT}{run('./lib')}\n\n\nread('a').write.saveAsTable('s.b')\n",
        "lib.py": f"{EXPORT}def read(name):\n  return spark.table('other').join(spark.table(name), 'id')\n",
    }
    (write,) = sites(files).writes
    assert [(one.dataset, one.path, one.line) for one in scans(write.plan)] == [
        ("other", "lib.py", 3),
        ("a", "main.py", 8),
    ]


def test_a_global_view_joins_the_notebooks_that_share_it(sites: Callable) -> None:
    files = {
        "a.py": f"{EXPORT}spark.sql('CREATE OR REPLACE GLOBAL TEMP VIEW V AS SELECT * FROM raw.t')\nspark.table('x').createOrReplaceGlobalTempView('w')\n",
        "b.py": f"{EXPORT}spark.sql('CREATE TABLE s.b AS SELECT * FROM global_temp.v')\nspark.table('global_temp.w').write.saveAsTable('s.c')\n",
    }
    found = sites(files).writes
    assert [(one.target, one.kind, [scan.dataset for scan in scans(one.plan)]) for one in found] == [
        ("global_temp.v", "view", ["raw.t"]),
        ("global_temp.w", "view", ["x"]),
        ("s.b", "table", ["global_temp.v"]),
        ("s.c", "table", ["global_temp.w"]),
    ]


def test_a_global_view_that_only_its_notebook_reads_is_no_dataset(targets: Callable[..., list[str]]) -> None:
    text = (
        "spark.sql('CREATE GLOBAL TEMPORARY VIEW v AS SELECT * FROM a')\n"
        "spark.table('global_temp.v').write.saveAsTable('s.b')\n"
    )
    assert targets(text) == ["s.b"]


def test_cells_of_sql_without_their_prefix_and_with_a_title(targets: Callable[..., list[str]]) -> None:
    text = (
        f"{EXPORT}\n# COMMAND ----------\n\n# DBTITLE 1,Orders\n %sql\n -- a remark\n CREATE TABLE s.b AS\n SELECT * FROM s.a\n"
        "\n# COMMAND ----------\n\n# a remark\nspark.table('s.b').write.saveAsTable('s.c')\n"
    )
    assert targets(text) == ["s.b", "s.c"]


def test_a_cell_of_nothing_but_comments_is_nothing(sites: Callable) -> None:
    cell = "# Databricks notebook source\n# MAGIC %sql\n# MAGIC -- create table {x}.b\n# MAGIC /* of $y.a */\n"
    assert not sites(cell).unresolved


def test_a_cell_of_sql_has_the_defaults_of_widgets(sites: Callable) -> None:
    text = (
        "# Databricks notebook source\ndbutils.widgets.text('db', 'silver', 'Database')\n# COMMAND ----------\n"
        "# MAGIC %sql\n# MAGIC create table $db.b as select * from ${db}.a\n"
    )
    found = sites(text)
    assert [(one.target, one.confidence) for one in found.writes] == [("silver.b", 0.95)]
    assert [one.dataset for one in found.reads] == ["silver.a"]
