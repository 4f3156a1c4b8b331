"""The formats in which files declare schemas or pipelines, one record each, and the one door to their readers.

A file may be of several: a Python module can hold ORM classes and a Spark job. Whether it is of a format is told by its
path, its language and a mark in its text, all cheap, since every file of a repository is asked; a reader that then
finds nothing gives facts without steps. `docs/adding-a-schema-format.md` says how to add one.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from ctxpack.datamodel.schema import DataFacts
from ctxpack.model import Problem

VERSION = 1
"""To be raised whenever the same text would give other data facts; it is part of the store's keys."""

_LARGEST = 8_000_000


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `module` is that of its reader under `ctxpack.parse`, which has `read(text: str) -> DataFacts`.

    A file is of the format when its language is among `languages` (any, where there are none), its path is found by
    `path`, and its text by `mark`.
    """

    name: str
    module: str
    languages: frozenset[str] = frozenset()
    path: re.Pattern[str] | None = None
    mark: re.Pattern[str] | None = None


PIPELINE = re.compile(
    r"\b(?:pyspark|spark|sparksession|sqlcontext|hivecontext|gluecontext|awsglue|dbutils|databricks|deltatable|delta"
    r"|dataframe|pandas|polars|duckdb|dlt|snowpark|snowflake|bigquery|ibis|dask|awswrangler|psycopg2?|sqlalchemy"
    r"|pyodbc|pymysql|sqlite3|read_(?:csv|parquet|sql|json|excel|table|delta)|to_(?:csv|parquet|sql|delta|table)"
    r"|saveastable|writestream|readstream|createorreplacetempview)\b",
    re.IGNORECASE,
)
"""What a Python file mentions that may handle datasets. Others are read in the same way where such a one imports them,
because names of tables come from there.
"""

FORMATS: tuple[Format, ...] = (
    Format(
        "sql",
        "schemas.sql",
        frozenset({"sql"}),
        mark=re.compile(r"\b(?:create|alter|drop|comment|rename|exec)\b", re.IGNORECASE),
    ),
    Format("pipeline", "spark.program", frozenset({"python"}), mark=PIPELINE),
)

_BY_NAME = {one.name: one for one in FORMATS}


def may_be(path: str, language: str) -> bool:
    """Whether a file may be of some format, as far as its path and language tell."""
    return any(
        (not one.languages or language in one.languages) and (one.path is None or one.path.search(path) is not None)
        for one in FORMATS
    )


def formats_of(path: str, language: str, text: str) -> tuple[str, ...]:
    """The names of the formats that a file may be of, in the order of the table."""
    return tuple(one.name for one in FORMATS if _is_of(one, path, language, text))


def _is_of(one: Format, path: str, language: str, text: str) -> bool:
    if one.languages and language not in one.languages:
        return False
    if one.path is not None and not one.path.search(path):
        return False
    return one.mark is None or one.mark.search(text) is not None


def read(name: str, text: str) -> DataFacts:
    """What a text says in the named format; never raises for any text of a size that is read."""
    if len(text) > _LARGEST and name != "sql":
        return DataFacts(name, problems=(Problem("", f"{len(text):,} characters are too many to read as {name}"),))
    reader: Callable[[str], DataFacts] = importlib.import_module(f"ctxpack.parse.{_BY_NAME[name].module}").read
    return reader(text)
