"""The confidence of a pack: the estimated probability that it shows every file that the change will edit.

A ranking always has a first file, trustworthy or not. The features that tell are the scores (how far the first file
stands out, how many signals agree), the task (how many of its words were found, whether it names something), and the
pack (how far down the ranking it reaches). A logistic function of these, fitted to public histories by
`bench/confidence.py`, gives the probability; `bench/README.md` has its calibration on repositories that the fit has not
seen. A second logistic function tells whether the task is about this repository at all; if it seems not to be, the
pack says that instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from ctxpack.model import Confidence, Pack, Ranked, Ranking, Target, Value
from ctxpack.rank import query as queries

SURE = 0.8
"""From this probability on, no clarifying question is asked."""

_FIRST = 10
_FAR = 64
_CANDIDATES = 3
_NAMING = frozenset({"mentioned", "stack trace", "defines"})
_LEAST, _MOST = 0.02, 0.98
"""Bounds of the stated probability: the number of fitted cases supports no more extreme claim."""


class Shown(Value, frozen=True, array_like=True, gc=False):
    """What confidence depends on in a pack: the paths shown with lines, its tokens, and the count of all files."""

    paths: frozenset[str]
    tokens: int
    files: int


_FAR_OUT = 3.0
_UNHEARD_OF = 5.0
"""Spreads: from this many above the mean on, which is some thousand different words, nothing is said of a task."""


class Logistic(msgspec.Struct, frozen=True):
    """A fitted logistic function; `means` and `spreads` standardise the features before they are weighted."""

    features: tuple[str, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def __call__(self, found: Mapping[str, float]) -> float:
        """The probability for these features, given by name; raises KeyError if one is missing.

        What is farther than `_FAR_OUT` spreads from the mean counts as if it were so far: nothing is known beyond.
        """
        total = self.intercept
        for name, weight in zip(self.features, self.weights, strict=True):
            total += weight * max(-_FAR_OUT, min(_FAR_OUT, self.spreads_of(name, found)))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def spreads_of(self, name: str, found: Mapping[str, float]) -> float:
        """How many spreads a feature is above the mean of what the function was fitted to; 0 if it does not count."""
        if name not in self.features:
            return 0.0
        place = self.features.index(name)
        return (found[name] - self.means[place]) / self.spreads[place]


class Model(msgspec.Struct, frozen=True):
    """The fitted functions: `whole` (all edited files are shown) and `belongs` (the task is about this repository).

    `cases` and `repositories` count what they were fitted to. A task for which `belongs` gives less than `strange` is
    taken to be about another repository.
    """

    cases: int
    repositories: int
    whole: Logistic
    belongs: Logistic
    strange: float


@cache
def fitted() -> Model:
    """The model in `confidence.json`."""
    return msgspec.json.decode(files("ctxpack.rank").joinpath("confidence.json").read_bytes(), type=Model)


def shown_of(pack: Pack) -> Shown:
    """What the confidence depends on in a pack."""
    paths = frozenset(item.path for zone in pack.zones for item in zone.items if item.level != "mention" and item.spans)
    return Shown(paths, pack.tokens, len(paths | {one.path for one in pack.omitted}))


def confidence(ranking: Ranking, target: Target, shown: Shown, model: Model | None = None) -> Confidence:
    """The confidence that a pack for `target`, chosen by `ranking`, shows every file to be edited.

    `model` replaces the fitted one. The value is None where the caller named what is to be changed, gave no task,
    or one much longer than any that was measured.
    """
    if without := _without_guess(target):
        return Confidence(None, without)
    if not ranking.files:
        return Confidence(
            _LEAST, "no word of the task is in this repository: this pack is no answer to it", _ASK, False
        )
    known = model or fitted()
    found = features(ranking, target, shown)
    if known.whole.spreads_of("words", found) > _UNHEARD_OF:
        said = "tasks of so many words were not measured, so how sure this pack is cannot be said"
        return Confidence(None, said, _question(ranking, shown), candidates=_candidates(ranking))
    value = round(max(_LEAST, min(_MOST, known.whole(found))), 2)
    belongs = known.belongs(found)
    if belongs < known.strange:
        sentence = "the task does not seem to be about this repository: what is shown is the nearest there is"
        chance = round(max(_LEAST, value * belongs), 2)
        return Confidence(chance, sentence, _question(ranking, shown), belongs=False, candidates=_candidates(ranking))
    sentence = f"on similar tasks the edited files were all in the pack {round(100 * value)} % of the time"
    if value >= SURE:
        return Confidence(value, sentence)
    return Confidence(value, sentence, _question(ranking, shown), candidates=_candidates(ranking))


def _without_guess(target: Target) -> str:
    """Why no file had to be guessed; "" where it had."""
    if target.paths or target.symbols or target.tables or target.changes:
        return "what is to be changed was named, so no file had to be guessed"
    return "" if target.task.strip() else "no task was given"


_ASK = "say in the words of the code what is to be changed, or name a file or symbol"


def _question(ranking: Ranking, shown: Shown) -> str:
    """The clarifying question: asks for a name, and for a larger budget where many likely files did not fit."""
    names = ", ".join(_candidates(ranking))
    hidden = sum(one.path not in shown.paths for one in ranking.files[:_FIRST])
    room = f"; or give more room: {hidden} of the first {_FIRST} are not in the pack" if hidden > _FIRST // 2 else ""
    return f"name the file or symbol to be changed: candidates are {names}{room}"


def _candidates(ranking: Ranking) -> tuple[str, ...]:
    return tuple(one.path for one in ranking.files[:_CANDIDATES])


# --- features ---------------------------------------------------------------------------------------------------------


def features(ranking: Ranking, target: Target, shown: Shown) -> dict[str, float]:
    """The features by name; the ranking must have at least one file, and the target a task."""
    scores = [one.score for one in ranking.files[:_FIRST]]
    first, best = scores[0], ranking.files[:3]
    query = queries.read(target.task)
    words = frozenset(query.written.get(token, token) for token, _ in query.terms)
    return {
        "score": first,
        "margin": (first - scores[1]) / first if len(scores) > 1 else 1.0,
        "fifth": scores[4] / first if len(scores) > 4 else 0.0,
        "tenth": scores[9] / first if len(scores) > 9 else 0.0,
        "words": math.log2(1 + len(words)),
        "found": max(_found(one, len(words)) for one in best),
        "anywhere": _anywhere(ranking.files, words),
        "named": float(any(_signals(one) & _NAMING for one in best)),
        "past": float("similar commits" in _signals(ranking.files[0])),
        "agreeing": float(len(_signals(ranking.files[0]))),
        "files": math.log2(1 + shown.files),
        "tokens": math.log2(1 + shown.tokens),
        "reach": math.log2(1 + _reach(ranking.files, shown)),
    }


def _signals(one: Ranked) -> set[str]:
    return {reason.signal for reason in one.reasons if reason.score > 0}


def _found(one: Ranked, words: int) -> float:
    """The share of the task's words that a file contains; `words` is their number."""
    return min(1.0, len(_words(one)) / max(1, words))


def _anywhere(ranked: Sequence[Ranked], words: frozenset[str]) -> float:
    """The share of the task's words that at least one of the first files contains."""
    had = {name for one in ranked[:_FAR] for name in _words(one)}
    return len(words & had) / max(1, len(words))


def _words(one: Ranked) -> tuple[str, ...]:
    """The words of the task that a file contains."""
    return next((reason.names for reason in one.reasons if reason.signal == "words"), ())


def _reach(ranked: Sequence[Ranked], shown: Shown) -> int:
    """How many files from the top of the ranking are shown before the first that is not."""
    return next((place for place, one in enumerate(ranked[:_FAR]) if one.path not in shown.paths), len(ranked[:_FAR]))
