"""Reads files of a directory tree that is not trusted and may change meanwhile.

A path is only opened if every directory above it is a real directory (no symbolic link) below the root, and only read
if it is a regular file. So a link or a named pipe that is put there meanwhile is not followed or waited for.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class ChangedError(OSError):
    """A file changed while it was read, on both attempts."""


class Disk:
    """The files below `root`; paths are relative to it with "/"."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self._real: dict[str, bool] = {"": True}

    def forget(self) -> None:
        """Clear the cache of `is_real`."""
        self._real = {"": True}

    def is_real(self, directory: str) -> bool:
        """Whether a path is a directory and no part of it is a symbolic link; cached until `forget`."""
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
        """Give the state of a path itself (`lstat`: links are not followed).

        Raises:
            OSError: the path does not exist or is not accessible.

        """
        return os.lstat(f"{self.root}/{path}")

    def link(self, path: str) -> bytes:
        """Give the target of a symbolic link."""
        return os.fsencode(Path(self.root, path).readlink())

    def read(self, path: str) -> tuple[bytes, os.stat_result]:
        """Give a regular file's content and its state.

        Raises:
            ChangedError: it changed while it was read.
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
    """Read to the end, but at most one byte more than `size`: a file that keeps growing must not fill the memory."""
    parts: list[bytes] = []
    left = size + 1
    while left > 0:
        part = os.read(descriptor, left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
