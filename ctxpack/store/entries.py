"""The store: typed values by kind and key, index databases beside them, and pruning of both.

Values are stored as uncompressed MessagePack: on facts of real files, decompressing zlib's fastest level took six times
as long as reading the larger entry, and every run reads. Each value has a checksum, since a cache that answers wrongly
is worse than none.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import Any, TypeVar, cast

import msgspec

from ctxpack.model import Problem
from ctxpack.store import files, pieces
from ctxpack.store.database import Database, batched, marks
from ctxpack.store.pieces import PieceCounts

T = TypeVar("T")

FORMAT = 1
"""Raise this whenever the tables, or the order of fields of a stored value, change."""

_SCHEMA = f"""
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key BLOB NOT NULL, used INTEGER NOT NULL, UNIQUE (kind, key)
);
CREATE TABLE content (id INTEGER PRIMARY KEY, value BLOB NOT NULL);
{pieces.SCHEMA}
"""
_LIMIT = 2 << 30
_GENERATION = 3_600_000_000_000
"""The resolution of last-use times in nanoseconds: an entry is marked as used at most once an hour."""
_INDEX_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)


def now_ns() -> int:
    """Nanoseconds since the epoch: the only clock of the core, for cache ages; it never enters a result."""
    return time.time_ns()


class Store:
    """A cache directory, or the same in memory; use it as a context manager or call `close`."""

    def __init__(self, directory: Path | None, limit: int = _LIMIT, *, in_memory: bool = False) -> None:
        """`limit` is the size in bytes above which `close` drops the least recently used entries.

        `place` is then the directory, also where nothing is kept in it.
        """
        self.place = directory
        if in_memory:
            directory = None
        path = directory / f"ctxpack-{FORMAT}.sqlite3" if directory is not None else None
        self._database = Database(path, _SCHEMA)
        self._directory = directory if self._database.path is not None else None
        self._indexes: dict[str, Database] = {}
        self._lock, self._doubting = Lock(), RLock()
        self._index_locks: dict[str, AbstractContextManager[object]] = {}
        self._touched: dict[int, None] = {}
        self._generation = now_ns() // _GENERATION
        self._limit = limit

    @classmethod
    def open(cls, directory: Path | None, *, in_memory: bool = False) -> Store:
        """The store in `directory`, which is created if needed; with None it is in memory and nothing is kept.

        With `in_memory` nothing is kept either, but the directory is known as that of the cache. Never raises for what
        it finds there: see `problems`.
        """
        return cls(directory, in_memory=in_memory)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far; their `path` is the database file in question ("" for memory)."""
        found = list(self._database.problems)
        for name in sorted(self._indexes):
            found.extend(self._indexes[name].problems)
        return tuple(found)

    # --- values ---

    def get(self, kind: str, key: str, type_: type[T]) -> T | None:
        """The value under `key`; None where there is none that decodes as `type_`."""
        return self.get_many(kind, (key,), type_).get(key)

    def get_many(self, kind: str, keys: Sequence[str], type_: type[T]) -> dict[str, T]:
        """The values under those of `keys` that have one, in the order of `keys`.

        `type_` is anything msgspec decodes; `msgspec.Raw` gives values as they are kept, for decoding later.
        """
        wanted = _encoded(keys)
        decoder = _decoder(cast(Hashable, type_))

        def work(connection: sqlite3.Connection) -> dict[bytes, T]:
            found: dict[bytes, T] = {}
            for some in batched(wanted):
                for identifier, used, key, blob in connection.execute(
                    "SELECT id, used, key, value FROM entry JOIN content USING (id)"
                    f" WHERE kind = ? AND key IN ({marks(some)})",
                    (kind, *some),
                ):
                    try:
                        found[key] = decoder.decode(_checked(blob))
                    except ValueError:
                        continue
                    if used < self._generation:
                        self._touched[identifier] = None
            return found

        missing: dict[bytes, T] = {}
        found = self._database.read(work, missing)
        return {key: found[raw] for raw, key in wanted.items() if raw in found}

    def has_many(self, kind: str, keys: Sequence[str]) -> set[str]:
        """Those of `keys` that have an entry; values are not read, so one may still turn out not to decode."""
        wanted = _encoded(keys)

        def work(connection: sqlite3.Connection) -> set[str]:
            found: set[str] = set()
            for some in batched(wanted):
                rows = connection.execute(
                    f"SELECT key FROM entry WHERE kind = ? AND key IN ({marks(some)})", (kind, *some)
                )
                found.update(wanted[row[0]] for row in rows)
            return found

        return self._database.read(work, set())

    def put(self, kind: str, key: str, value: Any) -> None:
        """Store one value; for many, `put_many` is far cheaper."""
        self.put_many(kind, {key: value})

    def put_many(self, kind: str, values: Mapping[str, Any]) -> None:
        """Store values (structs, dataclasses, builtins, or `msgspec.Raw` of an encoded one) in one transaction.

        Raises TypeError for a type that msgspec cannot encode; values that contain lone surrogates are not stored.
        """
        rows = []
        for key, value in values.items():
            try:
                body = msgspec.msgpack.encode(value)
            except UnicodeEncodeError:
                continue
            rows.append((_raw(key), zlib.crc32(body).to_bytes(4, "little") + body))

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT INTO entry (kind, key, used) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET used = excluded.used",
                [(kind, key, self._generation) for key, _ in rows],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO content SELECT id, ? FROM entry WHERE kind = ? AND key = ?",
                [(blob, kind, key) for key, blob in rows],
            )

        if rows:
            self._database.write(work)

    # --- what has tables of its own ---

    def piece_counts(self, counter: str) -> PieceCounts:
        """The cached counts of the token counter `counter`; the name must be unique to that way of counting."""
        return PieceCounts(self._database, counter)

    def index_database(self, name: str) -> sqlite3.Connection:
        """A connection to the database `index-<name>.sqlite3`, the same one each time, closed with the store.

        Its tables, and its `user_version`, are the caller's, who also calls `discard_index` when a statement fails
        for damage. `name` has letters, digits, "_", "-" and "." only; ValueError otherwise.
        """
        return self._index(name).connection

    def index_lock(self, name: str) -> AbstractContextManager[object]:
        """The lock of an index: only one thread may use it at a time, since all share its connection."""
        with self._lock:
            return self._index_locks.setdefault(name, RLock())

    def discard_index(self, name: str, why: str = "damaged") -> None:
        """Set an index aside: the connection is closed, and `index_database` then gives an empty one."""
        self._index(name).set_aside(why)

    def _index(self, name: str) -> Database:
        if not _INDEX_NAME.fullmatch(name):
            raise ValueError(f"not a name for an index: {name!r}")
        with self._lock:
            if name not in self._indexes:
                path = self._directory / f"index-{name}.sqlite3" if self._directory is not None else None
                self._indexes[name] = Database(path, "", deferred=True)
                _mark_used(path)
            return self._indexes[name]

    # --- doubt ---

    @property
    def is_kept(self) -> bool:
        """Whether anything outlasts the store; False where it is in memory."""
        return self._database.path is not None

    @contextmanager
    def in_doubt(self) -> Iterator[Callable[[str], None]]:
        """Until the context ends, the store is in memory and empty, as if nothing had ever been kept.

        Gives a function to call, with the reason, once what was kept has turned out to be damaged: at the end its files
        are then set aside and the store begins anew. If it is not called, the store is what it was before.
        """
        reasons: list[str] = []
        with self._doubting:
            kept = self._database, self._indexes, self._directory, self._touched
            self._database, self._indexes, self._directory, self._touched = Database(None, _SCHEMA), {}, None, {}
            try:
                yield reasons.append
            finally:
                for database in (self._database, *self._indexes.values()):
                    database.close()
                self._database, self._indexes, self._directory, self._touched = kept
                if reasons:
                    self._set_aside(reasons[0])

    def _set_aside(self, why: str) -> None:
        self._touched = {}
        self._database.set_aside(why)
        for name in sorted(self._indexes):
            self._indexes[name].set_aside(why, tell=False)

    # --- housekeeping ---

    def size(self) -> int:
        """The size in bytes, with indexes and stores of other formats, without files that were set aside."""
        if self._directory is None:
            return self._database.read(_allocated, 0)
        return sum(files.size(path) for path in files.ours(self._directory, aside=False))

    def prune(self, max_bytes: int) -> None:
        """Drop the least recently used entries until `size` is at most `max_bytes`.

        Indexes go first, since they can be rebuilt from the entries; token counts go last, all at once.
        """
        self._flush()
        self._shrink()
        if self._directory is not None:
            self._drop_files(self._directory, max_bytes)
        while (excess := self.size() - max_bytes) > 0 and self._drop_entries(excess):
            self._shrink()
        if self.size() > max_bytes:
            self._database.write(lambda connection: connection.execute("DELETE FROM piece"))
            self._shrink()

    def close(self) -> None:
        """Record last uses, drop the least recently used entries if the store is over its limit, and close."""
        self._flush()
        if self._directory is not None and self.size() > self._limit:
            # Down to three quarters of the limit, or every following run would have to prune again.
            self.prune(self._limit * 3 // 4)
        for name in sorted(self._indexes):
            self._indexes[name].close()
        self._database.close()

    def _flush(self) -> None:
        def work(connection: sqlite3.Connection) -> None:
            touched, self._touched = sorted(self._touched), {}
            connection.executemany(
                "UPDATE entry SET used = ? WHERE id = ?", [(self._generation, identifier) for identifier in touched]
            )

        if self._touched:
            self._database.write(work)

    def _drop_files(self, directory: Path, max_bytes: int) -> None:
        in_use = {database.path for database in (self._database, *self._indexes.values())}
        others = [path for path in files.ours(directory, aside=False) if path not in in_use]
        for path in sorted(others, key=lambda path: (_modified(path), path)):
            if self.size() <= max_bytes:
                break
            files.remove(path)

    def _drop_entries(self, excess: int) -> bool:
        doomed: list[tuple[int]] = []

        def work(connection: sqlite3.Connection) -> None:
            left = excess
            for identifier, length in connection.execute(
                "SELECT id, length(value) FROM entry JOIN content USING (id) ORDER BY used, id"
            ):
                if left <= 0:
                    break
                doomed.append((identifier,))
                left -= length
            connection.executemany("DELETE FROM entry WHERE id = ?", doomed)
            connection.executemany("DELETE FROM content WHERE id = ?", doomed)

        return self._database.write(work) and bool(doomed)

    def _shrink(self) -> None:
        """Give freed pages back to the file system."""
        # As a script: the pragma takes one step for each page, and `execute` would stop after the first.
        script = "PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)"
        self._database.read(lambda connection: connection.executescript(script), None)


@lru_cache(maxsize=256)
def _decoder(type_: Hashable) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(cast(Any, type_))


def _raw(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")


def _encoded(keys: Sequence[str]) -> dict[bytes, str]:
    return {_raw(key): key for key in keys}


def _checked(blob: bytes) -> memoryview:
    view = memoryview(blob)
    if zlib.crc32(view[4:]) != int.from_bytes(view[:4], "little"):
        raise ValueError("checksum differs")
    return view[4:]


def _allocated(connection: sqlite3.Connection) -> int:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    return int(pages * connection.execute("PRAGMA page_size").fetchone()[0])


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _mark_used(path: Path | None) -> None:
    try:
        if path is not None:
            os.utime(path)
    except OSError:
        return
