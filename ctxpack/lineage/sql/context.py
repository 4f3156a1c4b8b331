"""What the lowering of one statement knows: its text, dialect, lines, placeholders, and the names of its CTEs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from sqlglot import exp

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.lineage.sql.splitting import restored
from ctxpack.lineage.sql.values import Origin

_MOST_NODES = 60
"""How many nodes are looked at for a line."""


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """Where a piece of a statement stands.

    `offset` is added to the parser's lines; `bound` are plans by name (CTEs, temporary tables); `origin` is what a
    generated text was made from.
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
        """The name that an identifier has: unquoted and lower-cased, with templates in braces."""
        text = node.name if isinstance(node, exp.Expression) else str(node or "")
        if isinstance(node, exp.Star):
            text = "*"
        return restored(text.lower(), self.placeholders)

    def line(self, node: exp.Expr | None) -> int:
        """The line of the first token below a node that has one; 0 where none of the first nodes has."""
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
        """The dataset that a name in the text means."""
        return name if self.origin is None else self.origin.names.get(name, name)

    def written(self, node: exp.Expr) -> str:
        """The name of a function as the text has it, "" where the parser does not tell."""
        meta = node._meta
        if not meta or "start" not in meta:
            return ""
        word = self.text[meta["start"] : meta["end"] + 1].lower()
        return word if word.replace("_", "a").isalnum() else ""


def part(node: exp.Expr, name: str) -> object:
    """An argument of a node by a name that some releases of the parser write with an underscore at its end."""
    value = node.args.get(name)
    return value if value is not None else node.args.get(name + "_")


def nodes(value: object) -> list[exp.Expr]:
    """An argument as a list of nodes."""
    if isinstance(value, exp.Expression):
        return [value]
    return [item for item in value if isinstance(item, exp.Expression)] if isinstance(value, list) else []


def add_children(node: exp.Expr, to: list[exp.Expr]) -> None:
    """Put the nodes right below a node at the end of a list."""
    for value in node.args.values():
        if isinstance(value, exp.Expression):
            to.append(value)
        elif isinstance(value, list):
            to.extend([item for item in value if isinstance(item, exp.Expression)])
