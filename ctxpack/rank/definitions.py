"""Ranks the definitions of the likely files; a score is a sum of signals in log-odds of being edited.

Most edited definitions contain words of the task, but not all, so every definition of a likely file is scored. The
file's own score counts as much as the definition's words; a long definition is edited more often than a short one, and
one of few in its file more often than one of many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctxpack.model import Ranked, Reason, Role, Target
from ctxpack.rank import signals
from ctxpack.rank.chances import of_symbol
from ctxpack.rank.corpus import Corpus
from ctxpack.rank.evidence import BySymbol, Evidence, rounded
from ctxpack.rank.lexical import Named
from ctxpack.rank.query import Query
from ctxpack.rank.weights import Weights

FILES = 40
"""How many files from the top of the ranking have their definitions scored."""

LEAST = 0.002
"""Definitions below this edit probability are not listed."""

_NOT_RANKED = frozenset({"field", "section", "key"})
_NAMES = frozenset({"variable", "constant"})
_EDITED: frozenset[Role] = frozenset({"source", "schema"})
_TESTS_INSIDE = frozenset({"rust"})
_TESTS = frozenset({"tests", "test"})
"""Names of test modules, in languages whose unit tests are inside the files that they test."""

_OTHER_CASE = 0.25
"""The factor for a name that the task has in another case."""


@dataclass(frozen=True, slots=True)
class Question:
    """One ranking's input: the target, its parsed task, the corpus and the weights of the signals."""

    target: Target
    query: Query
    corpus: Corpus
    weights: Weights


@dataclass(frozen=True, slots=True)
class Told:
    """Signals for definitions that the file ranking computed already.

    `named` (the task names it) and `framed` (it is in a stack trace) are by (path, qualified name); `adjacent` (words
    next to each other, as in the task) is by (path, index in the file).
    """

    named: Mapping[tuple[str, str], Evidence]
    framed: Mapping[tuple[str, str], Evidence]
    adjacent: BySymbol


def rank(asked: Question, best: Sequence[Ranked], told: Told) -> tuple[Ranked, ...]:
    """The definitions of the first `FILES` files of `best` that may be edited, likeliest first."""
    chosen = best[:FILES]
    evidence = _Evidence(asked, told, [one.path for one in chosen])
    made: list[Ranked] = []
    for place, file in enumerate(chosen, 1):
        found = [one for one in asked.corpus.index.symbols_of(file.path) if one.kind not in _NOT_RANKED]
        of_file = tuple(evidence.of_file(file, file.score / chosen[0].score, place, len(found)))
        for one, reasons in zip(found, evidence.of(found), strict=True):
            made.append(_scored(one, (*reasons, *of_file)))
    listed = (one for one in made if of_symbol(one, asked.weights.symbols) >= LEAST)
    return tuple(sorted(listed, key=lambda one: (-one.score, one.path, one.line)))


def _scored(one: Named, reasons: tuple[Reason, ...]) -> Ranked:
    return Ranked(one.path, one.qualname, one.line, rounded(sum(reason.score for reason in reasons)), reasons)


def _own_lines(found: Sequence[Named]) -> list[int]:
    """The number of lines of each definition without those of the definitions nested in it, at least 1."""
    own = [one.span[1] - one.span[0] + 1 for one in found]
    enclosing: list[int] = []
    for place in sorted(range(len(found)), key=lambda place: (found[place].span[0], -found[place].span[1], place)):
        first, last = found[place].span
        while enclosing and found[enclosing[-1]].span[1] < last:
            enclosing.pop()
        if enclosing and found[enclosing[-1]].span[0] <= first:
            own[enclosing[-1]] -= last - first + 1
        enclosing.append(place)
    return [max(1, lines) for lines in own]


class _Evidence:
    """Computes the reasons for the definitions of one ranking."""

    def __init__(self, asked: Question, told: Told, paths: Iterable[str]) -> None:
        self._asked, self._told, self._worth = asked, told, asked.weights.symbols
        self._words = signals.symbol_words(asked.query, asked.corpus, paths, asked.weights.field_weights)
        self._wanted = dict(asked.query.terms)
        self._lower = frozenset(word.lower() for word in asked.query.said)
        self._most_words = max(self._words.values(), default=0.0) or 1.0
        self._most_adjacent = max((found.score for found in told.adjacent.values()), default=0.0) or 1.0

    def of_file(self, file: Ranked, share: float, place: int, count: int) -> Iterator[Reason]:
        """The reasons that all definitions of a file share."""
        yield _reason("file", self._worth["file"] * share, "score of its file")
        yield _reason("place", self._worth["place"] * math.log(FILES / place), f"its file is number {place}")
        yield _reason("among", self._worth["among"] * math.log(max(1, count)), f"one of {count} in its file")
        role = self._asked.corpus.file(file.path).role
        if role not in _EDITED:
            yield self._of_role(role, f"{role} file")

    def of(self, found: Sequence[Named]) -> Iterator[tuple[Reason, ...]]:
        """The reasons of each definition of one file, in the order of `found`."""
        words = [self._words.get((one.path, one.symbol), 0.0) for one in found]
        ordered = sorted(words, reverse=True)
        for one, own, lines in zip(found, words, _own_lines(found), strict=True):
            among = self._among(own, ordered[0], ordered.index(own) + 1)
            yield (*self._of_words(one, own), *among, *self._pointed(one), *self._of_shape(one, lines))

    def _among(self, own: float, most: float, place: int) -> Iterator[Reason]:
        """How a definition's word score compares with the others in its file; `place` is its rank there."""
        if own:
            yield _reason("share", self._worth["share"] * own / most, "of the most words in its file")
        yield _reason("order", self._worth["order"] * math.log(place), f"number {place} by words in its file")

    def _of_shape(self, one: Named, lines: int) -> Iterator[Reason]:
        yield _reason("size", self._worth["size"] * math.log(lines), f"{lines} lines of its own")
        if one.kind in _NAMES:
            yield _reason("variable", self._worth["variable"], f"a {one.kind}")
        file = self._asked.corpus.files[one.path]
        if file.language in _TESTS_INSIDE and file.role in _EDITED and _TESTS & set(one.qualname.split(".")):
            yield self._of_role("test", "a test in its file")

    def _of_role(self, role: Role, because: str) -> Reason:
        about_it = role == "test" and self._asked.query.about_tests
        return _reason("role", self._worth["role"] / (2 if about_it else 1), because)

    def _of_words(self, one: Named, own: float) -> Iterator[Reason]:
        if own:
            yield _reason("words", self._worth["words"] * own / self._most_words, "words of the task")
            if worth := signals.name_words(one.name, self._wanted, self._asked.corpus):
                yield _reason("name", self._worth["name"] * worth, "parts of its name")
            if near := self._told.adjacent.get((one.path, one.symbol)):
                worth = self._worth["adjacent"] * near.score / self._most_adjacent
                yield _reason("adjacent", worth, near.because)

    def _pointed(self, one: Named) -> Iterator[Reason]:
        if one.name in self._asked.query.said:
            yield _reason("said", self._worth["said"], "its name is in the task")
        elif one.name.lower() in self._lower:
            yield _reason("said", self._worth["said"] * _OTHER_CASE, "its name is in the task, in other case")
        key = (one.path, one.qualname)
        for name, evidence in (("named", self._told.named.get(key)), ("stack trace", self._told.framed.get(key))):
            if evidence is not None:
                yield _reason(name, self._worth[name] * evidence.score, evidence.because)
        if key in self._asked.target.symbols or _changed(self._asked.target, one.path, one.span):
            yield _reason("given", self._worth["given"], "named as target or changed")


def _reason(name: str, score: float, because: str) -> Reason:
    return Reason(name, rounded(score), because)


def _changed(target: Target, path: str, span: tuple[int, int]) -> bool:
    return any(
        first <= span[1] and last >= span[0]
        for change in target.changes
        if change.path == path
        for first, last in change.spans
    )
