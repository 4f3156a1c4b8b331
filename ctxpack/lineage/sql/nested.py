"""Lowers access to nested values (struct fields, array elements, JSON paths) and struct constructors."""

from __future__ import annotations

from sqlglot import exp

from ctxpack.datamodel.algebra import Call, Constant, ExpressionTree, Field
from ctxpack.lineage.sql.calls import function
from ctxpack.lineage.sql.context import Context, nodes
from ctxpack.lineage.sql.dispatch import lower


def bracket(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """`x[...]`: an element of an array or map, a slice, or a struct field by its quoted name."""
    key = node.expressions[0] if node.expressions else None
    if isinstance(key, exp.Literal) and key.is_string:
        return Field(lower(node.this, ctx), ctx.name(key), ctx.line(node))
    if isinstance(key, exp.Slice):
        bounds = [part for part in (key.this, key.expression) if isinstance(part, exp.Expression)]
        return Call("slice", (lower(node.this, ctx), *(lower(part, ctx) for part in bounds)), line=ctx.line(node))
    field = Field(lower(node.this, ctx), "[]", ctx.line(node))
    if key is None or isinstance(key, exp.Literal):
        return field
    return Call("get", (lower(node.this, ctx), lower(key, ctx)), line=ctx.line(node))


def extract(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """A path into a JSON value."""
    arg = lower(node.this, ctx)
    path = node.args.get("expression")
    steps = [step for step in nodes(path.args.get("expressions"))] if isinstance(path, exp.JSONPath) else []
    names = [str(step.this) for step in steps if isinstance(step, exp.JSONPathKey)]
    if not names and isinstance(path, exp.Expression) and not isinstance(path, (exp.JSONPath, exp.Literal)):
        return Call("json_extract", (arg, lower(path, ctx)), line=ctx.line(node))
    return Field(arg, names[-1].lower() if names else "[]", ctx.line(node))


def dot(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """`x.y`: a field of a struct, or a function qualified by its schema."""
    right = node.expression
    if isinstance(right, exp.Func):
        call = lower(right, ctx)
        if not isinstance(call, Call):
            return call
        return Call(f"{ctx.name(node.this)}.{call.name}", call.args, line=call.line)
    if isinstance(right, exp.Star):
        return Field(lower(node.this, ctx), "*", ctx.line(node))
    return Field(lower(node.this, ctx), ctx.name(right), ctx.line(node))


def struct(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """A struct constructor, with the names of its fields if the text states them."""
    pairs = [item for item in nodes(node.expressions) if isinstance(item, exp.PropertyEQ)]
    if not pairs or len(pairs) != len(node.expressions):
        return function(node, ctx)
    parts = [(Constant(ctx.name(item.this), type="string"), lower(item.expression, ctx)) for item in pairs]
    return Call("named_struct", tuple(part for pair in parts for part in pair), line=ctx.line(node))
