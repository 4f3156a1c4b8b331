"""What the variants of Rust's enumerations hold, read from their signatures."""

from __future__ import annotations

import re
from functools import lru_cache

_BEFORE = re.compile(r"(?:#\s*\[[^\]]*\]|pub(?:\([^)]*\))?(?!\w)|&|'\w+|\b(?:mut|dyn|impl)\b(?!\s*::)|\s)*")
_PATH = re.compile(r"(?:::)?[^\W\d]\w*(?:\s*::\s*[^\W\d]\w*)*")
_HOLDERS = frozenset({"Arc", "Box", "Cow", "ManuallyDrop", "Mutex", "Option", "Rc", "RefCell", "RwLock"})
_PLAIN = frozenset(
    "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize String Vec HashMap BTreeMap".split()
)
_OPEN, _CLOSE = "([{<", ")]}>"
_DEEPEST = 4


@lru_cache(maxsize=20_000)
def held(signature: str, name: str, part: str) -> str:
    """The dotted path of the type of one part of the variant `name`, seen through what holds it; "" for others.

    `part` is a field's name, or its place where fields have none.

    >>> held("Quad(Point, Box<geo::Curve<'a>>)", "Quad", "1"), held("Named { at: &'a Point, n: u8 }", "Named", "at")
    ('geo.Curve', 'Point')
    >>> held("Named { at: Point, n: u8 }", "Named", "n"), held("Quad(Vec<Point>)", "Quad", "0")
    ('', '')
    """
    begin = signature.find(name) + len(name)
    text = signature[begin:].strip()
    if text[:1] == "(" and part.isdigit():
        parts = _split(text[1:])
        return _type(parts[int(part)]) if int(part) < len(parts) else ""
    if text[:1] == "{":
        found = re.search(rf"(?<![\w#]){re.escape(part)}\s*:(?!:)", text)
        return _type(_split(text[found.end() :])[0]) if found is not None else ""
    return ""


def _split(text: str) -> list[str]:
    """The parts between commas, up to the bracket that closes the list."""
    parts: list[str] = []
    depth = start = 0
    for place, mark in enumerate(text):
        if mark in _OPEN:
            depth += 1
        elif mark in _CLOSE and not (mark == ">" and text[place - 1 : place] in ("-", "=")):
            depth -= 1
            if depth < 0:
                return [*parts, text[start:place]]
        elif mark == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return parts or [""]


def _type(text: str) -> str:
    for _ in range(_DEEPEST):
        text = text[_BEFORE.match(text).end() :]  # type: ignore[union-attr]
        found = _PATH.match(text)
        if found is None:
            return ""
        path = re.sub(r"\s", "", found[0]).strip(":").replace("::", ".")
        last, rest = path.rpartition(".")[2], text[found.end() :].lstrip()
        if last not in _HOLDERS or rest[:1] != "<":
            return "" if last in _PLAIN else path
        text = re.sub(r"\A<\s*'\w+\s*,", "<", rest)[1:]
    return ""
