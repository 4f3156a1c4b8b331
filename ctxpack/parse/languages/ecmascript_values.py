"""What expressions of JavaScript and TypeScript are worth: displays, subscripts, callbacks, tests by `instanceof`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ctxpack.parse.languages.ecmascript_types import type_value
from ctxpack.parse.languages.notation import UNKNOWN, at, each, either, pair
from ctxpack.parse.treesitter import Node

if TYPE_CHECKING:
    from ctxpack.parse.qualifiers import Qualifiers

_MOST_ELEMENTS = 6
_MOST_JOINED = 40
_PER_ELEMENT = frozenset(
    "map filter forEach find findIndex findLast findLastIndex some every flatMap sort toSorted".split()
)
"""Methods that call their argument with an element of what they belong to."""

_OF_OBJECT = {b"Object.values": "values()", b"Object.entries": "entries()"}
_LEAVING = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})


def value(node: Node, reader: Qualifiers, depth: int) -> str | None:
    """What an expression of one of the types `VALUED` is worth; None leaves it to the table of languages."""
    return _READERS[node.type](node, reader, depth)


def _subscript(node: Node, reader: Qualifiers, depth: int) -> str:
    held, index = node.child_by_field_name("object"), node.child_by_field_name("index")
    known = reader.of(held, depth + 1) if held is not None else UNKNOWN
    if known == UNKNOWN or index is None:
        return UNKNOWN
    number = (index.text or b"").decode("utf-8", "replace") if index.type == "number" else ""
    return at(known, number)


def _array(node: Node, reader: Qualifiers, depth: int) -> str:
    elements = [child for child in node.named_children if child.type != "comment"]
    values = [reader.of(element, depth + 1) for element in elements[:_MOST_ELEMENTS]]
    if len(set(values)) > 1 and len(elements) <= _MOST_ELEMENTS:
        return pair(values)
    return each(either(values)) if UNKNOWN not in values else UNKNOWN


def _ternary(node: Node, reader: Qualifiers, depth: int) -> str:
    parts = (node.child_by_field_name("consequence"), node.child_by_field_name("alternative"))
    return either(reader.of(part, depth + 1) for part in parts if part is not None)


def _binary(node: Node, reader: Qualifiers, depth: int) -> str:
    operator, left, right = (node.child_by_field_name(name) for name in ("operator", "left", "right"))
    if operator is None or left is None or right is None:
        return UNKNOWN
    if operator.type in ("||", "??"):
        return either((reader.of(left, depth + 1), reader.of(right, depth + 1)))
    return reader.of(right, depth + 1) if operator.type == "&&" else UNKNOWN


def _new(node: Node, _reader: Qualifiers, _depth: int) -> str | None:
    constructor, arguments = node.child_by_field_name("constructor"), node.child_by_field_name("type_arguments")
    if constructor is None or arguments is None:
        return None
    text = ((constructor.text or b"") + (arguments.text or b"")).decode("utf-8", "replace")
    told = type_value(text)
    return told if told is not None and told.startswith("[") else None


def _call(node: Node, reader: Qualifiers, depth: int) -> str | None:
    """`Object.values` and `Object.entries` of what is used as a mapping."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or function.type != "member_expression" or arguments is None:
        return None
    step = _OF_OBJECT.get(function.text or b"")
    if step is None or not arguments.named_children:
        return None
    known = reader.of(arguments.named_children[0], depth + 1)
    return UNKNOWN if known == UNKNOWN else f"{known}.{step}"


def _argument(node: Node, reader: Qualifiers, depth: int) -> str:
    """The element that a callback among these arguments is called with."""
    function = node.parent.child_by_field_name("function") if node.parent is not None else None
    if function is None or function.type != "member_expression":
        return UNKNOWN
    holder, method = function.child_by_field_name("object"), function.child_by_field_name("property")
    if holder is None or method is None or (method.text or b"").decode("utf-8", "replace") not in _PER_ELEMENT:
        return UNKNOWN
    known = reader.of(holder, depth + 1)
    return UNKNOWN if known == UNKNOWN else f"{known}.[of]"


def _passed(node: Node, reader: Qualifiers, depth: int) -> str:
    """What a function that is handed to a call is given for a parameter without a type."""
    listed, number = node.parent, _number(node)
    function = listed.parent if listed is not None else None
    given = function.parent if function is not None else None
    call = given.parent if given is not None else None
    if function is None or given is None or call is None or given.type != "arguments":
        return UNKNOWN
    callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    method = callee.child_by_field_name("property") if callee is not None else None
    name = (method.text or b"").decode("utf-8", "replace") if method is not None else ""
    if callee is None or name in _PER_ELEMENT:
        return UNKNOWN
    if name == "then":
        awaited = callee.child_by_field_name("object")
        return reader.of(awaited, depth + 1) if awaited is not None and number == 0 else UNKNOWN
    known = reader.of(callee, depth + 1)
    return UNKNOWN if known == UNKNOWN else f"{known}.<{_number(function)}>.<{number}>"


def _number(node: Node) -> int:
    """The place of a node among its siblings."""
    siblings = [one for one in node.parent.named_children if one.type != "comment"] if node.parent is not None else []
    return next((number for number, one in enumerate(siblings) if one.id == node.id), 0)


def _unknown(_node: Node, _reader: Qualifiers, _depth: int) -> str:
    return UNKNOWN


_READERS: dict[str, Callable[[Node, Qualifiers, int], str | None]] = {
    "subscript_expression": _subscript,
    "array": _array,
    "ternary_expression": _ternary,
    "binary_expression": _binary,
    "new_expression": _new,
    "call_expression": _call,
    "arguments": _argument,
    "required_parameter": _passed,
    **dict.fromkeys(("string", "template_string", "number", "null", "undefined", "true", "false", "object"), _unknown),
}
VALUED = frozenset(_READERS)
"""Types of nodes that `value` reads."""


def taken(node: Node, match: object) -> str:
    """An element of what is iterated (`@each`), and what a pattern takes out of it or of an argument."""
    first = ".[of]" if isinstance(match, dict) and "each" in match else ""
    return first + _part(node)


def _part(node: Node) -> str:
    holder = node.parent
    if holder is not None and holder.type == "object_pattern":
        return "." + (node.text or b"").decode("utf-8", "replace")
    if holder is None or holder.type != "array_pattern":
        return ""
    before = (child for child in holder.children if child.start_byte < node.start_byte)
    return f".[{sum(child.type == ',' for child in before)}]"


def narrowed(name: Node) -> Iterator[tuple[int, int]]:
    """The byte ranges where the test `name instanceof ...` is known to hold."""
    node, holds, left = name.parent, True, _MOST_JOINED
    while left and node is not None and (above := node.parent) is not None:
        if above.type == "binary_expression":
            operator, right = above.child_by_field_name("operator"), above.child_by_field_name("right")
            if operator is None or operator.type != ("&&" if holds else "||"):
                return
            if right is not None and right.id != node.id:
                yield right.start_byte, right.end_byte
        elif above.type == "unary_expression" and above.children[0].type == "!":
            holds = not holds
        elif above.type != "parenthesized_expression":
            yield from _guarded(above, node, holds)
            return
        node, left = above, left - 1


def _guarded(statement: Node, condition: Node, holds: bool) -> Iterator[tuple[int, int]]:
    body, block = statement.child_by_field_name("consequence"), statement.parent
    if statement.type not in ("if_statement", "ternary_expression") or body is None or block is None:
        return
    if condition.start_byte >= body.start_byte:
        return
    other = statement.child_by_field_name("alternative")
    guarded = body if holds else other
    if guarded is not None:
        yield guarded.start_byte, guarded.end_byte
    last = body.named_children[-1] if body.type == "statement_block" and body.named_children else body
    if not holds and last.type in _LEAVING:
        yield statement.end_byte, block.end_byte
