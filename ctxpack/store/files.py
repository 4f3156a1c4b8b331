"""The files of the cache directory: its default place, which files are ours, setting one aside, and removing one.

A file is ours only if both its name and the application id in its SQLite header say so. So nothing of the user's is
removed from a directory that was named by mistake.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ctxpack.errors import ConfigError
from ctxpack.model import Problem

APPLICATION_ID = 0x63747870
"""The bytes "ctxp", at offset 68 of the SQLite header."""

_MAGIC = b"SQLite format 3\0"
_OFFSET = 68
_NAME = re.compile(r"(?:ctxpack-\d+|index-[\w.-]+)\.sqlite3(?P<aside>\.corrupt-\d+)?")
NAMES = ("ctxpack-[0-9]*.sqlite3*", "index-*.sqlite3*")
"""Wildcards that match the names of all our files, the companions of databases included."""

_COMPANIONS = ("-wal", "-shm", "-journal")


def default_directory(environ: Mapping[str, str]) -> Path:
    """The default cache directory: `CTXPACK_CACHE_DIR`, or else the platform's place for caches.

    `environ` is the caller's environment. Raises ConfigError where neither it nor the system names a home directory.
    """
    own = environ.get("CTXPACK_CACHE_DIR", "")
    if own:
        return Path(own)
    if sys.platform == "win32" and environ.get("LOCALAPPDATA"):
        return Path(environ["LOCALAPPDATA"]) / "ctxpack"
    shared = Path(environ.get("XDG_CACHE_HOME", ""))
    if shared.is_absolute():
        return shared / "ctxpack"
    return _home(environ) / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ctxpack"


def _home(environ: Mapping[str, str]) -> Path:
    named = environ.get("USERPROFILE" if sys.platform == "win32" else "HOME", "")
    if named:
        return Path(named)
    try:
        return Path.home()
    except RuntimeError:
        raise ConfigError("there is no home directory to keep the cache in: set CTXPACK_CACHE_DIR") from None


def ours(directory: Path, *, aside: bool) -> list[Path]:
    """The database files in `directory` that are ours, sorted; those that were set aside only if `aside`."""
    found = []
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match and (aside or not match["aside"]) and _has_our_id(path):
            found.append(path)
    return found


def _has_our_id(path: Path) -> bool:
    try:
        return _begins_as_ours(path)
    except OSError:
        return False


def _begins_as_ours(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_OFFSET + 4)
    return head.startswith(_MAGIC) and head[_OFFSET:] == APPLICATION_ID.to_bytes(4, "big")


def companions(path: Path) -> Iterator[Path]:
    """The files that SQLite may keep next to a database (write-ahead log, shared memory, journal)."""
    for suffix in _COMPANIONS:
        yield path.with_name(path.name + suffix)


def size(path: Path) -> int:
    """The bytes of a database and its companions; 0 for what is not there."""
    total = 0
    for file in (path, *companions(path)):
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total


def remove(path: Path) -> bool:
    """Remove a database with its companions; False where the system would not (on Windows: while it is open)."""
    try:
        path.unlink()
    except OSError:
        return False
    for file in companions(path):
        with suppress(OSError):
            file.unlink(missing_ok=True)
    return True


def clear(directory: Path) -> tuple[list[Path], list[Problem]]:
    """Remove every cache file of ours from `directory`, set aside or not.

    Gives the paths of the databases removed, and a problem for each file that is, or may be, ours and is still there.
    Raises OSError where the directory cannot be listed.
    """
    removed: list[Path] = []
    left: list[Problem] = []
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        if not _NAME.fullmatch(path.name) or path.is_dir():
            continue
        try:
            if not _begins_as_ours(path):
                continue
            path.unlink()
            removed.append(path)
            for file in companions(path):
                file.unlink(missing_ok=True)
        except OSError as error:
            left.append(Problem(str(error.filename or path), str(error.strerror or error)))
    return removed, left


def identity(path: Path) -> tuple[int, int] | None:
    """The device and inode of the file at `path`, to notice when another file takes its place; None if missing."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def set_aside(path: Path) -> Path:
    """Rename a database and its companions to the first free `.corrupt-N`; nothing is ever deleted here.

    Raises OSError where the system does not allow it.
    """
    number = 1
    while (target := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    path.rename(target)
    for file in companions(path):
        if file.exists():
            file.rename(target.with_name(target.name + file.name[len(path.name) :]))
    return target
