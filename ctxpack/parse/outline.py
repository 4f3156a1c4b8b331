"""Outlines: the lines of a file that say what it offers, without saying how.

An outline is made of whole lines of the file, so that nothing in a pack has to be believed: the heads of definitions
(with decorators), the first line of their documentation, and what the query marks `@outline`. Definitions inside
functions are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctxpack.model import Definition, Span
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_LONGEST_HEAD = 30
_LONGEST_VALUE = 3
_CALLABLE = frozenset({"function", "method", "macro"})


def head_of(outer: Node, node: Node, body: Node | None, source: Source) -> Span:
    """The signature's lines: from the first decorator to the line where the body opens.

    A body that opens on a line of its own (Python's block) leaves that line out.
    """
    first = outer.start_point[0] + 1
    if body is None:
        last = node.end_point[0] + (node.end_point[1] > 0)
        return first, max(first, min(last, first + _LONGEST_VALUE - 1))
    row, column = body.start_point
    opens_alone = not source.lines[row][:column].strip() and row + 1 > first and source.lines[row].strip() != b"{"
    return first, min(max(first, row if opens_alone else row + 1), first + _LONGEST_HEAD - 1)


def outline(
    definitions: Sequence[Definition],
    docs: Sequence[Span | None],
    extra: Iterable[Span],
    source: Source,
    buried: Iterable[int] = (),
) -> tuple[Span, ...]:
    """The spans of the outline, in order, joined where they touch. `docs` is parallel to `definitions`.

    `buried` are the indices of definitions that stand in functions, though they belong to none.
    """
    hidden = set(buried)
    spans = list(extra)
    for index, definition in enumerate(definitions):
        parent = definition.parent
        inside = parent in hidden or (
            parent >= 0 and definitions[parent].kind in _CALLABLE and definition.kind != "field"
        )
        if inside or index in hidden:
            hidden.add(index)
            continue
        spans.append(definition.head)
        doc = docs[index]
        if doc is not None:
            spans.append(doc)
    return join(spans, source.line_count)


def join(spans: Iterable[Span], last: int) -> tuple[Span, ...]:
    """Spans sorted, cut to the file, and merged where they overlap or touch."""
    joined: list[Span] = []
    for first, until in sorted(spans):
        end = min(until, last)
        if end < first:
            continue
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((first, end))
    return tuple(joined)
