"""The columns of a plan as far as the program itself states them, for `frame.columns` and `frame.schema`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ctxpack.datamodel import algebra as to
from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.names.matching import Names
from ctxpack.lineage.spark.values.tables import Schema
from ctxpack.model import Column

_DEEPEST = 120


class Tables:
    """The columns of the tables that the repository declares, by any name that means one of them."""

    def __init__(self, declared: Iterable[DeclaredTable] = ()) -> None:
        self._columns = {one.name: one.columns for one in declared if one.columns}
        self._names = Names(self._columns)
        self._of = {self._names.canonical(name): columns for name, columns in self._columns.items()}

    def columns(self, name: str) -> tuple[Column, ...]:
        """The columns of a table; () if no declared table, or not only one, can have this name."""
        return self._of.get(self._names.canonical(name), ()) if self._of else ()


def schema_of(plan: to.PlanTree, tables: Tables) -> Schema | None:
    """The columns of a plan with their types, "" if unknown; None if there may be other columns."""
    found = _Finder(tables).find(plan, 0)
    return Schema(tuple(found)) if found is not None else None


def columns_of(plan: to.PlanTree, tables: Tables) -> list[str] | None:
    """The column names of a plan; None if there may be other columns."""
    found = _Finder(tables).find(plan, 0)
    return [one.name for one in found] if found is not None else None


class _Finder:
    """Finds the columns of plans; those of a scanned table are the stated ones, or else the declared ones."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def find(self, plan: to.PlanTree, depth: int) -> list[Column] | None:
        """The columns of a plan; None if there may be other columns."""
        if depth > _DEEPEST:
            return None
        rule = _RULES.get(type(plan))
        return rule(self, plan, depth + 1) if rule is not None else None


def _scan(finder: _Finder, plan: to.Scan, depth: int) -> list[Column] | None:
    if plan.schema or plan.from_file:
        return list(plan.schema) or None
    return list(finder.tables.columns(plan.dataset)) or None


def _local(finder: _Finder, plan: to.Local, depth: int) -> list[Column] | None:
    return list(plan.columns)


def _same(finder: _Finder, plan: to.Filter | to.FillNull | to.DropNull, depth: int) -> list[Column] | None:
    return finder.find(plan.plan, depth)


def _named(finder: _Finder, plan: to.Named, depth: int) -> list[Column] | None:
    if plan.columns:
        return [Column(name) for name in plan.columns]
    return finder.find(plan.plan, depth)


def _project(finder: _Finder, plan: to.Project, depth: int) -> list[Column] | None:
    before = finder.find(plan.plan, depth)
    if plan.keep:
        if before is None:
            return None
        made = {one.name: _made(one) for one in plan.outputs}
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
            found.append(known.get(one.name, Column(one.name)) if same else _made(one))
    return found


def _made(one: to.Output) -> Column:
    """A column that is computed, with its type if that is stated by a cast."""
    return Column(one.name, one.expression.type if isinstance(one.expression, to.Cast) else "")


def _drop(finder: _Finder, plan: to.Drop, depth: int) -> list[Column] | None:
    before = finder.find(plan.plan, depth)
    return [one for one in before if one.name not in plan.names] if before is not None else None


def _rename(finder: _Finder, plan: to.Rename, depth: int) -> list[Column] | None:
    before, names = finder.find(plan.plan, depth), dict(plan.names)
    return [Column(names.get(one.name, one.name), one.type) for one in before] if before is not None else None


def _join(finder: _Finder, plan: to.Join, depth: int) -> list[Column] | None:
    left = finder.find(plan.left, depth)
    if left is None or plan.kind in ("semi", "anti"):
        return left
    right = finder.find(plan.right, depth)
    if right is None:
        return None
    keys = [one for one in left if one.name in plan.using]
    rest = [one for one in (*left, *right) if one.name not in plan.using]
    return [*keys, *rest]


def _aggregate(finder: _Finder, plan: to.Aggregate, depth: int) -> list[Column] | None:
    return [Column(one.name) for one in plan.outputs]


def _set(finder: _Finder, plan: to.SetOperation, depth: int) -> list[Column] | None:
    return finder.find(plan.plans[0], depth) if not plan.allow_missing else None


def _opaque(finder: _Finder, plan: to.Opaque, depth: int) -> list[Column] | None:
    if plan.keeps and plan.nullable is not None and len(plan.inputs) == 1:
        return finder.find(plan.inputs[0], depth)
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
