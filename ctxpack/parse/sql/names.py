"""Names in SQL: `catalog.schema."table"`, templates in place of parts, and where the tables of a FROM clause stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ctxpack.parse.sql.tokens import MARK, QUOTED, TEMPLATE, WORD, Token, name_text

Statement = Sequence[Token]

_NOT_TABLES = frozenset(
    [
        "SELECT",
        "WITH",
        "VALUES",
        "WHERE",
        "ON",
        "USING",
        "SET",
        "LATERAL",
        "UNNEST",
        "FLATTEN",
        "JOIN",
        "INNER",
        "LEFT",
        "RIGHT",
        "FULL",
        "CROSS",
        "OUTER",
        "NATURAL",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "QUALIFY",
        "WINDOW",
        "FETCH",
        "OFFSET",
        "FOR",
        "AS",
        "AND",
        "OR",
        "NOT",
        "NULL",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "DUAL",
        "DIRECTORY",
        "STDIN",
        "STDOUT",
        "PROGRAM",
        "PUBLIC",
        "ROLE",
        "USER",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
    ]
)
_BEFORE_NAMES = frozenset({"ONLY", "TABLE", "LATERAL", "IF", "NOT", "EXISTS", "STREAM", "LIVE", "INTO", "CONCURRENTLY"})
_AFTER_ALIAS = frozenset(
    [
        "WHERE",
        "ON",
        "USING",
        "SET",
        "JOIN",
        "INNER",
        "LEFT",
        "RIGHT",
        "FULL",
        "CROSS",
        "OUTER",
        "NATURAL",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "QUALIFY",
        "WINDOW",
        "FETCH",
        "OFFSET",
        "FOR",
        "SELECT",
        "WHEN",
        "LATERAL",
        "TABLESAMPLE",
        "PIVOT",
        "UNPIVOT",
        "RETURNING",
        "VALUES",
        "ANTI",
        "SEMI",
        "ASOF",
        "STRAIGHT_JOIN",
        "GLOBAL",
        "ANY",
        "ALL",
        "PREWHERE",
        "FINAL",
        "CONNECT",
        "START",
        "MINUS",
        "CLUSTER",
        "DISTRIBUTE",
        "SORT",
        "VERSION",
        "TIMESTAMP",
        "INSERT",
        "FROM",
        "WITH",
        "END",
        "LOOP",
        "THEN",
        "DO",
    ]
)
_FUNCTIONS_WITH_FROM = frozenset(
    {"EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "OVERLAY", "POSITION", "LTRIM", "RTRIM", "BTRIM"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted name: its parts without quotes, the byte ranges of the whole and of the last part, the index after it.

    `whole_template` says that it is one template alone, of which nothing is known here.
    """

    parts: tuple[str, ...]
    start: int
    end: int
    at: int
    stop: int
    whole_template: bool = False

    @property
    def last(self) -> str:
        """The table's own name."""
        return self.parts[-1]

    @property
    def prefix(self) -> str:
        """Catalog and schema, dotted, "" if there are none."""
        return ".".join(self.parts[:-1])

    @property
    def dataset(self) -> str:
        """The whole name as datasets are named: unquoted, lower-cased."""
        return ".".join(self.parts).lower()


def spelled(name: Name, data: bytes) -> str:
    """A name as it is written, where it is in quotes and not in lower case, so that case counts; else ""."""
    written = ".".join(name.parts)
    quoted = any(mark in data[name.start : name.end] for mark in (b'"', b"`", b"["))
    return written if quoted and written != written.lower() else ""


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table read in a FROM or JOIN clause, and the alias it gets there ("" for none)."""

    name: Name
    alias: str


def dotted(statement: Statement, index: int, data: bytes, *, any_word: bool = False) -> Name | None:
    """The name that begins at a token, None where none does. Parts that touch (`{{ p }}_orders`) are one part.

    `LIVE.` is left out: it says that the table is of the same pipeline and is no schema. With `any_word`, where only a
    name can stand, words are names that elsewhere mean something (`user`, `role`).
    """
    parts: list[str] = []
    start = at = end = -1
    while index < len(statement):
        token = statement[index]
        if token.kind not in (WORD, QUOTED, TEMPLATE):
            break
        if not parts and not any_word and token.text in _NOT_TABLES:
            break
        text = _part(token, data)
        start, at = (token.start if start < 0 else start), token.start
        end, index = token.end, index + 1
        while index < len(statement) and statement[index].start == end and statement[index].kind in (WORD, TEMPLATE):
            text, end, index = text + _part(statement[index], data), statement[index].end, index + 1
        parts.append(text)
        if not (index + 1 < len(statement) and is_mark(statement[index], ".")):
            break
        index += 1
    if not parts or not all(parts):
        return None
    if len(parts) > 1 and parts[0].upper() == "LIVE":
        del parts[0]
    is_template = len(parts) == 1 and parts[0].startswith("{") and parts[0].endswith("}")
    return Name(tuple(parts), start, end, at, index, is_template)


def _part(token: Token, data: bytes) -> str:
    text = name_text(token, data)
    return f"{{{text[1:]}}}" if token.kind == WORD and text[:1] in (":", "@") else text


def is_mark(token: Token, mark: str) -> bool:
    """Whether a token is the given mark."""
    return token.kind == MARK and token.text == mark


def word_at(statement: Statement, index: int) -> str:
    """The upper-cased word at an index, "" where there is none."""
    if not 0 <= index < len(statement):
        return ""
    token = statement[index]
    return token.text if token.kind == WORD else ""


def closers(statement: Statement) -> dict[int, int]:
    """For the index of every `(` the index of the `)` that closes it; the statement's length where none does."""
    closes: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(statement):
        if is_mark(token, "("):
            stack.append(index)
        elif is_mark(token, ")") and stack:
            closes[stack.pop()] = index
    closes.update((index, len(statement)) for index in stack)
    return closes


def closing_of(statement: Statement, opening: int) -> int:
    """The index of the `)` that closes the `(` at an index; the statement's length where none does."""
    depth = 0
    for index in range(opening, len(statement)):
        token = statement[index]
        if token.kind == MARK:
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                return index
    return len(statement)


def table_after(statement: Statement, index: int, data: bytes, *, listed: bool = False) -> Name | None:
    """The table named at an index, past words such as ONLY; `STREAM(x)` gives x; any other call names no table.

    `listed` allows a list of columns after the name.
    """
    wrapped = 0
    while word_at(statement, index) in _BEFORE_NAMES and not is_dot(statement, index + 1):
        index += 1
        if index < len(statement) and is_mark(statement[index], "(") and word_at(statement, index - 1) == "STREAM":
            index, wrapped = index + 1, wrapped + 1
    found = dotted(statement, index, data)
    if found is None or (not listed and found.stop < len(statement) and is_mark(statement[found.stop], "(")):
        return None
    return replace(found, stop=found.stop + wrapped) if wrapped else found


def is_dot(statement: Statement, index: int) -> bool:
    """Whether a dot stands at an index."""
    return index < len(statement) and is_mark(statement[index], ".")


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
    if word != "FROM" or is_dot(statement, index + 1) or (index and is_mark(statement[index - 1], ".")):
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
