"""Finds which files of a view the names in somebody's diff mean.

Git names files from the top of the work tree, or with `diff.relative` from the current directory, after the prefixes
`a/` and `b/`, others (`diff.mnemonicPrefix`, `--src-prefix`), or none (`diff.noprefix`), and a diff does not say which.
The view may be a directory below the top. All names of a diff are read alike, in the way that fits the most files.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from itertools import takewhile
from typing import NamedTuple

from ctxpack.crawl.diffs.reading import NOTHING, Strip, changes, read_files, standard
from ctxpack.model import Change
from ctxpack.paths import joined, parent


class Place(NamedTuple):
    """Where a view is, and where the names of a diff may begin.

    `prefix` is the view's root relative to the top of the work tree, with a slash at its end, "" for the top itself.
    `folder` is the folder in the view that the diff may have been taken in. `is_above` says whether a path, relative to
    the top, is there.
    """

    prefix: str
    folder: str
    is_above: Callable[[str], bool]


class _Reading(NamedTuple):
    """One way to read the names: how prefixes are taken off, and the folder that they begin in, None for the top."""

    strip: Strip
    folder: str | None


def located(text: str, files: Sequence[str], place: Place) -> tuple[Change, ...]:
    """Give the changes of a diff with paths relative to the view; those outside of it are left out.

    `files` are the paths of the view. Where no way to read the names fits a file, they are taken as git writes them by
    default, from the top and after `a/` and `b/`.
    """
    parts = read_files(text)
    known = frozenset(files)
    folders = frozenset(folder for path in known for folder in _folders(path))
    best: tuple[tuple[int, int], tuple[Change, ...]] | None = None
    for reading in _readings(place):
        found = changes(parts, reading.strip)
        inside = tuple(_moved(change, reading, place) for change in found)
        outside = [one for one, moved in zip(found, inside, strict=True) if moved is None and reading.folder is None]
        kept = tuple(change for change in inside if change is not None)
        there = sum(place.is_above(one.path) for one in outside) + sum(change.path in known for change in kept)
        fit = there, _likely(kept, folders)
        if best is None or fit > best[0]:
            best = fit, kept
        if there == len(found):
            break
    return best[1] if best is not None else ()


def _readings(place: Place) -> list[_Reading]:
    """All ways to read names, the usual ones first."""
    starts: list[str | None] = [None, *([""] if place.prefix else []), *([place.folder] if place.folder else [])]
    return [_Reading(strip, start) for strip in _STRIPS for start in starts]


def _moved(change: Change, reading: _Reading, place: Place) -> Change | None:
    """The change with its path relative to the view; None where it is outside."""
    if reading.folder is not None:
        path = joined(reading.folder, change.path)
    elif change.path.startswith(place.prefix):
        path = change.path.removeprefix(place.prefix)
    else:
        path = ""
    return Change(path, change.spans, change.status) if path else None


def _likely(found: Sequence[Change], folders: Container[str]) -> int:
    """How many of the changes are in folders that are there, which tells also of deleted files."""
    return sum(parent(change.path) in folders for change in found)


def _folders(path: str) -> list[str]:
    """The folders that a path is in, without the root."""
    found = []
    while path := parent(path):
        found.append(path)
    return found


# --- prefixes ---------------------------------------------------------------------------------------------------------


def _as_written(old: str, new: str) -> tuple[str, str]:
    return old, new


def _equal_names(old: str, new: str) -> tuple[str, str]:
    """Take off the leading folders in which both names differ: `old/src/a.py` and `new/src/a.py`."""
    if NOTHING in (old, new):
        return old, new
    kept = "/".join(_equal_end(old.split("/"), new.split("/")))
    return (kept, kept) if kept else (old, new)


def _equal_ends(old: str, new: str) -> tuple[str, str]:
    """Take off the beginnings in which both names differ: `OLDsrc/a.py` and `NEWsrc/a.py`."""
    if NOTHING in (old, new):
        return old, new
    kept = "".join(_equal_end(old, new)).lstrip("/")
    return (kept, kept) if kept else (old, new)


def _equal_end(one: Sequence[str], other: Sequence[str]) -> list[str]:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return [part for part, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)][::-1]


_STRIPS: tuple[Strip, ...] = (standard, _as_written, _equal_ends, _equal_names)
"""The usual ones first, and what leaves more of the names before what leaves less."""
