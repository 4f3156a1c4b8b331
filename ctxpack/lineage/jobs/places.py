"""Resolves the program that a configuration names to a file of the repository.

Programs run elsewhere: their path begins in a bucket, an image or a workspace, and only its end matches a path in the
repository. An ambiguous path resolves to nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from ctxpack.datamodel.jobs import CLOSE, Run
from ctxpack.paths import beside

_SCHEME = re.compile(r"^[a-zA-Z][\w+.-]*:/*")
_ENDINGS = (".py", ".ipynb", ".sql")
_ENDING = re.compile(r"\.(?:py|ipynb|sql)$")
_MAINS = ("main.py", "__main__.py", "__init__.py", "cli.py", "entrypoint.py")
_MOST_OF_PATTERN = 200


class Places:
    """Finds programs among the Python files and SQL notebooks of a repository."""

    def __init__(self, paths: Iterable[str], entries: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """`entries` are, by folder, the entry points of the package there: (name, "module:function")."""
        self._paths = frozenset(paths)
        self._entries = entries
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            self._by_name[path.rpartition("/")[2]].append(path)

    def of(self, run: Run) -> list[tuple[str, str]]:
        """The (path, function) pairs of the programs that a run starts; function "" for the whole program."""
        if run.program.startswith("package:"):
            found = self._packaged(run)
            return [found] if found is not None else []
        if run.program.startswith("-m "):
            module = run.program[3:].strip().replace(".", "/")
            one = self._spelled([f"{module}.py", f"{module}/__main__.py"], run)
        elif "*" in run.program:
            return [(path, "") for path in self._matching(run)]
        else:
            whole = _ENDING.search(run.program) is not None
            ends = [run.program] if whole else [f"{run.program}{ending}" for ending in _ENDINGS]
            one = self._spelled(ends, run)
        return [(one, run.entry)] if one else []

    def _spelled(self, ends: Sequence[str], run: Run) -> str:
        for end in ends:
            found = self._relative(end, run.path) or self._ending(end, run)
            if found:
                return found
        return ""

    def _relative(self, name: str, owner: str) -> str:
        """A path relative to the folder of the configuration or one above it; "" if there is no such file."""
        if CLOSE in name or _SCHEME.match(name):
            return ""
        folder = posixpath.dirname(owner)
        while True:
            found = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
            if found in self._paths:
                return found
            if not folder:
                return ""
            folder = posixpath.dirname(folder)

    def _ending(self, name: str, run: Run) -> str:
        """The file whose path shares the longest end with the name; "" if ambiguous.

        Ties are broken by folders named in the words near the run, then by nearness to the configuration.
        """
        parts = [one for one in _SCHEME.sub("", name.rpartition(CLOSE)[2]).split("/") if one not in ("", ".", "..")]
        if not parts:
            return ""
        scored = [(self._worth(path, parts, run), path) for path in self._by_name.get(parts[-1], ())]
        best = max(scored, default=None)
        if best is None or sum(worth == best[0] for worth, _ in scored) > 1:
            return ""
        return best[1]

    def _worth(self, path: str, parts: Sequence[str], run: Run) -> tuple[int, int, int]:
        own = path.split("/")
        same = 0
        while same < min(len(own), len(parts)) and own[-1 - same] == parts[-1 - same]:
            same += 1
        folder = f"/{posixpath.dirname(path)}/"
        said = sum(f"/{word.strip('/.')}/" in folder for word in run.near if word.strip("/."))
        return same, said, len(posixpath.commonprefix([own, run.path.split("/")]))

    def _matching(self, run: Run) -> list[str]:
        """The files that match a glob pattern, relative to the folder of the configuration."""
        pattern = beside(run.path, run.program)
        if pattern.startswith("..") or not run.settings:
            return []
        pattern = pattern.removesuffix("/**") + "/*" if pattern.endswith("/**") else pattern.replace("**/", "*")
        return [path for path in sorted(self._paths) if fnmatchcase(path, pattern)][:_MOST_OF_PATTERN]

    def _packaged(self, run: Run) -> tuple[str, str] | None:
        """The (path, function) of an entry point of a package; None if not found."""
        package = run.program.removeprefix("package:").replace("-", "_")
        folders = sorted(self._entries, key=lambda one: (-len(posixpath.commonprefix([one, run.path])), one))
        for folder in folders:
            for name, value in self._entries[folder]:
                if name == run.entry:
                    module, _, function = value.partition(":")
                    inner = f"{module.replace('.', '/')}"
                    found = self._spelled([f"{inner}.py", f"{inner}/__init__.py"], run)
                    return (found, function.partition(".")[0]) if found else None
        module, _, function = run.entry.partition(":")
        ends = [f"{package}/{module.replace('.', '/')}.py", *(f"{package}/{name}" for name in _MAINS)]
        found = self._spelled(ends, run)
        return (found, function or run.entry) if found else None
