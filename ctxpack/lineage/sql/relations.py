"""Lowers FROM to plans: tables, subqueries, joins, table functions, pivots."""

from __future__ import annotations

from sqlglot import exp

from ctxpack.datamodel.algebra import (
    Call,
    ColumnRef,
    Constant,
    ExpressionTree,
    Field,
    Generate,
    Join,
    JoinKind,
    Local,
    Named,
    Opaque,
    Output,
    Pivot,
    PlanTree,
    Project,
    Scan,
    SetOperation,
    Star,
)
from ctxpack.lineage.algebra.generators import made_of
from ctxpack.lineage.sql.commas import by_commas
from ctxpack.lineage.sql.context import Context, nodes, part
from ctxpack.lineage.sql.dispatch import lower, lower_all

_FORMATS = frozenset("parquet delta csv json orc avro text iceberg binaryfile".split())
_READERS = frozenset(
    "read_parquet read_csv read_csv_auto read_json read_json_auto parquet_scan read_files iceberg_scan".split()
)
_ROWS = (
    "Explode",
    "ExplodeOuter",
    "Posexplode",
    "PosexplodeOuter",
    "Unnest",
    "FlattenTable",
    "GenerateSeries",
    "Inline",
)
_FLATTEN = ("seq", "key", "path", "index", "value", "this")
_EMPTY = Local(())


def source(select: exp.Expr, ctx: Context) -> PlanTree:
    """The plan of FROM with its joins and lateral views; one row without columns if there is no FROM."""
    origin = part(select, "from")
    plan = relation(origin.this, ctx) if isinstance(origin, exp.From) else _EMPTY
    for join, *own in by_commas(nodes(select.args.get("joins")), ctx):
        plan = joined(plan, join, ctx) if not own else Join(plan, _group(join, own, ctx), "cross", line=ctx.line(join))
    for view in nodes(select.args.get("laterals")):
        plan = _generated(plan, view, ctx, "left" if view.args.get("outer") else "inner")
    return plan


def _group(first: exp.Expr, joins: list[exp.Expr], ctx: Context) -> PlanTree:
    plan = relation(first.this, ctx)
    for join in joins:
        plan = joined(plan, join, ctx)
    return plan


def relation(node: exp.Expr, ctx: Context) -> PlanTree:
    """One item of FROM."""
    plan = _plain(node, ctx)
    for pivot in nodes(node.args.get("pivots")):
        plan = _pivoted(plan, pivot, ctx)
    if not isinstance(node, (exp.Table, exp.Subquery)):
        return plan
    for join in nodes(node.args.get("joins")):
        plan = joined(plan, join, ctx)
    return plan


def _plain(node: exp.Expr, ctx: Context) -> PlanTree:
    from ctxpack.lineage.sql.queries import query

    if isinstance(node, exp.Table):
        return _table(node, ctx)
    if isinstance(node, exp.Subquery):
        inner = node.this
        plan = relation(inner, ctx) if isinstance(inner, exp.Table) else query(node, ctx)
        return _aliased(plan, node, ctx)
    if isinstance(node, exp.Values):
        return _aliased(values(node, ctx), node, ctx)
    if isinstance(node, exp.Query):
        return query(node, ctx)
    if _row_maker(node) is not None or isinstance(node, (exp.Lateral, exp.TableFromRows)):
        return _generated(_EMPTY, node, ctx, "inner")
    return Opaque((), f"{node.key} in FROM", ctx.line(node))


def _aliased(plan: PlanTree, node: exp.Expr, ctx: Context) -> PlanTree:
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return plan
    name = ctx.name(alias.this) if alias.this is not None else ""
    columns = tuple(ctx.name(column) for column in alias.columns)
    return Named(plan, name, columns) if name or columns else plan


def _table(node: exp.Table, ctx: Context) -> PlanTree:
    inner = node.this
    if isinstance(inner, exp.Func):
        return _aliased(_from_function(inner, node, ctx), node, ctx)
    name = table_name(node, ctx)
    bound = ctx.bound.get(name)
    if bound is not None:
        plan: PlanTree = Named(bound, name)
    else:
        plan = Scan(ctx.meant(name), ctx.line(node), from_file=is_path(node))
    return _aliased(plan, node, ctx)


def table_name(node: exp.Expr, ctx: Context) -> str:
    """The name of a table, unquoted and in lower case; a path as written."""
    if isinstance(node, exp.Schema):
        return table_name(node.this, ctx)
    if not isinstance(node, exp.Table):
        return ctx.name(node)
    parts = [node.args[key] for key in ("catalog", "db", "this") if node.args.get(key) is not None]
    if is_path(node):
        return _path(node.this, ctx)
    names = [ctx.name(piece) for piece in parts]
    if isinstance(node.this, exp.Identifier) and node.this.args.get("temporary"):
        names[-1] = "#" + names[-1]
    if isinstance(node.this, exp.Parameter):
        names[-1] = "@" + node.this.name.lower()
    return ".".join(names)


def _path(node: exp.Expr, ctx: Context) -> str:
    from ctxpack.lineage.sql.splitting import restored

    return restored(node.name, ctx.placeholders)


def is_path(node: exp.Expr) -> bool:
    """Whether a table reference is a file path: parquet.`a/b`, 'data.csv', '@stage/x'."""
    if not isinstance(node, exp.Table):
        return False
    name = node.this.name if isinstance(node.this, exp.Expression) else ""
    schema = node.args.get("db")
    if isinstance(schema, exp.Expression) and schema.name.lower() in _FORMATS and ("/" in name or ":" in name):
        return True
    return isinstance(node.this, (exp.Literal, exp.Var)) or (
        node.args.get("db") is None and ("/" in name or name.lower().endswith((".csv", ".parquet", ".json")))
    )


def _from_function(inner: exp.Expr, node: exp.Table, ctx: Context) -> PlanTree:
    """A table function in FROM."""
    call = lower(inner, ctx)
    name = call.name if isinstance(call, Call) else inner.key
    literals = [n for n in inner.find_all(exp.Literal) if n.is_string]
    if name in _READERS or type(inner).__name__ in ("ReadParquet", "ReadCSV"):
        if literals:
            return Scan(_path(literals[0], ctx), ctx.line(node), from_file=True)
        return Opaque((), f"{name} of something computed", ctx.line(node))
    if type(inner).__name__ in _ROWS or name in (
        "explode",
        "unnest",
        "generate_series",
        "json_each",
        "openjson",
        "inline",
    ):
        alias = node.args.get("alias")
        columns = [ctx.name(c) for c in alias.columns] if isinstance(alias, exp.TableAlias) else []
        fallback = ctx.name(alias.this) if isinstance(alias, exp.TableAlias) and alias.this is not None else name
        names = columns or [fallback]
        return Generate(_EMPTY, tuple(Output(n, call, ctx.line(node)) for n in names), alias=fallback)
    return Generate(_EMPTY, _rows(call, node, ctx), alias=_alias(node, ctx) or name)


def _alias(node: exp.Expr, ctx: Context) -> str:
    alias = node.args.get("alias")
    return ctx.name(alias.this) if isinstance(alias, exp.TableAlias) and alias.this is not None else ""


def _rows(call: ExpressionTree, node: exp.Expr, ctx: Context) -> tuple[Output, ...]:
    """The columns of a table function: those that its alias lists, otherwise all fields of its rows."""
    alias = node.args.get("alias")
    line = ctx.line(node)
    names = [ctx.name(column) for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if not names:
        return (Output("", Field(call, "*", line), line),)
    return tuple(Output(name, Field(call, name, line), line) for name in names)


def joined(plan: PlanTree, join: exp.Expr, ctx: Context) -> PlanTree:
    """The plan joined with the next item of FROM."""
    kind, natural = _kind(join, ctx)
    right = join.this
    line = ctx.line(join)
    if isinstance(right, exp.Lateral):
        if isinstance(right.this, (exp.Subquery, exp.Query)):
            inner = _lateral_query(right, ctx)
            kind = "left" if right.args.get("cross_apply") is False else kind
            return Join(plan, inner, kind, _condition(join, ctx), lateral=True, line=line)
        outer = right.args.get("outer") or right.args.get("cross_apply") is False or kind == "left"
        return _generated(plan, right, ctx, "left" if outer else "inner")
    if _row_maker(right) is not None:
        return _generated(plan, right, ctx, "left" if kind == "left" else "inner")
    if isinstance(right, exp.Table) and isinstance(right.this, exp.Func) and not join.args.get("on"):
        return _beside(plan, relation(right, ctx))
    using = tuple(ctx.name(column) for column in nodes(join.args.get("using")))
    return Join(plan, relation(right, ctx), kind, _condition(join, ctx), using, natural, line=line)


def _beside(plan: PlanTree, rows: PlanTree) -> PlanTree:
    """A plan with a table function beside it, which may refer to the plan's columns (implicitly lateral)."""
    inner = rows.plan if isinstance(rows, Named) and not rows.columns else rows
    if isinstance(inner, Generate) and inner.plan is _EMPTY:
        return Generate(plan, inner.outputs, inner.outer, rows.alias if isinstance(rows, Named) else inner.alias)
    return Join(plan, rows, "cross", lateral=True)


def _lateral_query(node: exp.Expr, ctx: Context) -> PlanTree:
    from ctxpack.lineage.sql.queries import query

    return _aliased(query(node.this, ctx), node, ctx)


def _condition(join: exp.Expr, ctx: Context) -> ExpressionTree | None:
    on = join.args.get("on")
    return lower(on, ctx) if isinstance(on, exp.Expression) else None


def _kind(join: exp.Expr, ctx: Context) -> tuple[JoinKind, bool]:
    side = str(join.args.get("side") or "").upper()
    kind = str(join.args.get("kind") or "").upper()
    method = str(join.args.get("method") or "").upper()
    natural = "NATURAL" in method
    if "ANTI" in kind:
        return "anti", natural
    if "SEMI" in kind:
        return "semi", natural
    if side in ("LEFT", "RIGHT", "FULL"):
        return side.lower(), natural  # type: ignore[return-value]
    if "OUTER" in kind or ("ASOF" in method and ctx.dialect == "snowflake"):
        return ("left", natural) if "ASOF" in method else ("full", natural)
    if kind == "CROSS" or not (join.args.get("on") or join.args.get("using") or natural):
        return "cross", natural
    return "inner", natural


def _row_maker(node: object) -> exp.Expr | None:
    """The generator function of an item of FROM (UNNEST, LATERAL VIEW); None for any other item."""
    if isinstance(node, exp.Unnest):
        return node
    if isinstance(node, (exp.Lateral, exp.TableFromRows)) and not isinstance(node.this, (exp.Subquery, exp.Query)):
        return node.this if isinstance(node.this, exp.Expression) else None
    return None


def _generated(plan: PlanTree, node: exp.Expr, ctx: Context, kind: str) -> PlanTree:
    """The plan with a generator applied to its rows; `kind` "left" keeps rows without elements."""
    maker = _row_maker(node) or node
    alias = node.args.get("alias")
    names = [ctx.name(column) for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    relation_name = ctx.name(alias.this) if isinstance(alias, exp.TableAlias) and alias.this is not None else ""
    line = ctx.line(node)
    if type(maker).__name__ not in _ROWS and not isinstance(maker, exp.Unnest):
        call = lower(maker, ctx)
        known = isinstance(call, Call) and call.name in (
            "explode",
            "unnest",
            "stack",
            "inline",
            "json_tuple",
            "flatten",
        )
        if not known:
            return Generate(plan, _rows(call, node, ctx), kind == "left", relation_name)
    arguments = lower_all(maker.expressions if isinstance(maker, exp.Unnest) else maker.this, ctx) or lower_all(
        maker.args.get("expressions"), ctx
    )
    offset = maker.args.get("offset")
    if not names and isinstance(maker, exp.Unnest):
        names = [relation_name or "unnest"]
    stacked = lower(maker, ctx) if isinstance(maker, exp.Func) and maker.key == "stack" else None
    if isinstance(stacked, Call):
        outputs = made_of(stacked, names, line)
    else:
        outputs = _outputs(type(maker).__name__, names, arguments, line)
    if isinstance(offset, exp.Expression):
        outputs = (*outputs, Output(ctx.name(offset), Call("row_number", ()), line))
    return Generate(plan, outputs, outer=kind == "left", alias=relation_name or (names[0] if names else ""))


def _outputs(kind: str, names: list[str], arguments: tuple[ExpressionTree, ...], line: int) -> tuple[Output, ...]:
    """The output columns of a generator, by the class name of its node."""
    value = Call("explode", arguments[:1], "generator", line)
    position = Call("row_number", ())
    if tuple(names) == _FLATTEN:
        whole = arguments[0] if arguments else Constant("", True)
        exprs = (
            position,
            Call("get_path", (whole,)),
            Call("get_path", (whole,)),
            Call("get_path", (whole,)),
            value,
            whole,
        )
        return tuple(Output(name, e, line) for name, e in zip(names, exprs, strict=True))
    if kind.startswith("Posexplode"):
        first, *rest = (names or ["pos", "col"])[:3]
        return (Output(first, position, line), *made_of(value, rest, line))
    if kind == "Unnest" and len(arguments) > 1 and len(names) >= len(arguments):
        each = [Call("explode", (argument,), "generator", line) for argument in arguments]
        return tuple(Output(n, each[i] if i < len(each) else position, line) for i, n in enumerate(names))
    if kind.startswith("Explode"):
        return made_of(value, names, line)
    return tuple(Output(name, value, line) for name in names or ["col"])


def values(node: exp.Expr, ctx: Context) -> PlanTree:
    """VALUES as a union of its first 200 rows."""
    rows = [n.expressions if isinstance(n, exp.Tuple) else [n] for n in node.expressions[:200]]
    if not rows:
        return _EMPTY
    plans = []
    for row in rows:
        outputs = tuple(
            Output(f"column{place + 1}", lower(item, ctx), ctx.line(item)) for place, item in enumerate(row)
        )
        plans.append(Project(_EMPTY, outputs))
    return plans[0] if len(plans) == 1 else SetOperation(tuple(plans))


def _pivoted(plan: PlanTree, pivot: exp.Expr, ctx: Context) -> PlanTree:
    fields = [field for field in nodes(pivot.args.get("fields")) or nodes(pivot.args.get("field"))]
    make = _unpivoted if pivot.args.get("unpivot") else _pivot
    return _aliased(make(plan, pivot, fields, ctx), pivot, ctx)


def _pivot(plan: PlanTree, pivot: exp.Expr, fields: list[exp.Expr], ctx: Context) -> PlanTree:
    aggregates = tuple(
        Output(
            ctx.name(node.args.get("alias")) if isinstance(node, exp.Alias) else "", lower(node, ctx), ctx.line(node)
        )
        for node in pivot.expressions
    )
    on = tuple(lower(field.this, ctx) for field in fields if isinstance(field, exp.In))
    names = tuple(ctx.name(column).strip("'") for column in nodes(pivot.args.get("columns")))
    used = [ref for node in (*pivot.expressions, *(f.this for f in fields)) for ref in node.find_all(exp.Column)]
    excluded = tuple(dict.fromkeys(ctx.name(column.this) for column in used))
    group = (Output("", Star(excluded=excluded)),)
    return Pivot(plan, group, aggregates, names, on, ctx.line(pivot))


def _unpivoted(plan: PlanTree, pivot: exp.Expr, fields: list[exp.Expr], ctx: Context) -> PlanTree:
    columns: list[exp.Expr] = []
    name = ""
    for field in fields:
        if isinstance(field, exp.In):
            name = ctx.name(field.this)
            columns += [column for item in field.expressions for column in item.find_all(exp.Column)]
    refs = tuple(ColumnRef(ctx.name(column.this), line=ctx.line(column)) for column in columns)
    line = ctx.line(pivot)
    made = [Output(name, Constant(name, type="string"), line)] if name else []
    values_of = [ctx.name(node.args.get("alias") or node) for node in pivot.expressions]
    of_all = "unpivot-nulls" if pivot.args.get("include_nulls") else "unpivot-values"
    made += [Output(value, Call(of_all, refs, line=line), line) for value in values_of]
    return Project(plan, (Output("", Star(excluded=tuple(ref.name for ref in refs))), *made))
