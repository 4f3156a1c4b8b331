"""What SET gives to columns: one each, or several by position, from a row of values or a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from ctxpack.datamodel.algebra import Output
from ctxpack.lineage.sql.context import Context
from ctxpack.lineage.sql.dispatch import lower


def assigned(items: Sequence[exp.Expr], ctx: Context) -> tuple[Output, ...]:
    """The columns that the items of a SET get, with what they are set to.

    Several columns whose values cannot be told apart by their place (`(a, b) = (SELECT * ...)`) are left out.
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
        # An element of an array or of a map is set: its column is.
        yield (target.this if isinstance(target, exp.Bracket) else target), value
        return
    columns = target.expressions
    values = _values(value, len(columns))
    if len(values) == len(columns):
        yield from zip(columns, values, strict=True)


def _values(value: exp.Expr, wanted: int) -> list[exp.Expr]:
    """The values of a row in their order; none where they are not so many."""
    if isinstance(value, (exp.Tuple, exp.Struct)) or (isinstance(value, exp.Anonymous) and value.name.upper() == "ROW"):
        return list(value.expressions)
    query = value.unnest() if isinstance(value, (exp.Subquery, exp.Select)) else None
    if isinstance(query, exp.Select):
        if len(query.expressions) != wanted or any(item.is_star for item in query.expressions):
            return []
        return [_only(query, at) for at in range(wanted)] if wanted > 1 else [value]
    return [value] if wanted == 1 else []


def _only(query: exp.Select, at: int) -> exp.Expr:
    """The query as one that gives only the value at a place."""
    one = query.copy()
    one.set("expressions", [one.expressions[at]])
    return exp.Subquery(this=one)
