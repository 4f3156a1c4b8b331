"""Access to annotated classes in the syntax trees of Java and Kotlin files, for parsers of declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.schemas.shapes import parsable
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_JAVA, _KOTLIN = (next(one for one in LANGUAGES if one.name == name) for name in ("java", "kotlin"))
_KOTLIN_TEXT = re.compile(r"\b(?:va[lr]|fun)\s+\w|\bclass\s+\w+\s*\(")
_SEMICOLONS = re.compile(r";[ \t]*$", re.MULTILINE)
_TYPES = frozenset({"user_type", "nullable_type", "function_type"})
_NAMES = frozenset({"identifier", "field_access", "navigation_expression", "scoped_identifier"})
_LISTS = frozenset({"element_value_array_initializer", "collection_literal", "array_initializer"})
_CLASSES = frozenset({"class_declaration", "interface_declaration", "object_declaration"})
_VALUE = "value"


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation: its name without package, and its arguments by name (`value` for an unnamed one)."""

    name: str
    given: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Member:
    """A field, property or getter. `optional` is whether its type is nullable; None if the language does not say."""

    name: str
    type: str
    marks: Sequence[Mark]
    line: int
    optional: bool | None = None
    is_getter: bool = False

    def mark(self, *names: str) -> Mark | None:
        """The first annotation of one of some names."""
        return next((one for one in self.marks if one.name in names), None)


@dataclass(frozen=True, slots=True)
class Class:
    """A class with its annotations and members."""

    name: str
    base: str
    marks: Sequence[Mark]
    members: Sequence[Member]
    line: int

    def mark(self, *names: str) -> Mark | None:
        """The first annotation of one of some names."""
        return next((one for one in self.marks if one.name in names), None)


class Jvm:
    """One Java or Kotlin file."""

    def __init__(self, text: str) -> None:
        self.data = parsable(text)
        # The language is not passed to parsers of formats; a text with statements that end in semicolons is Java.
        self.is_kotlin = _SEMICOLONS.search(text) is None and _KOTLIN_TEXT.search(text) is not None
        self.root = parse(self.data, _KOTLIN if self.is_kotlin else _JAVA).root_node

    def text(self, node: Node | None) -> str:
        """The text under a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    # --- values -------------------------------------------------------------------------------------------------------

    def string(self, node: Node | None, constants: Mapping[str, str]) -> str:
        """The value of a string, with `{const NAME}` for a constant of another file; "" for anything else."""
        if node is None:
            return ""
        if node.type in ("string_literal", "line_string_literal"):
            return "".join(self.text(one) for one in node.named_children)
        if node.type in ("binary_expression", "additive_expression"):
            sides = [self.string(one, constants) for one in node.named_children]
            return "".join(sides) if all(sides) else ""
        if node.type in _NAMES:
            name = self.text(node)
            known = constants.get(name.rpartition(".")[2]) if "." not in name else None
            return known if known is not None else f"{{const {'.'.join(name.split('.')[-2:])}}}"
        return ""

    def strings(self, node: Node | None, constants: Mapping[str, str]) -> list[str]:
        """The strings of an array; a single string as a list of one."""
        return [told for one in self.listed(node) if (told := self.string(one, constants))]

    def listed(self, node: Node | None) -> list[Node]:
        """The elements of an array; a single element as a list of one."""
        if node is None:
            return []
        return list(node.named_children) if node.type in _LISTS else [node]

    def truth(self, node: Node | None) -> bool | None:
        """The value of a boolean literal; None for anything else."""
        return {"true": True, "false": False}.get(self.text(node))

    def mark(self, node: Node | None) -> Mark | None:
        """The annotation of a node, possibly nested in another; None for any other node."""
        if node is None or node.type not in (
            "annotation", "marker_annotation", "call_expression", "constructor_invocation"
        ):  # fmt: skip
            return None
        inner = next((one for one in node.named_children if one.type in ("constructor_invocation", "user_type")), None)
        if node.type == "annotation" and inner is not None:
            return self.mark(inner) if inner.type == "constructor_invocation" else Mark(self._last(inner), {})
        name = node.child_by_field_name("name") or (node.named_children[0] if node.named_children else None)
        arguments = node.child_by_field_name("arguments") or next(
            (one for one in node.named_children if one.type == "value_arguments"), None
        )
        given = dict(self._given(one) for one in (arguments.named_children if arguments is not None else ()))
        return Mark(self._last(name), given)

    def _last(self, node: Node | None) -> str:
        return self.text(node).partition("<")[0].rpartition(".")[2]

    def _given(self, node: Node) -> tuple[str, Node]:
        """The name and the value of an argument."""
        children = node.named_children
        if node.type == "element_value_pair" and len(children) > 1:
            return self.text(children[0]), children[-1]
        if node.type == "value_argument" and children:
            return (self.text(children[0]) if len(children) > 1 else _VALUE), children[-1]
        return _VALUE, node

    def marks(self, node: Node) -> list[Mark]:
        """The annotations of a class or member."""
        modifiers = (one for one in node.named_children if one.type == "modifiers")
        found = (self.mark(one) for modifier in modifiers for one in modifier.named_children)
        return [one for one in found if one is not None]

    def _modifiers(self, node: Node) -> set[str]:
        modifiers = [one for one in node.named_children if one.type == "modifiers"]
        return {self.text(one) for modifier in modifiers for one in modifier.children if one.type not in (
            "annotation", "marker_annotation"
        )}  # fmt: skip

    # --- classes ------------------------------------------------------------------------------------------------------

    def classes(self) -> Iterator[Class]:
        """All classes of the file, nested ones after the classes around them."""
        stack = [self.root]
        while stack:
            node = stack.pop()
            if node.type in _CLASSES:
                found = self._class(node)
                if found is not None:
                    yield found
            if node.type in _CLASSES or node.type in ("program", "source_file", "class_body", "companion_object"):
                stack.extend(reversed(node.named_children))

    def _class(self, node: Node) -> Class | None:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body") or next(
            (one for one in node.named_children if one.type == "class_body"), None
        )
        if name is None:
            return None
        members: list[Member] = []
        for one in self._parts(node, body):
            if one.type == "field_declaration":
                members.extend(self._fields(one))
            elif one.type == "method_declaration":
                members.extend(self._getter(one))
            elif one.type in ("class_parameter", "property_declaration"):
                members.extend(self._property(one))
        return Class(self.text(name), self._base(node), self.marks(node), members, name.start_point[0] + 1)

    @staticmethod
    def _parts(node: Node, body: Node | None) -> Iterator[Node]:
        """The member nodes in the head of a class (constructor parameters) and in its body."""
        for head in (one for one in node.named_children if one.type == "primary_constructor"):
            for listed in head.named_children:
                yield from listed.named_children
        if body is not None:
            yield from body.named_children

    def _base(self, node: Node) -> str:
        """The name of the superclass; "" without one."""
        above = node.child_by_field_name("superclass")
        if above is not None:
            return self._last(above.named_children[0]) if above.named_children else ""
        for listed in (one for one in node.named_children if one.type == "delegation_specifiers"):
            for one in listed.named_children:
                inner = one.named_children[0] if one.named_children else None
                if inner is not None and inner.type == "constructor_invocation" and inner.named_children:
                    return self._last(inner.named_children[0])
        return ""

    def _fields(self, node: Node) -> Iterator[Member]:
        modifiers, kind = self._modifiers(node), self.text(node.child_by_field_name("type"))
        for one in node.children_by_field_name("declarator"):
            name = self.text(one.child_by_field_name("name"))
            if modifiers.isdisjoint({"static", "transient"}):
                yield Member(name, kind, self.marks(node), one.start_point[0] + 1)

    def _getter(self, node: Node) -> Iterator[Member]:
        """The property of an annotated getter."""
        name, kind = self.text(node.child_by_field_name("name")), self.text(node.child_by_field_name("type"))
        bare = name[3:] if name.startswith("get") else name[2:] if name.startswith("is") else ""
        marks = self.marks(node)
        if bare and marks and "static" not in self._modifiers(node):
            line = node.child_by_field_name("name").start_point[0] + 1  # type: ignore[union-attr]
            yield Member(bare[:1].lower() + bare[1:], kind, marks, line, is_getter=True)

    def _property(self, node: Node) -> Iterator[Member]:
        """A Kotlin property with a backing field, in the constructor or the body."""
        keeps = any(self.text(one) in ("val", "var") for one in node.children)
        computed = any(one.type == "getter" for one in node.children)
        inner = next((one for one in node.named_children if one.type == "variable_declaration"), node)
        name = next((one for one in inner.named_children if one.type == "identifier"), None)
        kind = next((one for one in inner.named_children if one.type in _TYPES), None)
        if keeps and not computed and name is not None and kind is not None:
            told, line = self.text(kind), name.start_point[0] + 1
            yield Member(self.text(name), told.removesuffix("?"), self.marks(node), line, told.endswith("?"))
