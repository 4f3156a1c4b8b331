"""The lexical index of one view of a repository, held still while it is read.

All views of a repository share one index, which is brought up to date with the view that is asked: the work tree now
and a commit next. Other processes do so at any time. So it is read inside a transaction, in which it was seen to hold
just the files of the view; where others, or a full disk, keep it from that, an index is made in memory for this once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from ctxpack.model import Parsed
from ctxpack.rank import LexicalIndex
from ctxpack.store import Store

_TRIES = 4
_SOUND = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
        *(sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY),
    }
)
"""Trouble that says nothing against the file: another process is at it, or there is no room to write it."""

Read = Callable[[Sequence[str]], Mapping[str, Parsed]]


@contextmanager
def steady_index(store: Store, name: str, digests: Mapping[str, str], parsed: Read) -> Iterator[LexicalIndex]:
    """The index `name` holding just these files for as long as the context lasts.

    `digests` are those of the files, by path; `parsed` gives the facts and words of the paths asked for.
    """
    with store.index_lock(name):
        index = _begun(store, name, digests, parsed)
        if index is None:
            index = LexicalIndex(sqlite3.connect(":memory:"))
            index.update(digests, parsed)
            index.begin(digests)
        try:
            yield index
        finally:
            index.end()


def _begun(store: Store, name: str, digests: Mapping[str, str], parsed: Read) -> LexicalIndex | None:
    """The index in a transaction in which it holds these files; None where others keep it from that."""
    for _ in range(_TRIES):
        try:
            index = LexicalIndex(store.index_database(name))
            if index.begin(digests):
                return index
            index.update(digests, parsed)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", -1) & 0xFF in _SOUND:
                return None
            store.discard_index(name, str(error))
    return None
