"""Tunes weights on the older part of a history and measures the gain on the newer, held-out part.

The split is by time because that is how the result is used. The measurements on the held-out commits come from actually
ranking them with both sets of weights, not from the fit's own objective.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from ctxpack.evaluate.fit import Sample, fitted, is_fitted, sample
from ctxpack.evaluate.outcome import Outcome, Run
from ctxpack.evaluate.replay import Replay, View
from ctxpack.evaluate.summary import Row, compared, rows
from ctxpack.model import Ranking, Value
from ctxpack.rank import Weights, default_weights, rank
from ctxpack.rank.adjusted import adjusted, flat

HELD_OUT = 0.4
"""The share of the commits that is held out from the fit: the newest."""

LEAST = 20
"""The least commits on either side; with fewer, nothing is fitted."""

Told = Callable[[str, int, int], None]
"""A progress callback, like `workspace.Progress`."""


class Tuning(Value, frozen=True, array_like=True, gc=False):
    """The result of a fit: `weights` are the changed ones by dotted name ({} where the built-in ones are best).

    `before` are those of the settings, of which `kept` are not fitted and hold with the new ones. `rows` compare, on
    the held-out commits, the new weights (ours) with those in use before (plain). `newest` is the newest commit that
    the weights were fitted on.
    """

    fitted_on: int
    held_out: int
    newest: str
    weights: Mapping[str, float]
    before: Mapping[str, float]
    kept: Mapping[str, float] = {}
    rows: tuple[Row, ...] = ()

    @property
    def after(self) -> dict[str, float]:
        """All weights that the settings are to have: the fitted ones, and those of the user's that are not fitted."""
        return {**self.kept, **self.weights}

    @property
    def better(self) -> bool:
        """Whether the edited files rank significantly higher with the new weights: the interval is above 0."""
        return any(
            one.measure == "place" and one.difference is not None and one.difference.low > 0 for one in self.rows
        )


def tune(history: Replay, commits: int, told: Told = lambda _stage, _done, _total: None) -> Tuning:
    """Fit the weights of file signals and roles to the last `commits` tasks of a history, and measure the result.

    Weights of the settings that are not fitted hold throughout.

    Raises RepositoryError where there is no history, and ConfigError where the weights of the settings are wrong.
    """
    settings = replace(history.config, reranker=None)
    before = adjusted(settings.weights, where=settings.origins.get("weights", "weights"))
    kept = {name: worth for name, worth in settings.weights.items() if not is_fitted(name)}
    seen = list(_samples(replace(history, config=replace(settings, weights=kept)), commits, adjusted(kept), told))
    newer = round(HELD_OUT * len(seen))
    older = seen[newer:]
    if min(newer, len(older)) < LEAST:
        return Tuning(len(older), newer, older[0][0] if older else "", {}, settings.weights, kept)
    known = {name: worth for name, worth in flat(default_weights()).items() if is_fitted(name)}
    weights = fitted([one for _, one in older if one is not None], known)
    after = adjusted({**kept, **weights})
    found = []
    for view in replace(history, config=settings).views(newer):
        found.append(_tried(view, before, after))
        told("trying", len(found), newer)
    return Tuning(len(older), newer, older[0][0], weights, settings.weights, kept, (*_place(found), *rows(found)))


def _samples(history: Replay, commits: int, weights: Weights, told: Told) -> list[tuple[str, Sample | None]]:
    found = []
    for view in history.views(commits):
        roles = {path: file.role for path, file in view.workspace.files.items()}
        one = sample(_ranked(view, weights), view.gold.files, roles)
        found.append((view.task.commit, one))
        told("replaying", len(found), commits)
    return found


def _ranked(view: View, weights: Weights) -> Ranking:
    target = view.index.target(task=view.task.text)
    with view.workspace.corpus() as corpus:
        return rank(target, corpus, weights)


def _tried(view: View, before: Weights, after: Weights) -> Outcome:
    task = view.task
    ours, plain = (_run(view, weights) for weights in (after, before))
    return Outcome(task.commit, task.date, task.title, view.gold, ours, plain, task.withheld)


def _run(view: View, weights: Weights) -> Run:
    places = {one.path: place for place, one in enumerate(_ranked(view, weights).files, 1)}
    return Run(tuple(places.get(path, 0) for path in view.gold.files), ())


def _place(found: list[Outcome]) -> tuple[Row, ...]:
    """How high the edited files rank: the mean of 1 / log2(1 + rank), which is 1 where each is first."""
    ours = [_earliness(one.ours) for one in found]
    plain = [_earliness(one.plain) for one in found if one.plain is not None]
    return (compared("place", 0, ours, plain),)


def _earliness(run: Run) -> float:
    return sum(1 / math.log2(1 + place) for place in run.places if place) / len(run.places)
