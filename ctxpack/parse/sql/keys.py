"""Constraints out of the items of a table's parentheses, in one notation whatever the dialect.

The notation is that of `ctxpack.datamodel.schema.SchemaStep.keys`: `primary key (a, b)`, `unique (a)`,
`foreign key (a) references t (b)`, `check (...)`, `primary key using index i`, with `constraint NAME ` before a named
one. Names are unquoted, the referenced table is lower-cased.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctxpack.parse.sql.names import closing_of, dotted, is_mark, word_at
from ctxpack.parse.sql.tokens import NUMBER, QUOTED, STRING, TEMPLATE, WORD, Token, name_text

_ALWAYS = frozenset({"CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "EXCLUDE"})
_MAYBE = frozenset({"KEY", "INDEX", "PERIOD", "FULLTEXT", "SPATIAL", "PROJECTION", "EXPECT", "SHARD", "VECTOR"})
_NAMES = (WORD, QUOTED, TEMPLATE)
_LONGEST = 200

Item = Sequence[Token]


def is_constraint(item: Item) -> bool:
    """Whether an item states a constraint or an index; `key text` and `period int` are columns of these names."""
    word = word_at(item, 0)
    if word in _ALWAYS:
        return not (word in ("CHECK", "EXCLUDE") and len(item) == 2 and item[1].kind == WORD)
    if word not in _MAYBE or len(item) < 2:
        return False
    if is_mark(item[1], "(") or word_at(item, 1) in ("KEY", "INDEX", "FOR"):
        return True
    if word in ("PROJECTION", "EXPECT"):
        return any(is_mark(token, "(") for token in item)
    if len(item) > 2 and is_mark(item[2], "("):
        return len(item) > 3 and item[3].kind != NUMBER
    return word_at(item, 2) in ("USING", "TYPE", "ON")


def text_of(tokens: Item, data: bytes) -> str:
    """Tokens as the source writes them, on one line, without the comments between them."""
    if not tokens:
        return ""
    raw = data[tokens[0].start : tokens[-1].end]
    if b"--" in raw or b"/*" in raw:
        raw = b" ".join(data[token.start : token.end] for token in tokens)
    return " ".join(raw.decode("utf-8", "replace").split())


def listed(item: Item, opening: int, data: bytes) -> str:
    """The columns between the parentheses that open at an index, joined by commas; expressions stay as written."""
    closing = closing_of(item, opening)
    parts: list[str] = []
    first, depth = opening + 1, 0
    for index in range(opening + 1, closing + 1):
        at_end = index == closing
        if not at_end:
            depth += is_mark(item[index], "(") - is_mark(item[index], ")")
        if at_end or (depth == 0 and is_mark(item[index], ",")):
            parts.append(_part(item[first:index], data))
            first = index + 1
    return ", ".join(part for part in parts if part)


def _part(tokens: Item, data: bytes) -> str:
    """`"a"`, `a(10)` and `a DESC` are the column a; anything else is an expression."""
    if not tokens:
        return ""
    if tokens[0].kind not in _NAMES:
        return text_of(tokens, data)
    simple = len(tokens) == 1 or tokens[1].kind == WORD
    prefix = len(tokens) > 3 and is_mark(tokens[1], "(") and tokens[2].kind == NUMBER and is_mark(tokens[3], ")")
    return name_text(tokens[0], data) if simple or prefix else text_of(tokens, data)


def constraint(item: Item, data: bytes) -> str:
    """The text of a constraint of a table, "" for an index and for what is not known."""
    name, at = _name(item, data)
    word = word_at(item, at)
    opening = next((k for k in range(at, len(item)) if is_mark(item[k], "(")), -1)
    if opening < 0:
        return _of_index(item, name, at, data)
    text = ""
    if word in ("PRIMARY", "UNIQUE"):
        text = f"{'primary key' if word == 'PRIMARY' else 'unique'} ({listed(item, opening, data)})"
        name = name or _inner_name(item, at, opening, data)
    elif word == "FOREIGN":
        target = reference(item, closing_of(item, opening) + 1, data)
        text = f"foreign key ({listed(item, opening, data)})" + (f" references {target}" if target else "")
        name = name or _inner_name(item, at, opening, data)
    elif word in ("CHECK", "EXPECT"):
        text = f"{word.lower()} {text_of(item[opening : closing_of(item, opening) + 1], data)}"
    return (f"constraint {name} {text}" if name else text)[:_LONGEST] if text else ""


def _of_index(item: Item, name: str, at: int, data: bytes) -> str:
    """`PRIMARY KEY USING INDEX i` and `UNIQUE USING INDEX i`, whose columns are those of the index."""
    kind = {"PRIMARY": "primary key", "UNIQUE": "unique"}.get(word_at(item, at), "")
    at += 2 if kind == "primary key" else 1
    if not kind or (word_at(item, at), word_at(item, at + 1)) != ("USING", "INDEX"):
        return ""
    index = dotted(item, at + 2, data, any_word=True)
    if index is None:
        return ""
    return (f"constraint {name} " if name else "") + f"{kind} using index {index.last}"


def _name(item: Item, data: bytes) -> tuple[str, int]:
    """The name that CONSTRAINT gives, "" for none, and the index after it."""
    if word_at(item, 0) != "CONSTRAINT":
        return "", 0
    if len(item) < 2 or word_at(item, 1) in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK"):
        return "", 1
    found = dotted(item, 1, data, any_word=True)
    if found is None:
        return "", 2
    return found.last, found.stop


def _inner_name(item: Item, at: int, opening: int, data: bytes) -> str:
    """The name in `UNIQUE KEY name (a)`, `FOREIGN KEY name (a)`."""
    before = item[opening - 1]
    if opening - 1 <= at or before.kind not in (WORD, QUOTED):
        return ""
    if before.text in ("KEY", "INDEX", "CLUSTERED", "NONCLUSTERED", "DISTINCT", "HASH", "BTREE", "COLUMNSTORE"):
        return ""
    return name_text(before, data)


def reference(item: Item, start: int, data: bytes) -> str:
    """The table and columns after the first REFERENCES from an index on: `t (a)`, or `t`, or ""."""
    at = next((k for k in range(start, len(item)) if word_at(item, k) == "REFERENCES"), -1)
    target = dotted(item, at + 1, data, any_word=True) if at >= 0 else None
    if target is None:
        return ""
    has_list = target.stop < len(item) and is_mark(item[target.stop], "(")
    return target.dataset + (f" ({listed(item, target.stop, data)})" if has_list else "")


def inline(column: str, item: Item, start: int, data: bytes) -> Iterator[str]:
    """The constraints that a column states for itself, from the token `start` on, where its type ends."""
    depth, name = 0, ""
    for index in range(start, len(item)):
        token = item[index]
        depth += is_mark(token, "(") - is_mark(token, ")")
        if depth or token.kind not in (WORD, STRING):
            continue
        if token.text == "CONSTRAINT" and index + 1 < len(item):
            name = name_text(item[index + 1], data) if item[index + 1].kind in _NAMES else ""
            continue
        text = _own(column, item, index, data)
        if text:
            yield f"constraint {name} {text}"[:_LONGEST] if name else text[:_LONGEST]
            name = ""
        elif token.text == "NULL":
            name = ""


def _own(column: str, item: Item, index: int, data: bytes) -> str:
    word = item[index].text
    if word == "PRIMARY":
        return f"primary key ({column})"
    if word == "UNIQUE":
        return f"unique ({column})"
    if word == "REFERENCES":
        return f"foreign key ({column}) references {reference(item, index, data)}"
    if word == "CHECK" and index + 1 < len(item) and is_mark(item[index + 1], "("):
        return f"check {text_of(item[index + 1 : closing_of(item, index + 1) + 1], data)}"
    return ""


def without_name(key: str) -> str:
    """A constraint's text without its own name."""
    if not key.startswith("constraint "):
        return key
    starts = (key.find(f" {kind} (") for kind in ("primary key", "unique", "foreign key", "check", "expect"))
    return key[min(start for start in starts if start >= 0) + 1 :]


def primary_columns(keys: Sequence[str]) -> frozenset[str]:
    """The columns of primary keys, lower-cased."""
    texts = [without_name(key) for key in keys]
    lists = [text.partition("(")[2].rpartition(")")[0] for text in texts if text.startswith("primary key")]
    return frozenset(part.strip().lower() for text in lists for part in text.split(","))
