"""Places in a syntax tree as the table of languages writes them, made into functions once and asked many times."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ctxpack.parse.treesitter import Node

Way = Callable[[Node], Node | None]


@cache
def way(place: str) -> Way:
    """The way from a node to a place beside it: steps parted by "/".

    A step is a field's name, "0" or "-1" and so on for a named child by position, ".." for the parent, or "." for the
    node itself. Of several places parted by "|" the first that is there counts.
    """
    if "|" in place:
        ways = [way(one) for one in place.split("|")]
        return lambda node: next((there for one in ways if (there := one(node)) is not None), None)
    steps = [_step(step) for step in place.split("/") if step != "."]
    return steps[0] if len(steps) == 1 else _path(steps)


def _path(steps: list[Way]) -> Way:
    def follow(node: Node) -> Node | None:
        found: Node | None = node
        for step in steps:
            if found is None:
                return None
            found = step(found)
        return found

    return follow


def _step(step: str) -> Way:
    if step == "..":
        return lambda node: node.parent
    if not step.lstrip("-").isdigit():
        return lambda node: node.child_by_field_name(step)
    index = int(step)
    if index >= 0:
        return lambda node: node.named_child(index) if node.named_child_count > index else None
    return lambda node: node.named_child(count + index) if (count := node.named_child_count) >= -index else None
