"""Reads files of a directory tree that may change, lie or hold traps.

A path is only opened when every directory above it is a real one inside the root and it is a regular file itself, so
neither a link nor a pipe put there meanwhile can lead astray.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class ChangedError(OSError):
    """A file was written to while it was read, twice."""


class Disk:
    """The files below `root`; paths are relative to it with "/"."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self._real: dict[str, bool] = {"": True}

    def forget(self) -> None:
        """Forget which directories were real ones."""
        self._real = {"": True}

    def is_real(self, directory: str) -> bool:
        """Whether no part of a directory's path is a link; remembered until `forget`."""
        known = self._real.get(directory)
        if known is None:
            known = self.is_real(directory.rpartition("/")[0]) and self._is_directory(directory)
            self._real[directory] = known
        return known

    def _is_directory(self, directory: str) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(f"{self.root}/{directory}").st_mode)
        except OSError:
            return False

    def state(self, path: str) -> os.stat_result:
        """Give a path's own state, not that of what it links to.

        Raises:
            OSError: there is nothing, or nothing that may be looked at.

        """
        return os.lstat(f"{self.root}/{path}")

    def link(self, path: str) -> bytes:
        """Give the goal of a symbolic link."""
        return os.fsencode(Path(self.root, path).readlink())

    def read(self, path: str) -> tuple[bytes, os.stat_result]:
        """Give a regular file's content and its state.

        Raises:
            ChangedError: it was written to meanwhile.
            OSError: it cannot be read, or is no regular file.

        """
        for _attempt in range(2):
            with self._opened(path) as descriptor:
                before = os.fstat(descriptor)
                if not stat.S_ISREG(before.st_mode):
                    raise OSError(f"{path} is not a regular file")
                raw = _all_of(descriptor, before.st_size)
                after = os.fstat(descriptor)
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(raw) == after.st_size:
                return raw, after
        raise ChangedError(f"{path} changed while it was read")

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        descriptor = os.open(f"{self.root}/{path}", _FLAGS)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _all_of(descriptor: int, size: int) -> bytes:
    """Read to the end, but not much beyond `size`: a file that grows without end must not fill the memory."""
    parts: list[bytes] = []
    left = size + 1
    while left > 0:
        part = os.read(descriptor, left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
