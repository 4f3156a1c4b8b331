"""PHP: namespaces as declared (which makes PSR-4 settings needless), names from the root, included files."""

from __future__ import annotations

from ctxpack.graph.imports.namespaces import NamespaceResolver
from ctxpack.graph.project import Module, Symbol, Thing, weaker
from ctxpack.model import Import
from ctxpack.paths import joined, parent

_TYPES = frozenset({"type", "inherit"})
_FALL_BACK = frozenset({"function", "constant"})


class PhpResolver(NamespaceResolver):
    """Where `use` and `require` lead, and what a namespace sees."""

    languages = ("php",)
    implicit_self = False

    def locate(self, path: str, found: Import) -> Thing | None:
        """The included file, or the namespace or class that is used."""
        if found.kind != "include":
            return self.dotted(path, found.module)
        for folder in (parent(path), ""):
            target = joined(folder, found.module)
            if target in self.project.facts:
                return Module(target)
        return None

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The included file, or that of the class or function."""
        return super().files(path, found) if found.module else ()

    def visible(self, path: str, name: str) -> Thing | None:
        """A name from the root, a neighbour in the namespace, a namespace inside it, or a global function."""
        if name.startswith("\\"):
            return self._rooted(path, name[1:])
        package = self.project.facts[path].package
        thing = self.pick(path, package, name)
        if thing is not None:
            return weaker(thing, "same namespace", 0.98 if package else 0.9)
        inner = f"{package}.{name}" if package else name
        if inner in self._packages:
            return self._package(inner, path)
        thing = self.pick(path, "", name)
        if isinstance(thing, Symbol) and self.linker.definition(thing).kind in _FALL_BACK:
            return weaker(thing, "global function", 0.9)
        return None

    def missing(self, path: str, found: Import) -> str:
        """An included file that lies beside this one by its path, and does not."""
        if found.kind == "include":
            beside = found.module.startswith("./") and self.locate(path, found) is None
            return "no such file beside this one" if beside else ""
        why = super().missing(path, found)
        return "" if why and self._is_namespace(path, found.alias) else why

    def _is_namespace(self, path: str, alias: str) -> bool:
        """Whether a file takes types from what it calls so, which classes do not hold: a namespace from elsewhere."""
        for reference in self.project.references(path):
            first, inner, _ = reference.qualifier.partition(".")
            if first == alias and (inner or reference.kind in _TYPES):
                return True
        return False

    def _rooted(self, path: str, name: str) -> Thing | None:
        if not name:
            return self._package("", path)
        return self.pick(path, "", name) or (self._package(name, path) if name in self._packages else None)
