"""What operations on values give: steps into containers, members, calls, and one of several types.

`notation` says how such values and steps are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxpack.graph.containers import MEMBERS, Members
from ctxpack.graph.names import CALLABLE
from ctxpack.graph.notation import split_at, types_in
from ctxpack.graph.parameter_types import parameters
from ctxpack.graph.project import Either, Group, Instance, Symbol, Thing, weaker

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker


_MOST_ALTERNATIVES = 8


_METHODS = {
    "[*]": ("__iter__", "__aiter__"),
    "[with]": ("__enter__", "__aenter__"),
    "[yield]": (),
    "[of]": (),
}


_ITSELF = frozenset({"[with]", "[yield]"})


_SUBSCRIPT = ("__getitem__",)


_ANYTHINGS = frozenset({"toString", "toLocaleString", "valueOf"})
"""Members that every value has, so that one of several types is no more likely meant than those that are not known."""


OVERLOADS = "overloads"
"""Of what one of several definitions of a name returns, the first that has a member is meant."""


_EXPECTED, _LIKELY = "expected type", 0.95


_FIRST_OF_RESULTS = frozenset({"go"})
"""Languages whose tuples are the results of functions alone: what is asked for is a member of the first."""


_ELEMENT, _SURE = "element type", 0.93
"""The rule that tells what a container holds, and how sure it is."""


def evaluated(linker: Linker, path: str, scope: int, text: str) -> Thing | None:
    """The value that a notation in brackets or braces stands for, seen from a place in a file."""
    if text.startswith("["):
        return Group(path, scope, text)
    return either(linker.evaluate(path, part, scope) for part in split_at(text[1:-1], "|") if part != "?")


def either(things: Iterable[Thing | None], origin: str = "union") -> Thing | None:
    """One of several things, as far as they are known; the thing itself where there is but one."""
    found: list[Thing] = []
    for thing in things:
        found.extend(thing.things if isinstance(thing, Either) else (thing,) if thing is not None else ())
    known = {(one.path, one.index) if isinstance(one, Symbol) else one: one for one in reversed(found)}
    distinct = tuple(reversed(known.values()))
    if len(distinct) < 2:
        return distinct[0] if distinct else None
    return Either(tuple(thing for thing in distinct[:_MOST_ALTERNATIVES] if not isinstance(thing, Either)), origin)


def behind(linker: Linker, thing: Symbol | Instance) -> Thing | None:
    """The value that a name for a type in brackets or braces stands for (`type Rows = Row[]`)."""
    definition = linker.definition(thing)
    if definition.kind != "type" or definition.type[:1] not in ("[", "{"):
        return None
    return linker.evaluate(thing.path, definition.type, definition.parent, as_type=True)


def step(linker: Linker, thing: Thing, name: str) -> Thing | None:
    """What a step such as "[*]" takes out of a value."""
    if isinstance(thing, Either):
        return either(step(linker, one, name) for one in thing.things)
    if name.startswith("<"):
        return _parameter(linker, thing, name)
    if name.startswith("[#"):
        return _result(linker, thing, int(name[2:-1]))
    if isinstance(thing, Group):
        return _held(linker, thing, name)
    if isinstance(thing, Symbol):
        return _of_symbol(linker, thing, name)
    return _of_instance(linker, thing, name) if isinstance(thing, Instance) else None


def _result(linker: Linker, thing: Thing, number: int) -> Thing | None:
    """One of the results of a call, which are a tuple where there are several that are known."""
    if isinstance(thing, Group):
        parts, mapping = types_in(thing.text)
        if len(parts) > 1 and not mapping:
            return _evaluate(linker, thing, parts[number]) if number < len(parts) else None
    return thing if number == 0 else None


def _of_instance(linker: Linker, thing: Instance, name: str) -> Thing | None:
    alias = behind(linker, thing)
    if alias is not None:
        return linker.member(alias, name)
    for method in _METHODS.get(name, _SUBSCRIPT):
        found = linker.member(thing, method)
        if found is not None:
            value = linker.call(found, thing)
            return step(linker, value, name) if value is not None and name == "[*]" and value != thing else value
    return thing if name in _ITSELF else None


def member(linker: Linker, thing: Group | Either, name: str) -> Thing | None:
    """The member of each of several; of a container, a method whose result is known, as what gives that result."""
    if isinstance(thing, Either):
        found = (linker.member(one, name) for one in thing.things) if name not in _ANYTHINGS else ()
        if thing.origin == OVERLOADS:
            return next((one for one in found if one is not None), None)
        return either(found)
    language = linker.language(thing.path)
    if language in _FIRST_OF_RESULTS:
        first = _result(linker, thing, 0)
        return linker.member(first, name) if first is not None and first != thing else None
    members = MEMBERS.get(language)
    text, read = _given(members, name, thing.text) if members is not None else ("", False)
    if not text:
        return None
    return _evaluate(linker, thing, text) if read else _noted(thing, f"[->{text}]")


def _given(members: Members, name: str, text: str) -> tuple[str, bool]:
    """What a member of a container gives, "" for nothing that is known, and whether it does so without a call."""
    if text.startswith("[->"):
        return text[3:-1] if name in members.calls else "", False
    parts, mapping = types_in(text)
    if mapping:
        views = {members.values: f"[{parts[1]}]", members.keys: f"[{parts[0]}]"}
        for names, view in (*views.items(), (members.entries, f"[[{parts[0]};{parts[1]}]]")):
            if name in names:
                return view, name in members.read
    elif len(parts) > 1:
        number = int(name) if name.isdecimal() else dict(members.parts).get(name, len(parts))
        return (parts[number], name in members.read or name.isdecimal()) if number < len(parts) else ("", False)
    if name in members.same:
        return text, False
    return parts[-1] if name in members.one else "", False


def called(linker: Linker, thing: Thing, owner: Thing | None) -> Thing | None:
    """What calling a value that is no definition gives: each of several, what its notation says, `__call__`."""
    if isinstance(thing, Either):
        return either(linker.call(one, owner) for one in thing.things)
    if isinstance(thing, Group):
        return _evaluate(linker, thing, thing.text[3:-1]) if thing.text.startswith("[->") else None
    if not isinstance(thing, Instance) or thing.bases_only:
        return None
    method = linker.member(thing, "__call__")
    return linker.typed(method) if isinstance(method, Symbol) else None


def returns_several(linker: Linker, thing: Symbol) -> bool:
    """Whether the callables of a name say that they return different things."""
    given = linker.definition(thing).type
    return any(linker.definition(Symbol(thing.path, index)).type != given for index in linker.overloads(thing))


def returned(linker: Linker, thing: Symbol) -> Thing | None:
    """What a callable returns; of several of its name that do not return the same, one or the other."""
    if not returns_several(linker, thing):
        return linker.typed(thing)
    indices = dict.fromkeys((thing.index, *linker.overloads(thing)))
    return either((linker.typed(Symbol(thing.path, index)) for index in indices), OVERLOADS)


def _parameter(linker: Linker, thing: Thing, step: str) -> Thing | None:
    """What a function gets as the parameter of that number: a definition, or one of a named function type."""
    number = int(step[1:-1]) if step[1:-1].isdigit() else -1
    if number < 0:
        return None
    if isinstance(thing, Group):
        types = split_at(thing.text[1:-1], ",") if thing.text.startswith("(") else []
        return _passed(linker, thing.path, thing.scope, types, number)
    if isinstance(thing, Symbol) and linker.definition(thing).kind in CALLABLE | {"class"}:
        return _taken(linker, thing, number)
    return _of_function_type(linker, thing, number) if isinstance(thing, Symbol | Instance) else None


def _of_function_type(linker: Linker, thing: Symbol | Instance, number: int) -> Thing | None:
    """A parameter of the function type that a thing is, stands for, or holds a value of."""
    definition = linker.definition(thing)
    if definition.type.startswith("("):
        return _passed(linker, thing.path, definition.parent, split_at(definition.type[1:-1], ","), number)
    behind: Thing | None = None
    if isinstance(thing, Symbol) and linker.is_value(thing):
        behind = linker.typed(thing)
    elif len(definition.bases) == 1:
        behind = linker.evaluate(thing.path, definition.bases[0], definition.parent)
    return linker.member(behind, f"<{number}>") if behind is not None else None


def _passed(linker: Linker, path: str, scope: int, types: list[str], number: int) -> Thing | None:
    """A value of one of these types, seen from a place."""
    if number >= len(types) or types[number] in ("?", ""):
        return None
    if types[number].startswith("("):
        return Group(path, scope, types[number], _EXPECTED, _LIKELY)
    found = linker.evaluate(path, types[number], scope, as_type=True)
    return weaker(found, _EXPECTED, _LIKELY) if found is not None else None


def _taken(linker: Linker, thing: Symbol, number: int) -> Thing | None:
    """What a function or the constructor of a class takes; of overloads, the first of which it is known."""
    if linker.definition(thing).kind == "class":
        made = linker.member(Instance(thing.path, thing.index), "constructor")
        if not isinstance(made, Symbol) or made == thing:
            return None
        thing = made
    for index in linker.overloads(thing) or (thing.index,):
        one = linker.definition(Symbol(thing.path, index))
        found = _passed(linker, thing.path, one.parent, list(parameters(one.signature, one.name)), number)
        if found is not None:
            return found
    return None


def _of_symbol(linker: Linker, thing: Symbol, name: str) -> Thing | None:
    """Out of the value of a variable or property; out of an enumeration, its members; a generic class stays itself."""
    if linker.is_value(thing):
        value = linker.typed(thing)
        return step(linker, value, name) if value is not None else None
    if linker.definition(thing).kind != "class":
        return None
    return Instance(thing.path, thing.index, "receiver", 0.95) if name == "[*]" else thing


def _held(linker: Linker, group: Group, name: str) -> Thing | None:
    parts, mapping = types_in(group.text)
    if mapping and name == "[of]":
        return _noted(group, f"[{parts[0]};{parts[1]}]")
    if mapping:
        return _evaluate(linker, group, parts[0] if name == "[*]" else parts[1])
    if len(parts) == 1:
        return _evaluate(linker, group, parts[0])
    if name[1:-1].isdigit():
        number = int(name[1:-1])
        return _evaluate(linker, group, parts[number]) if number < len(parts) else None
    return either(_evaluate(linker, group, part) for part in parts)


def _evaluate(linker: Linker, group: Group, text: str) -> Thing | None:
    if text in ("?", ""):
        return None
    found = linker.evaluate(group.path, text, group.scope)
    return weaker(found, _ELEMENT, min(group.confidence, _SURE)) if found is not None else None


def _noted(group: Group, text: str) -> Group:
    return Group(group.path, group.scope, text, group.origin, group.confidence)
