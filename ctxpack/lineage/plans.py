"""Walks over plans: what they read, how large they are, and plans whose names and lines are those of another text.

A plan is a tree by its meaning and often a graph in memory, since a CTE that is read twice is there once. So every walk
comes to each part once, and only to such fields as can hold plans or expressions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from ctxpack.datamodel import algebra
from ctxpack.datamodel.algebra import PlanTree, Scan
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
"""The fields of plans and expressions that can hold plans and expressions, in the order of the fields."""

_LISTS: dict[type, str] = {algebra.Scan: "schema", algebra.Local: "columns", algebra.Opaque: "columns"}
"""The fields that hold columns, which count too."""

_LEAVES = frozenset({algebra.ColumnRef, algebra.Constant, str, type(None)})


def scans(plan: PlanTree) -> tuple[Scan, ...]:
    """Every reading of a dataset in a plan, subqueries included, each dataset once, in the order of the plan."""
    found: dict[str, Scan] = {}
    seen: set[int] = set()
    # Without recursion, since plans are as deep as programs are long.
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


def size(plan: PlanTree) -> int:
    """How large a plan is when it is written out as a tree; raises RecursionError for one that is nested too deeply."""
    sizes: dict[int, int] = {}

    def of(item: object) -> int:
        kind = type(item)
        if kind in _LEAVES:
            return 1 if isinstance(item, Value) else 0
        if isinstance(item, tuple):
            return sum(map(of, item))
        known = sizes.get(id(item))
        if known is None:
            known = 1 + len(getattr(item, _LISTS[kind]) if kind in _LISTS else ())
            for name in _PARTS.get(kind, ()):
                known += of(getattr(item, name))
            sizes[id(item)] = known
        return known

    return of(plan)


T = TypeVar("T")


def placed(value: T, names: Mapping[str, str], lines: Sequence[int]) -> T:
    """A plan made from generated text, as if made from its source.

    `names` has the datasets that names in the text mean; `lines` has for each of its lines that of the source, 0 where
    it has none. Raises RecursionError for plans that are nested beyond all measure.
    """
    return _Placing(names, lines).of(value)


class _Placing:
    """Places the parts of one plan."""

    def __init__(self, names: Mapping[str, str], lines: Sequence[int]) -> None:
        self._names, self._lines = names, lines
        self._placed: dict[int, object] = {}

    def of(self, value: T) -> T:
        kind = type(value)
        if kind is tuple:
            made = [self.of(one) for one in value]  # type: ignore[attr-defined]
            same = all([one is before for one, before in zip(made, value, strict=True)])  # type: ignore[call-overload]
            return value if same else tuple(made)  # type: ignore[return-value]
        if not isinstance(value, msgspec.Struct):
            return value
        known = self._placed.get(id(value))
        if known is None:
            known = self._placed[id(value)] = self._new(value)
        return known  # type: ignore[return-value]

    def _new(self, value: msgspec.Struct) -> msgspec.Struct:
        kind = type(value)
        changed: dict[str, object] = {}
        line = getattr(value, "line", 0)
        if line:
            there = self._lines[line - 1] if 0 < line <= len(self._lines) else 0
            if there != line:
                changed["line"] = there
        if isinstance(value, Scan):
            dataset = self._names.get(value.dataset, value.dataset)
            if dataset != value.dataset:
                changed["dataset"] = dataset
        for name in (*_PARTS.get(kind, ()), *((_LISTS[kind],) if kind in _LISTS else ())):
            before = getattr(value, name)
            after = self.of(before)
            if after is not before:
                changed[name] = after
        return msgspec.structs.replace(value, **changed) if changed else value
