"""Writes a product to a file so that whoever reads the file finds the old content or the new, and never a part.

The content is written beside the file and then takes its place at once. What is no plain file of its own (a pipe, a
device, a file with several names, one that belongs to somebody else) cannot be replaced without becoming another thing,
and is written to where it is.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_MOST_LINKS = 40
_LIVE = ("/dev", "/proc")
"""Where names stand for what processes hold open, whatever that is."""


def write(file: Path, raw: bytes) -> None:
    """Give `file` this content; links are followed, and the mode of a file that is there is kept.

    Raises OSError where it cannot be written; a plain file has its old content then.
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
        # The file may be written to all the same, where its directory may not.
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
    """Where the content is to take the place of what is there; None where it is to be written through."""
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
