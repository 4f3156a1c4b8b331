"""A plan and the schemas of what it reads, followed to the columns that come out.

The one question of this module is `frame`: which columns a plan gives, which dataset columns their values come from,
how they are computed, and whether they can be null by the rules of the engine that runs it.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.lineage import DerivedColumn, Frame, Origin, Relation
from ctxpack.lineage.evaluation.plans import Evaluator, TooLarge
from ctxpack.lineage.evaluation.scope import Cell
from ctxpack.lineage.plans import datasets


def frame(plan: PlanTree, relation_of: Callable[[str], Relation | None], engine: str) -> Frame:
    """The columns that a plan gives out.

    Args:
        plan: What a query or a DataFrame program computes.
        relation_of: What is known of the schema of a dataset, by its name; None where nothing is.
        engine: Whose rules for nulls hold: "spark" (what a DataFrame's schema says), or a SQL dialect ("" for the
            general rules), for which a column that is said not to be null has none in its data.

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
        # What never has a row says nothing of the rows that something else may put there.
        told = replace(cell, nullable=None, because="the query gives no rows", soft="") if shape.empty else cell
        columns.setdefault(cell.name.lower(), _column(told))
    return Frame(tuple(columns.values()), not shape.opens, reads, tuple(evaluator.problems))


def _column(cell: Cell) -> DerivedColumn:
    origins = tuple(Origin(dataset, column) for dataset, column in sorted(cell.sources))
    transform = cell.text
    if not transform:
        passed = len(origins) == 1 and origins[0].column.lower() == cell.name.lower()
        transform = "identity" if passed or not origins else "rename"
    because = "; ".join(part for part in (cell.because, cell.soft) if part)
    return DerivedColumn(cell.name, origins, transform, cell.type, cell.nullable, because, cell.line)
