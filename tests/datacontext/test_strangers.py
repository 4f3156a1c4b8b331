"""What programs and SQL read that is no dataset of the repository, and from which file the line of a reason is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.datamodel.lineage import TableSchema
from ctxpack.lineage.names.catalogs import is_of_system, is_wholly_open


class Data:
    """The data of a folder with some files."""

    def __init__(self, root: Path, files: dict[str, str]) -> None:
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        with Index.open(root) as index:
            self.flow = index._state.data.flow
            self.names = list(self.flow.datasets)
            self.unresolved = {one.expression for one in self.flow.lineage().unresolved}
            self.tables: dict[str, TableSchema] = {name: self.flow.table(name) for name in self.names}

    def because(self, column: str) -> str:
        table, _, name = column.rpartition(".")
        return next(one.because for one in self.tables[table].columns if one.name == name)


@pytest.mark.parametrize(
    "name",
    [
        "information_schema.columns",
        "lake.information_schema.tables",
        "pg_catalog.pg_class",
        "pg_stat_activity",
        "sqlite_master",
        "sys.tables",
        "`region-us`.INFORMATION_SCHEMA.JOBS",
    ],
)
def test_tables_in_which_a_system_tells_of_itself(name: str) -> None:
    assert is_of_system(name)


@pytest.mark.parametrize(
    "name",
    [
        "silver.columns", "tables", "information_schema_load.orders", "sys.orders", "pg_orders", "system/tables",
        "system.billing.usage", "snowflake.account_usage.query_history",
    ],
)  # fmt: skip
def test_tables_that_are_like_them_by_name(name: str) -> None:
    assert not is_of_system(name)


def test_names_of_which_nothing_is_known() -> None:
    assert all(map(is_wholly_open, ["{t}", "{a}.{b}", "@name", "{schema}.{prefix}_{t}"]))
    assert not any(map(is_wholly_open, ["{a}.orders", "orders_{day}", "s3://{bucket}/{key}", "@stage.orders"]))


def test_catalogs_and_open_names_are_no_datasets(tmp_path: Path) -> None:
    data = Data(
        tmp_path,
        {
            "a.sql": "create table gold.a as select c.x, o.y from information_schema.columns c, silver.o o, ${t} t;\n",
            "b.sql": "insert into ${target} select * from silver.p;\ncreate table ${schema}.${made} (a int);\n",
        },
    )
    assert data.names == ["gold.a", "silver.o", "silver.p"]
    assert data.unresolved == {"{t}", "{target}", "{schema}.{made}"}
    assert data.flow.upstream["gold.a"] == ("silver.o",)


def test_a_catalog_that_files_declare_is_a_dataset(tmp_path: Path) -> None:
    text = "version: 2\nsources:\n  - name: information_schema\n    tables:\n      - name: columns\n"
    model = "select column_name from {{ source('information_schema', 'columns') }}\n"
    data = Data(
        tmp_path,
        {"dbt_project.yml": "name: shop\n", "models/s.yml": text, "models/all_columns.sql": model},
    )
    assert data.flow.upstream["all_columns"] == ("information_schema.columns",)


def test_variables_that_duckdb_takes_for_tables_are_none(tmp_path: Path) -> None:
    program = (
        "import duckdb\n"
        "def joined(lhs, other):\n"
        "    rhs = other.native\n"
        "    for item in other.items:\n"
        "        orders = duckdb.sql('select * from lhs join rhs using (a) join item using (b) join orders')\n"
        "    return orders\n"
        "def elsewhere():\n"
        "    return duckdb.sql('select * from other')\n"
    )
    data = Data(tmp_path, {"job.py": program})
    assert data.names == ["orders", "other"]


def test_reasons_tell_the_file_of_their_line(tmp_path: Path) -> None:
    data = Data(
        tmp_path,
        {
            "1.sql": "create table s.a (id int not null);\ncreate table s.b (id int not null, name text not null);\n",
            "2.sql": "create table s.c as\nselect a.id, b.name\nfrom s.a left join s.b on a.id = b.id;\n",
            "x/3.sql": "create table s.d as select name from s.c;\n",
        },
    )
    assert data.because("s.c.name") == "left join at 2.sql:3"
    assert data.because("s.d.name") == "left join at 2.sql:3"


def test_reasons_in_programs_that_use_others_say_so(tmp_path: Path) -> None:
    body = (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "a = spark.table('s.a')\n"
        "b = spark.table('s.b')\n"
        "a.join(b, 'id', 'left').select(b['name']).write.saveAsTable('{}')\n"
    )
    data = Data(
        tmp_path,
        {
            "s.sql": "create table s.a (id int not null);\ncreate table s.b (id int not null, name string not null);\n",
            "alone.py": body.format("g.alone"),
            "main.py": "from helper import limit\n" + body.format("g.main") + "limit(a)\n",
            "helper.py": "def limit(frame):\n    return frame.limit(5)\n",
            "beside.py": "from twin import limit\n" + body.format("g.beside") + "limit(a)\n",
            "twin.py": f"{'#' * 3}\n" * 5 + "def limit(frame, other):\n    return frame\n",
            "third.py": "from fourth import joined\n" + body.format("g.third") + "joined(a, b)\n",
            "fourth.py": "# a\n" * 4 + "def joined(frame, b):\n    return frame.join(b)\n",
        },
    )
    assert data.because("g.alone.name") == "left join at alone.py:5"
    assert data.because("g.main.name") == "left join at main.py:6"
    assert data.because("g.beside.name") == "left join at beside.py:6"
    assert data.because("g.third.name") == "left join at line 6 of third.py or of code that it uses"


def test_notebooks_of_sql_share_global_views_and_have_widgets_in_names(tmp_path: Path) -> None:
    head = "-- Databricks notebook source\n"
    data = Data(
        tmp_path,
        {
            "views.sql": head + "CREATE OR REPLACE GLOBAL TEMPORARY VIEW Refs AS SELECT id FROM $db_source.referrals\n",
            "counts.sql": head + "INSERT INTO ${db_output}.counts\nSELECT count(id) n FROM global_temp.refs\n",
        },
    )
    assert data.names == ["global_temp.refs", "{db_output}.counts", "{db_source}.referrals"]
    assert data.flow.upstream["{db_output}.counts"] == ("global_temp.refs",)


def test_a_merge_with_schema_evolution_is_read_and_marked(tmp_path: Path) -> None:
    text = (
        "MERGE WITH SCHEMA\n  EVOLUTION INTO silver.t AS t USING bronze.s AS s ON t.id = s.id\n"
        "WHEN MATCHED THEN UPDATE SET *\nWHEN NOT MATCHED THEN INSERT *;\n"
    )
    data = Data(tmp_path, {"merge.sql": text})
    assert data.flow.upstream["silver.t"] == ("bronze.s",)
    assert [(one.option, one.path, one.line) for one in data.tables["silver.t"].evolves] == [
        ("WITH SCHEMA EVOLUTION", "merge.sql", 1)
    ]
