"""Finds the users of removed or changed columns: files that read the table and contain the column's name.

Where column lineage can be computed for a file's queries, it tells which columns are computed from the suspect. Columns
that are only in filters or joins, and queries that cannot be analysed, are matched by name. A match is nearly certain
if it is qualified by the table, or if the file reads no other table; it is a guess if the file itself makes a column of
that name, or reads several tables.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ctxpack.check.comparison import Comparison
from ctxpack.check.findings import Use
from ctxpack.check.suspect import Suspect
from ctxpack.datamodel.strings import IN_STRING
from ctxpack.model import Column, Link

if TYPE_CHECKING:
    from ctxpack.check.uses import _User

_COMPUTED, _QUALIFIED, _ALONE, _QUOTED, _GUESSED = 0.97, 0.96, 0.93, 0.6, 0.5
_ENTRY = 4
"""In YAML, lines at most this far from a table's name belong to the same entry, such as a relationship test's field."""

_READING = frozenset({"refs", "reads", "writes"})
_ALIAS = r"(?:\s*\}\}|\s*[\"`\])])*\s+(?:as\s+)?([A-Za-z_]\w*)"
_NOT_ALIASES = frozenset(
    """on where group order left right inner full cross join union limit having select using as and set lateral qualify
    window natural outer values with from except intersect""".split()
)
_LONGEST = 50_000
"""A query with more characters is not split into its subqueries, since that costs time for every match."""

_OWNER = re.compile(r"([A-Za-z_]\w*)[\"`\]]?\.[\"`\[]?$")
_RELATION = re.compile(r"\b(?:from|join|using|lateral)\b", re.IGNORECASE)
_UNITED = re.compile(r"\b(?:union|except|intersect)\b", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)


class Tables:
    """The suspect columns, by the definitions (path, symbol) that stand for their tables."""

    def __init__(self, found: Sequence[Suspect], compared: Comparison) -> None:
        """Find these definitions: the table's own, and for an entry in a dbt property file the model's file."""
        self.places: dict[tuple[str, int], list[Suspect]] = defaultdict(list)
        for one in found:
            for place in self._places(one, compared):
                self.places[place].append(one)

    @staticmethod
    def _places(one: Suspect, compared: Comparison) -> Iterator[tuple[str, int]]:
        yield from one.places
        if one.path not in compared.before.files or compared.before.files[one.path].language != "yaml":
            return
        described = [
            link.target
            for link in compared.before.links([one.path]).get(one.path, ())
            if link.kind == "defines" and link.scope in one.members
        ]
        for target in described:
            # A property file only describes a model: a column missing there matters only if the model has lost it.
            if not (
                one.kind in ("column-removed", "column-renamed") and word(one.column).search(_now(target, compared))
            ):
                yield target, -1


def _now(path: str, compared: Comparison) -> str:
    after = next((pair.after for pair in compared.pairs if pair.before == path), path)
    return _COMMENT.sub("", compared.new_text(after))


def uses(user: _User, tables: Tables) -> Iterator[tuple[Suspect, Use]]:
    """The uses in a file of suspect columns of tables that it reads."""
    reading = [link for link in user.links if link.kind in _READING and user.line(link.line) and user.bound(link)]
    for link in reading:
        for one in tables.places.get((link.target, link.symbol), ()):
            if user.old != one.path and user.old not in dict(one.also):
                alone = len({(other.target, other.symbol) for other in reading}) == 1
                yield from ((one, use) for use in _in_file(user, link, one, alone=alone))


def tested(user: _User, tables: Tables) -> Iterator[tuple[Suspect, Use]]:
    """The tests in a dbt property file of suspect columns of the model that it describes."""
    for link in user.links:
        if link.kind != "defines" or not user.line(link.line):
            continue
        for one in tables.places.get((link.target, link.symbol), ()):
            if one.path == user.old or not one.kind.startswith(("column-removed", "column-renamed")):
                continue
            for column in _tested(user, link.name, one.column):
                sure = round(_COMPUTED * one.confidence, 4)
                yield one, Use(user.new, column.line, link.name, "tests", "", user.test, link.origin, sure)


def _tested(user: _User, model: str, name: str) -> Iterator[Column]:
    """The columns of that name, with tests, in the present entry of a model."""
    for table in user.compared.new_facts(user.new).tables:
        if table.name.lower() == model.lower():
            yield from (one for one in table.columns if one.tests and one.name.lower() == name.lower())


def _in_file(user: _User, link: Link, one: Suspect, *, alone: bool) -> Iterator[Use]:
    text = bare(user.compared.new_text(user.new))
    if one.column.lower() not in text.lower():
        return
    makes = re.search(rf"(?i)\bas\s+[\"`\[]?{re.escape(one.column)}(?!\w)", text) is not None
    reader = Reader(user.compared.language(user.new), _names(user, link, text), alone, alone and not makes)
    at = user.line(link.line)
    first, last = _around(user, link)
    kept = frozenset(user.lines.values()) if user.lines is not None else None
    found: dict[int, float] = {}
    for match in word(one.column).finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        number = text.count("\n", 0, start) + 1
        if not first <= number <= last:
            continue
        if (kept is not None and number not in kept) or (reader.language == "yaml" and abs(number - at) > _ENTRY):
            continue
        sure = reader.sure(text[start : match.start()])
        if sure == _GUESSED and not makes and not _OWNER.search(text[start : match.start()]):
            sure = _ALONE if _is_read_alone(text, match.start(), at) else sure
        if not sure and reader.language == "sql" and _is_argument(text, match.start()):
            sure = _QUOTED
        found[number] = max(found.get(number, 0.0), sure)
    if reader.language == "sql":
        _raise_computed(found, user.compared.after.computed(user.new, frozenset({last_of(link)}), one.column), at)
    for number, guess in found.items():
        sure = round(guess * link.confidence * one.confidence, 4)
        if sure:
            yield Use(user.new, number, user.scope(link), "names", "", user.test, link.origin, sure)


def _around(user: _User, link: Link) -> tuple[int, int]:
    """The lines on which a column of a link's table may be meant: those of the definition around a string.

    Elsewhere in the file the same name may be that of another table's column.
    """
    scope = user.scope(link) if link.origin == IN_STRING else ""
    spans = (
        [one.span for one in user.compared.new_facts(user.new).definitions if one.qualname == scope] if scope else []
    )
    return spans[0] if len(spans) == 1 else (1, sys.maxsize)


def _is_argument(text: str, at: int) -> bool:
    """Whether a string inside a template tag begins at `at`, such as an argument of a macro."""
    if text[at - 1 : at] not in ("'", '"'):
        return False
    return any(text.rfind(begin, 0, at) > text.rfind(end, 0, at) for begin, end in (("{{", "}}"), ("{%", "%}")))


def _is_read_alone(text: str, at: int, line: int) -> bool:
    """Whether the subquery around the offset `at` reads one relation only, and names it at this line."""
    if len(text) > _LONGEST:
        return False
    begin, part = _part(text, at)
    relations = list(_RELATION.finditer(part))
    if len(relations) != 1:
        return False
    first = text.count("\n", 0, begin + relations[0].start()) + 1
    return first <= line <= first + 1


def _part(text: str, at: int) -> tuple[int, str]:
    """The innermost subquery around an offset, with its start: inner brackets blanked, cut at `union` and the like."""
    begin, depth = at, 0
    while begin > 0 and depth >= 0:
        begin -= 1
        depth += (text[begin] == ")") - (text[begin] == "(")
    begin += depth < 0
    kept, depth = [], 0
    for char in text[begin:]:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            break
        kept.append(char if (depth == 0 and char not in "()") or char == "\n" else " ")
    whole, here = "".join(kept), at - begin
    cuts = [0, *(found.start() for found in _UNITED.finditer(whole)), len(whole)]
    first = max(cut for cut in cuts[:-1] if cut <= here)
    return begin + first, whole[first : min(cut for cut in cuts if cut > first)]


def last_of(link: Link) -> str:
    """The last part of a link's name, in lower case."""
    return link.name.rpartition(".")[2].lower()


def _raise_computed(found: dict[int, float], lines: frozenset[int] | None, at: int) -> None:
    """Raise the confidence of those of the `found` lines that compute columns, or else of the one nearest to `at`."""
    if not lines or not found:
        return
    meant = lines & found.keys() or {min(found, key=lambda line: (abs(line - at), line))}
    for line in sorted(meant):
        found[line] = max(found[line], _COMPUTED)


class Reader(NamedTuple):
    """How a file reads a table: by which names, whether it reads no other, and whether a bare column must be its."""

    language: str
    names: frozenset[str]
    alone: bool
    bare: bool

    def sure(self, before: str) -> float:
        """The confidence that a column's name means the column, from the text `before` it on its line; 0 if not."""
        if self.language == "yaml":
            return _QUALIFIED if re.search(r"\bfield\s*:\s*['\"]?$", before) else 0.0
        if self.language != "sql":
            return _QUOTED if before[-1:] in ("'", '"') else 0.0
        owner = _OWNER.search(before)
        if owner is not None:
            return _QUALIFIED if owner[1].lower() in self.names else _GUESSED if self.alone else 0.0
        if re.search(r"(?i)\bas\s+[\"`\[]?$", before) or before[-1:] == "'":
            return 0.0
        return _ALONE if self.bare else _GUESSED


def _names(user: _User, link: Link, text: str) -> frozenset[str]:
    """The names of a table in a file: its own, its aliases, and that of a common table expression that reads it."""
    line = user.line(link.line)
    found = {last_of(link)}
    rest = text.split("\n")[line - 1][link.column :]
    alias = re.match(rf"[\"'`\w.$]+(?:['\"]\s*\))?{_ALIAS}", rest)
    if alias and alias[1].lower() not in _NOT_ALIASES:
        found.add(alias[1].lower())
    around = user.scope(link).rpartition(".")[2].lower()
    return frozenset({*found, around, *_aliases(around, text)} - {""})


def _aliases(name: str, text: str) -> frozenset[str]:
    """The aliases that a query gives to a relation where it reads it."""
    found = re.findall(rf"(?i)\b(?:from|join)\s+{re.escape(name)}\s+(?:as\s+)?([A-Za-z_]\w*)", text) if name else ()
    return frozenset(one.lower() for one in found) - _NOT_ALIASES


@cache
def word(name: str) -> re.Pattern[str]:
    """A pattern for a name as a whole word, ignoring case."""
    return re.compile(rf"(?i)(?<![\w$]){re.escape(name)}(?![\w$])")


@lru_cache(maxsize=64)
def bare(text: str) -> str:
    """A text with its SQL and Jinja comments blanked; offsets and lines stay the same."""
    return _COMMENT.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    """A comment replaced by blanks, so that offsets stay the same."""
    return re.sub(r"[^\n]", " ", found[0])
