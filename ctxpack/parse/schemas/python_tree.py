"""Helpers for parsers of Python declarations: classes, calls and constants in the syntax tree; nothing is executed.

A name assigned exactly once in a file is replaced by its value, which resolves `TABLE = "orders"` and
`columns = [Column(...), ...]`; an unknown value becomes its name in braces.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_PYTHON = next(one for one in LANGUAGES if one.name == "python")
_DEEPEST = 20

Bindings = Mapping[str, "Node"]


@dataclass(frozen=True, slots=True)
class Call:
    """A call; `name` is the dotted name of the callee, "" if it has none."""

    name: str
    args: Sequence[Node]
    named: Mapping[str, Node]
    line: int
    node: Node

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    def argument(self, place: int, name: str) -> Node | None:
        """An argument by position or, if not given by position, by name."""
        return self.args[place] if 0 <= place < len(self.args) else self.named.get(name)


@dataclass(frozen=True, slots=True)
class Class:
    """A class, with its bases as written, the keyword arguments of its header, and its body."""

    name: str
    bases: Sequence[str]
    named: Mapping[str, Node]
    body: Node
    line: int


@dataclass(slots=True)
class Module:
    """One Python file."""

    data: bytes
    root: Node
    bound: dict[str, Node] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The text of the file."""
        return self.data.decode("utf-8", "replace")

    def text(self, node: Node) -> str:
        """The source text of a node, on one line."""
        return " ".join(self.data[node.start_byte : node.end_byte].decode("utf-8", "replace").split())

    def line(self, node: Node) -> int:
        """The line on which a node begins."""
        return node.start_point[0] + 1

    def dotted(self, node: Node | None) -> str:
        """`a.b.c` as text, "" for anything but names and attributes."""
        if node is None:
            return ""
        if node.type == "identifier":
            return self.text(node)
        if node.type == "attribute":
            owner, last = self.dotted(node.child_by_field_name("object")), node.child_by_field_name("attribute")
            return f"{owner}.{self.text(last)}" if owner and last is not None else ""
        return ""

    def seen_through(self, node: Node | None, bound: Bindings = {}) -> Node | None:  # noqa: B006 - never changed
        """The value of a name, through parentheses and further names; any other node is returned as is."""
        for _ in range(_DEEPEST):
            if node is None:
                return None
            if node.type == "parenthesized_expression" and node.named_children:
                node = node.named_children[0]
            elif node.type == "identifier" and (found := bound.get(self.text(node), self.bound.get(self.text(node)))):
                node = found
            else:
                return node
        return node

    def string(self, node: Node | None, bound: Bindings = {}, depth: int = 0) -> str | None:  # noqa: B006
        """The text of a string expression, None for anything else; unknown parts are in braces."""
        node = self.seen_through(node, bound)
        if node is None or depth > _DEEPEST:
            return None
        if node.type == "concatenated_string":
            return "".join(self.string(child, bound, depth + 1) or "" for child in node.named_children)
        readers = {"string": self._literal, "binary_operator": self._sum, "call": self._wrapped}
        reader = readers.get(node.type)
        return reader(node, bound, depth) if reader is not None else None

    def _sum(self, node: Node, bound: Bindings, depth: int) -> str | None:
        if self._operator(node) != "+":
            return None
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        parts = [self.string(side, bound, depth + 1) for side in sides]
        return None if parts == [None, None] else "".join("{}" if part is None else part for part in parts)

    def _wrapped(self, node: Node, bound: Bindings, depth: int) -> str | None:
        """The string in `text("...")`, `_("...")` or `"...".strip()`."""
        call = self.call(node)
        if call is not None and call.last in ("text", "_", "gettext_lazy", "quoted_name", "dedent", "f") and call.args:
            return self.string(call.args[0], bound, depth + 1)
        function = node.child_by_field_name("function")
        if function is not None and function.type == "attribute":
            last = function.child_by_field_name("attribute")
            if last is not None and self.text(last) in ("strip", "format", "lower"):
                return self.string(function.child_by_field_name("object"), bound, depth + 1)
        return None

    def _operator(self, node: Node) -> str:
        operator = node.child_by_field_name("operator")
        return self.text(operator) if operator is not None else ""

    def _literal(self, node: Node, bound: Bindings, depth: int) -> str | None:
        if not any(child.type == "interpolation" for child in node.children):
            try:
                value = ast.literal_eval(
                    self.data[node.start_byte : node.end_byte].decode("utf-8", "replace").lstrip("fF")
                )
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                return ""
            return value if isinstance(value, str) else ""
        parts: list[str] = []
        for child in node.children:
            if child.type == "string_content":
                parts.append(self.data[child.start_byte : child.end_byte].decode("utf-8", "replace"))
            elif child.type == "interpolation" and child.named_children:
                inner = child.named_children[0]
                known = self.string(inner, bound, depth + 1)
                parts.append(known if known is not None else "{" + self.text(inner) + "}")
        return "".join(parts)

    def strings(self, node: Node | None, bound: Bindings = {}) -> list[str]:  # noqa: B006 - never changed
        """The strings of a list, tuple or set; a single string counts as a list of one."""
        node = self.seen_through(node, bound)
        if node is None:
            return []
        if node.type in ("list", "tuple", "set"):
            found = (self.string(child, bound) for child in node.named_children)
            return [text for text in found if text is not None]
        one = self.string(node, bound)
        return [one] if one is not None else []

    def items(self, node: Node | None, bound: Bindings = {}) -> list[Node]:  # noqa: B006 - never changed
        """The elements of a list, tuple or set, without comments."""
        node = self.seen_through(node, bound)
        if node is None or node.type not in ("list", "tuple", "set"):
            return []
        return [child for child in node.named_children if child.type != "comment"]

    def pairs(self, node: Node | None) -> dict[str, Node]:
        """The entries of a dictionary with string keys."""
        node = self.seen_through(node)
        found: dict[str, Node] = {}
        for child in node.named_children if node is not None and node.type == "dictionary" else ():
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            name = self.string(key) if key is not None else None
            if name is not None and value is not None:
                found[name] = value
        return found

    def truth(self, node: Node | None) -> bool | None:
        """The value of a literal True or False, None for anything else."""
        node = self.seen_through(node)
        return None if node is None else {"true": True, "false": False}.get(node.type)

    def call(self, node: Node | None) -> Call | None:
        """The call expressed by a node, or None."""
        if node is None or node.type != "call":
            return None
        arguments = node.child_by_field_name("arguments")
        args: list[Node] = []
        named: dict[str, Node] = {}
        for child in arguments.named_children if arguments is not None else ():
            if child.type == "keyword_argument":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is not None and value is not None:
                    named[self.text(name)] = value
            elif child.type == "list_splat" and child.named_children:
                args.extend(self.items(child.named_children[0]))
            elif child.type != "comment":
                args.append(child)
        return Call(self.dotted(node.child_by_field_name("function")), args, named, self.line(node), node)

    def classes(self) -> Iterator[Class]:
        """The classes at the top level of the file, also under conditions."""
        for node in _flat(self.root, ("if_statement", "try_statement", "block", "else_clause", "except_clause")):
            inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
            if inner is not None and inner.type == "class_definition":
                yield self.class_of(inner)

    def class_of(self, node: Node) -> Class:
        """The class defined by a node."""
        name, head, body = (node.child_by_field_name(part) for part in ("name", "superclasses", "body"))
        bases: list[str] = []
        named: dict[str, Node] = {}
        for child in head.named_children if head is not None else ():
            if child.type == "keyword_argument":
                key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    named[self.text(key)] = value
            elif child.type == "subscript":
                bases.append(self.dotted(child.child_by_field_name("value")))
            else:
                bases.append(self.dotted(child))
        return Class(
            self.text(name) if name is not None else "",
            [base for base in bases if base],
            named,
            body if body is not None else node,
            self.line(node),
        )

    def assignments(self, body: Node) -> Iterator[tuple[str, Node | None, Node | None, Node]]:
        """(name, value, annotation, node) for each assignment to a plain name in a block."""
        for statement in body.named_children:
            if statement.type != "expression_statement" or not statement.named_children:
                continue
            node = statement.named_children[0]
            if node.type != "assignment":
                continue
            left = node.child_by_field_name("left")
            if left is not None and left.type == "identifier":
                yield self.text(left), node.child_by_field_name("right"), node.child_by_field_name("type"), node

    def doc(self, body: Node) -> str:
        """The first paragraph of a block's docstring."""
        first = body.named_children[0] if body.named_children else None
        if first is None or first.type != "expression_statement" or not first.named_children:
            return ""
        node = first.named_children[0]
        text = self.string(node) if node.type == "string" else None
        return " ".join((text or "").strip().partition("\n\n")[0].split())

    def functions(self) -> dict[str, Node]:
        """The functions at the top level of the file, by name."""
        found: dict[str, Node] = {}
        for node in self.root.named_children:
            inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
            if inner is not None and inner.type == "function_definition":
                name = inner.child_by_field_name("name")
                if name is not None:
                    found[self.text(name)] = inner
        return found

    def imported(self) -> dict[str, str]:
        """The full names of top-level imports by local name: `from a.b import C as D` gives D: a.b.C."""
        found: dict[str, str] = {}
        for node in self.root.named_children:
            if node.type != "import_from_statement":
                continue
            module = node.child_by_field_name("module_name")
            for child in node.children_by_field_name("name"):
                original, alias = child, child
                if child.type == "aliased_import":
                    name, renamed = child.child_by_field_name("name"), child.child_by_field_name("alias")
                    original, alias = name or child, renamed or child
                if module is not None:
                    found[self.text(alias)] = f"{self.text(module)}.{self.text(original)}"
        return found


def _flat(node: Node, through: Sequence[str]) -> Iterator[Node]:
    for child in node.named_children:
        yield child
        if child.type in through:
            yield from _flat(child, through)


def module(text: str) -> Module:
    """The syntax tree of a Python text, with the values of top-level names assigned once."""
    data = text.encode("utf-8", "surrogatepass")
    made = Module(data, parse(data, _PYTHON).root_node)
    again: dict[str, int] = {}
    for name, value, _, _ in made.assignments(made.root):
        again[name] = again.get(name, 0) + 1
        if value is not None:
            made.bound[name] = value
    made.bound = {name: value for name, value in made.bound.items() if again[name] == 1}
    return made
