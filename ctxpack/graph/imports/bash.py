"""Shell scripts: sourced and executed scripts by their path, and the functions that sourcing brings in."""

from __future__ import annotations

import re

from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.imports.paths import joined, parent, shared
from ctxpack.graph.project import Module, Thing, weaker
from ctxpack.model import Import

_EXPANSION = re.compile(r".*(?:\}|\)|\$\w+|`)/")
_MOST_FILES = 50


class BashResolver(Resolver):
    """Where `source` leads. A path that begins with an expansion is looked for by its rest, nearest folder first."""

    languages = ("bash",)

    def locate(self, path: str, found: Import) -> Thing | None:
        """The script: from the script's own folder, from the root, or by the part of its path that is known."""
        known = _EXPANSION.sub("", found.module) if "$" in found.module or "`" in found.module else ""
        if known:
            return self._by_rest(path, known)
        for folder in (parent(path), ""):
            target = joined(folder, found.module)
            if target in self.project.facts:
                return Module(target)
        return None

    def visible(self, path: str, name: str) -> Thing | None:
        """A function or variable of a script that is sourced, there or further on."""
        queue, seen = [path], {path}
        while queue and len(seen) < _MOST_FILES:
            for found in self.project.facts[queue.pop(0)].imports:
                place = self.locate(path, found) if found.kind == "include" else None
                if not isinstance(place, Module) or place.path in seen:
                    continue
                thing = self.linker.top_level(place.path, name)
                if thing is not None:
                    return weaker(thing, "sourced", 0.93)
                seen.add(place.path)
                queue.append(place.path)
        return None

    def missing(self, path: str, found: Import) -> str:
        """A script beside this one that is not there."""
        beside = found.module.startswith(("./", "../")) and self.locate(path, found) is None
        return "no such script beside this one" if beside else ""

    def _by_rest(self, path: str, rest: str) -> Module | None:
        if "$" in rest or "*" in rest:
            return None
        if rest.startswith(("./", "../")):
            target = joined(parent(path), rest)
            return Module(target) if target in self.project.facts else None
        found = [p for p in self.project.facts if p == rest or p.endswith(f"/{rest}")]
        best = max((shared(path, other) for other in found), default=0)
        near = [other for other in found if shared(path, other) == best]
        return Module(near[0], "by its name", 0.85) if len(near) == 1 else None
