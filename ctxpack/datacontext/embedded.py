"""Tables that programs declare with DDL in strings: `spark.sql("CREATE TABLE IF NOT EXISTS ...")`.

The interpreter collected the strings; here they are parsed like SQL files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctxpack.datamodel.lineage import Declaration, Definition
from ctxpack.datamodel.schema import SchemaStep

_TABLES = frozenset({"table", "foreign table"})


def embedded(definitions: Iterable[Definition]) -> tuple[Declaration, ...]:
    """The tables that DDL statements declare, without duplicates."""
    return tuple(dict.fromkeys(made for one in definitions for made in _declared(one)))


def _declared(one: Definition) -> Iterator[Declaration]:
    from ctxpack.parse.schemas.sql import read

    for step in read(one.text).steps:
        if step.kind == "create" and step.columns and step.kind_of in _TABLES and not _is_open(step):
            line = one.line + step.line - 1
            yield Declaration(step.table, step.kind_of, step.columns, step.keys, one.path, line, "sql", step.doc)


def _is_open(step: SchemaStep) -> bool:
    """Whether the last part of the table's name, or the name of a column, is one unresolved placeholder ("{x}")."""
    names = (step.table.rpartition(".")[2], *(column.name for column in step.columns))
    return any(name.startswith("{") and name.endswith("}") for name in names)
