"""Parquet files: only the schema in the footer is read.

The footer is a struct in Thrift's compact protocol. Only its list of schema elements matters, so a small reader that
skips everything else is enough, and no library is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column, Problem
from ctxpack.parse.schemas.shapes import DEEPEST_TYPE, facts, limited, struct

_MAGIC = b"PAR1"
_LARGEST_FOOTER = 4_000_000
_MOST_ELEMENTS = 20_000
_DEEPEST = 40

_PHYSICAL = ("boolean", "int", "bigint", "timestamp", "float", "double", "binary", "binary")
_CONVERTED = {
    0: "string", 4: "string", 6: "date", 7: "time", 8: "time", 9: "timestamp", 10: "timestamp", 11: "smallint",
    12: "int", 13: "bigint", 14: "decimal(20,0)", 15: "tinyint", 16: "smallint", 17: "int", 18: "bigint",
    19: "string", 20: "binary", 21: "interval",
}  # fmt: skip
_LOGICAL = {1: "string", 4: "string", 6: "date", 7: "time", 8: "timestamp", 11: "void", 12: "string", 14: "uuid"}
_WIDTHS = {8: "tinyint", 16: "smallint", 32: "int", 64: "bigint"}
_UNSIGNED = {8: "smallint", 16: "int", 32: "bigint", 64: "decimal(20,0)"}


class _Broken(Exception):
    """The bytes are not a footer."""


@dataclass(slots=True)
class _Element:
    """A schema element: a column, or a group with a number of children."""

    name: str
    kind: int
    repetition: int
    children: int
    converted: int | None
    logical: dict[int, object]
    precision: int
    scale: int


def read_bytes(raw: bytes) -> DataFacts:
    """The columns of a file as a step of kind "file"; for anything but a Parquet file, a problem and no step."""
    try:
        elements = _elements(raw)
        columns = tuple(_columns(elements))
    except (_Broken, IndexError, ValueError, RecursionError):
        return facts("parquet", (), (Problem("", "no Parquet footer that can be read"),))
    return facts("parquet", (SchemaStep("create", "{path}", 1, columns, kind_of="file"),) if columns else ())


def _elements(raw: bytes) -> list[_Element]:
    if len(raw) < 12 or raw[-4:] != _MAGIC:
        raise _Broken
    size = int.from_bytes(raw[-8:-4], "little")
    if size > min(len(raw) - 8, _LARGEST_FOOTER):
        raise _Broken
    listed = _Compact(raw[-8 - size : -8]).struct(0).get(2)
    if not isinstance(listed, list) or not listed:
        raise _Broken
    return [_element(one) for one in listed[:_MOST_ELEMENTS] if isinstance(one, dict)]


def _element(data: dict[int, object]) -> _Element:
    name, logical = data.get(4), data.get(10)

    def number(field: int, default: int = 0) -> int:
        found = data.get(field, default)
        return found if isinstance(found, int) else default

    return _Element(
        name.decode("utf-8", "replace") if isinstance(name, bytes) else "",
        number(1, 6), number(3), number(5), number(6) if 6 in data else None,
        logical if isinstance(logical, dict) else {}, number(8), number(7),
    )  # fmt: skip


# --- columns ----------------------------------------------------------------------------------------------------------


def _columns(elements: Sequence[_Element]) -> Iterator[Column]:
    """The columns of the root (the first element); the elements are the tree in depth-first order."""
    at = 1
    for _ in range(elements[0].children):
        one = elements[at]
        kind, at = _type(elements, at, 0)
        yield Column(one.name, limited(kind), one.repetition == 1 if one.repetition < 2 else None, line=1)


def _type(elements: Sequence[_Element], at: int, depth: int) -> tuple[str, int]:
    """The type of the element at an index, and the index of the next sibling."""
    if depth > _DEEPEST:
        raise _Broken
    one = elements[at]
    if not one.children:
        kind, at = _primitive(one), at + 1
    elif one.converted in (1, 2) or 2 in one.logical:
        return _map(elements, at, depth)
    elif one.converted == 3 or 3 in one.logical:
        return _list(elements, at, depth)
    else:
        kind, at = _struct(elements, at, depth)
    return (f"array<{kind}>" if one.repetition == 2 else kind), at


def _struct(elements: Sequence[_Element], at: int, depth: int) -> tuple[str, int]:
    inner: list[tuple[str, str]] = []
    children, at = elements[at].children, at + 1
    for _ in range(children):
        name = elements[at].name
        kind, at = _type(elements, at, depth + 1)
        inner.append((name, kind))
    return (struct(inner) if depth < DEEPEST_TYPE else "struct<...>"), at


def _map(elements: Sequence[_Element], at: int, depth: int) -> tuple[str, int]:
    """A map: a group around a repeated group of a key and a value."""
    if elements[at + 1].children != 2:
        return _struct(elements, at, depth)
    key, at = _type(elements, at + 2, depth + 2)
    value, at = _type(elements, at, depth + 2)
    return f"map<{key}, {value}>", at


def _list(elements: Sequence[_Element], at: int, depth: int) -> tuple[str, int]:
    """A list: a group around a repeated group with the element or, from older writers, around the repeated element."""
    inner = elements[at + 1]
    if inner.children == 1 and inner.repetition == 2:
        kind, at = _type(elements, at + 2, depth + 2)
        return f"array<{kind}>", at
    return _type(elements, at + 1, depth + 1)


def _primitive(one: _Element) -> str:
    if one.converted == 5 or 5 in one.logical:
        return f"decimal({one.precision},{one.scale})"
    integer = one.logical.get(10)
    if isinstance(integer, dict):
        return (_WIDTHS if integer.get(2, True) else _UNSIGNED).get(integer.get(1, 0), "int")
    for field in one.logical:
        if field in _LOGICAL:
            return _LOGICAL[field]
    if one.converted in _CONVERTED:
        return _CONVERTED[one.converted]
    return _PHYSICAL[one.kind] if 0 <= one.kind < len(_PHYSICAL) else ""


# --- Thrift's compact protocol ----------------------------------------------------------------------------------------


class _Compact:
    """Decodes values; raises IndexError past the end of the bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self, depth: int) -> dict[int, object]:
        """The fields of a struct by number."""
        if depth > _DEEPEST:
            raise _Broken
        found: dict[int, object] = {}
        number = 0
        while True:
            head = self._byte()
            if head == 0:
                return found
            number = number + (head >> 4) if head >> 4 else self._signed()
            kind = head & 15
            found[number] = kind == 1 if kind in (1, 2) else self._value(kind, depth)

    def _value(self, kind: int, depth: int) -> object:
        if kind in (1, 2, 3):
            return self._byte()
        if kind in (4, 5, 6):
            return self._signed()
        if kind == 7:
            return self._bytes(8)
        if kind == 8:
            return self._bytes(self._unsigned())
        if kind in (9, 10):
            return self._list(depth)
        return self._other(kind, depth)

    def _other(self, kind: int, depth: int) -> object:
        if kind == 12:
            return self.struct(depth + 1)
        if kind != 11:
            raise _Broken
        count = self._unsigned()
        kinds = self._byte() if count else 0
        for _ in range(count):
            self._value(kinds >> 4, depth)
            self._value(kinds & 15, depth)
        return None

    def _list(self, depth: int) -> list[object]:
        head = self._byte()
        count = head >> 4 if head >> 4 != 15 else self._unsigned()
        if count > len(self._data):
            raise _Broken
        return [self._value(head & 15, depth + 1) for _ in range(count)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            raise IndexError
        self._at += count
        return self._data[self._at - count : self._at]

    def _unsigned(self) -> int:
        found = shift = 0
        while shift < 70:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
        raise _Broken

    def _signed(self) -> int:
        found = self._unsigned()
        return (found >> 1) ^ -(found & 1)
