"""What a TypeScript type expression says of a value, read from its text: its class, or what it holds or gives."""

from __future__ import annotations

import re
from functools import lru_cache

from ctxpack.parse.languages.notation import UNKNOWN, each, either, gives, mapping, pair, split_type

_PATH = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
_UNWRAPPED = frozenset(
    {"Promise", "PromiseLike", "Awaited", "Readonly", "Partial", "Required", "NonNullable", "Omit", "Pick"}
)
_NOTHING = frozenset({"null", "undefined", "void", "never", "false"})
_PRIMITIVE = frozenset(
    {
        "string", "number", "boolean", "bigint", "symbol", "any", "unknown", "object", "keyof", "typeof", "infer",
        "unique", "asserts", "new", "abstract", "true", "const", *_NOTHING,
    }
)  # fmt: skip
_EACH = frozenset(
    """Array ReadonlyArray Set ReadonlySet WeakSet Iterable Iterator IterableIterator AsyncIterable AsyncIterator
    AsyncIterableIterator Generator AsyncGenerator ArrayLike""".split()
)
_MAPPINGS = frozenset("Map ReadonlyMap WeakMap Record".split())
_SIMPLE = re.compile(r":?\s*[A-Za-z_$][\w$.]*\Z")
_LABEL = re.compile(r"(?:\.\.\.)?(?:[A-Za-z_$][\w$]*\??\s*:\s*)?")
_DEEPEST = 12
_OPEN, _CLOSE = "<([{", ">)]}"
_LONGEST = 2000


def type_path(text: str) -> str:
    """The dotted name of the one class or interface that a type is about, "" where it is about none or several.

    What a promise holds counts as the type, and `null` beside it does not.

    >>> type_path("Promise<ns.Foo<A>> | null"), type_path("Foo[]"), type_path("(a: A) => B"), type_path("A | B")
    ('ns.Foo', '', '', '')
    """
    if len(text) > _LONGEST:
        return ""
    parts = [part for part in split_type(text.strip().lstrip(":").strip(), "|") if part not in _NOTHING]
    if len(parts) != 1:
        return ""
    part = parts[0].removeprefix("readonly ").strip()
    found = _PATH.match(part)
    if found is None or found.group() in _PRIMITIVE:
        return ""
    path, rest = found.group(), part[found.end() :].strip()
    generic = rest.startswith("<") and rest.endswith(">") and len(split_type(rest, " ")) == 1
    if rest and not generic:
        return ""
    arguments = split_type(rest[1:-1], ",") if path in _UNWRAPPED else []
    return type_path(arguments[0]) if arguments else path


def type_value(text: str) -> str | None:
    """The notation of a value of the type `text`; None for a plain name, which is itself.

    >>> type_value("readonly Foo[] | null"), type_value("Map<string, Promise<A.B>>"), type_value("(a: A) => B | C")
    ('[Foo()]', '[?:A.B()]', '[->{B()|C()}]')
    """
    return None if _SIMPLE.match(text) else _read(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> str:
    return _value(text.strip().lstrip(":"), 0) if len(text) <= _LONGEST else UNKNOWN


def _value(text: str, depth: int) -> str:
    text = text.strip().removeprefix("readonly ").strip()
    result = _result(text) if depth < _DEEPEST and text else ""
    if result:
        return gives(_value(result, depth + 1))
    for separator in "|&" if depth < _DEEPEST else "":
        parts = split_type(text, separator)
        if len(parts) > 1 or text[:1] == separator:
            return either(_value(part, depth + 1) for part in parts)
    if text[:1] == "(" and text[-1:] == ")":
        return _value(text[1:-1], depth + 1)
    if text.endswith("[]"):
        return each(_value(text[:-2], depth + 1))
    return _tuple(text, depth) if text[:1] == "[" and text[-1:] == "]" else _named(text, depth)


def _tuple(text: str, depth: int) -> str:
    parts = [_LABEL.sub("", part, count=1).rstrip("?") for part in split_type(text[1:-1], ",")]
    return pair([_value(part, depth + 1) for part in parts])


def _result(text: str) -> str:
    """What a function type returns; "" for another type."""
    depth = 0
    for position, character in enumerate(text if text[0] in "(<" else ""):
        depth += (character in _OPEN) - (character in _CLOSE and text[position - 1] != "=")
        if depth == 0 and character == ")":
            rest = text[position + 1 :].lstrip()
            return rest[2:] if rest.startswith("=>") else ""
    return ""


def _named(text: str, depth: int) -> str:
    found = _PATH.match(text) if depth < _DEEPEST else None
    if found is None:
        return UNKNOWN
    path, rest = found.group(), text[found.end() :].strip()
    if rest.startswith("<") and rest.endswith(">"):
        arguments = split_type(rest[1:-1], ",")
        if path in _UNWRAPPED and arguments:
            return _value(arguments[0], depth + 1)
        if path in _EACH and arguments:
            return each(_value(arguments[0], depth + 1))
        if path in _MAPPINGS and len(arguments) == 2:
            return mapping(_value(arguments[0], depth + 1), _value(arguments[1], depth + 1))
    known = type_path(text)
    return f"{known}()" if known else UNKNOWN
