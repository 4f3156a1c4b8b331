"""The mutable state of one table while steps are applied to it, and helpers for qualified table names."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.declared.keys import Key
from ctxpack.model import Column

DEFAULT_SCHEMAS = frozenset({"", "public", "dbo", "main", "default"})


@dataclass(slots=True)
class TableState:
    """A table while steps are applied; `columns` are in order, by name in lower case.

    `children` are tables that inherit from this one or are its partitions, each with which of the two ("inherits",
    "partition").
    """

    name: str
    kind_of: str
    path: str
    line: int
    format: str
    columns: dict[str, Column] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    doc: str = ""
    children: dict[str, str] = field(default_factory=dict)
    spelled: str = ""

    def put(self, column: Column) -> None:
        """Add a column, or replace the one of the same name."""
        self.columns[column.name.lower()] = column

    def declared(self, family: str, domains: dict[str, bool]) -> DeclaredTable:
        """The table as a frozen value; `domains` says, by the name of a domain type, whether it allows nulls."""
        columns = tuple(_of_domain(column, domains) for column in self.columns.values())
        keys = tuple(dict.fromkeys(str(key) for key in self.keys))
        return DeclaredTable(
            self.name, self.kind_of, columns, keys, self.path, self.line, self.format, self.doc, family,
            self.spelled,
        )  # fmt: skip


def _of_domain(column: Column, domains: dict[str, bool]) -> Column:
    if column.nullable and domains.get(column.type.lower().rpartition(".")[2]) is False:
        return msgspec.structs.replace(column, nullable=False)
    return column


def owner_of(name: str) -> str:
    """The schema in a table's name, without placeholders at its start: "silver" of "{catalog}.silver.orders".

    "" where there is none, or nothing but a placeholder.
    """
    owner = name.rpartition(".")[0]
    return owner.rpartition("}")[2].strip(".") if owner.startswith("{") else owner
