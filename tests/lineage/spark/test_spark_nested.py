"""Structs, arrays and maps in frames, pivots and fills: columns and nulls as Spark's analyzer gives them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ctxpack.datamodel.lineage import ColumnState, DerivedColumn, Frame, Relation, Sites
from ctxpack.lineage.evaluation.frames import frame

HEAD = """
from pyspark.sql import functions as F
schema = (
    "id BIGINT, name STRING, tags ARRAY<STRING>, attrs MAP<STRING, INT>, "
    "address STRUCT<city: STRING, zip: STRUCT<code: INT>>, n INT"
)
df = spark.read.schema(schema).json("/landing/people")
"""

Written = Callable[[str], dict[str, DerivedColumn]]


@pytest.fixture
def written(sites: Callable[..., Sites]) -> Written:
    """The columns that the last write of a program has, by name."""

    def run(text: str) -> dict[str, DerivedColumn]:
        found: Frame = frame(sites(HEAD + text).writes[-1].plan, lambda _: None, "spark")
        assert not found.problems
        return {one.name: one for one in found.columns}

    return run


def nulls(columns: dict[str, DerivedColumn]) -> dict[str, bool | None]:
    return {name: one.nullable for name, one in columns.items()}


def test_an_exploded_map_gives_keys_and_values(written: Written) -> None:
    found = written('df.select("id", F.explode("attrs")).write.saveAsTable("t")')
    assert nulls(found) == {"id": True, "key": False, "value": True}
    assert [one.dataset for one in found["value"].origins] == ["/landing/people"]
    named = written('df.select(F.explode_outer("attrs").alias("k", "v")).write.saveAsTable("t")')
    assert nulls(named) == {"k": True, "v": True}
    placed = written('df.select(F.posexplode("attrs").alias("p", "k", "v")).write.saveAsTable("t")')
    assert nulls(placed) == {"p": False, "k": False, "v": True}


def test_a_lateral_view_of_a_map_in_sql(written: Written) -> None:
    found = written(
        'df.createOrReplaceTempView("people")\n'
        'spark.sql("select key, value from people lateral view explode(attrs) k").write.saveAsTable("t")'
    )
    assert nulls(found) == {"key": False, "value": True}


def test_stack_gives_each_column_its_own_values(written: Written) -> None:
    found = written("""df.selectExpr("id", "stack(2, 'a', id, 'b', n) as (what, number)").write.saveAsTable("t")""")
    assert {name: [one.column for one in column.origins] for name, column in found.items()} == {
        "id": ["id"],
        "what": [],
        "number": ["id", "n"],
    }
    assert found["what"].nullable is True


def test_fields_of_stored_structs_can_be_null_at_any_depth(written: Written) -> None:
    found = written(
        'df.select("address.city", F.col("address.zip.code").alias("code"), "address.*").write.saveAsTable("t")'
    )
    assert nulls(found) == {"city": True, "code": True, "zip": True}
    assert found["code"].type == "int"


def test_fields_of_a_struct_that_the_program_makes_are_what_they_were_made_of(written: Written) -> None:
    found = written(
        'made = df.select(F.struct(F.col("name").alias("n"), F.lit(1).alias("one")).alias("s"))\n'
        'made = made.withColumn("s", F.col("s").withField("two", F.lit("b")))\n'
        'made.select("s.n", "s.one", F.col("s")["two"].alias("two")).write.saveAsTable("t")'
    )
    assert nulls(found) == {"n": True, "one": False, "two": False}


def test_a_struct_out_of_json_has_the_types_of_its_schema(written: Written) -> None:
    found = written(
        'body = df.select(F.from_json("name", "items ARRAY<STRUCT<sku: STRING, qty: INT>>").alias("body"))\n'
        'body.select(F.explode("body.items").alias("item")).select("item.*").write.saveAsTable("t")'
    )
    assert {name: one.type for name, one in found.items()} == {"sku": "string", "qty": "int"}
    assert [one.column for one in found["qty"].origins] == ["name"]


def test_a_pivot_with_several_aggregates_names_each_once(written: Written) -> None:
    found = written(
        'df.groupBy("id").pivot("name", ["a", "b"]).agg(F.sum("n").alias("s"), F.count("*").alias("c"))'
        '.write.saveAsTable("t")'
    )
    assert list(found) == ["id", "a_s", "a_c", "b_s", "b_c"]
    assert {one.column for one in found["a_c"].origins} == {"name"}
    single = written('df.groupBy("id").pivot("name", ["a"]).agg(F.sum("n").alias("s")).write.saveAsTable("t")')
    assert list(single) == ["id", "a"]


def test_a_whole_number_fills_by_dictionary_but_not_alone(written: Written) -> None:
    assert written('df.select("n").fillna({"n": 0}).write.saveAsTable("t")')["n"].nullable is False
    assert written('df.select("n").fillna(0).write.saveAsTable("t")')["n"].nullable is True


def test_replacing_values_keeps_columns_as_they_were(written: Written) -> None:
    found = written('df.select("name", F.lit("x").alias("x")).replace("a", "b").write.saveAsTable("t")')
    assert nulls(found) == {"name": True, "x": False}
    unknown = written('df.select(F.lit("x").alias("x")).replace("a", None).write.saveAsTable("t")')
    assert unknown["x"].nullable is None


def test_a_cast_is_only_safe_where_it_says_so_itself(written: Written) -> None:
    found = written(
        'df.createOrReplaceTempView("people")\n'
        'spark.sql("select try_cast(name as int) as a, greatest(n, cast(0 as bigint)) as b from people")'
        '.write.saveAsTable("t")'
    )
    assert nulls(found) == {"a": True, "b": False}


def test_what_is_inferred_from_rows_may_be_null(written: Written) -> None:
    found = written('spark.createDataFrame([(1, "a")], ["id", "label"]).write.saveAsTable("t")')
    assert nulls(found) == {"id": True, "label": True}


def test_a_flat_array_is_null_where_one_of_its_parts_is(written: Written) -> None:
    assert written('df.select(F.flatten(F.array("tags")).alias("f")).write.saveAsTable("t")')["f"].nullable is True


def test_what_comes_over_jdbc_can_be_null_whatever_the_query_says(written: Written) -> None:
    found = written(
        "rows = spark.read.format('jdbc').option('url', 'jdbc:postgresql://h/d')"
        ".option('query', 'select a, false as b from t').load()\n"
        "rows.write.saveAsTable('t2')"
    )
    assert nulls(found) == {"a": True, "b": True}


def test_inline_gives_the_fields_of_each_struct(written: Written) -> None:
    found = written(
        'rows = spark.read.schema("id INT, lines ARRAY<STRUCT<sku: STRING, qty: INT>>").json("/landing/baskets")\n'
        'rows.selectExpr("id", "inline(lines)").write.saveAsTable("t")'
    )
    assert nulls(found) == {"id": True, "sku": True, "qty": True}
    assert [one.column for one in found["qty"].origins] == ["lines"]


def test_a_struct_of_all_columns_is_made_of_all_of_them(written: Written) -> None:
    found = written('df.select("id", "n").select(F.to_json(F.struct("*")).alias("js")).write.saveAsTable("t")')
    assert [one.column for one in found["js"].origins] == ["id", "n"]


def test_types_of_structs_may_be_written_in_capitals(sites: Callable[..., Sites]) -> None:
    """As a table's definition in SQL writes them."""
    known = Relation(
        "s.orders",
        (
            ColumnState("id", "BIGINT", False),
            ColumnState("items", "ARRAY<STRUCT<sku: STRING, at: ARRAY<INT>>>", True),
            ColumnState("attrs", "MAP<STRING, STRING>", True),
            ColumnState("shipping", "STRUCT<`city`: STRING, zip: STRING>", True),
        ),
    )
    text = (
        "from pyspark.sql import functions as F\n"
        'df = spark.table("s.orders").withColumn("item", F.explode("items"))\n'
        'df.select("id", "item.*", "shipping.*", F.explode("attrs")).write.saveAsTable("t")'
    )
    found = frame(sites(text).writes[-1].plan, lambda _: known, "spark")
    assert [(one.name, [o.column for o in one.origins]) for one in found.columns] == [
        ("id", ["id"]), ("sku", ["items"]), ("at", ["items"]), ("city", ["shipping"]), ("zip", ["shipping"]),
        ("key", ["attrs"]), ("value", ["attrs"]),
    ]  # fmt: skip
    assert found.complete


def test_fields_out_of_json_are_numbered_unless_they_are_named(written: Written) -> None:
    found = written('df.select("id", F.json_tuple("name", "a", "b")).write.saveAsTable("t")')
    assert {name: [one.column for one in column.origins] for name, column in found.items()} == {
        "id": ["id"], "c0": ["name"], "c1": ["name"],
    }  # fmt: skip
    named = written('df.select(F.json_tuple("name", "a", "b").alias("a", "b")).write.saveAsTable("t")')
    assert nulls(named) == {"a": True, "b": True}


def test_values_replaced_by_null_in_some_columns(written: Written) -> None:
    kept = 'made = df.fillna({"name": "", "n": 0}).replace({"": None}, subset=["name"])\n'
    found = written(kept + 'made.select("name", "n").write.saveAsTable("t")')
    assert nulls(found) == {"name": True, "n": False}
    assert [one.column for one in found["name"].origins] == ["name"]


@pytest.mark.parametrize(
    ("made", "value"),
    [
        ("F.expr(\"map('a', n, 'b', 1)\")", True),
        ("F.create_map(F.lit('a'), F.lit(1), F.lit('b'), F.col('n'))", True),
        ("F.create_map(F.lit('a'), F.lit(1), F.lit('b'), F.lit(2))", False),
        ("F.map_concat(F.create_map(F.lit('a'), F.lit(1)), F.create_map(F.lit('b'), F.col('n')))", True),
        ("F.map_from_arrays(F.array(F.lit('a')), F.array('n'))", True),
        ("F.map_from_arrays(F.array(F.lit('a')), F.array(F.lit(1)))", False),
    ],
)
def test_values_of_a_made_map_are_what_they_are_made_of(written: Written, made: str, value: bool) -> None:
    found = written(f'df.select(F.explode({made}).alias("k", "v")).write.saveAsTable("t")')
    assert nulls(found) == {"k": False, "v": value}


def test_metadata_changes_no_columns(written: Written) -> None:
    found = written('df.withMetadata("n", {"unit": "m"}).select("id", "n").write.saveAsTable("t")')
    assert [[one.column for one in column.origins] for column in found.values()] == [["id"], ["n"]]
