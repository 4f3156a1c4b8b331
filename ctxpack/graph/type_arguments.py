"""What type parameters of a generic class stand for in a class that extends it.

`class Builder<S, C> { C config; S name() }` says of neither member what it is; `class Own extends Builder<Own, Plan>`
does. Both are read from signatures, and only members that a class inherits are looked at: for those that it declares
itself, the bound of the parameter is the type.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ctxpack.graph.project import Instance, Symbol, Thing, weaker

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker

_BEFORE = re.compile(r"(\w+)\s+\Z")
_AFTER = re.compile(r"\s*(?:<[^<>]*>)?\s*(?:\(.*\))?\s*[?!]?\s*:\s*(\w+)\s*(?:[;={].*)?\Z", re.DOTALL)
_WRITTEN_AFTER = {
    "java": False, "groovy": False, "csharp": False, "typescript": True, "tsx": True, "kotlin": True,
}  # fmt: skip
"""The languages with such classes, and whether they write the type of a member after its name."""

_PATH = re.compile(r"[^\W\d][\w.]*")
_PARAMETER = re.compile(r"(?:@\w+\s+|(?:in|out|const|reified)\s+)*([^\W\d]\w*)")
_BOUND = re.compile(r"\A[^<]*?(?:\bextends\b|:)\s*([^\W\d][\w.]*)")
_DEEPEST = 8
_INHERITED, _LIKELY = "type argument", 0.95


def of_member(linker: Linker, member: Symbol, owner: Thing | None) -> Thing | None:
    """The value of an inherited member whose type is a parameter of its class; None for any other.

    `owner` is what the member was taken from.
    """
    definition = linker.definition(member)
    if definition.parent < 0 or linker.language(member.path) not in _WRITTEN_AFTER:
        return None
    holder = Symbol(member.path, definition.parent)
    generic = linker.definition(holder)
    names = parameters(generic.signature, generic.name)
    if not names:
        return None
    written = _written(definition.signature, definition.name, after=_WRITTEN_AFTER[linker.language(member.path)])
    if written not in names:
        return None
    value = linker.typed(owner) if isinstance(owner, Symbol) and linker.is_value(owner) else owner
    if not isinstance(value, Instance) or (value.path, value.index) == (holder.path, holder.index):
        return None
    found = _argument(linker, Symbol(value.path, value.index), holder, names.index(written), 0)
    return _of_type(linker, *found) if found is not None else None


def _of_type(linker: Linker, text: str, place: Symbol) -> Thing | None:
    """A value of the type that a class writes; of its own parameters, of what bounds them."""
    own = linker.definition(place)
    names = parameters(own.signature, own.name)
    if text in names:
        text = bounds(own.signature, own.name)[names.index(text)]
    value = linker.evaluate(place.path, f"{text}()", place.index, as_type=True) if text else None
    return weaker(value, _INHERITED, _LIKELY) if value is not None else None


def _argument(linker: Linker, owner: Symbol, holder: Symbol, number: int, depth: int) -> tuple[str, Symbol] | None:
    """The type, and the class that writes it, that a class below `holder` gives for its parameter of that number."""
    definition = linker.definition(owner)
    for base in definition.bases if depth < _DEEPEST else ():
        above = linker.evaluate(owner.path, base, definition.parent)
        if not isinstance(above, Symbol) or (above.path, above.index) == (owner.path, owner.index):
            continue
        given = arguments(definition.signature, definition.name, base.rpartition(".")[2])
        if (above.path, above.index) == (holder.path, holder.index):
            return (given[number], owner) if number < len(given) and given[number] else None
        found = _argument(linker, above, holder, number, depth + 1)
        if found is None:
            continue
        generic = linker.definition(above)
        names = parameters(generic.signature, generic.name)
        if (found[1].path, found[1].index) == (above.path, above.index) and found[0] in names:
            place = names.index(found[0])
            return (given[place], owner) if place < len(given) and given[place] else None
        return found
    return None


@lru_cache(maxsize=4096)
def parameters(signature: str, name: str) -> tuple[str, ...]:
    """The type parameters in the head of a class.

    >>> parameters("abstract class Builder<S extends Builder<S, C>, C>", "Builder"), parameters("class Own", "Own")
    (('S', 'C'), ())
    """
    found = re.search(rf"\b{re.escape(name)}\s*(?=<)", signature)
    if found is None:
        return ()
    matches = (_PARAMETER.match(part.strip()) for part in _list(signature, found.end()))
    return tuple(match[1] if match is not None else "" for match in matches)


@lru_cache(maxsize=4096)
def bounds(signature: str, name: str) -> tuple[str, ...]:
    """The paths of the types that the parameters in the head of a class are bound by, "" for those of any type.

    >>> bounds("class Builder<S extends Builder<S, C>, C>", "Builder")
    ('Builder', '')
    """
    found = re.search(rf"\b{re.escape(name)}\s*(?=<)", signature)
    matches = (_BOUND.search(part) for part in (_list(signature, found.end()) if found is not None else ()))
    return tuple(match[1] if match is not None else "" for match in matches)


@lru_cache(maxsize=4096)
def arguments(signature: str, name: str, base: str) -> tuple[str, ...]:
    """The paths of the types that the head of a class gives to a base; "" for what is no plain type.

    >>> arguments("class Own<R> extends Builder<Own<R>, a.Plan, ?, int[]>", "Own", "Builder")
    ('Own', 'a.Plan', '', '')
    """
    start = 0
    own = re.search(rf"\b{re.escape(name)}\s*(?=<)", signature)
    if own is not None:
        start = own.end() + sum(len(part) + 1 for part in _list(signature, own.end())) + 1
    found = re.compile(rf"\b{re.escape(base)}\s*(?=<)").search(signature, start)
    if found is None:
        return ()
    paths: list[str] = []
    for part in _list(signature, found.end()):
        path = _PATH.match(part.strip())
        paths.append(path[0] if path is not None and not part.rstrip().endswith(("]", "?")) else "")
    return tuple(paths)


def _list(text: str, start: int) -> list[str]:
    """The parts between the angle bracket at a place and the one that closes it; none where it is not closed."""
    parts: list[str] = []
    depth, begun = 0, start + 1
    for place in range(start, len(text)):
        character = text[place]
        if character in "<([":
            depth += 1
        elif character in ">)]" and text[place - 1] not in "-=":
            depth -= 1
        if depth == 0 or (depth == 1 and character == ","):
            parts.append(text[begun:place])
            begun = place + 1
        if depth == 0:
            return parts
    return []


@lru_cache(maxsize=4096)
def _written(signature: str, name: str, *, after: bool) -> str:
    """The type of a member as its signature has it, where that is a single word."""
    place = re.search(rf"(?<![\w.]){re.escape(name)}\b(?=\s*[(=;<?!:]|\s*\Z)", signature)
    if place is None:
        return ""
    found = _AFTER.match(signature, place.end()) if after else _BEFORE.search(signature, 0, place.start())
    return found[1] if found is not None else ""
