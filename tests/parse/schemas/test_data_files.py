"""Schemas in data files: the footer of Parquet, the header of Avro."""

from __future__ import annotations

import base64
import json

import pytest

from ctxpack.parse.schemas.table import binary_format, candidates, read_bytes

FILE = base64.b64decode(
    """
UEFSMRUEGfwPNQAYBnNjaGVtYRUOABUEJQAYAmlkABUOFRAVAhgBZCUKFQQVJCxcFQQVJAAAABUEJQIYAnRzJRRMjBEcLAAAAAAANQIYAWwVAhUGTDwA
AAA1BBgEbGlzdBUCABUMJQIYB2VsZW1lbnQlAEwcAAAANQIYAW0VAhUCTCwAAAA1BBgJa2V5X3ZhbHVlFQQAFQwlABgDa2V5JQBMHAAAABUCJQIYBXZh
bHVlADUCGAFzFQQAFQIlAhgBeCUeTKwTCBEAAAAVAiUCGAF5JQxMbAAAABUCJQIYAXUlGEysExASAAAAFgAZHBmcJgAcFQQZJQAGGRgCaWQVAhYAFhwW
HiYAJggpHBUEFQAVAgAAACYAHBUOGSUABhkYAWQVAhYAFhwWHiYAJiYpHBUEFQAVAgAAACYAHBUEGSUABhkYAnRzFQIWABYcFh4mACZEKRwVBBUAFQIA
AAAmABwVDBklAAYZOAFsBGxpc3QHZWxlbWVudBUCFgAWHBYeJgAmYikcFQQVABUCAAAAJgAcFQwZJQAGGTgBbQlrZXlfdmFsdWUDa2V5FQIWABYcFh4m
ACaAASkcFQQVABUCAAAAJgAcFQIZJQAGGTgBbQlrZXlfdmFsdWUFdmFsdWUVAhYAFhwWHiYAJp4BKRwVBBUAFQIAAAAmABwVAhklAAYZKAFzAXgVAhYA
FhwWHiYAJrwBKRwVBBUAFQIAAAAmABwVAhklAAYZKAFzAXkVAhYAFhwWHiYAJtoBKRwVBBUAFQIAAAAmABwVAhklAAYZGAF1FQIWABYcFh4mACb4ASkc
FQQVABUCAAAAFvwBFgAmCBaOAgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGZwcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAAsQIA
AFBBUjE=
"""
)
"""An empty file of seven columns without its (empty) pages."""


def number(value: int) -> bytes:
    """Avro's number of variable length."""
    zigzag, out = value << 1, b""
    while zigzag > 127:
        out, zigzag = out + bytes([zigzag & 127 | 128]), zigzag >> 7
    return out + bytes([zigzag])


def avro(schema: object) -> bytes:
    entries = ((b"avro.codec", b"null"), (b"avro.schema", json.dumps(schema).encode()))
    header = b"".join(number(len(part)) + part for entry in entries for part in entry)
    return b"Obj\x01" + number(2) + header + number(0) + b"\x00" * 16


def test_columns_of_a_parquet_footer() -> None:
    (step,) = read_bytes("parquet", FILE).steps
    assert (step.table, step.kind_of) == ("{path}", "file")
    assert [(one.name, one.type, one.nullable) for one in step.columns] == [
        ("id", "bigint", False),
        ("d", "decimal(18,2)", True),
        ("ts", "timestamp", True),
        ("l", "array<string>", True),
        ("m", "map<string, int>", True),
        ("s", "struct<x: tinyint, y: date>", True),
        ("u", "int", True),
    ]


def test_columns_of_an_avro_header() -> None:
    inner = {"type": "record", "name": "i", "fields": [{"name": "x", "type": "int"}]}
    fields = [{"name": "a", "type": ["null", "string"]}, {"name": "b", "type": "long"}, {"name": "c", "type": inner}]
    (step,) = read_bytes("avro_file", avro({"type": "record", "name": "r", "fields": fields})).steps
    assert (step.table, step.kind_of) == ("{path}", "file")
    assert [(one.name, one.type, one.nullable) for one in step.columns] == [
        ("a", "string", True),
        ("b", "long", False),
        ("c", "struct<x: int>", False),
    ]


@pytest.mark.parametrize("name", ["parquet", "avro_file"])
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PAR1" * 3,
        b"Obj\x01",
        b"Obj\x01" + b"\xff" * 50,
        b"PAR1" + b"\x19\xfc" + b"\xff" * 8 + b"\x0a\x00\x00\x00PAR1",
        b"PAR1" + b"\x1c" * 5_000 + (5_000).to_bytes(4, "little") + b"PAR1",
        FILE[:-40] + FILE[-8:],
        FILE.replace(b"\x15\x0e\x00", b"\x15\x7e\x00"),
        avro({"type": "record"})[:30],
        avro("[" * 5_000),
    ],
)
def test_what_is_no_such_file_gives_a_problem(name: str, raw: bytes) -> None:
    facts = read_bytes(name, raw)
    assert facts.steps == ()
    assert len(facts.problems) == 1


def test_every_beginning_of_a_footer_is_survived() -> None:
    for size in range(0, len(FILE) - 12, 7):
        raw = b"PAR1" + FILE[4 : 4 + size] + size.to_bytes(4, "little") + b"PAR1"
        assert read_bytes("parquet", raw).format == "parquet"


def test_paths_of_data_files() -> None:
    assert [binary_format(path) for path in ("a/b.parquet", "x.AVRO", "x.avsc", "x.csv")] == [
        "parquet",
        "avro_file",
        "",
        "",
    ]
    assert candidates("a/b.parquet", "", frozenset()) == ()
