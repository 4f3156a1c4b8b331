"""Optional re-ranking of the top of a ranking with a model that the user brings; off by default.

A re-ranker reads task and candidate together, which no index can, at a cost for each candidate. So it sees only the
first `FIRST`, and may only reorder those among themselves. Its verdict is one more summand of the score: its scores are
mapped onto the score range of these candidates, and each score moves by the share `SHARE` towards the mapped one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from ctxpack.errors import ConfigError
from ctxpack.model import Ranked, Ranking, Reason, Target, Value
from ctxpack.rank.evidence import rounded

FIRST = 30
"""How many files, and how many symbols, are given to a re-ranker."""

SHARE = 0.5
"""The weight of the re-ranker's score against the original one, between 0 and 1."""

SIGNAL = "reranker"


class Candidate(Value, frozen=True, array_like=True, gc=False):
    """A file (`symbol` is "") or a definition that may have to be edited, with its text."""

    path: str
    symbol: str
    text: str


class Reranker(Protocol):
    """Scores how well each candidate fits a task.

    It returns one finite score for each candidate, in order; higher is better, and scores are compared only within one
    call. It must be deterministic. `identity` must change whenever scores could, since it enters the fingerprint of
    packs.
    """

    @property
    def identity(self) -> str:
        """A string that identifies this re-ranker and its model."""

    def __call__(self, task: str, candidates: Sequence[Candidate], /) -> Sequence[float]:
        """One score for each candidate, in order."""


Text = Callable[[str, str], str]
"""Gives the text of a definition by (path, qualified name), or of the whole file if the name is ""."""


def reordered(ranking: Ranking, target: Target, text: Text, reranker: Reranker) -> Ranking:
    """The ranking with its first `FIRST` files, and first symbols, re-ranked.

    The scores of what the caller named or changed are kept, and nothing below the first ones can move up among them.
    Without a task the ranking is returned as it is. Raises ConfigError if the re-ranker returns something other
    than numbers, a wrong number of them, or one that is not finite.
    """
    if not target.task.strip():
        return ranking
    return Ranking(
        _reordered(ranking.files, target.task, text, reranker), _reordered(ranking.symbols, target.task, text, reranker)
    )


def _reordered(found: tuple[Ranked, ...], task: str, text: Text, reranker: Reranker) -> tuple[Ranked, ...]:
    asked = [one for one in found[:FIRST] if all(reason.signal != "given" for reason in one.reasons)]
    if len(asked) < 2 or asked[0].score == asked[-1].score:
        return found
    opinions = _asked(reranker, task, [Candidate(one.path, one.symbol, text(one.path, one.symbol)) for one in asked])
    least, most = min(opinions), max(opinions)
    if most == least:
        return found
    low, high = asked[-1].score, asked[0].score
    order = sorted(range(len(asked)), key=lambda place: (-opinions[place], place))
    moved = {}
    for number, place in enumerate(order, 1):
        theirs = low + (high - low) * (opinions[place] - least) / (most - least)
        because = f"the re-ranker's number {number} of {len(asked)}"
        moved[asked[place]] = Reason(SIGNAL, rounded(SHARE * (theirs - asked[place].score)), because)
    first = [_with(one, moved[one]) if one in moved else one for one in found[:FIRST]]
    return (*sorted(first, key=lambda one: (-one.score, one.path, one.line)), *found[FIRST:])


def _with(one: Ranked, reason: Reason) -> Ranked:
    return msgspec.structs.replace(one, score=rounded(one.score + reason.score), reasons=(*one.reasons, reason))


def _asked(reranker: Reranker, task: str, candidates: Sequence[Candidate]) -> list[float]:
    opinions = _numbers(reranker(task, candidates))
    if len(opinions) != len(candidates):
        raise ConfigError(f"the re-ranker gave {len(opinions)} scores for {len(candidates)} candidates")
    if not all(map(math.isfinite, opinions)):
        raise ConfigError("the re-ranker gave a score that is no finite number")
    return opinions


def _numbers(answer: object) -> list[float]:
    """What a re-ranker returned, as numbers of any kind (NumPy's too); texts are none, even where they look like one.

    Raises ConfigError for anything else.
    """
    if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
        raise ConfigError(f"the re-ranker gave {_kind(answer)} instead of one number for each candidate")
    numbers: list[float] = []
    for score in answer:
        try:
            if isinstance(score, str | bytes):
                raise TypeError
            numbers.append(float(score))
        except (TypeError, ValueError, OverflowError) as error:
            raise ConfigError(
                f"the re-ranker gave {_kind(score)} as a score, which has to be a number, higher for what fits better"
            ) from error
    return numbers


def _kind(value: object) -> str:
    """What kind of value it is, in words: "nothing (None)", "a value of type str"."""
    return "nothing (None)" if value is None else f"a value of type {type(value).__name__}"
