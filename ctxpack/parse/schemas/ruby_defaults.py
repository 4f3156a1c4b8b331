"""The value of `default:` in a Rails schema or migration, in SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxpack.parse.schemas import defaults
from ctxpack.parse.schemas.ruby_tree import Ruby

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_NUMBER = re.compile(r"-?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?")
_PLAIN = frozenset({"true", "false", "integer", "float", "unary"})
_LISTS = frozenset({"array", "string_array", "symbol_array"})
_STRINGS = frozenset({"string", "bare_string", "bare_symbol", "delimited_symbol"})
_JSON = frozenset({"json", "jsonb"})
_ESCAPES = {r"\"": '"', r"\'": "'", r"\\": "\\", r"\n": "\n", r"\t": "\t"}


def default_of(tree: Ruby, node: Node | None, kind: str) -> str:
    """A default in SQL; "" for none and for nil, `defaults.UNTOLD` for one known only at run time.

    `kind` is the column's type, with `[]` for a database array; it decides the meaning of an empty list or hash.
    """
    if node is None or node.type == "nil":
        return ""
    if node.type == "lambda":
        return _computed(tree, node)
    if node.type in _LISTS:
        return _listed(tree, node, kind)
    if node.type == "hash":
        return "'{}'" if kind in _JSON and not node.named_children else defaults.UNTOLD
    return _literal(tree, node)


def _literal(tree: Ruby, node: Node) -> str:
    """A number, boolean, string or symbol."""
    if node.type in _PLAIN:
        text = tree.text(node)
        known = text in ("true", "false") or _NUMBER.fullmatch(text)
        return text.replace("_", "") if known else defaults.UNTOLD
    text_of = _string(tree, node)
    return defaults.quoted(text_of) if text_of is not None else defaults.UNTOLD


def _string(tree: Ruby, node: Node) -> str | None:
    """The text of a string or symbol without interpolation, else None."""
    if node.type == "simple_symbol":
        return tree.text(node).removeprefix(":")
    if node.type not in _STRINGS:
        return None
    parts = [
        _ESCAPES.get(tree.text(part)) if part.type == "escape_sequence" else tree.text(part)
        for part in node.named_children
        if part.type != "interpolation"
    ]
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(node.named_children) else None


def _computed(tree: Ruby, node: Node) -> str:
    """The SQL expression returned by a lambda that is a single string."""
    body = node.child_by_field_name("body")
    statements = tree.body(body) if body is not None else ()
    while len(statements) == 1 and statements[0].type in ("block_body", "body_statement"):
        statements = statements[0].named_children
    text = _string(tree, statements[0]) if len(statements) == 1 else None
    return defaults.expression(text) if text is not None else defaults.UNTOLD


def _listed(tree: Ruby, node: Node, kind: str) -> str:
    if kind.endswith("[]"):
        return defaults.array([_literal(tree, child) for child in node.named_children])
    return "'[]'" if kind in _JSON and not node.named_children else defaults.UNTOLD
