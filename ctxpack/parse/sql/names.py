"""Names in SQL: `catalog.schema."table"`, templates in place of parts; and what stands at a place of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctxpack.parse.sql.tokens import MARK, QUOTED, TEMPLATE, WORD, Token, name_text

Statement = Sequence[Token]

CLAUSE_WORDS = frozenset(
    """WHERE ON USING SET JOIN INNER LEFT RIGHT FULL CROSS OUTER NATURAL GROUP ORDER HAVING LIMIT UNION EXCEPT
    INTERSECT QUALIFY WINDOW FETCH OFFSET FOR SELECT WHEN LATERAL VALUES WITH END THEN""".split()
)
"""Words that go on after a table, and so are neither its name nor its alias."""

_NOT_TABLES = CLAUSE_WORDS | frozenset(
    """UNNEST FLATTEN AS AND OR NOT NULL CASE ELSE DUAL DIRECTORY STDIN STDOUT PROGRAM PUBLIC ROLE USER
    CURRENT_DATE CURRENT_TIMESTAMP""".split()
)
_BEFORE_NAMES = frozenset({"ONLY", "TABLE", "LATERAL", "IF", "NOT", "EXISTS", "STREAM", "LIVE", "INTO", "CONCURRENTLY"})


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


def is_qualified(statement: Statement, index: int) -> bool:
    """Whether a word stands right behind a dot, and so is part of a name.

    Stars are no tokens: the FROM of `SELECT t.* FROM t` has only a dot before it, but not right before it.
    """
    before = statement[index - 1] if index else None
    return before is not None and is_mark(before, ".") and before.end == statement[index].start


def is_dot(statement: Statement, index: int) -> bool:
    """Whether a dot stands at an index."""
    return index < len(statement) and is_mark(statement[index], ".")
