# ruff: noqa: E501  (programs stand on one line each)
"""Marks in code that let the schemas of datasets change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ctxpack.datamodel.lineage import Evolution, Sites

Interpret = Callable[..., Sites]
FILES = "df = spark.readStream.format('cloudFiles').option('cloudFiles.format', 'json'){}.load('s3://b/raw')\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df.write.option('mergeSchema', 'true').mode('append').saveAsTable('s.b')", [("s.b", "mergeSchema", 2)]),
        ("df.write.options(mergeSchema=True).save('s3://b/x')", [("s3://b/x", "mergeSchema", 2)]),
        ("df.write.saveAsTable('s.b', overwriteSchema='true')", [("s.b", "overwriteSchema", 2)]),
        ("df.write.option('mergeSchema', 'false').saveAsTable('s.b')", []),
        ("def save(d, t):\n  d.write.option('mergeSchema', True).saveAsTable(t)\nsave(df, 's.b')\nsave(df, 's.c')", [("s.b", "mergeSchema", 3), ("s.c", "mergeSchema", 3)]),
        ("spark.conf.set('spark.databricks.delta.schema.autoMerge.enabled', 'true')\ndf.write.mode('append').saveAsTable('s.b')\ndf.write.mode('overwrite').saveAsTable('s.c')", [("s.b", "schema.autoMerge.enabled", 2)]),
        ("spark.sql('SET spark.databricks.delta.schema.autoMerge.enabled = true')\ndf.write.mode('append').saveAsTable('s.b')", [("s.b", "schema.autoMerge.enabled", 2)]),
        ("from delta.tables import DeltaTable\nDeltaTable.forName(spark, 's.b').alias('t').merge(df, 't.a = a').withSchemaEvolution().whenMatchedUpdateAll().execute()", [("s.b", "withSchemaEvolution", 3)]),
        ("df.writeTo('s.b').withSchemaEvolution().append()", [("s.b", "withSchemaEvolution", 2)]),
        ("spark.sql('MERGE WITH SCHEMA EVOLUTION INTO s.b USING a ON b.i = a.i WHEN MATCHED THEN UPDATE SET *')", [("s.b", "WITH SCHEMA EVOLUTION", 2)]),
        ("spark.sql('INSERT INTO s.b BY NAME SELECT * FROM a')", [("s.b", "INSERT BY NAME", 2)]),
        ("spark.sql(\"COPY INTO s.b FROM 's3://x' FILEFORMAT = JSON COPY_OPTIONS ('mergeSchema' = 'true')\")", [("s.b", "mergeSchema", 2)]),
    ],
)  # fmt: skip
def test_what_lets_a_schema_change_by_itself(sites: Interpret, text: str, expected: list[tuple[str, str, int]]) -> None:
    found = sites("df = spark.table('a')\n" + text).evolutions
    assert [(one.dataset, one.option, one.line) for one in found if one.by_itself] == expected


def test_a_merge_with_schema_evolution_is_a_merge(sites: Interpret) -> None:
    text = "spark.sql('MERGE WITH SCHEMA EVOLUTION INTO s.b USING a ON b.i = a.i WHEN MATCHED THEN UPDATE SET *')"
    assert [(one.target, one.mode) for one in sites(text).writes] == [("s.b", "merge")]


@pytest.mark.parametrize(
    ("options", "mark"),
    [
        (".option('cloudFiles.schemaEvolutionMode', 'rescue')", "cloudFiles.schemaEvolutionMode rescue"),
        ("", "cloudFiles infers the schema"),
        (".option('cloudFiles.schemaEvolutionMode', 'none').schema('a int')", ""),
        (".schema('a int')", ""),
    ],
)
def test_a_declared_table_takes_over_what_its_files_bring(sites: Interpret, options: str, mark: str) -> None:
    body = FILES.format(options).replace("df = ", "return ").strip()
    text = f"import dlt\n@dlt.table(name='s.b')\ndef b():\n  {body}\n@dlt.table(name='s.c')\ndef c():\n  return dlt.read('s.b').select('a')"
    assert [(one.dataset, one.option, one.line) for one in sites(text).evolutions] == (
        [("s.b", mark, 4)] if mark else []
    )


def test_a_stream_takes_new_columns_over_only_where_its_writer_may(sites: Interpret) -> None:
    write = "df.writeStream{}.toTable('s.b')"
    assert sites(FILES.format("") + write.format("")).evolutions == ()
    found = sites(FILES.format("") + write.format(".option('mergeSchema', True)")).evolutions
    assert [one.option for one in found] == ["cloudFiles infers the schema", "mergeSchema"]


def test_statements_in_strings_that_change_columns(sites: Interpret) -> None:
    text = "spark.sql('''\nSELECT 1''')\nt = 's.b'\nspark.sql(f'ALTER TABLE {t} ADD COLUMNS (region string)')\n"
    assert sites(text).evolutions == (
        Evolution("s.b", "ALTER TABLE ADD COLUMNS (region string)", "job.py", 4, by_itself=False),
    )


def test_marks_of_tests_are_none(sites: Interpret) -> None:
    text = "spark.table('a').write.option('mergeSchema', True).saveAsTable('s.b')"
    assert sites({"tests/test_job.py": text}).evolutions == ()


@pytest.mark.parametrize("clause", ["CLUSTER BY AUTO", "cluster by none"])
def test_a_clause_of_the_layout_hides_no_statement(sites: Callable, clause: str) -> None:
    found = sites(f"spark.sql('create or replace table s.b using delta {clause} as select * from s.a')")
    assert [one.target for one in found.writes] == ["s.b"]
    assert not found.unresolved
