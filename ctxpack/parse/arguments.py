"""What arguments each call gives, for languages where that may tell which definition of a name is meant.

A call is known by its captured name. Its arguments begin after the name, blanks and arguments for types (`f<T>(x)`), so
that they are found without asking any node for its parent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.treesitter import Node

_BLANK = re.compile(rb"\s*")
_BRACKETS = {ord("<"): re.compile(rb"[<>]"), ord("["): re.compile(rb"[\[\]]")}
_OPENING = b"<["
_LONGEST = 500
"""Bytes of arguments for types that are passed over."""

_LONGEST_VALUE, _DEEPEST = 120, 6

_WRAPPERS = frozenset({"argument", "value_argument", "parenthesized_expression"})
_OPERATIONS = frozenset({"binary_expression", "infix_expression", "unary_expression", "prefix_unary_expression"})
_COMPARING = frozenset((b"==", b"!=", b"<", b">", b"<=", b">=", b"&&", b"||", b"===", b"!=="))
_INTEGER = "=int"
_LITERALS = {
    **dict.fromkeys(
        (
            "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal",
            "integer_literal", "number_literal", "decimal_floating_point_literal", "floating_point_literal",
            "float_literal", "real_literal",
        ),
        _INTEGER,
    ),
    **dict.fromkeys(
        (
            "string_literal", "string", "interpolated_string_expression", "verbatim_string_literal",
            "raw_string_literal", "interpolated_string", "multiline_string_literal", "line_string_literal",
            "multi_line_string_literal",
        ),
        "=String",
    ),
    **dict.fromkeys(("character_literal", "char_literal"), "=char"),
    **dict.fromkeys(("true", "false", "boolean_literal", "instanceof_expression"), "=boolean"),
    **dict.fromkeys(("null_literal", "null"), "=null"),
    **dict.fromkeys(("lambda_expression", "lambda_literal", "anonymous_function", "method_reference"), "=function"),
    "class_literal": "Class()",
}  # fmt: skip
"""What literals are, in the words of Java for all languages, by the types of their nodes in the grammars."""

_EXPANDED = frozenset({"parameter_pack_expansion", "spread_expression", "ERROR"})
"""Types of nodes that stand for arguments of which nobody knows how many there are."""


Given = int | tuple[str, ...]
"""What is known of the arguments of a call (see `Reference.arguments`)."""


def arguments(tokens: Mapping[str, list[Node]], data: bytes, reader: Qualifiers, labels: str = "") -> dict[int, Given]:
    """The arguments of calls by the first byte of the name; of those whose number is not known, nothing.

    `tokens` has the names as `call`, lists in brackets as `arguments`, and as `argument` what is one by itself, alone
    or after a list (a block in braces). To names that are `further` one more is given than their lists hold (by a pipe,
    by a block). `labels` is the field of an argument that holds its label, where labels belong to the name of what is
    called.
    """
    block = f"*:{_LITERALS['lambda_expression']}" if labels else _LITERALS["lambda_expression"]
    lists = {node.start_byte: node for node in tokens.get("arguments", ())}
    singles = frozenset(node.start_byte for node in tokens.get("argument", ()))
    found: dict[int, Given] = {}
    for name in tokens.get("call", ()):
        place = _after(data, name.end_byte)
        given = lists.get(place)
        if given is None:
            if place in singles:
                found[name.start_byte] = (block,) if labels else 1
            continue
        if not given.named_child_count and not given.has_error and _blank(data, given.end_byte) not in singles:
            found[name.start_byte] = 0
            continue
        nodes = _nodes(given, data)
        if nodes is not None:
            values = [_labelled(node, reader, labels) if labels else _value(node, reader) for node in nodes]
            if _blank(data, given.end_byte) in singles:
                values.append(block)
            known = any(value != UNKNOWN for value in values)
            found[name.start_byte] = tuple(values) if known else len(values)
    for name in tokens.get("further", ()):
        if (listed := found.get(name.start_byte)) is not None:
            found[name.start_byte] = (UNKNOWN, *listed) if isinstance(listed, tuple) else listed + 1
    return found


def _nodes(given: Node, data: bytes) -> list[Node] | None:
    """The arguments in a list, without comments; None where one of them stands for any number."""
    nodes = given.named_children
    inside = data[given.start_byte : given.end_byte]
    if given.has_error or b"/" in inside or b"..." in inside or b"*" in inside:
        types = [node.type for node in nodes]
        if not _EXPANDED.isdisjoint(types):
            return None
        nodes = [node for node, kind in zip(nodes, types, strict=True) if "comment" not in kind]
    return nodes


def _labelled(node: Node, reader: Qualifiers, labels: str) -> str:
    """What is known of an argument, after its label and a colon; "_" stands for none, "*" for any."""
    label = node.child_by_field_name(labels)
    if label is None or not node.named_child_count:
        return f"_:{_value(node, reader)}"
    return f"{(label.text or b'_').decode('utf-8', 'replace')}:{_value(node.named_children[-1], reader)}"


def _value(node: Node, reader: Qualifiers, depth: int = 0) -> str:
    """What is known of an argument: what a literal is, or the qualifier of another value."""
    kind = node.type
    if kind in _WRAPPERS:
        if node.child_count != 1:
            return UNKNOWN
        inner = node.child(0)
        assert inner is not None
        return _value(inner, reader, depth)
    known = _LITERALS.get(kind)
    if known is not None:
        return _number(node.text or b"") if known == _INTEGER else known
    if depth < _DEEPEST and kind in _OPERATIONS:
        return _operation(node, reader, depth + 1)
    value = reader.of(node)
    return value if len(value) <= _LONGEST_VALUE else UNKNOWN


def _number(text: bytes) -> str:
    """What a number is, by its digits and its ending."""
    if text[:2] in (b"0x", b"0X", b"0b", b"0B"):
        return "=long" if text[-1:] in b"lL" else _INTEGER
    if text[-1:] in b"lL":
        return "=long"
    if text[-1:] in b"fF":
        return "=float"
    return "=double" if b"." in text or b"e" in text.lower() or text[-1:] in b"dD" else _INTEGER


def _operation(node: Node, reader: Qualifiers, depth: int) -> str:
    """What a comparison, a sum with a text, or something with a sign is."""
    parts = node.children
    if len(parts) == 2:
        return "=boolean" if parts[0].type == "!" else _value(parts[1], reader, depth)
    if len(parts) != 3:
        return UNKNOWN
    operator = parts[1].text or b""
    if operator in _COMPARING:
        return "=boolean"
    sides = [_value(part, reader, depth) for part in (parts[0], parts[2])] if operator == b"+" else []
    return "=String" if "=String" in sides else UNKNOWN


def _after(data: bytes, end: int) -> int:
    """Where the arguments of a call can begin whose name ends at `end`."""
    place = _blank(data, end)
    if data[place : place + 1] in (b"<", b"["):
        depth = 0
        for found in _BRACKETS[data[place]].finditer(data, place, place + _LONGEST):
            depth += 1 if found[0] in _OPENING else -1
            if not depth:
                return _blank(data, found.end())
    return place


def _blank(data: bytes, place: int) -> int:
    found = _BLANK.match(data, place)
    return found.end() if found else place
