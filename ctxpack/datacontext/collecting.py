"""How often Python looks for values that hold each other alone, while many values are made that hardly ever do."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OFTEN = 50_000
"""So many new things at least come to be between two looks for those that hold each other alone."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles seldom: syntax trees, which are some, are many small things; but they are, so now and then."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], _OFTEN), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
