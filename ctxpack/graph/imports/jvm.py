"""Java, Kotlin and Scala, which see each other's classes: packages as declared, the file classes of Kotlin."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.namespaces import PACKAGE_OBJECT, NamespaceResolver
from ctxpack.graph.project import Module, Symbol, Thing, weaker
from ctxpack.model import Definition, FileFacts, Import

_SCRIPTS = (".sc", ".kts")
_EXPECT = re.compile(r"(?:^|\s)expect\s")


class JvmResolver(NamespaceResolver):
    """Where imports of the languages on the JVM lead."""

    languages = ("java", "kotlin", "scala")

    def _index(self, path: str, facts: FileFacts) -> None:
        """Also the class that Java sees in the place of a Kotlin file: Orders.kt is OrdersKt; nothing of scripts."""
        if path.endswith(_SCRIPTS):
            return
        super()._index(path, facts)
        name = path.rpartition("/")[2]
        if facts.language == "kotlin" and name.endswith(".kt"):
            self._names[facts.package, f"{name[:-3].capitalize()}Kt"].append(Module(path))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """As by default, but for scripts, from which nothing is taken."""
        return () if path.endswith(_SCRIPTS) else super().offers(path, facts)

    def locate(self, path: str, found: Import) -> Thing | None:
        """As by default; what a companion object holds belongs to its class."""
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
        package = self.project.facts[path].package if self.project.facts[path].language == "scala" else ""
        while found is None and package:
            found, package = self._held(path, package, name), package.rpartition(".")[0]
        return found

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
