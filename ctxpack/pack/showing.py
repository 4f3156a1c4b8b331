"""The state of one file during selection: which lines are shown, their cost, and the value of each further piece.

Costs are estimates in tokens: characters times the file's mean density, a constant for each elision line, and one for
the tags around the document. The cost of a piece falls as its file fills, since lines and tags are paid only once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ctxpack.model import Item, Level, Span
from ctxpack.pack.compose import compose, merged
from ctxpack.pack.plan import Plan

_FRAME = 36
_GAP = 7


@dataclass(frozen=True, slots=True)
class FileText:
    """The lines of a file; `lengths` are the cumulative character counts, `density` the mean tokens per character."""

    lines: Sequence[str]
    lengths: Sequence[int]
    density: float

    @classmethod
    def of(cls, text: str, tokens: int) -> FileText:
        """From a text of `tokens` tokens; a final newline starts no further line."""
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        return cls(lines, (0, *accumulate(len(line) + 1 for line in lines)), tokens / max(1, len(text)))

    def cost(self, spans: Sequence[Span]) -> float:
        """The estimated tokens of these lines."""
        return self.density * sum([self.lengths[last] - self.lengths[first - 1] for first, last in spans])


class Showing:
    """A plan, and which of its pieces are taken."""

    def __init__(self, plan: Plan, text: FileText) -> None:
        """Start with no piece taken."""
        self.plan = plan
        self.taken: list[int] = []
        self.cost = 0.0
        self._text = text
        self._spans: tuple[Span, ...] = ()
        self._worths = [self._fresh_worth(piece) for piece in range(len(plan.pieces))]

    def worth(self, piece: int) -> float:
        """The value per token of a piece, given what is shown already."""
        return self._worths[piece]

    def added(self, piece: int) -> float:
        """The tokens that taking a piece would add."""
        return self._cost(self._with(piece)) - self.cost

    def take(self, piece: int) -> Iterator[int]:
        """Take a piece; yields the other pieces whose worth has changed by it. Has to be iterated to the end."""
        first = not self.taken
        self.taken.append(piece)
        self._spans = self._with(piece)
        self.cost = self._cost(self._spans)
        shown = self.plan.pieces[piece].spans
        low, high = (shown[0][0] - 2, max(last for _, last in shown) + 2) if shown else (0, -1)
        for other, found in enumerate(self.plan.pieces):
            if other not in self.taken and (first or any(a <= high and b >= low for a, b in found.spans)):
                self._worths[other] = self._fresh_worth(other)
                yield other

    def give_back(self, piece: int) -> None:
        """Take a piece back; lines that other taken pieces share stay shown."""
        self.taken.remove(piece)
        pieces = self.plan.pieces
        spans = (span for taken in self.taken for span in pieces[taken].spans)
        self._spans = merged(spans, len(self._text.lines))
        self.cost = self._cost(self._spans) if self.taken else 0.0
        for other in range(len(pieces)):
            self._worths[other] = self._fresh_worth(other)

    def item(self, language: str) -> Item:
        """The shown lines as an item whose tokens are not counted yet."""
        plan, lines = self.plan, self._text.lines
        return Item(
            path=plan.path,
            role=plan.role,
            level=self._level(),
            spans=self._spans,
            text=compose(lines, self._spans),
            tokens=0,
            score=plan.score,
            reasons=plan.reasons,
            language=language,
        )

    def _level(self) -> Level:
        if not self._spans:
            return "mention"
        if self._spans == ((1, len(self._text.lines)),):
            return "full"
        return "focused" if any(self.plan.pieces[piece].body for piece in self.taken) else "outline"

    def _fresh_worth(self, piece: int) -> float:
        return self.plan.pieces[piece].value / max(1.0, self.added(piece))

    def _with(self, piece: int) -> tuple[Span, ...]:
        return merged((*self._spans, *self.plan.pieces[piece].spans), len(self._text.lines))

    def _cost(self, spans: tuple[Span, ...]) -> float:
        return self._text.cost(spans) + _GAP * _gaps(spans, len(self._text.lines)) + _FRAME


def _gaps(spans: tuple[Span, ...], lines: int) -> int:
    """The number of elision lines in an item with these spans."""
    if not spans:
        return 0
    return len(spans) - 1 + (spans[0][0] > 1) + (spans[-1][1] < lines)
