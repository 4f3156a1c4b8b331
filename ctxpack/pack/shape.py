"""The structure of a file's lines: heads (signatures), outlines, comments, imports, code outside of definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile, islice, takewhile

from ctxpack.model import ANNOUNCED, Definition, FileFacts, Import, Span
from ctxpack.pack.excerpts import Telling
from ctxpack.pack.statements import BRANCH, CLOSING, COMMENT_MARKS, Statements

TINY = 30
"""A file of at most so many lines is not cut by definitions."""

_LONGEST_COMMENT = 40
_LONGEST_STATEMENT = 12
_LONG_IMPORT = 12
_LONGEST_IMPORT = 400
_LONGEST_USE = 24
"""From this many lines, a statement that uses something is shown by the line that does alone."""

_LEAST_STATEMENTS = 3
"""The least lines of code for a run outside of all definitions to be shown."""

_LONGEST_BLOCK = 400
_LONGEST_ENUM = 30  # an enumeration of so many lines is not short, whatever they are
_MOST_ENTRIES = 12
_ENUM_BASE = re.compile(r"(?:Enum|Flag)$")
_BARE = frozenset({"module", "namespace", "enum"})
"""Kinds of definitions of which the head is a name and nothing else."""

_CLOSING = re.compile(r"[})\]]|end\b|#")
_IMPORTING = re.compile(r"\b(?:import|from|use|using|export|require|include|library)\b")
_CLOSER = re.compile(r"[})\]]+[;,]?|end")
_NAME = re.compile(r"[\w$]+")

_QUOTES = ('"""', "'''")


VALUES = frozenset({"variable", "constant", "field"})
"""Kinds of definitions that hold a value."""


@dataclass(frozen=True)
class Shape:
    """A file's facts and lines; `telling` finds the excerpts that have words of the task, where those are wanted."""

    facts: FileFacts
    lines: Sequence[str]
    telling: Telling | None = None

    def lead(self, index: int) -> Iterable[Span]:
        """The heads of a definition and of the enclosing ones, and the first lines of the blocks that enclose it.

        An enumeration with few entries is shown whole: one entry says little without the others.
        """
        while index >= 0:
            definition = self.facts.definitions[index]
            yield definition.span if self._is_short_enum(index) else definition.head
            yield from self._blocks(definition)
            index = definition.parent

    def says_something(self, index: int) -> bool:
        """Whether a definition's head says more than its name: a module's does not, nor a long enumeration's."""
        definition = self.facts.definitions[index]
        if definition.span[1] <= definition.head[1] or definition.bases:
            return True
        return definition.kind not in _BARE or self._is_short_enum(index)

    def _is_short_enum(self, index: int) -> bool:
        """Whether a definition is an enumeration of a few entries and nothing else."""
        definition = self.facts.definitions[index]
        if definition.kind != "enum" and not any(_ENUM_BASE.search(base) for base in definition.bases):
            return False
        if definition.span[1] - definition.span[0] >= _LONGEST_ENUM:
            return False
        after = islice(self.facts.definitions, index + 1, index + _MOST_ENTRIES + 2)
        members = list(takewhile(lambda one: one.span[0] <= definition.span[1], after))
        return len(members) <= _MOST_ENTRIES and all(one.kind in VALUES for one in members)

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
            if not text or text.startswith(COMMENT_MARKS) or found > depth or (found == depth and not branch):
                continue
            branch, depth = BRANCH.match(text) is not None, found
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
            return line - 1 if text.startswith(COMMENT_MARKS) else 0
        opening = next(
            (one for one in range(line - 2, lowest - 1, -1) if self.lines[one - 1].rstrip().endswith(text)), 0
        )
        return opening if opening and self.lines[opening - 1].lstrip().startswith("@") else 0

    def outline(self) -> tuple[Span, ...]:
        """The outline of the file; its first lines if it has none."""
        return self.facts.outline or ((1, min(len(self.lines), TINY)),)

    def imports(self) -> tuple[Span, ...]:
        """The import statements at the top level of the file."""
        return tuple(span for found in self._imported() for span in self._import(found.line))

    def imports_of(self, index: int) -> tuple[Span, ...]:
        """The import statements of names that a definition uses."""
        first, last = self.facts.definitions[index].span
        used = frozenset(_NAME.findall("\n".join(self.lines[first - 1 : last])))
        return tuple(span for found in self._imported() if found.alias in used for span in self._import(found.line))

    def _imported(self) -> list[Import]:
        """The imports at the top level, without types that are merely announced."""
        return [found for found in self.facts.imports if found.scope < 0 and found.kind != ANNOUNCED]

    def outside(self) -> tuple[Span, ...]:
        """The runs of code outside of definitions and imports.

        They neither begin nor end with comments, and do not begin with the end of a block.
        """
        covered = [definition.span for definition in self.facts.definitions if definition.parent < 0]
        imports = [(spans[0][0], spans[-1][1]) for spans in (self._import(found.line) for found in self._imported())]
        found: list[Span] = []
        after = 1
        for first, last in (*sorted((*covered, *imports)), (len(self.lines) + 1, 0)):
            numbers = (number for number in range(after, first) if self._is_code(number))
            code = list(dropwhile(self._only_closes, numbers))
            if len(code) >= _LEAST_STATEMENTS:
                found.append((code[0], code[-1]))
            after = max(after, last + 1)
        return tuple(found)

    def _only_closes(self, line: int) -> bool:
        return _CLOSER.fullmatch(self.lines[line - 1].strip()) is not None

    def _is_code(self, line: int) -> bool:
        text = self.lines[line - 1].strip()
        return bool(text) and not text.startswith(COMMENT_MARKS)

    def uses(self, symbol: int, lines: Iterable[int], context: int) -> Iterable[Span]:
        """The whole statements around lines of a definition (-1: of code outside of all), up to `context` lines off.

        They go neither into its head nor into a definition before or after. Of a line that imports, its statement is
        shown without what is around it.
        """
        head = self.facts.definitions[symbol].head if symbol >= 0 else (0, 0)
        for line in lines:
            if line in self._import_lines:
                yield from self._import(line)
            elif not head[0] <= line <= head[1]:
                within = self._between(symbol, line)
                yield self._statements.around(line, within, context, longest=_LONGEST_USE) or (line, line)

    def _between(self, symbol: int, line: int) -> Span:
        """The lines around a line of a definition that are neither its head nor of another definition but a value."""
        definitions = self.facts.definitions
        lowest, highest = 1, len(self.lines)
        if symbol >= 0:
            lowest, highest = min(line, definitions[symbol].head[1] + 1), definitions[symbol].span[1]
        following: Definition | None = None
        for index in range(symbol + 1, len(definitions)):
            definition = definitions[index]
            first, last = definition.span
            if first > highest or following is not None:
                break
            if definition.kind in VALUES:
                continue
            if last < line:
                lowest = max(lowest, last + 1)
            elif first > line:
                following = definition
        if following is not None:
            highest = min(highest, self.with_comment(following)[0] - 1)
        return lowest, max(line, highest)

    @cached_property
    def _statements(self) -> Statements:
        return Statements(self.lines)

    @cached_property
    def _import_lines(self) -> Set[int]:
        return {found.line for found in self.facts.imports}

    @cached_property
    def _statements_read(self) -> dict[int, tuple[Span, ...]]:
        return {}

    def _import(self, line: int) -> tuple[Span, ...]:
        """As `_import_on`, which is asked but once for each line."""
        found = self._statements_read.get(line)
        if found is None:
            found = self._statements_read[line] = self._import_on(line)
        return found

    def _import_on(self, line: int) -> tuple[Span, ...]:
        """The import statement on a line, with the block around it where it is indented.

        Of a long one it is its first line, its last, and what is imported on this one with the lines that this is in.
        """
        if line > len(self.lines):
            return ((line, line),)
        runs = self._statements.holding(line, (1, len(self.lines)), _LONGEST_IMPORT, braces=True) or [(line, line)]
        while len(runs) > 1 and not any(_IMPORTING.search(self.lines[one - 1]) for one in runs[-1]):
            runs.pop()
        own, (first, last) = runs[0], runs[-1]
        if last - first >= _LONG_IMPORT:
            return (*((one, one) for one, _ in reversed(runs[1:])), own, (last, last))
        return (self._outdented(first, last) if self._indented(first) else (first, last),)

    def _outdented(self, first: int, last: int) -> Span:
        """Lines that are indented, with those up to the line that is not, and down to the last that belongs to it."""
        lowest, highest = max(1, first - _LONGEST_STATEMENT), min(len(self.lines), last + _LONGEST_STATEMENT)
        while first > lowest and self._indented(first):
            first -= 1
        for line in range(last + 1, highest + 1):
            text = self.lines[line - 1]
            if not text.strip():
                continue
            if not (self._indented(line) or BRANCH.match(text) or CLOSING.match(text)):
                break
            last = line
        return first, last

    def _indented(self, line: int) -> bool:
        return self.lines[line - 1][:1].isspace()
