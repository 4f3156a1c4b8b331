"""Converts expressions of Python's syntax tree to those of `datamodel/program.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, cast

from ctxpack.datamodel import program as to
from ctxpack.parse.source import Source
from ctxpack.parse.spark.literals import unescape

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_LONGEST_TEXT = 300_000
_MOST_ITEMS = 4_000
_DEEPEST = 60


def named(node: Node | None) -> Iterator[Node]:
    """The named children of a node without comments and line continuations."""
    if node is not None:
        for child in node.named_children:
            if child.type not in ("comment", "line_continuation"):
                yield child


def line_of(node: Node) -> int:
    """The line of a node's first character, from 1."""
    return node.start_point[0] + 1


class Expressions:
    """Converts the expressions of one file."""

    def __init__(self, source: Source) -> None:
        """`source` is the text that the tree was made from."""
        self.source = source
        self._depth = 0

    def read(self, node: Node | None) -> to.Expression:
        """The expression of a node; `Other` if it is not supported or nested too deeply."""
        if node is None:
            return to.Other()
        reader = _READERS.get(node.type)
        if reader is None or self._depth >= _DEEPEST:
            return to.Other()
        self._depth += 1
        try:
            return reader(self, node)
        finally:
            self._depth -= 1

    def field(self, node: Node, name: str) -> to.Expression:
        """The expression in a field of a node."""
        return self.read(node.child_by_field_name(name))

    def text(self, node: Node | None) -> str:
        """The text of a node, "" without one."""
        return self.source.text(node) if node is not None else ""

    # --- atoms --------------------------------------------------------------------------------------------------------

    def name(self, node: Node) -> to.Expression:
        """A variable."""
        return to.Name(self.source.text(node))

    def number(self, node: Node) -> to.Expression:
        """An integer or a float."""
        text = self.source.text(node).replace("_", "").lower()
        try:
            return to.Literal(_small(int(text, 0)) if node.type == "integer" else float(text))
        except ValueError:
            return to.Other()

    def constant(self, node: Node) -> to.Expression:
        """True, False or None."""
        return to.Literal({"true": True, "false": False}.get(node.type))

    def inner(self, node: Node) -> to.Expression:
        """The expression in parentheses or after `await`."""
        for child in named(node):
            return self.read(child)
        return to.Other()

    def string(self, node: Node) -> to.Expression:
        """A string literal or an f-string."""
        return _joined(self._string_parts(node), line_of(node))

    def strings(self, node: Node) -> to.Expression:
        """Adjacent string literals."""
        parts = [part for child in named(node) if child.type == "string" for part in self._string_parts(child)]
        return _joined(parts, line_of(node))

    def _string_parts(self, node: Node) -> list[to.Expression]:
        children = node.children
        prefix = self.source.text(children[0]).lower() if children else ""
        if node.end_byte - node.start_byte > _LONGEST_TEXT:
            return [to.Other()]
        raw = "r" in prefix
        parts: list[to.Expression] = []
        for child in children[1:]:
            if child.type == "interpolation":
                parts.append(self.read(child.child_by_field_name("expression") or next(named(child), None)))
            elif child.type == "string_content":
                parts.extend(self._content(child, raw, "f" in prefix))
        return parts or [to.Text("", line_of(node))]

    def _content(self, node: Node, raw: bool, template: bool) -> Iterator[to.Expression]:
        text = self.source.text(node)
        if template:
            text = text.replace("{{", "{").replace("}}", "}")
        yield to.Text(text if raw else unescape(text), line_of(node))

    # --- operators ----------------------------------------------------------------------------------------------------

    def binary(self, node: Node) -> to.Expression:
        """A chain of arithmetic or of `and` and `or`, flattened along its left side."""
        kind, rest = node.type, []
        while node.type == kind:
            operator = node.child_by_field_name("operator")
            rest.append((self.text(operator), self.field(node, "right")))
            left = node.child_by_field_name("left")
            if left is None:
                break
            node = left
        rest.reverse()
        return to.Binary(self.read(node), tuple(rest), line_of(node))

    def comparison(self, node: Node) -> to.Expression:
        """A comparison; `a < b < c` keeps both operators."""
        operands: list[to.Expression] = []
        operators: list[str] = []
        for child in node.children:
            if child.is_named:
                if child.type != "comment":
                    operands.append(self.read(child))
            else:
                operators.append(self.source.text(child))
        words = " ".join(operators)
        if words in ("not in", "is not"):
            operators = [words]
        if len(operands) != len(operators) + 1:
            return to.Other()
        return to.Binary(operands[0], tuple(zip(operators, operands[1:], strict=True)), line_of(node))

    def unary(self, node: Node) -> to.Expression:
        """`-x`, `~x` or `not x`."""
        operator = self.text(node.child_by_field_name("operator")) or "not"
        value = self.field(node, "argument")
        if operator == "-" and isinstance(value, to.Literal) and isinstance(value.value, (int, float)):
            return to.Literal(-value.value)
        return to.Unary(operator, value)

    def choice(self, node: Node) -> to.Expression:
        """`a if test else b`."""
        parts = [self.read(child) for child in named(node)]
        return to.Choice(parts[1], parts[0], parts[2]) if len(parts) == 3 else to.Other()

    def bind(self, node: Node) -> to.Expression:
        """`name := value`."""
        return to.Bind(self.text(node.child_by_field_name("name")), self.field(node, "value"))

    # --- containers ---------------------------------------------------------------------------------------------------

    def items(self, node: Node) -> to.Expression:
        """A list, tuple or set, also without parentheses or as a target."""
        kind = _KINDS.get(node.type, "tuple")
        if node.named_child_count > _MOST_ITEMS:
            return to.Other()
        return to.Items(cast(Literal["list", "tuple", "set"], kind), tuple(self.read(child) for child in named(node)))

    def pairs(self, node: Node) -> to.Expression:
        """A dictionary."""
        if node.named_child_count > _MOST_ITEMS:
            return to.Other()
        pairs: list[tuple[to.Expression | None, to.Expression]] = []
        for child in named(node):
            if child.type == "pair":
                pairs.append((self.field(child, "key"), self.field(child, "value")))
            elif child.type == "dictionary_splat":
                pairs.append((None, self.inner(child)))
        return to.Pairs(tuple(pairs))

    def collect(self, node: Node) -> to.Expression:
        """A comprehension or generator."""
        body = node.child_by_field_name("body")
        clauses: list[to.Clause] = []
        for child in named(node):
            if child.type == "for_in_clause":
                clauses.append(to.Clause(self.field(child, "left"), self.field(child, "right")))
            elif child.type == "if_clause" and clauses:
                last = clauses[-1]
                clauses[-1] = to.Clause(last.target, last.source, (*last.conditions, self.inner(child)))
        if body is not None and body.type == "pair":
            value = self.field(body, "value")
            return to.Collect("dict", value, tuple(clauses), self.field(body, "key"))
        kind: Literal["list", "set"] = "set" if node.type == "set_comprehension" else "list"
        return to.Collect(kind, self.read(body), tuple(clauses))

    def spread(self, node: Node) -> to.Expression:
        """`*value` or `**value`."""
        return to.Spread(self.inner(node), 2 if node.type.startswith("dictionary") else 1)

    def slice(self, node: Node) -> to.Expression:
        """`lower:upper`; steps are left out."""
        parts: list[to.Expression | None] = [None]
        for child in node.children:
            if child.type == ":":
                parts.append(None)
            elif child.is_named:
                parts[-1] = self.read(child)
        return to.Slice(parts[0], parts[1] if len(parts) > 1 else None)

    # --- chains -------------------------------------------------------------------------------------------------------

    def chain(self, node: Node) -> to.Expression:
        """Attributes, calls and subscripts, one after the other."""
        steps: list[to.Member | to.Invoke | to.Index] = []
        while node.type in ("attribute", "call", "subscript"):
            inner = node.child_by_field_name(_RECEIVERS[node.type])
            if inner is None:
                break
            if node.type == "attribute":
                attribute = node.child_by_field_name("attribute")
                steps.append(to.Member(self.text(attribute), line_of(attribute or node)))
            elif node.type == "call":
                steps.append(self._invoke(node.child_by_field_name("arguments")))
            else:
                steps.append(to.Index(self._key(node)))
            node = inner
            while node.type in ("parenthesized_expression", "await"):
                inside = next(named(node), None)
                if inside is None:
                    break
                node = inside
        base = self.read(node)
        if isinstance(base, to.Spread):  # in a list or tuple the grammar parses `*a.b()` as `(*a).b()`
            return to.Spread(to.Chain(base.value, tuple(reversed(steps))), base.stars)
        return to.Chain(base, tuple(reversed(steps)))

    def _key(self, node: Node) -> to.Expression:
        keys = [self.read(child) for child in node.children_by_field_name("subscript")]
        return keys[0] if len(keys) == 1 else to.Items("tuple", tuple(keys))

    def _invoke(self, node: Node | None) -> to.Invoke:
        if node is None:
            return to.Invoke()
        if node.type == "generator_expression":
            return to.Invoke((self.collect(node),), (), line_of(node))
        args: list[to.Expression] = []
        keywords: list[tuple[str, to.Expression]] = []
        for child in named(node):
            if child.type == "keyword_argument":
                keywords.append((self.text(child.child_by_field_name("name")), self.field(child, "value")))
            elif child.type == "dictionary_splat":
                keywords.append(("", self.inner(child)))
            else:
                args.append(self.read(child))
        return to.Invoke(tuple(args), tuple(keywords), line_of(node))

    # --- functions ----------------------------------------------------------------------------------------------------

    def function(self, node: Node) -> to.Expression:
        """A lambda."""
        return to.Lambda(self.parameters(node.child_by_field_name("parameters")), self.field(node, "body"))

    def parameters(self, node: Node | None) -> tuple[to.Parameter, ...]:
        """The parameters of a function."""
        found: list[to.Parameter] = []
        starred = False
        for child in named(node):
            if child.type in ("keyword_separator", "positional_separator"):
                starred = starred or child.type == "keyword_separator"
                continue
            one = self._parameter(child, starred)
            starred = starred or one.kind == "*"
            if one.name:
                found.append(one)
        return tuple(found)

    def _parameter(self, node: Node, starred: bool) -> to.Parameter:
        kind: Literal["", "keyword"] = "keyword" if starred else ""
        if node.type in ("list_splat_pattern", "dictionary_splat_pattern"):
            stars: Literal["*", "**"] = "*" if node.type.startswith("list") else "**"
            return to.Parameter(self.text(next(named(node), None)), None, stars)
        annotation = self.text(node.child_by_field_name("type"))
        if node.type == "typed_parameter":
            inner = self._parameter(next(named(node), node), starred)
            return to.Parameter(inner.name, None, inner.kind, annotation)
        if node.type in ("default_parameter", "typed_default_parameter"):
            name = self.text(node.child_by_field_name("name"))
            return to.Parameter(name, self.field(node, "value"), kind, annotation)
        return to.Parameter(self.text(node) if node.type == "identifier" else "", None, kind)


def _small(number: int) -> int | float:
    """A number as a float if it exceeds 64 bits, which the store's encoding cannot hold."""
    return number if -(2**63) <= number < 2**63 else float(min(number, 10**300))


def _joined(parts: list[to.Expression], line: int) -> to.Expression:
    """The parts of a string as one literal, or as a template if some are expressions."""
    if all(isinstance(part, to.Text) for part in parts):
        return to.Text("".join(part.value for part in parts if isinstance(part, to.Text)), line)
    return to.Template(tuple(part for part in parts if not isinstance(part, to.Text) or part.value))


_KINDS = {"list": "list", "list_pattern": "list", "set": "set"}
_RECEIVERS = {"attribute": "object", "call": "function", "subscript": "value"}

_READERS: dict[str, Callable[[Expressions, Node], to.Expression]] = {
    "identifier": Expressions.name,
    "integer": Expressions.number,
    "float": Expressions.number,
    "true": Expressions.constant,
    "false": Expressions.constant,
    "none": Expressions.constant,
    "parenthesized_expression": Expressions.inner,
    "await": Expressions.inner,
    "string": Expressions.string,
    "concatenated_string": Expressions.strings,
    "binary_operator": Expressions.binary,
    "boolean_operator": Expressions.binary,
    "comparison_operator": Expressions.comparison,
    "not_operator": Expressions.unary,
    "unary_operator": Expressions.unary,
    "conditional_expression": Expressions.choice,
    "named_expression": Expressions.bind,
    "list": Expressions.items,
    "tuple": Expressions.items,
    "set": Expressions.items,
    "expression_list": Expressions.items,
    "pattern_list": Expressions.items,
    "tuple_pattern": Expressions.items,
    "list_pattern": Expressions.items,
    "dictionary": Expressions.pairs,
    "list_comprehension": Expressions.collect,
    "set_comprehension": Expressions.collect,
    "dictionary_comprehension": Expressions.collect,
    "generator_expression": Expressions.collect,
    "list_splat": Expressions.spread,
    "list_splat_pattern": Expressions.spread,
    "dictionary_splat": Expressions.spread,
    "slice": Expressions.slice,
    "attribute": Expressions.chain,
    "call": Expressions.chain,
    "subscript": Expressions.chain,
    "lambda": Expressions.function,
}
