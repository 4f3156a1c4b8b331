"""Weights fitted to the older part of a history and tried on the newer: what tuning gains on commits it has not seen.

The split is by time because that is how the result is used. What is shown for the newer part comes from ranking its
commits with the one and with the other weights, not from the computation that the fit makes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from ctxpack.evaluate.fit import Sample, fitted, sample
from ctxpack.evaluate.outcome import Outcome, Run
from ctxpack.evaluate.replay import Replay, View
from ctxpack.evaluate.summary import Row, compared, rows
from ctxpack.model import Ranking, Value
from ctxpack.rank import Weights, default_weights, rank
from ctxpack.rank.adjusted import adjusted, flat

HELD_OUT = 0.4
"""The share of the commits, the newest, that the fit does not see."""

LEAST = 20
"""Commits on either side below which nothing can be said."""

_FITTED = ("files.", "roles.")

Told = Callable[[str, int, int], None]
"""Told of the progress, like `workspace.Progress`."""


class Tuning(Value, frozen=True, array_like=True, gc=False):
    """What a fit gave: `weights` are the new ones by dotted name ({} where the built-in ones are best).

    `rows` compare, on the held-out commits, the new weights (ours) with those that held before (plain). `newest` is
    the newest commit that the weights were fitted on.
    """

    fitted_on: int
    held_out: int
    newest: str
    weights: Mapping[str, float]
    before: Mapping[str, float]
    rows: tuple[Row, ...] = ()

    @property
    def better(self) -> bool:
        """Whether the edited files come earlier with the new weights by more than chance would move them."""
        return any(
            one.measure == "place" and one.difference is not None and one.difference.low > 0 for one in self.rows
        )


def tune(history: Replay, commits: int, told: Told = lambda _stage, _done, _total: None) -> Tuning:
    """Fit the weights of files' signals and roles to the last `commits` tasks of a history, and try them.

    Raises RepositoryError where there is no history, and ConfigError where the weights of the settings are wrong.
    """
    settings = replace(history.config, reranker=None)
    before = adjusted(settings.weights, where=settings.origins.get("weights", "weights"))
    seen = list(_samples(replace(history, config=replace(settings, weights={})), commits, told))
    newer = round(HELD_OUT * len(seen))
    older = seen[newer:]
    if min(newer, len(older)) < LEAST:
        return Tuning(len(older), newer, older[0][0] if older else "", {}, settings.weights)
    known = {name: worth for name, worth in flat(default_weights()).items() if name.startswith(_FITTED)}
    weights = fitted([one for _, one in older if one is not None], known)
    after = adjusted(weights)
    found = []
    for view in replace(history, config=settings).views(newer):
        found.append(_tried(view, before, after))
        told("trying", len(found), newer)
    return Tuning(len(older), newer, older[0][0], weights, settings.weights, (*_place(found), *rows(found)))


def _samples(history: Replay, commits: int, told: Told) -> list[tuple[str, Sample | None]]:
    found = []
    for view in history.views(commits):
        roles = {path: file.role for path, file in view.workspace.files.items()}
        one = sample(_ranked(view, default_weights()), view.gold.files, roles)
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
    """How early the edited files stand: the mean of 1 / log2(1 + place), which is 1 where each stands first."""
    ours = [_earliness(one.ours) for one in found]
    plain = [_earliness(one.plain) for one in found if one.plain is not None]
    return (compared("place", 0, ours, plain),)


def _earliness(run: Run) -> float:
    return sum(1 / math.log2(1 + place) for place in run.places if place) / len(run.places)
