"""Which tables and routines one SQL statement reads, writes and calls, told from where their names stand.

A name that a common table expression binds is no table; neither is an alias that an UPDATE or a DELETE names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ctxpack.parse.sql.clauses import Cte, from_clauses
from ctxpack.parse.sql.names import Name, Statement, dotted, is_mark, is_qualified, table_after, word_at
from ctxpack.parse.sql.tokens import WORD, is_routine

_BEFORE_INTO = frozenset(
    ["INSERT", "MERGE", "COPY", "REPLACE", "IGNORE", "ROLLBACK", "ABORT", "FAIL", "UPSERT", "CHANGES", "CDC"]
)
_NOT_BEFORE_UPDATE = frozenset({"ON", "FOR", "KEY", "THEN", "DO", "OR", "BEFORE", "AFTER", "NO", ",", "GRANT"})
_CALLS = frozenset({"CALL", "EXEC", "EXECUTE"})
_MENTIONS = frozenset({"REFERENCES", "LIKE", "CLONE", "INHERITS", "OF"})
_SET_WITHIN = 8
_EARLY = 30

Kind = Literal["read", "write", "call"]


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a name; `moves_data` is False where the statement only speaks of the table (DROP, REFERENCES)."""

    name: Name
    kind: Kind
    moves_data: bool


def uses(statement: Statement, expressions: Sequence[Cte], data: bytes) -> Iterator[Use]:
    """All uses of tables and routines that a statement makes, reads first."""
    aliases: dict[str, Name] = {}
    for ref in from_clauses(statement, data):
        if is_cte(ref.name, expressions, statement):
            continue
        if ref.alias:
            aliases.setdefault(ref.alias.lower(), ref.name)
        yield Use(ref.name, "read", True)
    bound = {cte.name.lower() for cte in expressions}
    for index, token in enumerate(statement):
        if token.kind != WORD or is_qualified(statement, index):
            continue
        target = _written(statement, index, data)
        if target is not None and not (len(target.name.parts) == 1 and target.name.last.lower() in bound):
            yield _through_alias(target, aliases)
        yield from _mentioned(statement, index, data)


def is_cte(name: Name, expressions: Sequence[Cte], statement: Statement) -> bool:
    """Whether a name means a common table expression: one that ended before it, or that began before if recursive."""
    if len(name.parts) > 1:
        return False
    for cte in expressions:
        if cte.name.lower() == name.last.lower():
            end = statement[cte.closing].end if cte.closing < len(statement) else statement[-1].end + 1
            if name.start >= (statement[cte.opening].start if cte.recursive else end):
                return True
    return False


def _through_alias(use: Use, aliases: Mapping[str, Name]) -> Use:
    if len(use.name.parts) > 1:
        return use
    meant = aliases.get(use.name.last.lower(), use.name)
    here = replace(meant, start=use.name.start, end=use.name.end, at=use.name.at)
    return Use(here, use.kind, use.moves_data)


def _written(statement: Statement, index: int, data: bytes) -> Use | None:
    """What the word at `index` announces as written."""
    word, before = statement[index].text, word_at(statement, index - 1)
    if word == "INTO":
        found = _into(statement, index, data)
    elif word == "OVERWRITE":
        found = table_after(statement, index + 1, data, listed=True) if before == "INSERT" else None
    elif word == "UPDATE":
        found = _updated(statement, index, data)
    elif word == "DELETE":
        found = _deleted(statement, index, data)
    elif word == "MERGE":
        found = table_after(statement, 1, data) if index == 0 and word_at(statement, 1) != "INTO" else None
    elif word == "TRUNCATE":
        found = table_after(statement, 1, data) if index == 0 else None
    elif word in ("DROP", "ALTER") and index == 0:
        return _dropped(statement, data)
    elif word == "COPY":
        found = table_after(statement, 1, data, listed=True) if index == 0 and word_at(statement, 1) != "INTO" else None
    else:
        return None
    return Use(found, "write", True) if found is not None else None


def _into(statement: Statement, index: int, data: bytes) -> Name | None:
    before = word_at(statement, index - 1)
    selected = before not in _BEFORE_INTO
    if selected and (is_routine(statement) or word_at(statement, 0) not in ("SELECT", "WITH")):
        return None
    return table_after(statement, index + 1, data, listed=not selected)


def _updated(statement: Statement, index: int, data: bytes) -> Name | None:
    if index and (word_at(statement, index - 1) in _NOT_BEFORE_UPDATE or is_mark(statement[index - 1], ",")):
        return None
    found = table_after(statement, index + 1, data)
    if found is None:
        return None
    following = [word_at(statement, k) for k in range(found.stop, found.stop + _SET_WITHIN)]
    return found if "SET" in following else None


def _deleted(statement: Statement, index: int, data: bytes) -> Name | None:
    if index and (word_at(statement, index - 1) in _NOT_BEFORE_UPDATE or is_mark(statement[index - 1], ",")):
        return None
    at = index + 2 if word_at(statement, index + 1) == "FROM" else index + 1
    found = table_after(statement, at, data)
    if found is None or at == index + 2:
        return found
    return found if word_at(statement, found.stop) == "FROM" else None


def _dropped(statement: Statement, data: bytes) -> Use | None:
    """The table or view of ALTER and DROP."""
    at = next((k for k in range(1, min(4, len(statement))) if word_at(statement, k) in ("TABLE", "VIEW")), 0)
    if not at:
        return None
    at += 2 if word_at(statement, at + 1) == "IF" and word_at(statement, at + 2) == "EXISTS" else 0
    found = table_after(statement, at + 1, data)
    return Use(found, "write", False) if found is not None else None


def _mentioned(statement: Statement, index: int, data: bytes) -> Iterator[Use]:
    """A foreign key's table, the table of an index or trigger, a called routine."""
    word = statement[index].text
    found: Name | None = None
    kind: Kind = "read"
    if word in _CALLS:
        found, kind = _called(statement, index, data), "call"
    elif word == "ON":
        found = dotted(statement, index + 1, data) if _of_index(statement, index) else None
    elif word == "REFERENCES" or (word in _MENTIONS and _like(statement, index)):
        at = index + 2 if index + 1 < len(statement) and is_mark(statement[index + 1], "(") else index + 1
        found = dotted(statement, at, data) if word_at(statement, 0) != "GRANT" else None
    if found is not None:
        yield Use(found, kind, False)


def _called(statement: Statement, index: int, data: bytes) -> Name | None:
    """The routine of CALL f, EXEC f, EXECUTE FUNCTION f; not that of EXECUTE IMMEDIATE."""
    following = word_at(statement, index + 1)
    if following in ("FUNCTION", "PROCEDURE"):
        return dotted(statement, index + 2, data)
    if following == "IMMEDIATE" or (statement[index].text == "EXECUTE" and index > 0):
        return None
    return dotted(statement, index + 1, data)


def _of_index(statement: Statement, index: int) -> bool:
    """Whether this ON is that of CREATE INDEX or CREATE TRIGGER, which comes once and early."""
    if word_at(statement, 0) != "CREATE" or index > _EARLY:
        return False
    words = [word_at(statement, k) for k in range(index)]
    return words.count("ON") == 0 and ("INDEX" in words[:4] or ("TRIGGER" in words[:8] and "EXECUTE" not in words))


def _like(statement: Statement, index: int) -> bool:
    """Whether LIKE, CLONE, INHERITS or PARTITION OF stands in the head of CREATE TABLE, not in an expression."""
    head = [word_at(statement, k) for k in range(1, min(index, 24))]
    if word_at(statement, 0) != "CREATE" or "TABLE" not in head or "SELECT" in head or "CHECK" in head:
        return False
    return statement[index].text != "OF" or word_at(statement, index - 1) == "PARTITION"
