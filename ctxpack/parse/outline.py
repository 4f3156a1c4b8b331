"""Outlines: the lines of a file that say what it offers, without saying how.

An outline is made of whole lines of the file, so that nothing in a pack has to be believed: the heads of definitions
(with decorators), the first line of their documentation, and what the query marks `@outline`. Definitions inside
functions are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from ctxpack.model import Definition, Span
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_LONGEST_HEAD = 30
_LONGEST_VALUE = 3
_COMMENTS = (b"#", b"//", b"/*", b"*", b"--", b";", b"%")
_CALLABLE = frozenset({"function", "method", "macro"})


def head_of(outer: Node, node: Node, body: Node | None, source: Source, *, name: int = 0, kind: str = "") -> Span:
    """The signature's lines: from the first decorator to the line where the body opens.

    A body that opens on a line of its own (Python's block) leaves that line out, and comments above it too. Without a
    body, it is the first lines, down to that of the name (number `name`) at least, and to the end of the parameters
    where `kind` has some.
    """
    first = outer.start_point[0] + 1
    if body is None:
        last = max(first, node.end_point[0] + (node.end_point[1] > 0))
        return first, _cut(first, max(first, min(name, last)), last, source, callable_=kind in _CALLABLE)
    row, column = body.start_point
    opens_alone = not source.lines[row][:column].strip() and row + 1 > first and source.lines[row].strip() != b"{"
    last = _opening(body, row, source) if opens_alone else row + 1
    return first, min(max(first, last), first + _LONGEST_HEAD - 1)


def _opening(body: Node, row: int, source: Source) -> int:
    """The line on which what stands above a body ends (`row` counts from 0), without comments and blank lines."""
    above = source.lines[row - 1].strip()
    if above and not above.startswith(_COMMENTS):
        return row
    before = body.prev_sibling
    while before is not None and "comment" in before.type:
        before = before.prev_sibling
    return min(row, before.end_point[0] + 1) if before is not None else row


def _cut(first: int, named: int, last: int, source: Source, *, callable_: bool) -> int:
    """The last line shown of a definition that has no body: none that opens a bracket and leaves it to what is cut."""
    longest = min(last, max(named, first + _LONGEST_VALUE - 1))
    farthest = min(last, named + _LONGEST_HEAD - 1) if callable_ else longest
    lines = range(named, farthest + 1)
    depths = list(accumulate([_opened(source.lines[line - 1]) for line in lines]))
    ends = [line for line, depth in zip(lines, depths, strict=True) if depth <= max(0, depths[0])]
    if callable_:
        closed = (line for line, depth in zip(lines, depths, strict=True) if line >= longest and depth <= 0)
        return next(closed, max(line for line in ends if line <= longest))
    return ends[-1]


def _opened(line: bytes) -> int:
    """How many more brackets a line opens than it closes."""
    return sum(map(line.count, (b"(", b"[", b"{"))) - sum(map(line.count, (b")", b"]", b"}")))


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
