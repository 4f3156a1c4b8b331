"""The names of SQL dialects: those of the parser, and the aliases that people and tools use."""

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
"""Aliases of dialects, with the parser's names; "" for names of no particular dialect."""

KNOWN = frozenset(
    (
        "athena bigquery clickhouse databricks doris dremio drill druid duckdb dune exasol fabric hive "
        "materialize mysql oracle postgres presto prql redshift risingwave snowflake solr spark spark2 sqlite "
        "starrocks tableau teradata trino tsql "
    ).split()
)
"""The dialects that the parser knows."""


def canonical(name: str) -> str | None:
    """The parser's name of a dialect; "" for a name of no particular dialect, None for an unknown name.

    >>> canonical("SQLServer"), canonical(""), canonical("nosuch")
    ('tsql', '', None)
    """
    key = name.strip().lower()
    if key in OTHER_NAMES:
        return OTHER_NAMES[key]
    return key if key in KNOWN else None


_OF_SPARK = frozenset({"databricks", "spark2"})


def engine_of(dialect: str) -> str:
    """The engine whose nullability rules apply to SQL in a dialect: "spark" for those that Spark runs."""
    return "spark" if dialect in _OF_SPARK else dialect
