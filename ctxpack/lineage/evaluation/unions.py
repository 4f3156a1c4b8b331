"""The columns of set operations: matched by position if all are known, otherwise by name.

A branch that never yields a row (`where 1 = 0`) contributes names and types to a union, but no nulls. Spark's analyzer
ignores that: the schema of its union is nullable if any branch is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

from msgspec.structs import replace

from ctxpack.datamodel.algebra import ColumnRef, SetOperation
from ctxpack.datamodel.causes import NullCause, Rule
from ctxpack.lineage.evaluation.nulls import all_null
from ctxpack.lineage.evaluation.shapes import Cell, Open, Shape, merged


def united(plan: SetOperation, shapes: Sequence[Shape], engine: str) -> Shape:
    """The shape of a set operation over its evaluated branches."""
    empty = [shape.empty for shape in shapes]
    if plan.kind == "except":
        return shapes[0]
    without = any(empty) if plan.kind == "intersect" else all(empty)
    by_name = plan.by_name or any(shape.opens for shape in shapes)
    counts = [engine == "spark" or without or not one for one in empty]
    cells: list[Cell] = []
    for place, name in enumerate(_names(plan, shapes)):
        parts = [_part(shape, None if plan.by_name else place, name, by_name) for shape in shapes]
        cells.append(_combined(plan, name, parts, list(compress(parts, counts))))
    opens = [relation for shape in shapes for relation in shape.opens]
    if not opens:
        return Shape(cells, empty=without)
    named = frozenset(cell.name.lower() for cell in cells)
    excluded = frozenset.intersection(*(relation.excluded for relation in opens)) | named
    datasets = tuple(dict.fromkeys(dataset for relation in opens for dataset in relation.datasets))
    return Shape(cells, (Open(datasets, excluded=excluded),), without)


def _names(plan: SetOperation, shapes: Sequence[Shape]) -> list[str]:
    """The output names: those of the first branch, and if matched by name also those of the others."""
    names = {cell.name.lower(): cell.name for cell in shapes[0].visible()}
    if plan.by_name or shapes[0].opens:
        for shape in shapes[1:]:
            for cell in shape.visible():
                names.setdefault(cell.name.lower(), cell.name)
        return list(names.values())
    return [cell.name for cell in shapes[0].visible()]


def _part(shape: Shape, place: int | None, name: str, by_name: bool) -> Cell | None:
    if not by_name and place is not None:
        visible = shape.visible()
        return visible[place] if place < len(visible) else None
    found = shape.resolve(ColumnRef(name))
    if found is None and not shape.opens and place is not None:
        visible = shape.visible()
        return visible[place] if place < len(visible) and not shape.places(name) else None
    return found


def _combined(plan: SetOperation, name: str, parts: Sequence[Cell | None], counting: Sequence[Cell | None]) -> Cell:
    """One output column from those of all branches; `counting` are the branches that may yield rows."""
    there = [part for part in parts if part is not None]
    if not there:
        return Cell(name)
    if plan.kind == "intersect":
        nullable = all_null(part.nullable for part in there)
        return replace(there[0], name=name, type=merged(there, name).type, nullable=nullable, aliases=(), outer=None)
    rows = [part or _missing(plan, name) for part in counting]
    nulls = merged(rows, name)
    return replace(merged(there, name), nullable=nulls.nullable, cause=nulls.cause, elements=nulls.elements)


def _missing(plan: SetOperation, name: str) -> Cell:
    """The column of a branch that lacks it."""
    if plan.allow_missing:
        return Cell(name, nullable=True, cause=NullCause(Rule.UNION_MISSING))
    return Cell(name, cause=NullCause(Rule.UNION_UNKNOWN, name))
