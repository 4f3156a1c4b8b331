"""One table while it is put together from steps, and what the names of tables say."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.keys import Key
from ctxpack.model import Column

DEFAULT_SCHEMAS = frozenset({"", "public", "dbo", "main", "default"})


@dataclass(slots=True)
class TableState:
    """A table in the making; columns by their lower-cased names, in order."""

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
        """Add a column, or replace the one of its name."""
        self.columns[column.name.lower()] = column

    def declared(self, family: str, domains: dict[str, bool]) -> DeclaredTable:
        """The table as a value; `domains` says of types whether they allow nulls."""
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
    """The schema of a table's name without what a template leaves open: "silver" of "{catalog}.silver.orders".

    "" where there is none, and where a template is all that there is.
    """
    owner = name.rpartition(".")[0]
    return owner.rpartition("}")[2].strip(".") if owner.startswith("{") else owner
