"""The state of one file during selection: which lines are shown, their cost, and the value of each further piece.

Costs are estimates in tokens: characters times the file's mean density, a constant for each elision line, and one for
the tags around the document. The cost of a piece falls as its file fills, since lines and tags are paid only once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from ctxpack.model import Item, Level, Span
from ctxpack.pack.compose import compose, merged
from ctxpack.pack.plan import Plan

_FRAME = 36
_GAP = 7
_NEAR = 3  # lines: `merged` joins what is nearer


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

    def characters(self, spans: Sequence[Span]) -> int:
        """The characters of these lines."""
        return sum([self.lengths[last] - self.lengths[first - 1] for first, last in spans])


class _Size(NamedTuple):
    """The size of what is shown of a file: its characters, gaps, and frames (1 if it has a document at all)."""

    characters: int
    gaps: int
    frames: int

    def tokens(self, density: float, beyond: _Size | None = None) -> float:
        """The estimated tokens, or those by which it is more than another size of the same file."""
        less = beyond or _Size(0, 0, 0)
        lines = density * (self.characters - less.characters)
        return lines + _GAP * (self.gaps - less.gaps) + _FRAME * (self.frames - less.frames)


class Showing:
    """A plan, and which of its pieces are taken."""

    def __init__(self, plan: Plan, text: FileText) -> None:
        """Start with no piece taken."""
        self.plan = plan
        self.taken: list[int] = []
        self._text = text
        self._spans: tuple[Span, ...] = ()
        self._shown = _Size(0, 0, 0)
        self._added = [self._fresh(piece) for piece in range(len(plan.pieces))]

    @property
    def cost(self) -> float:
        """The tokens of what is shown."""
        return self._shown.tokens(self._text.density)

    def worth(self, piece: int) -> float:
        """The value per token of a piece, given what is shown already."""
        return self.plan.pieces[piece].value / max(1.0, self._added[piece])

    def added(self, piece: int) -> float:
        """The tokens that taking a piece would add."""
        return self._added[piece]

    def take(self, piece: int) -> Iterator[int]:
        """Take a piece; yields the other pieces whose worth has changed by it. Has to be iterated to the end."""
        nothing = not self._spans
        before = set(self._spans)
        self.taken.append(piece)
        self._spans = self._with(piece)
        self._shown = self._size(self._spans)
        new = sorted(set(self._spans) - before)
        for other, found in enumerate(self.plan.pieces):
            if other not in self.taken and (nothing or _touch(found.spans, new)):
                self._added[other] = self._fresh(other)
                yield other

    def give_back(self, piece: int) -> None:
        """Take a piece back; lines that other taken pieces share stay shown."""
        self.taken.remove(piece)
        pieces = self.plan.pieces
        spans = (span for taken in self.taken for span in pieces[taken].spans)
        self._spans = merged(spans, len(self._text.lines))
        self._shown = self._size(self._spans) if self.taken else _Size(0, 0, 0)
        for other in range(len(pieces)):
            self._added[other] = self._fresh(other)

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

    def _fresh(self, piece: int) -> float:
        return self._size(self._with(piece)).tokens(self._text.density, self._shown)

    def _with(self, piece: int) -> tuple[Span, ...]:
        return merged((*self._spans, *self.plan.pieces[piece].spans), len(self._text.lines))

    def _size(self, spans: tuple[Span, ...]) -> _Size:
        return _Size(self._text.characters(spans), _gaps(spans, len(self._text.lines)), 1)


def _touch(spans: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether any of the spans overlaps one of the others, or is so near that `merged` could join them."""
    return any(a <= last + _NEAR and first <= b + _NEAR for a, b in spans for first, last in others)


def _gaps(spans: tuple[Span, ...], lines: int) -> int:
    """The number of elision lines in an item with these spans."""
    if not spans:
        return 0
    return len(spans) - 1 + (spans[0][0] > 1) + (spans[-1][1] < lines)
