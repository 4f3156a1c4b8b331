"""C#: namespaces as declared, those around a namespace, global usings, partial classes, attributes by short name.

An extension method is a member of whatever has the type of its first parameter, also of types from elsewhere, which go
by their names alone. Whether its namespace is opened where it is called is not asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.namespaces import NamespaceResolver, named
from ctxpack.graph.names import CALLABLE, VALUES
from ctxpack.graph.project import Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import

_EXTENDED = re.compile(r"\(\s*(?:\[[^\]]*\]\s*)?this\s+(?:(?:ref|in|scoped|readonly)\s+)*(?:global::)?([\w.]+)")
_CONSTRAINT = r"\bwhere\s+{}\s*:\s*([\w.]+)"
_ANY = frozenset({"class", "struct", "notnull", "unmanaged", "new"})
_MOST_CALLS = 12


class _Usings:
    """The global usings of one folder at the root, in order, and where the first of each alias stands."""

    def __init__(self, every: list[tuple[str, Import]]) -> None:
        self.every = every
        self.until: dict[str, int] = {}
        for place, (_, found) in enumerate(every):
            if found.alias:
                self.until.setdefault(found.alias, place)


class CSharpResolver(NamespaceResolver):
    """Where C#'s using directives lead, and what is visible without one."""

    languages = ("csharp",)

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the namespaces, the members of partial classes, and the usings that hold everywhere."""
        self._partial: dict[tuple[str, str, str], list[Symbol]] = defaultdict(list)
        self._everywhere: list[tuple[str, Import]] = []
        self._short: set[str] = set()
        self._usings: dict[str, _Usings] = {}
        self._extending: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        super().__init__(project, linker)

    def _index(self, path: str, facts: FileFacts) -> None:
        super()._index(path, facts)
        self._everywhere.extend((path, found) for found in facts.imports if found.kind == "reexport")
        for index, definition in enumerate(facts.definitions):
            owner, _, name = definition.qualname.rpartition(".")
            if name.endswith("Attribute"):
                self._short.add(name.removesuffix("Attribute"))
            if owner and _is_partial(facts.definitions[definition.parent]):
                self._partial[facts.package, owner, name].append(Symbol(path, index))
            if extended := _extended(definition):
                self._extending[extended, name].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """As by default, and partial classes, global usings, attributes and extension methods."""
        yield from super().offers(path, facts)
        if facts.language not in self.languages:
            return
        usings = tuple((one.module, one.name, one.alias) for one in facts.imports if one.kind == "reexport")
        extensions = tuple((extended, one.name) for one in facts.definitions if (extended := _extended(one)))
        attributes = tuple(one.name for one in facts.definitions if one.name.endswith("Attribute"))
        yield self.shared, (usings, attributes, extensions)
        for definition in facts.definitions:
            owner, _, name = definition.qualname.rpartition(".")
            if owner and _is_partial(facts.definitions[definition.parent]):
                yield self._part(facts.package, owner), name
        for package, index in named(facts):
            if _is_partial(facts.definitions[index]):
                yield self.token(package), (facts.definitions[index].name, "partial")

    def _part(self, package: str, owner: str) -> str:
        return f"{self.languages[0]}\0partial {package}.{owner}"

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """A member in another part of a partial class, or an extension method."""
        if _is_partial(definition):
            package = self.project.facts[path].package
            self.linker.consult(self._part(package, definition.qualname))
            found = self._partial.get((package, definition.qualname, name))
            if found:
                return weaker(found[0], "partial class", 0.97)
        return self._extension(definition.name, name)

    def extension(self, path: str, qualifier: str, name: str, scope: int) -> Thing | None:
        """The extension method that is called on a value of a type from elsewhere, known by its name."""
        if "[" in qualifier or "{" in qualifier or qualifier.count("()") > _MOST_CALLS:
            return None
        owner = self._type_of(path, qualifier, scope)
        return self._extension(owner, name) if owner else None

    def _type_of(self, path: str, qualifier: str, scope: int) -> str:
        """The last name of the type that a qualifier speaks of, of a value or of what calling a method gives."""
        before, _, last = qualifier.removesuffix("()").rpartition(".")
        called = qualifier.endswith("()")
        if called and not before.endswith("()"):
            return last
        found = self.linker.resolve(path, before, last, scope)
        owner = ""
        if found is None and called:
            owner = self._type_of(path, before, scope)
            found = self._extension(owner, last) if owner else None
        if not isinstance(found, Symbol) or self.linker.definition(found).kind not in VALUES | CALLABLE:
            return ""
        # What gives a value of a type parameter gives back what it was called on.
        return self.linker.definition(found).type.removesuffix("()").rpartition(".")[2] or owner

    def _extension(self, owner: str, name: str) -> Thing | None:
        """The extension method of a type of this name, or of the interface that is called so after an I."""
        for extended in (owner, f"I{owner}"):
            found = self._extending.get((extended, name))
            if found:
                owners = {(self.linker.definition(one).qualname, self.project.facts[one.path].package) for one in found}
                return weaker(found[0], "extension method", 0.9) if len(owners) == 1 else None
        return None

    def visible(self, path: str, name: str) -> Thing | None:
        """What the namespaces around the file hold, then the global usings; `[Name]` may mean NameAttribute."""
        return self._around(path, name) or self._globally(path, name) or self._as_attribute(path, name)

    def pick(self, path: str, package: str, name: str) -> Thing | None:
        """As by default; the parts of a partial class are one, known by the first of them."""
        found = self._names.get((package, name), [])
        if len(found) > 1 and all(isinstance(s, Symbol) and _is_partial(self.linker.definition(s)) for s in found):
            return min(found, key=lambda s: (len(s.path), s.path))
        return super().pick(path, package, name)

    def _around(self, path: str, name: str) -> Thing | None:
        package = self.project.facts[path].package
        while True:
            thing = self.pick(path, package, name)
            inner = f"{package}.{name}" if package else name
            if thing is not None:
                return weaker(thing, "same namespace", 0.98)
            if inner in self._packages:
                return self._package(inner, path)
            if not package:
                return None
            package = package.rpartition(".")[0]

    def _globally(self, path: str, name: str) -> Thing | None:
        top = path.partition("/")[0]
        usings = self._usings.get(top)
        if usings is None:
            usings = self._usings[top] = _Usings([one for one in self._everywhere if one[0].partition("/")[0] == top])
        opened = usings.until.get(name)
        # What the spaces opened before an alias hold is the same for every file below this folder.
        thing = self.linker.ask(("globally", (top, name)), self._opened, usings, name, opened)
        if thing is not None:
            return weaker(thing, "global using", 0.95)
        return self.bind(path, usings.every[opened][1]) if opened is not None else None

    def _opened(self, usings: _Usings, name: str, end: int | None) -> Thing | None:
        """What the first `end` global usings of whole namespaces and classes make of a name."""
        for origin, found in usings.every[:end]:
            place = self.linker.place(origin, found) if found.name == "*" else None
            if place is None or (isinstance(place, Package) and not self._holds(place.key, name)):
                continue
            thing = self.linker.member(place, name)
            if thing is not None:
                return thing
        return None

    def _holds(self, key: str, name: str) -> bool:
        """Whether a namespace has a name at all; most that are opened have not."""
        package = key.partition(":")[2].partition("\n")[0]
        self.linker.consult(self.token(package))
        return (package, name) in self._names or (f"{package}.{name}" if package else name) in self._packages

    def _as_attribute(self, path: str, name: str) -> Thing | None:
        return self.linker.name(path, f"{name}Attribute") if name in self._short else None


def _extended(definition: Definition) -> str:
    """The last name of the type that an extension method is for, "" for other methods and where it is any type."""
    if definition.kind != "method" or "this " not in definition.signature:
        return ""
    found = _EXTENDED.search(definition.signature)
    if found is None:
        return ""
    name = found[1].rpartition(".")[2]
    head = definition.signature.partition("(")[0]
    if re.search(rf"[<,]\s*{name}\s*[>,]", head.partition(definition.name)[2]) is None:
        return name
    constraint = re.search(_CONSTRAINT.format(name), definition.signature)
    return constraint[1].rpartition(".")[2] if constraint is not None and constraint[1] not in _ANY else ""


def _is_partial(definition: Definition) -> bool:
    before = definition.signature.partition(definition.name)[0]
    return "partial" in before.split()
