"""The map of a repository: its folders and what they contain, in as much detail as its share of the budget allows.

It depends on the files alone, never on the task, so that the start of every prompt about one state is the same.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from ctxpack.model import SourceFile
from ctxpack.paths import on_one_line

_LEFT_OUT = frozenset({"binary", "lock", "vendored", "generated", "data"})
_ROOT = ""

Lines = dict[str, str]
"""The text of the line for each folder, by the folder's path."""


def overview(files: Iterable[SourceFile], fits: Callable[[str], bool]) -> str:
    """The most detailed map that fits, "" if not even the shallowest does.

    Each line is a folder with its number of files by language; files of sub-folders without a line of their own are
    counted in. Detail grows in steps: the folder with the most files is opened first, until all are open; then file
    names replace the numbers, first where the most sources are.
    """
    tree = _Tree(files)
    steps = [*tree.opened(), *tree.named()]
    fitting = bisect_left(range(1, len(steps) + 1), True, key=lambda count: not fits(_text(steps[:count])))
    return _text(steps[:fitting])


def fullest(files: Iterable[SourceFile], fits: Callable[[str], bool]) -> str:
    """As many top-level folders as fit, largest first, and how many more there are; "" if none fits."""
    lines = _Tree(files).outermost()

    def text(count: int) -> str:
        return f"{_text([dict(lines[:count])])}\n(and {len(lines) - count:,} more)"

    fitting = bisect_left(range(1, len(lines)), True, key=lambda count: not fits(text(count)))
    return text(fitting) if fitting else ""


def _text(steps: Sequence[Lines]) -> str:
    """The map after some steps; later lines replace earlier ones of the same folder, and an empty line removes it."""
    lines: Lines = {}
    for step in steps:
        lines.update(step)
    return "\n".join(f"{on_one_line(folder) or '.'}/ {line}" for folder, line in sorted(lines.items()) if line)


class _Tree:
    """The folders of a repository, with the files directly in each and the counts of all below it."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        """Only files that people write count, not binary, lock, vendored, generated or data files."""
        self._own: dict[str, list[SourceFile]] = defaultdict(list)
        self._inner: dict[str, set[str]] = defaultdict(set)
        self._below: dict[str, Counter[str]] = defaultdict(Counter)
        for file in sorted((one for one in files if one.role not in _LEFT_OUT), key=lambda one: one.path):
            names = file.path.split("/")[:-1]
            folders = [_ROOT, *accumulate(names, "{}/{}".format)]
            self._own[folders[-1]].append(file)
            for folder, inner in pairwise(folders):
                self._inner[folder].add(inner)
            for folder in folders:
                self._below[folder][file.language or "other"] += 1

    def opened(self) -> Iterator[Lines]:
        """The steps that split a folder's line into lines of its sub-folders; the one with the most files first."""
        waiting = [(0, _ROOT)]
        while waiting:
            _, folder = heapq.heappop(waiting)
            own = Counter(file.language or "other" for file in self._own.get(folder, ()))
            lines = {folder: _counted(own)}
            for inner in sorted(map(self._telling, self._inner.get(folder, ()))):
                lines[inner] = _counted(self._below[inner])
                if inner in self._inner:
                    heapq.heappush(waiting, (-self._below[inner].total(), inner))
            yield lines

    def outermost(self) -> list[tuple[str, str]]:
        """The top-level folders with their lines, those with the most files first."""
        found = sorted(self._inner.get(_ROOT, ()), key=lambda one: (-self._below[one].total(), one))
        return [(folder, _counted(self._below[folder])) for folder in found]

    def named(self) -> Iterator[Lines]:
        """The steps in which a folder's file names replace their number."""
        sources = {folder: sum(one.role == "source" for one in own) for folder, own in self._own.items()}
        for folder in sorted(sources, key=lambda one: (-sources[one], one)):
            yield {folder: " ".join(on_one_line(one.path.rpartition("/")[2]) for one in self._own[folder])}

    def _telling(self, folder: str) -> str:
        """The folder, or the first below it that has files or several sub-folders: chains of single ones collapse."""
        while folder not in self._own and len(self._inner[folder]) == 1:
            (folder,) = self._inner[folder]
        return folder


def _counted(languages: Counter[str]) -> str:
    """The numbers of files of the four most frequent languages, such as "12 python, 3 sql"."""
    first = sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))[:4]
    return ", ".join(f"{count} {language}" for language, count in first)
