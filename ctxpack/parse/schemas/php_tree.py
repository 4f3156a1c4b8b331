"""Helpers for parsers of PHP declarations: calls, literals and constants in the syntax tree; nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Bound = Mapping[str, str]
"""Values of variables by name without the `$`; constants and properties of the class under `self.NAME`."""

_PHP = next(one for one in LANGUAGES if one.name == "php")
_CALLS = frozenset({"scoped_call_expression", "member_call_expression", "nullsafe_member_call_expression"})
_CLOSURES = frozenset({"anonymous_function", "arrow_function"})
_STRINGS = frozenset({"string", "encapsed_string", "heredoc", "nowdoc"})
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\"": '"', r"\'": "'", r"\\": "\\", r"\$": "$"}
_LONGEST_CHAIN = 40


@dataclass(frozen=True, slots=True)
class Call:
    """A method call; `owner` is the receiver, None for a static call on the class `scope`."""

    owner: Node | None
    scope: str
    method: str
    args: Sequence[Node]
    named: Mapping[str, Node]
    line: int

    def arg(self, place: int, name: str = "") -> Node | None:
        """An argument by position or by name."""
        return self.named.get(name) or (self.args[place] if place < len(self.args) else None)


class Php:
    """One PHP file."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "surrogatepass")
        self.root = parse(self.data, _PHP).root_node

    @property
    def source(self) -> str:
        """The text of the file."""
        return self.data.decode("utf-8", "replace")

    def text(self, node: Node | None) -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    def call(self, node: Node | None) -> Call | None:
        """The call expressed by a node, or None."""
        if node is None or node.type not in _CALLS:
            return None
        args: list[Node] = []
        named: dict[str, Node] = {}
        listed = node.child_by_field_name("arguments")
        for one in listed.named_children if listed is not None else ():
            name = one.child_by_field_name("name")
            if one.type != "argument" or not one.named_children:
                continue
            if name is not None:
                named[self.text(name)] = one.named_children[-1]
            else:
                args.append(one.named_children[0])
        scope = self.text(node.child_by_field_name("scope")).rpartition("\\")[2]
        owner, method = node.child_by_field_name("object"), node.child_by_field_name("name")
        line = (method or node).start_point[0] + 1
        return Call(owner, scope, self.text(method), args, named, line)

    def chain(self, node: Node | None) -> list[Call]:
        """The calls of `x->a()->b()` in order of execution."""
        found: list[Call] = []
        call = self.call(node)
        while call is not None and len(found) < _LONGEST_CHAIN:
            found.append(call)
            call = self.call(call.owner)
        return found[::-1]

    def closure(self, node: Node | None) -> tuple[Node, str, str] | None:
        """The body of an anonymous function, with the name and the type of its first parameter."""
        if node is None or node.type not in _CLOSURES:
            return None
        body, listed = node.child_by_field_name("body"), node.child_by_field_name("parameters")
        first = listed.named_children[0] if listed is not None and listed.named_children else None
        if body is None or first is None:
            return None
        name, kind = first.child_by_field_name("name"), first.child_by_field_name("type")
        return body, self.text(name).removeprefix("$"), self.text(kind).rpartition("\\")[2]

    def value(self, node: Node | None, bound: Bound) -> str | None:
        """A string or number as text, or the value of a variable or constant; None for anything else."""
        kind = node.type if node is not None else ""
        if node is None or kind in ("integer", "float"):
            return self.text(node) or None
        if kind in _STRINGS:
            return self._string(node, bound)
        if kind == "variable_name":
            return bound.get(self.text(node).removeprefix("$"))
        if kind == "binary_expression" and self.text(node.child_by_field_name("operator")) == ".":
            sides = [self.value(node.child_by_field_name(side), bound) for side in ("left", "right")]
            return f"{sides[0]}{sides[1]}" if None not in sides else None
        return self._member(node, bound) if kind.endswith("_access_expression") else None

    def _member(self, node: Node, bound: Bound) -> str | None:
        """The value of a constant or property of the class."""
        names = [self.text(one) for one in node.named_children]
        return bound.get(f"self.{names[-1]}") if names and names[0] in ("self", "static", "$this") else None

    def _string(self, node: Node, bound: Bound) -> str | None:
        parts: list[str] = []
        stack = list(reversed(node.named_children))
        place = node.end_byte
        while stack:
            one = stack.pop()
            if one.type in ("heredoc_body", "nowdoc_body"):
                stack.extend(reversed(one.named_children))
                place = one.named_children[0].start_byte if one.named_children else place
                continue
            if one.type in ("heredoc_start", "heredoc_end"):
                continue
            parts.append("\n" * self.data.count(b"\n", place, one.start_byte))  # a heredoc's pieces exclude the breaks
            place = max(place, one.end_byte)
            if one.type in ("string_content", "nowdoc_string"):
                parts.append(self.text(one))
            elif one.type == "escape_sequence":
                parts.append(_ESCAPES.get(self.text(one), self.text(one)))
            elif one.type == "variable_name":
                held = bound.get(self.text(one).removeprefix("$"))
                if held is None:
                    return None
                parts.append(held)
            else:
                return None
        return "".join(parts)

    def values(self, node: Node | None, bound: Bound) -> list[str]:
        """The known strings of an array; a single string counts as an array of one."""
        if node is not None and node.type == "array_creation_expression":
            elements = [one.named_children[-1] for one in node.named_children if one.named_children]
            found = (self.value(one, bound) for one in elements)
            return [one for one in found if one is not None]
        one = self.value(node, bound)
        return [one] if one is not None else []

    def class_of(self, node: Node | None) -> str:
        """The name of the class in `Name::class` or `new Name`, "" for anything else."""
        if node is None or not node.named_children:
            return ""
        names = [self.text(one) for one in node.named_children]
        if node.type == "class_constant_access_expression" and names[-1] == "class":
            return names[0].rpartition("\\")[2]
        return names[0].rpartition("\\")[2] if node.type == "object_creation_expression" else ""
