"""The syntax tree of a YAML text, walked by key: scalars as text, mappings as pairs, sequences as items.

Nothing is expanded: an alias is not followed and an anchor not copied, so that no text can grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctxpack.parse.source import Source

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node, Tree

_DEEPEST = 110
_OPENINGS = re.compile(rb"^(?=[ \t\-?:])(?:[ \t]|[-?:](?=[ \t\r\n]|$)|[&!]\S*[ \t])*", re.MULTILINE)
_WRAPPERS = frozenset({"block_node", "flow_node"})
_MAPPINGS = frozenset({"block_mapping", "flow_mapping"})
_SEQUENCES = frozenset({"block_sequence", "flow_sequence"})
_PAIRS = frozenset({"block_mapping_pair", "flow_pair"})
_ASIDE = frozenset({"comment", "anchor", "tag"})
_SCALAR_LIMIT = 4000


def too_deep(data: bytes) -> bool:
    """Whether a text nests deeper than the grammar's scanner can keep in its fixed memory (it crashes beyond)."""
    return any(match.end() - match.start() > _DEEPEST for match in _OPENINGS.finditer(data))


def inner(node: Node | None) -> Node | None:
    """The mapping, sequence or scalar inside wrappers, past anchors and tags."""
    while node is not None and node.type in _WRAPPERS:
        node = next((child for child in node.named_children if child.type not in _ASIDE), None)
    return node


def documents(tree: Tree) -> Iterator[Node]:
    """The content of each document of a stream."""
    for document in tree.root_node.named_children:
        if document.type == "document":
            for child in document.named_children:
                content = inner(child)
                if content is not None and child.type in _WRAPPERS:
                    yield content


def pairs(node: Node | None) -> Iterator[tuple[Node, Node, Node | None]]:
    """(pair, key, value) of a mapping; nothing for any other node. The value is unwrapped."""
    mapping = inner(node)
    if mapping is None or mapping.type not in _MAPPINGS:
        return
    for pair in mapping.named_children:
        key = pair.child_by_field_name("key") if pair.type in _PAIRS else None
        if key is not None:
            yield pair, key, inner(pair.child_by_field_name("value"))


def items(node: Node | None) -> Iterator[tuple[Node, Node]]:
    """(item, content) of a sequence; nothing for any other node."""
    sequence = inner(node)
    if sequence is None or sequence.type not in _SEQUENCES:
        return
    for item in sequence.named_children:
        content = item.named_children[-1] if item.type == "block_sequence_item" and item.named_children else item
        content = inner(content) if item.type not in _ASIDE else None  # type: ignore[assignment]
        if content is not None:
            yield item, content


def fields(node: Node | None, source: Source) -> dict[str, Node]:
    """The values of a mapping by their keys; empty for any other node. The last of equal keys counts."""
    return {scalar(key, source): value for _, key, value in pairs(node) if value is not None}


def scalar(node: Node | None, source: Source) -> str:
    """The text of a scalar as YAML means it, lines of a block scalar stripped and joined; "" for anything else."""
    node = inner(node)
    if node is None or node.type in _MAPPINGS or node.type in _SEQUENCES or node.type == "alias":
        return ""
    text = source.data[node.start_byte : min(node.end_byte, node.start_byte + _SCALAR_LIMIT)].decode("utf-8", "replace")
    if node.type == "block_scalar":
        lines = [line.strip() for line in text.split("\n")[1:]]
        return "\n".join(lines).strip()
    if node.type in ("single_quote_scalar", "double_quote_scalar"):
        text = text[1:-1]
    return " ".join(text.split())
