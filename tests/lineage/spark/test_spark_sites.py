# ruff: noqa: E501  (programs stand on one line each)
"""The spellings in which programs read and write."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spark.table('S.A')", "s.a"),
        ("spark.read.table('s.a')", "s.a"),
        ("spark.read.parquet('/x/a')", "/x/a"),
        ("spark.read.format('delta').load('/x/a')", "/x/a"),
        ("spark.read.format('delta').table('s.a')", "s.a"),
        ("spark.read.format('csv').option('path', '/x/a').load()", "/x/a"),
        ("spark.read.load('/x/a', format='csv')", "/x/a"),
        ("spark.read.format('jdbc').option('url', u).option('dbtable', 'a').load()", "jdbc:a"),
        ("spark.read.jdbc(u, 'S.A', properties=p)", "jdbc:s.a"),
        ("spark.readStream.format('kafka').option('subscribe', 't').load()", "kafka:t"),
        ("spark.readStream.table('s.a')", "s.a"),
        ("spark.sql('select * from s.a')", "s.a"),
        ("self.spark.table('s.a')", "s.a"),
        ("get_session().read.parquet('/x/a')", "/x/a"),
        ("spark.table('delta.`/x/a`')", "/x/a"),
        ("import pandas as pd\npd.read_csv('a.csv')", "a.csv"),
        ("import pandas as pd\npd.read_sql('select x from s.a', con)", "s.a"),
        ("import polars as pl\npl.scan_parquet('a.parquet')", "a.parquet"),
        ("import duckdb\nduckdb.sql('select * from s.a')", "s.a"),
        ("import duckdb\ncon = duckdb.connect()\ncon.execute('select * from s.a').df()", "s.a"),
        ("glueContext.create_dynamic_frame.from_catalog(database='s', table_name='a')", "s.a"),
        ("from delta.tables import DeltaTable\nDeltaTable.forName(spark, 's.a').toDF()", "s.a"),
    ],
)
def test_a_read_is_found(sites: Callable, text: str, expected: str) -> None:
    assert [one.dataset for one in sites(text).reads] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df.write.saveAsTable('s.b')", ("s.b", "create")),
        ("df.write.mode('append').saveAsTable('s.b')", ("s.b", "append")),
        ("df.write.insertInto('s.b', overwrite=True)", ("s.b", "overwrite")),
        ("df.write.format('delta').mode('overwrite').save('/x/b')", ("/x/b", "overwrite")),
        ("df.write.parquet('/x/b', mode='overwrite')", ("/x/b", "overwrite")),
        ("df.write.mode('append').jdbc(u, table='b')", ("jdbc:b", "append")),
        ("df.write.format('kafka').option('topic', 't').save()", ("kafka:t", "create")),
        ("df.writeTo('s.b').append()", ("s.b", "append")),
        ("df.writeTo('s.b').using('iceberg').createOrReplace()", ("s.b", "overwrite")),
        ("df.writeStream.format('delta').option('checkpointLocation', '/c').start('/x/b')", ("/x/b", "stream")),
        ("df.writeStream.toTable('s.b')", ("s.b", "stream")),
        ("def f(batch, i):\n  batch.write.saveAsTable('s.b')\ndf.writeStream.foreachBatch(f).start()", ("s.b", "create")),
        ("spark.sql('insert into s.b select * from s.a')", ("s.b", "append")),
        ("df.createOrReplaceTempView('v')\nspark.sql('create table s.b as select * from v')", ("s.b", "create")),
        ("df.toPandas().to_csv('b.csv')", ("b.csv", "overwrite")),
        ("df.toPandas().to_sql('b', con, schema='s', if_exists='append')", ("s.b", "append")),
        ("glueContext.write_dynamic_frame.from_options(frame=df, connection_type='s3', connection_options={'path': 's3://b'})", ("s3://b", "append")),
    ],
)  # fmt: skip
def test_a_write_is_found(sites: Callable, text: str, expected: tuple[str, str]) -> None:
    (one,) = sites("df = spark.table('s.a')\n" + text).writes
    assert (one.target, one.mode) == expected
    assert "s.a" in str(one.plan)


def test_a_merge_into_a_delta_table(sites: Callable) -> None:
    text = """
from delta.tables import DeltaTable
def upsert(target, df, keys):
    t = DeltaTable.forName(spark, target)
    cond = " and ".join(f"t.{k} = s.{k}" for k in keys)
    (t.alias("t").merge(df.alias("s"), cond).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute())
upsert("silver.orders", spark.table("bronze.orders"), ["id"])
"""
    (one,) = sites(text).writes
    assert (one.target, one.mode, one.line, one.adds) == ("silver.orders", "merge", 7, False)


def test_declared_pipelines(sites: Callable) -> None:
    text = """
import dlt
@dlt.view
def typed():
    return dlt.read_stream("raw").select("id", "x")
@dlt.table(name="clean", comment="c")
@dlt.expect_or_drop("id", "id is not null")
def anything():
    return dlt.read("typed")
dlt.create_streaming_table("final")
dlt.apply_changes(target="final", source="LIVE.clean", keys=["id"], except_column_list=["x"])
def make(name):
    @dlt.table(name=f"gold_{name}")
    def _():
        return spark.read.table("LIVE.final")
for n in ("a", "b"):
    make(n)
"""
    found = sites(text)
    assert [(one.target, one.mode) for one in found.writes] == [
        ("clean", "stream"), ("final", "merge"), ("gold_a", "overwrite"), ("gold_b", "overwrite"),
    ]  # fmt: skip
    assert {one.dataset for one in found.reads} == {"raw", "clean", "final"}


def test_temporary_views_belong_to_their_module(sites: Callable) -> None:
    found = sites(
        {
            "a.py": "spark.table('s.a').createOrReplaceTempView('v')\nspark.table('v').write.saveAsTable('s.b')\n",
            "b.py": "spark.table('v').write.saveAsTable('s.c')\n",
        }
    )
    assert {one.dataset for one in found.reads} == {"s.a", "v"}


def test_a_frame_that_a_parameter_brings_is_followed(sites: Callable) -> None:
    text = """
def clean(df):
    return df.filter("x > 1")
def main(spark, flag=False):
    df = clean(spark.table("s.a"))
    if flag:
        df = df.withColumn("y", lit(1))
    df.transform(clean).write.saveAsTable("s.b")
"""
    (one,) = sites(text).writes
    assert one.target == "s.b" and "'y'" in str(one.plan)


def test_threads_and_workflows_call_what_they_are_given(targets: Callable) -> None:
    text = """
from concurrent.futures import ThreadPoolExecutor
def load(t):
    spark.table(t).write.saveAsTable("o." + t)
with ThreadPoolExecutor() as pool:
    pool.map(load, ["a", "b"])
    pool.submit(load, "c")
PythonOperator(task_id="x", python_callable=load, op_kwargs={"t": "d"})
"""
    assert sorted(targets(text)) == ["o.a", "o.b", "o.c", "o.d"]
