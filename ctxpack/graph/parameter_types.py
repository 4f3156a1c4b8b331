"""What the parameters of functions are in TypeScript, read from signatures, in the notation of `graph/notation.py`.

A function type gives its own parameters: "(Context(),?)". A parameter for types stands for its bound.
"""

from __future__ import annotations

import re
from functools import lru_cache

UNKNOWN = "?"
_PATH = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
_LIST = re.compile(r"(?:\?|!)?\s*(?:[:=]\s*)?(?:async\s+)?(?:function\b\s*\*?\s*[\w$]*)?\s*(?=[(<])")
_MODIFIERS = re.compile(r"(?:@[\w.]+(?:\([^()]*\))?\s*)|(?:public|private|protected|readonly|override)\s+")
_BOUND = re.compile(r"(?:const\s+)?([A-Za-z_$][\w$]*)(?:\s+extends\s+(.+?))?(?:\s*=(?!>).*)?\Z", re.DOTALL)
_LOOKED_THROUGH = frozenset(
    "Promise PromiseLike Awaited Readonly Partial Required NonNullable Omit Pick NoInfer DeepPartial".split()
)
_EACH = frozenset("Array ReadonlyArray Set ReadonlySet Iterable AsyncIterable".split())
_PLAIN = frozenset(
    """string number boolean bigint symbol any unknown object never void null undefined true false this keyof typeof
    infer unique readonly asserts new abstract Record Function""".split()
)
_OPEN, _CLOSE = "([{<", ")]}>"
_DEEPEST, _MOST = 6, 4


@lru_cache(maxsize=20_000)
def parameters(signature: str, name: str) -> tuple[str, ...]:
    """What each parameter holds, as far as the signature, which may be cut, tells.

    >>> parameters("run<T extends Job>(it: T, then: (c: Ctx, n: number) => Promise<T>, all?: Partial<Job>[])", "run")
    ('Job()', '(Ctx(),?)', '[Job()]')
    >>> parameters("export const show = async ({ a, b }: Props = {}, by: string | Key) =>", "show")
    ('Props()', 'Key()')
    """
    place = _start(signature, name)
    if place < 0:
        return ()
    bounds: dict[str, str] = {}
    if signature[place] == "<":
        inside, place = _inside(signature, place)
        for part in _split(inside, ","):
            found = _BOUND.match(part.strip())
            if found is not None:
                bounds[found[1]] = found[2] or UNKNOWN
        place = signature.find("(", place)
        if place < 0:
            return ()
    inside, end = _inside(signature, place)
    parts = [part for part in _split(inside, ",") if part.strip()]
    read = [_parameter(part, bounds) for part in parts]
    # Of what is cut off, the last may be less than it seems.
    return tuple(read if end <= len(signature) and signature[end - 1 : end] == ")" else read[:-1])


def _start(signature: str, name: str) -> int:
    """Where the parameters of `name` begin, or those for types before them; -1 where it has none."""
    for found in re.finditer(rf"(?<![\w$]){re.escape(name)}(?![\w$])", signature):
        begin = _LIST.match(signature, found.end())
        if begin is not None:
            return begin.end()
    return -1


def _inside(text: str, place: int) -> tuple[str, int]:
    """What stands in the bracket at `place`, and where that ends; where it is not closed, the rest of the text."""
    depth = 0
    for at in range(place, len(text)):
        character = text[at]
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE and text[at - 1 : at + 1] != "=>":
            depth -= 1
            if not depth:
                return text[place + 1 : at], at + 1
    return text[place + 1 :], len(text) + 1


def _parameter(text: str, bounds: dict[str, str]) -> str:
    """What one parameter holds by its annotation."""
    text = _MODIFIERS.sub("", text).strip()
    colon = _top(text, ":")
    if colon < 0 or text.startswith("..."):
        return UNKNOWN
    typed = text[colon + 1 :]
    equals = _top(typed, "=")
    return value(typed[:equals] if equals >= 0 else typed, bounds)


def _top(text: str, wanted: str) -> int:
    """The first place of a character outside brackets, arrows apart; -1 for none."""
    depth = 0
    for at, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE and text[at - 1 : at + 1] != "=>":
            depth -= 1
        elif character == wanted and not depth and text[at : at + 2] != "=>":
            return at
    return -1


def value(text: str, bounds: dict[str, str], depth: int = 0) -> str:
    """The notation of a value of a type, in which `bounds` are those of parameters for types."""
    text = text.strip().removeprefix("readonly ").strip()
    if depth > _DEEPEST or not text:
        return UNKNOWN
    if text[0] == "(":
        inside, end = _inside(text, 0)
        rest = text[end:].lstrip()
        if rest.startswith("=>"):
            return _function(inside, bounds)
        if not rest:
            return value(inside, bounds, depth + 1)
    for separator in "|&":
        parts = _split(text, separator)
        if len(parts) > 1:
            return _one_of([value(part, bounds, depth + 1) for part in parts if part.strip()])
    return _each(text[:-2], bounds, depth) if text.endswith("[]") else _named(text, bounds, depth)


def _function(inside: str, bounds: dict[str, str]) -> str:
    given = [_parameter(part, bounds) for part in _split(inside, ",") if part.strip()]
    return f"({','.join(given)})" if not any(one.startswith("(") for one in given) else UNKNOWN


def _one_of(found: list[str]) -> str:
    """One of several classes; a function type counts where it is alone, what holds others not at all."""
    known = list(dict.fromkeys(one for one in found if one != UNKNOWN and one[:1] not in "({"))[:_MOST]
    if len(known) > 1:
        return f"{{{'|'.join(known)}}}"
    return next((one for one in (*known, *found) if one[:1] != "{" and one != UNKNOWN), UNKNOWN)


def _each(text: str, bounds: dict[str, str], depth: int) -> str:
    held = value(text, bounds, depth + 1)
    return UNKNOWN if held == UNKNOWN or held[:1] == "(" else f"[{held}]"


def _named(text: str, bounds: dict[str, str], depth: int) -> str:
    found = _PATH.match(text)
    if found is None or found[0] in _PLAIN:
        return UNKNOWN
    path, rest = found[0], text[found.end() :].strip()
    if path in bounds:
        return value(bounds[path], {**bounds, path: UNKNOWN}, depth + 1) if not rest else UNKNOWN
    if rest and not (rest[0] == "<" and _inside(rest, 0)[1] == len(rest)):
        return UNKNOWN
    arguments = _split(rest[1:-1], ",") if rest else []
    if arguments and path in _LOOKED_THROUGH:
        return value(arguments[0], bounds, depth + 1)
    if arguments and path in _EACH:
        return _each(arguments[0], bounds, depth)
    return f"{path}()"


def _split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators outside brackets."""
    parts, rest = [], text
    while (at := _top(rest, separator)) >= 0:
        parts.append(rest[:at])
        rest = rest[at + 1 :]
    return [*parts, rest]
