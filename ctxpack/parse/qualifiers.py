"""What stands before the dot, normalised so that a linker need not know the language.

`client.session.get()` inside a method of Widget, where `client` is a parameter annotated `Client`, gives for `get` the
qualifier `Client().session`; `self.x` gives `Widget()`. See `Reference.qualifier` in `model.py` for the notation.
"""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.parse.languages import Hooks, Language
from ctxpack.parse.scopes import Scopes
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

UNKNOWN = "?"
_DEEPEST = 8


class Qualifiers:
    """Reads expressions of one file."""

    def __init__(
        self, source: Source, language: Language, hooks: Hooks, scopes: Scopes, owner: Callable[[int], str]
    ) -> None:
        """`owner` gives the qualified name of the class around a byte offset, "" outside classes."""
        self._source, self._scopes, self._owner, self._hooks = source, scopes, owner, hooks
        self._members = {kind: (receiver, member) for kind, receiver, member in language.members}
        self._calls = dict(language.calls)
        self._transparent = frozenset(language.transparent)
        self._self = frozenset(language.self_names)
        self._super = frozenset(language.super_names)

    def of_type(self, node: Node) -> str:
        """The qualifier of a value that is annotated with the type at `node`."""
        path = self._hooks.type_path(self._source.text(node))
        return f"{path}()" if path else UNKNOWN

    def of_receiver(self, member: Node) -> str:
        """The qualifier of a member name: what its access expression has before the dot; "" if it has none."""
        access = member.parent
        while access is not None and access.type not in self._members:
            access = access.parent if access.type in self._transparent else None
        if access is None:
            return UNKNOWN
        receiver = access.child_by_field_name(self._members[access.type][0])
        return self.of(receiver) if receiver is not None else UNKNOWN

    def of(self, node: Node, depth: int = 0) -> str:
        """The qualifier of the value of an expression, "?" where nothing is known."""
        if depth > _DEEPEST:
            return UNKNOWN
        text = self._source.text(node) if node.end_byte - node.start_byte < 80 else ""
        if text in self._super:
            owner = self._owner(node.start_byte)
            return f"{owner}()^" if owner else UNKNOWN
        if text in self._self:
            return self._instance(text, node)
        if node.type in self._members:
            return self._member(node, depth)
        if node.type in self._calls:
            callee = node.child_by_field_name(self._calls[node.type])
            inner = self.of(callee, depth + 1) if callee is not None else UNKNOWN
            return UNKNOWN if inner == UNKNOWN else f"{inner}()"
        if node.type in self._transparent and node.named_child_count:
            return self.of(node.named_children[0], depth + 1)
        if node.child_count == 0 and text.replace("_", "a").replace("$", "a").isalnum() and not text[0].isdigit():
            local = self._scopes.lookup(text, node.start_byte)
            return text if local is None else local
        return UNKNOWN

    def _instance(self, text: str, node: Node) -> str:
        owner = self._owner(node.start_byte)
        if owner:
            return f"{owner}()"
        return self._scopes.lookup(text, node.start_byte) or UNKNOWN

    def _member(self, node: Node, depth: int) -> str:
        receiver_field, member_field = self._members[node.type]
        receiver = node.child_by_field_name(receiver_field)
        member = node.child_by_field_name(member_field)
        if receiver is None or member is None:
            return UNKNOWN
        inner = self.of(receiver, depth + 1)
        return UNKNOWN if inner == UNKNOWN else f"{inner}.{self._source.text(member)}"
