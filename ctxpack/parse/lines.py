"""Any other text, read by lines: no definitions, an outline of its least indented lines, its words."""

from __future__ import annotations

from ctxpack.model import FileFacts, LexicalDocument, Parsed, Span
from ctxpack.parse.languages import Language
from ctxpack.parse.outline import join
from ctxpack.parse.source import Source
from ctxpack.text import joined

_OUTLINE_LINES = 40
_WORDS_LIMIT = 400_000


def parse(source: Source, language: Language) -> Parsed:
    """The facts of a text that no grammar reads; words beyond the first 400,000 bytes are not indexed."""
    facts = FileFacts(language=language.name, outline=_outline(source), lines=source.line_count)
    text = source.data[:_WORDS_LIMIT].decode("utf-8", "ignore")
    return Parsed(facts, (LexicalDocument(-1, "", "", joined((text,))),))


def _outline(source: Source) -> tuple[Span, ...]:
    """The first unindented lines that begin with a letter, a digit or a bracket."""
    spans: list[Span] = []
    for number in range(1, source.line_count + 1):
        start = source.lines[number - 1][:1]
        if start.isalnum() or start in (b"[", b"<", b"@", b"."):
            spans.append((number, number))
            if len(spans) == _OUTLINE_LINES:
                break
    return join(spans, source.line_count)
