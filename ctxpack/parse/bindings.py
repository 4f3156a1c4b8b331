"""Local names put into their scopes, with what is known of what they hold."""

from __future__ import annotations

from ctxpack.parse.definitions import Placed
from ctxpack.parse.gather import Gathered, Local, place
from ctxpack.parse.languages import Hooks
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers, type_name
from ctxpack.parse.scopes import Scopes
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node


class Binder:
    """Binds the names of one file as they are looked up; what is bound before a value tells what it is.

    Locals are numbered in the order in which they are bound.
    """

    def __init__(self, source: Source, scopes: Scopes, reader: Qualifiers, placed: Placed, hooks: Hooks) -> None:
        """`scopes` are to be filled; `reader` looks names up in them."""
        self._source, self._scopes, self._reader, self._narrowed = source, scopes, reader, hooks.narrowed
        self._names = {found.place: name for found, name in zip(placed.found, placed.names, strict=True)}
        self._starts = {start for _, _, start in self._names}
        self._locals: list[Local] = []
        self._hoisted: frozenset[int] | set[int] = frozenset()
        self._numbers: dict[str, list[int]] = {}
        self._own: dict[int, tuple[str, bool]] = {}
        self._tests: dict[str, list[tuple[Node, Node]]] = {}

    def bind(self, gathered: Gathered) -> None:
        """Bind all type parameters in document order, and make all locals ready to be bound."""
        source, numbers = self._source, self._numbers
        for node, bound in sorted(gathered.type_parameters, key=lambda pair: pair[0].start_byte):
            self._type_parameter(node, bound)
        for node in gathered.free:
            self._scopes.release(source.text(node), node.start_byte)
        self._locals, self._hoisted = sorted(gathered.locals), gathered.hoisted
        for number, local in enumerate(self._locals):
            name = source.text(local.node)
            numbers.setdefault(name, []).append(number)
            defined = local.start in self._starts and self._defines(number, local, gathered)
            if defined or (local.start in gathered.own and self._declares(number, local, gathered)):
                numbers.setdefault(type_name(name), []).append(number)
        for node, type_node in gathered.narrowed:
            self._tests.setdefault(source.text(node), []).append((node, type_node))
        self._scopes.defer(self, numbers, self._tests)

    def bind_name(self, name: str) -> None:
        """Bind all locals of a name, or all local types of one."""
        for number in self._numbers[name]:
            local, known = self._locals[number], self._own.get(number)
            if known is None:
                self._local(local, name, number)
            else:
                self._definition(local, name, number, *known)

    def narrow_name(self, name: str) -> None:
        """Say where the tests of a name tell what it is."""
        for node, type_node in self._tests[name]:
            value = self._reader.of_type(type_node)
            for start, end in self._narrowed(node):
                self._scopes.narrow(name, start, end, value)

    def value(self, number: int) -> str:
        """What a local holds; of several matches for one name, one that tells nothing takes nothing back."""
        while True:
            local = self._locals[number]
            value = self._value(local)
            before = self._locals[number - 1] if number else None
            if value != UNKNOWN or before is None or (before.start, before.within) != (local.start, local.within):
                return value
            number -= 1

    def _type_parameter(self, node: Node, bound: Node | None) -> None:
        name, scopes = self._source.text(node), self._scopes
        for key in (name, type_name(name)):
            path = self._reader.path_of(bound) if bound is not None and key != name else UNKNOWN
            home = scopes.home(key, node.start_byte)
            if home >= 0:
                scopes.bind(key, home, path)

    def _local(self, local: Local, name: str, number: int) -> None:
        since = max(local.start, local.within)
        home = self._scopes.home(name, since, hoisted=local.start in self._hoisted)
        if home >= 0:
            value = number if local.known else UNKNOWN
            self._scopes.bind(name, home, value, max(since, _end(local)), number)

    def _value(self, local: Local) -> str:
        value = self._reader.of_value(local.type_node, local.value_node)
        if not local.given:
            return value
        if not local.given.startswith("."):
            return local.given
        return UNKNOWN if value == UNKNOWN else value + local.given

    def _defines(self, number: int, local: Local, gathered: Gathered) -> bool:
        """Whether a local is the name of a definition, of which it is noted whether it makes a scope of its own."""
        definition = local.node.parent
        qualname = self._names.get(place(definition, local.node), "") if definition is not None else ""
        if definition is None or not qualname:
            return False
        self._own[number] = qualname, _makes_scope(definition, gathered)
        return True

    def _declares(self, number: int, local: Local, gathered: Gathered) -> bool:
        """Note that a local names a function or a type that is no definition; nothing is known of its members."""
        declared = local.node.parent
        self._own[number] = UNKNOWN, declared is not None and _makes_scope(declared, gathered)
        return True

    def _definition(self, local: Local, name: str, number: int, qualname: str, own: bool) -> None:
        """What a local definition is, is known: itself, by its qualified name."""
        is_type = name.startswith("<")
        since = local.start if is_type else max(local.start, local.within, _end(local))
        place_ = local.start if is_type else max(local.start, local.within)
        hoisted = local.start in self._hoisted and not is_type
        home = self._scopes.home(name, place_, own=own, hoisted=hoisted)
        if home >= 0:
            self._scopes.bind(name, home, qualname, -1 if own else since, number)


def _makes_scope(node: Node, gathered: Gathered) -> bool:
    return (node.start_byte, node.end_byte) in gathered.scopes


def _end(local: Local) -> int:
    """Where a binding begins to hold at the soonest: after the value that is bound, unless it stands inside of that."""
    value = local.value_node
    if value is None or value.start_byte <= local.start < value.end_byte:
        return -1
    return value.end_byte
