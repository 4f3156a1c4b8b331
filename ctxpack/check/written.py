"""The SQL statements in a text: in a file of SQL, a mapper of MyBatis, or the strings of code; and what they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ctxpack.check import mappers
from ctxpack.check.columns import Reader, bare, word

_LITERAL = re.compile(
    r"<<[<~-]?['\"]?(?P<end>[A-Z_]{2,})\b(?:[^\n]*\n){1,80}?[ \t]*(?P=end)\b|(?P<quote>\"\"\"|''').*?(?P=quote)"
    r"|\"(?=\s*\(?\s*(?i:select|insert|update|delete|with|(?:(?:left|right|inner|cross|full)\s+)?join)\s)[^\"]{1,4000}\""
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`",
    re.DOTALL,
)
_BETWEEN = re.compile(r"[\s+\\.]*f?")
TABLE = re.compile(
    r"\b(?:from|join|into|update|table)\s+(?:only\s+)?[\"`\[]?(?P<owner>(?:\w+[\"`\]]?\.[\"`\[]?)*)"
    r"(?P<name>\w+)[\"`\]]?(?:[^\S\n]+(?:as\s+)?(?P<alias>[a-z_]\w*))?",
    re.IGNORECASE,
)
VERB = re.compile(
    r"\bselect\b.*\bfrom\b|\b(?:insert|merge|replace)\b.*\binto\b|\bdelete\s+from\b|\bupdate\b.*\bset\b"
    r"|\btruncate\s+table\b|\bjoin\b.*\bon\b",
    re.IGNORECASE | re.DOTALL,
)
"""Recognises a string as a statement that reads or writes."""

_KEYWORDS = frozenset(
    """on where group order left right inner full cross join union limit having select using as set values natural from
    returning default lateral with for window offset""".split()
)


class Statement(NamedTuple):
    """The text of a statement at its offset, and `around`, the text that tells which tables it may name.

    Both are the same but for fragments of a statement, which others put together.
    """

    begin: int
    text: str
    around: str


def statements(text: str, language: str) -> Iterator[Statement]:
    """The statements of an SQL file or a mapper, or the string literals of another file."""
    if language == "sql":
        begin = 0
        for part in bare(text).split(";"):
            yield Statement(begin, part, part)
            begin += len(part) + 1
    elif language == "xml":
        if mappers.is_mapper(text):
            yield from (Statement(*one) for one in mappers.texts(text))
    else:
        yield from (Statement(begin, part, part) for begin, part in _literals(text))


def _literals(text: str) -> Iterator[tuple[int, str]]:
    """The string literals of a text, those that are joined as one, each with its offset."""
    begin = end = -1
    for match in _LITERAL.finditer(text):
        if end >= 0 and _BETWEEN.fullmatch(text, end, match.start()):
            end = match.end()
            continue
        if end >= 0:
            yield begin, text[begin:end]
        begin, end = match.span()
    if end >= 0:
        yield begin, text[begin:end]


def reader(text: str, table: str) -> Reader | None:
    """How a statement reads a table; None if it does not name it."""
    found = [(match["name"].lower(), (match["alias"] or "").lower()) for match in TABLE.finditer(text)]
    # `on conflict do update set` names no table.
    named = [(name, alias) for name, alias in found if name not in _KEYWORDS]
    if table.lower() not in (name for name, _ in named):
        return None
    alone = {name for name, _ in named} == {table.lower()}
    aliases = {alias for name, alias in named if name == table.lower() and alias not in _KEYWORDS}
    return Reader("sql", frozenset({table.lower(), *aliases} - {""}), alone, alone)


def naming(statement: Statement, column: str, known: Reader) -> Iterator[tuple[int, float]]:
    """The offsets at which a statement names a column, with the confidence that it is that of the table read."""
    begin, text, _ = statement
    for match in word(column).finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        yield begin + match.start(), known.sure(text[start : match.start()].lstrip("\"'`"))
