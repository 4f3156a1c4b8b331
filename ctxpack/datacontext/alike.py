"""Finds the classes that are a table in all but a statement: they have its name, and its columns as their members.

So it is wherever rows are read by hand or by a mapper of queries (MyBatis, Dapper, sqlx, JDBC), and where types of a
client describe what a server stores.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property

from ctxpack.datacontext.stated import TYPES
from ctxpack.lineage.orm.spellings import squashed
from ctxpack.parse.schemas.words import singular
from ctxpack.rank.lexical import Named
from ctxpack.workspace import Workspace

_SUFFIX = re.compile(r"(?<=[a-z0-9])(?:Entity|Model|Record|Row|Table|DO|PO)$")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LEAST_SHARED, _LEAST = 0.5, 2
"""The share of the columns, or of the members, that must be the other too, and the least number of them."""

_MOST = 4
"""Of more classes with a table's name and columns none is taken."""

_SHORTEST = 3
_NOT_MEANT = frozenset({"test", "generated", "vendored"})
"""The roles of files whose classes are nobody's models."""


class Alike:
    """Finds the classes with the name and the columns of a table."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str, columns: Collection[str]) -> list[tuple[str, int]]:
        """The (path, index) pairs of the classes like a table, sorted; `columns` are all its columns."""
        letters = frozenset(map(squashed, columns))
        found = [
            (one.path, one.symbol)
            for called in names_of(table)
            for one in self._by_name.get(called, ())
            if self._has(one, letters)
        ]
        return sorted(set(found)) if len(set(found)) <= _MOST else []

    @cached_property
    def _by_name(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = defaultdict(list)
        files = self._workspace.files
        for one in self._workspace.of_kinds(sorted(TYPES)):
            if one.path in files and files[one.path].role not in _NOT_MEANT:
                for name in names_of_class(one.name):
                    found[name].append(one)
        return found

    def _has(self, one: Named, columns: frozenset[str]) -> bool:
        """Whether enough members of a class are columns."""
        definitions = self._workspace.facts(one.path).definitions
        members = {squashed(member.name) for member in definitions if member.parent == one.symbol}
        shared = len(members & columns)
        return shared >= _LEAST and shared >= _LEAST_SHARED * min(len(columns), len(members))


def names_of_class(name: str) -> frozenset[str]:
    """The names of a class as they are compared: with and without a suffix that says what it is (`UserEntity`)."""
    return frozenset(squashed(singular(_HUMP.sub("_", one).lower())) for one in (name, _SUFFIX.sub("", name)))


def names_of(table: str) -> Iterator[str]:
    """The names that a class for a table may have, as they are compared: with and without a first word (`t_user`)."""
    own = table.rpartition(".")[2].lower()
    for name in dict.fromkeys((own, own.partition("_")[2])):
        if len(name) >= _SHORTEST:
            yield squashed(singular(name))
