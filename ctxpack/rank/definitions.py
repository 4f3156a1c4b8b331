"""Which definitions of the likely files will be edited: the same sum of signals, whose unit is the logarithm of odds.

Nearly every signal speaks of words, and most edited definitions have some of the task's; but not all do, so that every
definition of a likely file is looked at. How likely its file is counts as much as its own words; a long definition is
edited more often than a short one, and one of few more often than one of many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctxpack.model import Ranked, Reason, Role, Target
from ctxpack.rank import signals
from ctxpack.rank.chances import of_symbol
from ctxpack.rank.corpus import Corpus
from ctxpack.rank.lexical import Named
from ctxpack.rank.query import Query
from ctxpack.rank.values import BySymbol, Evidence
from ctxpack.rank.weights import Weights

FILES = 40
"""How many files, the first of the ranking, are looked at definition by definition."""

LEAST = 0.002
"""The chance from which a definition is listed."""

_NOT_RANKED = frozenset({"field", "section", "key"})
_NAMES = frozenset({"variable", "constant"})
_EDITED: frozenset[Role] = frozenset({"source", "schema"})
_TESTS_INSIDE = frozenset({"rust"})
_TESTS = frozenset({"tests", "test"})
"""Modules of tests, in languages whose tests stand in the files that they test."""

_ROUND = 6


@dataclass(frozen=True, slots=True)
class Question:
    """A task as it is read, where it is asked, and what each signal is worth."""

    target: Target
    query: Query
    corpus: Corpus
    weights: Weights


@dataclass(frozen=True, slots=True)
class Told:
    """What signals say of definitions, by (path, qualified name) or (path, index in the file)."""

    named: Mapping[tuple[str, str], Evidence]
    framed: Mapping[tuple[str, str], Evidence]
    adjacent: BySymbol


def rank(asked: Question, best: Sequence[Ranked], told: Told) -> tuple[Ranked, ...]:
    """The definitions of the first files `best` that may be edited, likeliest first."""
    chosen = best[:FILES]
    evidence = _Evidence(asked, told, [one.path for one in chosen])
    made: list[Ranked] = []
    for place, file in enumerate(chosen, 1):
        found = [one for one in asked.corpus.index.symbols_of(file.path) if one.kind not in _NOT_RANKED]
        of_file = tuple(evidence.of_file(file, file.score / chosen[0].score, place, len(found)))
        made.extend(_scored(one, (*evidence.of(one), *of_file)) for one in found)
    listed = (one for one in made if of_symbol(one, asked.weights.symbols) >= LEAST)
    return tuple(sorted(listed, key=lambda one: (-one.score, one.path, one.line)))


def _scored(one: Named, reasons: tuple[Reason, ...]) -> Ranked:
    return Ranked(one.path, one.qualname, one.line, round(sum(reason.score for reason in reasons), _ROUND), reasons)


class _Evidence:
    """The reasons for definitions of one ranking."""

    def __init__(self, asked: Question, told: Told, paths: Iterable[str]) -> None:
        self._asked, self._told, self._worth = asked, told, asked.weights.symbols
        self._words = signals.symbol_words(asked.query, asked.corpus, paths, asked.weights.field_weights)
        self._wanted = dict(asked.query.terms)
        self._most_words = max(self._words.values(), default=0.0) or 1.0
        self._most_adjacent = max((found.score for found in told.adjacent.values()), default=0.0) or 1.0

    def of_file(self, file: Ranked, share: float, place: int, count: int) -> Iterator[Reason]:
        """What is the same for every definition of a file."""
        yield _reason("file", self._worth["file"] * share, "score of its file")
        yield _reason("place", self._worth["place"] * math.log(FILES / place), f"its file is number {place}")
        yield _reason("among", self._worth["among"] * math.log(max(1, count)), f"one of {count} in its file")
        role = self._asked.corpus.files[file.path].role
        if role not in _EDITED:
            yield self._of_role(role, f"{role} file")

    def of(self, one: Named) -> Iterator[Reason]:
        """What speaks for one definition."""
        yield from self._of_words(one)
        yield from self._pointed(one)
        lines = one.span[1] - one.span[0] + 1
        yield _reason("size", self._worth["size"] * math.log(max(1, lines)), f"{lines} lines")
        if one.kind in _NAMES:
            yield _reason("variable", self._worth["variable"], f"a {one.kind}")
        file = self._asked.corpus.files[one.path]
        if file.language in _TESTS_INSIDE and file.role in _EDITED and _TESTS & set(one.qualname.split(".")):
            yield self._of_role("test", "a test in its file")

    def _of_role(self, role: Role, because: str) -> Reason:
        about_it = role == "test" and self._asked.query.about_tests
        return _reason("role", self._worth["role"] / (2 if about_it else 1), because)

    def _of_words(self, one: Named) -> Iterator[Reason]:
        if own := self._words.get((one.path, one.symbol), 0.0):
            yield _reason("words", self._worth["words"] * own / self._most_words, "words of the task")
            if share := signals.name_share(one.name, self._wanted):
                yield _reason("name", self._worth["name"] * share, "parts of its name")
            if near := self._told.adjacent.get((one.path, one.symbol)):
                worth = self._worth["adjacent"] * near.score / self._most_adjacent
                yield _reason("adjacent", worth, near.because)

    def _pointed(self, one: Named) -> Iterator[Reason]:
        key = (one.path, one.qualname)
        for name, evidence in (("named", self._told.named.get(key)), ("stack trace", self._told.framed.get(key))):
            if evidence is not None:
                yield _reason(name, self._worth[name] * evidence.score, evidence.because)
        if key in self._asked.target.symbols or _changed(self._asked.target, one.path, one.span):
            yield _reason("given", self._worth["given"], "named as target or changed")


def _reason(name: str, score: float, because: str) -> Reason:
    return Reason(name, round(score, _ROUND), because)


def _changed(target: Target, path: str, span: tuple[int, int]) -> bool:
    return any(
        first <= span[1] and last >= span[0]
        for change in target.changes
        if change.path == path
        for first, last in change.spans
    )
