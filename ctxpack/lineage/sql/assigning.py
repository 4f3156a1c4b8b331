"""The assignments of a SET clause: single columns, or several by position from a row of values or a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from ctxpack.datamodel.algebra import Output
from ctxpack.lineage.sql.context import Context
from ctxpack.lineage.sql.dispatch import lower


def assigned(items: Sequence[exp.Expr], ctx: Context) -> tuple[Output, ...]:
    """The columns that a SET clause assigns, with their new values.

    Columns assigned together whose values cannot be matched by position (`(a, b) = (SELECT * ...)`) are left out.
    """
    return tuple(
        Output(ctx.name(column), lower(value, ctx), ctx.line(column))
        for item in items
        if isinstance(item, (exp.EQ, exp.PropertyEQ))
        for column, value in _pairs(item.this, item.expression)
    )


def _pairs(target: exp.Expr, value: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    if isinstance(target, exp.Paren):
        target = exp.Tuple(expressions=[target.this])
    if not isinstance(target, exp.Tuple):
        # An assignment to an element of an array or map changes its column.
        yield (target.this if isinstance(target, exp.Bracket) else target), value
        return
    columns = target.expressions
    values = _values(value, len(columns))
    if len(values) == len(columns):
        yield from zip(columns, values, strict=True)


def _values(value: exp.Expr, wanted: int) -> list[exp.Expr]:
    """The values of a row in order; [] if there are not `wanted` of them."""
    if isinstance(value, (exp.Tuple, exp.Struct)) or (isinstance(value, exp.Anonymous) and value.name.upper() == "ROW"):
        return list(value.expressions)
    query = value.unnest() if isinstance(value, (exp.Subquery, exp.Select)) else None
    if isinstance(query, exp.Select):
        if len(query.expressions) != wanted or any(item.is_star for item in query.expressions):
            return []
        return [_only(query, at) for at in range(wanted)] if wanted > 1 else [value]
    return [value] if wanted == 1 else []


def _only(query: exp.Select, at: int) -> exp.Expr:
    """The query reduced to its output at one position."""
    one = query.copy()
    one.set("expressions", [one.expressions[at]])
    return exp.Subquery(this=one)
