"""Turns a listing into a snapshot: files with language, role and digest, and skipped paths with reasons.

A file on disk whose size, time and inode are the same as in the last snapshot is not opened again; in a git tree, the
blob id decides that.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ctxpack.crawl.contents.classify import classify
from ctxpack.crawl.contents.decode import HEAD_BYTES, NOTEBOOK, read_text
from ctxpack.crawl.git.blobs import Blobs
from ctxpack.crawl.known import Known
from ctxpack.crawl.tree.disk import ChangedError, Disk
from ctxpack.crawl.tree.entries import Entry, Listing
from ctxpack.crawl.tree.ignore import Rules
from ctxpack.crawl.tree.settings import CrawlSettings
from ctxpack.crawl.tree.walk import link_entry, special_kind
from ctxpack.model import Problem, Skipped, SourceFile, Value

Detect = Callable[[str, bytes], str]
"""Gives the language of a file from its path and its first bytes."""

RACY_NS = 2_000_000_000
"""A file changed less than this many nanoseconds before the check may have changed again with the same time stamp."""


NOTEBOOK_BYTES = 20_000_000
"""Notebooks up to this size are read, whatever `max_file_bytes`, to see whether their cells are within it.

Reading one takes at most about 25 times as much memory for a moment (many small lists in one output), and twice as
much where pictures make its size.
"""


class Snapshot(Value, frozen=True, array_like=True, gc=False):
    """One listing: files and skips sorted by path, problems by path and message.

    Pass `known` to the next listing of the same repository, whatever its settings.
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    known: dict[str, Known]


@dataclass(frozen=True, slots=True)
class FileState:
    """The key of a file in `Snapshot.known`, and the stat data by which it is seen to be unchanged."""

    key: str
    size: int
    mtime_ns: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a path is skipped; `is_problem` if that is also reported as a problem."""

    reason: str
    is_problem: bool = False


class Source(Protocol):
    """Reads entries, from disk or from git objects."""

    def state(self, entry: Entry) -> FileState | Trouble:
        """The state of an entry of kind "file", without opening it."""

    def unchanged(self, state: FileState, known: Known) -> bool:
        """Whether the file is still the one in `known`."""

    def read(self, entry: Entry, state: FileState) -> tuple[bytes, FileState] | Trouble:
        """The whole content of an entry, and its state when it was read."""

    def note(self, entry: Entry) -> str:
        """Why an entry of another kind has no content."""


class DiskSource:
    """Entries of a directory tree."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def state(self, entry: Entry) -> FileState | Trouble:
        """Look at a path without following a link."""
        path = entry.path
        try:
            found = self._disk.state(path)
        except (FileNotFoundError, NotADirectoryError):
            return _gone(entry)
        except (OSError, ValueError) as error:
            return _unreadable(error)
        if not self._disk.is_real(path.rpartition("/")[0]):
            return Trouble("below a symbolic link")
        if stat.S_ISREG(found.st_mode):
            return FileState(path, found.st_size, found.st_mtime_ns, found.st_ino)
        if stat.S_ISLNK(found.st_mode):
            return self._link(path)
        return Trouble(special_kind(found.st_mode))

    def _link(self, path: str) -> Trouble:
        try:
            return Trouble(link_entry(path, self._disk.link(path)).note)
        except OSError as error:
            return _unreadable(error)

    def unchanged(self, state: FileState, known: Known) -> bool:
        """Whether size, time and inode are the same, and the time is old enough to be conclusive."""
        same = (state.size, state.mtime_ns, state.inode) == (known.size, known.mtime_ns, known.inode)
        return same and known.mtime_ns < known.checked_ns - RACY_NS

    def read(self, entry: Entry, state: FileState) -> tuple[bytes, FileState] | Trouble:
        """Read a regular file."""
        try:
            raw, found = self._disk.read(entry.path)
        except FileNotFoundError:
            return Trouble("vanished while the repository was read", is_problem=True)
        except ChangedError:
            return Trouble("changed while it was read", is_problem=True)
        except OSError as error:
            return _unreadable(error)
        return raw, FileState(state.key, len(raw), found.st_mtime_ns, found.st_ino)

    def note(self, entry: Entry) -> str:
        """Give the note of the walk."""
        return entry.note


class TreeSource:
    """Entries of a git tree. Keys in `known` are blob id and path, since language and role depend on both."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def state(self, entry: Entry) -> FileState | Trouble:
        """Give what the tree says of a blob."""
        return FileState(f"{entry.oid} {entry.path}", entry.size)

    def unchanged(self, state: FileState, known: Known) -> bool:
        """Whether it is the same blob, which the key already says."""
        return state.size == known.size

    def read(self, entry: Entry, state: FileState) -> tuple[bytes, FileState] | Trouble:
        """Read a blob."""
        try:
            return self._blobs.read(entry.oid), state
        except OSError as error:
            return _unreadable(error)

    def note(self, entry: Entry) -> str:
        """Give the target of a symbolic link, else the note of the listing."""
        if entry.kind != "symlink":
            return entry.note
        try:
            return link_entry(entry.path, self._blobs.read(entry.oid)).note
        except OSError:
            return entry.note


def _gone(entry: Entry) -> Trouble:
    if entry.tracked:
        return Trouble("in git's index, but not in the work tree")
    return Trouble("vanished while the repository was read", is_problem=True)


def _unreadable(error: Exception) -> Trouble:
    return Trouble(f"cannot be read: {getattr(error, 'strerror', None) or error}", is_problem=True)


@dataclass(slots=True)
class _Taking:
    source: Source
    rules: Rules
    settings: CrawlSettings
    detect: Detect
    before: Mapping[str, Known]
    now_ns: int
    files: list[SourceFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)


def take(
    listing: Listing,
    source: Source,
    rules: Rules,
    *,
    settings: CrawlSettings,
    detect: Detect,
    known: Mapping[str, Known],
    now_ns: int,
) -> Snapshot:
    """Make the snapshot of a listing; `known` is that of the last one, and `now_ns` is when the listing began."""
    taking = _Taking(source, rules, settings, detect, known, now_ns)
    taking.skipped.extend(listing.skipped)
    taking.problems.extend(listing.problems)
    for entry in listing.entries:
        _one(taking, entry)
    return Snapshot(
        tuple(sorted(taking.files, key=lambda file: file.path)),
        _by_path(taking.skipped),
        tuple(sorted(taking.problems, key=lambda problem: (problem.path, problem.line, problem.message))),
        taking.known,
    )


def _by_path(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    ordered = sorted(skipped, key=lambda skip: (skip.path, skip.reason))
    return tuple({skip.path: skip for skip in reversed(ordered)}.values())[::-1]


def _one(taking: _Taking, entry: Entry) -> None:
    if taking.rules.is_cache(entry.path):
        # One skip for the directory, since which files are in it depends on earlier runs.
        taking.skipped.append(Skipped(entry.path.rpartition("/")[0] or ".", "ctxpack's cache"))
        return
    found = _found(taking, entry)
    if isinstance(found, Trouble):
        _skip(taking, entry, found)
    elif isinstance(found.file, SourceFile):
        taking.files.append(found.file)
    else:
        taking.skipped.append(found.file)


def _found(taking: _Taking, entry: Entry) -> Known | Trouble:
    """What is at a path, or why it is skipped."""
    out = taking.rules.why_out(entry.path)
    if out:
        return Trouble(out)
    if entry.kind != "file":
        return Trouble(taking.source.note(entry), entry.kind == "unread")
    state = taking.source.state(entry)
    return state if isinstance(state, Trouble) else _of_size(taking, entry, state)


def _of_size(taking: _Taking, entry: Entry, state: FileState) -> Known | Trouble:
    """What is in a file, read where it is not known, or why it is skipped."""
    limit = taking.settings.max_file_bytes
    most = max(limit, NOTEBOOK_BYTES) if entry.path.endswith(NOTEBOOK) else limit
    if state.size > most:
        return Trouble(f"too large: {state.size} bytes, the limit is {most}")
    known = taking.before.get(state.key)
    if known is None or not taking.source.unchanged(state, known) or (state.size > limit and known.shown < 0):
        fresh = _read(taking, entry, state)
        if isinstance(fresh, Trouble):
            return fresh
        known = fresh
    taking.known[state.key] = known
    if known.shown > limit:
        return Trouble(f"too large: {known.shown} bytes in its cells, the limit is {limit}")
    return known


def _skip(taking: _Taking, entry: Entry, trouble: Trouble) -> None:
    taking.skipped.append(Skipped(entry.path, trouble.reason))
    if trouble.is_problem:
        taking.problems.append(Problem(entry.path, trouble.reason))


def _read(taking: _Taking, entry: Entry, state: FileState) -> Known | Trouble:
    got = taking.source.read(entry, state)
    if isinstance(got, Trouble):
        return got
    raw, state = got
    role = classify(entry.path, raw, vendored=entry.vendored)
    language = "" if role == "binary" else taking.detect(entry.path, raw[:HEAD_BYTES])
    digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
    file = SourceFile(entry.path, language, role, digest, len(raw))
    shown = -1
    if len(raw) > taking.settings.max_file_bytes and entry.path.endswith(NOTEBOOK):
        shown = len(read_text(raw, entry.path, language).text.encode("utf-8", "replace"))
    return Known(state.size, state.mtime_ns, state.inode, taking.now_ns, file, shown)
