"""Composes the text of a partly shown file: whole lines of some spans, with an elision line for each gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctxpack.model import ELISION, Span


def merged(spans: Iterable[Span], last: int) -> tuple[Span, ...]:
    """Spans sorted, cut to a file of `last` lines, and joined where they touch or have a gap of a single line.

    A single missing line at the start or end of the file is added too: an elision line would take as much room.
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
    """The lines of `spans`, which must be merged; elision lines such as "⋮ 10-42" give the numbers of missing lines."""
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
