"""A text with its two coordinates: bytes, which tree-sitter counts, and lines and characters, which people count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxpack.model import Import

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node


class Source:
    """The UTF-8 form of a text, and where its lines begin."""

    __slots__ = ("_ascii", "_names", "data", "line_count", "lines")

    def __init__(self, text: str) -> None:
        """`text` is the decoded text of one file."""
        self.data = text.encode("utf-8", "surrogatepass")
        self.lines = self.data.split(b"\n")
        self.line_count = len(self.lines) - (not self.lines[-1])
        self._ascii = len(self.data) == len(text)
        self._names: dict[bytes, str] = {}

    def text(self, node: Node) -> str:
        """The text under a node; equal texts are the same object, which keeps a file's facts small."""
        # Written out, because it is called for every name of a file.
        raw = self.data[node.start_byte : node.end_byte]
        found = self._names.get(raw)
        if found is None:
            found = self._names[raw] = raw.decode("utf-8", "replace")
        return found

    def slice(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        raw = self.data[start:end]
        found = self._names.get(raw)
        if found is None:
            found = self._names[raw] = raw.decode("utf-8", "replace")
        return found

    def position(self, node: Node) -> tuple[int, int]:
        """Line (from 1) and column (from 0, in characters) of a node's first character."""
        row, column = node.start_point
        if not self._ascii and column:
            column = len(self.lines[row][:column].decode("utf-8", "replace"))
        return row + 1, column

    def imported(self, node: Node, module: str, name: str, alias: str, kind: str = "import") -> Import:
        """An import whose name (or module) stands at `node`; its scope is filled in by whoever collects it."""
        line, column = self.position(node)
        return Import(module, name, alias, kind, line, column)

    def line(self, number: int) -> str:
        """One line by its number, from 1, without its newline."""
        return self.lines[number - 1].decode("utf-8", "replace")
