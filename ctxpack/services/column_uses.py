"""How sure it is that a definition with SQL in it uses one given column of a table that it reads or changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctxpack.check import written
from ctxpack.check.columns import Reader

BY_TABLE = 0.6
"""The confidence where it cannot be told: the table's columns are meant by a star, or by their order."""

_NAMES_OTHERS = 0.2
"""The confidence where the SQL names columns, but not this one: what is added to it elsewhere may."""

_STAR = re.compile(r"(?:\bselect\s+(?:distinct\s+)?|[\w\"`\]]\.|,\s*)\*", re.IGNORECASE)
_BY_ORDER = re.compile(r"\binto\s+[\w.\"`\[\]]+\s+(?:values|select)\b", re.IGNORECASE)


def sureness(text: str, language: str, lines: Sequence[int], table: str, column: str) -> float:
    """The confidence that the SQL in some lines of a file means a column of a table.

    `lines` are the first and the last, both counted from 1. All strings of a definition are taken for one statement,
    as code may put it together from several.
    """
    begin, end = _offset(text, lines[0] - 1), _offset(text, lines[1])
    if language == "xml":
        within = [one for one in written.statements(text, language) if begin <= one.begin < end]
        parts = [one.around for one in within]
    else:
        parts = [one.text for one in written.statements(text[begin:end], language)]
    together = "\n".join(parts)
    own = table.rpartition(".")[2]
    verbs = "\n".join(part for part in parts if written.VERB.search(part))
    reader = written.reader(verbs, own) or Reader("sql", frozenset({own}), alone=False, bare=False)
    statement = written.Statement(0, together, together)
    named = max((sure for _, sure in written.naming(statement, column, reader)), default=0.0)
    if named:
        return named
    return BY_TABLE if _STAR.search(together) or _BY_ORDER.search(together) or not together else _NAMES_OTHERS


def _offset(text: str, lines: int) -> int:
    """The offset behind so many lines of a text."""
    at = 0
    for _ in range(lines):
        at = text.find("\n", at) + 1
        if not at:
            return len(text)
    return at
