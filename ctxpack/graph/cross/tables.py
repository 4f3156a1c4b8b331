"""Tables named in strings of code and settings, to the SQL statement that creates them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ctxpack.graph.consulted import Offer
from ctxpack.graph.cross.base import Asked, Found, Rule, nearest
from ctxpack.model import FileFacts

KINDS = (("FROM", "reads"), ("INTO", "writes"))
"""The kind of the edge by what the statement does with the table; a mere name is a reference."""

_MAPPED = "TABLE"
"""The key of a table that a type stands for, which is no guess."""

_SHORTEST = 3
_KINDS = dict(KINDS)
_PASSING = re.compile(r"create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+)?temp", re.IGNORECASE)
_CREATED = frozenset({"table", "view"})


class TableRule(Rule):
    """What the name of a table means outside of SQL files."""

    @cached_property
    def _created(self) -> dict[str, list[tuple[str, int, str]]]:
        """The tables and views that SQL files create for good, by name."""
        created: dict[str, list[tuple[str, int, str]]] = {}
        for path, facts in self.project.of(("sql",)):
            for index, name, qualname in _created(facts):
                created.setdefault(name, []).append((path, index, qualname))
        return created

    def offers(self, facts: FileFacts) -> Iterator[Offer]:
        """The tables that a file creates."""
        for index, name, qualname in _created(facts):
            yield _token(name), (index, qualname)

    def find(self, asked: Asked) -> Found | None:
        """The table by its whole name; in a statement also where one of the two leaves the schema open."""
        kind = _KINDS.get(asked.key)
        whole = asked.name.lower()
        mapped = asked.key == _MAPPED
        if kind is None and not mapped and whole.count(".") not in (1, 2):
            return None
        if "." not in whole and len(whole) <= _SHORTEST and not mapped:
            return None
        self.linker.consult(_token(whole.rpartition(".")[2]))
        named = self._created.get(whole.rpartition(".")[2], ())
        fitting = [place for place in named if _ends_alike(place[2], whole)]
        if kind is None and not mapped:
            fitting = [place for place in fitting if place[2].count(".") == whole.count(".")]
        chosen = nearest(asked.path, sorted({place[0] for place in fitting}))
        index = next((index for other, index, _ in fitting if other == chosen), None)
        if chosen is None or index is None:
            return None
        if mapped:
            return Found(chosen, index, "mapped table", 0.85 if len(fitting) == 1 else 0.75)
        if kind is None:
            return Found(chosen, index, "names the table", 0.75)
        return Found(chosen, index, "SQL in a string", 0.85 if len(fitting) == 1 else 0.75, kind)


def _created(facts: FileFacts) -> Iterator[tuple[int, str, str]]:
    """The index, name and whole name of the tables and views that a SQL file creates for good."""
    for index, definition in enumerate(facts.definitions if facts.language == "sql" else ()):
        if definition.kind in _CREATED and definition.exported and not _PASSING.match(definition.signature):
            yield index, definition.name.lower(), definition.qualname.lower()


def _token(name: str) -> str:
    return f"\0table {name}"


def _ends_alike(created: str, named: str) -> bool:
    """Whether the two names agree as far as both are qualified; computed parts agree with any."""
    pairs = zip(reversed(created.split(".")), reversed(named.split(".")), strict=False)
    return all(left == right or "{" in left for left, right in pairs)
