"""Tables that programs declare with DDL in strings: `spark.sql("CREATE TABLE IF NOT EXISTS ...")`.

The interpreter collected the strings; here they are parsed like SQL files, and placed into the files of the programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from ctxpack.datamodel.lineage import Declaration, Definition
from ctxpack.datamodel.schema import SchemaStep

_TABLES = frozenset({"table", "foreign table"})


def embedded(definitions: Iterable[Definition], read: Callable[[str], str]) -> tuple[Declaration, ...]:
    """The tables that DDL statements declare, without duplicates; `read` gives the text of a file."""
    found = sorted(definitions, key=lambda one: one.path)
    made: dict[Declaration, None] = {}
    for path, group in groupby(found, key=lambda one: one.path):
        source = read(path)
        made.update(dict.fromkeys(table for one in group for table in _declared(one, source)))
    return tuple(made)


def _declared(one: Definition, source: str) -> Iterator[Declaration]:
    from ctxpack.parse.schemas.sql_in_code import steps

    for step in steps(one.text, source, one.line, (one.literal,)):
        if step.kind == "create" and step.columns and step.kind_of in _TABLES and not _is_open(step):
            yield Declaration(step.table, step.kind_of, step.columns, step.keys, one.path, step.line, "sql", step.doc)


def _is_open(step: SchemaStep) -> bool:
    """Whether the last part of the table's name, or the name of a column, is one unresolved placeholder ("{x}")."""
    names = (step.table.rpartition(".")[2], *(column.name for column in step.columns))
    return any(name.startswith("{") and name.endswith("}") for name in names)
