"""Groups the families of files that declare the same database: a migration history, and dumps of the resulting schema.

Each family is compared with itself before and after, never a history with a dump, which spells types differently. If
one family of a database loses something, the database has lost it, even if the other families are not updated yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ctxpack.datamodel.schema import DataFacts, DeclaredTable, Folded
from ctxpack.lineage.families.places import dialect_in, is_aside, place
from ctxpack.paths import shared_depth

Tables = Sequence[DeclaredTable]

_DUMPS = frozenset({"rails_schema"})
_SHARED = 0.5
"""Two families are of one database only if they share more than this part of the smaller one's tables."""

_FARTHEST = 2
_OF_DATABASES = frozenset(
    """sql rails_schema rails_migrations alembic django_migrations laravel typeorm_migrations
    efcore_migrations""".split()
)
"""Formats that define a database, as opposed to models in code, which describe what a program expects of it."""


class Databases:
    """The tables of one state, by the family of files that declares them."""

    def __init__(self, folded: Folded) -> None:
        self.families: dict[str, list[DeclaredTable]] = {}
        for table in (*folded.tables, *folded.others):
            self.families.setdefault(table.family, []).append(table)
        self._by_last: dict[str, list[DeclaredTable]] = {}
        for table in (*folded.tables, *folded.others):
            self._by_last.setdefault(last(table.name), []).append(table)
        self._same: dict[tuple[str, str], bool] = {}

    def called(self, name: str) -> Tables:
        """The tables whose name has the same last part; the one that folding preferred comes first."""
        return self._by_last.get(last(name), ())

    def are_one(self, one: str, other: str) -> bool:
        """Whether two families declare the same database."""
        key = min(one, other), max(one, other)
        if key not in self._same:
            self._same[key] = one == other or _are_one(self.families.get(one, ()), self.families.get(other, ()))
        return self._same[key]

    def elsewhere(self, table: DeclaredTable) -> tuple[Tables, Tables]:
        """The same table in other files of its database, and those of the same name in other databases."""
        same: list[DeclaredTable] = []
        others: list[DeclaredTable] = []
        for one in self.called(table.name):
            if one.format not in _OF_DATABASES or one.family == table.family:
                continue
            if self.are_one(one.family, table.family):
                same.append(one)
            elif not is_aside(one.path):
                others.append(one)
        return same, others


def last(name: str) -> str:
    """The name of a table without its schema."""
    return name.rpartition(".")[2].lower()


def compared(
    before: Databases, after: Databases, dropped: frozenset[str], taken: Folded
) -> Iterator[tuple[Tables, Tables]]:
    """The families of the state before, as (tables before, tables after); preferred families come first.

    If a family has no tables any more, those that a migration dropped (`dropped`, last names) are lost; it is not known
    what declares the others now, so they are compared with the preferred tables of the state after (`taken`).
    """
    for family, old in before.families.items():
        new = after.families.get(family)
        if new is not None:
            yield old, new
            continue
        gone = [table for table in old if last(table.name) in dropped]
        kept = [table for table in old if last(table.name) not in dropped]
        yield gone, ()
        yield kept, taken.tables


def _are_one(one: Tables, other: Tables) -> bool:
    if not one or not other:
        return False
    first, second = one[0], other[0]
    if not (_is_dump(first) or _is_dump(second)) or is_aside(first.path) != is_aside(second.path):
        return False
    dialects = {_dialect(first.path), _dialect(second.path)} - {""}
    if len(dialects) > 1 or _are_far(first.path, second.path):
        return False
    names, others = ({last(table.name) for table in tables} for tables in (one, other))
    return len(names & others) > _SHARED * min(len(names), len(others))


def _is_dump(table: DeclaredTable) -> bool:
    """Whether a table's declaration may be a schema dump: neither a migration nor code."""
    return table.format in _DUMPS or (table.format == "sql" and not place(table.path).is_step)


def _dialect(path: str) -> str:
    return next((name for part in reversed(path.split("/")) if (name := dialect_in(part))), "")


def _are_far(one: str, other: str) -> bool:
    """Whether two files are in folders more than `_FARTHEST` levels from their common parent."""
    left, right = (place(path).root for path in (one, other))
    common = shared_depth(left, right) if left and right else 0
    return any(len([part for part in root.split("/") if part]) - common > _FARTHEST for root in (left, right))


def migrating(facts: Mapping[tuple[str, str], DataFacts]) -> frozenset[str]:
    """The folders that contain migrations; `facts` are by (path, format)."""
    return frozenset(path.rpartition("/")[0] for (path, _), found in facts.items() if is_step(path, found.format))


def is_step(path: str, schema_format: str) -> bool:
    """Whether a file of this format is a migration."""
    if schema_format == "sql":
        return place(path).is_step
    return schema_format in _OF_DATABASES and schema_format not in _DUMPS
