"""What the types of Rust hold, read from text: vectors, slices, maps and tuples, seen through what wraps them."""

from __future__ import annotations

import re
from collections.abc import Callable

from ctxpack.parse.languages.notation import UNKNOWN, each, either, mapping, pair, split_type

_BEFORE = re.compile(r"(?:&|\*\s*(?:const|mut)\b|'\w+|\b(?:mut|dyn|impl)\b|\s)+")
_PATH = re.compile(r"(?:::)?[^\W\d]\w*(?:\s*::\s*[^\W\d]\w*)*")
_NAMED = re.compile(r"\w+\s*=\s*")
_EACH = frozenset(
    """Vec VecDeque LinkedList HashSet BTreeSet BinaryHeap IndexSet SmallVec Iterator IntoIterator DoubleEndedIterator
    ExactSizeIterator Iter IterMut IntoIter Peekable""".split()
)
_MAPPINGS = frozenset("HashMap BTreeMap IndexMap FxHashMap".split())
_LONGEST, _DEEPEST = 400, 8


def type_value(text: str, holders: frozenset[str], plain: Callable[[str], str]) -> str | None:
    """The notation of a container; None for other types.

    `holders` are the types that are taken for what they hold, and `plain` gives the path of one that holds nothing.

    >>> read = lambda text: type_value(text, frozenset({"Option", "Box"}), lambda inner: inner)
    >>> read("&'a mut Vec<Order>"), read("Option<Box<[Order]>>"), read("HashMap<u8, Vec<Order>>"), read("Option<Order>")
    ('{Vec()|[Order()]}', '[Order()]', '{HashMap()|[u8():{Vec()|[Order()]}]}', None)
    """
    if len(text) > _LONGEST or ("<" not in text and "[" not in text and "(" not in text):
        return None
    value = _value(text, holders, plain, 0)
    return value if "[" in value and "Self" not in value else None


def _value(text: str, holders: frozenset[str], plain: Callable[[str], str], depth: int) -> str:
    before = _BEFORE.match(text)
    text = (text[before.end() :] if before is not None else text).strip()
    if depth > _DEEPEST or not text:
        return UNKNOWN
    if text[0] == "[" and text[-1] == "]":
        return each(_value(split_type(text[1:-1], ";")[0], holders, plain, depth + 1)) if len(text) > 2 else UNKNOWN
    if text[0] == "(" and text[-1] == ")":
        parts = [_value(part, holders, plain, depth + 1) for part in split_type(text[1:-1], ",")]
        return parts[0] if len(parts) == 1 and "," not in text else pair(parts) if parts else UNKNOWN
    found = _PATH.match(text)
    if found is None:
        return UNKNOWN
    name, rest = found[0].rpartition(":")[2].strip(), text[found.end() :].strip()
    if rest[:1] == "<" and rest[-1:] == ">" and name in holders | _EACH | _MAPPINGS:
        inside = [_NAMED.sub("", part, count=1) for part in split_type(rest[1:-1], ",") if not part.startswith("'")]
        values = [_value(part, holders, plain, depth + 1) for part in inside]
        return _held(found[0], name, values, holders) if values else UNKNOWN
    path = plain(text)
    return f"{path}()" if path else UNKNOWN


def _held(written: str, name: str, values: list[str], holders: frozenset[str]) -> str:
    if name in holders:
        return values[0]
    path = re.sub(r"\s", "", written).strip(":").replace("::", ".")
    inside = mapping(values[0], values[1]) if name in _MAPPINGS and len(values) > 1 else each(values[0])
    return either([f"{path}()", inside])
