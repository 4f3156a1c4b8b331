"""Files cut to spans of lines, as text: whole lines of the file, and one line wherever lines were left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctxpack.model import ELISION, Span


def merged(spans: Iterable[Span], last: int) -> tuple[Span, ...]:
    """Spans in order, cut to a file of `last` lines, joined where they touch or leave out a single line.

    A single line at the beginning or the end of the file is not left out either: to say so takes as much as to show it.
    """
    joined: list[Span] = []
    for first, end in sorted(spans):
        cut = min(end, last)
        if cut < max(first, 1):
            continue
        until = last if cut == last - 1 else cut
        if joined and first <= joined[-1][1] + 2:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((1 if first <= 2 else first, until))
    return tuple(joined)


def compose(lines: Sequence[str], spans: Sequence[Span]) -> str:
    """The lines of the spans, which are merged; an elision line tells which lines of the file are missing there."""
    parts: list[str] = []
    shown = 0
    for first, last in spans:
        parts.extend(_missing(shown + 1, first - 1))
        parts.extend(lines[first - 1 : last])
        shown = last
    if spans:
        parts.extend(_missing(shown + 1, len(lines)))
    return "\n".join(parts)


def _missing(first: int, last: int) -> Iterable[str]:
    if first <= last:
        yield f"{ELISION} {first}-{last}"
