"""Rust before its macros: items that a macro call wraps (`cfg_io! { pub mod io; }`) laid open.

A grammar sees only tokens inside such a call, although most of the modules of a crate may stand there. Calls in braces
whose content is nothing but items lose the call's own characters, so that the items stand where they will be expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CALL = re.compile(rb"^[ \t]*(?:[a-z_]\w*::)*[a-z_]\w*![ \t]*\{[ \t]*$", re.MULTILINE)
_TOKEN = re.compile(
    rb"""//[^\n]* | /\*.*?\*/ | \bb?r(\#*)".*?"\1 | b?"(?:\\.|[^"\\])*" | b?'(?:\\.[^']*|[^'\\])'(?!\w)
       | (?P<mark>\#!?\[ | [][{}();]) | (?P<word>[A-Za-z_]\w*!?) | (?P<other>[^\s\w])""",
    re.DOTALL | re.VERBOSE,
)
_ITEMS = frozenset(
    b"pub mod use fn struct enum union impl trait const static type unsafe async extern macro_rules! crate".split()
)
_NOT_ITEMS = re.compile(rb"\bstatic\s+ref\b|\bstruct\s+\w+\s*:")
_OPEN, _CLOSE = frozenset({b"{", b"[", b"(", b"#[", b"#!["}), frozenset({b"}", b"]", b")"})
_NEST = 3


def open_items(data: bytes) -> bytes:
    """The text, of the same length and lines, with the macro calls around items blanked."""
    for _ in range(_NEST):
        edits = list(_calls(data))
        if not edits:
            break
        changed = bytearray(data)
        for start, stop, end in edits:
            changed[start:stop] = b" " * (stop - start)
            changed[end : end + 1] = b" "
        data = bytes(changed)
    return data


def _calls(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Start and end of the opening of the outermost calls around items, and where each is closed.

    What is read to no avail is limited, so that a text full of unclosed calls costs no more than a few readings.
    """
    after, waste = 0, 4 * len(data) + 10_000
    for call in _CALL.finditer(data):
        if call.start() < after or waste < 0:
            continue
        end, seen = _end(data, call.end())
        if end > 0:
            after = end
            yield call.start(), call.end(), end
        else:
            waste -= seen - call.end()


def _end(data: bytes, start: int) -> tuple[int, int]:
    """Where the brace that opens just before `start` is closed, if only items stand between, else -1; and how far
    was read.

    An item may go on after a body (`const A: u8 = if b { 1 } else { 2 };`), so only what opens the block or follows a
    semicolon has to be the first word of one.
    """
    begins, complete = True, True
    for text, place in _outermost(data, start):
        if text in _CLOSE:
            fine = text == b"}" and complete and not _NOT_ITEMS.search(data, start, place)
            return (place if fine else -1), place
        if text.startswith((b"#[", b"#![")):
            continue
        if begins and text not in _ITEMS and not text.endswith(b"!"):
            return -1, place
        begins, complete = text == b";", text in (b";", b"{")
    return -1, len(data)


def _outermost(data: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    """The tokens outside all inner brackets, of which only the opening ones are given, up to the closing bracket."""
    depth = 0
    for token in _TOKEN.finditer(data, start):
        mark = token["mark"]
        if mark in _CLOSE:
            if depth == 0:
                yield mark, token.start()
                return
            depth -= 1
            continue
        if depth == 0 and (mark or token["word"] or token["other"]):
            yield token[0], token.start()
        depth += mark in _OPEN
