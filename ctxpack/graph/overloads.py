"""Which of several definitions of one name a call means, by the number of its arguments.

Types are not asked. What fits is looked for beside the definition that the name alone means, then in the bases of its
class; where nothing fits, or how many a definition takes is not known, the first definition stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from ctxpack.graph.names import CALLABLE
from ctxpack.graph.project import Either, Instance, Symbol, Thing
from ctxpack.model import Definition

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker

_ANY = 1_000
"""Stands for no limit to the number of arguments."""

_DEEPEST = 12

_LITERAL = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'|/\*.*?\*/")
_ARROW = re.compile(r"[-=]>|[<>]=|<<")
_DEFAULT = re.compile(r"(?<![=!])=(?!=)")
_ANY_NUMBER = re.compile(r"\.\.\.|\b(?:vararg|params)\s+\w|(?<!:):\s.*\*$")
_OPEN = "([{<"
_CLOSE = ")]}>"


def chosen(linker: Linker, thing: Thing | None, arguments: int) -> Thing | None:
    """The definition that a call of `thing` with so many arguments means."""
    if isinstance(thing, Either):
        things = tuple(_fitting(linker, one, arguments, set()) or one for one in thing.things)
        return msgspec.structs.replace(thing, things=things)
    return (_fitting(linker, thing, arguments, set()) or thing) if thing is not None else None


def _fitting(linker: Linker, thing: Thing, arguments: int, asked: set[tuple[str, str]]) -> Symbol | None:
    """What takes so many arguments: the definition itself or another of its name beside it, else one in a base.

    Of several the one that takes no more goes before those that leave out defaults or take any number. What the name
    alone means gives way to nothing less than that where how many it takes is not known.
    """
    if not isinstance(thing, Symbol):
        return None
    definition = linker.definition(thing)
    if definition.kind not in CALLABLE or (thing.path, definition.qualname) in asked:
        return None
    asked.add((thing.path, definition.qualname))
    linker.consult(thing.path)
    found = thing if len(asked) == 1 and _parameters(definition) is None else None
    for index in (thing.index, *linker.overloads(thing)):
        other = msgspec.structs.replace(thing, index=index)
        least, most = _parameters(linker.definition(other)) or (1, 0)
        if least <= arguments == most:
            return other
        if found is None and least <= arguments <= most:
            found = other
    return found or _inherited(linker, thing, definition, arguments, asked)


def _inherited(
    linker: Linker, thing: Symbol, definition: Definition, arguments: int, asked: set[tuple[str, str]]
) -> Symbol | None:
    """What takes so many arguments in the bases of the class that a method stands in."""
    if definition.parent < 0 or len(asked) > _DEEPEST:
        return None
    owner = linker.definition(Symbol(thing.path, definition.parent))
    for base in owner.bases:
        above = linker.evaluate(thing.path, base, owner.parent)
        if isinstance(above, Symbol) and (above.path, above.index) != (thing.path, definition.parent):
            member = linker.member(Instance(above.path, above.index), definition.name)
            found = _fitting(linker, member, arguments, asked) if member is not None else None
            if found is not None:
                return msgspec.structs.replace(
                    found, origin="inherited", confidence=min(thing.confidence, found.confidence, 0.96)
                )
    return None


def _parameters(definition: Definition) -> tuple[int, int] | None:
    return parameters(definition.signature, definition.name)


@lru_cache(maxsize=20_000)
def parameters(signature: str, name: str) -> tuple[int, int] | None:
    """The least and the most arguments that a callable with this signature takes; None where it does not say.

    Of several lists of parameters in a row the first counts.

    >>> parameters("public <T> T get(Map<String, T> all, int... rest)", "get")
    (1, 1000)
    >>> parameters("fun send(to: String, body: String = text(1, 2)): Unit", "send")
    (1, 2)
    """
    text = _ARROW.sub("  ", _LITERAL.sub("0", signature))
    begin = _list(text, name)
    if begin < 0:
        # A method without brackets (Scala).
        return (0, 0) if re.search(rf"\bdef {re.escape(name)}(?!\w)", text) else None
    parts = _parts(text, begin)
    # Where the comment ends, of which the line is not known any more, nobody can tell.
    return _range(parts) if parts is not None and not any("//" in part for part in parts) else None


def _list(text: str, name: str) -> int:
    """Where the parameters begin, after the name and parameters for types; -1 where there are none."""
    found = -1
    while (found := text.find(name, found + 1)) >= 0:
        if found and (text[found - 1].isalnum() or text[found - 1] == "_"):
            continue
        place = _after_blanks(text, found + len(name))
        if text[place : place + 1] in ("<", "["):
            place = _after_blanks(text, _closed(text, place))
        if text[place : place + 1] == "(":
            return place + 1
    return -1


def _after_blanks(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place


def _closed(text: str, place: int) -> int:
    """The place after the bracket that closes the one at `place`; the end of the text if none does."""
    depth = 0
    for at in range(place, len(text)):
        depth += (text[at] in _OPEN) - (text[at] in _CLOSE)
        if not depth:
            return at + 1
    return len(text)


def _parts(text: str, begin: int) -> list[str] | None:
    """What stands between the commas of a list, without what is in brackets; None where the text ends before it."""
    parts, depth = [""], 0
    for character in text[begin:]:
        if character == ")" and not depth:
            return [part.strip() for part in parts]
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == "," and not depth:
            parts.append("")
        elif not depth:
            parts[-1] += character
    return None


def _range(parts: list[str]) -> tuple[int, int]:
    """How many arguments the parameters take. C# may write the first as the receiver, Java names it `this`."""
    parts = [part for part in parts if part not in ("", "void") and not part.endswith(" this")]
    many = sum(_ANY_NUMBER.search(part) is not None for part in parts)
    optional = many + sum(_DEFAULT.search(part) is not None for part in parts)
    receiver = bool(parts) and parts[0].startswith("this ")
    return max(0, len(parts) - optional - receiver), _ANY if many else len(parts)
