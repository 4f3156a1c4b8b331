"""Traversals of plans: the datasets they read, their size, and substitutions.

A plan is logically a tree but in memory a DAG, since a CTE that is read twice is shared. So each traversal visits a
node once, and only those fields that can hold plans or expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from ctxpack.datamodel import algebra
from ctxpack.datamodel.algebra import ColumnRef, ExpressionTree, PlanTree, Scan
from ctxpack.model import Value

_PARTS: dict[type, tuple[str, ...]] = {
    algebra.Call: ("args", "over"),
    algebra.Cast: ("arg",),
    algebra.Case: ("branches", "otherwise"),
    algebra.Field: ("arg",),
    algebra.Star: ("replaced",),
    algebra.Scalar: ("plan",),
    algebra.Output: ("expression",),
    algebra.Named: ("plan",),
    algebra.Project: ("plan", "outputs"),
    algebra.Drop: ("plan",),
    algebra.Rename: ("plan",),
    algebra.Filter: ("plan", "condition"),
    algebra.Join: ("left", "right", "condition"),
    algebra.Aggregate: ("plan", "groups", "outputs"),
    algebra.SetOperation: ("plans",),
    algebra.Generate: ("plan", "outputs"),
    algebra.Pivot: ("plan", "groups", "aggregates", "on"),
    algebra.FillNull: ("plan",),
    algebra.DropNull: ("plan",),
    algebra.Opaque: ("inputs",),
}
"""By node type, the fields that can hold plans or expressions, in field order."""

_LISTS: dict[type, str] = {algebra.Scan: "schema", algebra.Local: "columns", algebra.Opaque: "columns"}
"""By node type, the field that holds columns, which count towards the size of a plan."""

_LEAVES = frozenset({algebra.ColumnRef, algebra.Constant, str, type(None)})


def scans(plan: PlanTree) -> tuple[Scan, ...]:
    """The first scan of each dataset in a plan, subqueries included, in the order of the plan."""
    found: dict[str, Scan] = {}
    seen: set[int] = set()
    # Not recursive: the depth of a plan grows with the length of the program.
    waiting: list[object] = [plan]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind in _LEAVES:
            continue
        if isinstance(one, tuple):
            waiting.extend(reversed(one))
        elif isinstance(one, Scan):
            found.setdefault(one.dataset, one)
        elif kind in _PARTS and id(one) not in seen:
            seen.add(id(one))
            waiting.extend([getattr(one, name) for name in reversed(_PARTS[kind])])
    return tuple(found.values())


def datasets(plan: PlanTree) -> tuple[str, ...]:
    """The names of all datasets that a plan reads, subqueries in expressions included, sorted."""
    return tuple(sorted(one.dataset for one in scans(plan)))


def measured(plan: PlanTree) -> tuple[int, tuple[str, ...]]:
    """The size of a plan (nodes and columns, shared parts counted each time) and the datasets it reads, sorted.

    Raises RecursionError for a plan that is nested too deeply.
    """
    sizes: dict[int, int] = {}
    names: set[str] = set()

    def of(item: object) -> int:
        kind = type(item)
        if kind in _LEAVES:
            return 1 if isinstance(item, Value) else 0
        if isinstance(item, tuple):
            return sum(map(of, item))
        known = sizes.get(id(item))
        if known is None:
            if isinstance(item, Scan):
                names.add(item.dataset)
            known = 1 + len(getattr(item, _LISTS[kind]) if kind in _LISTS else ())
            for name in _PARTS.get(kind, ()):
                known += of(getattr(item, name))
            sizes[id(item)] = known
        return known

    return of(plan), tuple(sorted(names))


def with_names(plan: PlanTree, names: Mapping[str, str]) -> PlanTree:
    """The plan with datasets renamed by `names`; parts without a scan are shared with the original.

    Raises RecursionError for a plan that is nested too deeply.
    """
    done: dict[int, object] = {}

    def of(item: object) -> object:
        kind = type(item)
        if kind in _LEAVES:
            return item
        if isinstance(item, tuple):
            parts = tuple(map(of, item))
            return parts if any(a is not b for a, b in zip(parts, item, strict=True)) else item
        if isinstance(item, Scan):
            return msgspec.structs.replace(item, dataset=names.get(item.dataset, item.dataset))
        if id(item) not in done:
            changed = {name: new for name in _PARTS.get(kind, ()) if (new := of(old := getattr(item, name))) is not old}
            done[id(item)] = msgspec.structs.replace(item, **changed) if changed else item  # type: ignore[type-var]
        return done[id(item)]

    return of(plan)  # type: ignore[return-value]


_NESTED = (algebra.Call, algebra.Cast, algebra.Case, algebra.Field, algebra.Star)
"""The types of expressions with subexpressions of the same query, so not subqueries."""


def with_columns(e: ExpressionTree, change: Callable[[ColumnRef], ExpressionTree]) -> ExpressionTree:
    """The expression with `change` applied to each column reference outside subqueries; other parts are shared."""

    def of(item: object) -> object:
        if isinstance(item, ColumnRef):
            return change(item)
        if isinstance(item, tuple):
            parts = tuple(map(of, item))
            return parts if any(a is not b for a, b in zip(parts, item, strict=True)) else item
        if not isinstance(item, _NESTED):
            return item
        changed = {name: new for name in _PARTS[type(item)] if (new := of(old := getattr(item, name))) is not old}
        return msgspec.structs.replace(item, **changed) if changed else item

    return of(e)  # type: ignore[return-value]


def size_of(e: ExpressionTree) -> int:
    """The number of nodes of an expression, a subquery counting as one."""
    count, waiting = 0, [e]
    while waiting:
        one: object = waiting.pop()
        if isinstance(one, tuple):
            waiting.extend(one)
            continue
        count += 1
        if isinstance(one, _NESTED):
            waiting.extend([getattr(one, name) for name in _PARTS[type(one)]])
    return count
