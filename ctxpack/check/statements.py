"""Columns in statements of SQL, be these a file or strings in code, found by the name of their table alone.

Used where no link tells which statement reads a table: in strings, and for tables whose name no statement creates,
because a migration renamed them or a program makes them. And the types by which programs declare a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ctxpack.check.columns import Reader, bare, word
from ctxpack.check.state import State, line_map
from ctxpack.check.values import Suspect, Use
from ctxpack.model import FileFacts

_NAMED, _IN_STRING, _MAPPED, _LIKE = 0.95, 0.85, 0.95, 0.6
"""How sure a table is meant by its name in a statement, in a string, by a type that says so, by a type of its name."""

_LITERAL = re.compile(
    r"(?P<quote>\"\"\"|''').*?(?P=quote)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`", re.DOTALL
)
_BETWEEN = re.compile(r"[\s+\\.]*f?")
_TABLE = re.compile(
    r"\b(?:from|join|into|update|table)\s+(?:only\s+)?[\"`\[]?(?:\w+[\"`\]]?\.[\"`\[]?)*(\w+)[\"`\]]?"
    r"(?:[^\S\n]+(?:as\s+)?([a-z_]\w*))?",
    re.IGNORECASE,
)
_LONGEST = 400_000
_KEYWORDS = frozenset(
    """on where group order left right inner full cross join union limit having select using as set values natural from
    returning default lateral with for window offset""".split()
)
_ROLES = frozenset({"source", "schema", "test", "generated"})
_UNREAD = frozenset({"sql", "yaml", "markdown", "json", "toml", "csv", ""})


def in_statements(text: str, language: str, table: str, column: str) -> dict[int, float]:
    """The lines of a text that name a column of a table in a statement, with how sure it is that they do."""
    found: dict[int, float] = {}
    if len(text) > _LONGEST or table.lower() not in text.lower():
        return found
    for begin, statement in _statements(text, language):
        named = [(match[1].lower(), (match[2] or "").lower()) for match in _TABLE.finditer(statement)]
        if table.lower() not in (name for name, _ in named):
            continue
        alone = {name for name, _ in named} == {table.lower()}
        aliases = {alias for name, alias in named if name == table.lower() and alias not in _KEYWORDS}
        reader = Reader("sql", frozenset({table.lower(), *aliases} - {""}), alone, alone)
        for match in word(column).finditer(statement):
            start = statement.rfind("\n", 0, match.start()) + 1
            line = text.count("\n", 0, begin + match.start()) + 1
            found[line] = max(found.get(line, 0.0), reader.sure(statement[start : match.start()].lstrip("\"'`")))
    return {line: sure for line, sure in found.items() if sure}


def _statements(text: str, language: str) -> Iterator[tuple[int, str]]:
    """The statements of a file of SQL, or else the strings in it that may be some, each with its place."""
    if language == "sql":
        begin = 0
        for part in bare(text).split(";"):
            yield begin, part
            begin += len(part) + 1
        return
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


def uses(found: Sequence[Suspect], paths: Iterable[str], state: State) -> Iterator[tuple[Suspect, Use]]:
    """The users of columns that migrations change, in files that no link tells of; `paths` are of the state after.

    In SQL, a table that a statement creates by its name is linked to its users, and not looked for by name again.
    """
    wanted = [one for one in found if one.by and one.column]
    for path in sorted(paths) if wanted else ():
        file = state.after.files.get(path)
        if file is None or file.role not in _ROLES:
            continue
        facts, text = state.new_facts(path), state.new_text(path)
        kept = _kept(path, state)
        for one in wanted:
            table = one.symbol.rpartition(".")[0].rpartition(".")[2]
            linked = bool(one.members) and file.language == "sql"
            lines = {} if linked else in_statements(text, file.language, table, one.column)
            for line, guess in sorted(lines.items()):
                sure = round(guess * (_NAMED if file.language == "sql" else _IN_STRING), 4)
                if kept is None or line in kept:
                    yield (
                        one,
                        Use(path, line, _around(facts, line), "names", "", file.role == "test", "table name", sure),
                    )
            if file.language not in _UNREAD and one.kind in ("column-removed", "column-renamed"):
                yield from ((one, use) for use in _declared(path, facts, one, table))


def _kept(path: str, state: State) -> frozenset[int] | None:
    """The lines of a file that were there before; None for all of them."""
    if not state.is_changed(path):
        return None
    return frozenset(line_map(state.old_text(state.before_path(path)), state.new_text(path)).values())


def _around(facts: FileFacts, line: int) -> str:
    """The innermost definition that a line is in."""
    return next((one.qualname for one in reversed(facts.definitions) if one.span[0] <= line <= one.span[1]), "")


def _declared(path: str, facts: FileFacts, one: Suspect, table: str) -> Iterator[Use]:
    """The members of types of a table's name that are columns: by a macro that says so, or by the two names alone."""
    for member in facts.definitions:
        owner = facts.definitions[member.parent] if member.parent >= 0 else None
        if owner is None or member.name.lower() != one.column.lower() or member.kind in ("method", "function"):
            continue
        if owner.name.lower() == table.lower():
            sure = _MAPPED if owner.signature.startswith("table!") else _LIKE
            yield Use(path, member.line, member.qualname, "declares", "", False, "type of the name", sure)
