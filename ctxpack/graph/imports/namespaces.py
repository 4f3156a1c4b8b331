"""Languages whose files declare the package or namespace that they belong to: one index of names for all of them.

Where a file lies does not matter, what it declares does; so several source roots, modules and build tools need no
settings. A name that several files declare in one package goes to the file nearest to the one that asks (the longest
common folder), and to none if that leaves several.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.names import CALLABLE, VALUES
from ctxpack.graph.project import Module, Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import FileFacts, Import
from ctxpack.paths import parent, shared_depth

PACKAGE_OBJECT = "package object"
"""How Scala begins the definition of what a package holds besides classes."""


class NamespaceResolver(Resolver):
    """Names by declared package; its subclasses say what else a language sees without importing it."""

    implicit_self = True
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the top-level definitions of every file of these languages by package and name."""
        super().__init__(project, linker)
        self._names: dict[tuple[str, str], list[Symbol | Module]] = defaultdict(list)
        self._packages: set[str] = {""}
        self._nearest: dict[tuple[str, str, str], Thing | None] = {}
        for path, facts in project.of(self.languages):
            self._index(path, facts)

    def _index(self, path: str, facts: FileFacts) -> None:
        for package in _declared(facts):
            self._declare(package)
        for package, index in named(facts):
            self._names[package, facts.definitions[index].name].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The packages that a file declares, and the names that it adds to each."""
        if facts.language in self.languages:
            yield self.shared, _declared(facts)
            for package, index in named(facts):
                definition = facts.definitions[index]
                yield self.token(package), (definition.name, definition.kind)

    @property
    def shared(self) -> str:
        """The token for which packages there are."""
        return f"{self.languages[0]}\0\0"

    def token(self, package: str) -> str:
        """The token for the names of a package."""
        return f"{self.languages[0]}\0{package}"

    def _declare(self, package: str) -> None:
        while package not in self._packages:
            self._packages.add(package)
            package = package.rpartition(".")[0]

    # --- the resolver's questions ------------------------------------------------------------------------------------

    def locate(self, path: str, found: Import) -> Thing | None:
        """The package, or the class inside one, that the import's module part names."""
        return self.dotted(path, found.module)

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The file of the class that is named; a whole package names no file."""
        thing = self.linker.bound(path, found)
        return (thing.path,) if isinstance(thing, (Symbol, Module)) else ()

    def package_member(self, key: str, name: str) -> Thing | None:
        """A class or function of the package, or a package inside it."""
        package, _, path = key.partition(":")[2].partition("\n")
        found = self.pick(path, package, name)
        if found is not None:
            return found
        inner = f"{package}.{name}" if package else name
        return self._package(inner, path) if inner in self._packages else None

    def visible(self, path: str, name: str) -> Thing | None:
        """A neighbour in the file's own package; else the first name of a dotted path from the root."""
        package = self.project.facts[path].package
        found = self.pick(path, package, name)
        if found is not None:
            return weaker(found, "same package", 0.98 if package else 0.9)
        return self._package(name, path) if name in self._packages else None

    def missing(self, path: str, found: Import) -> str:
        """An import from a package that is declared here, of a name that is not."""
        if found.name in ("", "*") or found.module not in self._packages or not found.module:
            return ""
        self.linker.consult(self.token(found.module))
        own = any(package == found.module for package, _ in self._names)
        return f"no such name in {found.module}" if own and self.linker.bound(path, found) is None else ""

    # --- names and places ---------------------------------------------------------------------------------------------

    def dotted(self, path: str, name: str) -> Thing | None:
        """What a dotted path from the root means in a file: the class that it names or goes through, or a package."""
        names = name.split(".")
        for depth in range(len(names) - 1, -1, -1):
            package = ".".join(names[:depth])
            # Were it declared one day, `shared` would tell.
            thing = self.pick(path, package, names[depth]) if package in self._packages else None
            if thing is not None and not self._is_beside(thing, ".".join(names[: depth + 1])):
                within = self._within(thing, names[depth + 1 :])
                if within is not None:
                    return within
        return self._package(name, path) if name in self._packages else None

    def _is_beside(self, thing: Thing, package: str) -> bool:
        """Whether a thing merely has the name of a package: a function or value, or the object of the package."""
        if package not in self._packages or not isinstance(thing, Symbol):
            return False
        definition = self.project.facts[thing.path].definitions[thing.index]
        return definition.kind in CALLABLE | VALUES or definition.signature.startswith(PACKAGE_OBJECT)

    def _within(self, thing: Thing | None, names: list[str]) -> Thing | None:
        for name in names:
            thing = self.linker.member(thing, name) if thing is not None else None
        return thing

    def pick(self, path: str, package: str, name: str) -> Thing | None:
        """The definition of `name` in `package` that the file `path` means."""
        self.linker.consult(self.token(package))
        found = self._names.get((package, name))
        if found is None or len(found) == 1:
            return found[0] if found else None
        key = (parent(path), package, name)
        # What is kept for a folder was read for one file of it, and is noted for each.
        for one in found:
            self.linker.consult(one.path)
        if key not in self._nearest:
            self._nearest[key] = nearest(path, found) or self.common(found)
        return self._nearest[key]

    def common(self, found: list[Symbol | Module]) -> Thing | None:
        """Which of several equally near definitions of a name stands for all of them."""
        return None

    def _package(self, package: str, path: str) -> Package:
        return Package(f"{self.languages[0]}:{package}\n{path}")


def _declared(facts: FileFacts) -> tuple[str, ...]:
    """The packages that a file declares, as they stand."""
    return (facts.package, *(one.qualname for one in facts.definitions if one.kind == "module"))


def named(facts: FileFacts) -> Iterator[tuple[str, int]]:
    """The package and the index of each definition that others find by its package and name."""
    for index, definition in enumerate(facts.definitions):
        around = facts.definitions[definition.parent] if definition.parent >= 0 else None
        if definition.kind != "module" and definition.exported and (around is None or around.kind == "module"):
            yield facts.package if around is None else around.qualname, index


def nearest(path: str, found: list[Symbol | Module]) -> Thing | None:
    """The one candidate whose folder is nearest to that of `path`; of several in one file the first; None on a tie."""
    ranked = sorted((-shared_depth(parent(path), parent(thing.path)), thing.path) for thing in found)
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0] and ranked[0][1] != ranked[1][1]:
        return None
    return next(thing for thing in found if thing.path == ranked[0][1])
