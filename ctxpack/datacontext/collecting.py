"""Tuning of the cyclic garbage collector: a raised threshold while many objects are made, few of them in cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_OFTEN = 50_000
"""The lowest generation-0 threshold while tuned, in net allocations between two collections."""

_lock = Lock()
_before: list[tuple[int, int, int]] = []
"""The thresholds from before the first context now active, one entry for each active context."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect cycles rarely, but still now and then, since syntax trees are cycles of many small objects.

    The threshold is global to the process. The first context to enter raises it and the last to leave restores it, in
    whatever order threads enter and leave. A collector that is switched off stays off.
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
