"""The texts of the statements in a mapper of MyBatis: tags and parameters blanked, so that offsets and lines stay.

A fragment (`<sql>`) names columns of the tables of the statements that include it, and a map of results (`<resultMap>`)
those of the statements that use it. So each text comes with the texts that tell its tables.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_OPENING = re.compile(r"<(select|insert|update|delete|sql|resultMap)(?=\s)([^<>]*)>")
_ATTRIBUTE = re.compile(r"\b(id|refid|resultMap|extends)\s*=\s*[\"']([\w.$]+)[\"']")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKUP = re.compile(r"<!\[CDATA\[|\]\]>|</?[A-Za-z!?](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>|[#$]\{[^{}]*\}")
_WORDS = {"<set>": " set ", "<where>": " where "}
_COLUMN = re.compile(r"\bcolumn\s*=\s*([\"'])([\w$]+)\1")
_MAP = "resultMap"
_LENT = frozenset({"sql", _MAP})
_NOT_BLANK = re.compile(r"[^\n]")
_MOST = 20
"""The most statements whose tables are asked for one fragment or map of results."""


@dataclass(slots=True)
class _Element:
    """An element with a name: where its text begins, that text, and the elements that it includes or uses."""

    begin: int
    text: str
    tag: str
    given: frozenset[str]
    takers: list[str] = field(default_factory=list)


def is_mapper(text: str) -> bool:
    """Whether XML is a mapper."""
    return "<mapper" in text and "namespace" in text


def texts(text: str) -> Iterator[tuple[int, str, str]]:
    """The text of each statement, fragment and map of results, with its offset and the text that tells its tables."""
    elements = _elements(_COMMENT.sub(_blank, text))
    for name, one in elements.items():
        for given in sorted(one.given & elements.keys()):
            elements[given].takers.append(name)
    for name, one in elements.items():
        yield one.begin, one.text, "\n".join(elements[known].text for known in _around(name, elements))


def _elements(text: str) -> dict[str, _Element]:
    """The elements by name; of those of one name, such as statements for several databases, each has its own."""
    found: dict[str, _Element] = {}
    for tag, head, begin, body in _bodies(text):
        attributes = dict(_ATTRIBUTE.findall(head))
        name = attributes.get("id", "")
        while name in found:
            name += "'"
        used = [attributes.get("resultMap", ""), attributes.get("extends", "")]
        used += [value for key, value in _ATTRIBUTE.findall(body) if key in ("refid", "resultMap")]
        given = frozenset(value.rpartition(".")[2] for value in used) - {"", name}
        inner = _columns(body) if tag == _MAP else _MARKUP.sub(_said, body)
        found[name] = _Element(begin, inner, tag, given)
    return found


def _bodies(text: str) -> Iterator[tuple[str, str, int, str]]:
    """The elements that are closed: tag, attributes, and the contents with their offset."""
    at = 0
    unclosed: set[str] = set()
    while (match := _OPENING.search(text, at)) is not None:
        tag, head = match.groups()
        at = match.end()
        end = -1 if tag in unclosed or head.endswith("/") else text.find(f"</{tag}>", at)
        if end >= 0:
            yield tag, head, at, text[at:end]
            at = end
        elif not head.endswith("/"):
            unclosed.add(tag)


def _columns(text: str) -> str:
    """A map of results with all blanked but the names of columns."""
    kept = {at for match in _COLUMN.finditer(text) for at in range(*match.span(2))}
    return "".join(char if at in kept or char == "\n" else " " for at, char in enumerate(text))


def _around(name: str, elements: Mapping[str, _Element]) -> list[str]:
    """The elements whose text tells the tables of one: itself, what it includes, and if it is lent, who takes it."""
    takers = _onward([name], lambda one: elements[one].takers) if elements[name].tag in _LENT else []
    parts = _onward([name, *takers], lambda one: sorted(elements[one].given & elements.keys()))
    return [name, *(one for one in dict.fromkeys([*takers, *parts]) if one != name and elements[one].tag != _MAP)]


def _onward(names: Iterable[str], step: Callable[[str], Iterable[str]]) -> list[str]:
    """What the steps from some names lead to, nearest first."""
    found: dict[str, None] = {}
    waiting = deque(names)
    while waiting and len(found) < _MOST:
        for one in step(waiting.popleft()):
            if one not in found:
                found[one] = None
                waiting.append(one)
    return list(found)


def _said(found: re.Match[str]) -> str:
    """What a tag says, as long as it is: most say nothing."""
    return _WORDS.get(found[0]) or _blank(found)


def _blank(found: re.Match[str]) -> str:
    return _NOT_BLANK.sub(" ", found[0])
