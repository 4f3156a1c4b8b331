"""Programs that go over the columns of a frame, where only a definition in SQL tells which those are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack.api import Index

DDL = """
CREATE TABLE lake.raw.people (id BIGINT NOT NULL, name STRING, mail STRING, tags ARRAY<STRING>) USING delta;
CREATE TABLE lake.raw.other (x INT) USING delta;
CREATE TABLE bronze.events (x INT) USING delta;
CREATE TABLE silver.events (y INT) USING delta;
"""
HEAD = "from pyspark.sql import functions as F\n"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (
            "def prefixed(prefix):\n"
            "    return lambda df: df.select([F.col(c).alias(f'{prefix}_{c}') for c in df.columns])\n"
            "spark.table('lake.raw.people').transform(prefixed('p')).write.saveAsTable('silver.t')",
            {"p_id": ["id"], "p_name": ["name"], "p_mail": ["mail"], "p_tags": ["tags"]},
        ),
        (
            "df = spark.read.table('raw.people').where('id > 1').drop('tags')\n"
            "for name in df.columns:\n"
            "    df = df.withColumnRenamed(name, name.upper())\n"
            "df.write.saveAsTable('silver.t')",
            {"ID": ["id"], "NAME": ["name"], "MAIL": ["mail"]},
        ),
        (
            "df = spark.table('lake.raw.people').withColumn('n', F.col('id').cast('int'))\n"
            "texts = [name for name, kind in df.dtypes if kind == 'string']\n"
            "whole = [name for name, kind in df.dtypes if kind in ('bigint', 'int')]\n"
            "df.select(*whole, *[F.trim(c).alias(c) for c in texts]).write.saveAsTable('silver.t')",
            {"id": ["id"], "n": ["id"], "name": ["name"], "mail": ["mail"]},
        ),
        (
            "df = spark.table('lake.raw.people').select('id', -F.col('id'))\n"
            "df.select([F.col(f'`{c}`') for c in df.columns]).write.saveAsTable('silver.t')",
            {"id": ["id"], "(- id)": ["id"]},
        ),
    ],
)
def test_columns_that_only_a_definition_tells(tmp_path: Path, program: str, expected: dict[str, list[str]]) -> None:
    (tmp_path / "tables.sql").write_text(DDL, "utf-8")
    (tmp_path / "job.py").write_text(HEAD + program, "utf-8")
    with Index.open(tmp_path) as index:
        (table,) = index.schema("silver.t")
        edges = index.lineage("silver.t", columns=True).column_edges
    found: dict[str, list[str]] = {}
    for edge in edges:
        found.setdefault(edge.target.removeprefix("silver.t."), []).append(edge.source.rpartition(".")[2])
    assert found == expected
    assert {column.name for column in table.columns} == set(expected)
    assert table.complete


def test_a_name_that_may_mean_two_tables_tells_no_columns(tmp_path: Path) -> None:
    (tmp_path / "tables.sql").write_text(DDL, "utf-8")
    program = "df = spark.table('events')\ndf.select([F.col(c).alias('a_' + c) for c in df.columns])"
    (tmp_path / "job.py").write_text(f"{HEAD}{program}.write.saveAsTable('gold.t')", "utf-8")
    with Index.open(tmp_path) as index:
        (table,) = index.schema("gold.t")
    assert not [column for column in table.columns if column.name.startswith("a_")]
