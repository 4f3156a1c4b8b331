"""Lowers queries to plans: SELECT, set operations and WITH."""

from __future__ import annotations

from sqlglot import exp

from ctxpack.datamodel.algebra import (
    Aggregate,
    Call,
    Constant,
    ExpressionTree,
    Filter,
    Named,
    Opaque,
    Output,
    PlanTree,
    Project,
    SetOperation,
    Star,
)
from ctxpack.lineage.algebra.functions import ALIASES_FIRST
from ctxpack.lineage.algebra.generators import made_of
from ctxpack.lineage.sql.aliases import with_aliases
from ctxpack.lineage.sql.context import Context, nodes, part
from ctxpack.lineage.sql.dispatch import lower
from ctxpack.lineage.sql.relations import relation, source, values
from ctxpack.lineage.sql.windows import has_aggregate


def query(node: exp.Expr, ctx: Context) -> PlanTree:
    """The plan of a query, with its CTEs bound."""
    plan = _unlimited(node, with_ctes(node, ctx))
    limit = node.args.get("limit")
    count = limit.args.get("expression") or limit.args.get("count") if isinstance(limit, exp.Expression) else None
    return Filter(plan, _NEVER) if isinstance(count, exp.Literal) and count.name == "0" else plan


_NEVER = Constant("false", type="boolean")
"""The condition that stands for LIMIT 0."""


def _unlimited(node: exp.Expr, ctx: Context) -> PlanTree:
    if isinstance(node, exp.Select):
        return _select(node, ctx)
    if isinstance(node, exp.SetOperation):
        return _united(node, ctx)
    if isinstance(node, exp.Values):
        return values(node, ctx)
    return _wrapped(node, ctx)


def _wrapped(node: exp.Expr, ctx: Context) -> PlanTree:
    """A query in parentheses, or a table in place of a query."""
    inner = node.this
    if isinstance(node, exp.Table) or (isinstance(node, exp.Subquery) and isinstance(inner, exp.Table)):
        return relation(node, ctx)
    if isinstance(node, (exp.Subquery, exp.Paren)) and isinstance(inner, exp.Expression):
        return query(inner, ctx)
    return Opaque((), f"{node.key} as a query", ctx.line(node))


def with_ctes(node: exp.Expr, ctx: Context) -> Context:
    """The context with the CTEs of a WITH bound, each seeing those before it."""
    clause = part(node, "with")
    if not isinstance(clause, exp.With):
        return ctx
    recursive = bool(clause.args.get("recursive"))
    for cte in nodes(clause.expressions):
        alias = cte.args.get("alias")
        if not isinstance(alias, exp.TableAlias):
            continue
        name = ctx.name(alias.this)
        columns = tuple(ctx.name(column) for column in alias.columns)
        plan = _recursive(cte.this, name, columns, ctx) if recursive or _names_itself(cte, name) else None
        if plan is None:
            plan = query(cte.this, ctx) if isinstance(cte.this, exp.Expression) else Opaque((), "empty CTE")
        ctx = ctx.with_bound({name: Named(plan, name, columns) if columns else plan})
    return ctx


def _names_itself(cte: exp.Expr, name: str) -> bool:
    """Whether a CTE is recursive without the keyword (as in T-SQL): a union whose second part reads the CTE."""
    body = cte.this
    if not isinstance(body, exp.Union):
        return False
    return any(t.name.lower() == name and not t.args.get("db") for t in body.expression.find_all(exp.Table))


def _recursive(body: exp.Expr, name: str, columns: tuple[str, ...], ctx: Context) -> PlanTree | None:
    """A recursive CTE as its base united with one step over rows of unknown nullability; None if it is no union."""
    if not isinstance(body, exp.Union):
        return None
    inner = with_ctes(body, ctx)
    base = query(body.this, inner)
    named = Named(base, name, columns)
    rows = Opaque((named,), f"rows of the recursive {name}", ctx.line(body), keeps=True)
    step = query(body.expression, inner.with_bound({name: rows}))
    return SetOperation((base, step))


def _united(node: exp.SetOperation, ctx: Context) -> PlanTree:
    """A set operation; a chain of unions, nested to the left by the parser, becomes one."""
    parts: list[exp.Expr] = []
    current: exp.Expr = node
    kind = type(node)
    while type(current) is kind and (current is node or part(current, "with") is None):
        parts.append(current.args["expression"])
        current = current.this
        if kind is not exp.Union:
            break
    plans = tuple(query(item, ctx) for item in (current, *reversed(parts)))
    name = {"Union": "union", "Intersect": "intersect"}.get(kind.__name__, "except")
    by_name = bool(node.args.get("by_name"))
    return SetOperation(plans, name, by_name, allow_missing=by_name)  # type: ignore[arg-type]


def _select(node: exp.Select, ctx: Context) -> PlanTree:
    plan = source(node, ctx)
    outputs = _outputs(node, ctx)
    where = node.args.get("where")
    condition = lower(where.this, ctx) if isinstance(where, exp.Where) else None
    if ctx.dialect in ALIASES_FIRST:
        outputs, condition = with_aliases(node, outputs, condition, ctx)
    if condition is not None:
        plan = Filter(plan, condition)
    group, having, qualify = (node.args.get(key) for key in ("group", "having", "qualify"))
    grouped = (
        isinstance(group, exp.Group) or isinstance(having, exp.Having) or any(map(has_aggregate, node.expressions))
    )
    if not grouped:
        if isinstance(qualify, exp.Qualify):
            plan = Filter(plan, lower(qualify.this, ctx))
        return Project(plan, outputs)
    groups, sets = _groups(group, node, outputs, ctx) if isinstance(group, exp.Group) else ((), False)
    plan = Aggregate(plan, groups, outputs, sets)
    for clause in (having, qualify):
        if isinstance(clause, exp.Expression):
            plan = Filter(plan, lower(clause.this, ctx))
    return plan


def _outputs(node: exp.Select, ctx: Context) -> tuple[Output, ...]:
    outputs: list[Output] = []
    for item in node.expressions:
        line = ctx.line(item)
        if isinstance(item, exp.Alias):
            outputs.append(Output(ctx.name(item.args["alias"]), lower(item.this, ctx), line))
        elif isinstance(item, exp.Aliases):
            value = lower(item.this, ctx)
            names = [ctx.name(name) for name in item.args["expressions"]]
            if isinstance(value, Call):
                outputs.extend(made_of(value, names, line))
            else:
                outputs.extend(Output(name, value, line) for name in names)
        elif isinstance(item, (exp.PropertyEQ, exp.EQ)) and ctx.dialect == "tsql":
            outputs.append(_assigned(item, line, ctx))
        else:
            outputs.append(_unnamed(item, line, ctx))
    return tuple(outputs)


def _assigned(item: exp.Expr, line: int, ctx: Context) -> Output:
    """An output of T-SQL's form `SELECT name = value`."""
    name = ctx.name(item.this) if isinstance(item.this, (exp.Column, exp.Identifier)) else ""
    return Output(name, lower(item.expression, ctx), line)


def _unnamed(item: exp.Expr, line: int, ctx: Context) -> Output:
    value = lower(item, ctx)
    name = ""
    if not isinstance(value, Star) and not isinstance(item, exp.Column):
        name = _invented(item, ctx)
    return Output(name, value, line)


def _invented(item: exp.Expr, ctx: Context) -> str:
    """The default name of an unaliased expression in PostgreSQL and its relatives: the cast column or the function."""
    if ctx.dialect not in ("postgres", "redshift", "materialize", "risingwave"):
        return ""
    while isinstance(item, (exp.Cast, exp.Paren)):
        item = item.this
    if isinstance(item, (exp.Column, exp.Dot)):
        return ctx.name(item)
    if isinstance(item, exp.Case):
        return "case"
    if isinstance(item, (exp.Window, exp.Filter, exp.WithinGroup)):
        return _invented(item.this, ctx)
    return ctx.written(item) if isinstance(item, exp.Func) else ""


def _groups(
    group: exp.Group, node: exp.Select, outputs: tuple[Output, ...], ctx: Context
) -> tuple[tuple[ExpressionTree, ...], bool]:
    """The grouping expressions, with ordinals and aliases resolved, and whether there are subtotal rows (ROLLUP)."""
    found: list[ExpressionTree] = []
    sets = bool(group.args.get("totals"))
    items = list(group.expressions)
    for key in ("rollup", "cube", "grouping_sets"):
        extra = nodes(group.args.get(key))
        sets = sets or bool(extra) or group.args.get(key) is True
        items += extra
    aliases = {output.name: output.expression for output in outputs if output.name}
    while items:
        item = items.pop(0)
        if type(item).__name__ in ("Rollup", "Cube", "GroupingSets", "Tuple", "Paren"):
            sets = sets or type(item).__name__ in ("Rollup", "Cube", "GroupingSets")
            items = [*nodes(item.expressions), *nodes(item.args.get("this")), *items]
        elif isinstance(item, exp.Literal) and item.name.isdigit():
            place = int(item.name) - 1
            found += [outputs[place].expression] if 0 <= place < len(outputs) else []
        elif isinstance(item, exp.Column) and not item.args.get("table") and ctx.name(item.this) in aliases:
            found.append(aliases[ctx.name(item.this)])
        else:
            found.append(lower(item, ctx))
    if group.args.get("all") or not found:
        pairs = zip(outputs, node.expressions, strict=False)
        found = [output.expression for output, item in pairs if not has_aggregate(item)]
    return tuple(found), sets
