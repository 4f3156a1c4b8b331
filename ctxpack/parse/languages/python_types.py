"""What a Python annotation says of a value, read from its text.

The notation is that of `Reference.qualifier` and of the module `notation`. Containers of the standard library are known
by name, whatever they are imported as.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter

from ctxpack.parse.languages.notation import UNKNOWN, each, either, gives, mapping, pair

_SIMPLE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")
_GENERIC = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*\[(.*)\]\Z", re.DOTALL)
_LONGEST, _DEEPEST = 1000, 12
_OPEN, _CLOSE = "[({", "])}"

_NOTHING = frozenset(
    "None Any object int str bytes bool float complex bytearray memoryview Never NoReturn LiteralString".split()
)
_WRAPPERS = frozenset(
    "Optional Annotated Final ClassVar Required NotRequired ReadOnly InitVar Awaitable Mapped Unpack".split()
)
_EACH = frozenset(
    """list List set Set frozenset FrozenSet deque Deque Sequence MutableSequence Iterable Iterator Collection
    Container Reversible AbstractSet MutableSet KeysView ValuesView AsyncIterator AsyncIterable Generator AsyncGenerator
    ContextManager AbstractContextManager AsyncContextManager AbstractAsyncContextManager ContextVar Queue WeakSet
    """.split()
)
_MAPPINGS = frozenset(
    """dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict ChainMap WeakKeyDictionary
    WeakValueDictionary MappingProxyType""".split()
)
_CALLABLES = frozenset("Callable ref ReferenceType partial".split())
_MOST_ARGUMENTS = 12


def type_value(text: str) -> str | None:
    """The notation of a value annotated with the type `text`; None for a plain dotted name, which is itself.

    >>> type_value('t.Optional["dict[str, Order]"]'), type_value("list[int]"), type_value("A | B | None")
    ('[?:Order()]', '?', '{A()|B()}')
    """
    return None if _SIMPLE.match(text) and text not in _NOTHING else _read(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> str:
    return _value(text, 0) if len(text) <= _LONGEST else UNKNOWN


def _value(text: str, depth: int) -> str:
    text = text.strip()
    if text[:1] in ("'", '"'):
        text = text.strip("\"'").strip()
    grouped = text[:1] == "(" and text[-1:] == ")"
    alternatives = split(text[1:-1], ",") if grouped else split(text, "|")
    if (grouped or len(alternatives) > 1) and depth < _DEEPEST:
        return either(_value(part, depth + 1) for part in alternatives)
    if _SIMPLE.match(text):
        return UNKNOWN if text.rpartition(".")[2] in _NOTHING else f"{text}()"
    found = _GENERIC.match(text) if depth < _DEEPEST else None
    return _generic(found.group(1), split(found.group(2), ","), depth) if found is not None else UNKNOWN


def _generic(path: str, arguments: list[str], depth: int) -> str:
    name = path.rpartition(".")[2]
    if name == "Literal" or not arguments:
        return UNKNOWN
    if name in ("tuple", "Tuple"):
        return _pair(arguments, depth)
    values = [_value(argument, depth + 1) for argument in arguments[:_MOST_ARGUMENTS]]
    read = _GENERICS.get(name)
    return read(values) if read is not None else f"{path}()"


def _pair(arguments: list[str], depth: int) -> str:
    if arguments[-1] == "...":
        return each(_value(arguments[0], depth + 1))
    return pair([_value(argument, depth + 1) for argument in arguments])


def _class(values: list[str]) -> str:
    """What `type[A]` says: the class itself."""
    return values[0].removesuffix("()") if "{" not in values[0] else UNKNOWN


_GENERICS: dict[str, Callable[[list[str]], str]] = {
    **dict.fromkeys(_WRAPPERS, itemgetter(0)),
    **dict.fromkeys(_EACH, lambda values: each(values[0])),
    **dict.fromkeys(_MAPPINGS, lambda values: mapping(values[0], values[-1])),
    **dict.fromkeys(_CALLABLES, lambda values: gives(values[-1])),
    **dict.fromkeys(("type", "Type"), _class),
    "Union": either,
    "Coroutine": itemgetter(-1),
}
"""How to read the arguments of a generic type, by the last part of its name."""


def split(text: str, separator: str) -> list[str]:
    """The parts of a type between separators that stand in no bracket and no string.

    >>> split("dict[str, int], 'a,b'", ",")
    ['dict[str, int]', "'a,b'"]
    """
    parts, depth, start, quote = [], 0, 0, ""
    for position, character in enumerate(text):
        if quote or character in "\"'":
            quote = "" if quote == character else quote or character
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]
