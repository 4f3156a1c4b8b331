"""Lowers function calls under the names written in the text, not those that the parser normalises them to.

The parser rewrites functions to its own dialect and wraps arguments in conversions. The engine runs the function as
written, and the two may treat nulls differently.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from ctxpack.datamodel.algebra import Call, Case, Cast, ExpressionTree
from ctxpack.datamodel.dialects import engine_of
from ctxpack.lineage.algebra.functions import FUNCTIONS
from ctxpack.lineage.sql.context import Context, nodes
from ctxpack.lineage.sql.dispatch import lower
from ctxpack.lineage.sql.vocabulary import CLASSES
from ctxpack.lineage.sql.windows import without_order

_OF_SEVERAL = {"max": "greatest", "min": "least"}
"""Aggregates that are scalar functions when called with several arguments (SQLite)."""

_REWRITTEN = frozenset(("If", "Coalesce"))
"""Node types that the parser also uses for functions of other names (ZEROIFNULL, ISNULL)."""

_NOT_ARGUMENTS = frozenset(("null_handling", "separator_kind", "settings"))


def function(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """Lower a node without a handler of its own: a call under its written name, with all child nodes as arguments."""
    if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
        name = ctx.name(node.this) if isinstance(node.this, exp.Expression) else str(node.this).lower()
        arguments = nodes(node.expressions)
        if (special := _special(name, arguments, node, ctx)) is not None:
            return special
    else:
        name = _name(node, ctx.written(node))
        arguments = [child for key, value in node.args.items() if key not in _NOT_ARGUMENTS for child in nodes(value)]
        if len(arguments) > 1:
            name = _OF_SEVERAL.get(name, name)
    arguments, over = without_order(_with_format(node, arguments, ctx), ctx)
    # A lambda's columns are sources, but its result is an element, so it is no argument for nullability.
    over = (*over, *(lower(arg, ctx) for arg in arguments if isinstance(arg, exp.Lambda)))
    args = tuple(lower(arg, ctx) for arg in arguments if not isinstance(arg, (exp.Star, exp.Lambda)))
    rule = FUNCTIONS.get(name)
    family = rule.family if rule is not None else "scalar"
    if isinstance(node, exp.AggFunc) and family == "scalar":
        family = "aggregate"
    return Call(name, args, family, ctx.line(node), default=node.args.get("default") is not None, over=over)


_TYPES = frozenset("tinyint smallint int integer bigint float double decimal string boolean binary".split())
"""Type names that are also cast functions in Spark; the parser knows most of them."""


def _special(name: str, arguments: list[exp.Expr], node: exp.Expr, ctx: Context) -> ExpressionTree | None:
    """A function that is really a cast or a CASE: Spark's `bigint(x)`, ClickHouse's `multiIf(a, b, c, d, e)`."""
    if name in _TYPES and len(arguments) == 1 and engine_of(ctx.dialect) in ("spark", "hive"):
        return Cast(lower(arguments[0], ctx), name, line=ctx.line(node))
    if name == "multiif" and len(arguments) % 2:
        *cases, otherwise = [lower(one, ctx) for one in arguments]
        return Case(tuple(zip(cases[::2], cases[1::2], strict=True)), otherwise, ctx.line(node))
    return None


def _name(node: exp.Expr, written: str) -> str:
    kind = type(node).__name__
    if kind in _REWRITTEN:
        return CLASSES[kind]
    return written if written in FUNCTIONS else CLASSES.get(kind) or written or _own_name(node)


def _with_format(node: exp.Expr, arguments: list[exp.Expr], ctx: Context) -> list[exp.Expr]:
    """The arguments with a time format as the dialect writes it, not as the parser normalises it."""
    kept = node.args.get("format")
    if not isinstance(kept, exp.Literal) or kept._meta or not ctx.dialect:
        return arguments
    spelled = Dialect.get_or_raise(ctx.dialect).generator().format_time(node)
    written = exp.Literal.string(spelled.strip("'")) if isinstance(spelled, str) else kept
    return [written if one is kept else one for one in arguments]


def _own_name(node: exp.Expr) -> str:
    """The name of a function by its node class."""
    if isinstance(node, exp.Func):
        names = node.sql_names()
        return names[0].lower() if names else node.key
    return node.key
