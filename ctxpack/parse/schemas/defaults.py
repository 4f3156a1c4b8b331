"""What the defaults of columns are in SQL, for formats that state them as values of their own language.

A default is what the database fills in. What a program fills in before it writes (`default=` of an ORM's column, an
identifier that a client makes) is none: a statement that leaves the column out gets no such value.
"""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.parse.sql.columns import shortened

UNTOLD = "…"
"""Stands for a default that is there, but whose expression the file does not tell."""

NOW = "CURRENT_TIMESTAMP"


def quoted(text: str) -> str:
    """A string as a literal of SQL, cut where it is long."""
    return shortened("'" + text.replace("'", "''") + "'")


def expression(text: str) -> str:
    """An expression of SQL on one line, cut where it is long; "" for null, and `UNTOLD` for one of no text."""
    plain = " ".join(text.split())
    if plain.strip("()").upper() == "NULL":
        return ""
    return shortened(plain) if plain else UNTOLD


def array(values: Sequence[str]) -> str:
    """An array of values that are in SQL already."""
    if UNTOLD in values:
        return UNTOLD
    return shortened(f"ARRAY[{', '.join(values)}]") if values else "'{}'"
