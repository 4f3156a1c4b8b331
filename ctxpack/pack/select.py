"""Selects what to show: the most value for the tokens, and never more tokens than the budget.

The selection is greedy by value per token over the pieces of all files. A piece's cost falls as its file fills, because
shared lines and the tags around a document are paid only once. The search works with estimated costs; the result is
composed, rendered and counted exactly, and pieces are given back or added until the prompt fits and the budget is used,
or nothing worth its tokens is left. Counts are additive over rendered pieces (`tokens.split_pieces`), so that an exact
total takes one pass.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ctxpack.model import Item, ItemRole, Omitted, Until
from ctxpack.pack.plan import Piece, Plan
from ctxpack.pack.showing import FileText, Showing
from ctxpack.views import CODER

LEAST_WORTH: dict[Until, float] = {"relevance": 1.5e-5, "candidates": 4e-7, "window": 0.0}
"""The value per token below which a piece is left out even where there is room.

Over changes of ten repositories with room for 128,000 tokens, 1.5e-5 used 56,000 and showed 88 % of the edited
definitions; 4e-7 used 122,000 and showed 96 %.
"""
_ROUNDS = 12
_ASKED_SHARE = 0.9
"""The share of the room that is filled first with what the caller named or changed."""

_DATA_ROLES: frozenset[ItemRole] = frozenset({"schema", "upstream"})
"""The roles that are offered a share of the room before code: each is likely to be used but unlikely to be edited, so
that in one queue with code they would get nothing."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen items in the order of their plans, the sum of their tokens, and what was left out."""

    items: tuple[Item, ...]
    tokens: int
    omitted: tuple[Omitted, ...]
    spent: bool
    """Whether the budget, rather than relevance, ended the choice."""


def select(
    plans: Sequence[Plan],
    text: Callable[[str], FileText],
    measure: Callable[[Sequence[Item]], list[int]],
    room: int,
    *,
    until: Until,
    languages: Mapping[str, str],
    data_share: float = CODER.data_share,
) -> Selection:
    """Choose from `plans` so that the rendered items take at most `room` tokens.

    `measure` gives the exact tokens of items as rendered. `until` says what is left out even where there is room.
    `data_share` is the share of the room that schemas and upstream datasets are offered first.
    """
    search = _Search(plans, text, LEAST_WORTH[until])
    room_left = float(room)
    search.fill(room * _ASKED_SHARE, _is_asked)
    search.fill(min(room_left, search.cost + room * data_share), _is_data)
    items: list[Item] = []
    counted: list[int] = []
    for _ in range(_ROUNDS):
        search.fill(room_left)
        items, counted = _counted(search, measure, languages)
        while items and sum(counted) > room:
            search.retreat(sum(counted) - room)
            items, counted = _counted(search, measure, languages)
        left = room - sum(counted)
        if search.exhausted or left < max(24, room // 200):
            break
        room_left = search.cost + left
    chosen = tuple(msgspec.structs.replace(item, tokens=count) for item, count in zip(items, counted, strict=True))
    return Selection(chosen, sum(counted), search.omitted(), not search.exhausted)


def _is_asked(plan: Plan, piece: Piece) -> bool:
    del plan
    return piece.asked


def _is_data(plan: Plan, piece: Piece) -> bool:
    del piece
    return plan.role in _DATA_ROLES


def _counted(
    search: _Search, measure: Callable[[Sequence[Item]], list[int]], languages: Mapping[str, str]
) -> tuple[list[Item], list[int]]:
    items = search.items(languages)
    return items, measure(items)


class _Search:
    """The state of the greedy choice."""

    def __init__(self, plans: Sequence[Plan], text: Callable[[str], FileText], least: float) -> None:
        self._files = [Showing(plan, text(plan.path)) for plan in plans]
        self._least = least
        self._order: list[tuple[int, int]] = []
        self._skipped: list[tuple[int, int]] = []
        self._refused: set[tuple[int, int]] = set()
        self._queue: list[tuple[float, int, int]] = []
        for file, plan in enumerate(plans):
            for piece in range(len(plan.pieces)):
                self._push(file, piece)
        self.cost = 0.0
        self.exhausted = False

    def fill(self, room: float, only: Callable[[Plan, Piece], bool] | None = None) -> None:
        """Take pieces by value per token, `only` of some kind, while the total cost is within `room`.

        Pieces that did not fit, or were of another kind, are tried again next time; pieces given back are not.
        """
        for file, piece in self._skipped:
            self._push(file, piece)
        self._skipped.clear()
        while self._queue:
            worth, file, piece = heapq.heappop(self._queue)
            shown = self._files[file]
            # The queue has one entry for every worth that a piece ever had; stale entries are skipped here.
            if piece in shown.taken or -worth != shown.worth(piece) or -worth <= self._least:
                continue
            before = shown.cost
            fits = self.cost + shown.added(piece) <= room and (file, piece) not in self._refused
            if not fits or (only is not None and not only(shown.plan, shown.plan.pieces[piece])):
                self._skipped.append((file, piece))
                continue
            for changed in shown.take(piece):
                self._push(file, changed)
            self.cost += shown.cost - before
            self._order.append((file, piece))
        self.exhausted = not self._skipped

    def retreat(self, excess: int) -> None:
        """Give back the last pieces taken until at least `excess` estimated tokens are free."""
        freed = 0.0
        while self._order and freed < excess:
            file, piece = self._order.pop()
            shown = self._files[file]
            before = shown.cost
            shown.give_back(piece)
            freed += before - shown.cost
            self.cost -= before - shown.cost
            self._refused.add((file, piece))
            self._skipped.append((file, piece))
        self.exhausted = False

    def items(self, languages: Mapping[str, str]) -> list[Item]:
        """The current choice as items, in the order of the plans; tokens are not counted yet."""
        return [shown.item(languages.get(shown.plan.path, "")) for shown in self._files if shown.taken]

    def omitted(self) -> tuple[Omitted, ...]:
        """The plans with no piece taken, and why."""
        waiting = {file for file, _ in self._skipped}
        return tuple(
            Omitted(shown.plan.path, "the budget is spent" if file in waiting else "not worth its tokens")
            for file, shown in enumerate(self._files)
            if not shown.taken
        )

    def _push(self, file: int, piece: int) -> None:
        heapq.heappush(self._queue, (-self._files[file].worth(piece), file, piece))
