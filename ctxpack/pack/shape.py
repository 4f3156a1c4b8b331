"""The structure of a file's lines: heads (signatures), outlines, comments, imports, code outside of definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ctxpack.model import ANNOUNCED, Definition, FileFacts, Import, Span
from ctxpack.pack.excerpts import Telling

TINY = 30
"""A file of at most so many lines is not cut by definitions."""

_LONGEST_COMMENT = 40
_LONGEST_STATEMENT = 12
_LEAST_STATEMENTS = 3
"""The least lines of code for a run outside of all definitions to be shown."""

_LONGEST_BLOCK = 400
_BRANCH = re.compile(r"[})\]]?\s*(?:else|elif|elsif|except|catch|finally|rescue|ensure)\b")
_CLOSING = re.compile(r"[})\]]|end\b|#")
_NAME = re.compile(r"[\w$]+")
_COMMENT_MARKS = ("#", "//", "/*", "*", "--", ";;", "'''", '"""')

_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class Shape:
    """A file's facts and lines; `telling` finds the excerpts that have words of the task, where those are wanted."""

    facts: FileFacts
    lines: Sequence[str]
    telling: Telling | None = None

    def lead(self, index: int) -> Iterable[Span]:
        """The heads of a definition and of the enclosing ones, and the first lines of the blocks that enclose it."""
        while index >= 0:
            definition = self.facts.definitions[index]
            yield definition.head
            yield from self._blocks(definition)
            index = definition.parent

    def _blocks(self, definition: Definition) -> Iterable[Span]:
        """The first lines of the blocks, such as an `if`, between a definition and the enclosing definition.

        They are recognised by indentation. For a branch such as `else`, the `if` that it belongs to is included.
        """
        floor = self.facts.definitions[definition.parent].span[0] if definition.parent >= 0 else 0
        depth = self._depth(definition.head[0])
        branch = False
        for line in range(definition.head[0] - 1, max(floor, definition.head[0] - _LONGEST_BLOCK), -1):
            if not depth and not branch:
                return
            found = self._depth(line)
            text = self.lines[line - 1].strip()
            if not text or text.startswith(_COMMENT_MARKS) or found > depth or (found == depth and not branch):
                continue
            branch, depth = _BRANCH.match(text) is not None, found
            if not _CLOSING.match(text) or branch:
                yield line, line

    def _depth(self, line: int) -> int:
        text = self.lines[line - 1]
        return len(text) - len(text.lstrip())

    def outline_of(self, index: int) -> tuple[Span, ...]:
        """The part of the file's outline within a definition."""
        first, last = self.facts.definitions[index].span
        return tuple((max(first, a), min(last, b)) for a, b in self.facts.outline if b >= first and a <= last)

    def with_comment(self, definition: Definition) -> Span:
        """The span of a definition with the comment directly above it."""
        first = definition.span[0]
        lowest = max(1, first - _LONGEST_COMMENT)
        while first > lowest and (begin := self._comment_before(first, lowest)):
            first = begin
        return first, definition.span[1]

    def _comment_before(self, line: int, lowest: int) -> int:
        """The first line of the comment that ends just above a line, or of an attribute that documents (`@doc`).

        0 for none, and where the quotes above end a text that nothing marks as documentation.
        """
        text = self.lines[line - 2].strip()
        if text not in _QUOTES:
            return line - 1 if text.startswith(_COMMENT_MARKS) else 0
        opening = next(
            (one for one in range(line - 2, lowest - 1, -1) if self.lines[one - 1].rstrip().endswith(text)), 0
        )
        return opening if opening and self.lines[opening - 1].lstrip().startswith("@") else 0

    def outline(self) -> tuple[Span, ...]:
        """The outline of the file; its first lines if it has none."""
        return self.facts.outline or ((1, min(len(self.lines), TINY)),)

    def imports(self) -> tuple[Span, ...]:
        """The import statements at the top level of the file."""
        return tuple(self._statement(found.line) for found in self._imported())

    def imports_of(self, index: int) -> tuple[Span, ...]:
        """The import statements of names that a definition uses."""
        first, last = self.facts.definitions[index].span
        used = frozenset(_NAME.findall("\n".join(self.lines[first - 1 : last])))
        return tuple(self._statement(found.line) for found in self._imported() if found.alias in used)

    def _imported(self) -> list[Import]:
        """The imports at the top level, without types that are merely announced."""
        return [found for found in self.facts.imports if found.scope < 0 and found.kind != ANNOUNCED]

    def outside(self) -> tuple[Span, ...]:
        """The runs of code outside of definitions and imports, without leading and trailing comments."""
        covered = [definition.span for definition in self.facts.definitions if definition.parent < 0]
        found: list[Span] = []
        after = 1
        for first, last in (*sorted((*covered, *self.imports())), (len(self.lines) + 1, 0)):
            code = [number for number in range(after, first) if self._is_code(number)]
            if len(code) >= _LEAST_STATEMENTS:
                found.append((code[0], code[-1]))
            after = max(after, last + 1)
        return tuple(found)

    def _is_code(self, line: int) -> bool:
        text = self.lines[line - 1].strip()
        return bool(text) and not text.startswith(_COMMENT_MARKS)

    def _statement(self, line: int) -> Span:
        """The whole statement that contains a line: an indented line extends up and down to lines that are not."""
        if line > len(self.lines) or not self._indented(line):
            return line, line
        first = last = line
        while first > max(1, line - _LONGEST_STATEMENT) and self._indented(first):
            first -= 1
        while last < min(len(self.lines), line + _LONGEST_STATEMENT) and self._indented(last):
            last += 1
        return first, last

    def _indented(self, line: int) -> bool:
        return self.lines[line - 1][:1].isspace()
