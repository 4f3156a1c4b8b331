"""The words of a file, one document a definition, for the lexical index.

The bytes of a file are dealt out to the innermost definition around them, so that every word counts once; comments
and strings go to another field than code. Short values belong to what is around them; a long one outside of types (a
component in its wrapper, a store, a table of routes) is edited and read by itself as a function is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ctxpack.model import Definition, LexicalDocument
from ctxpack.parse.gather import VALUES
from ctxpack.parse.source import Source
from ctxpack.text import joined_runs, joined_spaced, spaced


def documents(
    definitions: Sequence[Definition],
    ranges: Sequence[tuple[int, int]],
    prose: Sequence[tuple[int, int]],
    source: Source,
) -> tuple[LexicalDocument, ...]:
    """The documents of one file: the rest of the file first (symbol -1), then its definitions in order.

    `ranges` are parallel to the definitions; `prose` are sorted.
    """
    return documents_and_words(definitions, ranges, prose, source)[0]


def documents_and_words(
    definitions: Sequence[Definition],
    ranges: Sequence[tuple[int, int]],
    prose: Sequence[tuple[int, int]],
    source: Source,
) -> tuple[tuple[LexicalDocument, ...], tuple[str, ...]]:
    """As `documents`, and besides them the words of the code as they stand, each once."""
    code: _Pieces = {-1: []}
    docs: _Pieces = {-1: []}
    text = spaced(source.data)
    _deal(_owned(definitions, ranges, len(text)), _disjoint(prose), text, (code, docs))
    made = []
    words: set[bytes] = set()
    for owner in sorted(code):
        runs = b" ".join(code[owner]).split()
        words.update(runs)
        names = "" if owner < 0 else joined_spaced([spaced(definitions[owner].qualname.encode("utf-8", "replace"))])
        made.append(LexicalDocument(owner, names, joined_spaced(docs[owner]), joined_runs(runs)))
    return tuple(made), tuple(run.decode("utf-8", "replace") for run in sorted(words) if not run[:1].isdigit())


_Pieces = dict[int, list[bytes]]

_LONG_VALUE = 4
"""How many lines a value has at least that has a document of its own."""


def _deal(
    owned: Iterable[tuple[int, int, int]],
    prose: Iterable[tuple[int, int]],
    text: bytes,
    fields: tuple[_Pieces, _Pieces],
) -> None:
    """Put all pieces of the text, in order, to their owners' code or prose."""
    upcoming, end_of_text = iter(prose), (len(text), len(text))
    first, last = next(upcoming, end_of_text)
    for start, end, owner in owned:
        code, docs = (field.setdefault(owner, []) for field in fields)
        place = start
        while first < end:
            if place < first:
                code.append(text[place:first])
            docs.append(text[max(place, first) : min(last, end)])
            place = min(last, end)
            if last > end:
                break
            first, last = next(upcoming, end_of_text)
        if place < end:
            code.append(text[place:end])


def _disjoint(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted ranges, without what lies in those before."""
    found: list[tuple[int, int]] = []
    place = 0
    for start, end in ranges:
        if end > place:
            found.append((max(start, place), end))
            place = end
    return found


def _stands_alone(value: Definition) -> bool:
    """Whether a value is so long that it is searched for by itself; never what is kept in an object or a class."""
    return value.kind != "field" and value.span[1] - value.span[0] + 1 >= _LONG_VALUE


def _owned(
    definitions: Sequence[Definition], ranges: Sequence[tuple[int, int]], size: int
) -> Iterator[tuple[int, int, int]]:
    """(start, end, innermost definition) for all of the file, in order."""
    stack: list[tuple[int, int]] = []
    place = 0
    for index, (start, end) in enumerate(ranges):
        if definitions[index].kind in VALUES and not _stands_alone(definitions[index]):
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
