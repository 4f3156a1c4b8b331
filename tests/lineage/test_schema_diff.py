"""Two states of declared tables, and what changed in between."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.declared.fold import fold
from ctxpack.lineage.declared.schema_diff import diff
from ctxpack.parse.schemas import sql


def state(text: str) -> tuple[DeclaredTable, ...]:
    return fold([("s.sql", sql.read(text))]).tables


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("create table t (a int)", "create table t (a int)", []),
        ("", "create table t (a int)", ["table created | t"]),
        ("create table t (a int)", "", ["table dropped | t"]),
        ("create table t (a int)", "create table t (a int, b text not null)", ["column added | t | b | text not null"]),
        ("create table t (a int, b int)", "create table t (a int)", ["column dropped | t | b | int"]),
        ("create table t (a int, name text, z int)", "create table t (a int, full_name text, z int)", [
            "column renamed | t | name | name | full_name",
        ]),
        ("create table t (a int, x text, z int)", "create table t (a int, quite text, z int)", [
            "column renamed | t | x | x | quite",
        ]),
        ("create table t (a int, x text, z int)", "create table t (a int, y date, z int)", [
            "column dropped | t | x | text", "column added | t | y | date",
        ]),
        ("create table t (a INT)", "create table t (a  int)", []),
        ("create table t (a int)", "create table t (a bigint)", ["type changed | t | a | int | bigint"]),
        ("create table t (a int)", "create table t (a int not null)", [
            "nullability changed | t | a | null | not null",
        ]),
        ("create table t (a int)", "create table t (a int, unique (a))", ["key added | t | unique (a)"]),
        ("create table t (a int, b text, c date)", "create table u (a int, b text, c date, d int)", [
            "table renamed | u | t | u", "column added | u | d | int",
        ]),
        ("create table t (a int)", "create table u (a int)", ["table dropped | t", "table created | u"]),
    ],
)  # fmt: skip
def test_changes(before: str, after: str, expected: list[str]) -> None:
    found = diff(state(before), state(after))
    shown = [
        " | ".join(part for part in (one.change, one.table, one.column, one.before, one.after) if part) for one in found
    ]
    assert shown == expected
    assert [one.order for one in found] == list(range(1, len(found) + 1))


def test_a_thousand_new_columns_do_not_take_long() -> None:
    before = state(f"create table t ({', '.join(f'a{n} int' for n in range(1000))})")
    after = state(f"create table t ({', '.join(f'b{n} int' for n in range(1000))})")
    assert len(diff(before, after)) == 2000
