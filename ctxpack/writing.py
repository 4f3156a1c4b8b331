"""Writes files atomically: a reader finds the old content or the new, never a part of it.

The content is written to a temporary file next to the target, which then replaces it. A target that cannot be replaced
without changing what it is (a pipe, a device, a file with several hard links, one of another user) is written in place.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_MOST_LINKS = 40
_LIVE = ("/dev", "/proc")
"""Directories whose entries stand for devices and for files that processes hold open; never replaced."""


def write(file: Path, raw: bytes) -> None:
    """Write `raw` to `file`; symbolic links are followed, and the mode of an existing file is kept.

    Raises OSError where it cannot be written; a regular file keeps its old content then.
    """
    place = _place(file)
    if place is None:
        file.write_bytes(raw)
        return
    try:
        mode = stat.S_IMODE(place.stat().st_mode)
    except FileNotFoundError:
        mode = None
    beside = place.with_name(f".ctxpack-{secrets.token_hex(8)}.tmp")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except PermissionError:
        # The directory is not writable, but the file itself may be.
        place.write_bytes(raw)
        return
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(raw)
        if mode is not None:
            beside.chmod(mode)
        beside.replace(place)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _place(file: Path) -> Path | None:
    """The path to replace, with links resolved; None where the file must be written in place."""
    place = file.absolute()
    for _link in range(_MOST_LINKS):
        if any(place.is_relative_to(live) for live in _LIVE):
            return None
        if not place.is_symlink():
            return place if _may_be_replaced(place) else None
        place = place.parent / place.readlink()
    return None


def _may_be_replaced(place: Path) -> bool:
    try:
        found = place.stat()
    except FileNotFoundError:
        return place.parent.is_dir()
    own = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return own and stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and os.access(place, os.W_OK)
