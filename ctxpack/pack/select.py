"""The choice of what to show: the most expected use for the tokens, never a token too many.

Greedy by value a token over the pieces of all files, with costs that fall as a file fills, because lines and the frame
around a document are paid once. The search works with estimates; what it chose is then composed, rendered and counted
exactly, and the estimate is corrected until the prompt fits and the budget is used, or nothing worth its tokens is
left. Counts add up over rendered pieces (see `tokens.split_pieces`), so that the exact total costs one pass.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import msgspec

from ctxpack.model import Item, Level, Omitted, Span, Until
from ctxpack.pack.compose import compose, merged
from ctxpack.pack.plan import Plan

_FRAME = 45
_GAP = 5
_LEAST_WORTH: dict[Until, float] = {"relevance": 1.5e-5, "candidates": 4e-7, "window": 0.0}
"""Value a token below which a piece is left out even where there is room.

Over changes of ten repositories with room for 128,000 tokens, 1.5e-5 used 56,000 and showed 88 % of the edited
definitions; 4e-7 used 122,000 and showed 96 %.
"""
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class FileText:
    """The lines of a file, and the characters of all lines up to each; `density` is the mean tokens a character."""

    lines: Sequence[str]
    lengths: Sequence[int]
    density: float

    @classmethod
    def of(cls, text: str, tokens: int) -> FileText:
        """A text that takes `tokens` tokens; a newline at its end begins no line."""
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        return cls(lines, (0, *accumulate(len(line) + 1 for line in lines)), tokens / max(1, len(text)))

    def cost(self, spans: Sequence[Span]) -> float:
        """An estimate of the tokens of these lines."""
        return self.density * sum(self.lengths[last] - self.lengths[first - 1] for first, last in spans)


@dataclass(slots=True)
class _Shown:
    """What is shown of one file so far."""

    spans: tuple[Span, ...] = ()
    cost: float = 0.0
    taken: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen items in the order of their plans, their tokens together, and what was left out."""

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
) -> Selection:
    """Choose from `plans` so that the rendered items take at most `room` tokens.

    `measure` gives the exact tokens of items as rendered. `until` says what is left out even where there is room.
    """
    search = _Search(plans, text, _LEAST_WORTH[until])
    room_left = float(room)
    best: tuple[list[Item], int] = ([], 0)
    for _ in range(_ROUNDS):
        search.fill(room_left)
        items = search.items(languages)
        counted = measure(items)
        total = sum(counted)
        while total > room:
            total = search.retreat(total - room, measure, languages)
        items = search.items(languages)
        counted = measure(items)
        total = sum(counted)
        best = ([_with_tokens(item, tokens) for item, tokens in zip(items, counted, strict=True)], total)
        if search.exhausted or room - total < max(24, room // 200):
            break
        room_left = search.cost + (room - total)
    return Selection(tuple(best[0]), best[1], search.omitted(), not search.exhausted)


def _with_tokens(item: Item, tokens: int) -> Item:
    return msgspec.structs.replace(item, tokens=tokens)


class _Search:
    """The state of the greedy choice."""

    def __init__(self, plans: Sequence[Plan], text: Callable[[str], FileText], least: float) -> None:
        self._plans = plans
        self._text = text
        self._least = least
        self._shown = [_Shown() for _ in plans]
        self._order: list[tuple[int, int]] = []
        self._skipped: list[tuple[float, int, int]] = []
        self._queue = [
            (-self._worth(plan, piece), plan, piece)
            for plan in range(len(plans))
            for piece in range(len(plans[plan].pieces))
        ]
        heapq.heapify(self._queue)
        self.cost = 0.0
        self.exhausted = False

    def fill(self, room: float) -> None:
        """Take the pieces of most worth as long as they fit into `room`; what did not fit is tried again next time."""
        for _, plan, piece in self._skipped:
            heapq.heappush(self._queue, (-self._worth(plan, piece), plan, piece))
        self._skipped.clear()
        while self._queue:
            worth, plan, piece = heapq.heappop(self._queue)
            if piece in self._shown[plan].taken or worth != -self._worth(plan, piece) or -worth <= self._least:
                continue
            spans, added = self._added(plan, piece)
            if self.cost + added > room:
                self._skipped.append((worth, plan, piece))
                continue
            self._take(plan, piece, spans, added)
            self._requeue(plan)
        self.exhausted = not self._skipped

    def retreat(self, excess: int, measure: Callable[[Sequence[Item]], list[int]], languages: Mapping[str, str]) -> int:
        """Give back the last pieces taken until at least `excess` estimated tokens are free; the new exact total."""
        freed = 0.0
        while self._order and freed < excess:
            plan, piece = self._order.pop()
            before = self._shown[plan].cost
            self._give_back(plan, piece)
            freed += before - self._shown[plan].cost
            self._skipped.append((-self._worth(plan, piece), plan, piece))
        self.exhausted = False
        return sum(measure(self.items(languages)))

    def items(self, languages: Mapping[str, str]) -> list[Item]:
        """What is chosen now, in the order of the plans; tokens are not counted yet."""
        made = []
        for plan, shown in zip(self._plans, self._shown, strict=True):
            if not shown.taken:
                continue
            lines = self._text(plan.path).lines
            made.append(
                Item(
                    path=plan.path,
                    role=plan.role,
                    level=self._level(plan, shown, len(lines)),
                    spans=shown.spans,
                    text=compose(lines, shown.spans),
                    tokens=0,
                    score=plan.score,
                    reasons=plan.reasons,
                    language=languages.get(plan.path, ""),
                    total_lines=len(lines),
                )
            )
        return made

    def omitted(self) -> tuple[Omitted, ...]:
        """The plans of which nothing is shown, and why."""
        waiting = {plan for _, plan, _ in self._skipped}
        return tuple(
            Omitted(plan.path, "the budget is spent" if index in waiting else "not worth its tokens")
            for index, plan in enumerate(self._plans)
            if not self._shown[index].taken
        )

    def _level(self, plan: Plan, shown: _Shown, lines: int) -> Level:
        if not shown.spans:
            return "mention"
        if shown.spans == ((1, lines),):
            return "full"
        bodies = {piece for piece in shown.taken if plan.pieces[piece].body}
        return "focused" if bodies else "outline"

    def _worth(self, plan: int, piece: int) -> float:
        _, added = self._added(plan, piece)
        return self._plans[plan].pieces[piece].value / max(1.0, added)

    def _added(self, plan: int, piece: int) -> tuple[tuple[Span, ...], float]:
        shown = self._shown[plan]
        text = self._text(self._plans[plan].path)
        spans = merged((*shown.spans, *self._plans[plan].pieces[piece].spans), len(text.lines))
        cost = text.cost(spans) + _GAP * len(spans) + _FRAME
        return spans, cost - shown.cost

    def _take(self, plan: int, piece: int, spans: tuple[Span, ...], added: float) -> None:
        shown = self._shown[plan]
        shown.taken.append(piece)
        shown.spans, shown.cost = spans, shown.cost + added
        self.cost += added
        self._order.append((plan, piece))

    def _requeue(self, plan: int) -> None:
        """The pieces of a file that has grown have become cheaper; entries of their old worth are passed over."""
        for piece in range(len(self._plans[plan].pieces)):
            if piece not in self._shown[plan].taken:
                heapq.heappush(self._queue, (-self._worth(plan, piece), plan, piece))

    def _give_back(self, plan: int, piece: int) -> None:
        shown = self._shown[plan]
        shown.taken.remove(piece)
        before = shown.cost
        text = self._text(self._plans[plan].path)
        pieces = self._plans[plan].pieces
        shown.spans = merged((span for taken in shown.taken for span in pieces[taken].spans), len(text.lines))
        shown.cost = text.cost(shown.spans) + _GAP * len(shown.spans) + _FRAME if shown.taken else 0.0
        self.cost += shown.cost - before
