"""The context of lowering one statement: its text, dialect, line offset, placeholders, and bound CTEs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from sqlglot import exp

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.lineage.sql.origin import Origin
from ctxpack.lineage.sql.splitting import restored

_MOST_NODES = 60
"""The most nodes searched for a line number."""


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """The context of a part of a statement.

    `offset` is added to the parser's line numbers; `placeholders` are the originals of replaced template placeholders;
    `bound` are plans by name (CTEs, temporary tables); `origin` maps a rendered text to its source.
    """

    text: str
    dialect: str
    offset: int = 0
    placeholders: tuple[str, ...] = ()
    bound: Mapping[str, PlanTree] = dataclasses.field(default_factory=dict)
    origin: Origin | None = None

    def with_bound(self, more: Mapping[str, PlanTree]) -> Context:
        """The context with more names bound."""
        return dataclasses.replace(self, bound={**self.bound, **more})

    def name(self, node: object) -> str:
        """The name of an identifier: unquoted, in lower case, with template placeholders restored in braces."""
        text = node.name if isinstance(node, exp.Expression) else str(node or "")
        if isinstance(node, exp.Star):
            text = "*"
        return restored(text.lower(), self.placeholders)

    def line(self, node: exp.Expr | None) -> int:
        """The line of a node or its first descendant with a position; 0 if none of the first `_MOST_NODES` has one."""
        waiting = [node] if node is not None else []
        for _ in range(_MOST_NODES):
            if not waiting:
                break
            current = waiting.pop()
            meta = current._meta
            if meta and "line" in meta:
                found = int(meta["line"]) + self.offset
                return found if self.origin is None else self.origin.line(found)
            children: list[exp.Expr] = []
            add_children(current, children)
            waiting.extend(reversed(children))
        return 0

    def meant(self, name: str) -> str:
        """The dataset that a name in a rendered text stands for."""
        return name if self.origin is None else self.origin.names.get(name, name)

    def written(self, node: exp.Expr) -> str:
        """The name of a function as written in the text; "" if the parser keeps no position."""
        meta = node._meta
        if not meta or "start" not in meta:
            return ""
        word = self.text[meta["start"] : meta["end"] + 1].lower()
        return word if word.replace("_", "a").isalnum() else ""


def part(node: exp.Expr, name: str) -> object:
    """An argument of a node by name; some releases of the parser append an underscore to it ("from_")."""
    value = node.args.get(name)
    return value if value is not None else node.args.get(name + "_")


def nodes(value: object) -> list[exp.Expr]:
    """An argument as a list of nodes."""
    if isinstance(value, exp.Expression):
        return [value]
    return [item for item in value if isinstance(item, exp.Expression)] if isinstance(value, list) else []


def add_children(node: exp.Expr, to: list[exp.Expr]) -> None:
    """Append the direct children of a node to a list."""
    for value in node.args.values():
        if isinstance(value, exp.Expression):
            to.append(value)
        elif isinstance(value, list):
            to.extend([item for item in value if isinstance(item, exp.Expression)])
