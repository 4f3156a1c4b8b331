"""Suspects for declared tables: columns that are removed, renamed, of another type or now nullable, and lost tables.

The change is in the file that declares the table, or in a migration, which may also drop or rename a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ctxpack.check.comparison import View
from ctxpack.check.findings import Use
from ctxpack.check.pairs import FilePair
from ctxpack.check.suspect import Kind, Shift, Suspect
from ctxpack.check.types import same_type, serves
from ctxpack.model import Column, Definition, FileFacts, Table

_TABLES = frozenset({"table", "view"})
_DECLARED = 0.9
"""The confidence that a class which declares a table of the same name means the one that migrations make."""


def columns(pairs: Sequence[FilePair]) -> Iterator[Suspect]:
    """The changed columns of tables that a file declares both before and after."""
    for pair in pairs:
        if pair.old is None or pair.new is None:
            continue
        after = _single(pair.new)
        for name, table in _single(pair.old).items():
            if name in after and table.columns and after[name].columns:
                yield from _changed(pair, table, after[name])


def _single(facts: FileFacts) -> dict[str, Table]:
    """The tables of a file by lower-case name, without those that it declares more than once."""
    found: dict[str, Table] = {}
    several: set[str] = set()
    for table in facts.tables:
        if table.name.lower() in found:
            several.add(table.name.lower())
        found[table.name.lower()] = table
    return {name: table for name, table in found.items() if name not in several}


def _changed(pair: FilePair, table: Table, after: Table) -> Iterator[Suspect]:
    now = {column.name.lower(): column for column in after.columns}
    before = {column.name.lower() for column in table.columns}
    added = [column for column in after.columns if column.name.lower() not in before]
    for position, column in enumerate(table.columns):
        present = now.get(column.name.lower())
        if present is None:
            new = _renamed(table, position, after, added)
            kind: Kind = "column-renamed" if new else "column-removed"
            what = f"column renamed to {new}" if new else "column removed"
            yield _suspect(pair, table, column, (kind, what, new))
        else:
            yield from _redefined(pair, table, column, present)


def _redefined(pair: FilePair, table: Table, column: Column, present: Column) -> Iterator[Suspect]:
    if column.type and present.type and not serves(column.type, present.type):
        what = f"column is {present.type} instead of {column.type}"
        yield _suspect(pair, table, column, ("column-type", what, ""))
    if column.nullable is False and present.nullable is not False:
        yield _suspect(pair, table, column, ("column-nullable", "column may be null now", ""))


def _renamed(table: Table, position: int, after: Table, added: Sequence[Column]) -> str:
    """The new name of a column: the added column at its position (after the same one), if the type is the same."""
    if not added:
        return ""
    column = table.columns[position]
    before = table.columns[position - 1].name.lower() if position else ""
    for one in added:
        place = after.columns.index(one)
        beside = after.columns[place - 1].name.lower() if place else ""
        if beside == before and same_type(one.type, column.type):
            return one.name
    return ""


def _suspect(pair: FilePair, table: Table, column: Column, happened: tuple[Kind, str, str]) -> Suspect:
    """The suspect for a column; `happened` is (kind, description, new name or "")."""
    assert pair.old is not None
    kind, what, successor = happened
    members = tuple(
        index
        for index, one in enumerate(pair.old.definitions)
        if one.qualname.lower() == table.name.lower() and one.kind in _TABLES
    )
    return Suspect(
        kind, pair.before, pair.after, f"{table.name}.{column.name}", column.line or table.span[0], what, column.name,
        (column.name,), members, successor=successor, column=column.name,
    )  # fmt: skip


# --- migrations -------------------------------------------------------------------------------------------------------


def shifted(one: Shift, definitions: Mapping[str, Sequence[Definition]]) -> Suspect:
    """The suspect for a migration's change; `definitions` are those, before, of the files that declare the table."""
    own = one.table.rpartition(".")[2]
    members = _members(own, definitions.get(one.path, ()))
    others = sorted({path for path, _ in one.also} - {one.path})
    also = tuple((path, index) for path in others for index in (_members(own, definitions.get(path, ())) or (-1,)))
    symbol = f"{one.table}.{one.column}" if one.column else one.table
    name = one.column or own
    return Suspect(
        one.kind, one.path, one.path, symbol, one.line, f"{_happened(one)} by {one.by}:{one.by_line}", name, (name,),
        members, successor=one.after if one.kind.endswith("renamed") else "", column=one.column, undone=not one.column,
        by=one.by, by_line=one.by_line, also=also, shared=one.shared,
    )  # fmt: skip


def _members(name: str, definitions: Sequence[Definition]) -> tuple[int, ...]:
    """The indices of the definitions that make a table of this name."""
    return tuple(
        index
        for index, made in enumerate(definitions)
        if made.kind in _TABLES and name.lower() in (made.name.lower(), made.qualname.lower())
    )


def declarations(one: Shift, after: View) -> Iterator[Use]:
    """The places in source files that still declare what migrations removed; tests and other roles do not count."""
    for path, line in one.still:
        file = after.files.get(path)
        if file is not None and file.role == "source":
            yield Use(path, line, "", "declares", "", False, "same table", _DECLARED)


def _happened(one: Shift) -> str:
    what = "column" if one.column else "table"
    if one.kind.endswith("renamed"):
        return f"{what} renamed to {one.after}"
    if one.kind.endswith("removed"):
        return f"{what} removed"
    return f"column made {one.after} instead of {one.before}" if one.kind == "column-type" else "column made nullable"
