"""Finds named pipes and devices in the place of files that git reads, on which git would block forever.

git opens these files whenever it lists or compares, no option skips them, and opening a pipe that nobody writes to does
not return.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ctxpack.crawl.tree.walk import shown, special_kind

_GIT = ".git"
_READ_BY_GIT = (".gitattributes", ".gitignore", ".gitmodules")
_INSIDE = ("", "info")
"""Directories of a git directory in which git reads files by name."""


def trap(directory: Path) -> str:
    """Describe the first such file that git would read for a directory; "" where there is none."""
    for place in _places(directory):
        try:
            mode = place.stat().st_mode
        except (OSError, ValueError):
            continue
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            inside = place.relative_to(directory) if place.is_relative_to(directory) else place
            return f"{shown(inside)} is {special_kind(mode)}"
    return ""


def _places(directory: Path) -> Iterator[Path]:
    """Give the files that git may read, those above the directory first, then those below it in order."""
    for above in (directory, *directory.parents):
        if above != directory:
            yield from (above / name for name in _READ_BY_GIT)
        if (above / _GIT).is_dir():
            for inner in _INSIDE:
                yield from _of(above / _GIT / inner)
            break
    for here, below, names in os.walk(directory):
        below[:] = sorted(name for name in below if name != _GIT)
        yield from (Path(here, name) for name in _READ_BY_GIT if name in names)


def _of(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []
