"""What containers hold by their types' arguments, read from text, where generics are written `List<Order>`.

What a container is, a table says by the last part of its name. Since a repository may have a class of such a name of
its own, the notation keeps the name beside what is held: "{List()|[Order()]}".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ctxpack.parse.languages.notation import UNKNOWN, each, either, gives, mapping, pair, split_type

_PATH = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
_BEFORE = re.compile(r"(?:@[\w.]+\s*|\b(?:final|out|in|readonly)\s+|\?\s*(?:extends|super)\s+)+")
_PARAMETER = re.compile(r"[A-Z][A-Z0-9]?\Z")
_ARRAY = re.compile(r"\[[,\s]*\]\Z")
_LONGEST, _DEEPEST = 400, 8


@dataclass(frozen=True, slots=True)
class Holders:
    """Generic types by what a value of them holds: `each` values of one kind, `mappings`, `pairs`.

    `given` give a value when they are called, `itself` are taken for what they hold.
    """

    each: frozenset[str]
    mappings: frozenset[str]
    pairs: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    itself: frozenset[str] = frozenset()


def reader(holders: Holders) -> Callable[[str], str | None]:
    """What reads the types of one language: as `Hooks.type_value`, with None for what is no container.

    >>> read = reader(Holders(frozenset({"List"}), frozenset({"Map"})))
    >>> read("java.util.List<? extends Order>"), read("Map<String, List<T>>"), read("Order"), read("Order[]")
    ('{java.util.List()|[Order()]}', '{Map()|[String():List()]}', None, '[Order()]')
    """

    @lru_cache(maxsize=4096)
    def read(text: str) -> str | None:
        if len(text) > _LONGEST or ("<" not in text and "[" not in text):
            return None
        value = _value(text, holders, 0)
        return value if "[" in value or value == UNKNOWN else None

    return read


def _value(text: str, holders: Holders, depth: int) -> str:
    text = _BEFORE.sub("", text.strip()).rstrip("?").strip()
    array = _ARRAY.search(text)
    if array is not None and depth < _DEEPEST:
        return each(_value(text[: array.start()], holders, depth + 1))
    found = _PATH.match(text) if depth < _DEEPEST else None
    if found is None or (_PARAMETER.match(text) and depth):
        return UNKNOWN
    path, rest = re.sub(r"\s", "", found[0]), text[found.end() :].strip()
    if not rest:
        return f"{path}()"
    inside = rest[1:-1] if rest[:1] == "<" and rest[-1:] == ">" else ""
    arguments = [_value(part, holders, depth + 1) for part in split_type(inside, ",")]
    return _held(path, arguments, holders) if arguments else f"{path}()"


def _held(path: str, arguments: list[str], holders: Holders) -> str:
    """The value of a generic type with these arguments."""
    name, inside = path.rpartition(".")[2], UNKNOWN
    if name in holders.itself and arguments[0] != UNKNOWN:
        return arguments[0]
    if name in holders.each:
        inside = each(arguments[0])
    elif name in holders.mappings and len(arguments) == 2:
        inside = mapping(*arguments)
    elif name in holders.pairs:
        inside = pair(arguments)
    elif name in holders.given:
        inside = gives(arguments[-1])
    return either([f"{path}()", inside])
