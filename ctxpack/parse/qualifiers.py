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
_DEEPEST = 24


def type_name(name: str) -> str:
    """The key under which scopes hold a local *type* (a type parameter, a class inside a function)."""
    return f"<{name}>"


def child_at(node: Node, place: str) -> Node | None:
    """The node at a place as the table of languages writes it: steps parted by "/".

    A step is a field's name, "0" or "-1" and so on for a named child by position, ".." for the parent, or "." for the
    node itself. Of several places parted by "|" the first that is there counts.
    """
    if "|" in place:
        return next((there for way in place.split("|") if (there := child_at(node, way)) is not None), None)
    found: Node | None = node
    for step in place.split("/"):
        if found is None:
            return None
        if step == ".":
            continue
        if step == "..":
            found = found.parent
        elif step.lstrip("-").isdigit():
            index = int(step)
            count = found.named_child_count
            found = found.named_children[index] if -count <= index < count else None
        else:
            found = found.child_by_field_name(step)
    return found


class Qualifiers:
    """Reads expressions of one file."""

    def __init__(
        self, source: Source, language: Language, hooks: Hooks, scopes: Scopes, owner: Callable[[int], str]
    ) -> None:
        """`owner` gives the qualified name of the class around a byte offset, "" outside classes."""
        self._source, self._scopes, self._owner, self._hooks = source, scopes, owner, hooks
        self._members = {kind: (receiver, member) for kind, receiver, member in language.members}
        self._calls = dict(language.calls)
        self._instances = dict(language.instances)
        self._paths = frozenset(language.paths)
        self._transparent = frozenset(language.transparent)
        self._self = frozenset(language.self_names)
        self._super = frozenset(language.super_names)
        self._constructors = frozenset(language.constructors)
        self._fields = frozenset(language.self_members)

    def of_type(self, node: Node) -> str:
        """The qualifier of a value that is annotated with the type at `node`.

        A named function type gives its parameters: "(Request(),?)".
        """
        parameters = self._hooks.parameters(node)
        if parameters is not None:
            return f"({','.join(self.of_type(one) if one is not None else UNKNOWN for one in parameters)})"
        path = self.path_of(node)
        return UNKNOWN if path == UNKNOWN else f"{path}()"

    def path_of(self, node: Node) -> str:
        """The dotted name of the type at `node`; a type parameter stands for its bound, "?" where it has none."""
        path = self._hooks.type_path(self._source.text(node))
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
        said = self._hooks.qualifier(member, self._source)
        if said is not None:
            return said if isinstance(said, str) else self.of(said)
        access = member.parent
        while access is not None and access.type not in self._members:
            access = access.parent if access.type in self._transparent else None
        if access is None:
            return UNKNOWN
        receiver = child_at(access, self._members[access.type][0])
        return self.of(receiver) if receiver is not None else ""

    def of(self, node: Node, depth: int = 0) -> str:
        """The qualifier of the value of an expression, "?" where nothing is known."""
        if depth > _DEEPEST:
            return UNKNOWN
        text = self._source.text(node) if node.end_byte - node.start_byte < 80 else ""
        told = self._told(node, text)
        if told is not None:
            return told
        other = self._hooks.stands_for(node, self._source)
        if other is not None:
            return self.of(other, depth + 1)
        if node.type in self._fields:
            owner = self._owner(node.start_byte)
            return f"{owner}().{text}" if owner else UNKNOWN
        if node.type in self._instances:
            typed = child_at(node, self._instances[node.type])
            return self.of_type(typed) if typed is not None else UNKNOWN
        if node.type in self._members:
            inner = self._member(node, depth)
            return f"{inner}()" if node.type in self._calls and inner != UNKNOWN else inner
        if node.type in self._calls:
            callee = child_at(node, self._calls[node.type])
            inner = self.of(callee, depth + 1) if callee is not None else UNKNOWN
            return UNKNOWN if inner == UNKNOWN else f"{inner}()"
        if node.type in self._transparent and node.named_child_count:
            return self.of(node.named_children[0], depth + 1)
        return self._name(node, text)

    def _told(self, node: Node, text: str) -> str | None:
        """What the surroundings of a node say of it: self, super, a parameter whose function has an expected type."""
        if text in self._super:
            owner = self._owner(node.start_byte)
            return f"{owner}()^" if owner else UNKNOWN
        if text in self._self:
            return self._instance(text, node)
        expected = self._hooks.expected(node)
        return self._expected(*expected) if expected is not None else None

    def _expected(self, function_type: Node | None, number: int) -> str:
        known = self.of_type(function_type) if function_type is not None else UNKNOWN
        return UNKNOWN if known == UNKNOWN else f"{known}.<{number}>"

    def _name(self, node: Node, text: str) -> str:
        if text.isidentifier() or text.replace("$", "_").isidentifier():
            local = self._scopes.lookup(text, node.start_byte)
            if local == UNKNOWN:
                return self._scopes.lookup(type_name(text), node.start_byte) or UNKNOWN
            return text if local is None else local
        return self.path_of(node) if node.type in self._paths else UNKNOWN

    def _instance(self, text: str, node: Node) -> str:
        owner = self._owner(node.start_byte)
        if owner:
            return f"{owner}()"
        return self._scopes.lookup(text, node.start_byte) or UNKNOWN

    def _member(self, node: Node, depth: int) -> str:
        receiver_place, member_place = self._members[node.type]
        receiver, member = child_at(node, receiver_place), child_at(node, member_place)
        if member is None:
            return UNKNOWN
        if member.type in self._transparent and member.named_child_count:
            member = member.named_children[0]
        name = self._source.text(member)
        if receiver is None:
            return name
        said = self._hooks.qualifier(member, self._source)
        inner = said if isinstance(said, str) else self.of(said or receiver, depth + 1)
        if inner == UNKNOWN:
            return UNKNOWN
        if name in self._constructors:
            return inner
        return f"{inner}()" if name in self._self else f"{inner}.{name}"
