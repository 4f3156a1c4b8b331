"""Scopes: where the names in an expression are resolved, and how its subqueries are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from ctxpack.datamodel.algebra import (
    ColumnRef,
    PlanTree,
)
from ctxpack.lineage.algebra.functions import ALIASES_FIRST, ALIASES_IN_SELECT
from ctxpack.lineage.evaluation.narrowing import Facts, narrowed
from ctxpack.lineage.evaluation.shapes import Cell, Shape

Evaluate = Callable[[PlanTree, "Scope | None"], Shape]
"""Evaluates the plan of a subquery inside a scope."""


class Scope(msgspec.Struct, frozen=True):
    """Where names are resolved: in the input `shape`, the `earlier` outputs of the same SELECT, the query `around`.

    `no_rows` says that an aggregate here may run over no rows at all.
    """

    shape: Shape
    engine: str
    evaluate: Evaluate
    around: Scope | None = None
    earlier: Mapping[str, Cell] = msgspec.field(default_factory=dict)
    no_rows: bool = False

    def resolve(self, ref: ColumnRef) -> Cell | None:
        """The column that a reference names, here or in an enclosing query; None if there is none."""
        early = self.earlier.get(ref.name.lower()) if not ref.qualifier else None
        own = self.engine in ALIASES_FIRST or self.shape.find(ref.name) is None
        if early is not None and own and self.engine in ALIASES_IN_SELECT:
            return early
        cell = self.shape.resolve(ref, self.engine)
        if cell is not None:
            return cell
        outside = self.around.resolve(ref) if self.around is not None else None
        return outside or early

    def with_facts(self, facts: Facts) -> Scope:
        """The scope narrowed by facts; unchanged for Spark, whose analyzer does no such reasoning."""
        if not facts or self.engine == "spark":
            return self
        return replace(self, shape=narrowed(self.shape, facts, self.engine))
