"""Budgets of steps: they bound how long the interpreter follows one entry point, one program, and all together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ctxpack.lineage.spark.state.recorder import Recorder

MOST_STEPS = 300_000
"""All entry points of one program together take at most so many steps, and so does each body that is run apart."""

_MOST_IN_VAIN = 20_000
"""An entry point that records nothing ends after so many steps."""

_MOST_IN_ALL = 6_000_000
_FEWEST_STEPS = 16_000
"""After _MOST_IN_ALL steps in total, every further entry point gets at most _FEWEST_STEPS."""

_LEAST = 200
"""The budget of an entry point whose program has used up its own."""


class Exhausted(Exception):
    """An entry point has used up its budget of steps."""


@dataclass(slots=True)
class Budget:
    """Counts steps; `steps` are those of all programs, `spent` those of each program by path.

    `_limit` and `_further` are the step counts at which the current entry point ends: if nothing was recorded since
    there were `_recorded` sites, and in any case.
    """

    recorder: Recorder
    steps: int = 0
    spent: dict[str, int] = field(default_factory=dict)
    _limit: int = MOST_STEPS
    _further: int = MOST_STEPS
    _recorded: int = 0

    def step(self, cost: int = 1) -> None:
        """Count steps. Raises Exhausted when the budget of the entry point is used up."""
        self.steps += cost
        if self.steps > self._limit:
            if self.recorder.count == self._recorded or self.steps > self._further:
                raise Exhausted
            self._limit = self._further

    @contextmanager
    def entry(self, path: str) -> Iterator[None]:
        """The budget of an entry point of a program: what the program has left, but less while it records nothing."""
        spent, begun = self.spent.get(path, 0), self.steps
        most = max(_LEAST, MOST_STEPS - spent)
        most = min(most, MOST_STEPS if begun < _MOST_IN_ALL else _FEWEST_STEPS)
        self._limit, self._further = begun + min(_MOST_IN_VAIN, most), begun + most
        self._recorded = self.recorder.count
        try:
            yield
        finally:
            self.spent[path] = spent + self.steps - begun

    @contextmanager
    def apart(self, most: int) -> Iterator[None]:
        """A budget of its own for a part; what is left of the present one is the same afterwards."""
        begun, limits = self.steps, (self._limit, self._further)
        self._limit = self._further = begun + most
        try:
            yield
        finally:
            used = self.steps - begun
            self._limit, self._further = limits[0] + used, limits[1] + used
