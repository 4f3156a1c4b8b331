"""Library names that stand for values of the interpreter (sessions, windows)."""

from __future__ import annotations

import re

from ctxpack.lineage.spark.values.objects import External
from ctxpack.lineage.spark.values.tables import Session, Window

_CONNECT = re.compile(r"^pyspark\.sql\.connect\.")
_WINDOWS = frozenset(
    {"pyspark.sql.Window", "pyspark.sql.window.Window", "snowflake.snowpark.Window", "snowflake.snowpark.window.Window"}
)
_SESSIONS = frozenset(
    {
        "pyspark.sql.SparkSession.builder",
        "pyspark.sql.session.SparkSession.builder",
        "databricks.sdk.runtime.spark",
        "pyspark.shell.spark",
        "databricks.connect.DatabricksSession.builder",
        "snowflake.snowpark.Session.builder",
    }
)
_SESSION_ATTRIBUTES = frozenset({"spark_session", "sparkSession"})


def named(name: str) -> object:
    """The value of a dotted library name."""
    plain = _CONNECT.sub("pyspark.sql.", name)
    if plain in _SESSIONS or plain.rpartition(".")[2] in _SESSION_ATTRIBUTES:
        return Session()
    return Window() if plain in _WINDOWS else External(plain)
