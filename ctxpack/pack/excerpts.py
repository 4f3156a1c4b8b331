"""The lines of a long stretch of a file that speak of the task: shown where the whole would cost too much.

A definition of two hundred lines is seldom worth its tokens to a reader with little room, but its name alone says too
little. Between them stand the lines that have the rarest of the task's words, each with some around it.
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
"""The share of the best line's worth from which another line is shown for what it adds."""

_MOST_OF_STATEMENT = 6
"""Lines that are added at either end of a run so that it shows its first and last statements whole."""

_MOST_SHARE = 0.6
"""The share of a stretch from which an excerpt of it is no excerpt."""


class Telling:
    """The lines of one file by what they say of a task."""

    def __init__(self, lines: Sequence[str], words: Mapping[str, float]) -> None:
        """`words` are the task's tokens by weight; one counts the more the fewer lines of the file have it."""
        self._lines, self._words = lines, words

    @cached_property
    def _found(self) -> list[frozenset[str]]:
        """The tokens of the task that stand on each line."""
        return [frozenset(filter(self._words.__contains__, text.tokens(line))) for line in self._lines]

    @cached_property
    def _worth(self) -> dict[str, float]:
        holding = Counter(token for tokens in self._found for token in tokens)
        return {
            token: self._words[token] * math.log(1 + len(self._lines) / holding[token]) for token in sorted(holding)
        }

    def excerpt(self, span: Span) -> tuple[Span, ...]:
        """The lines of a span that tell most together, with some around each; () where none do, or nearly all."""
        first, last = span
        telling = [number for number in range(first, last + 1) if self._found[number - 1]]
        shown: set[int] = set()
        untold = set(self._worth)
        best = 0.0
        while telling:
            gain, negative = max((self._gain(number, untold), -number) for number in telling)
            window = range(max(first, -negative - _AROUND), min(last, -negative + _AROUND) + 1)
            best = best or gain
            if gain <= _LEAST_SHARE * best or len(shown.union(window)) > _MOST_LINES:
                break
            shown.update(window)
            untold -= self._found[-negative - 1]
        for run in _runs(sorted(shown)):
            shown.update(self._whole(run, span))
        return tuple(_runs(sorted(shown))) if len(shown) <= _MOST_SHARE * (last - first + 1) else ()

    def _whole(self, run: Span, within: Span) -> range:
        """A run of lines with those in which brackets that it closes are opened, and those that it opens closed."""
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
        """The first of these lines up to which brackets make up for the `missing` ones; 0 if none is or none does."""
        if missing < 0:
            for number in numbers:
                missing += sign * self._opened(number)
                if missing >= 0:
                    return number
        return 0

    def _opened(self, number: int) -> int:
        """How many more brackets a line opens than it closes; braces mark blocks, of which a part is told alone."""
        line = self._lines[number - 1]
        return line.count("(") + line.count("[") - line.count(")") - line.count("]")

    def _gain(self, number: int, untold: AbstractSet[str]) -> float:
        return sum(self._worth[token] for token in sorted(self._found[number - 1] & untold))


def _runs(numbers: Sequence[int]) -> list[Span]:
    """The stretches that sorted line numbers form."""
    runs: list[Span] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
