import pytest

from ctxpack.datamodel.dialects import KNOWN, canonical
from ctxpack.lineage.sql.dialects import detect

CASES = [
    (
        "select a::int from t where b ilike 'x' qualify row_number() over (order by a) = 1",
        "snowflake databricks duckdb",
    ),
    ("select iff(a, b, c), x:y::string from t, lateral flatten(input => z) f", "snowflake"),
    ("select [a] from [dbo].[t] cross apply f(a)\nGO\n", "tsql"),
    ("select * from `p.d.t`, unnest(items) i where safe_cast(a as int64) is null", "bigquery"),
    ("create table t (a int) using delta; select explode(x) from u lateral view explode(y) e", "databricks spark"),
    ("create table t (id int auto_increment) engine=InnoDB", "mysql"),
    ("create function f() returns int language plpgsql as $$ begin end $$", "postgres"),
    ("select a from t", ""),
]


@pytest.mark.parametrize(("text", "names"), CASES)
def test_marks_tell_the_dialect(text, names):
    assert detect(text) in (names.split() or [""])


def test_names_of_engines():
    assert [canonical(name) for name in ("PostgreSQL", "mssql", "bigquery", "", "klingon")] == [
        "postgres",
        "tsql",
        "bigquery",
        "",
        None,
    ]


def test_all_known_dialects_are_the_parsers():
    from sqlglot.dialects.dialect import Dialect

    assert all(Dialect.get_or_raise(name) for name in KNOWN)
