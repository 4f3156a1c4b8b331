"""Finds tables and columns in SQL statements, in files or in strings of code, by the table's name alone.

Used where no link tells which table a statement reads: in strings; for tables that no statement creates under that name
(a migration renamed them, a program makes them); and for tables that several files create, such as migrations and a
dump of the resulting schema. Also finds types in code that declare a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ctxpack.check import written
from ctxpack.check.comparison import Comparison, line_map
from ctxpack.check.findings import Use
from ctxpack.check.suspect import Suspect
from ctxpack.model import FileFacts

_NAMED, _IN_STRING, _MAPPED, _LIKE = 0.98, 0.85, 0.95, 0.6
"""The confidence in a match: in a statement, in a string, by a type that says it is the table, by a type's name."""

_READ, _OTHERS = 0.97, 0.6
"""The confidence that a statement which names the table breaks; the second if another database has one of that name."""

_TAKING = frozenset({"reads", "writes", "refs"})
_LONGEST = 400_000
_ROLES = frozenset({"source", "schema", "test", "generated"})
_UNLINKED = frozenset({"xml"})
"""The languages (mappers of MyBatis) whose statements have no links to tables."""

_MEANT = frozenset({"column-type", "column-nullable"})
"""What does not break the text of a statement, but perhaps what is meant by it."""

_UNREAD = frozenset({"sql", "yaml", "markdown", "json", "toml", "csv", ""})


def in_statements(text: str, language: str, table: str, column: str) -> dict[int, float]:
    """The lines of a text on which a statement names a column of a table, with the confidence of each."""
    found: dict[int, float] = {}
    if len(text) > _LONGEST or table.lower() not in text.lower():
        return found
    for one in written.statements(text, language):
        reader = written.reader(one.around, table)
        for at, sure in written.naming(one, column, reader) if reader is not None else ():
            line = text.count("\n", 0, at) + 1
            found[line] = max(found.get(line, 0.0), sure)
    return {line: sure for line, sure in found.items() if sure}


def naming(text: str, language: str, table: str) -> frozenset[int]:
    """The lines of a text on which a statement reads or writes a table; schemas must match where both are given."""
    owner, _, own = table.lower().rpartition(".")
    if len(text) > _LONGEST or own not in text.lower():
        return frozenset()
    found: set[int] = set()
    for begin, statement, _ in written.statements(text, language):
        if written.VERB.search(statement) is None or re.search(rf"(?i)\b{re.escape(own)}\s+as\s+\(", statement):
            continue
        for match in written.TABLE.finditer(statement):
            schema = match["owner"].strip('"`[].').lower()
            if match["name"].lower() == own and not (schema and owner and schema != owner):
                found.add(text.count("\n", 0, begin + match.start("name")) + 1)
    return frozenset(found)


def uses(found: Sequence[Suspect], paths: Iterable[str], compared: Comparison) -> Iterator[tuple[Suspect, Use]]:
    """The users of tables and columns that migrations change, where links do not tell.

    `paths` are of the state after. SQL statements with a link for the table's name are skipped, and so are files that
    declare the table themselves, such as a dump that is not updated yet.
    """
    moved, tables = [one for one in found if one.by], [one for one in found if one.table]
    for path in sorted(paths) if tables else ():
        file = compared.after.files.get(path)
        if file is None or not (file.role in _ROLES or file.language in _UNLINKED):
            continue
        wanted = tables if file.language in _UNLINKED else moved
        if not wanted:
            continue
        facts, text = compared.new_facts(path), compared.new_text(path)
        kept = _kept(path, compared)
        for one in wanted:
            if file.language == "sql" and (path in (one.path, one.by) or path in dict(one.also)):
                continue
            for line, sure in _lines(one, text, path, compared):
                if kept is None or line in kept:
                    yield (
                        one,
                        Use(path, line, _around(facts, line), "names", "", file.role == "test", "table name", sure),
                    )
            if one.column and file.language not in _UNREAD and one.kind in ("column-removed", "column-renamed"):
                table = one.table.rpartition(".")[2]
                yield from ((one, use) for use in _declared(path, facts, one, table))


def _lines(one: Suspect, text: str, path: str, compared: Comparison) -> Iterator[tuple[int, float]]:
    """The lines of a file that use a table or column, matched by the table's name, with the confidence of each."""
    language = compared.language(path)
    if one.column:
        lines: Mapping[int, float] = in_statements(text, language, one.table.rpartition(".")[2], one.column)
    else:
        lines = dict.fromkeys(naming(text, language, one.table), _READ)
    if not lines or (language == "sql" and _is_linked(one, path, compared)):
        return
    stated = language == "sql" or (language in _UNLINKED and one.kind not in _MEANT)
    sure = _OTHERS if one.shared else _NAMED if stated else _IN_STRING
    yield from ((line, round(guess * sure, 4)) for line, guess in sorted(lines.items()))


def _is_linked(one: Suspect, path: str, compared: Comparison) -> bool:
    """Whether a file has a link for the table's name, which then tells what it means."""
    old, own = compared.before_path(path), one.table.rpartition(".")[2].lower()
    links = compared.before.links([old]).get(old, ()) if old in compared.before.files else ()
    return any(link.kind in _TAKING and link.name.rpartition(".")[2].strip('"`[]').lower() == own for link in links)


def _kept(path: str, compared: Comparison) -> frozenset[int] | None:
    """The lines of a file that were already there before the change; None for all."""
    if not compared.is_changed(path):
        return None
    return frozenset(line_map(compared.old_text(compared.before_path(path)), compared.new_text(path)).values())


def _around(facts: FileFacts, line: int) -> str:
    """The qualified name of the innermost definition that contains a line; "" for none."""
    return next((one.qualname for one in reversed(facts.definitions) if one.span[0] <= line <= one.span[1]), "")


def _declared(path: str, facts: FileFacts, one: Suspect, table: str) -> Iterator[Use]:
    """Members named like the column in types named like the table; surer if a macro declares the type as a table."""
    for member in facts.definitions:
        owner = facts.definitions[member.parent] if member.parent >= 0 else None
        if owner is None or member.name.lower() != one.column.lower() or member.kind in ("method", "function"):
            continue
        if owner.name.lower() == table.lower():
            sure = _MAPPED if owner.signature.startswith("table!") else _LIKE
            yield Use(path, member.line, member.qualname, "declares", "", False, "type of the name", sure)
