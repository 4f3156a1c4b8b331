"""What is done to a text before TypeScript's or JavaScript's grammar sees it, keeping every byte in its place."""

from __future__ import annotations

import re

_SCRIPT = re.compile(rb"<script\b[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_NOT_BREAK = re.compile(rb"[^\r\n]")
_ENDS_TYPE = re.compile(rb"[\w$>\])}'\"`]\s*$")
_COMMENT = (b"//", b"/*", b"*")


def scripts(data: bytes) -> bytes:
    """The contents of the script elements of a single-file component; all else is blank."""
    kept, place = [], 0
    for found in _SCRIPT.finditer(data):
        kept += [_NOT_BREAK.sub(b" ", data[place : found.start(1)]), found.group(1)]
        place = found.end(1)
    kept.append(_NOT_BREAK.sub(b" ", data[place:]))
    return b"".join(kept)


def part_signatures(data: bytes) -> bytes:
    """Puts a semicolon before each generic call signature that follows another member by a mere line break.

    The grammar takes such a `<` for the rest of the type before it, and loses the interface.
    """
    lines = data.split(b"\n")
    ends = False
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare or bare.startswith(_COMMENT):
            continue
        if ends and bare.startswith(b"<") and line[:1] in (b" ", b"\t"):
            lines[number] = b";" + line[1:]
        ends = _ENDS_TYPE.search(bare) is not None
    return b"\n".join(lines)
