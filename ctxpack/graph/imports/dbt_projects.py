"""The dbt packages of a repository: where each begins, what it is called, and which files are its resources.

A package begins at a `dbt_project.yml`; installed ones lie below another (`dbt_packages/NAME`). Without any such file
the whole repository counts as one package whose models may lie anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from ctxpack.graph.project import Project
from ctxpack.paths import joined, parent

Place = TypeVar("Place")

_NAMES = ("dbt_project.yml", "dbt_project.yaml")
_NAME = re.compile(r"^name\s*:\s*['\"]?([\w-]+)", re.MULTILINE)
_PATHS = re.compile(
    r"^(model|source|seed|data|snapshot)-paths\s*:[ \t]*(\[[^\]]*\]|(?:\s*\n[ \t]*-[^\n]*)+)", re.MULTILINE
)
_ITEM = re.compile(r"[^\s\[\],'\"-][^\s\[\],'\"]*")
_DEFAULTS = {"model": ("models",), "seed": ("seeds", "data"), "snapshot": ("snapshots",)}
_SUFFIXES = {"model": (".sql", ".py"), "seed": (".csv", ".tsv", ".parquet"), "snapshot": (".sql",)}
_SAME_AS = {"source": "model", "data": "seed"}
_VERSION = re.compile(r"_v\d+$")


class DbtProjects:
    """Answers which package a file belongs to, and which of several definitions a name means there."""

    def __init__(self, project: Project) -> None:
        """Read the project files."""
        self._names: dict[str, str] = {}
        self._folders: list[tuple[str, str, str]] = []
        for path in project.settings:
            if path.rpartition("/")[2] in _NAMES:
                self._read(parent(path), project.read(path))
        self._roots = sorted(self._names, key=lambda root: (-len(root), root))
        self._of: dict[str, str] = {}

    def _read(self, root: str, text: str) -> None:
        found = _NAME.search(text)
        self._names[root] = found.group(1) if found else root.rpartition("/")[2]
        paths = dict(_DEFAULTS)
        for match in _PATHS.finditer(text):
            kind = _SAME_AS.get(match.group(1), match.group(1))
            paths[kind] = tuple(_ITEM.findall(match.group(2)))
        self._folders.extend(
            (root, kind, joined(root, folder)) for kind, folders in paths.items() for folder in folders
        )

    def of(self, path: str) -> str:
        """The root of the package that a file is in; "" also where there is none."""
        folder = parent(path)
        if folder not in self._of:
            inside = (root for root in self._roots if not root or folder == root or folder.startswith(f"{root}/"))
            self._of[folder] = next(inside, "")
        return self._of[folder]

    def resource(self, path: str) -> str:
        """The name of the model, seed or snapshot that a file holds, "" where it holds none."""
        root = self.of(path)
        stem, dot, suffix = path.rpartition("/")[2].rpartition(".")
        for owner, kind, folder in self._folders:
            if owner == root and f".{suffix}" in _SUFFIXES[kind] and path.startswith(f"{folder}/"):
                return stem
        return stem if not self._names and dot and suffix == "sql" and "models" in path.split("/") else ""

    def lookup(
        self,
        index: Mapping[tuple[str, str], Sequence[Place]],
        root: str,
        owner: str,
        name: str,
        *,
        own_only: bool = False,
    ) -> tuple[Place | None, float]:
        """The one place that a name means in a package, and how sure that is; `owner` is the package that is named.

        The package itself goes first, then those installed in it, then all others; the first to know the name counts.
        Of a model that exists in versions and not without one, the highest is meant.
        """
        if own_only or (not owner and self._versions(index, root, name)):
            circles = [[root]]
        else:
            circles = self._circles(root, owner)
        for nearness, roots in enumerate(circles):
            found = [place for other in roots for place in self._versions(index, other, name)]
            if found:
                return (found[0], 1.0 if owner or nearness == 0 else 0.95) if len(found) == 1 else (None, 0.0)
        return None, 0.0

    def _circles(self, root: str, owner: str) -> list[list[str]]:
        """The packages (those called `owner`, if named) in order: this one, those installed in it, all others."""
        named = [other for other in self._roots if not owner or self._names[other] == owner]
        inside = [other for other in named if other != root and (not root or other.startswith(f"{root}/"))]
        others = [other for other in named if other != root and other not in inside]
        return [[root] if root in named or not owner else [], inside, others]

    def implementations(
        self, index: Mapping[tuple[str, str], Sequence[Place]], root: str, owner: str, name: str
    ) -> Sequence[Place]:
        """All that a name means in the first package, of those called `owner` or this one, that knows it."""
        circles = [*self._circles(root, owner), [root]] if owner else [[root]]
        for roots in circles:
            for other in roots:
                if found := index.get((other, name)):
                    return found
        return ()

    def _versions(self, index: Mapping[tuple[str, str], Sequence[Place]], root: str, name: str) -> Sequence[Place]:
        found = index.get((root, name), ())
        if found or _VERSION.search(name):
            return found
        for version in range(9, 0, -1):
            newest = index.get((root, f"{name}_v{version}"), ())
            if newest:
                return newest
        return ()
