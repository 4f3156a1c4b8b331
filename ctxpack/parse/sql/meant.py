"""Tells statements of SQL from sentences, and which tables they read and change.

Strings of programs begin with "select", "update" or "delete" in messages too. A text counts as a statement only if the
places around the names of its tables are as the grammar has them, in any dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ctxpack.parse.sql.clauses import ctes
from ctxpack.parse.sql.names import CLAUSE_WORDS, Name, Statement, is_mark, table_after, word_at
from ctxpack.parse.sql.tokens import QUOTED, STRING, TEMPLATE, WORD, is_routine, scan, statements
from ctxpack.parse.sql.uses import Use, uses

_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "WITH", "TRUNCATE", "CREATE"})

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
_FILLING = frozenset({"VALUES", "VALUE", "SELECT", "DEFAULT", "SET", "WITH", "OVERRIDING", "EXEC", "AS", "TABLE", "OUTPUT"})
_LONGEST = 100_000


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
    if verb not in _VERBS or not _is_meant(verb, statement, data):
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
        if not name.whole_template and name.last[:1] not in "#@{" or _ends_known(name):
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
    titled = written[:1].isupper() and written[1:].islower()
    if verb in ("SELECT", "WITH"):
        at = next((k for k, token in enumerate(statement) if token.kind == WORD and token.text == "FROM"), 0)
        if not at:
            return False
        keyword = data[statement[at].start : statement[at].end]
        return not (titled and keyword.islower()) and _lists(statement, data, loud=written.isupper())
    if verb in ("INSERT", "REPLACE"):
        return _inserts(statement, data, loud=written.isupper())
    if verb == "UPDATE":
        return _updates(statement, data)
    if verb == "DELETE":
        return _deletes(statement, data, titled=titled)
    if verb == "MERGE":
        return any(word_at(statement, k) == "USING" for k in range(2, min(len(statement), 12)))
    if verb == "TRUNCATE":
        return len(statement) <= 12 and (word_at(statement, 1) == "TABLE" or written.isupper())
    return any(word_at(statement, k) in ("SELECT", "WITH") for k in range(3, len(statement)))


def _lists(statement: Statement, data: bytes, *, loud: bool) -> bool:
    """Whether the first list of a SELECT has items as an expression has them, not words in a row.

    Where keywords are written in capitals (`loud`), an alias may stand without AS.
    """
    begin = next((k for k, token in enumerate(statement) if token.kind == WORD and token.text == "SELECT"), -1)
    if begin < 0:
        return True
    depth, words, marked = 0, 0, False
    for token in statement[begin + 1 :]:
        if is_mark(token, "("):
            depth += 1
            marked = True
        elif is_mark(token, ")"):
            depth -= 1
        if depth < 0 or (depth == 0 and token.kind == WORD and token.text == "FROM"):
            break
        if depth:
            continue
        if is_mark(token, ","):
            words, marked = 0, False
        elif token.kind == WORD and token.text not in _IN_ITEMS:
            words += 1
        else:
            marked = True
        if words > 2 and not marked:
            return False
        if words > 1 and not marked and not loud:
            return False
    between = data[statement[begin].end : statement[begin + 1].start] if begin + 1 < len(statement) else b""
    return b":" not in between


def _inserts(statement: Statement, data: bytes, *, loud: bool) -> bool:
    at = next((k for k in range(1, min(len(statement), 5)) if word_at(statement, k) in ("INTO", "OVERWRITE")), 0)
    if not at:
        return False
    name = table_after(statement, at + 1, data, listed=True)
    if name is None:
        return True
    if name.stop >= len(statement):
        return loud
    token = statement[name.stop]
    if token.kind == WORD:
        behind = name.stop + (2 if token.text == "AS" else 1)
        return token.text in _FILLING or (
            behind < len(statement) and (is_mark(statement[behind], "(") or statement[behind].text in _FILLING)
        )
    return token.kind == TEMPLATE or is_mark(token, "(")


def _updates(statement: Statement, data: bytes) -> bool:
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


def _deletes(statement: Statement, data: bytes, *, titled: bool) -> bool:
    at = next((k for k in range(1, len(statement)) if word_at(statement, k) == "FROM"), 0)
    if not at or at > 12 or (titled and data[statement[at].start : statement[at].end].islower()):
        return False
    name = table_after(statement, at + 1, data)
    if name is None:
        return True
    behind = statement[name.stop : name.stop + 3]
    if not behind or behind[0].kind == TEMPLATE or not behind[0].kind == WORD:
        return True
    if behind[0].text in _AFTER_TABLE:
        return True
    follow = behind[2] if behind[0].text == "AS" and len(behind) > 2 else behind[1] if len(behind) > 1 else None
    return follow is None or follow.kind != WORD or follow.text in _AFTER_TABLE
