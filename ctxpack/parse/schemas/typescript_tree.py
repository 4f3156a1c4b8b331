"""Helpers for parsers of TypeScript declarations: decorators, calls and literals in the syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.schemas import defaults
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_TYPESCRIPT = next(one for one in LANGUAGES if one.name == "typescript")
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})
_WRAPPERS = frozenset({"as_expression", "satisfies_expression", "parenthesized_expression", "non_null_expression"})
_NUMBER = re.compile(r"-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?n?")
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\"": '"', r"\'": "'", r"\\": "\\", r"\`": "`"}
_LONGEST_CHAIN = 40


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function or method; `receiver` is None for a bare name."""

    receiver: Node | None
    name: str
    args: Sequence[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a class with its decorators and the text of its type."""

    name: str
    type: str
    marks: Sequence[Call]
    line: int

    def mark(self, *names: str) -> Call | None:
        """The first decorator with one of these names."""
        return next((one for one in self.marks if one.name in names), None)


@dataclass(frozen=True, slots=True)
class Class:
    """A class with its decorators."""

    name: str
    base: str
    marks: Sequence[Call]
    body: Node
    line: int

    def mark(self, *names: str) -> Call | None:
        """The first decorator with one of these names."""
        return next((one for one in self.marks if one.name in names), None)


class TypeScript:
    """One TypeScript file."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "surrogatepass")
        self.root = parse(self.data, _TYPESCRIPT).root_node

    @property
    def source(self) -> str:
        """The text of the file."""
        return self.data.decode("utf-8", "replace")

    def text(self, node: Node | None) -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    @staticmethod
    def plain(node: Node | None) -> Node | None:
        """An expression without surrounding casts and parentheses."""
        while node is not None and node.type in _WRAPPERS:
            node = node.named_children[0] if node.named_children else None
        return node

    def string(self, node: Node | None) -> str | None:
        """The text of a string without computed parts, else None."""
        node = self.plain(node)
        if node is None or node.type not in ("string", "template_string"):
            return None
        parts = [
            _ESCAPES.get(self.text(one), self.text(one)) if one.type == "escape_sequence" else self.text(one)
            for one in node.named_children
        ]
        return None if any(one.type == "template_substitution" for one in node.named_children) else "".join(parts)

    def strings(self, node: Node | None) -> list[str]:
        """The strings of an array; a single string counts as an array of one."""
        node = self.plain(node)
        if node is not None and node.type == "array":
            return [told for one in node.named_children if (told := self.string(one)) is not None]
        one = self.string(node)
        return [one] if one is not None else []

    def call(self, node: Node | None) -> Call | None:
        """The call expressed by a node, or None."""
        function = node.child_by_field_name("function") if node is not None and node.type == "call_expression" else None
        if node is None or function is None:
            return None
        listed = node.child_by_field_name("arguments")
        args = [one for one in (listed.named_children if listed is not None else ()) if one.type != "comment"]
        if function.type == "member_expression":
            member = function.child_by_field_name("property")
            line = (member or node).start_point[0] + 1
            return Call(function.child_by_field_name("object"), self.text(member), args, line)
        return Call(None, self.text(function), args, node.start_point[0] + 1)

    def chain(self, node: Node | None) -> list[Call]:
        """The calls of `a().b().c()` in order of execution."""
        found: list[Call] = []
        call = self.call(self.plain(node))
        while call is not None and len(found) < _LONGEST_CHAIN:
            found.append(call)
            call = self.call(call.receiver)
        return found[::-1]

    def options(self, node: Node | None) -> dict[str, Node]:
        """The pairs of an object."""
        node = self.plain(node)
        found: dict[str, Node] = {}
        for pair in node.named_children if node is not None and node.type == "object" else ():
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and value is not None:
                found[self.string(key) or self.text(key)] = value
        return found

    def given_back(self, node: Node | None) -> Node | None:
        """The expression returned by an anonymous function, through casts and parentheses."""
        if node is None or node.type not in ("arrow_function", "function_expression"):
            return None
        body = node.child_by_field_name("body")
        if body is not None and body.type == "statement_block":
            returned = [one for one in body.named_children if one.type == "return_statement" and one.named_children]
            body = returned[0].named_children[0] if returned else None
        return self.plain(body)

    # --- classes ------------------------------------------------------------------------------------------------------

    def classes(self) -> Iterator[Class]:
        """The classes at the top level of the file or in namespaces."""
        stack = [self.root]
        while stack:
            node = stack.pop()
            if node.type in _CLASSES:
                found = self._class(node)
                if found is not None:
                    yield found
            elif node.type in ("program", "export_statement", "internal_module", "statement_block", "module",
                               "expression_statement"):  # fmt: skip
                stack.extend(reversed(node.named_children))

    def _class(self, node: Node) -> Class | None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return None
        outer = node.parent if node.parent is not None and node.parent.type == "export_statement" else None
        marks = [*(self.marks(outer) if outer is not None else ()), *self.marks(node)]
        return Class(self.text(name), self._base(node), marks, body, name.start_point[0] + 1)

    def _base(self, node: Node) -> str:
        for heritage in (one for one in node.named_children if one.type == "class_heritage"):
            for clause in heritage.named_children:
                value = clause.child_by_field_name("value")
                if clause.type == "extends_clause" and value is not None and value.type == "identifier":
                    return self.text(value)
        return ""

    def marks(self, node: Node) -> list[Call]:
        """The decorators of a class or property."""
        found: list[Call] = []
        for one in node.children_by_field_name("decorator"):
            inner = one.named_children[0] if one.named_children else None
            call = self.call(inner)
            if call is None and inner is not None and inner.type == "identifier":
                call = Call(None, self.text(inner), (), inner.start_point[0] + 1)
            if call is not None:
                found.append(call)
        return found

    def properties(self, one: Class) -> Iterator[Property]:
        """The properties of a class."""
        for node in one.body.named_children:
            name = node.child_by_field_name("name")
            if node.type == "public_field_definition" and name is not None:
                annotation = node.child_by_field_name("type")
                kind = self.text(annotation.named_children[0]) if annotation and annotation.named_children else ""
                yield Property(self.text(name), kind, self.marks(node), name.start_point[0] + 1)

    # --- values -------------------------------------------------------------------------------------------------------

    def truth(self, node: Node | None) -> bool | None:
        """The value of a literal true or false, None for anything else."""
        return {"true": True, "false": False}.get(self.text(node))

    def default(self, node: Node | None) -> str:
        """A database default in SQL; "" for null, `defaults.UNTOLD` for a computed value."""
        node = self.plain(node)
        if node is None or node.type in ("null", "undefined"):
            return ""
        text = self.text(node)
        if text in ("true", "false") or _NUMBER.fullmatch(text):
            return text.replace("_", "").removesuffix("n")
        told = self.string(node)
        return defaults.quoted(told) if told is not None else defaults.UNTOLD

    def expression(self, node: Node | None) -> str:
        """A default whose string is itself SQL."""
        told = self.string(node)
        return defaults.expression(told) if told is not None else defaults.UNTOLD


def text_options(tree: TypeScript, options: Mapping[str, Node], *names: str) -> list[str]:
    """The texts or numbers of some options, in their order."""
    values = (options.get(name) for name in names)
    return [
        tree.string(one) or tree.text(one) for one in values if one is not None and one.type in ("string", "number")
    ]
