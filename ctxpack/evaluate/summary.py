"""Summarises outcomes as means with confidence intervals.

Intervals are percentiles of means over bootstrap samples of the tasks. The difference between two methods is paired by
task, so that tasks that are hard for both do not widen the interval. The samples are seeded: the same outcomes give the
same intervals.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from ctxpack.evaluate.outcome import Outcome, Run
from ctxpack.model import Value

DRAWS = 1000
_SEED = 20_011
_FIRST = (1, 5, 10)


class Estimate(Value, frozen=True, array_like=True, gc=False):
    """A mean with its 95 % bootstrap confidence interval."""

    mean: float
    low: float
    high: float


class Row(Value, frozen=True, array_like=True, gc=False):
    """One measure over `tasks` tasks: for ctxpack, for the baseline if there is one, and their difference.

    `budget` is 0 for what does not depend on one. Measures are acc@K (all edited files among the first K), mrr, files
    (the share of edited files of which something is shown), whole (all of them), definitions (the share of edited
    definitions whose body is shown) and tokens.
    """

    measure: str
    budget: int
    tasks: int
    ours: Estimate
    plain: Estimate | None = None
    difference: Estimate | None = None


_Measure = Callable[[Run], float | None]


def rows(outcomes: Sequence[Outcome]) -> tuple[Row, ...]:
    """Every measure over these outcomes, which must have the same budgets; () for no outcomes."""
    if not outcomes:
        return ()
    found = (_row(name, budget, measure, outcomes) for name, budget, measure in _measures(outcomes[0].ours))
    return tuple(row for row in found if row is not None)


def _measures(run: Run) -> Iterator[tuple[str, int, _Measure]]:
    for first in _FIRST:
        yield f"acc@{first}", 0, lambda run, first=first: run.within(first)  # type: ignore[misc]
    yield "mrr", 0, lambda run: run.reciprocal
    for place, pack in enumerate(run.packs):
        yield "files", pack.budget, lambda run, place=place: run.packs[place].files  # type: ignore[misc]
        yield "whole", pack.budget, lambda run, place=place: float(run.packs[place].whole)  # type: ignore[misc]
        yield "definitions", pack.budget, lambda run, place=place: run.packs[place].definitions  # type: ignore[misc]
        yield "tokens", pack.budget, lambda run, place=place: float(run.packs[place].tokens)  # type: ignore[misc]


def _row(name: str, budget: int, measure: _Measure, outcomes: Sequence[Outcome]) -> Row | None:
    ours = [(one, value) for one in outcomes if (value := measure(one.ours)) is not None]
    plain = [other for one, _ in ours if one.plain is not None and (other := measure(one.plain)) is not None]
    return compared(name, budget, [value for _, value in ours], plain) if ours else None


def compared(name: str, budget: int, ours: Sequence[float], plain: Sequence[float]) -> Row:
    """A measure over at least one task, compared task by task with the baseline if that has values for all."""
    if len(plain) < len(ours):
        return Row(name, budget, len(ours), estimated(ours))
    differences = [value - other for value, other in zip(ours, plain, strict=True)]
    return Row(name, budget, len(ours), estimated(ours), estimated(plain), estimated(differences))


def estimated(values: Sequence[float]) -> Estimate:
    """The mean of at least one value, with its interval.

    >>> estimated([0.5, 0.5])
    Estimate(mean=0.5, low=0.5, high=0.5)
    """
    generator = random.Random(_SEED)
    count = len(values)
    means = sorted(sum(generator.choices(values, k=count)) / count for _ in range(DRAWS))
    mean = sum(values) / count
    return Estimate(round(mean, 6), round(means[DRAWS // 40], 6), round(means[-1 - DRAWS // 40], 6))


def worst(outcomes: Sequence[Outcome], most: int) -> tuple[Outcome, ...]:
    """The up to `most` tasks whose packs missed most, worst first; tasks with nothing missing are left out."""
    poor = [one for one in outcomes if any(pack.missing for pack in one.ours.packs)]
    return tuple(sorted(poor, key=lambda one: (*_worth(one.ours), one.commit))[:most])


def _worth(run: Run) -> tuple[float, float, float]:
    files = sum(pack.files for pack in run.packs)
    return files, sum(pack.definitions or 0.0 for pack in run.packs), run.reciprocal
