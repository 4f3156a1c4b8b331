"""The map of a repository: its folders and what is in them, as deep as its share of the budget allows.

It depends on the files alone, never on the task, so that the front of every prompt about one state is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from ctxpack.model import SourceFile

_DEEPEST = 8
_LEFT_OUT = frozenset({"binary", "lock", "vendored", "generated", "data"})


def overview(files: Iterable[SourceFile], fits: Callable[[str], bool]) -> str:
    """The deepest map that fits, "" if not even the shallowest does.

    A map names the folders down to some depth with the number of files of each language below them; the deepest one
    names the files.
    """
    kept = sorted((file for file in files if file.role not in _LEFT_OUT), key=lambda file: file.path)
    best = ""
    for depth in range(1, _DEEPEST + 1):
        text = _folders(kept, depth)
        if text == best:
            break
        if not fits(text):
            return best
        best = text
    named = _names(kept)
    return named if fits(named) else best


def _folders(files: list[SourceFile], depth: int) -> str:
    counts: dict[str, Counter[str]] = {}
    for file in files:
        folders = file.path.split("/")[:-1]
        key = "/".join(folders[:depth]) + "/" if folders else "./"
        counts.setdefault(key, Counter())[file.language or "other"] += 1
    lines = []
    for folder in sorted(counts):
        found = sorted(counts[folder].items(), key=lambda pair: (-pair[1], pair[0]))
        lines.append(f"{folder} " + ", ".join(f"{count} {language}" for language, count in found[:4]))
    return "\n".join(lines)


def _names(files: list[SourceFile]) -> str:
    by_folder: dict[str, list[str]] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        by_folder.setdefault(f"{folder}/" if folder else "./", []).append(name)
    return "\n".join(f"{folder} {' '.join(names)}" for folder, names in sorted(by_folder.items()))
