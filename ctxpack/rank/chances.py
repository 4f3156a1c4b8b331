"""Turns ranking scores into probabilities that a file, or a definition, will be edited.

A pack is chosen by expected use, which needs probabilities and not only an order: a first file far above the second is
surer than one that is barely ahead. Both functions are logistic, fitted by `bench/fit/chances.py` to public histories;
`bench/README.md` has their calibration on repositories that the fit has not seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ctxpack.model import Ranked

_TEST_SLOPE = 0.8
_TEST_LIFT = 2.2


def of_files(ranked: Sequence[Ranked], weights: Mapping[str, float]) -> list[float]:
    """The edit probability of each file, from its score, its score relative to the first file's, and its rank.

    `ranked` is a ranking's files, best first; the result is in the same order. Files that the caller named or a diff
    touches get 1.
    """
    first = ranked[0].score if ranked else 1.0
    return [
        1.0 if is_given(one) else logistic(_of_file(one.score, first, place, weights) - weights["even"])
        for place, one in enumerate(ranked, 1)
    ]


def _of_file(score: float, first: float, place: int, weights: Mapping[str, float]) -> float:
    return weights["score"] * score + weights["share"] * score / first + weights["place"] * math.log(place)


def of_symbol(one: Ranked, weights: Mapping[str, float]) -> float:
    """The edit probability of a definition, whose score is its log-odds up to a constant."""
    return 1.0 if is_given(one) else logistic(one.score - weights["even"])


def of_test(chance: float) -> float:
    """The probability that a test is edited along with what it tests; `chance` is what `of_files` gave for it.

    The ranking is fitted to find what a change is about, and tests do not count there, so it underrates them. Over 582
    changes in 76 public repositories, tests rated .004 were edited in .12 of cases; .018: .22; .08: .58; .27: .83.
    """
    if not 0.0 < chance < 1.0:
        return chance
    return logistic(_TEST_SLOPE * math.log(chance / (1.0 - chance)) + _TEST_LIFT)


def is_given(one: Ranked) -> bool:
    """Whether the caller named this file or symbol, or a diff touches it."""
    return any(reason.signal == "given" for reason in one.reasons)


def logistic(odds: float) -> float:
    """The probability with these log-odds (natural logarithm)."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
