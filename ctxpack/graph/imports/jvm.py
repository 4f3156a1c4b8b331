"""Java, Kotlin, Scala and Groovy, which see each other's classes: packages as declared, the file classes of Kotlin."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.namespaces import PACKAGE_OBJECT, NamespaceResolver, named
from ctxpack.graph.project import Module, Symbol, Thing, weaker
from ctxpack.model import Definition, FileFacts, Import
from ctxpack.paths import joined, parent

_SCRIPTS = (".sc", ".kts")
_GROOVY_CLASSES = frozenset({"class", "interface", "enum"})
_STEPS = "groovy\0vars"
"""The token for which steps a shared library of Jenkins has."""

_ROOT = re.compile(r"^\$\{?(?:rootDir|rootProject\.projectDir|projectDir)\}?/")
_EXPECT = re.compile(r"(?:^|\s)expect\s")


class JvmResolver(NamespaceResolver):
    """Where imports of the languages on the JVM lead."""

    languages = ("java", "kotlin", "scala", "groovy")

    def _index(self, path: str, facts: FileFacts) -> None:
        """Also the class that Java sees in the place of a Kotlin file: Orders.kt is OrdersKt; nothing of scripts."""
        if path.endswith(_SCRIPTS):
            return
        if facts.language == "groovy":
            self._index_classes(path, facts)
            return
        super()._index(path, facts)
        name = path.rpartition("/")[2]
        if facts.language == "kotlin" and name.endswith(".kt"):
            self._names[facts.package, f"{name[:-3].capitalize()}Kt"].append(Module(path))

    def _index_classes(self, path: str, facts: FileFacts) -> None:
        """The classes of a file of Groovy: functions of scripts are seen by nobody else."""
        self._declare(facts.package)
        for package, index in named(facts):
            if facts.definitions[index].kind in _GROOVY_CLASSES:
                self._names[package, facts.definitions[index].name].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """As by default, but for scripts, from which nothing is taken; and the steps of a library."""
        if facts.language == "groovy" and parent(path).rpartition("/")[2] == "vars":
            yield _STEPS, path
        if not path.endswith(_SCRIPTS):
            yield from super().offers(path, facts)

    def locate(self, path: str, found: Import) -> Thing | None:
        """As by default; what a companion object holds belongs to its class. A script of Gradle, by its path."""
        if found.kind == "include":
            written = _ROOT.sub("", found.module)
            places = (joined(parent(path), written), joined("", written))
            return next((Module(place) for place in places if place in self.project.facts), None)
        return self.dotted(path, found.module.removesuffix(".Companion"))

    def package_member(self, key: str, name: str) -> Thing | None:
        """As by default; in Scala, what the object of the package holds belongs to the package too."""
        package, _, path = key.partition(":")[2].partition("\n")
        found = super().package_member(key, name)
        if found is None or (isinstance(found, Symbol) and self._is_beside(found, f"{package}.{name}")):
            inner = f"{package}.{name}"
            return self._package(inner, path) if found is not None else self._held(path, package, name)
        return found

    def visible(self, path: str, name: str) -> Thing | None:
        """As by default; also what the objects of the package and of those around it hold."""
        found = super().visible(path, name)
        if found is None and self.project.facts[path].language == "groovy":
            return self._step(path, name)
        package = self.project.facts[path].package if self.project.facts[path].language == "scala" else ""
        while found is None and package:
            found, package = self._held(path, package, name), package.rpartition(".")[0]
        return found

    def _step(self, path: str, name: str) -> Thing | None:
        """What a step of Jenkins calls: the function of that name's file among the steps of the library."""
        self.linker.consult(_STEPS)
        folder = parent(path)
        while True:
            found = self.linker.top_level(joined(folder, f"vars/{name}.groovy"), "call")
            if found is not None or not folder:
                return weaker(found, "step", 0.97) if found is not None else None
            folder = parent(folder)

    def common(self, found: list[Symbol | Module]) -> Thing | None:
        """In Kotlin, what all platforms are expected to have."""
        expected = [one for one in found if isinstance(one, Symbol) and _EXPECT.search(self._definition(one).signature)]
        return expected[0] if len(expected) == 1 else None

    def _definition(self, thing: Symbol) -> Definition:
        return self.project.facts[thing.path].definitions[thing.index]

    def _held(self, path: str, package: str, name: str) -> Thing | None:
        """A member of the object of a package."""
        outer, _, last = package.rpartition(".")
        thing = self.pick(path, outer, last)
        if not isinstance(thing, Symbol) or not self._is_object(thing):
            return None
        found = self.linker.member(thing, name)
        return weaker(found, "package object", 0.96) if found is not None else None

    def _is_object(self, thing: Symbol) -> bool:
        return self._definition(thing).signature.startswith(PACKAGE_OBJECT)
