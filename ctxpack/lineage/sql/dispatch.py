"""Dispatches expressions of the parser's syntax tree to the handlers that lower them to the algebra.

The handlers are in `expressions`, `calls`, `nested` and `windows`; they call `lower` for child nodes. This module
breaks the import cycle between them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from ctxpack.datamodel.algebra import ExpressionTree
from ctxpack.lineage.sql.context import Context, nodes

if TYPE_CHECKING:
    Handler = Callable[[exp.Expr, Context], ExpressionTree]

HANDLERS: dict[str, Handler] = {}
"""The handlers by the name of the parser's node class, "" for all others; registered by `expressions`."""


def lower(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """Lower an expression of the syntax tree to the algebra."""
    handler = HANDLERS.get(type(node).__name__) or HANDLERS[""]
    return handler(node, ctx)


def lower_all(values: object, ctx: Context) -> tuple[ExpressionTree, ...]:
    """Lower a node or all nodes of a list."""
    return tuple(lower(node, ctx) for node in nodes(values))
