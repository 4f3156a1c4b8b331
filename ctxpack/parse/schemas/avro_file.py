"""Avro data files: the schema in their header, parsed like a schema file."""

from __future__ import annotations

import msgspec

from ctxpack.datamodel.schema import DataFacts
from ctxpack.model import Problem
from ctxpack.parse.schemas import avro
from ctxpack.parse.schemas.shapes import facts

_MAGIC = b"Obj\x01"
_MOST_ENTRIES = 1_000


def read_bytes(raw: bytes) -> DataFacts:
    """The columns of a file as a step of kind "file"; a problem if it is no readable Avro file."""
    schema = _schema(raw) if raw.startswith(_MAGIC) else b""
    found = avro.read(schema.decode("utf-8", "replace")) if schema else None
    if found is None or not found.steps:
        return facts("avro_file", (), (Problem("", "no header of an Avro file that can be read"),))
    # The outermost record comes first; it describes the rows of the file.
    whole = msgspec.structs.replace(found.steps[0], table="{path}", kind_of="file", line=1)
    return facts("avro_file", (whole,))


def _schema(raw: bytes) -> bytes:
    """The "avro.schema" entry of the header's metadata map; b"" if there is none."""
    try:
        return _entries(raw).get(b"avro.schema", b"")
    except IndexError:
        return b""


def _entries(raw: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = len(_MAGIC)
    while True:
        count, at = _number(raw, at)
        if count < 0:
            count, (_, at) = -count, _number(raw, at)
        if count == 0 or count > _MOST_ENTRIES:
            return found
        for _ in range(count):
            key, at = _bytes(raw, at)
            found[key], at = _bytes(raw, at)


def _bytes(raw: bytes, at: int) -> tuple[bytes, int]:
    size, at = _number(raw, at)
    if not 0 <= size <= len(raw) - at:
        raise IndexError
    return raw[at : at + size], at + size


def _number(raw: bytes, at: int) -> tuple[int, int]:
    """A zigzag varint, and the offset after it."""
    found = shift = 0
    while shift < 70:
        byte = raw[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return (found >> 1) ^ -(found & 1), at
        shift += 7
    raise IndexError
