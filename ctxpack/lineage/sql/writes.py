"""Lowers statements that write datasets to plans: INSERT, CREATE ... AS, MERGE, UPDATE, COPY and the like."""

from __future__ import annotations

from typing import NamedTuple

from sqlglot import exp

from ctxpack.datamodel.algebra import (
    Filter,
    Join,
    Local,
    Named,
    Output,
    PlanTree,
    Project,
    Scan,
    SetOperation,
    Star,
)
from ctxpack.lineage.sql.assigning import assigned
from ctxpack.lineage.sql.context import Context, nodes, part
from ctxpack.lineage.sql.dispatch import lower
from ctxpack.lineage.sql.expressions import type_text
from ctxpack.lineage.sql.queries import query, with_ctes
from ctxpack.lineage.sql.relations import is_path, joined, relation, source, table_name
from ctxpack.model import Column


class Write(NamedTuple):
    """A write by a statement: the target, the plan of its new content, and the mode (as in `SqlStatement`).

    A `temporary` target exists only in the script. With `adds`, the plan has not all columns of the target; with
    `positional`, its columns are matched to the target's by position.
    """

    target: str
    plan: PlanTree
    mode: str
    target_kind: str = "table"
    adds: bool = False
    temporary: bool = False
    positional: bool = False


_SHARING = frozenset({"spark", "spark2", "databricks", ""})
"""Dialects with global temporary views, visible to all programs of an application."""

_INTO_VARIABLES = frozenset({"doris", "mysql", "oracle", "snowflake", "starrocks", "teradata"})
"""Dialects in which SELECT ... INTO sets variables and creates no table."""


def writes(node: exp.Expr, ctx: Context) -> list[Write]:
    """The writes of a statement; [] for a query and for statements that write no content."""
    if isinstance(node, exp.Insert):
        return _insert(node, ctx)
    if isinstance(node, exp.Create):
        return _create(node, ctx)
    if isinstance(node, exp.Merge):
        return [_merge(node, ctx)]
    if isinstance(node, exp.Update):
        return [_update(node, ctx)]
    if isinstance(node, exp.Select):
        return _into(node, ctx)
    return _others(node, ctx)


def _others(node: exp.Expr, ctx: Context) -> list[Write]:
    kind = type(node).__name__
    if kind == "Copy":
        return _copy(node, ctx)
    if kind == "LoadData":
        path = node.args.get("inpath")
        mode = "overwrite" if node.args.get("overwrite") else "append"
        name = path.name if isinstance(path, exp.Expression) else ""
        return [Write(table_name(node.this, ctx), Scan(name, ctx.line(node), from_file=True), mode)] if name else []
    if kind == "Cache" and isinstance(node.expression, exp.Query):
        return [Write(table_name(node.this, ctx), query(node.expression, ctx), "create", "view", temporary=True)]
    if kind == "MultitableInserts":
        return _multi(node, ctx)
    return []


def _target(node: exp.Expr, ctx: Context) -> tuple[str, tuple[str, ...], bool]:
    """The name of a target, its listed columns, and whether its name marks it as temporary ("#", "@")."""
    columns: tuple[str, ...] = ()
    if isinstance(node, exp.Schema):
        columns = tuple(ctx.name(column) for column in node.expressions if not isinstance(column, exp.Constraint))
        node = node.this
    name = table_name(node, ctx)
    return name, columns, name.rsplit(".", 1)[-1][:1] in ("#", "@")


def _insert(node: exp.Insert, ctx: Context) -> list[Write]:
    target = node.this
    if not isinstance(target, (exp.Table, exp.Schema)):
        return _directory(node, ctx)
    inner = with_ctes(node, ctx)
    name, columns, temporary = _target(target, ctx)
    if not isinstance(node.expression, (exp.Query, exp.Values, exp.Table, exp.Subquery)):
        return []
    plan = query(node.expression, inner)
    if columns:
        plan = Named(plan, name, columns)
    elif node.args.get("by_name") is not True and not isinstance(node.expression, exp.Values):
        plan = Named(plan, name)
    kind = "path" if is_path(target) else "table"
    mode = "overwrite" if node.args.get("overwrite") else "append"
    positional = not columns and node.args.get("by_name") is not True
    return [Write(name, plan, mode, kind, bool(columns), temporary, positional)]


def _directory(node: exp.Insert, ctx: Context) -> list[Write]:
    """INSERT OVERWRITE DIRECTORY."""
    path = node.this.this if isinstance(node.this, exp.Directory) else None
    if not isinstance(path, exp.Expression) or not isinstance(node.expression, exp.Query):
        return []
    return [Write(path.name, query(node.expression, with_ctes(node, ctx)), "overwrite", "path")]


def _create(node: exp.Create, ctx: Context) -> list[Write]:
    kind = str(node.args.get("kind") or "").upper()
    if kind not in ("TABLE", "VIEW") or not isinstance(node.this, (exp.Table, exp.Schema)):
        return []
    name, _, temporary = _target(node.this, ctx)
    listed = node.this.expressions if isinstance(node.this, exp.Schema) else []
    properties = node.args.get("properties")
    kinds = (
        {type(item).__name__ for item in properties.expressions} if isinstance(properties, exp.Properties) else set()
    )
    if kind == "VIEW" and "GlobalProperty" in kinds and ctx.dialect in _SHARING:
        name, kinds = f"global_temp.{name.removeprefix('global_temp.')}", set()
    temporary = temporary or bool(kinds & {"TemporaryProperty", "GlobalProperty"})
    target_kind = "view" if kind == "VIEW" else "table"
    plan = _content(node, listed, ctx)
    if plan is None and temporary:
        plan = Local(tuple(_declared(item, ctx) for item in listed if isinstance(item, exp.ColumnDef)))
    if plan is None:
        return []
    return [Write(name, plan, "create", target_kind, temporary=temporary)]


def _content(node: exp.Create, listed: list[exp.Expr], ctx: Context) -> PlanTree | None:
    """The plan of the query, clone or files that a new table or view is filled from; None without any."""
    body = node.args.get("expression")
    clone = node.args.get("clone")
    if isinstance(clone, exp.Expression) and isinstance(clone.this, exp.Table):
        return Scan(table_name(clone.this, ctx), ctx.line(clone))
    if not isinstance(body, (exp.Query, exp.Values, exp.Subquery, exp.Table)):
        return _files(node, ctx)
    plan = query(body, with_ctes(node, ctx))
    names = tuple(ctx.name(item.this if isinstance(item, exp.ColumnDef) else item) for item in listed)
    return Named(plan, table_name(node.this, ctx), names) if names else plan


def _declared(node: exp.ColumnDef, ctx: Context) -> Column:
    not_null = any(
        isinstance(item.args.get("kind"), exp.NotNullColumnConstraint) for item in nodes(node.args.get("constraints"))
    )
    return Column(ctx.name(node.this), type_text(node.args.get("kind"), ctx), False if not_null else None)


def _files(node: exp.Create, ctx: Context) -> PlanTree | None:
    """Spark's CREATE VIEW ... USING format OPTIONS (path '...')."""
    properties = node.args.get("properties")
    if not isinstance(properties, exp.Properties) or str(node.args.get("kind")).upper() != "VIEW":
        return None
    for item in properties.find_all(exp.Property):
        key = item.this.name.lower() if isinstance(item.this, exp.Expression) else str(item.this).lower()
        value = item.args.get("value")
        if key == "path" and isinstance(value, exp.Literal):
            return Scan(value.name, ctx.line(node), from_file=True)
    return None


def _into(node: exp.Select, ctx: Context) -> list[Write]:
    """SELECT ... INTO a new table; in some dialects the target is a variable instead, which is no dataset."""
    into = node.args.get("into")
    if not isinstance(into, exp.Into) or not isinstance(into.this, exp.Table) or ctx.dialect in _INTO_VARIABLES:
        return []
    name, _, temporary = _target(into.this, ctx)
    temporary = temporary or bool(into.args.get("temporary"))
    return [Write(name, query(node, ctx), "create", temporary=temporary)]


def _update(node: exp.Update, ctx: Context) -> Write:
    """UPDATE: the assigned columns, computed over the target and its FROM."""
    ctx = with_ctes(node, ctx)
    target = node.this if isinstance(node.this, exp.Table) else node.find(exp.Table)
    if not isinstance(target, exp.Table):
        return Write("", Local(()), "update", adds=True)
    plan = relation(target, ctx)
    name = _updated_name(target, node, ctx)
    origin = part(node, "from")
    if isinstance(origin, exp.From) and origin.this is not None:
        other = source(exp.Select(**{_from_key(node): origin, "joins": node.args.get("joins")}), ctx)
        plan = other if name != table_name(target, ctx) else Join(plan, other, "inner", line=ctx.line(origin))
    outputs = assigned(node.expressions, ctx)
    where = node.args.get("where")
    if isinstance(where, exp.Where):
        plan = Filter(plan, lower(where.this, ctx))
    return Write(name, Project(plan, outputs), "update", adds=True, temporary=name[:1] in ("#", "@"))


def _from_key(node: exp.Expr) -> str:
    return "from_" if "from_" in node.args else "from"


def _updated_name(target: exp.Table, node: exp.Expr, ctx: Context) -> str:
    """The name of the updated table, which T-SQL may state by its alias in FROM."""
    name = table_name(target, ctx)
    origin = part(node, "from")
    if isinstance(origin, exp.From):
        for table in origin.find_all(exp.Table):
            if table.alias and table.alias.lower() == name:
                return table_name(table, ctx)
    return name


def _merge(node: exp.Merge, ctx: Context) -> Write:
    """MERGE: the union, by name, of the inserted rows and the updated columns."""
    ctx = with_ctes(node, ctx)
    using = relation(node.args["using"], ctx)
    target = relation(node.this, ctx)
    plans: list[PlanTree] = []
    whole = False
    on = node.args.get("on")
    condition = lower(on, ctx) if isinstance(on, exp.Expression) else None
    matched = Join(using, target, "inner", condition, line=ctx.line(node))
    for when in _whens(node):
        then = when.args.get("then")
        if isinstance(then, exp.Insert):
            outputs = _inserted(then, ctx)
            whole = whole or not outputs
            plans.append(Project(using, outputs) if outputs else using)
        elif isinstance(then, exp.Update):
            outputs = assigned(then.expressions, ctx)
            plans.append(Project(matched, outputs) if outputs else using)
    merged: PlanTree = plans[0] if len(plans) == 1 else SetOperation(tuple(plans) or (Local(()),), by_name=True)
    return Write(table_name(node.this, ctx), merged, "merge", adds=not whole)


def _whens(node: exp.Expr) -> list[exp.Expr]:
    clause = node.args.get("whens")
    return nodes(clause.expressions) if isinstance(clause, exp.Expression) else nodes(node.args.get("expressions"))


def _inserted(then: exp.Expr, ctx: Context) -> tuple[Output, ...]:
    """The columns of an INSERT in a MERGE; () for INSERT * and INSERT ROW."""
    names = then.this.expressions if isinstance(then.this, (exp.Tuple, exp.Schema)) else []
    given = then.expression.expressions if isinstance(then.expression, (exp.Tuple, exp.Values)) else []
    if len(given) == 1 and isinstance(given[0], exp.Tuple):
        given = given[0].expressions
    return tuple(
        Output(ctx.name(name), lower(value, ctx), ctx.line(value)) for name, value in zip(names, given, strict=False)
    )


def _copy(node: exp.Expr, ctx: Context) -> list[Write]:
    """COPY between a table and files, in either direction."""
    files = nodes(node.args.get("files"))
    line = ctx.line(node)
    into = bool(node.args.get("kind"))
    subject = node.this
    if files and files[0].name.lower() in ("stdin", "stdout"):
        return []
    if into and isinstance(subject, (exp.Table, exp.Schema)) and not is_path(subject):
        name, columns, _ = _target(subject, ctx)
        if not files:
            return []
        first = files[0]
        stored = Scan(_file(first, ctx), line, from_file=True)
        plan = query(first, ctx) if isinstance(first, exp.Subquery) else stored
        return [Write(name, Named(plan, name, columns) if columns else plan, "append", adds=bool(columns))]
    target = subject if into else (files[0] if files else None)
    content = files[0] if into and files else subject
    if not isinstance(target, exp.Expression) or not isinstance(content, exp.Expression):
        return []
    plan = query(content, ctx) if isinstance(content, (exp.Query, exp.Subquery)) else relation(content, ctx)
    return [Write(_file(target, ctx), plan, "overwrite", "path")]


def _file(node: exp.Expr, ctx: Context) -> str:
    if isinstance(node, exp.Table):
        return table_name(node, ctx)
    return node.name


def _multi(node: exp.Expr, ctx: Context) -> list[Write]:
    """INSERT ALL: one write for each target, all from the same source."""
    body = node.args.get("source")
    if not isinstance(body, exp.Expression):
        return []
    plan = query(body, ctx)
    found = []
    for insert in node.find_all(exp.Insert):
        if isinstance(insert.this, (exp.Table, exp.Schema)):
            name, columns, _ = _target(insert.this, ctx)
            outputs = _inserted(insert, ctx)
            content: PlanTree = Project(plan, outputs) if outputs else plan
            found.append(Write(name, content, "append", adds=bool(columns)))
    return found


def deleted(node: exp.Expr, ctx: Context) -> PlanTree | None:
    """A plan that reads what the USING and WHERE of a DELETE read."""
    where = node.args.get("where")
    plan: PlanTree = Local(())
    using = [item for key in ("using",) for item in nodes(node.args.get(key))]
    for item in using:
        plan = Join(plan, relation(item, ctx), "cross")
    if isinstance(where, exp.Where):
        plan = Filter(plan, lower(where.this, ctx))
    return Project(plan, (Output("", Star()),))


__all__ = ["Write", "deleted", "joined", "writes"]
