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

_AROUND = 3
_MOST_LINES = 24
_LEAST_SHARE = 0.25
"""A further line is added only if its gain is more than this share of the best line's."""

_MOST_OF_STATEMENT = 6
"""How many lines may be added at either end of a run to complete its first and last statements."""

_MOST_SHARE = 0.6
"""An excerpt of more than this share of its span is dropped: the whole span can be shown instead."""


class Telling:
    """Finds the lines of one file that contain words of the task."""

    def __init__(self, lines: Sequence[str], words: Mapping[str, float]) -> None:
        """`words` are the task's tokens by weight; one counts the more, the fewer lines of the file have it."""
        self._lines, self._words = lines, words

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
            window = range(max(first, -negative - _AROUND), min(last, -negative + _AROUND) + 1)
            best = best or gain
            if gain <= _LEAST_SHARE * best or len(shown.union(window)) > _MOST_LINES:
                break
            shown.update(window)
            uncovered -= self._found[-negative - 1]
        for run in _runs(sorted(shown)):
            shown.update(self._whole(run, span))
        return tuple(_runs(sorted(shown))) if len(shown) <= _MOST_SHARE * (last - first + 1) else ()

    def _whole(self, run: Span, within: Span) -> range:
        """A run of lines, extended to where brackets that it closes are opened and those that it opens are closed."""
        first, last = run
        depth = lowest = 0
        for number in range(first, last + 1):
            depth += self._opened(number)
            lowest = min(lowest, depth)
        before = range(first - 1, max(within[0], first - _MOST_OF_STATEMENT) - 1, -1)
        after = range(last + 1, min(within[1], last + _MOST_OF_STATEMENT) + 1)
        first = self._balanced(before, lowest, 1) or first
        return range(first, (self._balanced(after, lowest - depth, -1) or last) + 1)

    def _balanced(self, numbers: range, missing: int, sign: int) -> int:
        """The first of `numbers` by which `missing` (< 0) brackets are balanced; 0 if none is missing, or none does."""
        if missing < 0:
            for number in numbers:
                missing += sign * self._opened(number)
                if missing >= 0:
                    return number
        return 0

    def _opened(self, number: int) -> int:
        """How many more brackets a line opens than it closes; braces do not count, since they delimit blocks."""
        line = self._lines[number - 1]
        return line.count("(") + line.count("[") - line.count(")") - line.count("]")

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
