"""How qualifiers and types write what a value holds or gives, which dotted paths cannot say.

"[Order()]" is a list of orders, "[?:Order()]" maps something to orders, "[A();B()]" is a pair, "[->Order()]" gives an
order when called, and "{A()|B()}" is one or the other. `graph/notation.py` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable

UNKNOWN = "?"
_OPENING, _CLOSING = "<([{", ">)]}"
_MOST = 8
"""Alternatives that are kept of a union."""


def each(value: str) -> str:
    """The notation of what holds values of one kind."""
    return UNKNOWN if value == UNKNOWN else f"[{value}]"


def mapping(key: str, value: str) -> str:
    """The notation of what maps keys to values."""
    return UNKNOWN if key == value == UNKNOWN else f"[{key}:{value}]"


def pair(values: list[str]) -> str:
    """The notation of a tuple."""
    if all(value == UNKNOWN for value in values):
        return UNKNOWN
    return f"[{';'.join(values)}{';' if len(values) == 1 else ''}]"


def at(value: str, place: str) -> str:
    """What stands at a place in a value: by position for a number, else any element, for "" too."""
    return f"{value}.[{place if place.isdigit() else ''}]"


def gives(value: str) -> str:
    """The notation of what gives a value when it is called."""
    return UNKNOWN if value == UNKNOWN else f"[->{value}]"


def either(values: Iterable[str]) -> str:
    """The notation of one of several, as far as they are known.

    >>> either(["A()", "?", "{B()|A()}"]), either(["?"])
    ('{A()|B()}', '?')
    """
    found: list[str] = []
    for value in values:
        if value.startswith("{"):
            found.extend(_alternatives(value[1:-1]))
        elif value != UNKNOWN:
            found.append(value)
    distinct = list(dict.fromkeys(found))[:_MOST]
    return f"{{{'|'.join(distinct)}}}" if len(distinct) > 1 else distinct[0] if distinct else UNKNOWN


def _alternatives(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "|" and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return parts


def split_type(text: str, separator: str) -> list[str]:
    """The parts of a type expression between separators that no bracket encloses.

    >>> split_type("Map<A | B, C> | null", "|")
    ['Map<A | B, C>', 'null']
    """
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING and text[position - 1 : position] != "=":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]
