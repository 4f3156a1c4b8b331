"""Uses of names in Python that no identifier shows: quoted annotations, keyword arguments, parameters of tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctxpack.parse.languages.notation import UNKNOWN
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

if TYPE_CHECKING:
    from ctxpack.parse.qualifiers import Qualifiers

Use = tuple[int, str, str, str]
"""First byte, name, qualifier and kind."""

_PATH = re.compile(rb"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_EXPRESSION = re.compile(rb"[\w.\[\], |]+\Z")
_HOLDERS = frozenset({"type", "generic_type", "subscript", "binary_operator", "type_parameter", "list"})
_FIXTURES = "<fixtures>"


def told(node: Node, source: Source, reader: Qualifiers) -> Iterator[Use]:
    """The uses in a string that is an annotation, in the keywords of a call, or in the parameters of a test."""
    if node.type == "string":
        yield from _quoted(node, source, reader)
    elif node.type == "call":
        yield from _keywords(node, source, reader)
    elif node.type == "parameters":
        yield from _parameters(node, source)


def _quoted(node: Node, source: Source, reader: Qualifiers) -> Iterator[Use]:
    content = next((child for child in node.named_children if child.type == "string_content"), None)
    if content is None or _is_literal(node):
        return
    start, text = content.start_byte, source.data[content.start_byte : content.end_byte]
    if _EXPRESSION.match(text) is None:
        return
    for found in _PATH.finditer(text):
        path, offset = "", start + found.start()
        for part in found.group().decode("utf-8", "replace").split("."):
            if path or not reader.is_local(part, node):
                yield offset, part, path, "type"
            path = f"{path}.{part}" if path else part
            offset += len(part.encode()) + 1


def _is_literal(node: Node) -> bool:
    """Whether a string in an annotation is a value (of `Literal`, or beside the type in `Annotated`)."""
    inner, above = node, node.parent
    while above is not None and above.type in _HOLDERS:
        if above.type in ("generic_type", "subscript"):
            name = (above.named_children[0].text or b"").rpartition(b".")[2]
            if name == b"Literal" or (name == b"Annotated" and _is_beside(inner, above)):
                return True
        inner, above = (inner, above.parent) if above.type == "type_parameter" else (above, above.parent)
    return False


def _is_beside(inner: Node, generic: Node) -> bool:
    first = generic.named_children[1]
    if first.type == "type_parameter" and first.named_children:
        first = first.named_children[0]
    return first.id != inner.id


def _keywords(call: Node, source: Source, reader: Qualifiers) -> Iterator[Use]:
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    callee = reader.of(function) if function is not None else UNKNOWN
    if callee in (UNKNOWN, "dict") or arguments is None:
        return
    for argument in arguments.named_children:
        name = argument.child_by_field_name("name") if argument.type == "keyword_argument" else None
        if name is not None:
            yield name.start_byte, source.text(name), callee, "keyword"


def _parameters(node: Node, source: Source) -> Iterator[Use]:
    for parameter in node.named_children:
        name = parameter.named_children[0] if parameter.type == "typed_parameter" else parameter
        text = source.text(name)
        if name.type == "identifier" and text not in ("self", "cls"):
            yield name.start_byte, text, _FIXTURES, "read"
