"""One expression of the parser's tree as one of the algebra: finds the function that knows its kind of node.

The functions are in `expressions`, `calls`, `nested` and `windows`, which call back here for what is below a node.
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
"""The functions by the names of the parser's classes; filled by `expressions`. The one for "" takes all others."""


def lower(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """An expression of the parser's tree as one of the algebra."""
    handler = HANDLERS.get(type(node).__name__) or HANDLERS[""]
    return handler(node, ctx)


def lower_all(values: object, ctx: Context) -> tuple[ExpressionTree, ...]:
    """The expressions of a list."""
    return tuple(lower(node, ctx) for node in nodes(values))
