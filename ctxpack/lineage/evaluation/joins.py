"""The output columns of a join: which there are, which are merged (USING), and which become nullable (outer joins)."""

from __future__ import annotations

from msgspec.structs import replace

from ctxpack.datamodel.algebra import Join
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.lineage.evaluation.narrowing import Facts, narrowed, never, when_true
from ctxpack.lineage.evaluation.nulls import all_null, missing
from ctxpack.lineage.evaluation.shapes import Cell, Open, Outer, Shape


def joined(plan: Join, left: Shape, right: Shape, engine: str, number: int) -> Shape:
    """The shape of a join.

    Args:
        plan: The join.
        left: The evaluated left side.
        right: The evaluated right side.
        engine: The engine whose rules apply.
        number: A positive id of this join, which groups the columns that an outer join makes nullable together.

    """
    shape = _sides(plan, left, right, engine, number)
    return Shape(shape.cells, shape.opens, empty=True) if _without_rows(plan, left, right) else shape


def _without_rows(plan: Join, left: Shape, right: Shape) -> bool:
    """Whether a join never yields a row."""
    if plan.kind == "full":
        return left.empty and right.empty
    if plan.kind in ("left", "anti"):
        return left.empty
    if plan.kind == "right":
        return right.empty
    return left.empty or right.empty or (plan.condition is not None and never(plan.condition))


def _sides(plan: Join, left: Shape, right: Shape, engine: str, number: int) -> Shape:
    """The output columns of a join, from both sides."""
    keys = plan.using or (_common(left, right) if plan.natural else ())
    if plan.kind in ("semi", "anti"):
        return narrowed(left, _facts(plan, keys, engine), engine) if plan.kind == "semi" else left
    left = _materialized(left, keys)
    right = _materialized(right, keys)
    sure = tuple(key for key in keys if not _is_ambiguous(left, key) and not _is_ambiguous(right, key))
    left, right = _matched(plan, sure, left, right, engine)
    cause = NullCause(Rule.JOIN, plan.kind, plan.line)
    if plan.kind in ("left", "full"):
        right = _optional(right, number, cause, engine)
    if plan.kind in ("right", "full"):
        left = _optional(left, -number, cause, engine)
    if plan.natural:
        left = _perhaps_keys(left, right) if plan.kind in ("right", "full") else left
        right = _perhaps_keys(right, left) if plan.kind in ("left", "full") else right
    if not keys:
        return Shape((*left.cells, *right.cells), (*left.opens, *right.opens))
    return _with_unsure(_once(plan, keys, left, right, engine), frozenset(keys) - frozenset(sure))


def _is_ambiguous(side: Shape, key: str) -> bool:
    """Whether a side has several columns of a key's name: most engines report an error, others pick any of them."""
    return sum(not side.cells[place].hidden for place in side.places(key)) > 1


def _perhaps_keys(optional: Shape, other: Shape) -> Shape:
    """The optional side of a natural join, with possible keys marked: columns that the other side may have too.

    Under its bare name such a column has unknown nullability, since that may mean the other side's column. With a
    qualifier it keeps its own.
    """
    unknown = [one for one in optional.visible() if other.find(one.name) is None]
    perhaps = [one for one in unknown if any(one.name.lower() not in part.excluded for part in other.opens)]
    if not perhaps:
        return optional
    names = frozenset(one.name for one in perhaps)
    cells = [replace(one, hidden=True) if one.name in names else one for one in optional.cells]
    cause = NullCause(Rule.NATURAL_JOIN)
    keys = [replace(one, nullable=None, cause=cause, outer=None, soft=UNTOLD, aliases=()) for one in perhaps]
    return Shape((*keys, *cells), optional.opens)


def _with_unsure(shape: Shape, unsure: frozenset[str]) -> Shape:
    """The shape with unknown nullability for ambiguous keys; keys come first in the shape."""
    names, cells = {name.lower() for name in unsure}, list(shape.cells)
    for name in sorted(names):
        place = shape.find(name)
        if place is not None:
            cause = NullCause(Rule.AMBIGUOUS_KEY, name)
            cells[place] = replace(cells[place], nullable=None, cause=cause, outer=None, soft=UNTOLD)
    return shape.replaced(cells, shape.opens)


def _matched(plan: Join, keys: tuple[str, ...], left: Shape, right: Shape, engine: str) -> tuple[Shape, Shape]:
    """Both sides, narrowed by the join condition where all their output rows satisfy it."""
    facts = _facts(plan, keys, engine)
    if not facts or plan.kind == "cross":
        return left, right
    both = Shape((*left.cells, *right.cells), (*left.opens, *right.opens))
    known = narrowed(both, facts, engine)
    at, opened = len(left.cells), len(left.opens)
    if plan.kind in ("inner", "right"):
        left = left.replaced(known.cells[:at], known.opens[:opened])
    if plan.kind in ("inner", "left"):
        right = right.replaced(known.cells[at:], known.opens[opened:])
    if plan.kind == "inner":
        for key in keys:
            left = narrowed(left, {(key, ""): plan.line}, engine)
            right = narrowed(right, {(key, ""): plan.line}, engine)
    return left, right


def _facts(plan: Join, keys: tuple[str, ...], engine: str) -> Facts:
    if plan.condition is not None:
        return when_true(plan.condition, engine)
    return {(key.lower(), ""): plan.line for key in keys}


def _common(left: Shape, right: Shape) -> tuple[str, ...]:
    """The keys of a natural join: the names known on both sides."""
    return tuple(cell.name for cell in left.visible() if right.find(cell.name) is not None)


def _materialized(shape: Shape, keys: tuple[str, ...]) -> Shape:
    """The shape with columns for all keys; unknown ones are taken from the open relation that may have them."""
    cells, opens = list(shape.cells), list(shape.opens)
    for key in keys:
        if shape.find(key) is not None:
            continue
        place = shape.open_for(key)
        cells.append(opens[place].column(key) if place is not None else Cell(key))
        if place is not None:
            opens[place] = replace(opens[place], excluded=opens[place].excluded | {key.lower()})
    return Shape(cells, opens) if len(cells) > len(shape.cells) else shape


def _optional(shape: Shape, number: int, cause: NullCause, engine: str) -> Shape:
    """The side of an outer join that may be unmatched: its columns become nullable, remembering what they were."""

    def cell(c: Cell) -> Cell:
        before = Outer(number, c.nullable, c.cause, c.outer) if engine != "spark" else None
        return replace(c, nullable=missing(c.nullable, engine), cause=cause, outer=before, soft=UNTOLD)

    def opened(o: Open) -> Open:
        return replace(o, nullable=missing(o.nullable, engine), cause=cause, join=number, facts=())

    return shape.map(cell, opened)


def _once(plan: Join, names: tuple[str, ...], left: Shape, right: Shape, engine: str) -> Shape:
    """A join USING keys: merged keys first; each side's own key is hidden but found by qualifier."""
    keys: list[Cell] = []
    left_cells, right_cells = list(left.cells), list(right.cells)
    for name in names:
        at, other = left.find(name), right.find(name)
        if at is None or other is None:
            continue
        mine, theirs = left_cells[at], right_cells[other]
        keys.append(_key(plan, mine, theirs, engine))
        left_cells[at] = replace(mine, hidden=True)
        right_cells[other] = replace(theirs, hidden=True)
    return Shape((*keys, *left_cells, *right_cells), (*left.opens, *right.opens))


def _key(plan: Join, mine: Cell, theirs: Cell, engine: str) -> Cell:
    if plan.kind == "full":
        before = [c.outer.nullable if c.outer is not None else c.nullable for c in (mine, theirs)]
        nullable = all_null([mine.nullable, theirs.nullable]) if engine == "spark" else _either(before)
        cause = NullCause(Rule.FULL_JOIN_KEY, line=plan.line) if not nullable else mine.cause
        return replace(
            mine,
            sources=mine.sources | theirs.sources,
            text=f"coalesce({mine.name}, {theirs.name})",
            nullable=nullable,
            cause=cause,
            aliases=(),
            outer=None,
        )
    chosen = theirs if plan.kind == "right" else mine
    return replace(chosen, name=mine.name, aliases=())


def _either(sides: list[bool | None]) -> bool | None:
    """The nullability of the merged key of a full join: null only if the side that has the row has a null."""
    if any(side for side in sides):
        return True
    return None if any(side is None for side in sides) else False
