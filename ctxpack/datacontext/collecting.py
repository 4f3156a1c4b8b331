"""How often Python looks for values that hold each other alone, while many values are made that hardly ever do."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_OFTEN = 50_000
"""So many new things at least come to be between two looks for those that hold each other alone."""

_lock = Lock()
_before: list[tuple[int, int, int]] = []
"""How often Python looked before the first of those who want it seldom now, once for each of them."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles seldom: syntax trees, which are some, are many small things; but they are, so now and then.

    The setting is that of the whole process, of all its threads: whoever comes first makes it, and whoever is the last
    to go takes it back, in whatever order they come and go.
    """
    with _lock:
        own = _before[0] if _before else gc.get_threshold()
        if not _before and own[0]:
            gc.set_threshold(max(own[0], _OFTEN), *own[1:])
        _before.append(own)
    try:
        yield
    finally:
        with _lock:
            own = _before.pop()
            if not _before:
                gc.set_threshold(*own)
