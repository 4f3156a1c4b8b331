"""One file while it is being filled: which lines are shown, what they cost, and what each further piece would be worth.

Costs are estimates in tokens: characters times the file's mean density, a constant for each gap between spans, and one
for the frame around the document. They fall as a file fills, because lines and the frame are paid once.
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
        return self.density * sum([self.lengths[last] - self.lengths[first - 1] for first, last in spans])


class Showing:
    """A plan and how much of it is carried out."""

    def __init__(self, plan: Plan, text: FileText) -> None:
        """Nothing is shown at first."""
        self.plan = plan
        self.taken: list[int] = []
        self.cost = 0.0
        self._text = text
        self._spans: tuple[Span, ...] = ()
        self._worths = [self._fresh_worth(piece) for piece in range(len(plan.pieces))]

    def worth(self, piece: int) -> float:
        """The value a token of a piece, given what is shown."""
        return self._worths[piece]

    def added(self, piece: int) -> float:
        """What showing a piece too would cost."""
        return self._cost(self._with(piece)) - self.cost

    def take(self, piece: int) -> Iterator[int]:
        """Show a piece; the pieces whose worth has changed by it."""
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
        """Hide a piece again, but for what other pieces share with it."""
        self.taken.remove(piece)
        pieces = self.plan.pieces
        spans = (span for taken in self.taken for span in pieces[taken].spans)
        self._spans = merged(spans, len(self._text.lines))
        self.cost = self._cost(self._spans) if self.taken else 0.0
        for other in range(len(pieces)):
            self._worths[other] = self._fresh_worth(other)

    def item(self, language: str) -> Item:
        """What is shown, as an item whose tokens are not counted yet."""
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
    """How many lines an item of `spans` has that say which lines are left out."""
    if not spans:
        return 0
    return len(spans) - 1 + (spans[0][0] > 1) + (spans[-1][1] < lines)
