"""The columns of a plan as far as the program itself states them, for `frame.columns` and `frame.schema`."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.tables import Schema
from ctxpack.model import Column

_DEEPEST = 120


def schema_of(plan: to.PlanTree) -> Schema | None:
    """The columns of a plan with their types, "" if unknown; None if there may be other columns."""
    found = _find(plan, 0)
    return Schema(tuple(found)) if found is not None else None


def columns_of(plan: to.PlanTree) -> list[str] | None:
    """The column names of a plan; None if there may be other columns."""
    found = _find(plan, 0)
    return [one.name for one in found] if found is not None else None


def _find(plan: to.PlanTree, depth: int) -> list[Column] | None:
    if depth > _DEEPEST:
        return None
    rule = _RULES.get(type(plan))
    return rule(plan, depth + 1) if rule is not None else None


def _scan(plan: to.Scan, depth: int) -> list[Column] | None:
    return list(plan.schema) or None


def _local(plan: to.Local, depth: int) -> list[Column] | None:
    return list(plan.columns)


def _same(plan: to.Filter | to.FillNull | to.DropNull, depth: int) -> list[Column] | None:
    return _find(plan.plan, depth)


def _named(plan: to.Named, depth: int) -> list[Column] | None:
    if plan.columns:
        return [Column(name) for name in plan.columns]
    return _find(plan.plan, depth)


def _project(plan: to.Project, depth: int) -> list[Column] | None:
    before = _find(plan.plan, depth)
    if plan.keep:
        if before is None:
            return None
        made = {one.name: Column(one.name) for one in plan.outputs}
        kept = [made.pop(one.name, one) for one in before]
        return [*kept, *made.values()]
    found: list[Column] = []
    known = {one.name: one for one in before or ()}
    for one in plan.outputs:
        if isinstance(one.expression, to.Star):
            if before is None or one.expression.qualifier:
                return None
            found.extend(before)
        else:
            same = isinstance(one.expression, to.ColumnRef) and one.expression.name == one.name
            found.append(known.get(one.name, Column(one.name)) if same else Column(one.name))
    return found


def _drop(plan: to.Drop, depth: int) -> list[Column] | None:
    before = _find(plan.plan, depth)
    return [one for one in before if one.name not in plan.names] if before is not None else None


def _rename(plan: to.Rename, depth: int) -> list[Column] | None:
    before, names = _find(plan.plan, depth), dict(plan.names)
    return [Column(names.get(one.name, one.name), one.type) for one in before] if before is not None else None


def _join(plan: to.Join, depth: int) -> list[Column] | None:
    left = _find(plan.left, depth)
    if left is None or plan.kind in ("semi", "anti"):
        return left
    right = _find(plan.right, depth)
    if right is None:
        return None
    keys = [one for one in left if one.name in plan.using]
    rest = [one for one in (*left, *right) if one.name not in plan.using]
    return [*keys, *rest]


def _aggregate(plan: to.Aggregate, depth: int) -> list[Column] | None:
    return [Column(one.name) for one in plan.outputs]


def _set(plan: to.SetOperation, depth: int) -> list[Column] | None:
    return _find(plan.plans[0], depth) if not plan.allow_missing else None


def _opaque(plan: to.Opaque, depth: int) -> list[Column] | None:
    if plan.keeps and plan.nullable is not None and len(plan.inputs) == 1:
        return _find(plan.inputs[0], depth)
    return list(plan.columns) or None


_RULES: dict[type, Callable[..., list[Column] | None]] = {
    to.Scan: _scan,
    to.Local: _local,
    to.Filter: _same,
    to.FillNull: _same,
    to.DropNull: _same,
    to.Named: _named,
    to.Project: _project,
    to.Drop: _drop,
    to.Rename: _rename,
    to.Join: _join,
    to.Aggregate: _aggregate,
    to.SetOperation: _set,
    to.Opaque: _opaque,
}
