"""Columns and keys out of the parentheses of CREATE TABLE, and what ALTER TABLE adds to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from ctxpack.model import Column
from ctxpack.parse.sql.names import Statement, dotted, is_mark, word_at
from ctxpack.parse.sql.tokens import MARK, QUOTED, STRING, TEMPLATE, WORD, Token, name_text

_CONSTRAINTS = frozenset(
    {"CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "KEY", "INDEX", "EXCLUDE", "PERIOD", "FULLTEXT", "SPATIAL"}
)
_NOT_COLUMNS = frozenset({"LIKE", "SELECT", "WITH", "AS", "INCLUDING"})
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
    ]
)
_DEEP_TYPES = frozenset({"STRUCT", "ARRAY", "MAP"})
_LONGEST_KEY = 200

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
        elif token.text == "," and depth == 0 and angles == 0:
            found.append(statement[first:index])
            first = index + 1
    found.append(statement[first:closing])
    return [item for item in found if item]


def columns_and_keys(
    found: Items, data: bytes, line_of: LineOf, docs: Mapping[int, str]
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Read the items of a table's parentheses; `docs` are comments that end a line, by line."""
    columns: list[Column] = []
    keys: list[str] = []
    for item in found:
        word = word_at(item, 0)
        if word in _CONSTRAINTS and not (word in ("KEY", "INDEX", "PERIOD") and _is_column(item)):
            keys.append(key_text(item, data))
        elif word not in _NOT_COLUMNS and item[0].kind in (WORD, QUOTED, TEMPLATE):
            column, own_keys = _column(item, data, line_of, docs)
            columns.append(column)
            keys.extend(own_keys)
    return _with_keys(columns, keys), tuple(keys)


def _is_column(item: Sequence[Token]) -> bool:
    return len(item) == 2 and item[1].kind == WORD


def _column(item: Sequence[Token], data: bytes, line_of: LineOf, docs: Mapping[int, str]) -> tuple[Column, list[str]]:
    name = name_text(item[0], data)
    stop = next((k for k in range(1, len(item)) if _ends_type(item, k)), len(item))
    type_text = _text(item[1:stop], data) if stop > 1 else ""
    words = [word_at(item, k) for k in range(stop, len(item))]
    line = line_of(item[0].start)
    doc = _comment_of(item, stop, data) or docs.get(line_of(item[-1].end), "") or docs.get(line, "")
    column = Column(name, type_text, _nullable(words), doc, (), line)
    return column, _own_keys(name, item, stop, data)


def _ends_type(item: Sequence[Token], index: int) -> bool:
    token = item[index]
    if token.kind == STRING:
        return True
    return token.kind == WORD and token.text in _ENDS_TYPE and not is_mark(item[index - 1], "<")


def _nullable(words: Sequence[str]) -> bool | None:
    for index, word in enumerate(words):
        if word == "NULL" and (index == 0 or words[index - 1] not in ("DEFAULT", "NOT", "SET", "ON", "IS")):
            return True
        if word == "NULL" and words[index - 1] == "NOT" and (index < 2 or words[index - 2] != "IS"):
            return False
        if word == "PRIMARY":
            return False
    return None


def _comment_of(item: Sequence[Token], start: int, data: bytes) -> str:
    for index in range(start, len(item) - 1):
        if word_at(item, index) in ("COMMENT", "DESCRIPTION") and item[index + 1].kind == STRING:
            return unquoted(item[index + 1], data)
    return ""


def unquoted(token: Token, data: bytes) -> str:
    """The text of a string literal."""
    return data[token.start + 1 : token.end - 1].decode("utf-8", "replace").replace("''", "'")


def _own_keys(name: str, item: Sequence[Token], start: int, data: bytes) -> list[str]:
    keys: list[str] = []
    for index in range(start, len(item)):
        word = word_at(item, index)
        if word == "PRIMARY":
            keys.append(f"primary key ({name})")
        elif word == "UNIQUE":
            keys.append(f"unique ({name})")
        elif word == "REFERENCES":
            target = dotted(item, index + 1, data)
            if target is not None:
                end = next((k + 1 for k in range(target.stop, len(item)) if is_mark(item[k], ")")), target.stop)
                listed = target.stop < len(item) and is_mark(item[target.stop], "(")
                text = _text(item[index + 1 : end if listed else target.stop], data)
                keys.append(f"foreign key ({name}) references {text}")
    return keys


def key_text(item: Sequence[Token], data: bytes) -> str:
    """A constraint as text, with its words in lower case and without its own name."""
    if word_at(item, 0) == "CONSTRAINT" and len(item) > 2:
        item = item[2:]
    text = _text(item, data)
    for word in ("PRIMARY KEY", "FOREIGN KEY", "REFERENCES", "UNIQUE", "CHECK"):
        text = text.replace(word, word.lower()).replace(word.title(), word.lower())
    return text[:_LONGEST_KEY]


def _with_keys(columns: list[Column], keys: Sequence[str]) -> tuple[Column, ...]:
    """Columns of a primary key cannot be null."""
    named = [key for key in keys if key.startswith("primary key")]
    lists = [key.partition("(")[2].partition(")")[0] for key in named]
    inside = {part.strip(' "`[]').lower() for listed in lists for part in listed.split(",")}
    return tuple(msgspec.structs.replace(c, nullable=False) if c.name.lower() in inside else c for c in columns)


def _text(tokens: Sequence[Token], data: bytes) -> str:
    return " ".join(data[tokens[0].start : tokens[-1].end].decode("utf-8", "replace").split()) if tokens else ""
