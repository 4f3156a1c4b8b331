"""Finds the columns that an expression of a constraint or an index mentions, with their places in the text."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

_DIALECTS = ("postgres", "mysql", "tsql", "sqlite", "oracle")
"""The dialects tried in turn: constraints are kept without the dialect of their file."""

_BEFORE = "SELECT "
_LONGEST = 20_000


class Mention(NamedTuple):
    """A column as an expression names it, unquoted, between two offsets of the text, its quotes included."""

    name: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def mentions(text: str) -> tuple[Mention, ...] | None:
    """The columns in a list of expressions, in order; None where no dialect can parse it.

    >>> mentions("lower(name), kind = 'name'")
    (Mention(name='name', start=6, end=10), Mention(name='kind', start=13, end=17))
    """
    for dialect in _DIALECTS if len(text) <= _LONGEST else ():
        tree = _parsed(_BEFORE + text, dialect)
        if isinstance(tree, exp.Select) and not {key for key, value in tree.args.items() if value} - {"expressions"}:
            return tuple(sorted(_of(tree), key=lambda one: one.start))
    return None


def _parsed(text: str, dialect: str) -> exp.Expr | None:
    engine = Dialect.get_or_raise(dialect)
    try:
        trees = engine.parser(error_level=ErrorLevel.IMMEDIATE).parse(engine.tokenize(text), text)
    except (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError, RecursionError):
        return None
    return trees[0] if len(trees) == 1 else None


def _of(tree: exp.Expr) -> list[Mention]:
    found = []
    for column in tree.find_all(exp.Column):
        name = column.this
        if isinstance(name, exp.Identifier) and "start" in name.meta:
            start, end = name.meta["start"] - len(_BEFORE), name.meta["end"] + 1 - len(_BEFORE)
            found.append(Mention(name.name, start, end))
    return found
