"""Where `#include` leads: beside the file, then the folders that compile commands name, then those that are usual.

Without compile commands the folders above the file are tried from the nearest outwards, each with its `include`, `src`
and `inc`; at last a path that ends one file of the repository alone. A name in angle brackets without a folder is
taken for the system's unless a folder of headers holds it.
"""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.project import Project
from ctxpack.paths import joined, parent

_USUAL = ("include", "src", "inc")
_FLAGS = ("-I", "-iquote", "-isystem")


class Includes:
    """Answers where an include leads; made once for a repository."""

    def __init__(self, project: Project) -> None:
        """Index all files by name, and the include folders of the compile commands."""
        self._files = project.facts
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in project.facts:
            self._by_name[path.rpartition("/")[2]].append(path)
        self._commands: dict[str, tuple[str, ...]] = {}
        for path in project.settings:
            if path.rpartition("/")[2] == "compile_commands.json":
                self._commands.update(self._read(project.read(path)))
        self._all = tuple(dict.fromkeys(folder for folders in self._commands.values() for folder in folders))
        self._known: dict[tuple[str, str], str | None] = {}

    def target(self, path: str, written: str) -> str | None:
        """The file that `written` (in angle brackets for a system include) names in the file `path`."""
        key = (path if path in self._commands else f"{parent(path)}/", written)
        if key not in self._known:
            self._known[key] = self._find(path, written)
        return self._known[key]

    def _find(self, path: str, written: str) -> str | None:
        system = written.startswith("<")
        name = written.strip("<>").strip().replace("\\", "/")
        if not name or name.startswith("/"):
            return None
        folders = [] if system else [parent(path)]
        folders.extend(self._commands.get(path, self._all))
        folders.extend(_around(path, headers_only=system and "/" not in name))
        for folder in folders:
            place = joined(folder, name)
            if place in self._files:
                return place
        return None if system and "/" not in name else self._only(name)

    def _only(self, name: str) -> str | None:
        """The one file whose path ends with the name."""
        plain = joined("", name) or name.rpartition("../")[2]
        found = [path for path in self._by_name.get(plain.rpartition("/")[2], ()) if f"/{path}".endswith(f"/{plain}")]
        return found[0] if len(found) == 1 else None

    def _read(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        try:
            entries = json.loads(text) if text else []
        except (ValueError, RecursionError):
            return
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("file"), str):
                yield from self._entry(entry)

    def _entry(self, entry: dict[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The commands may come from another machine: the longest end of a path that is a file here tells the root."""
        directory = str(entry.get("directory", "")).replace("\\", "/").rstrip("/")
        file = str(entry["file"]).replace("\\", "/")
        full = file if file.startswith("/") or not directory else f"{directory}/{file}"
        names = [name for name in full.split("/") if name not in ("", ".")]
        for start in range(len(names)):
            path = "/".join(names[start:])
            if path in self._files:
                root = "/".join(names[:start])
                yield path, tuple(_folders(_words(entry), directory, root))
                return


def _around(path: str, *, headers_only: bool) -> Iterator[str]:
    folder = parent(path)
    while True:
        if not headers_only:
            yield folder
        for name in _USUAL[: 1 if headers_only else None]:
            yield joined(folder, name)
        if not folder:
            return
        folder = parent(folder)


def _words(entry: dict[str, object]) -> list[str]:
    arguments = entry.get("arguments")
    if isinstance(arguments, list):
        return [str(word) for word in arguments]
    try:
        return shlex.split(str(entry.get("command", "")))
    except ValueError:
        return str(entry.get("command", "")).split()


def _folders(words: Iterable[str], directory: str, root: str) -> Iterator[str]:
    """The include folders of a command, relative to the repository; those outside are left out."""
    waiting = False
    for word in words:
        flag = next((flag for flag in _FLAGS if word.startswith(flag)), "")
        written = word if waiting else word[len(flag) :] if flag else ""
        waiting = bool(flag) and not written
        if not written or (waiting and not written):
            continue
        full = written if written.startswith("/") else f"{directory}/{written}"
        place = joined("", full.lstrip("/"))
        base = root.strip("/")
        if place == base or not base:
            yield place if not base else ""
        elif place.startswith(f"{base}/"):
            yield place[len(base) + 1 :]
