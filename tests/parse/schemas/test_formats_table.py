"""The table of formats: which files are asked, and what readers make of texts that nobody meant for them."""

from __future__ import annotations

import time

import pytest

from ctxpack.parse.schemas import table
from ctxpack.parse.schemas.table import FORMATS, RECORD_WORDS, SQL_IN_STRINGS, WORDS, candidates, formats_of, read

READERS = (
    "records structtype pandera expectations json_schema openapi graphql protobuf avro thrift bigquery terraform csv "
    "laravel typeorm typeorm_migrations drizzle jpa efcore efcore_migrations sql_in_go sql_in_php sql_in_ruby"
).split()

HOSTILE = {
    "empty": "",
    "nothing": "\n" * 5000,
    "opening braces": "{" * 50_000,
    "opening lists": "[" * 50_000,
    "pairs of brackets": "[{" * 20_000 + "}]" * 20_000,
    "quotes": '"' * 50_000,
    "triple quotes": '"""' * 20_000,
    "comments": "/*" * 30_000,
    "heredocs": "x = <<A\n" * 10_000,
    "control characters": "\x00\x01\ufeff\udc80{}:\x7f" * 3000,
    "heads": 'message A { type B { struct C { resource "aws_glue_catalog_table" "d" { ' * 3000,
    "angles": "message A { map<" + "list<" * 30_000,
    "keys": "{" + ",".join(f'"{n}": {{"type": "string"}}' for n in range(6000)),
    "yaml": "expectations:\n" + "".join(f"  - a{n}: *b\n" for n in range(5000)),
    "indents": "".join(" " * n + "a:\n" for n in range(300)),
    "commas": "," * 100_000,
    "types": "class A(BaseModel):\n    x: " + "Optional[" * 300 + "int" + "]" * 300,
    "members": "x" + ".add()" * 2000,
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_reader_never_raises_and_stays_quick(name: str, text: str) -> None:
    begun = time.process_time()
    facts = read(name, text)
    assert facts.format == ("sql_strings" if name in SQL_IN_STRINGS else name)
    assert time.process_time() - begun < 2


WIDE = {
    "protobuf": 'syntax = "proto3"; message A {' + "".join(f"string c{n} = {n};" for n in range(10_000)) + "}",
    "thrift": "struct A {" + "".join(f"{n}: string c{n}," for n in range(10_000)) + "}",
    "graphql": "type A {" + " ".join(f"c{n}: Int" for n in range(10_000)) + "}",
    "json_schema": '{"properties": {' + ",".join(f'"c{n}": {{"type": "string"}}' for n in range(10_000)) + "}}",
    "avro": '{"type": "record", "name": "A", "fields": ['
    + ",".join(f'{{"name": "c{n}", "type": "int"}}' for n in range(10_000))
    + "]}",
    "bigquery": "[" + ",".join(f'{{"name": "c{n}", "type": "DATE"}}' for n in range(10_000)) + "]",
    "records": "class A(BaseModel):\n" + "".join(f"    c{n}: int\n" for n in range(10_000)),
}


@pytest.mark.parametrize("name", WIDE)
def test_ten_thousand_columns_are_cut_and_told(name: str) -> None:
    facts = read(name, WIDE[name])
    assert len(facts.steps) == 1
    assert len(facts.steps[0].columns) == 5000
    assert [problem.message for problem in facts.problems] == [
        f"{facts.steps[0].table} has 10,000 columns: only 5,000 are kept"
    ]


def test_formats_of_records_are_only_asked_for_records() -> None:
    records = {one.name for one in FORMATS if one.records}
    assert records == {"records", "json_schema", "openapi", "graphql", "protobuf", "thrift", "avro", "csv"}
    for path, language, used in (
        ("a.proto", "protobuf", frozenset[str]()),
        ("models.py", "python", frozenset({"BaseModel"})),
        ("data/a.csv", "csv", frozenset[str]()),
    ):
        assert candidates(path, language, used) == ()
        assert [one.name for one in candidates(path, language, used, records=True)] != []
    assert "BaseModel" in RECORD_WORDS - WORDS


@pytest.mark.parametrize(
    ("path", "language", "text", "expected"),
    [
        ("schemas/orders.json", "json", '[{"name": "a", "mode": "REQUIRED"}]', ("bigquery",)),
        ("schemas/orders.json", "json", '[{"name": "a", "mode": "dark"}]', ()),
        ("orders.json", "json", '[{"name": "a", "mode": "REQUIRED"}]', ()),
        ("gx/expectations/o.json", "json", '{"type": "expect_column_to_exist"}', ("expectations",)),
        ("checks/orders_suite.yaml", "yaml", "- type: ExpectColumnToExist", ("expectations",)),
        ("suite/tests/a.json", "json", '{"type": "expect_column_to_exist"}', ()),
        ("infra/main.tf", "terraform", 'resource "aws_glue_catalog_table" "a" {', ("terraform",)),
        ("infra/main.tf", "terraform", 'resource "aws_s3_bucket" "a" {', ()),
    ],
)
def test_files_are_known_by_path_and_mark(path: str, language: str, text: str, expected: tuple[str, ...]) -> None:
    assert formats_of(candidates(path, language, WORDS), text) == expected


@pytest.mark.parametrize(
    ("path", "language", "text", "expected"),
    [
        ("a.avsc", "json", '{"type": "record"}', ("avro",)),
        ("a.yaml", "yaml", "openapi: 3.0.0\n", ("openapi",)),
        ("a.json", "json", '{\n  "swagger": "2.0"}', ("openapi",)),
        ("a.json", "json", '{"$schema": "http://json-schema.org/draft-07/schema#"}', ("json_schema",)),
        ("package.json", "json", '{"dependencies": {"openapi": "3"}}', ()),
        ("a.graphql", "graphql", "query { a }", ()),
        ("a.graphql", "graphql", "type A { b: Int }", ("graphql",)),
        ("data/raw/a.csv", "csv", "a,b", ("csv",)),
        ("docs/a.csv", "csv", "a,b", ()),
    ],
)
def test_records_are_known_by_path_and_mark(path: str, language: str, text: str, expected: tuple[str, ...]) -> None:
    assert formats_of(candidates(path, language, RECORD_WORDS, records=True), text) == expected


def test_every_reader_is_there() -> None:
    for one in FORMATS:
        assert (table.read_bytes(one.name, b"") if one.binary else table.read(one.name, "")).format
