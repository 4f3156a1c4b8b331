"""Elixir: modules by their full name wherever they are, through aliases; functions by name and number of arguments.

A call without a module means a function of the module around it, one that is imported there, or one that `use` brings
in: what the `__using__` of the module that is used defines and imports, or the function that its argument names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ctxpack.graph.consulted import Offer, body
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import, Link, Reference
from ctxpack.paths import parent, shared_depth

_MODULES = frozenset({"module", "interface"})
_CALLED = frozenset({"function", "method", "macro"})
_SELF = "__MODULE__"
_USING = "__using__"
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|(?<!\w)\?\\?\S')
_DEEPEST = 6
_ANY = (0, 255)


class _Member(NamedTuple):
    """A definition in a module, and how many arguments it takes."""

    symbol: Symbol
    kind: str
    least: int
    most: int
    exported: bool


class _Injected(NamedTuple):
    """The imports that `use` brings in, each with its file, and tokens for what was read to find them."""

    imports: list[tuple[str, Import]]
    tokens: dict[str, None]


class ElixirResolver(Resolver):
    """Where Elixir's modules and functions are."""

    languages = ("elixir",)
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the modules by full name, and what each holds by file and name."""
        super().__init__(project, linker)
        self._modules: dict[str, list[Symbol]] = defaultdict(list)
        self._members: dict[tuple[str, str, str], list[_Member]] = defaultdict(list)
        self._injected: dict[tuple[str, str, str], _Injected] = {}
        for path, facts in project.of(self.languages):
            for index, one in enumerate(facts.definitions):
                if one.kind in _MODULES:
                    self._modules[one.qualname].append(Symbol(path, index))
                elif one.parent >= 0:
                    owner = _owner(facts.definitions, one)
                    member = _Member(Symbol(path, index), one.kind, *_arity(one), one.exported)
                    self._members[path, owner, one.name].append(member)

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The modules that a file defines."""
        if facts.language in self.languages:
            for one in facts.definitions:
                if one.kind in _MODULES:
                    yield _token(one.qualname), ""

    def locate(self, path: str, found: Import) -> Thing | None:
        """The module that an import names."""
        return self._module(path, self._expanded(path, found.module, found.scope, found))

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The file of that module."""
        place = self.locate(path, found)
        return (place.path,) if isinstance(place, Symbol) else ()

    def bind(self, path: str, found: Import) -> Thing | None:
        """The module, or the first function of the name that is taken from it."""
        place = self.locate(path, found)
        if not isinstance(place, Symbol) or found.name in ("", "*"):
            return place
        held = [one for one in self._held(place, found.name) if one.exported]
        return weaker(held[0].symbol, "import", 0.98) if held else None

    def reference_links(self, path: str) -> Iterable[Link]:
        """The links of a file's calls, types, attributes and names of modules."""
        definitions = self.project.facts[path].definitions
        known: dict[tuple[str, str, str, int, int], Symbol | None] = {}
        for one in self.project.references(path):
            if one.qualifier == "?":
                continue
            given = one.arguments if isinstance(one.arguments, int) else len(one.arguments)
            key = (one.qualifier, one.name, one.kind, given, one.scope)
            if key not in known:
                known[key] = self._meaning(path, one, given)
            to = known[key]
            if to is not None and (one.line, one.column) != _place(definitions, to, path):
                kind = "inherits" if one.kind == "inherit" else "references"
                yield Link(one.name, one.line, one.column, one.scope, to.path, to.index, kind, to.origin, to.confidence)

    # --- meanings -----------------------------------------------------------------------------------------------------

    def _meaning(self, path: str, one: Reference, given: int) -> Symbol | None:
        if one.name[:1].isupper() or one.name == _SELF:
            written = f"{one.qualifier}.{one.name}" if one.qualifier else one.name
            return self._module(path, self._expanded(path, written, one.scope))
        if one.qualifier:
            module = self._module(path, self._expanded(path, one.qualifier, one.scope))
            if module is None:
                return None
            inside = one.qualifier == _SELF or module.path == path
            return _chosen(self._held(module, one.name), one.kind, given, "module", private=inside)
        around = self._around(path, one.scope)
        if around is None:
            return None
        own = _chosen(self._held(around, one.name), one.kind, given, "same module", private=True)
        if own is not None or one.kind in ("type", "read"):
            return own
        return self._imported(path, one.name, one.scope, given)

    def _imported(self, path: str, name: str, scope: int, given: int) -> Symbol | None:
        """The function that an import around a call, or one that `use` brings in, means by a name."""
        for where, found in self._imports(path, scope):
            used = found.kind == "include"
            if not used and (found.kind != "import" or found.name not in ("*", name)):
                continue
            place = self._module(where, self._expanded(where, found.module, found.scope, found))
            held = self._held(place, name, f".{_USING}" if used else "") if place is not None else []
            if used and place is not None and found.name and not held:
                held = self._held(place, name, f".{found.name}")
            to = _chosen(held, "call", given, "use" if used else "import")
            if to is not None:
                return to
        return None

    def _imports(self, path: str, scope: int) -> Iterator[tuple[str, Import]]:
        """The imports around a place, innermost first, each with its file; then those that `use` brings in."""
        used: list[Import] = []
        for found in self._visible(path, scope):
            yield path, found
            if found.kind == "include":
                used.append(found)
        for found in used:
            module = self._module(path, self._expanded(path, found.module, found.scope, found))
            if module is not None:
                yield from self._brought(module, found.name)

    def _visible(self, path: str, scope: int) -> Iterator[Import]:
        facts = self.project.facts[path]
        while True:
            yield from (found for found in facts.imports if found.scope == scope)
            if scope < 0:
                return
            scope = facts.definitions[scope].parent

    def _brought(self, module: Symbol, which: str) -> list[tuple[str, Import]]:
        """The imports in what `use` runs: `__using__`, and the function that its argument names."""
        key = (module.path, self._name(module), which)
        if key not in self._injected:
            self._injected[key] = _Injected([], {module.path: None, body(module.path): None})
            self._inject(module, which, self._injected[key])
        for token in self._injected[key].tokens:
            self.linker.consult(token)
        return self._injected[key].imports

    def _inject(self, module: Symbol, which: str, into: _Injected) -> None:
        held = [one.symbol.index for one in self._held(module, _USING)]
        if which:
            held += [one.symbol.index for one in self._held(module, which) if one.kind in _CALLED]
        scopes = self._with_called(module, held)
        own = [(module.path, one) for one in self.project.facts[module.path].imports if one.scope in scopes]
        into.imports.extend(own)
        for path, one in own:
            if one.kind == "include":
                name = self._expanded(path, one.module, one.scope, one)
                into.tokens[_token(name)] = None
                place = self._module(path, name)
                if place is not None and place != module:
                    into.imports.extend(self._brought(place, one.name))
                    further = self._injected[place.path, self._name(place), one.name]
                    into.tokens.update(further.tokens)

    def _with_called(self, module: Symbol, indices: list[int]) -> list[int]:
        """Functions with those of the same module that they call (`unquote(helpers(opts))`)."""
        reached = list(dict.fromkeys(indices))
        calls: dict[int, list[str]] = defaultdict(list)
        for one in self.project.references(module.path) if reached else ():
            if one.kind == "call" and not one.qualifier:
                calls[one.scope].append(one.name)
        for index in reached:
            for name in calls.get(index, ()):
                for held in self._held(module, name):
                    if held.symbol.index not in reached and held.kind in _CALLED:
                        reached.append(held.symbol.index)
        return reached

    # --- modules ------------------------------------------------------------------------------------------------------

    def _module(self, path: str, name: str) -> Symbol | None:
        """The module of a full name: of several that nearest to a file, of equally near ones none."""
        self.linker.consult(_token(name))
        found = self._modules.get(name, [])
        if len(found) > 1:
            far = [(one.path != path, -shared_depth(parent(path), parent(one.path))) for one in found]
            found = [one for one, distance in zip(found, far, strict=True) if distance == min(far)]
        return Symbol(found[0].path, found[0].index, "module", 0.99) if len(found) == 1 else None

    def _expanded(self, path: str, written: str, scope: int, of: Import | None = None, depth: int = 0) -> str:
        """The full name of a module as it is written at a place; `of` is the import that is being read itself."""
        first, dot, rest = written.partition(".")
        if first == _SELF:
            around = self._around(path, scope)
            return f"{self._name(around)}{dot}{rest}" if around is not None else written
        if depth > _DEEPEST or first == "Elixir":
            return rest if first == "Elixir" else written
        for found in self._visible(path, scope):
            if self._alias(path, found) == first and found is not of and not found.name:
                return self._expanded(path, found.module, found.scope, found, depth + 1) + dot + rest
        inner = self._inner(path, first, scope)
        if inner:
            return f"{inner}{dot}{rest}"
        return self._by_use(path, first, scope, of) + dot + rest if depth == 0 else written

    def _alias(self, path: str, found: Import) -> str:
        """The short name that an import gives, also to the module around it (`alias __MODULE__`)."""
        if found.alias != _SELF:
            return found.alias
        around = self._around(path, found.scope)
        return self._name(around).rpartition(".")[2] if around is not None else ""

    def _by_use(self, path: str, first: str, scope: int, of: Import | None) -> str:
        """The module that an alias means which `use` brings in; else the name itself."""
        if of is not None:
            return first
        for where, found in self._imports(path, scope):
            if where != path and self._alias(where, found) == first and not found.name:
                return self._expanded(where, found.module, found.scope, found, 1)
        return first

    def _inner(self, path: str, first: str, scope: int) -> str:
        """The full name of a module that is defined inside a module, or a test, around a place."""
        definitions = self.project.facts[path].definitions
        while scope >= 0:
            one = definitions[scope]
            name = f"{one.qualname}.{first}"
            if any(held.path == path for held in self._modules.get(name, ())):
                return name
            scope = one.parent
        return ""

    def _around(self, path: str, scope: int) -> Symbol | None:
        """The innermost module around a place."""
        definitions = self.project.facts[path].definitions
        while scope >= 0 and definitions[scope].kind not in _MODULES:
            scope = definitions[scope].parent
        return Symbol(path, scope, "module", 0.99) if scope >= 0 else None

    def _name(self, module: Symbol) -> str:
        return self.project.facts[module.path].definitions[module.index].qualname

    def _held(self, module: Symbol, name: str, inside: str = "") -> list[_Member]:
        """The definitions of a name in a module, or in a macro of it."""
        self.linker.consult(module.path)
        return self._members.get((module.path, self._name(module) + inside, name), [])


def _chosen(held: list[_Member], kind: str, given: int, origin: str, *, private: bool = False) -> Symbol | None:
    """The first clause of what a use means: a type, an attribute, or what takes as many arguments as are given."""
    if kind == "type":
        fit = [one for one in held if one.kind == "type"]
    elif kind == "read":
        fit = [one for one in held if one.kind == "constant"]
    else:
        fit = [one for one in held if one.kind in _CALLED and (private or one.exported)]
        if given >= 0:
            fit = [one for one in fit if one.least <= given <= one.most]
        elif len({(one.least, one.most) for one in fit}) > 1:
            return None
    return Symbol(fit[0].symbol.path, fit[0].symbol.index, origin, 0.98) if fit else None


def _owner(definitions: tuple[Definition, ...], one: Definition) -> str:
    """What a definition is a member of; what stands among the tests of a module is a member of the module."""
    around = definitions[one.parent]
    while around.kind in _CALLED and " " in around.name and around.parent >= 0:
        around = definitions[around.parent]
    return around.qualname


def _place(definitions: tuple[Definition, ...], to: Symbol, path: str) -> tuple[int, int]:
    one = definitions[to.index] if to.path == path else None
    return (one.line, one.column) if one is not None else (0, 0)


def _token(module: str) -> str:
    return f"elixir\0{module}"


def _arity(definition: Definition) -> tuple[int, int]:
    """The least and the most arguments that a function takes, by its signature."""
    if definition.kind not in _CALLED:
        return _ANY
    text = _TEXT.sub("_", definition.signature)
    after = text.partition(definition.name)[2]
    if not after.startswith("("):
        return (0, 0) if not after or after[0] in " ," else _ANY
    depth, count, optional, something = 0, 1, 0, False
    for index, mark in enumerate(after):
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
            if not depth:
                return (count - optional, count) if something else (0, 0)
        elif depth == 1:
            count += mark == ","
            optional += after.startswith("\\\\", index)
        something = something or (index > 0 and not mark.isspace())
    return _ANY
