"""Tables behind a star in SQL."""

from __future__ import annotations

import pytest

from ctxpack.parse.sql.tokens import scan, statements
from ctxpack.parse.sql.uses import uses


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("SELECT r.* FROM orders r", ["orders"]),
        ("SELECT p.id, r.*\nFROM orders r, parts p", ["orders", "parts"]),
        ("SELECT r.* FROM orders r LEFT JOIN parts p ON p.id = r.part", ["orders", "parts"]),
        ("SELECT r.* INTO copies FROM orders r", ["orders", "copies"]),
        ("SELECT m.from, m.into FROM mails m", ["mails"]),
    ],
)
def test_the_table_behind_a_qualified_star_is_found(text: str, tables: list[str]) -> None:
    data = text.encode()
    assert [one.name.last for tokens in statements(scan(data)) for one in uses(tokens, (), data)] == tables
