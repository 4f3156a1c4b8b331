"""What the expressions of Python are worth: displays, subscripts, built-in functions, and where a type is narrowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ctxpack.parse.languages.notation import UNKNOWN, at, each, either, gives, mapping, pair
from ctxpack.parse.treesitter import Node

if TYPE_CHECKING:
    from ctxpack.parse.qualifiers import Qualifiers

_SAME = frozenset("list set tuple sorted reversed iter frozenset copy deepcopy deque partial aiter".split())
_OF = frozenset("next max min anext choice".split())
_TYPED = {"cast": 0, "NewType": 1}
_MOST_ELEMENTS = 6
_MOST_JOINED = 40
_LEAVING = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})


def value(node: Node, reader: Qualifiers, depth: int) -> str | None:
    """What an expression of one of the types `VALUED` is worth; None leaves it to the table of languages."""
    return _READERS[node.type](node, reader, depth)


def _call(node: Node, reader: Qualifiers, depth: int) -> str | None:
    """Calls of functions of the standard library whose result is that of an argument."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None or arguments.type != "argument_list":
        return None
    if function.type == "attribute":
        function = function.child_by_field_name("attribute") or function
    name = (function.text or b"").decode("utf-8", "replace")
    given = [child for child in arguments.named_children if child.type != "comment"] if name in _KNOWN else []
    if name == "super" and function.parent is not None and function.parent.type == "call":
        return reader.above(node)
    if not given:
        return None
    if name in _TYPED:
        return reader.of_type(given[_TYPED[name]]) if len(given) > _TYPED[name] else None
    if name in _SAME or (name == "type" and len(given) == 1):
        held = reader.of(given[0], depth + 1)
        return held if name != "type" else held.removesuffix("()") if held.endswith("()") else UNKNOWN
    return _built_in(name, given, reader, depth)


def _built_in(name: str, given: list[Node], reader: Qualifiers, depth: int) -> str | None:
    if name in _OF:
        return _step(reader.of(given[0], depth + 1), "[*]")
    if name in ("enumerate", "zip"):
        parts = [_step(reader.of(one, depth + 1), "[*]") for one in given if one.type != "keyword_argument"]
        return each(pair([UNKNOWN, *parts] if name == "enumerate" else parts))
    if name == "TypeVar":
        bound = [one for one in given if one.type == "keyword_argument" and (one.text or b"").startswith(b"bound")]
        named = bound[0].child_by_field_name("value") if bound else None
        return reader.of_type(named) if named is not None else UNKNOWN
    return None


_KNOWN = _SAME | _OF | frozenset(_TYPED) | {"enumerate", "zip", "type", "TypeVar"}


def _step(held: str, step: str) -> str:
    return UNKNOWN if held == UNKNOWN else f"{held}.{step}"


def _subscript(node: Node, reader: Qualifiers, depth: int) -> str:
    held = node.child_by_field_name("value")
    inside = node.child_by_field_name("subscript")
    if held is None or inside is None:
        return UNKNOWN
    known = reader.of(held, depth + 1)
    if known == UNKNOWN or inside.type == "slice":
        return known
    number = (inside.text or b"").decode("utf-8", "replace") if inside.type == "integer" else ""
    return at(known, number)


def _display(node: Node, reader: Qualifiers, depth: int) -> str:
    elements = [child for child in node.named_children if child.type != "comment"]
    values = [reader.of(element, depth + 1) for element in elements[:_MOST_ELEMENTS]]
    if node.type in ("tuple", "expression_list"):
        return pair(values) if len(elements) <= _MOST_ELEMENTS else UNKNOWN
    return each(_common(values))


def _common(values: list[str]) -> str:
    """What all of some elements are; elements of which one is unknown may be anything."""
    return either(values) if UNKNOWN not in values else UNKNOWN


def _comprehension(node: Node, reader: Qualifiers, depth: int) -> str:
    body = node.child_by_field_name("body")
    if body is None:
        return UNKNOWN
    return each(reader.of(body, depth + 1)) if body.type != "pair" else mapping(*_entry(body, reader, depth))


def _dictionary(node: Node, reader: Qualifiers, depth: int) -> str:
    entries = [child for child in node.named_children if child.type == "pair"][:_MOST_ELEMENTS]
    return mapping(UNKNOWN, _common([_entry(entry, reader, depth)[1] for entry in entries])) if entries else UNKNOWN


def _entry(node: Node, reader: Qualifiers, depth: int) -> tuple[str, str]:
    key, held = node.child_by_field_name("key"), node.child_by_field_name("value")
    if key is None or held is None:
        return UNKNOWN, UNKNOWN
    return reader.of(key, depth + 1), reader.of(held, depth + 1)


def _conditional(node: Node, reader: Qualifiers, depth: int) -> str:
    parts = node.named_children
    return either(reader.of(part, depth + 1) for part in (parts[0], parts[-1])) if len(parts) == 3 else UNKNOWN


def _boolean(node: Node, reader: Qualifiers, depth: int) -> str:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return UNKNOWN
    kept = (right,) if any(child.type == "and" for child in node.children) else (left, right)
    return either(reader.of(part, depth + 1) for part in kept)


def _lambda(node: Node, reader: Qualifiers, depth: int) -> str:
    body = node.child_by_field_name("body")
    return gives(reader.of(body, depth + 1)) if body is not None else UNKNOWN


def _yield(node: Node, reader: Qualifiers, depth: int) -> str:
    given = node.named_children[-1] if node.named_children else None
    if given is None:
        return UNKNOWN
    held = reader.of(given, depth + 1)
    return held if any(child.type == "from" for child in node.children) else each(held)


def _named(node: Node, reader: Qualifiers, depth: int) -> str:
    held = node.child_by_field_name("value")
    return reader.of(held, depth + 1) if held is not None else UNKNOWN


def _unknown(_node: Node, _reader: Qualifiers, _depth: int) -> str:
    return UNKNOWN


_READERS: dict[str, Callable[[Node, Qualifiers, int], str | None]] = {
    "call": _call,
    "subscript": _subscript,
    **dict.fromkeys(("list", "set", "tuple", "expression_list"), _display),
    **dict.fromkeys(
        ("list_comprehension", "set_comprehension", "generator_expression", "dictionary_comprehension"), _comprehension
    ),
    "dictionary": _dictionary,
    "conditional_expression": _conditional,
    "boolean_operator": _boolean,
    "lambda": _lambda,
    "yield": _yield,
    "named_expression": _named,
    **dict.fromkeys(("none", "true", "false", "integer", "float", "string", "ellipsis"), _unknown),
}
VALUED = frozenset(_READERS)
"""Types of nodes that `value` reads."""


# --- narrowing --------------------------------------------------------------------------------------------------------


def narrowed(test: Node) -> Iterator[tuple[int, int]]:
    """The byte ranges where the test `isinstance(...)` is known to hold."""
    node, holds, left = test, True, _MOST_JOINED
    while left and (above := node.parent) is not None:
        if above.type == "boolean_operator":
            joined = any(child.type == "and" for child in above.children)
            if joined != holds:
                return
            right = above.child_by_field_name("right")
            if right is not None and right.id != node.id:
                yield right.start_byte, right.end_byte
        elif above.type == "not_operator":
            holds = not holds
        elif above.type != "parenthesized_expression":
            yield from _guarded(above, node, holds)
            return
        node, left = above, left - 1


def _guarded(statement: Node, condition: Node, holds: bool) -> Iterator[tuple[int, int]]:
    """What a statement whose condition holds, or does not, lets run."""
    block = statement.parent
    if statement.type == "assert_statement" and holds and block is not None:
        yield statement.end_byte, block.end_byte
    elif statement.type == "conditional_expression" and holds:
        yield statement.start_byte, condition.start_byte
    elif statement.type == "if_clause" and holds and block is not None:
        yield block.start_byte, block.end_byte
    elif statement.type in ("if_statement", "elif_clause", "while_statement"):
        yield from _branch(statement, condition, holds)


def _branch(statement: Node, condition: Node, holds: bool) -> Iterator[tuple[int, int]]:
    body = statement.child_by_field_name("consequence") or statement.child_by_field_name("body")
    if body is None or condition.end_byte > body.start_byte:
        return
    if holds:
        yield body.start_byte, body.end_byte
        return
    alternative = statement.child_by_field_name("alternative")
    if alternative is not None:
        yield alternative.start_byte, alternative.end_byte
    last, block = body.named_children[-1] if body.named_children else None, statement.parent
    if last is not None and last.type in _LEAVING and block is not None:
        yield statement.end_byte, block.end_byte
