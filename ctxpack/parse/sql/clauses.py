"""Clauses that name tables: FROM, JOIN and USING with what they read, and WITH with what it defines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ctxpack.parse.sql.names import (
    CLAUSE_WORDS,
    Name,
    Statement,
    closers,
    dotted,
    is_dot,
    is_mark,
    is_qualified,
    table_after,
    word_at,
)
from ctxpack.parse.sql.tokens import QUOTED, TEMPLATE, WORD, Token, name_text

_AFTER_ALIAS = CLAUSE_WORDS | frozenset(
    """TABLESAMPLE PIVOT UNPIVOT RETURNING ANTI SEMI ASOF STRAIGHT_JOIN GLOBAL ANY ALL PREWHERE FINAL CONNECT START
    MINUS CLUSTER DISTRIBUTE SORT VERSION TIMESTAMP INSERT FROM LOOP DO""".split()
)

_FUNCTIONS_WITH_FROM = frozenset(
    {"EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "OVERLAY", "POSITION", "LTRIM", "RTRIM", "BTRIM"}
)


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table read in a FROM or JOIN clause, and the alias it gets there ("" for none)."""

    name: Name
    alias: str


def from_clauses(statement: Statement, data: bytes) -> Iterator[TableRef]:
    """The tables that the FROM, JOIN and USING clauses of a statement name, subqueries included, in order."""
    openers: list[str] = []
    for index, token in enumerate(statement):
        if is_mark(token, "("):
            openers.append(word_at(statement, index - 1))
        elif is_mark(token, ")"):
            if openers:
                openers.pop()
        elif token.kind == WORD and _opens_tables(statement, index, openers):
            yield from _tables_from(statement, index + 1, data, several=token.text != "JOIN")


def _opens_tables(statement: Statement, index: int, openers: Sequence[str]) -> bool:
    word = statement[index].text
    if word == "JOIN":
        return True
    if word == "USING":
        nearby = [word_at(statement, k) for k in range(max(0, index - 9), index)]
        return word_at(statement, 0) in ("MERGE", "DELETE") or "MERGE" in nearby
    if word != "FROM" or is_dot(statement, index + 1) or is_qualified(statement, index):
        return False
    before = word_at(statement, index - 1)
    if before in ("DELETE", "REVOKE") or (before == "DISTINCT" and word_at(statement, index - 2) in ("IS", "NOT")):
        return False
    return not (openers and openers[-1] in _FUNCTIONS_WITH_FROM)


def _tables_from(statement: Statement, index: int, data: bytes, *, several: bool) -> Iterator[TableRef]:
    while True:
        name = table_after(statement, index, data)
        index = name.stop if name is not None else _after_call(statement, index, data)
        if not index:
            return
        index, alias = _alias(statement, index, data)
        if name is not None:
            yield TableRef(name, alias)
        if not (several and index < len(statement) and is_mark(statement[index], ",")):
            return
        index += 1


def _after_call(statement: Statement, index: int, data: bytes) -> int:
    """The index after a call of a table function, 0 where none stands."""
    index += word_at(statement, index) == "LATERAL"
    function = word_at(statement, index) in ("UNNEST", "FLATTEN")
    name = None if function else dotted(statement, index, data)
    opening = index + 1 if function else name.stop if name is not None else len(statement)
    depth = 0
    for place in range(opening, len(statement)):
        depth += is_mark(statement[place], "(") - is_mark(statement[place], ")")
        if depth <= 0:
            return place + 1 if is_mark(statement[place], ")") else 0
    return 0


def _alias(statement: Statement, index: int, data: bytes) -> tuple[int, str]:
    """The index after an alias, and the alias."""
    if word_at(statement, index) == "AS":
        index += 1
    if index < len(statement) and statement[index].kind in (WORD, QUOTED) and statement[index].text not in _AFTER_ALIAS:
        return index + 1, name_text(statement[index], data)
    return index, ""


@dataclass(frozen=True, slots=True)
class Cte:
    """A common table expression: its name's token, and the indices of the parentheses around its body."""

    name: str
    token: Token
    opening: int
    closing: int
    recursive: bool


def ctes(statement: Statement, data: bytes) -> list[Cte]:
    """The common table expressions of a statement, nested ones included, in order of their names."""
    found: list[Cte] = []
    closes = closers(statement)
    recursive = False
    for index, token in enumerate(statement):
        if token.kind not in (WORD, QUOTED, TEMPLATE) or index == 0:
            continue
        before = statement[index - 1]
        if token.text == "RECURSIVE" and before.text == "WITH":
            recursive = True
        elif before.text in ("WITH", "RECURSIVE") or is_mark(before, ","):
            opening = _cte_opening(statement, index + 1, closes)
            if opening > 0:
                found.append(Cte(name_text(token, data), token, opening, closes[opening], recursive))
    return found


def _cte_opening(statement: Statement, index: int, closes: dict[int, int]) -> int:
    """The index of the `(` that opens the body of the expression whose name stands before `index`, else 0."""
    if index < len(statement) and is_mark(statement[index], "("):
        index = closes[index] + 1 if _short(statement, index) else index
    if word_at(statement, index) != "AS":
        return 0
    index += 1
    while word_at(statement, index) in ("NOT", "MATERIALIZED"):
        index += 1
    if index + 1 >= len(statement) or not is_mark(statement[index], "("):
        return 0
    inside = statement[index + 1]
    if inside.kind == TEMPLATE or is_mark(inside, "("):
        return index
    return index if inside.text in ("SELECT", "WITH", "VALUES", "FROM", "INSERT", "UPDATE", "DELETE", "TABLE") else 0


def _short(statement: Statement, opening: int) -> bool:
    """Whether a list of column names stands here: nothing but names and commas."""
    for index in range(opening + 1, min(len(statement), opening + 400)):
        token = statement[index]
        if is_mark(token, ")"):
            return True
        if token.kind not in (WORD, QUOTED) and not is_mark(token, ","):
            return False
    return False
