"""How many arguments each call gives, for languages where that may tell which definition of a name is meant.

A call is known by its captured name. Its arguments begin after the name, blanks and arguments for types (`f<T>(x)`), so
that they are found without asking any node for its parent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ctxpack.parse.treesitter import Node

_BLANK = re.compile(rb"\s*")
_BRACKETS = {ord("<"): re.compile(rb"[<>]"), ord("["): re.compile(rb"[\[\]]")}
_OPENING = b"<["
_LONGEST = 500
"""Bytes of arguments for types that are passed over."""

_EXPANDED = frozenset({"parameter_pack_expansion", "spread_expression", "ERROR"})
"""Types of nodes that stand for arguments of which nobody knows how many there are."""


def arguments(tokens: Mapping[str, list[Node]], data: bytes) -> dict[int, int]:
    """The number of arguments of calls by the first byte of the name; those that are not known are left out.

    `tokens` has the names as `call`, lists in brackets as `arguments`, and as `argument` what is one by itself, alone
    or after a list (a block in braces).
    """
    lists = {node.start_byte: node for node in tokens.get("arguments", ())}
    singles = frozenset(node.start_byte for node in tokens.get("argument", ()))
    found: dict[int, int] = {}
    for name in tokens.get("call", ()):
        place = _after(data, name.end_byte)
        given = lists.get(place)
        if given is None:
            if place in singles:
                found[name.start_byte] = 1
        elif (count := _count(given, data)) >= 0:
            found[name.start_byte] = count + (_blank(data, given.end_byte) in singles)
    return found


def _count(given: Node, data: bytes) -> int:
    """The arguments in a list, comments not counted; -1 where one of them stands for any number."""
    count = given.named_child_count
    inside = data[given.start_byte : given.end_byte]
    if given.has_error or b"/" in inside or b"..." in inside or b"*" in inside:
        types = [child.type for child in given.named_children]
        if not _EXPANDED.isdisjoint(types):
            return -1
        count = sum("comment" not in one for one in types)
    return count


def _after(data: bytes, end: int) -> int:
    """Where the arguments of a call can begin whose name ends at `end`."""
    place = _blank(data, end)
    if data[place : place + 1] in (b"<", b"["):
        depth = 0
        for found in _BRACKETS[data[place]].finditer(data, place, place + _LONGEST):
            depth += 1 if found[0] in _OPENING else -1
            if not depth:
                return _blank(data, found.end())
    return place


def _blank(data: bytes, place: int) -> int:
    found = _BLANK.match(data, place)
    return found.end() if found else place
