"""Finds the definitions of tables in migrations that later migrations made outdated: their columns are of the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctxpack.datamodel.schema import SchemaChange

Place = tuple[str, int]
"""The path and line of a statement that creates a table."""

_OF_COLUMNS = frozenset({"column added", "column dropped", "column renamed", "type changed", "nullability changed"})


def outdated(changes: Iterable[SchemaChange]) -> dict[Place, str]:
    """The creations of tables after which another file changed columns, or renamed, dropped or replaced the table.

    Args:
        changes: The changes of all families of files, each in its order.

    Returns:
        By place, the last name of the table, which may no longer exist.

    """
    found: dict[Place, str] = {}
    for family in _families(changes):
        found.update(_of_family(family))
    return found


def _families(changes: Iterable[SchemaChange]) -> Iterator[list[SchemaChange]]:
    """The changes of each family: their numbers begin anew."""
    family: list[SchemaChange] = []
    for one in changes:
        if family and one.order <= family[-1].order:
            yield family
            family = []
        family.append(one)
    yield family


def _of_family(changes: Iterable[SchemaChange]) -> dict[Place, str]:
    made_at: dict[str, Place] = {}
    found: dict[Place, str] = {}
    for one in changes:
        place = made_at.get(one.table)
        if one.change == "table created":
            made_at[one.table] = (one.path, one.line)
            if place is not None:
                found[place] = one.table
        elif place is None:
            continue
        elif one.change == "table renamed":
            made_at[one.after] = made_at.pop(one.table)
            found[place] = one.after
        elif one.change == "table dropped":
            del made_at[one.table]
            found[place] = one.table
        elif one.change in _OF_COLUMNS and one.path != place[0]:
            found[place] = one.table
    names = {place: name for name, place in made_at.items()}
    return {place: names.get(place, name) for place, name in found.items()}
