"""The tags of MyBatis' mappers in XML: what interface a mapper is for, and which of its elements have names."""

from __future__ import annotations

import re

_MAPPER = re.compile(rb"<mapper\s[^<>]*?\bnamespace\s*=\s*[\"'](?P<name>[\w.$]{1,200})[\"']")
_ELEMENT = re.compile(
    rb"<(?P<tag>select|insert|update|delete|sql|resultMap)\s[^<>]*?\bid\s*=\s*[\"'](?P<id>\w{1,100})[\"'][^<>]*>"
)
STATEMENTS = frozenset({b"select", b"insert", b"update", b"delete"})
_LARGEST = 1_500_000
_MOST = 1_000
_LONGEST = 200_000


def namespace(data: bytes) -> str:
    """The interface that a mapper is for, by its dotted name; "" for other XML."""
    match = _MAPPER.search(data) if b"<mapper" in data and len(data) <= _LARGEST else None
    return match["name"].decode("ascii", "replace") if match is not None else ""


def statements(data: bytes) -> list[tuple[int, str]]:
    """The methods that the statements of a mapper are for, by dotted names, each with its offset."""
    name = namespace(data)
    found = elements(data) if name else []
    return [(one.start("id"), f"{name}.{one['id'].decode('ascii')}") for one in found if one["tag"] in STATEMENTS]


def elements(data: bytes) -> list[re.Match[bytes]]:
    """The opening tags of the first statements, fragments and maps of results, without those that are comments."""
    found = []
    closed = 0
    for one in _ELEMENT.finditer(data):
        opened = data.rfind(b"<!--", closed, one.start())
        if opened >= 0:
            end = data.find(b"-->", opened)
            if end < 0 or end > one.start():
                continue
            closed = end
        found.append(one)
        if len(found) == _MOST:
            break
    return found


def end_of(data: bytes, opening: re.Match[bytes]) -> int:
    """The offset behind the element that a tag opens."""
    if opening[0].endswith(b"/>"):
        return opening.end()
    closing = b"</" + opening["tag"] + b">"
    found = data.find(closing, opening.end(), opening.end() + _LONGEST)
    return found + len(closing) if found >= 0 else opening.end()
