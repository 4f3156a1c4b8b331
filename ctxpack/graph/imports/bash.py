"""Shell scripts: sourced and executed scripts by their path, and the functions that sourcing brings in."""

from __future__ import annotations

import re
from collections import defaultdict

from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Module, Project, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Import
from ctxpack.paths import joined, parent, shared_depth

_EXPANSION = re.compile(r".*(?:\}|\)|\$\w+|`)/")
_MOST_FILES = 50


class BashResolver(Resolver):
    """Where `source` leads. A path that begins with an expansion is looked for by its rest, nearest folder first."""

    languages = ("bash",)
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the files by name."""
        super().__init__(project, linker)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in project.facts:
            self._by_name[path.rpartition("/")[2]].append(path)
        self._sourced: dict[str, tuple[str, ...]] = {}

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
        if path not in self._sourced:
            self._sourced[path] = self._reached(path)
        for other in self._sourced[path]:
            self.linker.consult(other)
        for other in self._sourced[path]:
            thing = self.linker.top_level(other, name)
            if thing is not None:
                return weaker(thing, "sourced", 0.93)
        return None

    def _reached(self, path: str) -> tuple[str, ...]:
        """The scripts that sourcing `path` reads, nearest first."""
        reached = [path]
        for other in reached:
            for found in self.project.facts[other].imports:
                place = self.locate(other, found) if found.kind == "include" else None
                if isinstance(place, Module) and place.path not in reached and len(reached) < _MOST_FILES:
                    reached.append(place.path)
        return tuple(reached[1:])

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
        found = [p for p in self._by_name.get(rest.rpartition("/")[2], ()) if f"/{p}".endswith(f"/{rest}")]
        best = max((shared_depth(parent(path), parent(other)) for other in found), default=0)
        near = [other for other in found if shared_depth(parent(path), parent(other)) == best]
        return Module(near[0], "by its name", 0.85) if len(near) == 1 else None
