"""The words of a file, one document a definition, for the lexical index.

The bytes of a file are dealt out to the innermost definition around them, so that every word counts once; comments
and strings go to another field than code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctxpack.model import Definition, LexicalDocument
from ctxpack.parse.gather import VALUES
from ctxpack.parse.source import Source
from ctxpack.text import joined

_NO_DOCUMENT = VALUES


def documents(
    definitions: Sequence[Definition],
    ranges: Sequence[tuple[int, int]],
    prose: Sequence[tuple[int, int]],
    source: Source,
) -> tuple[LexicalDocument, ...]:
    """The documents of one file: the rest of the file first (symbol -1), then its definitions in order."""
    code: dict[int, list[bytes]] = {-1: []}
    docs: dict[int, list[bytes]] = {-1: []}
    for start, end, owner, is_prose in _pieces(definitions, ranges, prose, len(source.data)):
        (docs if is_prose else code).setdefault(owner, []).append(source.data[start:end])
    made = []
    for owner in sorted(code.keys() | docs.keys()):
        names = "" if owner < 0 else joined((definitions[owner].qualname,))
        made.append(LexicalDocument(owner, names, _words(docs.get(owner)), _words(code.get(owner))))
    return tuple(made)


def _words(pieces: list[bytes] | None) -> str:
    return joined((b"\n".join(pieces).decode("utf-8", "replace"),)) if pieces else ""


def _pieces(
    definitions: Sequence[Definition], ranges: Sequence[tuple[int, int]], prose: Sequence[tuple[int, int]], size: int
) -> Iterator[tuple[int, int, int, bool]]:
    """(start, end, owner, is prose) for all of the file, in order."""
    owners = list(_owned(definitions, ranges, size))
    cursor = 0
    for start, end, owner in owners:
        while cursor < len(prose) and prose[cursor][1] <= start:
            cursor += 1
        place, index = start, cursor
        while index < len(prose) and prose[index][0] < end:
            first, last = max(place, prose[index][0]), min(end, prose[index][1])
            if first > place:
                yield place, first, owner, False
            if last > first:
                yield first, last, owner, True
            place = max(place, last)
            index += 1
        if place < end:
            yield place, end, owner, False


def _owned(
    definitions: Sequence[Definition], ranges: Sequence[tuple[int, int]], size: int
) -> Iterator[tuple[int, int, int]]:
    """(start, end, innermost definition) for all of the file, in order."""
    stack: list[tuple[int, int]] = []
    place = 0
    for index, (start, end) in enumerate(ranges):
        if definitions[index].kind in _NO_DOCUMENT:
            continue
        while stack and stack[-1][1] <= start:
            owner, stop = stack.pop()
            if stop > place:
                yield place, stop, owner
                place = stop
        if start > place:
            yield place, start, stack[-1][0] if stack else -1
            place = start
        stack.append((index, end))
    while stack:
        owner, stop = stack.pop()
        if stop > place:
            yield place, stop, owner
            place = stop
    if place < size:
        yield place, size, -1
