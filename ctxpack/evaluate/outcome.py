"""What a replayed commit showed: where its files stood in the ranking, and what of them a pack of each size held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ctxpack.model import Span, Value

Kind = Literal["code", "settings", "tests"]
"""What a commit edits, as far as it counts."""


class Gold(Value, frozen=True, array_like=True, gc=False):
    """What a commit edited that was there before: files, and definitions as (path, qualified name, lines)."""

    kind: Kind
    files: tuple[str, ...]
    definitions: tuple[tuple[str, str, Span], ...]


class Missing(Value, frozen=True, array_like=True, gc=False):
    """An edited file (`symbol` is "") or definition that a pack did not show, and why."""

    path: str
    symbol: str
    why: str


class PackOutcome(Value, frozen=True, array_like=True, gc=False):
    """What one pack held of what was edited; shares are between 0 and 1.

    `definitions` is None where the commit edited no definition.
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
    """One way of finding and packing on one task: the places of the edited files (from 1, 0: not ranked), the packs."""

    places: tuple[int, ...]
    packs: tuple[PackOutcome, ...]

    def within(self, first: int) -> float:
        """1 where all edited files stand among the `first` places, else 0."""
        return float(all(0 < place <= first for place in self.places))

    @property
    def reciprocal(self) -> float:
        """One over the best place of an edited file, 0 where none is ranked."""
        ranked = [place for place in self.places if place]
        return 1 / min(ranked) if ranked else 0.0


class Outcome(Value, frozen=True, array_like=True, gc=False):
    """A replayed task: ctxpack's run and the baseline's, which is None where none was wanted."""

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
