"""The names of dialects of SQL: those that the parser has, and what else people and tools call them."""

from __future__ import annotations

OTHER_NAMES = {
    "postgresql": "postgres",
    "psql": "postgres",
    "greenplum": "postgres",
    "cockroachdb": "postgres",
    "alloydb": "postgres",
    "timescale": "postgres",
    "sqlserver": "tsql",
    "sql_server": "tsql",
    "sql server": "tsql",
    "mssql": "tsql",
    "synapse": "tsql",
    "pdw": "tsql",
    "fabric": "fabric",
    "mariadb": "mysql",
    "delta": "databricks",
    "spark": "spark",
    "netezza": "postgres",
    "vertica": "postgres",
    "glue": "spark",
    "motherduck": "duckdb",
    "impala": "hive",
    "sqlite3": "sqlite",
    "bq": "bigquery",
    "ansi": "",
    "generic": "",
    "sql": "",
    "pg": "postgres",
    "pgsql": "postgres",
    "mysql2": "mysql",
    "trilogy": "mysql",
    "sparksql": "spark",
    "soql": "",
    "": "",
}
"""Other names of dialects, and the parser's for them; "" for names that stand for none in particular."""

KNOWN = frozenset(
    (
        "athena bigquery clickhouse databricks doris dremio drill druid duckdb dune exasol fabric hive "
        "materialize mysql oracle postgres presto prql redshift risingwave snowflake solr spark spark2 sqlite "
        "starrocks tableau teradata trino tsql "
    ).split()
)
"""The names of dialects that the parser has."""


def canonical(name: str) -> str | None:
    """The parser's name of a dialect; "" where the name stands for none in particular, None where it is not known.

    >>> canonical("SQLServer"), canonical(""), canonical("nosuch")
    ('tsql', '', None)
    """
    key = name.strip().lower()
    if key in OTHER_NAMES:
        return OTHER_NAMES[key]
    return key if key in KNOWN else None


_OF_SPARK = frozenset({"databricks", "spark2"})


def engine_of(dialect: str) -> str:
    """Whose rules for nulls hold for a text in a dialect: those that are run by Spark have the rules of its frames."""
    return "spark" if dialect in _OF_SPARK else dialect
