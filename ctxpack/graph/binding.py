"""The links of one file: each of its imports and references, bound to what it means, where that is in the repository.

What a name means is for `symbols.py`; here it is asked for every place of a file, and most places are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ctxpack.graph import overloads
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.names import Names
from ctxpack.graph.project import Either, Symbol, Thing, in_order
from ctxpack.graph.symbols import Linker
from ctxpack.model import Import, Link, Reference, Unresolved

_ANYWHERE = -2
"""Stands for the scope where what a name means does not depend on it (-1 is the top of a file)."""

_MOST_MEANINGS = 3
"""Definitions that one reference may be linked to, where its value may be of several classes."""

_OF_TYPES = frozenset({"type", "inherit", "decorate"})


class Binder(Linker):
    """A linker that gives the links of files."""

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
        cache, scopes = file.cache, self._scopes(file)
        places = {(definition.line, definition.column) for definition in file.facts.definitions}
        for reference in self.project.references(path):
            qualifier, name, kind = reference.qualifier, reference.name, reference.kind
            if qualifier == "?":
                continue
            symbols = cache.get((qualifier, name, _ANYWHERE, kind, reference.arguments))
            if symbols is None:
                symbols = self._at(path, file, reference, by_scope=scopes(qualifier, name))
            for thing in symbols:
                at = name, reference.line, reference.column, reference.scope
                if thing.path != path or at[1:3] not in places or not self._stands_at(thing, reference):
                    yield self._link(at, thing, "inherits" if kind == "inherit" else "references")

    @staticmethod
    def _scopes(file: Names) -> Callable[[str, str], bool]:
        """Whether what a qualified name means in a file depends on where it stands."""
        resolver = file.resolver
        if resolver is not None and (resolver.implicit_self or resolver.by_scope):
            return lambda _qualifier, _name: True
        scoped = {alias for alias, imports in file.aliases.items() if any(found.scope >= 0 for found in imports)}
        scoped |= resolver.words if resolver is not None else frozenset()
        return lambda qualifier, name: (qualifier.partition(".")[0].rstrip("()^") or name) in scoped

    def _at(self, path: str, file: Names, reference: Reference, *, by_scope: bool) -> tuple[Symbol, ...]:
        """What a reference means where it stands, kept for the others like it."""
        scope = reference.scope if by_scope else _ANYWHERE
        key = (reference.qualifier, reference.name, scope, reference.kind, reference.arguments)
        symbols = file.cache.get(key)
        if symbols is None:
            symbols = file.cache[key] = self._symbols(self._meaning(path, file, reference), file)
        return symbols

    def _meaning(self, path: str, file: Names, reference: Reference) -> Thing | None:
        """What one reference means."""
        if reference.kind == "keyword" and file.resolver is not None:
            callee = self.evaluate(path, reference.qualifier, reference.scope)
            return file.resolver.argument(callee, reference.name) if callee is not None else None
        as_type = reference.kind in _OF_TYPES
        found = self.resolve(path, reference.qualifier, reference.name, reference.scope, as_type=as_type)
        found = self._used(found, called=reference.kind == "call")
        return found if reference.arguments < 0 else overloads.chosen(self, found, reference.arguments)

    def _symbols(self, thing: Thing | None, file: Names) -> tuple[Symbol, ...]:
        """The definitions to link to: those that are no mere parts of others; several for one of several types."""
        things = thing.things if isinstance(thing, Either) else (thing,)
        if len(things) > _MOST_MEANINGS:
            return ()
        unlinked = file.resolver.unlinked_kinds if file.resolver is not None else frozenset()
        found = [one for one in things if isinstance(one, Symbol)]
        self._questions.note(thing)
        if file.resolver is not None:
            found = [file.resolver.behind(one) for one in found]
        return tuple(one for one in found if self.definition(one).kind not in unlinked)

    def _stands_at(self, thing: Symbol, reference: Reference) -> bool:
        """Whether a reference is the very place of its definition (an assignment that makes a field)."""
        definition = self.definition(thing)
        return (definition.line, definition.column) == (reference.line, reference.column)

    @staticmethod
    def _link(place: tuple[str, int, int, int], thing: Symbol, kind: str) -> Link:
        return Link(*place, thing.path, thing.index, kind, thing.origin, thing.confidence)


def _statement(found: Import) -> str:
    return f"{found.module}.{found.name}" if found.name else found.module


def _origin(found: Import) -> str:
    """The rule of an edge that an import makes."""
    what = "include" if found.kind == "include" else "import"
    return "dynamic import" if found.kind == "dynamic" else f"conditional {what}" if found.conditional else what
