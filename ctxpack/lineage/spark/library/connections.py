"""Database connections that execute SQL: DuckDB, DB-API drivers, SQLAlchemy, BigQuery, Snowflake."""

from __future__ import annotations

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.effects import embedded, sites
from ctxpack.lineage.spark.effects.sites import Mention
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Connection, Frame
from ctxpack.lineage.spark.values.texts import Text, shown
from ctxpack.lineage.spark.values.uncertain import Unknown, options

DIALECTS = {
    "duckdb": "duckdb", "sqlite3": "sqlite", "psycopg2": "postgres", "psycopg": "postgres", "asyncpg": "postgres",
    "pymysql": "mysql", "MySQLdb": "mysql", "mysql": "mysql", "pyodbc": "tsql", "snowflake": "snowflake",
    "google": "bigquery", "redshift_connector": "redshift", "clickhouse_driver": "clickhouse", "trino": "trino",
    "oracledb": "oracle", "cx_Oracle": "oracle", "databricks": "databricks", "pyhive": "hive", "sqlalchemy": "",
    "clickhouse_connect": "clickhouse", "ibis": "", "vertica_python": "vertica", "teradatasql": "teradata",
}  # fmt: skip
OPENERS = frozenset(
    "connect connection create_engine Client get_client create_async_engine Session sessionmaker".split()
)
_EXECUTE = frozenset(
    """execute executemany executescript sql query raw_sql execute_string execute_async fetch fetchrow fetchval
    run_query""".split()
)
_READERS = {"read_csv": "path", "read_parquet": "path", "read_json": "path", "table": "table", "view": "table"}
_FETCH = frozenset(
    "fetchdf fetch_df df to_df pl arrow to_dataframe to_arrow fetchall fetch_pandas_all fetchone result".split()
)


def method(machine: Machine, value: Connection, name: str, args: Args) -> object:
    """A method of a connection, a cursor, or the result of a query."""
    if name in _EXECUTE:
        return execute(machine, value, name, args)
    if name in _READERS:
        form: sites.Form = "path" if _READERS[name] == "path" else "table"
        return sites.read(machine, Mention(args.get(0), form, f"{value.dialect}.{name}", args.line), api="pandas")
    if name in _FETCH and value.result is not None:
        return value.result
    if name in ("register", "register_view", "create_view") and isinstance(args.get(1), Frame):
        key = args.get(0)
        if isinstance(key, str):
            machine.process.views[shown(key).lower()] = args.get(1)
        return None
    return (
        value
        if name in ("cursor", "connect", "begin", "__enter__", "raw_connection", "commit", "session")
        else Unknown(name)
    )


def execute(machine: Machine, value: Connection, name: str, args: Args) -> object:
    """Run SQL on a connection."""
    text = args.get(0, "query", args.any_of("sql", "statement", "operation", "sql_script"))
    known = any(isinstance(one, Text) and embedded.is_sql(one) for one in options(text))
    if not known:
        return Connection(value.dialect)
    frame = embedded.run(machine, text, value.dialect, f"{value.dialect or 'SQL'} {name}", args.line)
    if frame is not None:
        frame.api = "pandas"
    return Connection(value.dialect, frame or Frame(to.Opaque((), "rows of a statement"), "pandas", known=False))
