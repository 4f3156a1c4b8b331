"""A second opinion on the first of a ranking, for who brings a model of their own; off unless asked for.

A re-ranker reads the task beside each candidate, which no index can, and costs as much for each: so it is shown only
the first few, and may only change their order among themselves. Its opinion is one summand of the score like any other:
the score is moved within the range of the first few by a fixed share of where the re-ranker puts the candidate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from ctxpack.errors import ConfigError
from ctxpack.model import Ranked, Ranking, Reason, Target, Value
from ctxpack.rank.values import rounded

FIRST = 30
"""How many files, and how many symbols, are shown to a re-ranker."""

SHARE = 0.5
"""How much of the new place is the re-ranker's."""

SIGNAL = "reranker"


class Candidate(Value, frozen=True, array_like=True, gc=False):
    """A file (`symbol` is "") or a definition that may have to be edited, with its text."""

    path: str
    symbol: str
    text: str


class Reranker(Protocol):
    """Tells of some candidates how well each fits a task.

    The scores, one for each candidate in order, are finite, the higher the better, and compared with each other only.
    The same input has to give the same scores. `identity` changes whenever they could, for it enters the fingerprint
    of packs.
    """

    @property
    def identity(self) -> str:
        """What tells this re-ranker from others."""

    def __call__(self, task: str, candidates: Sequence[Candidate], /) -> Sequence[float]:
        """The scores."""


Text = Callable[[str, str], str]
"""The text of a file, or of the definition (path, qualified name)."""


def reordered(ranking: Ranking, target: Target, text: Text, reranker: Reranker) -> Ranking:
    """The ranking with its first files, and its first symbols, in the order that the re-ranker has a share in.

    What the caller named or changed stays where it is, and nothing comes from behind the first ones to the front. A
    task without words is not asked about. Raises ConfigError where the re-ranker gives no usable scores.
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
    opinions = [float(score) for score in reranker(task, candidates)]
    if len(opinions) != len(candidates):
        raise ConfigError(f"the re-ranker gave {len(opinions)} scores for {len(candidates)} candidates")
    if not all(map(math.isfinite, opinions)):
        raise ConfigError("the re-ranker gave a score that is no finite number")
    return opinions
