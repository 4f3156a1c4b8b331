"""Which class a TypeScript type expression is about, read from its text."""

from __future__ import annotations

import re

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
_OPEN, _CLOSE = "<([{", ">)]}"
_LONGEST = 2000


def split_type(text: str, separator: str) -> list[str]:
    """The parts of a type expression between separators that no bracket encloses.

    >>> split_type("Map<A | B, C> | null", "|")
    ['Map<A | B, C>', 'null']
    """
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE and text[position - 1 : position] != "=":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


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
