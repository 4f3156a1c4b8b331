"""Suppressions of findings: by a comment at the use or in the file of the definition, or by a setting.

    total = order.sum()  # ctxpack: ignore
    # ctxpack: ignore[Order.total, Order.tax]

The first goes on the line of a use, or of the migration's statement that removes something. The second suppresses the
names in brackets, and goes anywhere in the file of the definition or of that statement, or on the line of a use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ctxpack.check.findings import Use
from ctxpack.check.suspect import Suspect

_MARK = re.compile(r"ctxpack:\s*ignore(?:\[([^\]\n]*)\])?")


class Suppressions:
    """Decides whether a suspect or a use is suppressed."""

    def __init__(self, ignored: Sequence[str], text: Callable[[str], str]) -> None:
        """`ignored` are gitignore patterns of paths and names of symbols; `text` gives a file's present text, or ""."""
        import pathspec

        self._names = frozenset(ignored)
        self._paths = pathspec.GitIgnoreSpec.from_lines(ignored) if ignored else None
        self._text = text
        self._lines: dict[str, list[str]] = {}
        self._marked: dict[str, frozenset[str]] = {}

    def suspect(self, one: Suspect) -> bool:
        """Whether all uses of a suspect are suppressed: its name or file is ignored, or a comment there says so."""
        spellings = _spellings(one)
        if self._names & spellings or self._ignores(one.path):
            return True
        named = self._named_in(one.here) | self._named_in(one.by)
        return bool(spellings & named) or self._line_says(one, one.by, one.by_line)

    def _named_in(self, path: str) -> frozenset[str]:
        """The names that comments of a file list."""
        if path not in self._marked:
            marks = _MARK.findall(self._text(path)) if path else []
            self._marked[path] = frozenset(name for names in marks if names for name in _listed(names))
        return self._marked[path]

    def use(self, one: Suspect, use: Use) -> bool:
        """Whether this use is suppressed: its file is ignored, or a comment on its line says so."""
        return self._ignores(use.path) or self._line_says(one, use.path, use.line)

    def _line_says(self, one: Suspect, path: str, line: int) -> bool:
        """Whether a line's comment suppresses a suspect: it has no names, or this one among them."""
        if path not in self._lines:
            self._lines[path] = self._text(path).split("\n") if path else []
        lines = self._lines[path]
        found = _MARK.search(lines[line - 1]) if 0 < line <= len(lines) else None
        return found is not None and (found[1] is None or bool(_spellings(one) & _listed(found[1])))

    def _ignores(self, path: str) -> bool:
        return self._paths is not None and self._paths.match_file(path)


def _listed(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split(","))


def _spellings(one: Suspect) -> frozenset[str]:
    """The spellings that name a suspect: its name, its qualified name, and the latter with its path."""
    names = {one.symbol, one.name} if one.symbol else {one.path}
    return frozenset({*names, f"{one.path}::{one.symbol}"} - {""})
