"""Evaluates a plan over the schemas of the datasets that it reads: the entry point to column lineage.

`frame` gives the output columns of a plan: the dataset columns that their values come from, how they are computed, and
whether they can be null by the rules of the engine that runs the plan.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.datamodel.lineage import DerivedColumn, Frame, Origin, Relation
from ctxpack.lineage.algebra.plans import datasets
from ctxpack.lineage.evaluation.plans import Evaluator, TooLarge
from ctxpack.lineage.evaluation.shapes import Cell


def frame(plan: PlanTree, relation_of: Callable[[str], Relation | None], engine: str) -> Frame:
    """The output columns of a plan.

    Args:
        plan: What a query or a DataFrame program computes.
        relation_of: Gives the schema of a dataset by name; None where nothing is known of it.
        engine: Whose rules of nullability apply. "spark": what the schema of a DataFrame says. Otherwise a SQL dialect
            ("" for the general rules): whether the data can hold a null.

    Returns:
        The columns in order. A plan that is too large or too deep gives none, and a problem that says so.

    """
    evaluator = Evaluator(relation_of, engine)
    try:
        reads = datasets(plan)
        shape = evaluator.shape(plan)
    except RecursionError:
        return Frame((), complete=False, problems=("the plan is nested too deeply to be evaluated",))
    except TooLarge:
        return Frame((), complete=False, reads=reads, problems=("the plan is too large to be evaluated",))
    columns: dict[str, DerivedColumn] = {}
    for cell in shape.visible():
        # A plan that never yields a row says nothing about rows that other producers write.
        told = replace(cell, nullable=None, cause=NullCause(Rule.NO_ROWS), soft=UNTOLD) if shape.empty else cell
        columns.setdefault(cell.name.lower(), _column(told))
    return Frame(tuple(columns.values()), not shape.opens, reads, tuple(evaluator.problems))


def _column(cell: Cell) -> DerivedColumn:
    origins = tuple(Origin(dataset, column) for dataset, column in sorted(cell.sources))
    transform = cell.text
    if not transform:
        passed = len(origins) == 1 and origins[0].column.lower() == cell.name.lower()
        transform = "identity" if passed or not origins else "rename"
    cause = cell.cause.followed_by(cell.soft)
    return DerivedColumn(cell.name, origins, transform, cell.type, cell.nullable, cause, cell.line)
