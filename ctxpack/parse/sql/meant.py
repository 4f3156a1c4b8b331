"""Tells statements of SQL from sentences, and which tables they read and change.

Strings of programs begin with "select", "update" or "delete" in messages too. A text counts as a statement only if the
places around the names of its tables are as the grammar has them, in any dialect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ctxpack.parse.sql.clauses import ctes
from ctxpack.parse.sql.names import CLAUSE_WORDS, Name, Statement, is_mark, table_after, word_at
from ctxpack.parse.sql.tokens import QUOTED, STRING, TEMPLATE, WORD, Token, is_routine, scan, statements
from ctxpack.parse.sql.uses import Use, uses

_AFTER_TABLE = CLAUSE_WORDS | frozenset(
    """TABLESAMPLE RETURNING OUTPUT INDEXED NOT FORCE USE IGNORE PARTITION FINAL STRAIGHT_JOIN ANTI SEMI ASOF MINUS
    GLOBAL PREWHERE CONNECT START SETTINGS DEFAULT DO LOCK AND OR ANY ALL PIVOT UNPIVOT NOLOCK OPTION SAMPLE INTO
    AT ASC DESC FROM INSERT UPDATE DELETE""".split()
)
"""Words that may follow a table, or its alias."""

_NO_NAMES = frozenset(
    """the a an this that these those your my our their his its it each every another which what here there one some now
    me you us them all any both scratch above below within inside outside to of is are be in on by as at if no not yes
    and or but for from with existing new current""".split()
)
"""Words that stand in sentences where statements have the name of a table."""

_OTHER = re.compile(r"(?:win32|msvm|cim|msft)_|meta_class$", re.IGNORECASE)
"""Classes of Windows, which are asked for in a language like SQL."""

_IN_ITEMS = frozenset(
    """AS DISTINCT ALL TOP CASE NOT NULL OVER INTERVAL SQL_CALC_FOUND_ROWS IS LIKE IN BETWEEN AND OR THEN WHEN ELSE END
    COLLATE EXISTS CURRENT ROW STRAIGHT_JOIN DATE TIMESTAMP ARRAY DIV MOD ESCAPE FROM""".split()
)
_FILLING = frozenset(
    {"VALUES", "VALUE", "SELECT", "DEFAULT", "SET", "WITH", "OVERRIDING", "EXEC", "AS", "TABLE", "OUTPUT"}
)
_LONGEST = 100_000
_LONGEST_TRUNCATE = 12


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table that a statement reads or changes, at a byte of the text; `verb` is the statement's first word.

    With `loose`, a template stands right behind the name.
    """

    name: Name
    writes: bool
    verb: str
    loose: bool


def table_uses(data: bytes) -> Iterator[TableUse]:
    """The tables that the statements of a text read and change; none for a text that is no SQL.

    What a routine does when it is called, and what follows it, which may be its end, is left out.
    """
    if len(data) > _LONGEST:
        return
    for statement in statements(scan(data)):
        if is_routine(statement):
            return
        yield from _of_statement(statement, data)


def _of_statement(statement: Statement, data: bytes) -> Iterator[TableUse]:
    verb = word_at(statement, 0)
    if verb == "(" or (statement and is_mark(statement[0], "(")):
        verb = next((token.text for token in statement if token.kind == WORD), "")
    if verb not in _CHECKS or not _is_meant(verb, statement, data):
        return
    expressions = ctes(statement, data)
    found = list(uses(statement, expressions, data))
    if verb == "WITH" and not expressions:
        return
    moving = [one for one in found if one.moves_data and one.kind in ("read", "write")]
    if any(_is_sentence(one, statement, data) for one in moving):
        return
    for one in moving:
        name = one.name
        if (not name.whole_template and name.last[:1] not in "#@{") or _ends_known(name):
            yield TableUse(name, one.kind == "write", verb.lower(), name.last.endswith("}"))


def _ends_known(name: Name) -> bool:
    """Whether a name that begins with a template has a known end: `{prefix}users`."""
    return not name.whole_template and name.last.startswith("{") and not name.last.endswith("}")


def _is_sentence(use: Use, statement: Statement, data: bytes) -> bool:
    """Whether what stands at or behind a name shows that the text is no statement."""
    name = use.name
    quoted = data[name.end - 1 : name.end] in (b'"', b"`", b"]", b"'")
    if len(name.parts) == 1 and not quoted and name.last.lower() in _NO_NAMES:
        return True
    if _OTHER.match(name.last):
        return True
    if use.kind == "write":
        return False
    at = name.stop
    if word_at(statement, at) == "AS":
        at += 1
    if at < len(statement) and statement[at].kind in (WORD, QUOTED) and statement[at].text not in _AFTER_TABLE:
        at += 1
    if at >= len(statement):
        return False
    token = statement[at]
    if token.kind == WORD:
        return token.text not in _AFTER_TABLE
    return token.kind == STRING


def _is_meant(verb: str, statement: Statement, data: bytes) -> bool:
    """Whether a statement has what the grammar asks for behind its first word."""
    first = next((token for token in statement if token.kind == WORD), statement[0])
    written = data[first.start : first.end]
    return _CHECKS[verb](statement, data, written)


def _selects(statement: Statement, data: bytes, written: bytes) -> bool:
    at = next((k for k, token in enumerate(statement) if token.kind == WORD and token.text == "FROM"), 0)
    keyword = data[statement[at].start : statement[at].end]
    return (
        at > 0 and not (_is_titled(written) and keyword.islower()) and _lists(statement, data, loud=written.isupper())
    )


def _is_titled(written: bytes) -> bool:
    """Whether a word is written as at the beginning of a sentence."""
    return written[:1].isupper() and written[1:].islower()


def _merges(statement: Statement, _data: bytes, _written: bytes) -> bool:
    return any(word_at(statement, k) == "USING" for k in range(2, min(len(statement), 12)))


def _truncates(statement: Statement, _data: bytes, written: bytes) -> bool:
    return len(statement) <= _LONGEST_TRUNCATE and (word_at(statement, 1) == "TABLE" or written.isupper())


def _creates(statement: Statement, _data: bytes, _written: bytes) -> bool:
    return any(word_at(statement, k) in ("SELECT", "WITH") for k in range(3, len(statement)))


def _lists(statement: Statement, data: bytes, *, loud: bool) -> bool:
    """Whether the first list of a SELECT has items as an expression has them, not words in a row.

    Where keywords are written in capitals (`loud`), an alias may stand without AS.
    """
    begin = next((k for k, token in enumerate(statement) if token.kind == WORD and token.text == "SELECT"), -1)
    if begin < 0:
        return True
    most = 2 if loud else 1
    return all(len(item) <= most or not _is_in_words(item, data) for item in _items(statement[begin + 1 :]))


def _items(tokens: Statement) -> Iterator[Statement]:
    """The items of the list at the head of a SELECT, up to its FROM; of parentheses only the marks."""
    depth = 0
    item: list[Token] = []
    for token in tokens:
        depth -= is_mark(token, ")")
        if depth < 0 or (depth == 0 and token.kind == WORD and token.text == "FROM"):
            break
        if depth == 0 and is_mark(token, ","):
            yield item
            item = []
        elif depth == 0:
            item.append(token)
        depth += is_mark(token, "(")
    yield item


def _is_in_words(item: Statement, data: bytes) -> bool:
    """Whether an item is nothing but words with blanks between them."""
    plain = all(one.kind == WORD and one.text not in _IN_ITEMS for one in item)
    return plain and all(not data[one.end : two.start].strip() for one, two in pairwise(item))


def _inserts(statement: Statement, data: bytes, written: bytes) -> bool:
    at = next((k for k in range(1, min(len(statement), 5)) if word_at(statement, k) in ("INTO", "OVERWRITE")), 0)
    if not at:
        return False
    name = table_after(statement, at + 1, data, listed=True)
    if name is None:
        return True
    if name.stop >= len(statement):
        return written.isupper()
    token = statement[name.stop]
    if token.kind == WORD:
        behind = name.stop + (2 if token.text == "AS" else 1)
        return token.text in _FILLING or (
            behind < len(statement) and (is_mark(statement[behind], "(") or statement[behind].text in _FILLING)
        )
    return token.kind == TEMPLATE or is_mark(token, "(")


def _updates(statement: Statement, data: bytes, _written: bytes) -> bool:
    at = 1
    if word_at(statement, 1) == "OR":
        at = 3
    while word_at(statement, at) in ("ONLY", "LOW_PRIORITY", "IGNORE"):
        at += 1
    name = table_after(statement, at, data)
    if name is None:
        return False
    place = next((k for k in range(name.stop, len(statement)) if word_at(statement, k) == "SET"), 0)
    if not place or (place > name.stop + 2 and not _joins(statement, name.stop, place)):
        return False
    if place + 1 >= len(statement):
        return True
    for token in statement[place + 1 : place + 9]:
        if is_mark(token, "=") or is_mark(token, "(") or token.kind == TEMPLATE:
            return True
        if token.kind not in (WORD, QUOTED) and not is_mark(token, "."):
            return False
    return False


def _joins(statement: Statement, begin: int, end: int) -> bool:
    """Whether tables are joined between two places."""
    return any(word_at(statement, k) == "JOIN" or is_mark(statement[k], ",") for k in range(begin, end))


def _deletes(statement: Statement, data: bytes, written: bytes) -> bool:
    at = next((k for k in range(1, len(statement)) if word_at(statement, k) == "FROM"), 0)
    if not at or at > 12 or (_is_titled(written) and data[statement[at].start : statement[at].end].islower()):
        return False
    name = table_after(statement, at + 1, data)
    if name is None:
        return True
    behind = statement[name.stop : name.stop + 3]
    if not behind or behind[0].kind != WORD:
        return True
    if behind[0].text in _AFTER_TABLE:
        return True
    follow = behind[2] if behind[0].text == "AS" and len(behind) > 2 else behind[1] if len(behind) > 1 else None
    return follow is None or follow.kind != WORD or follow.text in _AFTER_TABLE


_CHECKS: Mapping[str, Callable[[Statement, bytes, bytes], bool]] = {
    "SELECT": _selects, "WITH": _selects, "INSERT": _inserts, "REPLACE": _inserts, "UPDATE": _updates,
    "DELETE": _deletes, "MERGE": _merges, "TRUNCATE": _truncates, "CREATE": _creates,
}  # fmt: skip
"""By a statement's first word, what tells whether it is meant: from its tokens, the text, and the word as written."""
