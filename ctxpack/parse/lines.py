"""Texts read by lines: those without a grammar, and those that their grammar cannot read.

A language's record may say which lines begin something (`Language.heads`) and which bring another file in
(`Language.includes`); without that there is an outline of the least indented lines, and the words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

import msgspec

from ctxpack.model import FileFacts, LexicalDocument, Parsed, Problem, Span
from ctxpack.parse import mentions
from ctxpack.parse.languages.table import Language
from ctxpack.parse.outline import join
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.source import Source
from ctxpack.text import joined

_OUTLINE_LINES = 40
_OUTLINED_HEADS = 300
_MOST_HEADS = 2_000
_WORDS_LIMIT = 400_000
_LONGEST_LINE = 2_000
_BRACES = re.compile(rb"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|//[^\n]*|#[^\n{}]*$|[{}]", re.MULTILINE)
_CLOSERS = (b"end", b"}", b")", b"]", b"fi", b"done", b"endef")

Heads = tuple[tuple[str, re.Pattern[bytes], str], ...]


def parse(source: Source, language: Language) -> Parsed:
    """The facts of a text by its lines; words beyond the first 400,000 bytes of a large one are not indexed."""
    if (language.heads or language.includes) and len(source.data) <= 4 * _WORDS_LIMIT:
        return _by_heads(source, language)
    facts = FileFacts(language=language.name, outline=_outline(source), lines=source.line_count)
    text = source.data[:_WORDS_LIMIT].decode("utf-8", "ignore")
    return Parsed(facts, (LexicalDocument(-1, "", "", joined((text,))),))


def fallback(source: Source, language: Language, message: str) -> Parsed:
    """As `parse`, with a problem that says why the text is read so."""
    parsed = parse(source, language)
    problems = (*parsed.facts.problems, Problem("", message))
    facts = msgspec.structs.replace(parsed.facts, problems=problems)
    if language.name in mentions.HOLDING_SQL and not facts.mentions:
        named = mentions.in_text(source, language, lambda offsets: [-1] * len(offsets))
        facts = msgspec.structs.replace(facts, mentions=named)
    return Parsed(facts, parsed.documents)


def _outline(source: Source) -> tuple[Span, ...]:
    """The first unindented lines that begin with a letter, a digit or a bracket."""
    spans: list[Span] = []
    for number in range(1, source.line_count + 1):
        line = source.lines[number - 1]
        start = line[:1]
        if (start.isalnum() or start in (b"[", b"<", b"@", b".")) and len(line) <= _LONGEST_LINE:
            spans.append((number, number))
            if len(spans) == _OUTLINE_LINES:
                break
    return join(spans, source.line_count)


@cache
def _compiled(language: Language) -> tuple[Heads, Heads]:
    heads = tuple((kind, re.compile(pattern.encode()), block) for kind, pattern, block in language.heads)
    includes = tuple((kind, re.compile(pattern.encode()), "") for kind, pattern in language.includes)
    return heads, includes


def _by_heads(source: Source, language: Language) -> Parsed:
    plain = Plain(source, language)
    rules = _compiled(language)
    ends = _Ends(plain)
    offset = 0
    for number, line in enumerate(source.lines, 1):
        if len(line) <= _LONGEST_LINE and len(plain.drafts) < _MOST_HEADS:
            _read_line(plain, ends, number, offset, rules)
        offset += len(line) + 1
    ends.close_open_blocks()
    return plain.finish()


def _read_line(plain: Plain, ends: _Ends, number: int, offset: int, rules: tuple[Heads, Heads]) -> None:
    line = plain.source.lines[number - 1]
    heads, includes = rules
    for kind, pattern, _ in includes:
        match = pattern.match(line)
        if match is not None:
            plain.bring_in(match.group(1).decode("utf-8", "replace"), kind, offset + match.start(1))
    for kind, pattern, block in heads:
        match = pattern.match(line)
        if match is None:
            continue
        if kind == "outline":
            if len(plain.outline) < _OUTLINED_HEADS:
                plain.outline.append((number, number))
            return
        groups = [group for group in match.groups() if group]
        name = b".".join(groups).decode("utf-8", "replace").strip()
        if name:
            doc = plain.comment_above(number, tuple(mark.encode() for mark in plain.language.comments))
            at = offset + match.start(match.lastindex or 0)
            start = offset + len(line) - len(line.lstrip())
            draft = Draft(name, kind, start, offset + len(line.rstrip()), at, doc=doc)
            draft.outlined = len(plain.drafts) < _OUTLINED_HEADS
            plain.drafts.append(draft)
            ends.extend(draft, number, block)
        return


class _Ends:
    """Where the blocks that heads open come to their end."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._braces: tuple[list[int], list[int]] | None = None
        self._open: Draft | None = None

    def extend(self, draft: Draft, number: int, block: str) -> None:
        """Give a draft its end; `block` is "line", "braces", "indent" or "next" (up to the next such head)."""
        if block == "next":
            self.close_open_blocks(draft.start)
            self._open = draft
        elif block == "braces":
            draft.end = max(draft.end, self._brace_end(draft.start, number))
        elif block == "indent":
            draft.end = max(draft.end, self._indent_end(number))

    def close_open_blocks(self, at: int | None = None) -> None:
        """End the block that lasts until the next head, at a byte offset or at the end of the text."""
        if self._open is not None:
            data = self._plain.source.data
            stop = len(data) if at is None else at
            self._open.end = max(self._open.end, self._open.start + len(data[self._open.start : stop].rstrip()))
        self._open = None

    def _brace_end(self, start: int, number: int) -> int:
        """The end of the braces that open on the head's line or on the next one."""
        opens, closes = self._matched()
        index = bisect_left(opens, start)
        if index < len(opens) and opens[index] < self._plain.line_start(number + 2):
            return closes[index]
        return 0

    def _matched(self) -> tuple[list[int], list[int]]:
        if self._braces is None:
            found: list[tuple[int, int]] = []
            stack: list[int] = []
            for match in _BRACES.finditer(self._plain.source.data):
                if match.group() == b"{":
                    stack.append(match.start())
                elif match.group() == b"}" and stack:
                    found.append((stack.pop(), match.end()))
            found.extend((start, start + 1) for start in stack)
            found.sort()
            self._braces = [start for start, _ in found], [end for _, end in found]
        return self._braces

    def _indent_end(self, number: int) -> int:
        """The end of the lines that are indented more than a head, with a closing word on the head's own level."""
        lines = self._plain.source.lines
        depth = _indent(lines[number - 1])
        last = number
        for index, line in self._following(number):
            if _indent(line) <= depth:
                closes = _indent(line) == depth and line.strip().startswith(_CLOSERS)
                last = index if closes else last
                break
            last = index
        return self._plain.line_start(last) + len(lines[last - 1].rstrip())

    def _following(self, number: int) -> Iterator[tuple[int, bytes]]:
        lines = self._plain.source.lines
        for index in range(number, len(lines)):
            if lines[index].strip():
                yield index + 1, lines[index]


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())
