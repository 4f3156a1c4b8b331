"""Listed paths, before any file is opened: what a directory walk or git reports."""

from __future__ import annotations

from typing import Literal

from ctxpack.model import Problem, Skipped, Value

EntryKind = Literal["file", "symlink", "submodule", "repository", "special", "missing", "sparse", "unread"]
"""What is at a path: only a "file" has content to read; every other kind becomes a `Skipped`."""


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
