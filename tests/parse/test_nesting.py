"""The sweep over many places finds what the search for one place finds."""

from __future__ import annotations

import random

from ctxpack.parse.nesting import Nesting

RANGES = [(0, 100), (0, 40), (5, 10), (5, 8), (10, 20), (30, 40), (50, 50), (60, 90), (61, 62), (110, 120)]


def test_the_innermost_range_around_a_place():
    nesting = Nesting(RANGES)
    assert [nesting.innermost(offset) for offset in (0, 7, 9, 10, 25, 39, 40, 50, 61, 99, 100, 115, 200)] == [
        1, 3, 2, 4, 1, 5, 0, 0, 8, 0, -1, 9, -1,
    ]  # fmt: skip


def test_a_sweep_is_a_search_for_each():
    nesting = Nesting(RANGES)
    assert nesting.innermost_each(range(130)) == [nesting.innermost(offset) for offset in range(130)]
    chosen = sorted(random.Random(1).choices(range(130), k=40))
    assert nesting.innermost_each(chosen) == [nesting.innermost(offset) for offset in chosen]
    assert Nesting([]).innermost_each([1, 2]) == [-1, -1]
