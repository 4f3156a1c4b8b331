"""A text with its two coordinates: bytes, which tree-sitter counts, and lines and characters, which people count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxpack.model import Import

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node


class _Texts(dict[bytes, str]):
    """Pieces of one file, decoded; equal ones are the same object, which keeps the file's facts small."""

    def __missing__(self, raw: bytes) -> str:
        text = self[raw] = raw.decode("utf-8", "replace")
        return text


class Source:
    """The UTF-8 form of a text, and where its lines begin."""

    __slots__ = ("_ascii", "data", "line_count", "lines", "texts")

    def __init__(self, text: str) -> None:
        """`text` is the decoded text of one file."""
        self.data = text.encode("utf-8", "surrogatepass")
        self.lines = self.data.split(b"\n")
        self.line_count = len(self.lines) - (not self.lines[-1])
        self.texts = _Texts()
        self._ascii = len(self.data) == len(text)

    def text(self, node: Node) -> str:
        """The text under a node."""
        return self.texts[self.data[node.start_byte : node.end_byte]]

    def slice(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.texts[self.data[start:end]]

    def position(self, node: Node) -> tuple[int, int]:
        """Line (from 1) and column (from 0, in characters) of a node's first character."""
        row, column = node.start_point
        if not self._ascii and column:
            column = len(self.lines[row][:column].decode("utf-8", "replace"))
        return row + 1, column

    def positions(self, offsets: Iterable[int]) -> list[tuple[int, int]]:
        """As `position` for each of the ascending byte offsets."""
        found: list[tuple[int, int]] = []
        lines, plain = self.lines, self._ascii
        number, begin, following = 1, 0, len(lines[0]) + 1
        for offset in offsets:
            while offset >= following:
                begin, following = following, following + len(lines[number]) + 1
                number += 1
            column = offset - begin
            found.append((number, column if plain else len(lines[number - 1][:column].decode("utf-8", "replace"))))
        return found

    def imported(self, node: Node, module: str, name: str, alias: str, kind: str = "import") -> Import:
        """An import whose name (or module) stands at `node`; its scope is filled in by whoever collects it."""
        line, column = self.position(node)
        return Import(module, name, alias, kind, line, column)

    def line(self, number: int) -> str:
        """One line by its number, from 1, without its newline."""
        return self.lines[number - 1].decode("utf-8", "replace")
