"""Rust before its macros: items that a macro call wraps (`cfg_io! { pub mod io; }`) laid open.

A grammar sees only tokens inside such a call, although most of the modules of a crate may stand there. Calls in braces
whose content is nothing but items lose the call's own characters, so that the items stand where they will be expanded.
So do those that choose between blocks of items (`cfg_if!`, `cfg_select!`): of all blocks, since nobody knows which one
a build takes. The tables of a database that `table! { orders (id) { id -> Int4, } }` describes are read as types with
their columns as fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_CALL = re.compile(rb"^[ \t]*(?:::)?(?:[a-z_]\w*::)*(?P<name>[a-z_]\w*)![ \t]*\{[ \t]*$", re.MULTILINE)
_CHOOSING = b"cfg"
"""Macros that choose between blocks are named so; what else has blocks after arrows is code."""

_ARM = re.compile(
    rb"""(?:\s|,|//[^\n]*|/\*.*?\*/)*+
       (?P<head>(?:(?:else\s+)?if\s*\#\[[^{};]{1,500}\] | else | [^{};]{1,500}?=>)\s*\{)""",
    re.DOTALL | re.VERBOSE,
)
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
_VISIBLE = re.compile(rb"[^\n]")
_CLOSED = re.compile(rb"(?:\s|,|;|//[^\n]*|/\*.*?\*/)*+\}", re.DOTALL)


_TABLE = re.compile(
    rb"""^[ \t]*(?:[a-z_]\w*::)*(?P<call>table!)[ \t]*\{
       (?P<before>(?:\s|//[^\n]*|use\s[^;{}]{1,200};|\#\[[^\[\]]{0,200}\])*+)
       (?P<schema>\w+\s*\.\s*)?(?P<name>[A-Za-z_]\w*)\s*(?P<key>\([\w\s,]*\))?\s*\{""",
    re.MULTILINE | re.VERBOSE,
)
_NAMED_OTHERWISE = re.compile(rb"\#\[\s*sql_name\s*=\s*\"([\w.]{1,100})\"")


class _Edit(NamedTuple):
    """What opens a call or a block, from `start` to before `stop`, and the place `end` of the brace that closes it."""

    start: int
    stop: int
    end: int


def open_items(data: bytes) -> bytes:
    """The text, of the same length and lines, with the macro calls around items blanked."""
    return _opened(data)[0]


def wrapped(data: bytes, place: int) -> bool:
    """Whether a macro call that was laid open stands around a place of the text as it is."""
    return any(start <= place < end for start, end in _opened(data)[1])


def _emptied(head: bytes) -> bytes:
    """What opens a call or a block, blanked: a call stays as one of nothing, as far as there is room to close it."""
    if head.endswith(b"! {"):
        return head[:-2] + b"{}"
    return _VISIBLE.sub(b" ", head)


@lru_cache(maxsize=4)
def _opened(data: bytes) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """The text laid open, and where the outermost calls begin and end that were."""
    data = _as_types(data)
    around: tuple[tuple[int, int], ...] = ()
    for _ in range(_NEST):
        edits = list(_calls(data))
        if not edits:
            break
        around = (*around, *((edit.start, edit.end) for edit in edits))
        changed = bytearray(data)
        for start, stop, end in edits:
            # The lines stay as they are, for a head may have several.
            changed[start:stop] = _emptied(data[start:stop])
            changed[end : end + 1] = b" "
        data = bytes(changed)
    return data, around


def described(data: bytes) -> Iterator[tuple[int, str]]:
    """The tables that `table!` describes, as mentions."""
    for match in _tables(data):
        other = _NAMED_OTHERWISE.search(match["before"])
        name = other[1] if other is not None else b"".join((match["schema"] or b"", match["name"]))
        yield match.start("name"), f"TABLE {b''.join(name.split()).decode('ascii')}"


def _tables(data: bytes) -> Iterator[re.Match[bytes]]:
    return _TABLE.finditer(data) if b"table!" in data else iter(())


def _as_types(data: bytes) -> bytes:
    """The text with each table as a `struct`: the word takes the place of the macro's name, which is as long."""
    changed: bytearray | None = None
    for match in _tables(data):
        inner = _closed(data, match.end())
        outer = _closed(data, inner + 1) if inner > 0 else -1
        if outer < 0:
            break
        changed = bytearray(data) if changed is None else changed
        start, stop = match.start(), match.end()
        changed[start:stop] = _VISIBLE.sub(b" ", data[start:stop])
        for place, text in ((match.start("call"), b"struct"), (match.start("name"), match["name"]), (stop - 1, b"{")):
            changed[place : place + len(text)] = text
        changed[stop:inner] = data[stop:inner].replace(b"->", b": ")
        changed[outer : outer + 1] = b" "
    return data if changed is None else bytes(changed)


def _closed(data: bytes, start: int) -> int:
    """The place of the brace that closes the one before `start`; -1 where none does."""
    place, text = -1, b""
    for text, place in _outermost(data, start):  # noqa: B007 - the last is wanted
        pass
    return place if text == b"}" else -1


def _calls(data: bytes) -> Iterator[_Edit]:
    """The openings of the outermost calls around items, and of the blocks in those that choose between several.

    What is read to no avail is limited, so that a text full of unclosed calls costs no more than a few readings.
    """
    after, waste = 0, 4 * len(data) + 10_000
    for call in _CALL.finditer(data):
        if call.start() < after or waste < 0:
            continue
        end, seen = _end(data, call.end())
        arms: list[_Edit] = []
        if end < 0 and call["name"].startswith(_CHOOSING):
            arms, end, far = _arms(data, call.end())
            seen = max(seen, far)
        if end > 0:
            after = end
            yield _Edit(call.start(), call.end(), end)
            yield from arms
        else:
            waste -= seen - call.end()


def _arms(data: bytes, start: int) -> tuple[list[_Edit], int, int]:
    """The blocks that a call chooses between and where it is closed, -1 if that is not all; and how far was read."""
    arms: list[_Edit] = []
    place = start
    while (head := _ARM.match(data, place)) is not None:
        end, seen = _end(data, head.end())
        if end < 0:
            return [], -1, seen
        arms.append(_Edit(head.start("head"), head.end(), end))
        place = end + 1
    closed = _CLOSED.match(data, place)
    held = any(data[arm.stop : arm.end].strip() for arm in arms)
    return (arms, closed.end() - 1, place) if closed is not None and held else ([], -1, place)


def _end(data: bytes, start: int) -> tuple[int, int]:
    """Where the brace that opens just before `start` is closed, if only items stand between, else -1; and how far
    was read.

    An item may go on after a body (`const A: u8 = if b { 1 } else { 2 };`), so only what opens the block or follows a
    semicolon has to be the first word of one.
    """
    begins, complete = True, True
    for text, place in _outermost(data, start):
        if text in _CLOSE:
            fine = text == b"}" and complete and not _holds_others(data, start, place)
            return (place if fine else -1), place
        if text.startswith((b"#[", b"#![")):
            continue
        if begins and text not in _ITEMS and not text.endswith(b"!"):
            return -1, place
        begins, complete = text == b";", text in (b";", b"{")
    return -1, len(data)


def _holds_others(data: bytes, start: int, end: int) -> bool:
    """Whether something stands there, outside of comments, that begins like an item and is none."""
    for match in _NOT_ITEMS.finditer(data, start, end):
        if b"//" not in data[data.rfind(b"\n", start, match.start()) + 1 : match.start()]:
            return True
    return False


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
