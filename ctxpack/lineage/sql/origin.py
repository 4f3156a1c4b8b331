"""The mapping of a rendered text to its source."""

from __future__ import annotations

from ctxpack.model import Value


class Origin(Value, frozen=True, array_like=True, gc=False):
    """The mapping of a rendered text to its source, so that plans have the names and lines of the source.

    `names` maps names in the text to datasets; `lines` has, for each line of the text, the line of the source, 0 for
    none.
    """

    names: dict[str, str]
    lines: tuple[int, ...]

    def line(self, line: int) -> int:
        """The line of the source for a line of the text; 0 for none."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else 0
