"""Excerpts of long spans: the lines with words of the task, shown where the whole span would cost too much.

A definition of two hundred lines is seldom worth its tokens in a small budget, but its signature alone says too little.
An excerpt lies between: the lines with the task's rarest words, each with a few lines of context.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from ctxpack import text
from ctxpack.model import Span
from ctxpack.pack.statements import Statements

_AROUND = 3
_MOST_LINES = 24
_LEAST_SHARE = 0.25
"""A further line is added only if its gain is more than this share of the best line's."""

_MOST_OF_STATEMENT = 6
"""How many lines may be added at either end of a window to complete its first and last statements."""

_LONGEST_STATEMENT = 12
"""A line of a statement with more lines is not shown, unless it is one of several whole ones in it, as in a list."""

_MOST_SHARE = 0.6
"""An excerpt of more than this share of its span is dropped: the whole span can be shown instead."""


class Telling:
    """Finds the lines of one file that contain words of the task."""

    def __init__(self, lines: Sequence[str], words: Mapping[str, float]) -> None:
        """`words` are the task's tokens by weight; one counts the more, the fewer lines of the file have it."""
        self._lines, self._words = lines, words
        self._statements = Statements(lines)

    @cached_property
    def _found(self) -> list[frozenset[str]]:
        """The task's tokens on each line."""
        return [frozenset(filter(self._words.__contains__, text.tokens(line))) for line in self._lines]

    @cached_property
    def _worth(self) -> dict[str, float]:
        holding = Counter(token for tokens in self._found for token in tokens)
        return {
            token: self._words[token] * math.log(1 + len(self._lines) / holding[token]) for token in sorted(holding)
        }

    def excerpt(self, span: Span) -> tuple[Span, ...]:
        """The lines of `span` that together cover the most of the task's words, with some context lines around each.

        Chosen greedily; () where no line has any of the words, or nearly the whole span would be shown.
        """
        first, last = span
        telling = [number for number in range(first, last + 1) if self._found[number - 1]]
        shown: set[int] = set()
        uncovered = set(self._worth)
        best = 0.0
        while telling:
            gain, negative = max((self._gain(number, uncovered), -number) for number in telling)
            best = best or gain
            if gain <= _LEAST_SHARE * best:
                break
            telling.remove(-negative)
            window = self._window(-negative, span)
            if len(shown.union(window)) > _MOST_LINES:
                break
            if window:
                shown.update(window)
                uncovered -= self._found[-negative - 1]
        return tuple(_runs(sorted(shown))) if len(shown) <= _MOST_SHARE * (last - first + 1) else ()

    def _window(self, number: int, span: Span) -> range:
        """The whole statements around a line; none where the line's own is long, since a half of it says little."""
        around = self._statements.around(number, span, _AROUND, longest=_LONGEST_STATEMENT, extend=_MOST_OF_STATEMENT)
        return range(around[0], around[1] + 1) if around else range(0)

    def _gain(self, number: int, uncovered: AbstractSet[str]) -> float:
        return sum(self._worth[token] for token in sorted(self._found[number - 1] & uncovered))


def _runs(numbers: Sequence[int]) -> list[Span]:
    """Sorted line numbers as spans of consecutive ones."""
    runs: list[Span] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
