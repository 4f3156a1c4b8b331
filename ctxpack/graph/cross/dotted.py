"""Modules, classes and functions named by a dotted string: settings, entry points, patches, `python -m`."""

from __future__ import annotations

from ctxpack.graph.cross.base import CONFIGURATION, Asked, Found, Rule
from ctxpack.graph.project import Module, Symbol, Thing
from ctxpack.model import Import

NAMED_FROM = (
    ("python", frozenset({"python"}) | CONFIGURATION),
    ("java", frozenset({"java", "kotlin", "scala", "xml", "ini", "yaml", "json", "groovy"})),
)
"""For each language whose names are dotted, the languages of the files that name them by string."""

_ENTRY = 0.92
_SETTING = 0.85
_MOST_NAMES = 8


class DottedRule(Rule):
    """What `package.module.Class` and `package.module:function` mean."""

    def find(self, asked: Asked) -> Found | None:
        """The module or definition, only where every part of the name is known."""
        name = asked.name
        if "/" in name or name.startswith((".", "#")):
            return None
        module, colon, inner = name.partition(":")
        for language, sources in NAMED_FROM:
            if asked.language not in sources:
                continue
            names = module.split("."), inner.split(".") if inner else []
            thing = self._named(asked.path, language, *names)
            if isinstance(thing, Symbol):
                origin = "entry point" if colon else "dotted name"
                return Found(thing.path, thing.index, origin, min(thing.confidence, _ENTRY if colon else _SETTING))
            if isinstance(thing, Module) and not colon:
                return Found(thing.path, -1, "dotted name", min(thing.confidence, _SETTING))
        return None

    def _named(self, path: str, language: str, names: list[str], inner: list[str]) -> Thing | None:
        """What `names` and then `inner` mean; the first name after a colon is a member of the module before it."""
        if len(names) + len(inner) > _MOST_NAMES or (len(names) == 1 and not inner):
            return None
        shortest = len(names) if inner else 1
        for depth in range(len(names), shortest - 1, -1):
            place = self._place(path, language, names[:depth])
            if place is not None:
                return self._member(place, [*names[depth:], *inner])
        return None

    def _place(self, path: str, language: str, names: list[str]) -> Thing | None:
        resolver = self.linker.resolver(language)
        if resolver is None:
            return None
        place = resolver.locate(path, Import(".".join(names), "", "", "import", 0))
        return place if isinstance(place, Module | Symbol) else None

    def _member(self, place: Thing, names: list[str]) -> Thing | None:
        thing: Thing | None = place
        for name in names:
            thing = self.linker.member(thing, name) if thing is not None and name.isidentifier() else None
        return thing


class ModuleRunRule(DottedRule):
    """What `python -m package.module` runs."""

    def find(self, asked: Asked) -> Found | None:
        """The module, or the `__main__` module of a package."""
        place = self._place(asked.path, "python", asked.name.split("."))
        if not isinstance(place, Module):
            return None
        main = self.linker.member(place, "__main__") if place.path.endswith("/__init__.py") else None
        return Found(main.path if isinstance(main, Module) else place.path, -1, "runs the module", _ENTRY)
