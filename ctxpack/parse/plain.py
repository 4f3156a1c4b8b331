"""Facts put together by a reader that goes over the text itself, where no query can say what there is to find.

Readers speak in byte offsets; lines, columns, nesting, scopes and the words of each definition are worked out here, in
the same way for all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ctxpack.model import DatasetOp, Definition, FileFacts, Import, Parsed, Problem, Reference, Span, Table
from ctxpack.parse import mentions
from ctxpack.parse.languages.table import Language
from ctxpack.parse.lexical import documents
from ctxpack.parse.nesting import Nesting
from ctxpack.parse.outline import join
from ctxpack.parse.source import Source

_SIGNATURE_LIMIT = 400
_NAME_LIMIT = 200
_OWNERS = frozenset({"class", "interface", "enum", "struct", "trait", "impl", "object"})
_COMMENT_LINES = 20
_LONGEST_OUTLINE_LINE = 2000


@dataclass(slots=True)
class Draft:
    """A definition to be: byte offsets of the whole [start, end) and of its name, and the last line of its head.

    `qualname` overrides what nesting would give; `head_last` 0 means the line on which the definition begins.
    """

    name: str
    kind: str
    start: int
    end: int
    at: int
    head_last: int = 0
    qualname: str = ""
    doc: str = ""
    type: str = ""
    exported: bool = True
    outlined: bool = True


@dataclass(slots=True)
class Plain:
    """Gathers what a reader finds in one text; `finish` makes facts of it."""

    source: Source
    language: Language
    drafts: list[Draft] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    dataset_ops: list[DatasetOp] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    prose: list[tuple[int, int]] = field(default_factory=list)
    outline: list[Span] = field(default_factory=list)
    _references: list[tuple[int, str, str, str]] = field(default_factory=list)
    _imports: list[tuple[int, Import]] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _ascii: bool = False

    def __post_init__(self) -> None:
        """Work out where the lines begin."""
        self._starts = [0, *accumulate(len(line) + 1 for line in self.source.lines)]
        self._ascii = self.source.data.isascii()

    def line(self, offset: int) -> int:
        """The number, from 1, of the line that a byte offset is on."""
        return bisect_right(self._starts, offset, 0, len(self._starts) - 1) or 1

    def line_start(self, number: int) -> int:
        """The byte offset at which a line, by its number from 1, begins; the end of the text after the last line."""
        return min(self._starts[min(number, len(self._starts)) - 1], len(self.source.data))

    def lines_of(self, start: int, end: int) -> Span:
        """The lines that the non-empty byte range [start, end) touches."""
        return self.line(start), self.line(max(start, end - 1))

    def position(self, offset: int) -> tuple[int, int]:
        """Line (from 1) and column (from 0, in characters) of a byte offset."""
        number = self.line(offset)
        start = self._starts[number - 1]
        if self._ascii:
            return number, offset - start
        return number, len(self.source.data[start:offset].decode("utf-8", "replace"))

    def comment_above(self, number: int, marks: tuple[bytes, ...]) -> str:
        """The text of the comment lines that end just above a line, each beginning with one of `marks`."""
        found: list[str] = []
        for index in range(number - 2, max(-1, number - 2 - _COMMENT_LINES), -1):
            line = self.source.lines[index].strip()
            if not line.startswith(marks):
                break
            found.append(line.lstrip(b"".join(marks)).decode("utf-8", "replace").strip())
        return "\n".join(reversed(found)).strip()

    def refer(self, name: str, qualifier: str, kind: str, offset: int) -> None:
        """Note the use of a name at a byte offset."""
        self._references.append((offset, name, qualifier, kind))

    def bring_in(self, module: str, kind: str, offset: int) -> None:
        """Note that a file or module is included at a byte offset."""
        line, column = self.position(offset)
        self._imports.append((offset, Import(module, "", "", kind, line, column)))

    def finish(self) -> Parsed:
        """The facts and words of the text; where two definitions overlap without nesting, the first is cut short."""
        drafts = _nested(self.drafts)
        ranges = tuple((draft.start, draft.end) for draft in drafts)
        nesting = Nesting(ranges)
        definitions: list[Definition] = []
        for index, draft in enumerate(drafts):
            definitions.append(self._definition(draft, nesting.parents[index], definitions))
        heads = [d.head for d, draft in zip(definitions, drafts, strict=True) if draft.outlined]
        facts = FileFacts(
            language=self.language.name,
            definitions=tuple(definitions),
            references=self._made_references(nesting),
            imports=tuple(
                Import(i.module, i.name, i.alias, i.kind, i.line, i.column, nesting.innermost(offset))
                for offset, i in sorted(self._imports, key=lambda pair: pair[0])
            ),
            outline=join(self._short_lines([*heads, *self.outline]), self.source.line_count),
            tables=tuple(self.tables),
            dataset_ops=tuple(sorted(set(self.dataset_ops), key=lambda op: (op.span, op.kind, op.name_template))),
            lines=self.source.line_count,
            problems=tuple(self.problems),
            mentions=mentions.in_text(self.source, self.language, nesting.innermost_each),
        )
        return Parsed(facts, documents(definitions, ranges, _disjoint(self.prose), self.source))

    def _definition(self, draft: Draft, parent: int, known: Sequence[Definition]) -> Definition:
        first, last = self.lines_of(draft.start, draft.end)
        line, column = self.position(draft.at)
        prefix = known[parent].qualname if parent >= 0 else ""
        head_last = min(max(draft.head_last, line, first), last)
        text = self.source.data[draft.start : min(self.line_start(head_last + 1), draft.start + 4 * _SIGNATURE_LIMIT)]
        return Definition(
            name=draft.name[:_NAME_LIMIT],
            qualname=draft.qualname or (f"{prefix}.{draft.name}" if prefix else draft.name)[:_NAME_LIMIT],
            kind="method" if draft.kind == "function" and parent >= 0 and known[parent].kind in _OWNERS else draft.kind,
            span=(first, last),
            head=(first, head_last),
            line=line,
            column=column,
            signature=" ".join(text.decode("utf-8", "replace").split()).rstrip("{: =")[:_SIGNATURE_LIMIT],
            doc=draft.doc,
            parent=parent,
            type=draft.type,
            exported=draft.exported,
        )

    def _short_lines(self, spans: Sequence[Span]) -> list[Span]:
        """Spans without lines that are too long to outline anything (a file on one line)."""
        numbers = (number for first, last in spans for number in range(first, min(last, self.source.line_count) + 1))
        return [(n, n) for n in numbers if len(self.source.lines[n - 1]) <= _LONGEST_OUTLINE_LINE]

    def _made_references(self, nesting: Nesting) -> tuple[Reference, ...]:
        made = []
        for offset, name, qualifier, kind in sorted(set(self._references)):
            line, column = self.position(offset)
            made.append(Reference(name, qualifier, kind, line, column, nesting.innermost(offset)))
        return tuple(made)


def _nested(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts in order of their ranges, which afterwards nest or are disjoint."""
    ordered = sorted(drafts, key=lambda draft: (draft.start, -draft.end, draft.at))
    stack: list[Draft] = []
    for draft in ordered:
        while stack and stack[-1].end <= draft.start:
            stack.pop()
        for outer in reversed(stack):
            if outer.end < draft.end:
                outer.end = draft.start
        while stack and stack[-1].end <= draft.start:
            stack.pop()
        stack.append(draft)
    return [draft for draft in ordered if draft.end > draft.start]


def _disjoint(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that begin inside an earlier one left out."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
