"""The links of one file: each of its imports and references, bound to what it means, where that is in the repository.

What a name means is for `symbols.py`; here it is asked for every place of a file, and most places are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ctxpack.graph import argument_types, overloads
from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.lone import LoneMethods
from ctxpack.graph.names import CALLABLE, Names
from ctxpack.graph.project import Either, Project, Symbol, Thing, in_order
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import, Link, Reference, Unresolved

_ANYWHERE = -2
"""Stands for the scope where what a name means does not depend on it (-1 is the top of a file)."""

_BRACKETS = ("[", "{")
"""Begin the notation of a value that is seen from a place (see `graph/notation.py`)."""

_MOST_MEANINGS = 3
"""Definitions that one reference may be linked to, where its value may be of several classes."""

_PLAIN = 5
"""Parts of what a reference goes by in a file where its arguments make no difference."""

_BY_ARGUMENTS: tuple[Symbol, ...] = (Symbol("", -1),)
"""Stands for the meaning of a call that depends on what its arguments are."""

_OF_TYPES = frozenset({"type", "inherit", "decorate"})


class Binder(Linker):
    """A linker that gives the links of files."""

    def __init__(self, project: Project, resolvers: Iterable[type[Resolver]]) -> None:
        """As for any linker."""
        super().__init__(project, resolvers)
        self._lone = LoneMethods(project, self)

    def offers(self, path: str, facts: FileFacts) -> Iterator[Offer]:
        """What a file adds to the indexes of all resolvers, and of methods by name, were these its facts."""
        yield from super().offers(path, facts)
        yield from self._lone.offers(facts)

    def links(self, path: str) -> tuple[tuple[Link, ...], tuple[Unresolved, ...]]:
        """The bound imports and references of one file in order, and its imports that should have been bound."""
        self._questions.begin()
        file = self._files[path]
        if file.resolver is None:
            return (), ()
        if file.resolver.shared:
            self.consult(file.resolver.shared)
        links = list(self._reference_links(path, file))
        unresolved: list[Unresolved] = []
        for found in file.facts.imports:
            bound = list(self._import_links(path, found, file.resolver))
            links.extend(bound)
            if not bound and (why := file.resolver.missing(path, found)):
                unresolved.append(Unresolved(path, found.line, _statement(found), why))
        links.sort(key=in_order)
        self._questions.consulted.update(link.target for link in links)
        return tuple(links), tuple(unresolved)

    def imported(self, path: str) -> dict[tuple[str, str], tuple[str, ...]]:
        """The other files that each import statement of a file names, by module and name, without the references."""
        self._questions.begin()
        file = self._files[path]
        if file.resolver is None:
            return {}
        places: dict[tuple[int, int], list[str]] = {}
        for found in file.facts.imports:
            targets = (target for target in file.resolver.files(path, found) if target != path)
            places.setdefault((found.line, found.column), []).extend(targets)
        named: dict[tuple[str, str], tuple[str, ...]] = {}
        for found in file.facts.imports:
            targets_here = tuple(sorted(set(places[found.line, found.column])))
            if targets_here:
                named.setdefault((found.module, found.name), targets_here)
        return named

    def _import_links(self, path: str, found: Import, resolver: Resolver) -> Iterator[Link]:
        confidence = 0.9 if found.kind == "dynamic" else 0.97 if found.conditional else 1.0
        kind = "includes" if found.kind == "include" else "imports"
        name, origin = found.name or found.module, _origin(found)
        for target in resolver.files(path, found):
            if target != path:
                yield Link(name, found.line, found.column, found.scope, target, -1, kind, origin, confidence)
        thing = resolver.bind(path, found) if found.name not in ("", "*") else None
        if isinstance(thing, Symbol) and self.definition(thing).kind != "impl":
            yield self._link((found.name, found.line, found.column, found.scope), thing, "references")

    def _reference_links(self, path: str, file: Names) -> Iterator[Link]:
        own = file.resolver.reference_links(path) if file.resolver is not None else None
        if own is not None:
            yield from own
            return
        # One look-up in a dictionary settles most references, which are many: what a name means once in a file, it
        # means everywhere in it, but for names that are bound inside definitions.
        cache, known, homes, bound = file.cache, argument_types.Known(), _Homes(file), _Bound(file)
        by_scope = _is_by_scope(file)
        telling = self._lone.names(path)
        anything = file.resolver is not None and file.resolver.extends_anything
        places = {(definition.line, definition.column) for definition in file.facts.definitions}
        for reference in self.project.references(path):
            qualifier, name, kind = reference.qualifier, reference.name, reference.kind
            if qualifier == "?" and not (kind == "call" and (anything or telling[name])):
                continue
            here = reference.scope
            scope = here if bound[qualifier or name] else homes[here] if by_scope else _ANYWHERE
            given = reference.arguments
            number = given if isinstance(given, int) else len(given)
            key: tuple[object, ...] = (qualifier, name, scope, kind, number)
            symbols = cache.get(key)
            if symbols is _BY_ARGUMENTS:
                key = (*key, given)
                symbols = cache.get(key)
            if symbols is None:
                scope = scope if scope != _ANYWHERE else homes[here]
                found = self._meaning(path, file, reference, scope)
                if given != -1 and overloads.several(self, found, number, typed=number != given):
                    if len(key) == _PLAIN:
                        cache[key] = _BY_ARGUMENTS
                        key = (*key, given)
                    found = overloads.chosen(self, found, overloads.Call(path, scope, given, number, known))
                symbols = cache[key] = self._symbols(path, found, file) or self._alone(path, reference, found, telling)
            for to in symbols:
                line, column = reference.line, reference.column
                if to.path != path or (line, column) not in places or not self._stands_at(to, reference):
                    how = "inherits" if kind == "inherit" else "references"
                    yield Link(name, line, column, here, to.path, to.index, how, to.origin, to.confidence)

    def _meaning(self, path: str, file: Names, reference: Reference, scope: int) -> Thing | None:
        """What one reference means, as seen from the definition `scope`."""
        if reference.kind == "keyword" and file.resolver is not None:
            callee = self.evaluate(path, reference.qualifier, scope)
            return file.resolver.argument(callee, reference.name) if callee is not None else None
        as_type = reference.kind in _OF_TYPES
        found = None
        if reference.qualifier != "?":
            found = self.resolve(path, reference.qualifier, reference.name, scope, as_type=as_type)
        if found is None and reference.qualifier and reference.kind == "call" and file.resolver is not None:
            found = file.resolver.extension(path, reference.qualifier, reference.name, scope)
        found = self._used(found, called=reference.kind == "call")
        uncalled = file.resolver.uncalled_kinds if file.resolver is not None and reference.kind == "call" else ()
        if uncalled and isinstance(found, Symbol) and self.definition(found).kind in uncalled:
            found = file.resolver.called(found, reference.name) if file.resolver is not None else None
        if reference.kind == "call" and not reference.qualifier and found is not None:
            return self.uncalled(path, found, reference.name, scope)
        return found

    def _symbols(self, path: str, thing: Thing | None, file: Names) -> tuple[Symbol, ...]:
        """The definitions to link to: those that are no mere parts of others; several for one of several types."""
        if thing is None or file.resolver is None:
            return ()
        unlinked, behind = file.resolver.unlinked_kinds, file.resolver.behind
        if isinstance(thing, Symbol):
            self._questions.consulted.add(thing.path)
            one = behind(path, thing)
            if self.definition(one).kind in unlinked:
                return ()
            declared = file.resolver.declaration(one)
            return (one,) if declared is None else (one, declared)
        self._questions.note(thing)
        things = thing.things if isinstance(thing, Either) else ()
        if len(things) > _MOST_MEANINGS:
            return ()
        found = [behind(path, one) for one in things if isinstance(one, Symbol)]
        distinct = {(one.path, one.index): one for one in reversed(found)}
        return tuple(one for one in reversed(distinct.values()) if self.definition(one).kind not in unlinked)

    def _alone(
        self, path: str, reference: Reference, found: Thing | None, telling: Mapping[str, bool]
    ) -> tuple[Symbol, ...]:
        """What a call on a value that nothing is known of means by the name of the method alone."""
        if found is not None or reference.kind != "call" or not reference.qualifier or not telling[reference.name]:
            return ()
        lone = self._lone.of(path, reference)
        return (lone,) if lone is not None else ()

    def _stands_at(self, thing: Symbol, reference: Reference) -> bool:
        """Whether a reference is the very place of its definition (an assignment that makes a field)."""
        definition = self.definition(thing)
        return (definition.line, definition.column) == (reference.line, reference.column)

    @staticmethod
    def _link(place: tuple[str, int, int, int], thing: Symbol, kind: str) -> Link:
        return Link(*place, thing.path, thing.index, kind, thing.origin, thing.confidence)


def _is_by_scope(file: Names) -> bool:
    """Whether what a bare name means depends on the definition around it."""
    return file.resolver is not None and (file.resolver.implicit_self or file.resolver.by_scope)


class _Bound(dict[str, bool]):
    """Whether a qualifier, or a bare name, may mean something else in each definition of a file."""

    def __init__(self, file: Names) -> None:
        super().__init__()
        self._words = file.scoped | file.held() | (file.resolver.words if file.resolver is not None else frozenset())
        self._by_scope = _is_by_scope(file)

    def __missing__(self, text: str) -> bool:
        first = text.partition(".")[0].rstrip("()^")
        found = self[text] = first in self._words or (self._by_scope and first[:1] in _BRACKETS)
        return found


class _Homes(dict[int, int]):
    """By definition the innermost one around it, or itself, in which names are looked up."""

    def __init__(self, file: Names) -> None:
        super().__init__({-1: -1})
        self._file = file
        self._implicit_self = file.resolver is not None and file.resolver.implicit_self

    def __missing__(self, scope: int) -> int:
        definitions, home = self._file.facts.definitions, scope
        while home >= 0 and not self._is_searched(definitions[home]):
            home = definitions[home].parent
        self[scope] = home
        return home

    def _is_searched(self, definition: Definition) -> bool:
        """Whether the linker looks for bare names among the members of a definition, and may find some."""
        if definition.kind not in CALLABLE:
            return self._implicit_self or definition.kind == "module"
        if definition.qualname in self._file.holding:
            return True
        # A method that belongs to a class by its name alone sees the members of that.
        definitions = self._file.facts.definitions
        parent = definitions[definition.parent].qualname if definition.parent >= 0 else ""
        return self._implicit_self and definition.qualname.rpartition(".")[0] != parent


def _statement(found: Import) -> str:
    return f"{found.module}.{found.name}" if found.name else found.module


def _origin(found: Import) -> str:
    """The rule of an edge that an import makes."""
    what = "include" if found.kind == "include" else "import"
    return "dynamic import" if found.kind == "dynamic" else f"conditional {what}" if found.conditional else what
