"""Answers a server's calls: one open index for each directory, which answers one question at a time.

Calls come from threads and can be cancelled: running work then ends at its next progress report, and a call that waits
for its turn ends at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ctxpack.api import Index
from ctxpack.errors import CtxpackError, TargetError

Progress = Callable[[str, int, int], None]
Opener = Callable[[Path, Progress], Index]
T = TypeVar("T")

_MOST_ROOTS = 16
_LOOK_AGAIN = 1.0
"""Seconds after a check for changed files during which there is no further check."""

_TURN = 0.1


class StoppedError(CtxpackError):
    """The call was cancelled by the client."""


class Listener:
    """The caller's side of a call: receives progress, and can cancel the call from another thread."""

    def __init__(self, progress: Progress = lambda _stage, _done, _total: None) -> None:
        """`progress` is called with (stage, done, total) during long work, in the thread that does it."""
        self._progress = progress
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Cancel the call."""
        self._stopped.set()

    def check(self) -> None:
        """Raise StoppedError if the call was cancelled."""
        if self._stopped.is_set():
            raise StoppedError("the call was cancelled")

    def tell(self, stage: str, done: int, total: int) -> None:
        """Report progress; raises StoppedError as `check` does."""
        self.check()
        self._progress(stage, done, total)


class _Room:
    """The index of one directory, and the listener of the call that it is answering."""

    def __init__(self, root: Path, opener: Opener, clock: Callable[[], float]) -> None:
        self._root, self._opener, self._clock = root, opener, clock
        self._lock = threading.Lock()
        self._listener = Listener()
        self._index: Index | None = None
        self._looked = 0.0

    def answer(self, work: Callable[[Index], T], listener: Listener) -> T:
        while not self._lock.acquire(timeout=_TURN):
            listener.check()
        try:
            listener.check()
            self._listener = listener
            return work(self._ready())
        finally:
            self._listener = Listener()
            self._lock.release()

    def _tell(self, stage: str, done: int, total: int) -> None:
        """Report progress to the listener of the present call."""
        self._listener.tell(stage, done, total)

    def _ready(self) -> Index:
        """The index, refreshed if its directory has changed."""
        now = self._clock()
        if self._index is not None and now - self._looked <= _LOOK_AGAIN:
            return self._index
        if self._index is None:
            self._index = self._opener(self._root, self._tell)
        else:
            self._index.refresh_if_changed()
        self._looked = now
        return self._index

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None


class Desk:
    """Answers calls about several directories; `close` it at the end."""

    def __init__(self, opener: Opener, clock: Callable[[], float] = time.monotonic) -> None:
        """`opener` opens the index of a directory; `clock` gives seconds."""
        self._opener, self._clock = opener, clock
        self._lock = threading.Lock()
        self._rooms: dict[Path, _Room] = {}

    def answer(self, root: Path, work: Callable[[Index], T], listener: Listener) -> T:
        """The result of `work` on the index of `root`, which is refreshed where files have changed.

        Raises what `work` raises, and StoppedError where the call is cancelled.
        """
        return self._room(root).answer(work, listener)

    def _room(self, root: Path) -> _Room:
        with self._lock:
            if root not in self._rooms and len(self._rooms) >= _MOST_ROOTS:
                raise TargetError(f"this server has {_MOST_ROOTS} directories open, which is the most")
            return self._rooms.setdefault(root, _Room(root, self._opener, self._clock))

    def close(self) -> None:
        """Close all indexes."""
        with self._lock:
            for root in sorted(self._rooms):
                self._rooms[root].close()
            self._rooms.clear()
