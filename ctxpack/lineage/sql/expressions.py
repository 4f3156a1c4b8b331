"""Lowers expressions of the parser's syntax tree to the algebra.

There is one handler for each kind of node with special semantics. Everything else becomes a call under its written
name, for which `lineage/algebra/functions.py` may or may not have rules.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from ctxpack.datamodel.algebra import (
    Call,
    Case,
    Cast,
    ColumnRef,
    Constant,
    ExpressionTree,
    PlanTree,
    Scalar,
    Star,
)
from ctxpack.lineage.algebra.functions import FUNCTIONS
from ctxpack.lineage.sql.calls import function
from ctxpack.lineage.sql.context import Context, nodes, part
from ctxpack.lineage.sql.dispatch import HANDLERS, lower, lower_all
from ctxpack.lineage.sql.nested import bracket, dot, extract, struct
from ctxpack.lineage.sql.vocabulary import OPERATORS
from ctxpack.lineage.sql.windows import filtered, window, within_group

_SAFE_CASTS = ("TryCast", "SafeCast", "JSONCast")
_EXTRACTS = ("JSONExtract", "JSONExtractScalar", "JSONBExtract", "JSONBExtractScalar", "JSONExtractArray")


def _column(node: exp.Expr, ctx: Context) -> ExpressionTree:
    qualifier = ".".join(ctx.name(piece) for piece in reversed(_qualifiers(node)))
    if isinstance(node.this, exp.Star):
        return _star(node.this, ctx, qualifier)
    name = ctx.name(node.this)
    line = ctx.line(node)
    if name.startswith("{") and name.endswith("}") and not qualifier:
        return Call("template", (), line=line, text=name)
    bare = FUNCTIONS.get(name) if not qualifier and not node.this.args.get("quoted") else None
    if bare is not None and name in _BARE:
        return Call(name, (), line=line)
    return ColumnRef(name, qualifier, line)


_BARE = frozenset(
    "current_date current_timestamp current_time localtimestamp sysdate current_user session_user".split()
)


def _qualifiers(node: exp.Expr) -> list[exp.Expr]:
    return [node.args[key] for key in ("table", "db", "catalog") if node.args.get(key)]


def _identifier(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """A bare identifier that is no column: the parameter of a lambda, a key of a struct."""
    return Constant(ctx.name(node), type="name")


def _star(node: exp.Expr, ctx: Context, qualifier: str = "") -> Star:
    replaced = tuple((ctx.name(n.args.get("alias")), lower(n.this, ctx)) for n in nodes(part(node, "replace")))
    renamed = tuple((ctx.name(n.this), ctx.name(n.args.get("alias"))) for n in nodes(part(node, "rename")))
    excluded = tuple(ctx.name(n) for n in nodes(part(node, "except")))
    return Star(qualifier, excluded, replaced, renamed)


def _literal(node: exp.Expr, ctx: Context) -> Constant:
    text = ctx.name(node) if not node.args.get("is_string") else str(node.this)
    if node.args.get("is_string"):
        return Constant(text, type="string")
    if text.isdigit():
        return Constant(text, type="int" if len(text) < 10 else "bigint")
    return Constant(text, type="double" if "e" in text or ctx.dialect in _BINARY else "decimal")


_BINARY = frozenset({"bigquery", "clickhouse", "sqlite"})
"""Dialects in which a literal with a decimal point is a binary floating-point number."""


def _cast(node: exp.Expr, ctx: Context) -> ExpressionTree:
    kind = type_text(node.args.get("to"), ctx)
    if _typed_literal(node, ctx):
        return Constant(node.this.name, type=kind)
    # For engines without ANSI casts the parser gives a plain CAST as TryCast, but without its `safe` flag.
    safe = type(node).__name__ in _SAFE_CASTS and (ctx.dialect not in _LENIENT or node.args.get("safe") is True)
    return Cast(lower(node.this, ctx), kind, safe, ctx.line(node))


_LENIENT = frozenset(("hive", "spark", "spark2", "databricks"))


def _typed_literal(node: exp.Expr, ctx: Context) -> bool:
    """Whether a cast is a typed literal: DATE '2024-01-31'."""
    literal = node.this
    if not isinstance(literal, exp.Literal) or not literal.is_string:
        return False
    meta = literal._meta or {}
    before = ctx.text[: meta.get("start", 0)].rstrip()
    return before[-1:].isalnum() and not before.lower().endswith(("select", "then", "else", "when", "and", "or", "by"))


def type_text(node: object, ctx: Context) -> str:
    """A type as the dialect writes it, in lower case."""
    if not isinstance(node, exp.Expression):
        return str(node or "").lower()
    plain = isinstance(node, exp.DataType) and not any(value for key, value in node.args.items() if key != "this")
    if plain and isinstance(node.this, exp.DataType.Type):
        return _plain_type(node.this, ctx.dialect)
    return node.sql(dialect=ctx.dialect or None, copy=False).lower()


@lru_cache(maxsize=1024)
def _plain_type(kind: object, dialect: str) -> str:
    # Without nullable=False the ClickHouse generator takes the type for another engine's, and wraps it in Nullable.
    return exp.DataType(this=kind, nullable=False).sql(dialect=dialect or None).lower()


def _case(node: exp.Expr, ctx: Context) -> Case:
    subject = lower(node.this, ctx) if node.this is not None else None
    branches = []
    for branch in nodes(node.args.get("ifs")):
        test = lower(branch.this, ctx)
        if subject is not None:
            test = Call("=", (subject, test), line=ctx.line(branch))
        branches.append((test, lower(branch.args["true"], ctx)))
    default = node.args.get("default")
    return Case(tuple(branches), lower(default, ctx) if default is not None else None, ctx.line(node))


def _chain(node: exp.Expr, ctx: Context) -> Call:
    """A chain of one associative operator, nested to the left by the parser, as one call with many arguments."""
    kind = type(node)
    parts: list[exp.Expr] = []
    current = node
    while isinstance(current, kind):
        parts.append(current.expression)
        current = current.this
        while isinstance(current, exp.Paren) and isinstance(current.this, kind):
            current = current.this
    args = (current, *reversed(parts))
    return Call(OPERATORS[kind.__name__], tuple(lower(arg, ctx) for arg in args), line=ctx.line(current))


def _operator(node: exp.Expr, ctx: Context) -> Call:
    args = [child for value in node.args.values() for child in nodes(value)]
    return Call(OPERATORS[type(node).__name__], tuple(lower(arg, ctx) for arg in args), line=ctx.line(node))


def _is(node: exp.Expr, ctx: Context) -> Call:
    """IS NULL, IS TRUE, IS FALSE; the negation is a flag of the node in some dialects, a NOT around it in others."""
    line = ctx.line(node)
    args = (lower(node.this, ctx),)
    if isinstance(node.expression, exp.Null):
        return Call("is-not-null" if node.args.get("negate") else "is-null", args, line=line)
    if isinstance(node.expression, exp.Boolean):
        test = Call("is-true" if node.expression.this else "is-false", args, line=line)
    else:
        test = Call("<=>", (*args, lower(node.expression, ctx)), line=line)
    return Call("not", (test,), line=line) if node.args.get("negate") else test


def _not(node: exp.Expr, ctx: Context) -> Call:
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return Call("is-not-null", (lower(inner.this, ctx),), line=ctx.line(inner))
    return Call("not", (lower(inner, ctx),), line=ctx.line(node))


def _in(node: exp.Expr, ctx: Context) -> Call:
    args = [lower(node.this, ctx), *lower_all(node.expressions, ctx)]
    query = node.args.get("query")
    if isinstance(query, exp.Expression):
        args.append(Scalar(_plan(query, ctx), True, ctx.line(query)))
    args += [
        lower(node.args[key], ctx) for key in ("unnest", "field") if isinstance(node.args.get(key), exp.Expression)
    ]
    return Call("in", tuple(args), line=ctx.line(node))


def _subquery(node: exp.Expr, ctx: Context) -> ExpressionTree:
    return Scalar(_plan(node, ctx), False, ctx.line(node))


def _exists(node: exp.Expr, ctx: Context) -> ExpressionTree:
    inner = node.this
    if not isinstance(inner, (exp.Query, exp.Subquery)):
        return function(node, ctx)
    return Scalar(_plan(inner, ctx), True, ctx.line(node))


def _quantified(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """ANY and ALL over a subquery or array, or as an aggregate."""
    inner = node.this
    if isinstance(inner, (exp.Query, exp.Subquery)):
        return Call("any-of", (Scalar(_plan(inner, ctx), True, ctx.line(node)),), line=ctx.line(node))
    args = (lower(inner, ctx),) if isinstance(inner, exp.Expression) else ()
    if isinstance(node.parent, exp.Binary):
        return Call("any-of", args, line=ctx.line(node))
    return Call("bool_or" if isinstance(node, exp.Any) else "bool_and", args, "aggregate", ctx.line(node))


def _plan(node: exp.Expr, ctx: Context) -> PlanTree:
    from ctxpack.lineage.sql.queries import query

    return query(node, ctx)


def _ordered_argument(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """An argument with an ORDER BY or DISTINCT of its own."""
    inner = node.this if node.this is not None else (node.expressions or [None])[0]
    if isinstance(node, exp.Distinct) and len(node.expressions) > 1:
        return Call("row", lower_all(node.expressions, ctx), line=ctx.line(node))
    return lower(inner, ctx) if isinstance(inner, exp.Expression) else Constant("")


def _inner(node: exp.Expr, ctx: Context) -> ExpressionTree:
    return lower(node.this, ctx) if isinstance(node.this, exp.Expression) else Constant(str(node.this or ""))


def _right(node: exp.Expr, ctx: Context) -> ExpressionTree:
    return lower(node.expression, ctx)


def _lambda(node: exp.Expr, ctx: Context) -> ExpressionTree:
    return lower(node.this, ctx)


def _constant(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """NULL, booleans, intervals, and words that are no columns (units, types)."""
    if isinstance(node, exp.Null):
        return Constant("null", True)
    if isinstance(node, exp.Boolean):
        return Constant(str(bool(node.this)).lower(), type="boolean")
    if isinstance(node, exp.Interval):
        computed = isinstance(node.this, exp.Expression) and not isinstance(node.this, exp.Literal)
        return lower(node.this, ctx) if computed else Constant("interval", type="interval")
    return Constant(ctx.name(node), type="name")


def _parameter(node: exp.Expr, ctx: Context) -> ExpressionTree:
    return Call("parameter", (), line=ctx.line(node), text=node.sql())


def _unwritten(node: exp.Expr, ctx: Context) -> ExpressionTree:
    """A conversion that the parser puts around an argument: dropped unless the text has it."""
    return function(node, ctx) if ctx.written(node) else _inner(node, ctx)


HANDLERS |= {
    "": function,
    "Column": _column,
    "Identifier": _identifier,
    "Star": _star,
    "Literal": _literal,
    "Null": _constant,
    "Boolean": _constant,
    "Interval": _constant,
    "Cast": _cast,
    "TryCast": _cast,
    "JSONCast": _cast,
    "Case": _case,
    "And": _chain,
    "Or": _chain,
    "Add": _chain,
    "DPipe": _chain,
    "SafeDPipe": _chain,
    "Is": _is,
    "Not": _not,
    "In": _in,
    "Subquery": _subquery,
    "Select": _subquery,
    "Union": _subquery,
    "Exists": _exists,
    "Any": _quantified,
    "All": _quantified,
    "Window": window,
    "Filter": filtered,
    "WithinGroup": within_group,
    "IgnoreNulls": _inner,
    "RespectNulls": _inner,
    "Distinct": _ordered_argument,
    "Ordered": _ordered_argument,
    "Bracket": bracket,
    "Dot": dot,
    "Struct": struct,
    "TimeStrToTime": _unwritten,
    "Paren": _inner,
    "Alias": _inner,
    "Aliases": _inner,
    "PivotAlias": _inner,
    "Collate": _inner,
    "Escape": _inner,
    "Prior": _inner,
    "Kwarg": _right,
    "PropertyEQ": _right,
    "Slice": function,
    "Lambda": _lambda,
    "Var": _constant,
    "DataType": _constant,
    "Parameter": _parameter,
    "Placeholder": _parameter,
    "SessionParameter": _parameter,
}
HANDLERS |= dict.fromkeys(_EXTRACTS, extract)
HANDLERS |= dict.fromkeys([name for name in OPERATORS if name not in HANDLERS], _operator)
