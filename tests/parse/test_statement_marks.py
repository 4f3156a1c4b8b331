"""Which files are marked as holding SQL: those with a string in which two words of a statement stand."""

from __future__ import annotations

import pytest

from ctxpack.naming import STATES
from ctxpack.parse import parse


def is_marked(text: str, language: str = "go") -> bool:
    return any(one.text.startswith(STATES) for one in parse(text, language).facts.mentions)


@pytest.mark.parametrize(
    "text",
    [
        "with a valid message and a status",
        "update style",
        "delete /entry",
        "replace data - json",
        "create new issue",
        "drop all of it",
        "insert a coin",
        "select *",
        "merge responses of all",
        "CREATE INDEX a ON b (c)",
    ],
)
def test_a_sentence_leaves_no_mark(text: str) -> None:
    assert not is_marked(f'package p\n\nvar a = "{text}"\n')


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM b",
        "select a\\nfrom b",
        "INSERT OR IGNORE INTO b VALUES (1)",
        "REPLACE INTO b VALUES (1)",
        "UPDATE b SET a = 1",
        "DELETE FROM b",
        "MERGE INTO b USING c ON b.a = c.a",
        "WITH x AS (SELECT 1) SELECT 1",
        "TRUNCATE TABLE b",
        "TRUNCATE b",
        "CREATE UNLOGGED TABLE IF NOT EXISTS b (a INT)",
        "CREATE OR REPLACE VIEW b AS SELECT 1",
        "CREATE UNIQUE INDEX a ON b (c)",
        "ALTER TABLE b ADD a INT",
        "DROP INDEX a",
        "BEGIN; CREATE INDEX a ON b (c); CREATE TABLE d (a INT);",
    ],
)
def test_a_statement_leaves_a_mark(text: str) -> None:
    assert is_marked(f'package p\n\nvar a = "{text}"\n')


def test_a_statement_goes_on_behind_what_is_computed() -> None:
    text = "<?php\n$a = 'SELECT id, ' . ($b::packed() ? 'c AS d' : 'd') . ', e ' . 'FROM f WHERE';\n"
    assert is_marked(text, "php")
    assert not is_marked("<?php\n$a = 'SELECT id'; $b = 'far from here';\n", "php")
