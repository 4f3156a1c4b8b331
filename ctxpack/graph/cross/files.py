"""Files named by path: templates, queries, scripts, settings, build contexts, local actions.

A path is looked for beside the file that names it, from the root, from each folder on the way up, and last by its end,
where that fits one file alone. A bare file name is weaker evidence than a path, and names that every project has
(`index.html`, `config.py`) are none at all in code, where they are as often made up or computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxpack.graph.cross.base import CONFIGURATION, Asked, Found, Rule, nearest
from ctxpack.graph.project import Project, is_settings
from ctxpack.graph.symbols import Linker
from ctxpack.paths import joined, parent

GENERIC = frozenset(
    """
    __init__ __main__ a action app bar base baz c changelog cli client common conf config conftest constants data
    default docker-compose dockerfile docs env error example file foo helper helpers home icon image index init input
    layout license local log logo main makefile manifest meta metadata mod model models module my_file new node notes
    openapi out output package package-lock page pom profiles project pyproject query readme requirements result
    results run sample schema script security server settings setup simple src style styles swagger temp template test
    test_file tests tmp tsconfig types user users util utils values version views x y z
    """.split()
)
"""First parts of file names that are no evidence by themselves."""

ENTRIES = (
    ("yaml", ("action.yml", "action.yaml", "Dockerfile", "main.go")),
    ("make", ("main.go", "Makefile")),
    ("bash", ("main.go",)),
    ("dockerfile", ("main.go",)),
)
"""By language, what a folder is named for, besides the file in it that has the same name as the one that names it."""

FOLDERS = ("templates", "sql", "queries")
"""Folders whose files code names by what follows the folder."""

_ENTRIES = dict(ENTRIES)
_SHORTEST_STEM = 3
_ASIDE = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|docs?|tests?|testdata|fixtures?)/")
_TEST = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testdata|fixtures?|testing)/|(?:^|/)(?:test_|conftest)|[._](?:test|spec)\."
)


class FileRule(Rule):
    """What a path means."""

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index all listed files by their last name."""
        super().__init__(project, linker)
        self._files = frozenset((*project.facts, *project.unparsed))
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(self._files):
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def find(self, asked: Asked) -> Found | None:
        """The file, or the folder's main file, that a path names."""
        path, name = asked.path, asked.name
        if name.startswith("#/"):
            return None
        if name.startswith("*/"):
            return self._by_end(path, name[2:], 0.75)
        if name.startswith("/"):
            exact = name[1:] in self._files and "." in name
            return Found(name[1:], -1, "names the file", 0.75) if exact else None
        if "/" in name:
            return self._exact(path, asked.language, name) or self._by_end(path, name, 0.8)
        if asked.language in CONFIGURATION:
            # What a package names is below it; were it not there, the name of another would be found further up.
            foreign = path.endswith("package.json") and joined(parent(path), name) not in self._files
            return self._exact(path, "", name) if not (foreign and _is_generic(name)) else None
        return self._beside(path, name) or self._by_end(path, name, 0.7)

    def _beside(self, path: str, name: str) -> Found | None:
        """The file in this file's folder, or in a folder of templates or queries there or further up."""
        if not _is_generic(name) and joined(parent(path), name) in self._files:
            return Found(joined(parent(path), name), -1, "names the file", 0.8)
        for folder in _folders(path, name):
            for inner in FOLDERS:
                candidate = joined(folder, f"{inner}/{name}")
                if candidate in self._files:
                    return Found(candidate, -1, "names the file", 0.75)
        return None

    def _exact(self, path: str, language: str, name: str) -> Found | None:
        """The file at a path from this file's folder or the root, or from a folder between them."""
        own = path.rpartition("/")[2]
        entries = (own, *_ENTRIES.get(language, ())) if language in CONFIGURATION else ()
        for number, folder in enumerate(_folders(path, name)):
            candidate = joined(folder, name)
            if candidate in self._files:
                return Found(candidate, -1, "names the file", 0.92 if number < 2 else 0.85)
            for entry in entries if candidate else ():
                if f"{candidate}/{entry}" in self._files:
                    return Found(f"{candidate}/{entry}", -1, "names the folder", 0.8)
        return None

    def _by_end(self, path: str, name: str, confidence: float) -> Found | None:
        """The one file whose path ends so; of several the one that shares most folders with this file."""
        last = name.rpartition("/")[2]
        if "." not in last or name.startswith("."):
            return None
        if last == name and _is_generic(name):
            return None
        found = [other for other in self._by_name.get(last, ()) if f"/{other}".endswith(f"/{name}")]
        if last == name and len(found) > 1:
            return None
        if not _ASIDE.search(path):
            found = [other for other in found if not _ASIDE.search(other.removesuffix(name))]
        if _is_test(path):
            found = [other for other in found if _is_test(other)]
        chosen = nearest(path, found)
        if chosen is None:
            return None
        return Found(chosen, -1, "ends like the file", confidence if len(found) == 1 else confidence - 0.1)


def _is_generic(name: str) -> bool:
    stem = name.partition(".")[0].lower()
    return stem in GENERIC or len(stem) <= _SHORTEST_STEM or is_settings(name)


def _is_test(path: str) -> bool:
    return _TEST.search(path) is not None


def _folders(path: str, name: str) -> Iterator[str]:
    """The folders that a path may be relative to: this file's, the root, and those between, the nearest first."""
    folder = parent(path)
    yield folder
    if name.startswith("../"):
        return
    if folder:
        yield ""
    while not name.startswith("./") and (folder := parent(folder)):
        yield folder
