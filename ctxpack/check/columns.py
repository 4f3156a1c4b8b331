"""Users of columns: files that read a table and have the name of one of its columns.

Where the queries of a file can be followed, a column that comes out of them tells from what it is computed. What is
only filtered or joined by, and what cannot be followed, is told by the name alone: that is sure where it is qualified
by the table, or where the file reads nothing else; where the file makes a column of that name itself, or reads several
tables, it is a guess.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ctxpack.check.state import State
from ctxpack.check.values import Suspect, Use
from ctxpack.model import Column, Link

if TYPE_CHECKING:
    from ctxpack.check.uses import _User

_COMPUTED, _QUALIFIED, _ALONE, _QUOTED, _GUESSED = 0.97, 0.96, 0.93, 0.6, 0.5
_ENTRY = 4
"""Lines around the name of a table in YAML that belong to the same entry: a test of relations names table and field."""

_READING = frozenset({"refs", "reads", "writes"})
_ALIAS = r"(?:\s*\}\}|\s*[\"`\])])*\s+(?:as\s+)?([A-Za-z_]\w*)"
_NOT_ALIASES = frozenset(
    """on where group order left right inner full cross join union limit having select using as and set lateral qualify
    window natural outer values with from except intersect""".split()
)
_LONGEST = 50_000
"""Characters of a query beyond which its parts are not told apart, since that takes time for each use."""

_OWNER = re.compile(r"([A-Za-z_]\w*)[\"`\]]?\.[\"`\[]?$")
_RELATION = re.compile(r"\b(?:from|join|using|lateral)\b", re.IGNORECASE)
_UNITED = re.compile(r"\b(?:union|except|intersect)\b", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)


class Tables:
    """The columns that are suspect, by the places that stand for their tables."""

    def __init__(self, found: Sequence[Suspect], state: State) -> None:
        """Find the places: the table's definition, and of an entry about a model the file of the model."""
        self.places: dict[tuple[str, int], list[Suspect]] = defaultdict(list)
        for one in found:
            for place in self._places(one, state):
                self.places[place].append(one)

    @staticmethod
    def _places(one: Suspect, state: State) -> Iterator[tuple[str, int]]:
        yield from one.places
        if one.path not in state.before.files or state.before.files[one.path].language != "yaml":
            return
        described = [
            link.target
            for link in state.before.links([one.path]).get(one.path, ())
            if link.kind == "defines" and link.scope in one.members
        ]
        for target in described:
            # An entry says what a model should have; that it says less now changes nothing while the model has it.
            if not (one.kind in ("column-removed", "column-renamed") and word(one.column).search(_now(target, state))):
                yield target, -1


def _now(path: str, state: State) -> str:
    after = next((pair.after for pair in state.pairs if pair.before == path), path)
    return _COMMENT.sub("", state.new_text(after))


def uses(user: _User, tables: Tables) -> Iterator[tuple[Suspect, Use]]:
    """The columns that a file uses of the tables it reads."""
    reading = [link for link in user.links if link.kind in _READING and user.line(link.line) and user.bound(link)]
    for link in reading:
        for one in tables.places.get((link.target, link.symbol), ()):
            if user.old != one.path and user.old not in dict(one.also):
                alone = len({(other.target, other.symbol) for other in reading}) == 1
                yield from ((one, use) for use in _in_file(user, link, one, alone=alone))


def tested(user: _User, tables: Tables) -> Iterator[tuple[Suspect, Use]]:
    """The columns that an entry of a property file tests of the model that it describes."""
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
    """The columns of that name that the present entry of a model has, with tests of them."""
    for table in user.state.new_facts(user.new).tables:
        if table.name.lower() == model.lower():
            yield from (one for one in table.columns if one.tests and one.name.lower() == name.lower())


def _in_file(user: _User, link: Link, one: Suspect, *, alone: bool) -> Iterator[Use]:
    text = bare(user.state.new_text(user.new))
    if one.column.lower() not in text.lower():
        return
    makes = re.search(rf"(?i)\bas\s+[\"`\[]?{re.escape(one.column)}(?!\w)", text) is not None
    reader = Reader(user.state.language(user.new), _names(user, link, text), alone, alone and not makes)
    at = user.line(link.line)
    kept = frozenset(user.lines.values()) if user.lines is not None else None
    found: dict[int, float] = {}
    for match in word(one.column).finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        number = text.count("\n", 0, start) + 1
        if (kept is not None and number not in kept) or (reader.language == "yaml" and abs(number - at) > _ENTRY):
            continue
        sure = reader.sure(text[start : match.start()])
        if sure == _GUESSED and not makes and not _OWNER.search(text[start : match.start()]):
            sure = _ALONE if _is_read_alone(text, match.start(), at) else sure
        if not sure and reader.language == "sql" and _is_argument(text, match.start()):
            sure = _QUOTED
        found[number] = max(found.get(number, 0.0), sure)
    if reader.language == "sql":
        _raise_computed(found, user.state.after.computed(user.new, frozenset({last_of(link)}), one.column), at)
    for number, guess in found.items():
        sure = round(guess * link.confidence * one.confidence, 4)
        if sure:
            yield Use(user.new, number, user.scope(link), "names", "", user.test, link.origin, sure)


def _is_argument(text: str, at: int) -> bool:
    """Whether a place is the begin of a string in a template, such as an argument of a macro."""
    if text[at - 1 : at] not in ("'", '"'):
        return False
    return any(text.rfind(begin, 0, at) > text.rfind(end, 0, at) for begin, end in (("{{", "}}"), ("{%", "%}")))


def _is_read_alone(text: str, at: int, line: int) -> bool:
    """Whether the part of a query around a place reads one relation alone, and that on this line."""
    if len(text) > _LONGEST:
        return False
    begin, part = _part(text, at)
    relations = list(_RELATION.finditer(part))
    if len(relations) != 1:
        return False
    first = text.count("\n", 0, begin + relations[0].start()) + 1
    return first <= line <= first + 1


def _part(text: str, at: int) -> tuple[int, str]:
    """The brackets around a place, without those inside, as far as no `union` parts them; with where that begins."""
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
    """The last part of the name that a link goes by."""
    return link.name.rpartition(".")[2].lower()


def _raise_computed(found: dict[int, float], lines: frozenset[int] | None, at: int) -> None:
    """Be sure of the lines, of those `found`, from which columns are computed, or else of the one nearest to `at`."""
    if not lines or not found:
        return
    meant = lines & found.keys() or {min(found, key=lambda line: (abs(line - at), line))}
    for line in sorted(meant):
        found[line] = max(found[line], _COMPUTED)


class Reader(NamedTuple):
    """How a file reads a table: what it calls it, if it reads no other, and if a bare name can only be of it."""

    language: str
    names: frozenset[str]
    alone: bool
    bare: bool

    def sure(self, before: str) -> float:
        """How sure the name of a column means it, by what stands `before` it on its line; 0 where it does not."""
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
    """What the table is called in the file: its name, its alias, and the expression that does nothing but read it."""
    line = user.line(link.line)
    found = {last_of(link)}
    rest = text.split("\n")[line - 1][link.column :]
    alias = re.match(rf"[\"'`\w.$]+(?:['\"]\s*\))?{_ALIAS}", rest)
    if alias and alias[1].lower() not in _NOT_ALIASES:
        found.add(alias[1].lower())
    around = user.scope(link).rpartition(".")[2].lower()
    return frozenset({*found, around, *_aliases(around, text)} - {""})


def _aliases(name: str, text: str) -> frozenset[str]:
    """The other names that the parts of a query give to one of them, where they read it."""
    found = re.findall(rf"(?i)\b(?:from|join)\s+{re.escape(name)}\s+(?:as\s+)?([A-Za-z_]\w*)", text) if name else ()
    return frozenset(one.lower() for one in found) - _NOT_ALIASES


@cache
def word(name: str) -> re.Pattern[str]:
    """A name as a word of its own, in any case."""
    return re.compile(rf"(?i)(?<![\w$]){re.escape(name)}(?![\w$])")


@lru_cache(maxsize=64)
def bare(text: str) -> str:
    """A text without its comments."""
    return _COMMENT.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    """Blanks in place of a comment, so that all else stays where it is."""
    return re.sub(r"[^\n]", " ", found[0])
