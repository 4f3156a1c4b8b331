"""Access to calls and literals in the syntax tree of a C# file, for parsers of declarations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.schemas import defaults
from ctxpack.parse.schemas.shapes import parsable
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_CSHARP = next(one for one in LANGUAGES if one.name == "csharp")
_NUMBER = re.compile(r"(?P<number>-?\d[\d_]*(?:\.\d+)?)[mMlLdDfFuU]*")
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\"": '"', r"\\": "\\"}
_LONGEST_CHAIN = 40


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a member: its receiver, name and type argument, and its positional and named arguments."""

    receiver: Node
    name: str
    generic: str
    args: Sequence[Node]
    named: Mapping[str, Node]
    line: int

    def arg(self, name: str, place: int = -1) -> Node | None:
        """An argument by name, or else by position."""
        return self.named.get(name) or (self.args[place] if 0 <= place < len(self.args) else None)


class CSharp:
    """One C# file."""

    def __init__(self, text: str) -> None:
        self.data = parsable(text)
        self.root = parse(self.data, _CSHARP).root_node

    @property
    def source(self) -> str:
        """The text of the file."""
        return self.data.decode("utf-8", "replace")

    def text(self, node: Node | None) -> str:
        """The text under a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    def methods(self, name: str) -> list[Node]:
        """The bodies of all methods with this name, in order."""
        found: list[Node] = []
        stack = [self.root]
        while stack:
            node = stack.pop()
            if node.type == "method_declaration":
                body = node.child_by_field_name("body")
                if body is not None and self.text(node.child_by_field_name("name")) == name:
                    found.append(body)
            else:
                stack.extend(reversed(node.named_children))
        return found

    def call(self, node: Node | None) -> Call | None:
        """The member call of a node; None for any other node."""
        function = node.child_by_field_name("function") if node and node.type == "invocation_expression" else None
        if node is None or function is None or function.type != "member_access_expression":
            return None
        receiver, member = function.child_by_field_name("expression"), function.child_by_field_name("name")
        if receiver is None or member is None:
            return None
        args: list[Node] = []
        named: dict[str, Node] = {}
        listed = node.child_by_field_name("arguments")
        for one in listed.named_children if listed is not None else ():
            label = one.child_by_field_name("name")
            if one.type == "argument" and one.named_children and label is not None:
                named[self.text(label)] = one.named_children[-1]
            elif one.type == "argument" and one.named_children:
                args.append(one.named_children[0])
        name, mark, generic = self.text(member).partition("<")
        line = member.start_point[0] + 1
        return Call(receiver, name, generic.removesuffix(">") if mark else "", args, named, line)

    def chain(self, node: Node | None) -> list[Call]:
        """The calls of a chain `x.A().B()` in order of execution."""
        found: list[Call] = []
        call = self.call(node)
        while call is not None and len(found) < _LONGEST_CHAIN:
            found.append(call)
            call = self.call(call.receiver)
        return found[::-1]

    def string(self, node: Node | None) -> str:
        """The value of a string literal without interpolation; "" for anything else."""
        if node is None:
            return ""
        if node.type == "verbatim_string_literal":
            return self.text(node)[2:-1].replace('""', '"')
        if node.type == "raw_string_literal":
            return self.text(node).strip('"').strip()
        if node.type == "binary_expression":
            sides = [self.string(node.child_by_field_name(side)) for side in ("left", "right")]
            return "".join(sides) if all(sides) else ""
        parts = node.named_children if node.type == "string_literal" else []
        return "".join(_ESCAPES.get(self.text(one), self.text(one)) for one in parts)

    def strings(self, node: Node | None) -> list[str]:
        """The strings of an array; a single string as a list of one."""
        if node is None:
            return []
        listed = [node]
        if node.type in ("implicit_array_creation_expression", "array_creation_expression", "collection_expression"):
            inner = next((one for one in node.named_children if one.type == "initializer_expression"), node)
            listed = [
                one.named_children[0] if one.type == "collection_element" else one for one in inner.named_children
            ]
        return [told for one in listed if (told := self.string(one))]

    def default(self, node: Node | None) -> str:
        """A database default, in SQL; "" for none, `defaults.UNTOLD` if it is no literal."""
        text = self.text(node)
        if text in ("", "null"):
            return ""
        number = _NUMBER.fullmatch(text)
        if text in ("true", "false") or number is not None:
            return number["number"].replace("_", "") if number is not None else text
        told = self.string(node)
        return defaults.quoted(told) if told or text in ('""', "string.Empty") else defaults.UNTOLD

    def members(self, node: Node | None) -> list[str]:
        """The members that `x => x.A` or `x => new { x.A, x.B }` names."""
        body = node.child_by_field_name("body") if node is not None and node.type == "lambda_expression" else None
        if body is None:
            return []
        listed = body.named_children if body.type == "anonymous_object_creation_expression" else [body]
        found = [one.child_by_field_name("name") for one in listed if one.type == "member_access_expression"]
        return [self.text(one) for one in found]
