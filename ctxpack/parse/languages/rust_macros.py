"""Which macros of a Rust file make a type of the first name that they are given (`ids!(Order, u32)`)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_MACRO = re.compile(rb"^(?P<indent>[ \t]*)macro_rules!\s*(?P<name>\w+)\s*[({\[]", re.MULTILINE)
_FIRST = re.compile(rb"\s*[({\[]\s*(?:\$\(\s*)?(?P<group>\(\s*)?\$(?P<name>\w+)\s*:\s*ident\b")
_HANDED = re.compile(rb"\b(\w+)!\s*[({\[]\s*\$(\w+)")
_COMMENT = re.compile(rb"//[^\n]*")
_ROUNDS = 3


class _Macro(NamedTuple):
    """A macro: its name, the name of its first fragment and whether that opens a group of several, and its text."""

    name: str
    fragment: bytes
    grouped: bool
    text: bytes


@lru_cache(maxsize=4)
def declaring(data: bytes) -> dict[str, bool]:
    r"""The macros by name, with whether each group of what they are given begins with such a name.

    >>> declaring(b"macro_rules! id {\n ($n:ident, $t:ty) => { pub struct $n($t); };\n}\n")
    {'id': False}
    """
    macros = list(_macros(data))
    found = {one.name: one.grouped for one in macros if _makes(one)}
    for _ in range(_ROUNDS if found else 0):
        known = len(found)
        found.update({one.name: one.grouped for one in macros if one.name not in found and _hands_on(one, found)})
        if len(found) == known:
            break
    return found


def _macros(data: bytes) -> list[_Macro]:
    """The macros whose first fragment is a name."""
    macros = []
    for match in _MACRO.finditer(data) if b"macro_rules!" in data else ():
        end = re.compile(rb"^" + match["indent"] + rb"[)}\]]", re.MULTILINE).search(data, match.end())
        text = _COMMENT.sub(b"", data[match.end() : end.start() if end is not None else len(data)])
        first = _FIRST.match(text)
        if first is not None:
            macros.append(_Macro(match["name"].decode(), first["name"], first["group"] is not None, text))
    return macros


def _makes(macro: _Macro) -> bool:
    """Whether a type of that name stands in what the macro expands to."""
    return re.search(rb"\b(?:struct|enum|union|type|trait)\s+\$" + macro.fragment + rb"\b", macro.text) is not None


def _hands_on(macro: _Macro, known: dict[str, bool]) -> bool:
    """Whether the macro hands the name on to one that makes a type of it."""
    handed = (match for match in _HANDED.finditer(macro.text) if match[2] == macro.fragment)
    return any(match[1].decode() in known for match in handed)
