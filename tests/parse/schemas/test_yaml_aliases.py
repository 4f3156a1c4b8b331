"""Aliases and merged mappings of YAML in configurations, and texts that would grow by them."""

from __future__ import annotations

import time

import pytest

from ctxpack.parse.jobs import table
from ctxpack.parse.schemas.documents import Fields, Listing, Value, read, stream


def plain(value: Value) -> object:
    if isinstance(value, Fields):
        return {key: plain(one) for key, one in value.entries.items()}
    return [plain(one) for one in value.items] if isinstance(value, Listing) else value.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {b: 1}\nc: *x", {"a": {"b": "1"}, "c": {"b": "1"}}),
        ("a: &x main\nc: [*x, y]", {"a": "main", "c": ["main", "y"]}),
        ("a: &x\n  - 1\nb: &y {l: *x}\nc: *y", {"a": ["1"], "b": {"l": ["1"]}, "c": {"l": ["1"]}}),
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", {"a": {"b": "1", "c": "2"}, "d": {"c": "3", "b": "1"}}),
        ("a: &x {b: 1}\nd: {<<: [*x, {b: 2, e: 4}]}", {"a": {"b": "1"}, "d": {"b": "1", "e": "4"}}),
        ("a: &x {b: *x}\nc: *nobody\n<<: 5", {"a": {"b": ""}, "c": "", "<<": "5"}),
    ],
)
def test_an_alias_is_what_it_stands_for(text: str, expected: object) -> None:
    assert [plain(one) for one in stream(text)] == [expected]


def test_the_text_of_a_schema_is_not_expanded() -> None:
    root = read("a: &x {b: 1}\nc: *x").root
    assert root is not None
    assert plain(root) == {"a": {"b": "1"}, "c": ""}


def test_parameters_that_jobs_share() -> None:
    text = """
x: &shared
  catalog: main
tasks:
  - notebook_task:
      notebook_path: ../src/a.py
      base_parameters:
        <<: *shared
        table: orders
"""
    run = table.read(table.kind_of("jobs.yml", "yaml", text), text).runs[0]
    assert [(one.name, one.value, one.line) for one in run.options] == [("table", "orders", 9), ("catalog", "main", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)),
        "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{x: *a{i - 1}}}\n" for i in range(1, 3000)),
        "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: *a{i - 1}, k{i}: 1}}\n" for i in range(1, 3000)),
    ],
)
def test_a_text_cannot_grow_by_aliases(text: str) -> None:
    begun = time.process_time()
    assert len(repr(plain(stream(text)[0]))) < 5_000_000
    assert time.process_time() - begun < 3
