"""Which of several definitions of one name a call means, by its arguments: how many there are, then what they are.

What fits is looked for beside the definition that the name alone means, then in the bases of its class; where nothing
fits, or how many a definition takes is not known, the first definition stays. Of several that take as many, one is
meant by the types of the arguments where it suits each of them as well as all others do, and one of them better
(`graph/argument_types.py`); else, again, the first.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from operator import ge
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ctxpack.graph import argument_types
from ctxpack.graph.names import CALLABLE
from ctxpack.graph.project import Either, Instance, Symbol, Thing
from ctxpack.model import Definition

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker

_ANY = 1_000
"""Stands for no limit to the number of arguments."""

_EVERY, _NONE = (0, sys.maxsize), (1, 0)
"""Ranges that every number of arguments is in, and none."""

_DEEPEST = 12

_LITERAL = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'|/\*.*?\*/")
_ARROW = re.compile(r"[-=]>|[<>]=|<<")
_DEFAULT = re.compile(r"(?<![=!])=(?!=)")
_ANY_NUMBER = re.compile(r"\.\.\.|\b(?:vararg|params)\s+\w|(?<!:):\s.*\*$")
_ANNOTATION = re.compile(r"@[\w.]+\s*(?:\([^()]*\))?|^\s*\[[^\[\]]*\](?=\s*\w)")
_ARGUMENTS = re.compile(r"<[^<>]*>|\([^()]*\)")
_MODIFIERS = re.compile(
    r"\b(?:final|const|ref|out|in|params|this|vararg|struct|class|enum|unsigned|signed|val|var|private|protected|public"
    r"|inout|some|any|override|implicit|using|noinline|crossinline|volatile|register|typename|constexpr)\b(?=\s*[\w@*&])|[?&]"
)
_FUNCTION = "→"
_BY_NAME = re.compile(rf":\s*{_FUNCTION}")
_BRACKETS = re.compile(r"\[.*\]")
_TYPED = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
_LABEL = re.compile(r"\s*(?:@\w+(?:\([^()]*\))?\s+)*(\w+)(?:\s+\w+)?\s*:")
_LABELLED = re.compile(r"(\*|\w+):")
_NO_LABEL, _ANY_LABEL = "_", "*"
_OPEN = "([{<"
_CLOSE = ")]}>"


class Call(NamedTuple):
    """A call as it stands in the definition `scope` of a file; `given` is as `Reference.arguments`, `number` of them.

    `known` is one for all calls of the file; `labels` are those of the arguments, where they have any.
    """

    path: str
    scope: int
    given: int | tuple[str, ...]
    number: int
    known: argument_types.Known
    labels: tuple[str, ...] = ()


def several(linker: Linker, thing: Thing | None, number: int, *, typed: bool = False) -> bool:
    """Whether a call of `thing` may mean another definition of its name; if not, it means `thing`.

    `typed` says that something is known of what the arguments are.
    """
    if not isinstance(thing, Symbol):
        return isinstance(thing, Either)
    known = linker.names(thing.path).alone
    takes = known.get(thing.index)
    if takes is None:
        takes = known[thing.index] = _alone(linker, thing)
    return not takes[0] <= number <= takes[1] or (typed and takes != _EVERY and _overloads_above(linker, thing))


def _overloads_above(linker: Linker, thing: Symbol) -> bool:
    """Whether a base of a method's class has one of that name for other types, which it does not override."""
    definition = linker.definition(thing)
    if not _has_bases(linker, thing, definition):
        return False
    above = linker.member(Instance(thing.path, definition.parent, bases_only=True), definition.name)
    if not isinstance(above, Symbol):
        return False
    if linker.overloads(above):
        return True
    other = linker.definition(above)
    return types(definition.signature, definition.name) != types(other.signature, other.name)


def _alone(linker: Linker, thing: Symbol) -> tuple[int, int]:
    """With how many arguments a call of this name can mean nothing else."""
    definition = linker.definition(thing)
    if definition.kind not in CALLABLE:
        return _EVERY
    return _NONE if linker.overloads(thing) else _parameters(definition) or _EVERY


def chosen(linker: Linker, thing: Thing | None, call: Call) -> Thing | None:
    """The definition that a call of `thing` means; None where labels tell that it is none that is known."""
    call = _unlabelled(call)
    if isinstance(thing, Either):
        things = tuple(_fitting(linker, one, call, set()) or one for one in thing.things)
        return msgspec.structs.replace(thing, things=things)
    fitting = _fitting(linker, thing, call, set()) if thing is not None else None
    if fitting is None and call.labels and isinstance(thing, Symbol) and linker.definition(thing).kind in CALLABLE:
        return None
    return fitting or thing


def _unlabelled(call: Call) -> Call:
    """The call with the labels of its arguments apart."""
    if isinstance(call.given, int):
        return call
    found = [_LABELLED.match(value) for value in call.given]
    labels = tuple([one[1] for one in found if one is not None])
    if len(labels) != len(found):
        return call
    given = tuple([value.partition(":")[2] for value in call.given])
    return call._replace(given=given, labels=labels)


def _fitting(linker: Linker, thing: Thing, call: Call, asked: set[tuple[str, str]]) -> Symbol | None:
    """What takes these arguments: the definition itself or another of its name beside it, else one in a base.

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
    fitting = linker.names(thing.path).fitting
    found = fitting.get((thing.index, call.number))
    if found is None:
        found = fitting[thing.index, call.number] = _taking(linker, thing, call.number)
    whole, more = ([msgspec.structs.replace(thing, index=index) for index in some] for some in found)
    if call.labels:
        whole, more = ([one for one in some if _answers(linker.definition(one), call)] for some in (whole, more))
    if len(asked) == 1 and not whole and _parameters(definition) is None:
        return thing
    first = next(iter((*whole, *more)), None)
    alone = len(whole) + len(more) == 1 and not _has_bases(linker, thing, definition)
    if isinstance(call.given, int):
        suiting = first
    elif alone:
        return first
    else:
        suiting = _suiting(linker, whole, call) or _suiting(linker, more, call)
    return suiting or _inherited(linker, thing, definition, call, asked) or first


def _taking(linker: Linker, thing: Symbol, number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The definitions of a name that take so many arguments: those that take no more, and the others."""
    whole: list[int] = []
    more: list[int] = []
    # What the name alone means comes first; among those of its file it may be anywhere.
    for index in (thing.index, *(index for index in linker.overloads(thing) if index != thing.index)):
        least, most = _parameters(linker.definition(Symbol(thing.path, index))) or _NONE
        if least <= number <= most:
            (whole if number == most else more).append(index)
    return tuple(whole), tuple(more)


def _answers(definition: Definition, call: Call) -> bool:
    """Whether the parameters of a definition have the labels of a call's arguments, in order."""
    expected = labels(definition.signature, definition.name)
    if expected is None:
        return True
    place, free, repeated = 0, call.labels.count(_ANY_LABEL), False
    for label in call.labels:
        if label == _ANY_LABEL or (repeated and label == _NO_LABEL):
            continue
        while place < len(expected) and expected[place][0] != label and expected[place][1]:
            place += 1
        if place == len(expected) or expected[place][0] != label:
            return False
        repeated = expected[place][2]
        place += 1
    return sum(not optional for _, optional, _ in expected[place:]) <= free


@lru_cache(maxsize=20_000)
def labels(signature: str, name: str) -> tuple[tuple[str, bool, bool], ...] | None:
    """The label of each parameter, whether it can be left out and whether it takes any number; None if it is not plain.

    >>> labels("func send(_ text: String, to url: URL = home(1), rest: Int...)", "send")
    (('_', False, False), ('to', True, False), ('rest', True, True))
    """
    text = _ARROW.sub("  ", _LITERAL.sub("0", signature))
    begin = _list(text, name)
    parts = _parts(text, begin, whole=True) if begin >= 0 else None
    if parts is None or any("//" in part for part in parts):
        return None
    found = [(_LABEL.match(part), part) for part in parts if part]
    if any(label is None for label, _ in found):
        return None
    return tuple(
        [
            (label[1], "..." in part or _DEFAULT.search(part) is not None, "..." in part)
            for label, part in found
            if label is not None
        ]
    )


def _has_bases(linker: Linker, thing: Symbol, definition: Definition) -> bool:
    return definition.parent >= 0 and bool(linker.definition(Symbol(thing.path, definition.parent)).bases)


def _suiting(linker: Linker, found: list[Symbol], call: Call) -> Symbol | None:
    """Of several that take as many arguments the one whose parameters suit them best; None where none does at all."""
    if not found:
        return None
    assert isinstance(call.given, tuple)
    suits: list[tuple[Symbol, tuple[float, ...]]] = []
    given = argument_types.Given(linker, call.path, call.scope, call.given, call.known)
    for one in found:
        definition = linker.definition(one)
        suit = given.suit(one, definition, types(definition.signature, definition.name))
        if suit is not None:
            suits.append((one, suit))
    for one, suit in suits:
        if all(suit != other and all(map(ge, suit, other)) for two, other in suits if two is not one):
            return one
    return suits[0][0] if suits else None


def _inherited(
    linker: Linker, thing: Symbol, definition: Definition, call: Call, asked: set[tuple[str, str]]
) -> Symbol | None:
    """What takes these arguments in the bases of the class that a method stands in."""
    if definition.parent < 0 or len(asked) > _DEEPEST:
        return None
    owner = linker.definition(Symbol(thing.path, definition.parent))
    for base in owner.bases:
        above = linker.evaluate(thing.path, base, owner.parent)
        if isinstance(above, Symbol) and (above.path, above.index) != (thing.path, definition.parent):
            member = linker.member(Instance(above.path, above.index), definition.name)
            found = _fitting(linker, member, call, asked) if member is not None else None
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


@lru_cache(maxsize=20_000)
def types(signature: str, name: str) -> tuple[str, ...] | None:
    """The types of the parameters as they are written, without names, modifiers and what generics are given.

    >>> types("void put(final Map<K, V> all, int[] at, String... rest)", "put")
    ('Map', 'int[]', 'String...')
    >>> types("fun send(vararg to: Person?, text: String = f(1, 2))", "send"), types("int f(const char *s, int)", "f")
    (('Person...', 'String'), ('char*', 'int'))
    """
    text = _ARROW.sub("  ", _LITERAL.sub("0", signature).replace("->", _FUNCTION).replace("=>", _FUNCTION))
    begin = _list(text, name)
    parts = _parts(text, begin, whole=True) if begin >= 0 else None
    if parts is None or any("//" in part for part in parts):
        return None
    return tuple(_type(part) for part in parts if part not in ("", "void") and not part.endswith(" this"))


def _type(part: str) -> str:
    """The type of one parameter; "" for that of a function, and where it is not plain."""
    part = _BY_NAME.sub(":", _ANNOTATION.sub(" ", part))
    if "(*" in part or _FUNCTION in part:
        return ""
    while (shorter := _ARGUMENTS.sub(" ", part)) != part:
        part = shorter
    name, colon, after = _DEFAULT.split(part, maxsplit=1)[0].replace("::", ".").partition(":")
    if colon:
        after = _BRACKETS.sub("", after)
        many = "..." if "vararg" in name.split() or after.rstrip().endswith("*") else ""
    else:
        many = "..." if "..." in name or "params" in name.split() else ""
    words = _MODIFIERS.sub(" ", (after if colon else name).replace("...", " "))
    found = _TYPED.match(words.strip())
    if found is None:
        return ""
    around = "" if colon else "*" * words.count("*") + "[]" * (words.count("[") - ("params" in name.split()))
    return found[0] + around + many


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


def _parts(text: str, begin: int, *, whole: bool = False) -> list[str] | None:
    """What stands between the commas of a list, without what is in brackets (but `whole`); None where it has no end."""
    parts, depth = [""], 0
    for character in text[begin:]:
        if character == ")" and not depth:
            return [part.strip() for part in parts]
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == "," and not depth:
            parts.append("")
        elif whole or not depth:
            parts[-1] += character
    return None


def _range(parts: list[str]) -> tuple[int, int]:
    """How many arguments the parameters take. C# may write the first as the receiver, Java names it `this`."""
    parts = [part for part in parts if part not in ("", "void") and not part.endswith(" this")]
    many = sum(_ANY_NUMBER.search(part) is not None for part in parts)
    optional = many + sum(_DEFAULT.search(part) is not None for part in parts)
    receiver = bool(parts) and parts[0].startswith("this ")
    return max(0, len(parts) - optional - receiver), _ANY if many else len(parts)
