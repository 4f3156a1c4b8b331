"""The names of one file, indexed for the linker: its top, the members of its classes, and what it imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ctxpack.graph.project import Symbol
from ctxpack.model import Definition, FileFacts, Import

if TYPE_CHECKING:
    from ctxpack.graph.imports.base import Resolver

VALUES = frozenset({"field", "variable", "constant"})
"""Kinds of definitions that hold a value."""

CALLABLE = frozenset({"function", "method", "macro"})
"""Kinds of definitions that are called."""


class Names:
    """What one file defines and imports, by name.

    `overloads` has all callables of a name, by owner and name, where there are several; `holding` are the full names of
    what has members; `scoped` are the names of imports inside definitions; `cache` holds what references were found to
    mean; `alone` and `fitting` what `overloads.py` found of definitions and numbers of arguments.
    """

    __slots__ = (
        "aliases", "alone", "also", "cache", "facts", "fitting", "holding", "members", "overloads", "resolver",
        "scoped", "stars", "top",
    )  # fmt: skip

    def __init__(self, facts: FileFacts, resolver: Resolver | None) -> None:
        """`resolver` is that of the file's language."""
        self.facts = facts
        self.resolver = resolver
        self.top: dict[str, int] = {}
        self.members: dict[tuple[str, str], int] = {}
        self.also: dict[tuple[str, str], int] = {}
        self.overloads: dict[tuple[str, str], list[int]] = {}
        self.holding: set[str] = set()
        for index, definition in enumerate(facts.definitions):
            owner, _, name = definition.qualname.rpartition(".")
            self.holding.add(owner)
            if not owner:
                self._add_top(name, index, definition)
            # A constructor named after its class stays out: calling the class reaches it.
            elif name != owner.rpartition(".")[2]:
                self._add_member(owner, name, index, definition)
        self.aliases: dict[str, list[Import]] = {}
        self.stars: list[Import] = []
        for found in facts.imports:
            if found.name == "*" and not found.alias:
                self.stars.append(found)
            elif found.alias:
                self.aliases.setdefault(found.alias, []).append(found)
        self._give_way()
        self.scoped = frozenset(found.alias for found in facts.imports if found.scope >= 0)
        self.alone: dict[int, tuple[int, int]] = {}
        self.fitting: dict[tuple[int, int], tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self.cache: dict[tuple[object, ...], tuple[Symbol, ...]] = {}

    def _give_way(self) -> None:
        """Leave out what a name is set to for want of the import that it else is (`except E: Pool = None`)."""
        for name, imports in self.aliases.items():
            index = self.top.get(name)
            if index is None or self.facts.definitions[index].kind not in VALUES:
                continue
            wanted = any(found.conditional and found.scope < 0 for found in imports)
            if wanted and self.facts.definitions[index].signature.endswith("= None"):
                del self.top[name]

    def held(self) -> frozenset[str]:
        """The names of definitions that stand in a function, and are not seen outside of it."""
        definitions = self.facts.definitions
        return frozenset(
            [one.name for one in definitions if one.parent >= 0 and definitions[one.parent].kind in CALLABLE]
        )

    def _add_member(self, owner: str, name: str, index: int, definition: Definition) -> None:
        """The first of a name counts; `also` has the first method where that is a field, or the other way round.

        A field that is merely assigned to gives way to a method, which takes what is assigned (a property).
        """
        known = self.members.setdefault((owner, name), index)
        first = self.facts.definitions[known]
        if (first.kind in VALUES) != (definition.kind in VALUES):
            if first.kind in VALUES and self.resolver is not None and self.resolver.only_assigned(first):
                self.members[owner, name], self.also[owner, name] = index, known
                return
            known = self.also.setdefault((owner, name), index)
        self._add_overload(known, owner, name, index, definition)

    def _add_top(self, name: str, index: int, definition: Definition) -> None:
        if definition.kind == "module" and self.resolver is not None and not self.resolver.in_sight(definition):
            return
        known = self.top.get(name)
        if known is not None:
            self._add_overload(known, "", name, index, definition)
        weak = known is None or self.facts.definitions[known].kind in ("impl", "variable")
        if weak and (definition.kind != "impl" or known is None):
            self.top[name] = index

    def _add_overload(self, known: int, owner: str, name: str, index: int, definition: Definition) -> None:
        """Add a callable to those of its name, of which `known` is the first."""
        if known != index and definition.kind in CALLABLE and self.facts.definitions[known].kind in CALLABLE:
            self.overloads.setdefault((owner, name), [known]).append(index)


class AllNames(dict[str, Names]):
    """The names of files by path, made when they are first asked for."""

    def __init__(self, facts: Mapping[str, FileFacts], resolver: Callable[[str], Resolver | None]) -> None:
        """`resolver` gives that of a language."""
        super().__init__()
        self._facts, self._resolver = facts, resolver

    def __missing__(self, path: str) -> Names:
        """Make them; raises KeyError for a file that is not parsed."""
        facts = self._facts[path]
        made = self[path] = Names(facts, self._resolver(facts.language))
        return made
