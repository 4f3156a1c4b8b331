"""What stands before the dot, normalised so that a linker need not know the language.

`client.session.get()` inside a method of Widget, where `client` is a parameter annotated `Client`, gives for `get` the
qualifier `Client().session`; `self.x` gives `Widget()`. See `Reference.qualifier` in `model.py` for the notation.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ctxpack.parse.languages import Hooks, Language
from ctxpack.parse.places import way
from ctxpack.parse.scopes import Scopes
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

UNKNOWN = "?"
_ROOT = re.compile(r"(?<![\w$.])[^\W\d][\w$]*")
_DEEPEST = 24
_LONGEST_VALUE = 400
"""Characters of the longest qualifier that a name is taken to hold."""


_LONGEST_NAME = 80
"""Bytes of the longest expression that is read as a name."""


def type_name(name: str) -> str:
    """The key under which scopes hold a local *type* (a type parameter, a class inside a function)."""
    return f"<{name}>"


class Qualifiers:
    """Reads expressions of one file."""

    def __init__(
        self, source: Source, language: Language, hooks: Hooks, scopes: Scopes, owner: Callable[[int], str]
    ) -> None:
        """`owner` gives the qualified name of the class around a byte offset, "" outside classes."""
        self._source, self._scopes, self._owner = source, scopes, owner
        self._members = {kind: (way(receiver), way(member)) for kind, receiver, member in language.members}
        self._calls = {kind: way(callee) for kind, callee in language.calls}
        self._instances = {kind: way(typed) for kind, typed in language.instances}
        self._paths = frozenset(language.paths)
        self._transparent = frozenset(language.transparent)
        self._self = frozenset(language.self_names)
        self._super = frozenset(language.super_names)
        self._classes = frozenset(language.class_names)
        self._told = self._self | self._super | self._classes
        self._constructors = frozenset(language.constructors)
        self._fields = frozenset(language.self_members)
        # Asked for every expression, and most languages leave most of them alone.
        self._qualifier = hooks.qualifier if hooks.overrides("qualifier") else None
        self._stands_for = hooks.stands_for if hooks.overrides("stands_for") else None
        self._expected = hooks.expected if hooks.overrides("expected") else None
        self._parameters = hooks.parameters if hooks.overrides("parameters") else None
        self._type_value = hooks.type_value if hooks.overrides("type_value") else None
        self._value, self._valued = hooks.value, hooks.valued
        self._asks = self._expected is not None or self._stands_for is not None
        self._type_path = hooks.type_path
        self._type_paths: dict[str, str] = {}
        longest = max((len(name.encode()) for name in self._told), default=0)
        compound = (*self._members, *self._calls, *self._instances, *self._transparent)
        self._longest = dict.fromkeys(compound, longest + 1) | dict.fromkeys(self._fields, _LONGEST_NAME)

    def of_value(self, type_node: Node | None, value_node: Node | None) -> str:
        """The qualifier of a value by its annotation, or else by what is assigned; either may be missing."""
        known = self.of_type(type_node) if type_node is not None else UNKNOWN
        if known == UNKNOWN and value_node is not None:
            known = self.of(value_node)
        # What is bound may be bound again to pairs of itself, and would double with each.
        return known if len(known) <= _LONGEST_VALUE else UNKNOWN

    def of_type(self, node: Node) -> str:
        """The qualifier of a value that is annotated with the type at `node`.

        A named function type gives its parameters: "(Request(),?)".
        """
        parameters = self._parameters(node) if self._parameters is not None else None
        if parameters is not None:
            return f"({','.join(self.of_type(one) if one is not None else UNKNOWN for one in parameters)})"
        told = self._type_value(self._source.text(node)) if self._type_value is not None else None
        if told is not None:
            return UNKNOWN if self._names_local_type(told, node.start_byte) else told
        path = self.path_of(node)
        return UNKNOWN if path == UNKNOWN else f"{path}()"

    def _names_local_type(self, told: str, start: int) -> bool:
        """Whether a notation speaks of a type parameter, or of a class inside a function."""
        return any(self._scopes.lookup(type_name(name), start) is not None for name in _ROOT.findall(told))

    def is_local(self, name: str, node: Node) -> bool:
        """Whether a name, or a type of that name, is local where a node stands."""
        start = node.start_byte
        return self._scopes.lookup(name, start) is not None or self._scopes.lookup(type_name(name), start) is not None

    def above(self, node: Node) -> str:
        """The qualifier of what the class around a node inherits (`super`)."""
        owner = self._owner(node.start_byte)
        return f"{owner}()^" if owner else UNKNOWN

    def path_of(self, node: Node) -> str:
        """The dotted name of the type at `node`; a type parameter stands for its bound, "?" where it has none."""
        text = self._source.text(node)
        path = self._type_paths.get(text)
        if path is None:
            path = self._type_paths[text] = self._type_path(text)
        first, dot, rest = path.partition(".")
        if first in self._self:
            owner = self._owner(node.start_byte)
            return f"{owner}{dot}{rest}" if owner else UNKNOWN
        local = self._scopes.lookup(type_name(first), node.start_byte)
        if local is None:
            return path or UNKNOWN
        return UNKNOWN if local == UNKNOWN else f"{local}{dot}{rest}"

    def of_receiver(self, member: Node) -> str:
        """The qualifier of a member name: what its access expression has before the dot; "" if it has none."""
        said = self._qualifier(member, self._source) if self._qualifier is not None else None
        if said is not None:
            return said if isinstance(said, str) else self.of(said)
        access = member.parent
        while access is not None and access.type not in self._members:
            access = access.parent if access.type in self._transparent else None
        if access is None:
            return UNKNOWN
        receiver = self._members[access.type][0](access)
        return self.of(receiver) if receiver is not None else ""

    def of(self, node: Node, depth: int = 0) -> str:
        """The qualifier of the value of an expression, "?" where nothing is known."""
        if depth > _DEEPEST:
            return UNKNOWN
        kind, start, end = node.type, node.start_byte, node.end_byte
        text = self._source.slice(start, end) if end - start < self._longest.get(kind, _LONGEST_NAME) else ""
        if text in self._told:
            return self._of_own(text, start)
        if self._asks or kind in self._valued or (self._scopes.narrows_members and kind in self._members):
            said = self._said(node, kind, depth)
            if said is not None:
                return said
        if kind in self._longest:
            return self._of_compound(node, kind, text, depth)
        return self._of_name(node, kind, text, start)

    def _said(self, node: Node, kind: str, depth: int) -> str | None:
        """What a test before an expression, or a hook of the language, says of it."""
        expected = self._expected(node) if self._expected is not None else None
        if expected is not None:
            return self._parameter(*expected)
        other = self._stands_for(node, self._source) if self._stands_for is not None else None
        if other is not None:
            return self.of(other, depth + 1)
        if self._scopes.narrows_members and kind in self._members:
            narrowed = self._scopes.narrowed(self._source.text(node), node.start_byte)
            if narrowed:
                return narrowed
        return self._value(node, self, depth) if kind in self._valued else None

    def _of_compound(self, node: Node, kind: str, text: str, depth: int) -> str:
        if kind in self._fields:
            owner = self._owner(node.start_byte)
            return f"{owner}().{text}" if owner else UNKNOWN
        if kind in self._instances:
            typed = self._instances[kind](node)
            return self.of_type(typed) if typed is not None else UNKNOWN
        if kind in self._members or kind in self._calls:
            inner = self._member(node, kind, depth) if kind in self._members else self._callee(node, kind, depth)
            return f"{inner}()" if kind in self._calls and inner != UNKNOWN else inner
        if node.named_child_count:
            return self.of(node.named_child(0), depth + 1)
        start, end = node.start_byte, node.end_byte
        return self._of_name(node, kind, self._source.slice(start, end) if end - start < _LONGEST_NAME else "", start)

    def _of_name(self, node: Node, kind: str, text: str, start: int) -> str:
        if text.isidentifier() or text.replace("$", "_").isidentifier():
            local = self._scopes.lookup(text, start)
            if local == UNKNOWN:
                return self._scopes.lookup(type_name(text), start) or UNKNOWN
            return text if local is None else local
        return self.path_of(node) if kind in self._paths else UNKNOWN

    def _of_own(self, text: str, start: int) -> str:
        """The instance that a function of a class belongs to, or what it inherits."""
        owner = self._owner(start)
        if text in self._super:
            return f"{owner}()^" if owner else UNKNOWN
        if not owner:
            return self._scopes.lookup(text, start) or UNKNOWN
        return owner if text in self._classes else f"{owner}()"

    def _parameter(self, function_type: Node | None, number: int) -> str:
        """What a function of the expected type is given."""
        known = self.of_type(function_type) if function_type is not None else UNKNOWN
        return UNKNOWN if known == UNKNOWN else f"{known}.<{number}>"

    def _callee(self, node: Node, kind: str, depth: int) -> str:
        callee = self._calls[kind](node)
        return self.of(callee, depth + 1) if callee is not None else UNKNOWN

    def _member(self, node: Node, kind: str, depth: int) -> str:
        receiver_way, member_way = self._members[kind]
        receiver, member = receiver_way(node), member_way(node)
        if member is None:
            return UNKNOWN
        if member.type in self._transparent and member.named_child_count:
            member = member.named_child(0)
        name = self._source.text(member)
        if receiver is None:
            return name
        said = self._qualifier(member, self._source) if self._qualifier is not None else None
        return self.joined(said if isinstance(said, str) else self.of(said or receiver, depth + 1), name)

    def joined(self, receiver: str, name: str) -> str:
        """The qualifier of the member `name` of what `receiver` is the qualifier of."""
        if receiver == UNKNOWN:
            return UNKNOWN
        if name in self._constructors:
            return receiver
        return f"{receiver}()" if name in self._self else f"{receiver}.{name}"
