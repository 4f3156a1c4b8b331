"""Java, Kotlin and Scala, which see each other's classes: packages as declared, the file classes of Kotlin."""

from __future__ import annotations

from ctxpack.graph.imports.namespaces import NamespaceResolver
from ctxpack.graph.project import Module, Thing
from ctxpack.model import FileFacts, Import


class JvmResolver(NamespaceResolver):
    """Where imports of the languages on the JVM lead."""

    languages = ("java", "kotlin", "scala")

    def _index(self, path: str, facts: FileFacts) -> None:
        """Also the class that Java sees in the place of a Kotlin file: Orders.kt is OrdersKt."""
        super()._index(path, facts)
        name = path.rpartition("/")[2]
        if facts.language == "kotlin" and name.endswith(".kt"):
            self._names[facts.package, f"{name[:-3].capitalize()}Kt"].append(Module(path))

    def locate(self, path: str, found: Import) -> Thing | None:
        """As by default; what a companion object holds belongs to its class."""
        return self.dotted(path, found.module.removesuffix(".Companion"))
