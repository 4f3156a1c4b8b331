"""How schemas differ from one version of the project to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# By table, then by column in the order of the table: its type and whether it may be null.
Schemas = dict[str, dict[str, tuple[str, bool]]]


def schemas(tables: Sequence[dict[str, Any]]) -> Schemas:
    """The schemas of the `columns` part of a truth: as declared, or as made where nothing is declared."""
    return {
        one["table"]: {column["name"]: (column["type"], column["nullable"]) for column in one["columns"]}
        for one in tables
    }


def changes(before: Schemas, after: Schemas) -> list[dict[str, Any]]:
    """What is different, by table and in the order of columns."""
    found = []
    for table in sorted(before | after):
        if table not in before:
            found.append(_change(table, "create table", None, None, None))
        elif table not in after:
            found.append(_change(table, "drop table", None, None, None))
        else:
            found += _of_table(table, before[table], after[table])
    return found


def _of_table(table: str, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    renamed = _renamed(before, after)
    found = [_change(table, "rename column", old, old, new) for old, new in renamed.items()]
    found += [
        _change(table, "drop column", name, before[name][0], None)
        for name in before
        if name not in after and name not in renamed
    ]
    for name, (kind, nullable) in after.items():
        if name not in before and name not in renamed.values():
            found.append(_change(table, "add column", name, None, kind))
        elif name in before and before[name][0] != kind:
            found.append(_change(table, "change type", name, before[name][0], kind))
        if name in before and before[name][1] != nullable:
            found.append(_change(table, "change nullability", name, _null(before[name][1]), _null(nullable)))
    return found


def _renamed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    """Columns that go while one of the same type and nullability comes in their place."""
    if len(before) != len(after):
        return {}
    pairs = zip(before.items(), after.items(), strict=True)
    return {old: new for (old, was), (new, now) in pairs if was == now and old not in after and new not in before}


def _null(nullable: bool) -> str:
    return "null" if nullable else "not null"


def _change(table: str, kind: str, column: str | None, before: str | None, after: str | None) -> dict[str, Any]:
    return {"table": table, "change": kind, "column": column, "from": before, "to": after}
