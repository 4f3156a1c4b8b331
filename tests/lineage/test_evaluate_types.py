"""The types of expressions, which engines make differently of the same arguments."""

import pytest

from ctxpack.datamodel.lineage import ColumnState, Relation
from ctxpack.lineage import sql
from ctxpack.lineage.evaluation.frames import frame

KNOWN = {
    "t": Relation(
        "t",
        (
            ColumnState("i", "int"),
            ColumnState("b", "bigint"),
            ColumnState("d", "decimal(10,2)"),
            ColumnState("f", "double"),
            ColumnState("day", "date"),
            ColumnState("at", "timestamp"),
            ColumnState("x", ""),
        ),
    )
}


def _type(expression, engine):
    statement = sql.statements(f"select {expression} as c from t", engine)[0]
    assert statement.problem == ""
    return frame(statement.plan, KNOWN.get, engine).columns[0].type


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("postgres", "int"),
        ("redshift", "int"),
        ("tsql", "int"),
        ("trino", "int"),
        ("duckdb", "double"),
        ("bigquery", "float64"),
        ("snowflake", "number"),
        ("mysql", "decimal"),
        ("clickhouse", "float64"),
        ("spark", "double"),
    ],
)
def test_whole_numbers_divided_by_each_other(engine, expected):
    assert _type("i / i", engine) == expected
    assert _type("i / x", engine) == ("double" if engine == "duckdb" else "")


@pytest.mark.parametrize(
    ("engine", "whole", "decimal"),
    [
        ("postgres", "numeric", "numeric"),
        ("tsql", "int", "decimal"),
        ("redshift", "bigint", "decimal"),
        ("duckdb", "double", "double"),
        ("snowflake", "number", "number"),
        ("spark", "double", "decimal(14,6)"),
        ("bigquery", "float64", "numeric"),
    ],
)
def test_means(engine, whole, decimal):
    assert (_type("avg(i)", engine), _type("avg(d)", engine)) == (whole, decimal)


@pytest.mark.parametrize(
    ("engine", "ints", "bigints"),
    [
        ("postgres", "bigint", "numeric"),
        ("tsql", "int", "bigint"),
        ("duckdb", "hugeint", "hugeint"),
        ("spark", "bigint", "bigint"),
        ("bigquery", "int64", "int64"),
        ("mysql", "decimal", "decimal"),
    ],
)
def test_sums(engine, ints, bigints):
    assert (_type("sum(i)", engine), _type("sum(b)", engine)) == (ints, bigints)


@pytest.mark.parametrize("engine", ["postgres", "snowflake", "spark", "duckdb", "bigquery"])
def test_what_lies_between_two_times_is_no_time(engine):
    assert (_type("day - day", engine), _type("at - at", engine)) == ("", "")


@pytest.mark.parametrize(
    ("engine", "day", "at"),
    [
        ("snowflake", "date", "timestamp"),
        ("trino", "date", "timestamp"),
        ("spark", "timestamp", "timestamp"),
        ("postgres", "", "timestamp"),
        ("duckdb", "timestamp", "timestamp"),
    ],
)
def test_a_time_cut_to_its_month(engine, day, at):
    assert (_type("date_trunc('month', day)", engine), _type("date_trunc('month', at)", engine)) == (day, at)


def test_a_number_with_a_point_is_a_floating_one_in_some_dialects():
    text = "case when i > 1 then 1 else 2.5 end"
    assert [_type(text, engine) for engine in ("postgres", "bigquery", "clickhouse")] == ["decimal", "float64", ""]


def test_numbers_of_rows_and_parts_of_dates():
    assert [_type("row_number() over (order by i)", one) for one in ("spark", "postgres", "bigquery")] == [
        "int",
        "bigint",
        "int64",
    ]
    assert [_type("extract(year from day)", one) for one in ("trino", "postgres", "mysql")] == ["bigint", "", "int"]
    assert [_type("round(d, 1)", one) for one in ("postgres", "snowflake", "spark")] == ["numeric", "number", ""]


def test_dates_and_moments():
    assert [_type("date(at)", one) for one in ("postgres", "bigquery", "snowflake")] == ["date"] * 3
    assert _type("datetime(at)", "bigquery") == "datetime"
    assert [_type("current_timestamp", one) for one in ("postgres", "bigquery", "spark")] == [
        "timestamp with time zone",
        "timestamp",
        "timestamp",
    ]


@pytest.mark.parametrize(("expression", "expected"), [
    ("count(*)", "uint64"), ("row_number() over (order by i)", "uint64"), ("tostring(i)", "string"),
    ("i > 1", "uint8"), ("true", "bool"), ("1", "uint8"), ("300", "uint16"), ("70000", "uint32"),
    ("-1", ""), ("b + 1", ""), ("f + 1", "float64"), ("i / 2", "float64"), ("now()", "datetime"),
    ("sum(cast(x as UInt8))", "uint64"), ("sum(cast(x as Int16))", "int64"), ("sum(cast(x as Float32))", "float64"),
    ("sum(cast(x as Nullable(UInt32)))", "nullable(uint64)"), ("sum(cast(x as Bool))", "uint64"), ("sum(x)", ""),
    ("cast(x as Int32)", "int32"), ("cast(x as Nullable(Int32))", "nullable(int32)"), ("cast(x as UInt64)", "uint64"),
])  # fmt: skip
def test_types_go_by_their_names_in_clickhouse(expression, expected):
    assert _type(expression, "clickhouse") == expected


def test_truth_values_cannot_be_added_everywhere():
    assert [_type("sum(i > 1)", engine) for engine in ("postgres", "mysql", "clickhouse")] == ["", "", "uint64"]


def test_types_go_by_their_names_in_bigquery():
    expressions = ("1", "2.5", "true", "i > 1", "coalesce(cast(x as int64), 0)", "cast(x as int64) * 1.5")
    assert [_type(one, "bigquery") for one in expressions] == ["int64", "float64", "bool", "bool", "int64", "float64"]
