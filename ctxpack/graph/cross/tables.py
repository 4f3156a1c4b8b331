"""Tables named in strings of code and settings, to the statement that creates them, in a SQL file or in a string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from ctxpack.graph.consulted import Offer
from ctxpack.graph.cross.base import Asked, Found, Rule, nearest
from ctxpack.model import FileFacts
from ctxpack.naming import DEFINES as CREATED

KINDS = (("FROM", "reads"), ("INTO", "writes"))
"""The kind of the edge by what the statement does with the table; a mere name is a reference."""

_Place = tuple[str, int, str]
"""A file that creates a table, the index of a definition in it, and the table's whole name."""

_MAPPED = "TABLE"
"""The key of a table that a type stands for, which is no guess."""

_KIN = (("javascript", "svelte", "tsx", "typescript", "vue"), ("groovy", "java", "kotlin", "scala"))
"""Languages whose files make one program."""

_NO_NAMES = frozenset({"the", "this", "that", "these", "your", "our", "their", "its", "which", "each", "every"})
"""Words that follow "from" and "update" in sentences."""

_SHORTEST = 3
_KINDS = dict(KINDS)
_PASSING = re.compile(r"create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+)?temp", re.IGNORECASE)
_CREATED = frozenset({"table", "view"})


class TableRule(Rule):
    """What the name of a table means outside of SQL files."""

    def _in_strings(self, language: str) -> dict[str, list[_Place]]:
        """The tables that statements in strings of a language and its kin create, by name.

        The definition of each is the one around the string.
        """
        kin = next((one for one in _KIN if language in one), (language,))
        if kin not in self._held_in:
            created: dict[str, list[_Place]] = {}
            for path, facts in self.project.of(kin):
                for index, name, qualname in _held(facts):
                    created.setdefault(name, []).append((path, index, qualname))
            self._held_in[kin] = created
        return self._held_in[kin]

    @cached_property
    def _held_in(self) -> dict[tuple[str, ...], dict[str, list[_Place]]]:
        return {}

    @cached_property
    def _created(self) -> dict[str, list[_Place]]:
        """The tables and views that SQL files create for good, by name."""
        created: dict[str, list[_Place]] = {}
        for path, facts in self.project.of(("sql",)):
            for index, name, qualname in _created(facts):
                created.setdefault(name, []).append((path, index, qualname))
        return created

    def offers(self, facts: FileFacts) -> Iterator[Offer]:
        """The tables that a file creates."""
        for index, name, qualname in (*_created(facts), *_held(facts)):
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
        last = whole.rpartition(".")[2]
        named: Sequence[_Place] = self._created.get(last, ())
        if not named and kind is not None:
            named = self._in_strings(asked.language).get(last, ())
        fitting = [place for place in named if _ends_alike(place[2], whole)]
        if kind is None and not mapped:
            fitting = [place for place in fitting if place[2].count(".") == whole.count(".")]
        chosen = nearest(asked.path, sorted({place[0] for place in fitting}))
        if chosen is None and kind is not None:
            chosen = _first_of_folder([place[0] for place in fitting])
        index = next((index for other, index, _ in fitting if other == chosen), None)
        if chosen is None or index is None or last in _NO_NAMES:
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


def _held(facts: FileFacts) -> Iterator[tuple[int, str, str]]:
    """As `_created`, for the statements in a file's strings; the index is that of the definition around, or -1."""
    for mention in facts.mentions if facts.language != "sql" else ():
        key, _, name = mention.text.partition(" ")
        if key == CREATED and name:
            yield _around(facts, mention.line), name.rpartition(".")[2].lower(), name.lower()


def _around(facts: FileFacts, line: int) -> int:
    """The index of the innermost definition around a line, be it only a variable; -1 for none."""
    around = [index for index, one in enumerate(facts.definitions) if one.span[0] <= line <= one.span[1]]
    return max(around, key=lambda index: (facts.definitions[index].span[0], index), default=-1)


def _first_of_folder(paths: Iterable[str]) -> str | None:
    """The first of some files in one folder, which create the same table for several databases; None for none."""
    found = sorted(set(paths))
    return found[0] if found and len({path.rpartition("/")[0] for path in found}) == 1 else None


def _token(name: str) -> str:
    return f"\0table {name}"


def _ends_alike(created: str, named: str) -> bool:
    """Whether the two names agree as far as both are qualified; computed parts agree with any."""
    pairs = zip(reversed(created.split(".")), reversed(named.split(".")), strict=False)
    return all(left == right or "{" in left for left, right in pairs)
