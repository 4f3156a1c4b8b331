"""Files cut to spans of lines, as text: whole lines of the file, and one line where lines were left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctxpack.model import ELISION, Span


def merged(spans: Iterable[Span], last: int) -> tuple[Span, ...]:
    """Spans in order, cut to a file of `last` lines, joined where they touch or leave out a single line."""
    joined: list[Span] = []
    for first, end in sorted(spans):
        cut = min(end, last)
        if cut < max(first, 1):
            continue
        if joined and first <= joined[-1][1] + 2:
            joined[-1] = (joined[-1][0], max(joined[-1][1], cut))
        else:
            joined.append((max(first, 1), cut))
    return tuple(joined)


def compose(lines: Sequence[str], spans: Sequence[Span]) -> str:
    """The lines of the spans, which are merged; an elision line says how many lines are missing between them.

    What is missing before the first span and after the last shows in the spans and needs no line.
    """
    parts: list[str] = []
    before = 0
    for first, last in spans:
        if before:
            parts.append(f"{ELISION} {first - before - 1} lines")
        parts.extend(lines[first - 1 : last])
        before = last
    return "\n".join(parts)
