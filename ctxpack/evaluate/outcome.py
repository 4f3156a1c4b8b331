"""The result of replaying a commit: ranks of the files it edited, and what packs of each budget showed of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ctxpack.model import Span, Value

Kind = Literal["code", "settings", "tests"]
"""The kind of files that count as edited in a commit; see `replay._TIERS`."""


class Gold(Value, frozen=True, array_like=True, gc=False):
    """The files that existed before a commit and were edited by it, and edited definitions as (path, name, lines)."""

    kind: Kind
    files: tuple[str, ...]
    definitions: tuple[tuple[str, str, Span], ...]


class Missing(Value, frozen=True, array_like=True, gc=False):
    """An edited file (`symbol` is "") or definition that a pack did not show, and why."""

    path: str
    symbol: str
    why: str


class PackOutcome(Value, frozen=True, array_like=True, gc=False):
    """What one pack showed: the shares of edited files and definitions, between 0 and 1.

    `definitions` is None where the commit edited no definition. `missing` is what was not shown.
    """

    budget: int
    tokens: int
    files: float
    definitions: float | None
    missing: tuple[Missing, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether something of every edited file was shown."""
        return self.files >= 1.0


class Run(Value, frozen=True, array_like=True, gc=False):
    """One method (ctxpack or baseline) on one task: ranks of the edited files (from 1; 0: not ranked), and packs."""

    places: tuple[int, ...]
    packs: tuple[PackOutcome, ...]

    def within(self, first: int) -> float:
        """1 if all edited files are among the `first` ranks, else 0."""
        return float(all(0 < place <= first for place in self.places))

    @property
    def reciprocal(self) -> float:
        """The reciprocal of the best rank of an edited file; 0 if none is ranked."""
        ranked = [place for place in self.places if place]
        return 1 / min(ranked) if ranked else 0.0


class Outcome(Value, frozen=True, array_like=True, gc=False):
    """A replayed task: the run of ctxpack, and that of the baseline (None without one)."""

    commit: str
    date: str
    title: str
    gold: Gold
    ours: Run
    plain: Run | None = None
    withheld: tuple[str, ...] = ()


def shown_lines(spans: Sequence[Span]) -> frozenset[int]:
    """The numbers of all lines in some spans."""
    return frozenset(number for first, last in spans for number in range(first, last + 1))
