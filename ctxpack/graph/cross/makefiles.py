"""Targets that `make` is run for: in scripts, workflows, images, and other makefiles."""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.graph.cross.base import Asked, Found, Rule
from ctxpack.graph.project import Module, Symbol
from ctxpack.paths import joined, parent

_NAMES = ("GNUmakefile", "makefile", "Makefile")
_CONFIDENCE = 0.85


class MakeRule(Rule):
    """What a target means: a rule of the makefile in the folder that is named, or of the nearest one further up."""

    def find(self, asked: Asked) -> Found | None:
        """The rule in the first makefile there is, or in one that it includes."""
        folder, _, target = asked.name.rpartition(" ")
        for place in _places(asked.path, folder):
            for name in _NAMES:
                makefile = joined(place, name)
                if makefile in self.project.facts:
                    found = self._target(makefile, target)
                    return Found(found.path, found.index, "make target", _CONFIDENCE) if found is not None else None
        return None

    def _target(self, makefile: str, target: str) -> Symbol | None:
        for path in (makefile, *self._included(makefile)):
            found = self.linker.top_level(path, target)
            if isinstance(found, Symbol) and self.linker.definition(found).kind == "function":
                return found
        return None

    def _included(self, makefile: str) -> Iterator[str]:
        resolver = self.linker.resolver("make")
        for found in self.project.facts[makefile].imports if resolver is not None else ():
            place = resolver.locate(makefile, found) if resolver is not None else None
            if isinstance(place, Module):
                yield place.path


def _places(path: str, folder: str) -> Iterator[str]:
    """The folders where a makefile may be: seen from this file and from the root, or those further and further up."""
    place = parent(path)
    if folder:
        yield from dict.fromkeys((joined(place, folder), joined("", folder)))
        return
    yield place
    while place:
        place = parent(place)
        yield place
