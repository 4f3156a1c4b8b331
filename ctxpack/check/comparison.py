"""The two states of the repository that are compared, with lazy access to what a check needs of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ctxpack.check.pairs import FilePair
from ctxpack.model import FileFacts, Link, Reference, SourceFile

_GUARDS_ABOVE = 60


@dataclass(frozen=True, slots=True)
class View:
    """One state: its files, and functions for their facts, links, references and text.

    `computed(path, datasets, column)` gives the lines of the output columns that a file's queries compute from a column
    of one of these datasets (last parts of names); None where the queries cannot be analysed.
    """

    files: Mapping[str, SourceFile]
    facts: Callable[[Iterable[str]], Mapping[str, FileFacts]]
    links: Callable[[Iterable[str]], Mapping[str, tuple[Link, ...]]]
    references: Callable[[str], tuple[Reference, ...]]
    text: Callable[[str], str]
    computed: Callable[[str, frozenset[str], str], frozenset[int] | None]


class Comparison:
    """Both states and the files that differ."""

    def __init__(self, pairs: Sequence[FilePair], before: View, after: View) -> None:
        """`pairs` are all changed files."""
        self.pairs, self.before, self.after = pairs, before, after
        self._changed = {pair.after for pair in pairs if pair.after}
        self._old = {pair.after: pair.before for pair in pairs if pair.after and pair.before}

    def is_changed(self, path: str) -> bool:
        """Whether a file (by its path after) is changed."""
        return path in self._changed

    def before_path(self, path: str) -> str:
        """The path before, of a file given by its path after."""
        return self._old.get(path, path)

    def old_facts(self, path: str) -> FileFacts:
        """The facts of a file before; empty ones where it is not parsed."""
        return self.before.facts([path]).get(path) or FileFacts("")

    def new_facts(self, path: str) -> FileFacts:
        """The facts of a file after; empty ones where it is not parsed."""
        return self.after.facts([path]).get(path) or FileFacts("")

    def old_text(self, path: str) -> str:
        """The text of a file before, "" where there is none."""
        return self.before.text(path) if path in self.before.files else ""

    def new_text(self, path: str) -> str:
        """The text of a file after, "" where there is none."""
        return self.after.text(path) if path in self.after.files else ""

    def language(self, path: str) -> str:
        """The language of a file after."""
        return self.after.files[path].language if path in self.after.files else ""


def line_map(old: str, new: str) -> dict[int, int]:
    r"""Maps the line numbers (from 1) of an old text to those of a new one, for lines that are in both.

    >>> line_map("a\nb\nc", "a\nx\nc\nd")
    {1: 1, 3: 3}
    """
    left, right = old.split("\n"), new.split("\n")
    blocks = difflib.SequenceMatcher(None, left, right, autojunk=len(left) > 2_000).get_matching_blocks()
    return {block.a + at + 1: block.b + at + 1 for block in blocks for at in range(block.size)}


def enclosing_try(text: str, line: int) -> bool:
    """Whether a line of Python is directly in the body of a `try`, at most `_GUARDS_ABOVE` lines below it."""
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return False
    depth = _indent(lines[line - 1])
    for above in reversed(lines[max(0, line - 1 - _GUARDS_ABOVE) : line - 1]):
        if above.strip() and _indent(above) < depth:
            return above.strip() == "try:"
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
