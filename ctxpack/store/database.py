"""A connection to one SQLite file that tolerates damage, foreign files, locks and a full disk.

SQLite's errors about the file become `Problem` values: a damaged file is set aside and replaced by a new one; one that
cannot be written is only read from then on; and where no file can be opened, the database is in memory.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import TypeVar

from ctxpack.model import Problem
from ctxpack.store import files

T = TypeVar("T")

_BUSY_SECONDS = 10
_PAGE = 8192
_WAL_KEPT = 64 << 20
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NOT_DAMAGE = _BUSY | {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
"""Error codes on opening that do not mean a damaged file."""
_SMALLEST = 512
"""The size of the smallest database in bytes; SQLite takes a shorter file for an empty one and overwrites it."""
_MOST_MOVES = 3
_TABLES = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_AT_ONCE = 500


class _ForeignError(sqlite3.DatabaseError):
    """The file is an intact database of another application, or no database."""


class Database:
    """A database with the tables of `schema`, at `path` or in memory; all its methods may be called from any thread.

    A process forked from the one that opened it finds nothing in it and writes nothing to it.
    """

    def __init__(self, path: Path | None, schema: str, *, deferred: bool = False) -> None:
        """`schema` is run once on a new file; `deferred` makes Python's sqlite3 begin transactions implicitly."""
        self.problems: list[Problem] = []
        self.path = path
        self._schema, self._isolation = schema, "DEFERRED" if deferred else None
        self._lock, self._process = RLock(), os.getpid()
        self._identity: tuple[int, int] | None = None
        self._writable, self._moves = True, 0
        self._connection: sqlite3.Connection | None = self._open()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for callers with tables of their own; raises ProgrammingError once closed."""
        if self._connection is None:
            raise sqlite3.ProgrammingError("the store is closed")
        return self._connection

    def read(self, work: Callable[[sqlite3.Connection], T], missing: T) -> T:
        """The result of `work`, or `missing` where the database fails.

        Raises sqlite3.Error where `work` is at fault and not the database.
        """
        with self._lock:
            if self._connection is None or os.getpid() != self._process:
                return missing
            try:
                return work(self._connection)
            except (sqlite3.Error, UnicodeDecodeError) as error:
                self._bear(error)
                return missing

    def write(self, work: Callable[[sqlite3.Connection], object]) -> bool:
        """Run `work` in one transaction; False where it was not committed."""

        def transaction(connection: sqlite3.Connection) -> bool:
            connection.execute("BEGIN IMMEDIATE")
            try:
                work(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            return True

        return self._writable and self.read(transaction, False)

    def set_aside(self, why: str, *, tell: bool = True) -> None:
        """Rename the file out of the way, and start with a new one; without `tell` only failures become problems."""
        with self._lock:
            self.close()
            if self.path is not None and self._move(why, tell=tell):
                self._connection = self._open()
            else:
                self._connection = self._in_memory()

    def close(self) -> None:
        """Close the connection; from then on every read is a miss."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None and os.getpid() == self._process:
                try:
                    connection.close()
                except sqlite3.Error as error:
                    self._say(f"cache could not be closed ({error})")

    def _open(self) -> sqlite3.Connection:
        """A usable connection in any case: to the file, to a new file that replaces it, or to memory."""
        while self.path is not None:
            self._identity = files.identity(self.path)
            try:
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                return self._prepared(self.path)
            except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
                if not os.access(self.path.parent, os.W_OK | os.X_OK):
                    self._say(f"cache directory cannot be used ({error}); nothing is kept of this run")
                    break
                if _code(error) in _NOT_DAMAGE or not self.path.exists():
                    self._say(f"cache cannot be opened ({error}); nothing is kept of this run")
                    break
                if not self._move(str(error)):
                    break
        return self._in_memory()

    def _in_memory(self) -> sqlite3.Connection:
        self.path = None
        return self._prepared(None)

    def _prepared(self, path: Path | None) -> sqlite3.Connection:
        if path is not None and path.exists():
            if not os.access(path, os.R_OK | os.W_OK):
                raise PermissionError("it is not writable")
            if 0 < path.stat().st_size < _SMALLEST:
                raise _ForeignError("file is not a database")
        connection = sqlite3.connect(
            path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _set_up(connection, self._schema)
        except (sqlite3.Error, UnicodeDecodeError):
            connection.close()
            raise
        connection.isolation_level = self._isolation  # type: ignore[assignment]
        self._identity = files.identity(path) if path is not None else None
        return connection

    def _move(self, why: str, *, tell: bool = True) -> bool:
        """Rename the file; also True where another process was quicker and has made a new file already."""
        assert self.path is not None
        if self._identity is not None and files.identity(self.path) != self._identity:
            return True
        self._moves += 1
        if self._moves > _MOST_MOVES:
            self._say(f"cache is damaged again and again ({why}); nothing more is kept of this run")
            return False
        try:
            aside = files.set_aside(self.path)
        except FileNotFoundError:
            return True
        except OSError as error:
            self._say(f"cache is unusable ({why}) and cannot be moved ({error.strerror}); nothing is kept of this run")
            return False
        finally:
            self._identity = None
        if tell:
            self._say(f"cache was unusable ({why}); set aside as {aside.name} and begun anew")
        return True

    def _bear(self, error: sqlite3.Error | UnicodeDecodeError) -> None:
        code = _code(error)
        # SQLite's messages quote what is damaged, and Python cannot always read them.
        damaged = code in _DAMAGED or isinstance(error, UnicodeDecodeError)
        if damaged or (code == sqlite3.SQLITE_ERROR and not self._is_as_made()):
            self.set_aside(str(error))
        elif code == sqlite3.SQLITE_ERROR or isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError):
            # The tables are as the schema makes them, so the statement is wrong: a bug in this program.
            raise error
        elif code in _BUSY:
            self._say("cache was locked by another process; something was not kept")
        else:
            self._writable = False
            self._say(f"cache cannot be written ({error}); nothing more is kept of this run")

    def _is_as_made(self) -> bool:
        """Whether all tables are there and exactly as the schema makes them."""
        assert self._connection is not None
        try:
            there = set(self._connection.execute(_TABLES))
        except (sqlite3.Error, UnicodeDecodeError):
            return False
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            _create(fresh, self._schema)
            return there.issuperset(fresh.execute(_TABLES))

    def _say(self, message: str) -> None:
        problem = Problem(str(self.path or ""), message)
        if problem not in self.problems:
            self.problems.append(problem)


def batched(keys: Mapping[bytes, object]) -> Iterator[tuple[bytes, ...]]:
    """The keys in batches that are small enough for the parameters of one statement."""
    left = iter(keys)
    while some := tuple(islice(left, _AT_ONCE)):
        yield some


def marks(values: Sequence[object]) -> str:
    """One placeholder for each value."""
    return ",".join("?" * len(values))


def _code(error: Exception) -> int:
    """The primary result code of SQLite; its extended codes have it in their low byte."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF


def _set_up(connection: sqlite3.Connection, schema: str) -> None:
    # Page size and vacuum mode are fixed by the first write to a new file; later these pragmas have no effect.
    connection.execute(f"PRAGMA page_size={_PAGE}")
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    if _is_new(connection):
        _create(connection, schema)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA journal_size_limit={_WAL_KEPT}")
    try:
        connection.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.OperationalError as error:
        # Two processes may open a new file at once; the other one is making the same switch to WAL.
        if _code(error) not in _BUSY:
            raise


def _is_new(connection: sqlite3.Connection) -> bool:
    identifier = connection.execute("PRAGMA application_id").fetchone()[0]
    if identifier == files.APPLICATION_ID:
        return False
    if identifier or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise _ForeignError("it belongs to another application")
    return True


def _create(connection: sqlite3.Connection, schema: str) -> None:
    """Tables and application id in one transaction, so that no process ever sees one without the other."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _is_new(connection):
            connection.execute(f"PRAGMA application_id={files.APPLICATION_ID}")
            for statement in filter(str.strip, schema.split(";")):
                connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
