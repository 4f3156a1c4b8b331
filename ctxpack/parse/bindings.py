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
    """Binds the names of one file; what was bound before tells what later values are."""

    def __init__(self, source: Source, scopes: Scopes, reader: Qualifiers, placed: Placed, hooks: Hooks) -> None:
        """`scopes` are to be filled; `reader` looks names up in them."""
        self._source, self._scopes, self._reader, self._narrowed = source, scopes, reader, hooks.narrowed
        self._names = {found.place: name for found, name in zip(placed.found, placed.names, strict=True)}
        self._starts = {start for _, _, start in self._names}

    def bind(self, gathered: Gathered) -> None:
        """Bind all type parameters, then all locals, in document order."""
        for node, bound in sorted(gathered.type_parameters, key=lambda pair: pair[0].start_byte):
            self._type_parameter(node, bound)
        for node in gathered.free:
            self._scopes.release(self._source.text(node), node.start_byte)
        told = (-1, UNKNOWN)
        for local in sorted(gathered.locals):
            definition = local.node.parent if local.start in self._starts else None
            qualname = self._names.get(place(definition, local.node), "") if definition is not None else ""
            if definition is not None and qualname:
                own = (definition.start_byte, definition.end_byte) in gathered.scopes
                self._definition(local, qualname, own=own, hoisted=local.start in gathered.hoisted)
            else:
                value = self._value(local)
                # Of several matches for one name, one that tells nothing takes nothing back.
                if value != UNKNOWN or told[0] != local.start or told[1] == UNKNOWN:
                    self._local(local, value, hoisted=local.start in gathered.hoisted)
                    told = (local.start, value)

        for node, type_node in gathered.narrowed:
            self._narrow(node, self._reader.of_type(type_node))

    def _narrow(self, node: Node, value: str) -> None:
        for start, end in self._narrowed(node):
            self._scopes.narrow(self._source.text(node), start, end, value)

    def _type_parameter(self, node: Node, bound: Node | None) -> None:
        name, scopes = self._source.text(node), self._scopes
        for key in (name, type_name(name)):
            path = self._reader.path_of(bound) if bound is not None and key != name else UNKNOWN
            home = scopes.home(key, node.start_byte)
            if home >= 0:
                scopes.bind(key, home, path)

    def _local(self, local: Local, value: str, *, hoisted: bool) -> None:
        name, since = self._source.text(local.node), max(local.start, local.within)
        home = self._scopes.home(name, since, hoisted=hoisted)
        if home >= 0:
            self._scopes.bind(name, home, value, max(since, _end(local)))

    def _value(self, local: Local) -> str:
        value = self._reader.of_value(local.type_node, local.value_node)
        if not local.given:
            return value
        if not local.given.startswith("."):
            return local.given
        return UNKNOWN if value == UNKNOWN else value + local.given

    def _definition(self, local: Local, qualname: str, *, own: bool, hoisted: bool) -> None:
        """What a local definition is, is known: itself, by its qualified name."""
        name, since = self._source.text(local.node), max(local.start, local.within)
        home = self._scopes.home(name, since, own=own, hoisted=hoisted)
        if home >= 0:
            self._scopes.bind(name, home, qualname, -1 if own else max(since, _end(local)))
        home = self._scopes.home(type_name(name), local.start, own=own)
        if home >= 0:
            self._scopes.bind(type_name(name), home, qualname, -1 if own else local.start)


def _end(local: Local) -> int:
    """Where a binding begins to hold at the soonest: after the value that is bound, unless it stands inside of that."""
    value = local.value_node
    if value is None or value.start_byte <= local.start < value.end_byte:
        return -1
    return value.end_byte
