"""Compares two states of declared tables, such as those of two commits.

A removed and an added column of the same type count as a rename if their names are similar, or if they are at the same
position among the unchanged columns. A removed and an added table count as a rename if most columns agree. Two states
alone cannot prove a rename, so doubtful cases are reported as a drop and an addition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import msgspec

from ctxpack.datamodel.schema import ChangeKind, DeclaredTable, SchemaChange
from ctxpack.model import Column

_ALIKE = 0.6
_SAME_TABLE = 0.7
_MOST_COMPARED = 200


def defined(column: Column) -> str:
    """The type and nullability of a column, as in "text not null"."""
    told = {False: "not null", True: "", None: ""}[column.nullable]
    return " ".join(part for part in (column.type, told) if part)


def diff(before: Sequence[DeclaredTable], after: Sequence[DeclaredTable]) -> tuple[SchemaChange, ...]:
    """The changes from one state to the other, by table; `path` and `line` are those of the later state.

    Changes of a renamed table are listed under its new name.
    """
    old, new = _by_name(before), _by_name(after)
    renamed = _renamed_tables([t for n, t in old.items() if n not in new], [t for n, t in new.items() if n not in old])
    found: list[SchemaChange] = []
    for name, table in old.items():
        if name not in new and name not in renamed:
            found.append(_change(table, "table dropped"))
    known_as = {later: old[earlier] for earlier, later in renamed.items()}
    for name, table in new.items():
        was = old.get(name) or known_as.get(name)
        if was is None:
            found.append(_change(table, "table created"))
            continue
        if was.name != table.name:
            found.append(_change(table, "table renamed", before=was.name, after=table.name))
        found.extend(compare(was, table))
    return tuple(msgspec.structs.replace(change, order=number) for number, change in enumerate(found, 1))


def _by_name(tables: Sequence[DeclaredTable]) -> dict[str, DeclaredTable]:
    return {table.name: table for table in sorted(tables, key=lambda one: (one.name, one.path, one.line))}


def _change(
    table: DeclaredTable, change: ChangeKind, column: str = "", *, before: str = "", after: str = "", line: int = 0
) -> SchemaChange:
    return SchemaChange(table.name, column, change, before, after, table.path, line or table.line)


def _renamed_tables(gone: Sequence[DeclaredTable], come: Sequence[DeclaredTable]) -> dict[str, str]:
    """Old to new names of renamed tables, matched greedily by the similarity of their columns."""
    if len(gone) > _MOST_COMPARED or len(come) > _MOST_COMPARED:
        return {}
    pairs = [(_likeness(a, b), a.name, b.name) for a in gone for b in come]
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for likeness, earlier, later in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if likeness >= _SAME_TABLE and earlier not in renamed and later not in taken:
            renamed[earlier] = later
            taken.add(later)
    return renamed


def _likeness(a: DeclaredTable, b: DeclaredTable) -> float:
    """The Jaccard similarity of the columns (name and type) of two tables; 0 if either has fewer than two."""
    one = {(column.name.lower(), column.type.lower()) for column in a.columns}
    two = {(column.name.lower(), column.type.lower()) for column in b.columns}
    return len(one & two) / len(one | two) if min(len(one), len(two)) > 1 else 0.0


def compare(before: DeclaredTable, after: DeclaredTable) -> Iterator[SchemaChange]:
    """The changes of the columns and keys of one table."""
    old = {column.name.lower(): column for column in before.columns}
    new = {column.name.lower(): column for column in after.columns}
    renamed = _renamed_columns(old, new)
    for name, column in old.items():
        if name not in new and name not in renamed:
            yield _change(after, "column dropped", column.name, before=defined(column))
    known_as = {later: old[earlier] for earlier, later in renamed.items()}
    for name, column in new.items():
        was = old.get(name) or known_as.get(name)
        if was is None:
            yield _change(after, "column added", column.name, after=defined(column), line=column.line)
            continue
        if was.name.lower() != name:
            yield _change(after, "column renamed", was.name, before=was.name, after=column.name, line=column.line)
        yield from _compared(after, was, column)
    yield from _keys(before, after)


def _compared(table: DeclaredTable, was: Column, column: Column) -> Iterator[SchemaChange]:
    if _plain(was.type) != _plain(column.type):
        yield _change(table, "type changed", was.name, before=was.type, after=column.type, line=column.line)
    if was.nullable is not column.nullable and None not in (was.nullable, column.nullable):
        told = {True: "null", False: "not null"}
        before, after = told[bool(was.nullable)], told[bool(column.nullable)]
        yield _change(table, "nullability changed", was.name, before=before, after=after, line=column.line)


def _plain(text: str) -> str:
    return "".join(text.lower().split())


def _keys(before: DeclaredTable, after: DeclaredTable) -> Iterator[SchemaChange]:
    for key in before.keys:
        if key not in after.keys:
            yield _change(after, "key dropped", before=key)
    for key in after.keys:
        if key not in before.keys:
            yield _change(after, "key added", after=key)


def _renamed_columns(old: Mapping[str, Column], new: Mapping[str, Column]) -> dict[str, str]:
    """Old to new names of renamed columns."""
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    if not gone or not come or len(gone) > _MOST_COMPARED or len(come) > _MOST_COMPARED:
        return {}
    places_old, places_new = _neighbours(old, new), _neighbours(new, old)
    pairs = []
    for earlier in gone:
        for later in come:
            if _plain(old[earlier].type) != _plain(new[later].type):
                continue
            same_place = places_old[earlier] == places_new[later]
            alike = SequenceMatcher(None, earlier, later, autojunk=False).ratio()
            if alike >= _ALIKE or (same_place and len(gone) == len(come) and old[earlier].type):
                pairs.append((alike + same_place, earlier, later))
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for _, earlier, later in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if earlier not in renamed and later not in taken:
            renamed[earlier] = later
            taken.add(later)
    return renamed


def _neighbours(columns: Mapping[str, Column], others: Mapping[str, Column]) -> dict[str, tuple[str, int]]:
    """The position of each column missing from `others`: the last common column before it, and the distance to that."""
    found: dict[str, tuple[str, int]] = {}
    common, distance = "", 0
    for name in columns:
        if name in others:
            common, distance = name, 0
        else:
            distance += 1
            found[name] = (common, distance)
    return found
