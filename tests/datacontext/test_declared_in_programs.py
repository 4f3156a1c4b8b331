"""Tables that programs declare by statements in strings."""

from __future__ import annotations

from pathlib import Path

from ctxpack.api import Index

JOB = '''
TARGET = "gold.daily"


def run(spark, catalog):
    spark.sql(f"""
        CREATE TABLE IF NOT EXISTS {catalog}.gold.daily (
            day DATE NOT NULL COMMENT 'of the order',
            revenue DECIMAL(12, 2)
        ) USING DELTA
    """)
    orders = spark.read.parquet("/lake/orders")
    orders.select("placed_on", "amount").write.insertInto(f"{catalog}.gold.daily")
'''


def test_a_table_that_a_string_declares_has_its_columns_and_their_places(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(JOB)
    with Index.open(tmp_path) as index:
        table = next(one for one in index.schema() if one.name.endswith("gold.daily"))
        edges = {(edge.source, edge.target) for edge in index.lineage(columns=True).column_edges}
    assert [(one.name, one.type, one.nullable, one.doc) for one in table.columns] == [
        ("day", "DATE", False, "of the order"),
        ("revenue", "DECIMAL(12, 2)", True, ""),
    ]
    assert (table.path, table.line) == ("job.py", 7)
    assert ("/lake/orders.amount", f"{table.name}.revenue") in edges


def test_what_tests_declare_is_no_table_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_job.py").write_text(JOB)
    with Index.open(tmp_path) as index:
        assert not index.schema()


BUILT = """
from delta.tables import DeltaTable
from pyspark.sql.types import StructType, StructField, StringType

EXTRA = StructType([StructField("note", StringType(), True)])


def run(spark):
    (
        DeltaTable.createIfNotExists(spark)
        .tableName("gold.daily")
        .addColumn("day", "DATE", nullable=False, comment="of the order")
        .addColumn("amount", dataType="DOUBLE")
        .addColumns(EXTRA)
        .comment("One row a day")
        .partitionedBy("day")
        .execute()
    )
    orders = spark.read.parquet("/lake/orders")
    orders.select("day", "amount").write.format("delta").mode("append").saveAsTable("gold.daily")
"""


def test_a_table_that_is_declared_call_by_call(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(BUILT)
    with Index.open(tmp_path) as index:
        table = next(one for one in index.schema() if one.name == "gold.daily")
    assert [(one.name, one.type, one.nullable) for one in table.columns] == [
        ("day", "date", False),
        ("amount", "double", True),
        ("note", "string", True),
    ]
    assert (table.doc, table.format, len(table.written_by)) == ("One row a day", "delta", 1)


PLACED = '''from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()

DDL = """
CREATE TABLE gold.named (
  id INT
)
"""

spark.sql("""
  CREATE TABLE IF NOT EXISTS gold.quoted (
    id BIGINT NOT NULL,
    v STRING
  ) USING delta
""")
spark.sql("CREATE TABLE gold.short (id BIGINT NOT NULL, v STRING)")
spark.sql("CREATE TABLE gold.escaped (\\n id BIGINT NOT NULL,\\n v STRING)")
spark.sql(
    f"""
    CREATE TABLE gold.below (
        id BIGINT NOT NULL
    )"""
)
spark.sql(DDL.strip())
'''


def test_columns_have_the_lines_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(PLACED)
    with Index.open(tmp_path) as index:
        tables = {one.name: (one.line, [column.line for column in one.columns]) for one in index.schema()}
    assert tables == {
        "gold.named": (6, [7]),
        "gold.quoted": (12, [13, 14]),
        "gold.short": (17, [17, 17]),
        "gold.escaped": (18, [18, 18]),
        "gold.below": (21, [22]),
    }


def test_what_is_declared_not_null_is_told_with_the_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(
        'import sqlite3\n\ncon = sqlite3.connect("x.db")\n'
        'con.execute("CREATE TABLE raw (id INTEGER NOT NULL)")\n'
        'con.execute("CREATE TABLE kept (id INTEGER)")\n'
        'con.execute("INSERT INTO kept SELECT id FROM raw")\n'
    )
    with Index.open(tmp_path) as index:
        told = {one.name: one.columns[0].because for one in index.schema()}
    assert told["raw"] == "NOT NULL at run.py:4"
    assert "run.py:1" not in told["kept"]
