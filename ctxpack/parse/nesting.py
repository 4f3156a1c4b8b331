"""Nested byte ranges, and the innermost one around a place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence


class Nesting:
    """Ranges that nest or are disjoint; their indices are those of the sequence given."""

    __slots__ = ("parents", "ranges", "starts")

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        """`ranges` are half-open and sorted by (start, -end)."""
        self.ranges = ranges
        self.starts = [start for start, _ in ranges]
        self.parents: list[int] = []
        stack: list[int] = []
        for index, start in enumerate(self.starts):
            while stack and ranges[stack[-1]][1] <= start:
                stack.pop()
            self.parents.append(stack[-1] if stack else -1)
            stack.append(index)

    def innermost(self, offset: int) -> int:
        """The index of the innermost range around `offset`, -1 outside all."""
        index = bisect_right(self.starts, offset) - 1
        while index >= 0 and self.ranges[index][1] <= offset:
            index = self.parents[index]
        return index

    def innermost_each(self, offsets: Iterable[int]) -> list[int]:
        """As `innermost` for each of the ascending `offsets`, in one sweep, which is far cheaper for many."""
        found: list[int] = []
        ranges, parents, count = self.ranges, self.parents, len(self.ranges)
        index, following = -1, 0
        for offset in offsets:
            while following < count and ranges[following][0] <= offset:
                index, following = following, following + 1
            while index >= 0 and ranges[index][1] <= offset:
                index = parents[index]
            found.append(index)
        return found
