"""The values of the crawl that are not in `model`.

They are in a module of their own so that every module of the crawl can use them without importing another one.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ctxpack.model import Problem, Skipped, SourceFile, Value

EntryKind = Literal["file", "symlink", "submodule", "repository", "special", "missing", "sparse", "unread"]
"""What is at a path: only a "file" has content to read; every other kind becomes a `Skipped`."""


class CrawlSettings(Value, frozen=True, array_like=True, gc=False):
    """What to list.

    `include` and `extend_exclude` are patterns in gitignore syntax against the view root. With `include`, only what
    matches is listed; a pattern that names an ignored path without wildcards lists it all the same. Files larger than
    `max_file_bytes` are skipped; of notebooks the cells count, without their outputs.

    `cache` is the directory of ctxpack's cache relative to the root ("" for the root itself), and None where it is
    elsewhere; in it, files with names that match `cache_names` (wildcards as in a shell) are not listed.
    """

    include: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    max_file_bytes: int = 2_000_000
    cache: str | None = None
    cache_names: tuple[str, ...] = ()


class Known(Value, frozen=True, array_like=True, gc=False):
    """What an earlier listing found at a path (or in a blob), and the file's stat data when it was read.

    Times are in nanoseconds. `checked_ns` is when that listing began. `shown` is the size in bytes of the text of a
    notebook's cells, and -1 where it was not needed. For a blob only `file` and `shown` matter.
    """

    size: int
    mtime_ns: int
    inode: int
    checked_ns: int
    file: SourceFile | Skipped
    shown: int = -1


class Snapshot(Value, frozen=True, array_like=True, gc=False):
    """One listing: files and skips sorted by path, problems by path and message.

    Pass `known` to the next listing of the same repository, whatever its settings.
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    known: dict[str, Known]


class Commit(Value, frozen=True, array_like=True, gc=False):
    """One commit: its full id, the committer date in ISO 8601, the whole message, and the sorted paths it touched."""

    id: str
    date: str
    message: str
    paths: tuple[str, ...]


class FileChange(Value, frozen=True, array_like=True, gc=False):
    """A changed file, by its path before ("" if it was added) and after ("" if it was deleted).

    `kind` is what is there after the change: a "file", "symlink" or "submodule". `goal` is the id of the blob with a
    symbolic link's target.
    """

    before: str
    after: str
    kind: str = "file"
    goal: str = ""


class Entry(Value, frozen=True, array_like=True, gc=False):
    """A listed path. `oid` is a blob id and `size` in bytes (-1: not known); both only from git trees.

    `note` describes a kind other than "file": a link's target, or why it cannot be read. `tracked` is True where git
    has the path in its index or tree.
    """

    path: str
    kind: EntryKind = "file"
    oid: str = ""
    size: int = -1
    note: str = ""
    tracked: bool = True
    vendored: bool = False


class Listing(Value, frozen=True, array_like=True, gc=False):
    """The paths that a directory walk or git reports, before any file is opened."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Row(Value, frozen=True, array_like=True, gc=False):
    key: str
    size: int
    mtime_ns: int
    inode: int
    checked_ns: int
    file: SourceFile | None
    skipped: Skipped | None = None
    shown: int = -1


def encode_known(known: dict[str, Known]) -> bytes:
    """Encode `Snapshot.known` for the store; `decode_known` is the inverse."""
    rows = [
        _Row(key, k.size, k.mtime_ns, k.inode, k.checked_ns, k.file, shown=k.shown)
        if isinstance(k.file, SourceFile)
        else _Row(key, k.size, k.mtime_ns, k.inode, k.checked_ns, None, k.file, k.shown)
        for key, k in known.items()
    ]
    return msgspec.msgpack.encode(rows)


def decode_known(raw: bytes) -> dict[str, Known]:
    """Decode what `encode_known` wrote.

    Raises:
        ValueError: the bytes are not such an encoding.

    """
    try:
        rows = msgspec.msgpack.decode(raw, type=list[_Row])
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a listing: {error}") from error
    known: dict[str, Known] = {}
    for row in rows:
        file = row.file or row.skipped
        if file is not None:
            known[row.key] = Known(row.size, row.mtime_ns, row.inode, row.checked_ns, file, row.shown)
    return known
