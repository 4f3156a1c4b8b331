"""Where engines differ in what they do with nulls."""

import pytest

from ctxpack.datamodel.lineage import ColumnState, Relation
from ctxpack.lineage import sql
from ctxpack.lineage.evaluation.frames import frame

KNOWN = {
    "t": Relation(
        "t",
        (
            ColumnState("id", "int", False),
            ColumnState("n", "int", True),
            ColumnState("word", "string", False),
            ColumnState("day", "date", False),
            ColumnState("untyped", "", False),
            ColumnState("items", "", False),
        ),
    ),
    "u": Relation("u", (ColumnState("id", "int", False), ColumnState("n", "int", True), ColumnState("x", "", None))),
}


def _columns(text, engine):
    statement = sql.statements(text, engine)[0]
    assert statement.problem == ""
    return frame(statement.plan, KNOWN.get, "spark" if engine == "databricks" else engine).columns


def _nullable(expression, engine):
    return _columns(f"select {expression} as c from t", engine)[0].nullable


def test_what_has_no_partner_is_a_default_in_clickhouse_unless_it_is_told_otherwise():
    text = "select t.id, u.id as other, u.n, u.x from t left join u on u.id = t.n"
    assert [one.nullable for one in _columns(text, "postgres")] == [False, True, True, True]
    assert [one.nullable for one in _columns(text, "clickhouse")] == [False, None, True, None]
    filtered = "select u.id as other from t left join u on u.id = t.n where u.id > 0"
    assert [one.nullable for one in _columns(filtered, "clickhouse")] == [False]


@pytest.mark.parametrize(
    ("expression", "default", "clickhouse"),
    [
        ("items[1]", True, None),
        ("max(id)", True, None),
        ("max(n)", True, True),
        ("sum(id) over (order by day rows between 3 preceding and 1 preceding)", True, None),
        ("nullif(id, 1)", True, True),
        ("case when id = 1 then 2 end", True, True),
        ("greatest(id, n)", False, True),
    ],
)
def test_what_is_not_there_is_a_default_in_clickhouse(expression, default, clickhouse):
    assert _nullable(expression, "postgres") is default
    assert _nullable(expression, "clickhouse") is clickhouse


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("multiIf(n > 1, n, word = 'a', id, 0)", False),
        ("multiIf(id > 1, n, 0)", True),
        ("toDate(word)", False),
        ("toUInt32(n)", True),
        ("toUInt32OrNull(word)", True),
        ("toUInt32OrZero(word)", False),
        ("uniqExactIf(n, id > 1)", False),
        ("JSONExtractString(word, 'a')", None),
        ("arrayMap(x -> x, items)", None),
        ("xxHash64(n)", True),
        ("sumIf(id, n > 1)", None),
        ("sumIf(n, id > 1)", True),
        ("countIf(n > 1)", False),
    ],
)
def test_functions_of_clickhouse(expression, expected):
    assert _nullable(expression, "clickhouse") is expected


@pytest.mark.parametrize("name", ["bigint", "tinyint", "decimal", "string", "int"])
def test_types_that_are_called_in_spark_are_casts(name):
    (column,) = _columns(f"select {name}(id) as c from t", "databricks")
    assert (column.type, column.nullable) == (name, False)


@pytest.mark.parametrize("engine", ["snowflake", "duckdb", "trino", "bigquery"])
def test_a_row_chosen_by_a_column_of_nulls_alone_is_null(engine):
    name = "any_value(id)" if engine == "bigquery" else "max_by(id, n)"
    assert [one.nullable for one in _columns(f"select day, {name} as c from t group by day", engine)][1] is (
        engine != "bigquery"
    )
    assert [one.nullable for one in _columns("select day, max_by(n, id) as c from t group by day", engine)][1] is True
    assert [one.nullable for one in _columns("select day, max_by(id, id) as c from t group by day", engine)][1] is False


def test_a_text_without_characters_is_null_in_oracle():
    assert (_nullable("coalesce(n, '')", "oracle"), _nullable("coalesce(n, '')", "postgres")) == (True, False)
    assert (_nullable("trim(word)", "oracle"), _nullable("trim(word)", "postgres")) == (None, False)
    assert (_nullable("word || n", "oracle"), _nullable("word || n", "postgres")) == (False, True)


@pytest.mark.parametrize(
    ("engine", "expression", "expected"),
    [
        ("trino", "split_part(word, ',', 2)", True),
        ("postgres", "split_part(word, ',', 2)", False),
        ("postgres", "substring(word from '^a(.*)$')", True),
        ("postgres", "substring(word from 2)", False),
        ("postgres", "array_length(items, 1)", True),
        ("postgres", "array_position(items, id)", True),
        ("mysql", "date(word)", True),
        ("mysql", "date(day)", False),
        ("mysql", "date(untyped)", None),
        ("hive", "datediff(word, day)", True),
        ("hive", "greatest(id, n)", True),
        ("snowflake", "listagg(word)", False),
        ("snowflake", "parse_json(word)", None),
        ("snowflake", "div0(id, n)", True),
        ("snowflake", "div0null(id, n)", False),
        ("duckdb", "json_type(items)", False),
        ("duckdb", "json_type(items, word)", True),
        ("tsql", "stuff(word, 1, 1, '')", None),
    ],
)
def test_functions_that_engines_know_in_different_ways(engine, expression, expected):
    assert _nullable(expression, engine) is expected


def test_an_unpivot_that_keeps_nulls_may_have_some():
    text = "select * from (select id, n from t) unpivot {} (v for name in (id, n))"
    assert {one.name: one.nullable for one in _columns(text.format(""), "duckdb")} == {"name": False, "v": False}
    assert {one.name: one.nullable for one in _columns(text.format("include nulls"), "duckdb")} == {
        "name": False,
        "v": True,
    }


@pytest.mark.parametrize("groups", ["rollup (id)", "cube (id)", "grouping sets ((id), ())"])
def test_totals_are_there_though_there_is_no_row_of_which_they_are(groups):
    columns = _columns(f"select id, max(id) as m, count(*) as c from t group by {groups}", "postgres")
    assert [one.nullable for one in columns] == [True, True, False]


def test_duckdb_counts_no_conditions_as_null():
    assert (_nullable("count_if(id > 1)", "duckdb"), _nullable("count_if(id > 1)", "snowflake")) == (True, False)


def test_a_name_in_clickhouse_means_the_column_of_the_same_select_before_that_of_the_input():
    text = "select nullif(id, 1) as id, id as again, t.id as own from t"
    assert [one.nullable for one in _columns(text, "clickhouse")] == [True, True, False]
    assert [one.nullable for one in _columns(text, "snowflake")] == [True, False, False]


def test_a_comparison_with_the_greatest_says_nothing_of_its_parts_where_versions_differ():
    text = "select n from t where greatest(n, id) > 1"
    assert [_columns(text, one)[0].nullable for one in ("clickhouse", "snowflake", "postgres")] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select id as n, n as id from t", [None, None]),
        ("select id as j, n as id from t", [True, True]),
        ("select n as j, coalesce(n, 0) as n from t", [False, False]),
        ("select n + 1 as n, n as j from t", [True, True]),
        ("select t.n as j, id as n from t where n is not null", [True, False]),
        ("select n as j, n as id from t where id is not null", [False, False]),
        ("select id as a, n as b, a as c, b as d from t", [False, True, False, True]),
        ("select id as a, b as c, a + n as b from t", [False, True, True]),
        ("select max(n) as n, id from t where n > 0 group by id", [False, False]),
    ],
)
def test_names_in_clickhouse_are_those_of_the_select_in_whatever_order(text, expected):
    assert [one.nullable for one in _columns(text, "clickhouse")] == expected


def test_a_chain_of_names_in_clickhouse_does_not_grow_without_end():
    chain = ", ".join(f"c{one} + c{one} as c{one + 1}" for one in range(60))
    assert [one.nullable for one in _columns(f"select n as c0, {chain} from t", "clickhouse")] == [True] * 61


@pytest.mark.parametrize("engine", ["postgres", "clickhouse", "bigquery", "snowflake", "duckdb", "databricks", "trino"])
@pytest.mark.parametrize("index", ["n", "n + 1", "-1", "cast(n as int)"])
def test_an_element_at_a_place_that_may_be_null_or_outside_can_be_null(engine, index):
    assert _nullable(f"items[{index}]", engine) is not False
    assert _nullable(f"items[1][{index}]", engine) is not False


def test_a_part_of_an_array_is_one_too():
    text = "select (array[1, 2])[1:2] as a, (array[1, 2])[n:] as b from t"
    assert [one.nullable for one in _columns(text, "postgres")] == [False, True]
