"""A consistent read of the lexical index of one view of a repository.

All views of a repository share one index file, which is updated for whichever view is asked: the work tree now, a
commit next. Other processes may do the same at any time. So the index is read in a transaction that is checked to hold
exactly the files of the view. If other processes or a full disk prevent that, an index is built in memory for this use.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from ctxpack.model import Parsed
from ctxpack.rank import LexicalIndex
from ctxpack.store import Store

_TRIES = 4
_NOT_DAMAGE = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
        *(sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY),
    }
)
"""Error codes that do not mean a damaged file: another process holds it, or it cannot be written."""

Read = Callable[[Sequence[str]], Mapping[str, Parsed]]


@contextmanager
def steady_index(store: Store, name: str, digests: Mapping[str, str], parsed: Read) -> Iterator[LexicalIndex]:
    """The index `name`, holding exactly the files `digests` (digest by path) until the context ends.

    `parsed` gives the facts and words of paths that are missing in the index.
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
    """The index in a transaction in which it holds exactly these files; None where that cannot be had."""
    for _ in range(_TRIES):
        try:
            index = LexicalIndex(store.index_database(name))
            if index.begin(digests):
                return index
            index.update(digests, parsed)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", -1) & 0xFF in _NOT_DAMAGE:
                return None
            store.discard_index(name, str(error))
    return None
