"""Fits the weights of signals to tasks with known answers, regularised towards the built-in weights.

A ranking's score is a sum of signals, so the scores under other weights can be computed from the reasons of one
ranking. The loss of a task is the softmax cross-entropy of its edited files among all candidates, which, unlike ranks,
is smooth. A few dozen tasks determine a dozen weights only loosely, so each weight pays a penalty for its distance from
the built-in one (squared, on a logarithmic scale), and moves only where that is worth it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ctxpack.model import Ranking

CANDIDATES = 200
"""How many files from the top of a ranking are candidates; edited files are always added."""

_STEPS = (2.0, 1.5, 1.2, 1.1)
_MOST = 4.0
"""A fitted weight is at most this many times the built-in one, and at least the same fraction of it."""

_ROUNDS = 40
_PULL = 8.0
"""The penalty, on the sum of all tasks' losses, of a weight that is twice or half the built-in one.

Of 0.5, 2, 8 and 32, this gained most on held-out commits of seven public histories, and harmed none of them.
"""

_LEAST_GAIN = 1e-6
_SHARPNESS = (2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
_POINTERS = frozenset({"mentioned", "stack trace", "given", "reranker"})
"""Signals that are not fitted: they are certain where they occur, and too rare."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked file's score as a sum: `parts` by name of the weight, and `fixed`, which is not fitted.

    `role` is the name of the role's weight, a factor on the parts; "" where there is none.
    """

    path: str
    parts: Mapping[str, float]
    role: str
    fixed: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A task: its candidates, and the indices of those that it edited."""

    candidates: tuple[Candidate, ...]
    edited: tuple[int, ...]


def sample(ranking: Ranking, edited: Collection[str], roles: Mapping[str, str]) -> Sample | None:
    """Decompose a ranking made with the built-in weights for all that is fitted; None where it has no edited file.

    `roles` gives the role of each file. The role is a factor on the signals whose reasons come before its own reason.
    """
    kept = [one for at, one in enumerate(ranking.files) if at < CANDIDATES or one.path in edited]
    found = []
    for one in kept:
        at = next((place for place, reason in enumerate(one.reasons) if reason.signal == "role"), None)
        scaled = one.reasons if at is None else one.reasons[:at]
        total = sum(reason.score for reason in scaled)
        factor = 1.0 if at is None or not total else 1.0 + one.reasons[at].score / total
        fitted = [reason for reason in scaled if reason.signal not in _POINTERS]
        parts = {f"files.{reason.signal}": factor * reason.score for reason in fitted}
        role = f"roles.{roles[one.path]}" if at is not None else ""
        found.append(Candidate(one.path, parts, role, one.score - sum(parts.values())))
    places = tuple(place for place, one in enumerate(found) if one.path in edited)
    return Sample(tuple(found), places) if places else None


def is_fitted(name: str) -> bool:
    """Whether a weight, by its dotted name, is one that `fitted` may change, where its signal occurs."""
    group, _, signal = name.partition(".")
    return group == "roles" or (group == "files" and signal not in _POINTERS)


def fitted(samples: Sequence[Sample], weights: Mapping[str, float]) -> dict[str, float]:
    """The weights that should change, by dotted name, with their new values; {} for none.

    `weights` are the built-in ones. Weights are moved one at a time in the order of their names, with the largest steps
    first, so that the result is deterministic.
    """
    if not samples:
        return {}
    occurring = {name for one in samples for file in one.candidates for name in (*file.parts, file.role)}
    # A role's factor never exceeds 1.
    most = {name: 1.0 / worth if name.startswith("roles.") else _MOST for name, worth in weights.items() if worth > 0}
    search = _Search(samples, {name: min(_MOST, most[name]) for name in sorted(most) if name in occurring})
    factors = search.run()
    return {name: round(weights[name] * factor, 4) for name, factor in factors.items() if factor != 1.0}


class _Search:
    """Coordinate descent over factors on the weights; `most` is the greatest factor of each."""

    def __init__(self, samples: Sequence[Sample], most: Mapping[str, float]) -> None:
        self._tasks = [_Task(one) for one in samples]
        self._most = most
        self._factors = dict.fromkeys(most, 1.0)
        self._sharpness = min(_SHARPNESS, key=lambda sharpness: (self._cost("", 0.0, sharpness), sharpness))

    def run(self) -> dict[str, float]:
        """The factors with the lowest cost, by name of the weight."""
        best = self._cost("", 0.0, self._sharpness)
        for step in _STEPS:
            for _ in range(_ROUNDS):
                before = best
                for name in self._factors:
                    best = self._tried(name, step, best)
                if best == before:
                    break
        return self._factors

    def _tried(self, name: str, step: float, best: float) -> float:
        """Multiply or divide one factor by `step` if that lowers the cost; gives the cost afterwards."""
        now = self._factors[name]
        for factor in (round(now * step, 6), round(now / step, 6)):
            if 1 / _MOST <= factor <= self._most[name]:
                self._factors[name] = factor
                cost = self._cost(name, factor - now, self._sharpness)
                if cost < best - _LEAST_GAIN:
                    for task in self._tasks:
                        task.move(name, factor - now)
                    return cost
        self._factors[name] = now
        return best

    def _cost(self, name: str, change: float, sharpness: float) -> float:
        """The sum of losses and penalties with the present factors.

        The factor `name` has been raised by `change`, which the tasks' sums do not include yet.
        """
        pulls = sum(math.log2(factor) ** 2 for factor in self._factors.values())
        return sum(task.loss(self._factors, sharpness, name, change) for task in self._tasks) + _PULL * pulls


class _Task:
    """The candidates of one task, stored by weight, with their sums under the factors accepted so far."""

    def __init__(self, one: Sample) -> None:
        self._edited = one.edited
        self._sums = [sum(file.parts.values()) for file in one.candidates]
        self._rest = [(file.role, file.fixed) for file in one.candidates]
        self._columns: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, file in enumerate(one.candidates):
            for name, worth in file.parts.items():
                self._columns[name].append((place, worth))

    def move(self, name: str, change: float) -> None:
        """Accept a change of one factor."""
        self._sums = self._moved(name, change)

    def loss(self, factors: Mapping[str, float], sharpness: float, name: str, change: float) -> float:
        """The mean cross-entropy of the edited files, with the factor `name` changed by `change`."""
        sums = self._moved(name, change)
        scores = [
            sharpness * (total * factors.get(role, 1.0) + fixed)
            for total, (role, fixed) in zip(sums, self._rest, strict=True)
        ]
        top = max(scores)
        whole = top + math.log(sum(math.exp(score - top) for score in scores))
        return sum(whole - scores[place] for place in self._edited) / len(self._edited)

    def _moved(self, name: str, change: float) -> list[float]:
        column = self._columns.get(name)
        if not column:
            return self._sums
        sums = list(self._sums)
        for place, worth in column:
            sums[place] += worth * change
        return sums
