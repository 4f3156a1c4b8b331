"""Helpers for parsers of Ruby declarations: calls and literals in the syntax tree; nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_WORDS = frozenset({"simple_symbol", "hash_key_symbol", "bare_symbol", "bare_string", "integer", "float", "constant"})
_RUBY = next(one for one in LANGUAGES if one.name == "ruby")


@dataclass(frozen=True, slots=True)
class Call:
    """A call; `receiver` is text ("" for none), `options` are the keyword arguments."""

    receiver: str
    method: str
    args: Sequence[Node]
    options: Mapping[str, Node]
    block: Node | None
    line: int


class Ruby:
    """One Ruby file."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "surrogatepass")
        self.root = parse(self.data, _RUBY).root_node
        self._bodies = self._found_bodies(self.root)

    def _found_bodies(self, root: Node) -> list[Node]:
        found: list[Node] = []
        stack = [root]
        while stack:
            node = stack.pop()
            if node.type == "heredoc_body":
                found.append(node)
            else:
                stack.extend(reversed(node.named_children))
        return sorted(found, key=lambda node: node.start_byte)

    @property
    def source(self) -> str:
        """The text of the file."""
        return self.data.decode("utf-8", "replace")

    def text(self, node: Node) -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def value(self, node: Node | None, bound: Mapping[str, str]) -> str | None:
        """A string, symbol or number as text, None for anything else; `bound` holds the values of block parameters."""
        if node is None:
            return None
        if node.type in ("string", "delimited_symbol"):
            return "".join(self._part(child, bound) for child in node.named_children)
        if node.type in _WORDS:
            return self.text(node).lstrip(":").strip("\"'")
        if node.type == "identifier":
            return bound.get(self.text(node))
        return self._heredoc(node) if node.type in ("heredoc_beginning", "call") else None

    def _part(self, node: Node, bound: Mapping[str, str]) -> str:
        if node.type == "interpolation":
            inner = self.text(node)[2:-1].strip()
            return bound.get(inner, f"{{{inner}}}")
        return self.text(node)

    def _heredoc(self, node: Node) -> str | None:
        """The text of a heredoc (`<<~SQL`), also under a method such as `squish`."""
        if node.type == "call":
            receiver = node.child_by_field_name("receiver")
            return self._heredoc(receiver) if receiver is not None and receiver.type == "heredoc_beginning" else None
        body = next((one for one in self._bodies if one.start_byte > node.start_byte), None)
        if body is None:
            return None
        return "".join(self.text(child) for child in body.children if child.type != "heredoc_end")

    def values(self, node: Node | None, bound: Mapping[str, str]) -> list[str]:
        """The elements of an array of strings or symbols; a single one counts as an array of one."""
        if node is not None and node.type in ("array", "string_array", "symbol_array"):
            found = (self.value(child, bound) for child in node.named_children)
            return [text for text in found if text is not None]
        one = self.value(node, bound)
        return [one] if one is not None else []

    def call(self, node: Node) -> Call | None:
        """The call expressed by a node, or None; a bare word is a call without arguments."""
        line = node.start_point[0] + 1
        if node.type == "identifier":
            return Call("", self.text(node), (), {}, None, line)
        if node.type != "call":
            return None
        receiver, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
        arguments, block = node.child_by_field_name("arguments"), node.child_by_field_name("block")
        args: list[Node] = []
        options: dict[str, Node] = {}
        for child in arguments.named_children if arguments is not None else ():
            if child.type == "pair":
                options.update(self._option(child))
            elif child.type == "hash":
                for pair in child.named_children:
                    options.update(self._option(pair))
            elif child.type == "splat_argument":
                args.extend(one for array in child.named_children for one in array.named_children)
            elif child.type not in ("comment", "block_argument"):
                args.append(child)
        owner = self.text(receiver) if receiver is not None else ""
        return Call(owner, self.text(method) if method is not None else "", args, options, block, line)

    def options(self, node: Node | None) -> dict[str, Node]:
        """The pairs of a hash."""
        found: dict[str, Node] = {}
        for pair in node.named_children if node is not None and node.type == "hash" else ():
            found.update(self._option(pair))
        return found

    def _option(self, pair: Node) -> dict[str, Node]:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        name = self.value(key, {}) if key is not None else None
        return {name.rstrip(":"): value} if name and value is not None else {}

    def parameters(self, block: Node) -> list[str]:
        """The names of a block's parameters."""
        node = block.child_by_field_name("parameters")
        return [self.text(child) for child in node.named_children] if node is not None else []

    def body(self, node: Node) -> Sequence[Node]:
        """The statements of a block or method."""
        inner = node.child_by_field_name("body")
        return inner.named_children if inner is not None else node.named_children
