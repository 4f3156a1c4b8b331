"""Columns and keys out of the parentheses of CREATE TABLE, and what ALTER TABLE adds to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from ctxpack.model import Column
from ctxpack.parse.sql.keys import constraint, inline, is_constraint, primary_columns, text_of
from ctxpack.parse.sql.names import Statement, dotted, is_mark, word_at
from ctxpack.parse.sql.tokens import MARK, NUMBER, QUOTED, STRING, TEMPLATE, WORD, Token, name_text

_NOT_COLUMNS = frozenset({"LIKE", "SELECT", "WITH", "AS", "INCLUDING", "EXCLUDING"})
_ENDS_TYPE = frozenset(
    [
        "NOT",
        "NULL",
        "DEFAULT",
        "PRIMARY",
        "UNIQUE",
        "REFERENCES",
        "CHECK",
        "CONSTRAINT",
        "COMMENT",
        "COLLATE",
        "GENERATED",
        "IDENTITY",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "ENCODE",
        "MASKED",
        "OPTIONS",
        "ON",
        "AS",
        "COMPUTED",
        "TAG",
        "KEY",
        "SORTKEY",
        "DISTKEY",
        "CODEC",
        "TTL",
        "ALIAS",
        "MATERIALIZED",
        "EPHEMERAL",
        "STORED",
        "VIRTUAL",
        "FIRST",
        "AFTER",
        "PATH",
        "EXPECT",
        "PERSISTED",
        "SPARSE",
        "ROWGUIDCOL",
        "INVISIBLE",
        "VISIBLE",
        "ENABLE",
        "DISABLE",
        "USING",
        "CASCADE",
        "DEFERRABLE",
        "INITIALLY",
        "DROP",
        "END",
        "COMPRESS",
        "TITLE",
    ]
)
_DEEP_TYPES = frozenset({"STRUCT", "ARRAY", "MAP"})
_SERIALS = frozenset({"SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8"})
_NOT_BEFORE_NULL = frozenset({"DEFAULT", "NOT", "SET", "ON", "IS"})
_LONGEST_DEFAULT = 60
_NEAR = 4
"""How many bytes before a number its sign may stand."""

_BOUNDS = re.compile(rb"\]?(?:\s*\[\d*\])*")
_QUOTED_TYPE = re.compile(r"[\[\"`](\w+)[\]\"`]")

Items = list[Sequence[Token]]
LineOf = Callable[[int], int]


def items(statement: Statement, opening: int, closing: int) -> Items:
    """The comma-separated items between two parentheses."""
    found: Items = []
    first, depth, angles = opening + 1, 0, 0
    for index in range(opening + 1, closing):
        token = statement[index]
        if token.kind != MARK:
            continue
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "<" and (word_at(statement, index - 1) in _DEEP_TYPES):
            angles += 1
        elif token.text == ">" and angles:
            angles -= 1
        elif token.text == "," and depth == 0 and angles == 0 and not _in_array(statement, first, index):
            found.append(statement[first:index])
            first = index + 1
    found.append(statement[first:closing])
    return [item for item in found if item]


def _in_array(statement: Statement, first: int, comma: int) -> bool:
    """Whether a comma stands in `ARRAY[1, 2]`, whose brackets are no tokens: what follows is a literal, and no name."""
    following = statement[comma + 1] if comma + 1 < len(statement) else None
    if following is None or following.kind not in (STRING, NUMBER):
        return False
    return any(word_at(statement, index) == "ARRAY" for index in range(comma - 1, first - 1, -1))


def columns_and_keys(
    found: Items, data: bytes, line_of: LineOf, docs: Mapping[int, str]
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Read the items of a table's parentheses; `docs` are comments that end a line, by line.

    Keys are in the notation of `parse.sql.keys`. A column's `nullable` is None where nothing is said of it.
    """
    columns: list[Column] = []
    keys: list[str] = []
    for item in found:
        if is_constraint(item):
            keys.append(constraint(item, data))
        elif word_at(item, 0) not in _NOT_COLUMNS and item[0].kind in (WORD, QUOTED, TEMPLATE, STRING):
            column, own_keys = column_of(item, data, line_of, docs)
            columns.append(column)
            keys.extend(own_keys)
    stated = tuple(key for key in keys if key)
    primary = primary_columns(stated)
    replace = msgspec.structs.replace
    return tuple(replace(c, nullable=False) if c.name.lower() in primary else c for c in columns), stated


def column_of(
    item: Sequence[Token], data: bytes, line_of: LineOf, docs: Mapping[int, str]
) -> tuple[Column, tuple[str, ...]]:
    """The column that an item defines, and the constraints that it states of itself."""
    name, start = _column_name(item, data)
    stop = _type_stop(item, start)
    line = line_of(item[0].start)
    doc = _comment_of(item, stop, data) or docs.get(line_of(item[-1].end), "") or docs.get(line, "")
    words = _outer_words(item, stop)
    nullable = False if word_at(item, start) in _SERIALS else nullability(words)
    column = Column(name, type_text(item[start:stop], data), nullable, doc, (), line, _default_of(item, stop, data))
    return column, tuple(inline(name, item, stop, data))


def _column_name(item: Sequence[Token], data: bytes) -> tuple[str, int]:
    if item[0].kind == STRING:
        return unquoted(item[0], data), 1
    found = dotted(item, 0, data, any_word=True)
    return (".".join(found.parts), found.stop) if found is not None else (name_text(item[0], data), 1)


def _type_stop(item: Sequence[Token], start: int) -> int:
    depth = angles = 0
    for index in range(start, len(item)):
        token = item[index]
        if token.kind == MARK:
            depth += (token.text == "(") - (token.text == ")")
            angles += (token.text == "<") - (token.text == ">" and angles > 0)
            if token.text == "=" and depth == 0 and angles == 0:
                return index
        elif depth == 0 and angles == 0 and _ends_type(item, index, start):
            return index
    return len(item)


def _ends_type(item: Sequence[Token], index: int, start: int) -> bool:
    token = item[index]
    if token.kind == STRING:
        return True
    if token.text in ("CHARACTER", "CHARSET") and index > start:
        return token.text == "CHARSET" or word_at(item, index + 1) == "SET"
    if token.text == "WITH":
        return word_at(item, index + 1) not in ("TIME", "LOCAL", "TIMEZONE")
    return token.kind == WORD and token.text in _ENDS_TYPE


def _outer_words(item: Sequence[Token], start: int) -> list[str]:
    """The words outside all parentheses, from an index on."""
    words: list[str] = []
    depth = 0
    for index in range(start, len(item)):
        depth += is_mark(item[index], "(") - is_mark(item[index], ")")
        if depth == 0 and item[index].kind == WORD:
            words.append(item[index].text)
    return words


def nullability(words: Sequence[str]) -> bool | None:
    """What the words after a column's type say of nulls."""
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if word == "NULL" and before not in _NOT_BEFORE_NULL:
            return True
        if word == "NULL" and before == "NOT" and (index < 2 or words[index - 2] != "IS"):
            return False
        if word in ("PRIMARY", "AUTO_INCREMENT", "IDENTITY"):
            return False
    return None


def type_text(tokens: Sequence[Token], data: bytes) -> str:
    """A type as written, on one line, with names unquoted and with its array bounds."""
    if not tokens:
        return ""
    text = text_of(tokens, data)
    if any(token.kind == QUOTED for token in tokens):
        text = _QUOTED_TYPE.sub(r"\1", text)
    bounds = _BOUNDS.match(data, tokens[-1].end)
    return text + bounds.group().decode().replace(" ", "") if bounds else text


def _default_of(item: Sequence[Token], start: int, data: bytes) -> str:
    """What DEFAULT gives a column that states it after its type; "" for none, and for null."""
    depth = 0
    for index in range(start, len(item)):
        depth += is_mark(item[index], "(") - is_mark(item[index], ")")
        if depth == 0 and word_at(item, index) == "DEFAULT" and word_at(item, index - 1) != "BY":
            return default_text(item[index + 1 :], data)
    return ""


def default_text(tokens: Sequence[Token], data: bytes) -> str:
    """The expression that follows DEFAULT, on one line; "" for null."""
    depth = 0
    stop = len(tokens)
    for index, token in enumerate(tokens):
        depth += is_mark(token, "(") - is_mark(token, ")")
        if depth < 0 or (index and depth == 0 and token.kind == WORD and token.text in _ENDS_TYPE):
            stop = index
            break
    text = _signed(tokens, data) + text_of(tokens[:stop], data) + _bounds(tokens[:stop], data)
    if text.strip("()").upper() == "NULL":
        return ""
    return shortened(text)


def _bounds(tokens: Sequence[Token], data: bytes) -> str:
    """What brackets follow the last of these tokens, which are no tokens by themselves."""
    found = _BOUNDS.match(data, tokens[-1].end) if tokens else None
    return found[0].decode("ascii", "replace").strip() if found is not None else ""


def _signed(tokens: Sequence[Token], data: bytes) -> str:
    """The sign before a number, which is no token by itself."""
    start = tokens[0].start if tokens else 0
    return "-" if data[max(0, start - _NEAR) : start].rstrip().endswith(b"-") else ""


def shortened(text: str) -> str:
    """The text of a default, cut where it is long; it then ends in an ellipsis."""
    return text if len(text) <= _LONGEST_DEFAULT else text[: _LONGEST_DEFAULT - 1].rstrip() + "…"


def _comment_of(item: Sequence[Token], start: int, data: bytes) -> str:
    for index in range(start, len(item) - 1):
        if word_at(item, index) in ("COMMENT", "DESCRIPTION"):
            following = item[index + 2] if is_mark(item[index + 1], "=") and index + 2 < len(item) else item[index + 1]
            if following.kind == STRING:
                return unquoted(following, data)
    return ""


def unquoted(token: Token, data: bytes) -> str:
    """The text of a string literal."""
    return data[token.start + 1 : token.end - 1].decode("utf-8", "replace").replace("''", "'")
