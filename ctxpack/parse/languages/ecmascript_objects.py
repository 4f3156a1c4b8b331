"""Members of types that object literals give values to, where the place of the literal says what type is expected.

`place({ city: "Rome" })` uses the member `city` of what the first parameter of `place` is; so does `<Place city="" />`,
and a literal that is annotated, assigned or returned uses the members of that type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctxpack.parse.languages.notation import UNKNOWN
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

if TYPE_CHECKING:
    from ctxpack.parse.qualifiers import Qualifiers

_CALLS = {"call_expression": "function", "new_expression": "constructor"}
_OFFERING = (b"module.", b"exports")
_DEEPEST, _MOST_ABOVE = 6, 12

Use = tuple[int, str, str, str]


def literal_members(node: Node, source: Source, reader: Qualifiers) -> Iterator[Use]:
    """The uses of members in the literals that are the arguments, the value or the attributes of a node."""
    if node.type in _CALLS:
        yield from _arguments(node, source, reader)
    elif node.type.startswith("jsx_"):
        yield from _attributes(node, source, reader)
    elif node.type == "return_statement":
        yield from _of_first(node, _returned(node), source, reader)
    elif node.type == "arrow_function":
        body, typed = node.child_by_field_name("body"), node.child_by_field_name("return_type")
        if body is not None:
            yield from _of_first(body, typed, source, reader)
    elif node.type == "assignment_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and not (left.text or b"").startswith(_OFFERING):
            yield from _value(right, reader.of(left), source, 0)
    elif node.type in ("as_expression", "satisfies_expression"):
        yield from _of_first(node, node.named_children[-1] if node.named_child_count > 1 else None, source, reader)
    else:
        held, typed = node.child_by_field_name("value"), node.child_by_field_name("type")
        if held is not None and typed is not None:
            yield from _value(held, reader.of_type(typed.named_children[0]), source, 0)


def _of_first(node: Node, typed: Node | None, source: Source, reader: Qualifiers) -> Iterator[Use]:
    """The members in the first node inside one, of a type, which may be an annotation."""
    if typed is None or not node.named_child_count:
        return
    if typed.type == "type_annotation":
        typed = typed.named_children[0]
    yield from _value(node.named_children[0], reader.of_type(typed), source, 0)


def _arguments(call: Node, source: Source, reader: Qualifiers) -> Iterator[Use]:
    callee, given = call.child_by_field_name(_CALLS[call.type]), call.child_by_field_name("arguments")
    known = reader.of(callee) if callee is not None else UNKNOWN
    if known == UNKNOWN or given is None:
        return
    arguments = [one for one in given.named_children if one.type != "comment"]
    for number, argument in enumerate(arguments):
        if argument.type in ("object", "array"):
            yield from _value(argument, f"{known}.<{number}>", source, 0)


def _attributes(element: Node, source: Source, reader: Qualifiers) -> Iterator[Use]:
    name = element.child_by_field_name("name")
    if name is None or source.text(name)[:1].islower():
        return
    known = reader.of(name)
    for attribute in element.named_children if known != UNKNOWN else ():
        if attribute.type == "jsx_attribute" and attribute.named_children[0].type == "property_identifier":
            key = attribute.named_children[0]
            yield key.start_byte, source.text(key), f"{known}.<0>", "read"


def _returned(statement: Node) -> Node | None:
    """The declared type of what the function around a statement returns."""
    above, left = statement.parent, _MOST_ABOVE
    while above is not None and left:
        if above.child_by_field_name("parameters") is not None or above.type == "arrow_function":
            return above.child_by_field_name("return_type")
        above, left = above.parent, left - 1
    return None


def _value(node: Node, known: str, source: Source, depth: int) -> Iterator[Use]:
    """The members that a literal of a known type, or those in it, give values to."""
    if known == UNKNOWN or depth > _DEEPEST:
        return
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        yield from _value(node.named_children[0], known, source, depth + 1)
    elif node.type == "array":
        for element in node.named_children:
            if element.type == "object":
                yield from _value(element, f"{known}.[*]", source, depth + 1)
    elif node.type == "object":
        for member in node.named_children:
            key = member.child_by_field_name("key" if member.type == "pair" else "name")
            if key is None or key.type != "property_identifier":
                continue
            name = source.text(key)
            yield key.start_byte, name, known, "read"
            held = member.child_by_field_name("value")
            if held is not None and held.type in ("object", "array"):
                yield from _value(held, f"{known}.{name}", source, depth + 1)
