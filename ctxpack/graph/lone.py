"""Calls on a receiver whose type nothing tells, bound by the name of the method where the repository has one such.

`datasette.render_template(...)` on an untyped parameter leads nowhere by the rules of scopes and types. Where the whole
repository defines one method of that name, it is nearly always the one that is called, provided that

- the name says something (two words at least), and is none of those that builtin types and widespread libraries offer
  (`usual_members.json`);
- nothing says where the receiver comes from: a value of a foreign module, or one that is known, is left alone;
- nobody's test double is taken for what other code calls, and nothing private for what other files do.

The confidence is low, so that such links count for what is likely needed, and never for what certainly breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from ctxpack.graph import notation
from ctxpack.graph.consulted import Offer
from ctxpack.graph.names import CALLABLE, VALUES
from ctxpack.graph.project import Instance, Project, Symbol, Thing
from ctxpack.model import Definition, FileFacts, Reference

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker

ORIGIN = "only method of that name"
CONFIDENCE = 0.5

_FAMILIES = {
    "python": "python", "javascript": "ecmascript", "typescript": "ecmascript", "tsx": "ecmascript",
    "vue": "ecmascript", "svelte": "ecmascript", "ruby": "ruby", "php": "php",
}  # fmt: skip
"""Languages whose values often have no declared type, by those that call each other's methods."""

_UNKNOWN = "?"
_SHORTEST = 8
_TELLING = re.compile(r"_?[a-z0-9]+(?:_[a-z0-9]+)+[?!]?|_?[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+")
_DEEPEST = 4
"""How many types of types are followed to see where a receiver comes from."""

_WITH_VARIABLES = frozenset({"php", "ruby"})
"""Families of languages in which a bare name without a definition stands for a variable or a call of a method."""

_BEGINS_VARIABLE = frozenset("$@abcdefghijklmnopqrstuvwxyz_")

_Place = tuple[str, int]


class Telling(dict[str, bool]):
    """Whether a name has several words, and is not one that foreign classes commonly have; never for no family ("")."""

    def __init__(self, family: str) -> None:
        super().__init__()
        self._family = family

    def __missing__(self, name: str) -> bool:
        found = bool(self._family) and len(name) >= _SHORTEST and _TELLING.fullmatch(name) is not None
        self[name] = found = found and name not in _usual(self._family)
        return found


class LoneMethods:
    """The methods of one repository that alone have their name; made for one run."""

    def __init__(self, project: Project, linker: Linker) -> None:
        """`linker` is told which names are asked for."""
        self._project, self._linker = project, linker
        self._indexes: dict[tuple[str, bool], dict[str, _Place | None]] = {}
        self._telling: dict[str, Telling] = {}

    def offers(self, facts: FileFacts) -> Iterator[Offer]:
        """The telling names that a file defines."""
        family = _FAMILIES.get(facts.language)
        if family is not None:
            telling = self._telling.setdefault(family, Telling(family))
            for index, one in enumerate(facts.definitions):
                if telling[one.name]:
                    yield _token(family, one.name), (index, _is_method(facts, one))

    def names(self, path: str) -> Telling:
        """Which names of methods say enough to bind a call in a file."""
        family = _FAMILIES.get(self._linker.language(path), "")
        if path in self._project.machine_made:
            family = ""
        return self._telling.setdefault(family, Telling(family))

    def of(self, path: str, reference: Reference) -> Symbol | None:
        """The method that a call with a telling name, which no rule binds, means by that; None where none does."""
        family, name = _FAMILIES[self._linker.language(path)], reference.name
        self._linker.consult(_token(family, name))
        found = self._index(family, of_tests=path in self._project.tests).get(name)
        if found is None or (name.startswith("_") and not self._is_near(path, found[0])):
            return None
        if not self._is_untold(path, reference.qualifier, reference.scope, _DEEPEST):
            return None
        return Symbol(*found, ORIGIN, CONFIDENCE)

    def _is_near(self, path: str, target: str) -> bool:
        """Whether a file may be expected to call a private method of another."""
        return path == target or path in self._project.tests

    def _index(self, family: str, *, of_tests: bool) -> dict[str, _Place | None]:
        """The place of what is the only definition of its name, and a method that people wrote; None for all others.

        What tests define counts for tests alone.
        """
        known = self._indexes.get((family, of_tests))
        if known is None:
            known = self._indexes[family, of_tests] = {}
            languages = [language for language, its in _FAMILIES.items() if its == family]
            for path, facts in self._project.of(languages):
                if of_tests or path not in self._project.tests:
                    self._add(known, path, facts)
        return known

    def _add(self, known: dict[str, _Place | None], path: str, facts: FileFacts) -> None:
        usable = path not in self._project.machine_made
        for index, one in enumerate(facts.definitions):
            alone = usable and one.name not in known and _is_method(facts, one)
            known[one.name] = (path, index) if alone else None

    def _is_untold(self, path: str, qualifier: str, scope: int, depth: int) -> bool:
        """Whether a value comes from the repository, or through a parameter, and nothing tells its type."""
        if qualifier == _UNKNOWN:
            return True
        linker, owner = self._linker, None
        segments = notation.segments(qualifier)
        for position in range(len(segments)):
            thing = linker.evaluate(path, ".".join(segments[: position + 1]), scope)
            if thing is None:
                return self._breaks_off(path, segments[position], scope, owner, depth)
            owner = thing
        return isinstance(owner, Symbol) and self._says_no_type(owner, depth)

    def _breaks_off(self, path: str, segment: str, scope: int, owner: Thing | None, depth: int) -> bool:
        """Whether nothing tells what one segment of a qualifier means, after those that mean `owner`."""
        linker, bare = self._linker, segment.rstrip("()^")
        if owner is None:
            source = linker.name(path, bare, scope) if bare[:1] not in ("[", "{") else None
            if source is None:
                return bare == segment and self._is_variable(path, bare)
        else:
            source = linker.member(owner, bare)
        if isinstance(source, Symbol):
            return self._says_no_type(source, depth)
        # An attribute that the text of a class does not tell, or the member of a value that nothing is known of.
        return isinstance(owner, Instance) or (isinstance(owner, Symbol) and self._is_open(owner, depth))

    def _is_variable(self, path: str, name: str) -> bool:
        """Whether a bare name that nothing defines can only be a variable, or a method without arguments."""
        return _FAMILIES[self._linker.language(path)] in _WITH_VARIABLES and name[:1] in _BEGINS_VARIABLE

    def _is_open(self, owner: Symbol, depth: int) -> bool:
        kind = self._linker.definition(owner).kind
        return self._says_no_type(owner, depth) if kind in CALLABLE or kind in VALUES else True

    def _says_no_type(self, thing: Symbol, depth: int) -> bool:
        definition = self._linker.definition(thing)
        if definition.kind not in CALLABLE and definition.kind not in VALUES:
            return False
        if definition.type in ("", _UNKNOWN) or self._is_described(thing, definition):
            return True
        return depth > 0 and self._is_untold(thing.path, definition.type, definition.parent, depth - 1)

    def _is_described(self, thing: Symbol, definition: Definition) -> bool:
        """Whether a field is set to what describes its values to a foreign base: `owner = ForeignKey(User)`."""
        if definition.kind not in VALUES or definition.parent < 0:
            return False
        definitions = self._linker.names(thing.path).facts.definitions
        around = definitions[definition.parent]
        if around.kind in CALLABLE or any(
            one.kind in CALLABLE and one.parent == definition.parent and one.span[0] <= definition.line <= one.span[1]
            for one in definitions
        ):
            return False
        return any(self._linker.evaluate(thing.path, base, around.parent) is None for base in around.bases)


def _is_method(facts: FileFacts, definition: Definition) -> bool:
    """Whether a definition is a function of a class."""
    if definition.kind == "method":
        return True
    return (
        definition.kind == "function"
        and definition.parent >= 0
        and (facts.definitions[definition.parent].kind not in CALLABLE)
    )


@cache
def _usual(family: str) -> frozenset[str]:
    """The members of builtin types, standard libraries and widespread frameworks whose names have several words."""
    raw = files("ctxpack.graph").joinpath("usual_members.json").read_bytes()
    lines = msgspec.json.decode(raw, type=dict[str, tuple[str, ...]])[family]
    return frozenset(name for line in lines for name in line.split())


def _token(family: str, name: str) -> str:
    return f"\0method {family} {name}"
