"""Lowers aggregates and window functions with their frames, filters and ORDER BY clauses."""

from __future__ import annotations

from sqlglot import exp

from ctxpack.datamodel.algebra import Call, ExpressionTree
from ctxpack.lineage.algebra.functions import is_aggregate
from ctxpack.lineage.sql.context import Context, add_children
from ctxpack.lineage.sql.dispatch import lower, lower_all

_LEAVES = frozenset({exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.DataType})
"""Node types without subexpressions, which most nodes are; skipped for speed."""


def has_aggregate(node: exp.Expr) -> bool:
    """Whether an expression contains an aggregate outside of window functions and subqueries."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if type(current) in _LEAVES:
            continue
        if isinstance(current, (exp.Window, exp.Query, exp.Subquery)):
            # The arguments of a window function may contain aggregates of the query: sum(sum(x)) over ().
            inner = current.this if isinstance(current, exp.Window) else None
            if isinstance(inner, exp.Expression):
                add_children(inner, waiting)
            continue
        if _is_aggregate(current):
            return True
        add_children(current, waiting)
    return False


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, (exp.Any, exp.All)):
        return not isinstance(node.parent, exp.Binary) and not isinstance(node.this, (exp.Query, exp.Subquery))
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Func) and is_aggregate(node.name.lower()))


def window(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """A window function; marked as filtered if its frame may be empty."""
    inner = node.this
    while type(inner).__name__ in ("IgnoreNulls", "RespectNulls"):
        inner = inner.this
    call = lower(inner, ctx)
    if not isinstance(call, Call):
        return call
    over = (*call.over, *lower_all(node.args.get("partition_by"), ctx), *ordered(node.args.get("order"), ctx))
    filtered = call.filtered or _may_be_empty(node.args.get("spec")) or type(node.this).__name__ == "IgnoreNulls"
    return Call(call.name, call.args, "window", ctx.line(node), "", filtered, call.default, over)


def _may_be_empty(spec: object) -> bool:
    """Whether a frame can be empty: it begins after the current row, ends before it, or excludes rows."""
    if not isinstance(spec, exp.Expression):
        return False
    start, end = spec.args.get("start"), spec.args.get("end")
    sides = (str(spec.args.get("start_side") or "").upper(), str(spec.args.get("end_side") or "").upper())
    after = sides[0] == "FOLLOWING" and start != "CURRENT ROW"
    before = sides[1] == "PRECEDING" and end != "CURRENT ROW"
    return after or before or spec.args.get("exclude") is not None


def ordered(order: object, ctx: Context) -> tuple[ExpressionTree, ...]:
    """The expressions of an ORDER BY."""
    if not isinstance(order, exp.Expression):
        return ()
    return tuple(lower(item.this if isinstance(item, exp.Ordered) else item, ctx) for item in order.expressions)


def filtered(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """An aggregate with a FILTER clause; the columns of its condition count as sources."""
    call = lower(node.this, ctx)
    where = node.expression
    if not isinstance(call, Call):
        return call
    over = (*call.over, *((lower(where.this, ctx),) if isinstance(where, exp.Where) else ()))
    return Call(call.name, call.args, call.kind, call.line, "", True, call.default, over)


def within_group(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """An aggregate WITHIN GROUP (ORDER BY x): x is the argument, except for list aggregates (LISTAGG)."""
    call = lower(node.this, ctx)
    if not isinstance(call, Call):
        return call
    args = (*ordered(node.expression, ctx), *call.args)
    listed = call.name in ("listagg", "string_agg", "xmlagg", "group_concat", "array_agg")
    return Call(
        call.name, call.args if listed else args, "aggregate", call.line, over=call.over if not listed else args
    )


def without_order(arguments: list[exp.Expr], ctx: Context) -> tuple[list[exp.Expr], tuple[ExpressionTree, ...]]:
    """The arguments without an ORDER BY inside the aggregate, and the expressions of that ORDER BY."""
    result: list[exp.Expr] = []
    over: tuple[ExpressionTree, ...] = ()
    for argument in arguments:
        current = argument
        while isinstance(current, (exp.Order, exp.Limit, exp.Having, exp.HavingMax)):
            if isinstance(current, exp.Order):
                over = (*over, *ordered(current, ctx))
            if not isinstance(current.this, exp.Expression):
                break
            current = current.this
        result.extend(current.expressions if isinstance(current, exp.Distinct) else [current])
    return result, over
