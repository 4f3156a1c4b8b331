"""C and C++ before the preprocessor: a text with one branch of each condition, for when the whole does not parse.

Conditions may part a statement or a signature anywhere, which no grammar of the language can follow. What stays is the
first branch of each (`#if 0` and `__cplusplus` count as untrue); includes and definitions of macros stay everywhere,
since they can always be read and matter to a reader whatever the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIRECTIVE = re.compile(rb"[ \t]*#[ \t]*(\w+)[ \t]*([^\n]*)")
_CONDITIONS = frozenset({b"if", b"ifdef", b"ifndef"})
_ALTERNATIVES = frozenset({b"elif", b"else", b"elifdef", b"elifndef"})
_KEPT = frozenset({b"include", b"include_next", b"import", b"define"})
_UNTRUE = re.compile(rb"(?:0|defined\s*\(?\s*__cplusplus\s*\)?|__cplusplus)\s*(?:/[/*].*)?$")
_MARKS = re.compile(rb"[^\s]")


def one_branch(data: bytes) -> bytes:
    """The text, of the same length and lines, with the other branches and the conditions themselves blanked."""
    kept: list[bytes] = []
    branches: list[tuple[bool, bool]] = []
    inactive = 0
    for line in _logical_lines(data):
        found = _DIRECTIVE.match(line)
        word = found[1] if found else b""
        if word in _CONDITIONS:
            active = not (word != b"ifndef" and _UNTRUE.match(found[2] if found else b""))
            branches.append((active, active))
            inactive += not active
        elif word in _ALTERNATIVES and branches:
            active, taken = branches[-1]
            inactive += active - (not taken)
            branches[-1] = (not taken, True)
        elif word == b"endif" and branches:
            inactive -= not branches.pop()[0]
        elif word in _KEPT or not inactive:
            kept.append(line)
            continue
        kept.append(_MARKS.sub(b" ", line))
    return b"".join(kept)


def _logical_lines(data: bytes) -> Iterator[bytes]:
    """Lines with their newlines, those that end in a backslash joined with the next."""
    held: list[bytes] = []
    for line in data.splitlines(keepends=True):
        held.append(line)
        if not line.rstrip(b"\r\n").endswith(b"\\"):
            yield b"".join(held)
            held.clear()
    if held:
        yield b"".join(held)
