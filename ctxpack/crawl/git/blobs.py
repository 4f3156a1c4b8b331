"""Reads git blobs through one long-running `git cat-file --batch`, instead of one process for each blob."""

from __future__ import annotations

import errno
import os
import threading
from typing import Any

from ctxpack.crawl.git.commands import Git

_PROMISED = b"from promisor remote"
"""In git's error message where it would have to fetch an object; some versions then end, others say "missing"."""


class _NotFetchedError(Exception):
    """Git ended because a partial clone lacks an object."""


class Blobs:
    """Reads blobs by id through one long-running process; safe to share between threads and across a fork."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._process: Any = None
        self._owner = 0

    def read(self, oid: str) -> bytes:
        """Give the content of a blob.

        Raises:
            FileNotFoundError: this clone has no such object, as a partial one has not.
            OSError: the git process failed.

        """
        with self._lock:
            if self._process is None or self._owner != os.getpid():
                self._process = self._git.pipe("cat-file", "--batch")
                self._owner = os.getpid()
            try:
                return self._ask(oid)
            except FileNotFoundError:
                raise
            except _NotFetchedError:
                self._process = None
                raise FileNotFoundError(errno.ENOENT, "its content is not in this clone", oid) from None
            except (OSError, ValueError) as error:
                self._process = None
                raise OSError(f"git broke off: {error}") from error

    def _ask(self, oid: str) -> bytes:
        self._process.stdin.write(oid.encode("ascii") + b"\n")
        self._process.stdin.flush()
        header = self._process.stdout.readline().split()
        if len(header) == 2 and header[1] == b"missing":
            raise FileNotFoundError(errno.ENOENT, "its content is not in this clone", oid)
        if not header and _PROMISED in self._process.stderr.read():
            raise _NotFetchedError
        if len(header) != 3:
            raise OSError(f"git ended while reading the object {oid}")
        size = int(header[2])
        raw = self._process.stdout.read(size + 1)
        if len(raw) != size + 1:
            raise OSError(f"git ended while reading the object {oid}")
        return bytes(raw[:size])

    def close(self) -> None:
        """End the git process, if there is one."""
        with self._lock:
            if self._process is not None and self._owner == os.getpid():
                self._process.stdin.close()
                self._process.stdout.close()
                self._process.wait()
            self._process = None
