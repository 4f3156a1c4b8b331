"""Token counts by digest of the piece of text: many and tiny, so they have a table of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from ctxpack.store.database import Database, batched, marks

SCHEMA = """
CREATE TABLE counter (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE piece (
  counter INTEGER NOT NULL, digest BLOB NOT NULL, tokens INTEGER NOT NULL, PRIMARY KEY (counter, digest)
) WITHOUT ROWID;
"""
_DIGEST = 12
"""Bytes stored of a digest: among a hundred million pieces, the chance of a collision is 1 in 10^13."""


class PieceCounts:
    """The stored counts of one token counter; it implements `pack.tokens.PieceCache`."""

    def __init__(self, database: Database, counter: str) -> None:
        """`counter` names a way of counting; counts under different names are never mixed."""
        self._database, self._counter = database, counter

    def get_many(self, digests: Sequence[bytes]) -> dict[bytes, int]:
        """The known counts among `digests` (12 bytes or more each); unknown ones are absent."""
        wanted = {digest[:_DIGEST]: digest for digest in digests}

        def work(connection: sqlite3.Connection) -> dict[bytes, int]:
            counter = _number(connection, self._counter)
            found: dict[bytes, int] = {}
            for some in batched(wanted):
                query = f"SELECT digest, tokens FROM piece WHERE counter = ? AND digest IN ({marks(some)})"
                rows = connection.execute(query, (counter, *some))
                found.update((wanted[digest], tokens) for digest, tokens in rows)
            return found

        return self._database.read(work, {})

    def put_many(self, counts: Mapping[bytes, int]) -> None:
        """Store these counts."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR IGNORE INTO counter (name) VALUES (?)", (self._counter,))
            counter = _number(connection, self._counter)
            connection.executemany(
                "INSERT OR REPLACE INTO piece VALUES (?, ?, ?)",
                [(counter, digest[:_DIGEST], tokens) for digest, tokens in sorted(counts.items())],
            )

        if counts:
            self._database.write(work)


def _number(connection: sqlite3.Connection, counter: str) -> int:
    row = connection.execute("SELECT id FROM counter WHERE name = ?", (counter,)).fetchone()
    return int(row[0]) if row else -1
