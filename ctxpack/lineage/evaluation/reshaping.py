"""Operators that compute no expressions: alias, rename, drop, fillna and dropna."""

from __future__ import annotations

from msgspec.structs import replace

from ctxpack.datamodel.algebra import Drop, DropNull, FillNull, Named, PlanTree, Rename
from ctxpack.datamodel.causes import NullCause, Rule
from ctxpack.lineage.evaluation.narrowing import narrowed
from ctxpack.lineage.evaluation.shapes import Cell, Open, Shape

_FILLED = {
    "string": ("string", "varchar", "char", "text"),
    "boolean": ("boolean",),
    "number": ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal", "long", "integer"),
}

_INTEGRAL = frozenset({"tinyint", "smallint", "int", "integer", "bigint", "long"})


def reshaped(plan: PlanTree, shape: Shape, engine: str) -> Shape:
    """The shape after one of these operators; unchanged for any other."""
    if isinstance(plan, Named):
        return _named(plan, shape)
    if isinstance(plan, Drop):
        return _dropped(plan, shape)
    if isinstance(plan, Rename):
        return _renamed(plan, shape)
    if isinstance(plan, FillNull):
        return _filled(plan, shape)
    return _without_nulls(plan, shape, engine) if isinstance(plan, DropNull) else shape


def _dropped(plan: Drop, shape: Shape) -> Shape:
    gone = frozenset(name.lower() for name in plan.names)
    return Shape(
        (cell for cell in shape.cells if cell.name.lower() not in gone or cell.hidden),
        (replace(o, excluded=o.excluded | gone) for o in shape.opens),
    )


def _without_nulls(plan: DropNull, shape: Shape, engine: str) -> Shape:
    """`dropna`: with how="all" only rows of nothing but nulls go, which says nothing of one column of several."""
    names = plan.names or tuple(cell.name for cell in shape.visible())
    if not plan.any_of and len(names) > 1:
        return shape
    return narrowed(shape, {(name.lower(), ""): plan.line for name in names}, engine)


def _named(plan: Named, shape: Shape) -> Shape:
    aliases = (plan.alias.lower(),)
    cells = [replace(cell, aliases=aliases) for cell in shape.visible()]
    opens = [replace(relation, aliases=aliases) for relation in shape.opens]
    if not plan.columns:
        return Shape(cells, opens)
    if not opens:
        listed = [replace(cell, name=name) for cell, name in zip(cells, plan.columns, strict=False)]
        return Shape((*listed, *cells[len(listed) :]))
    return Shape(_around_star(plan, cells, opens, aliases))


def _around_star(plan: Named, cells: list[Cell], opens: list[Open], aliases: tuple[str, ...]) -> list[Cell]:
    """Column aliases over an open star of unknown width: columns before and after it are counted from both ends."""
    first = min(relation.place for relation in opens)
    last = len(cells) - max(relation.place for relation in opens)
    base = frozenset(source for relation in opens for source in relation.base)
    total = len(plan.columns)
    listed: list[Cell] = []
    for place, name in enumerate(plan.columns):
        if place < first:
            listed.append(replace(cells[place], name=name))
        elif place >= total - last:
            listed.append(replace(cells[len(cells) - (total - place)], name=name))
        else:
            listed.append(Cell(name, base, aliases=aliases, cause=NullCause(Rule.STAR_PLACE)))
    return listed


def _renamed(plan: Rename, shape: Shape) -> Shape:
    names = {old.lower(): new for old, new in plan.names}
    cells = [replace(cell, name=names.get(cell.name.lower(), cell.name)) for cell in shape.cells]
    for old, new in plan.names:
        place = shape.open_for(old) if not shape.places(old) else None
        if place is not None:
            cells.append(replace(shape.opens[place].column(old), name=new))
    gone = frozenset(names) | frozenset(new.lower() for new in names.values())
    return Shape(cells, (replace(o, excluded=o.excluded | gone) for o in shape.opens))


def _filled(plan: FillNull, shape: Shape) -> Shape:
    """`fillna`: columns whose type does not fit the value are left alone."""
    names = {name.lower() for name in plan.names}
    kinds = _FILLED.get(_kind(plan.value_type), ())
    cause = NullCause(Rule.FILLED, line=plan.line)

    def fill(cell: Cell) -> Cell:
        if names and cell.name.lower() not in names:
            return cell
        base = cell.type.split("(", 1)[0].lower()
        if kinds and base and base not in kinds:
            return cell
        if not names and not base and cell.nullable is not False:
            return replace(cell, nullable=None, cause=NullCause(Rule.FILLED_IF_FITTING, line=plan.line))
        if base in _INTEGRAL and plan.value_type not in _INTEGRAL and cell.nullable is not False:
            # Spark casts the fractional value to the integer type, and counts that cast as nullable.
            return replace(cell, cause=NullCause(Rule.FILLED_UNSEEN, line=plan.line), outer=None)
        return replace(cell, nullable=False, cause=cause, outer=None)

    def opened(relation: Open) -> Open:
        facts = tuple((name, cause) for name in sorted(names))
        return replace(relation, facts=(*relation.facts, *facts))

    return shape.map(fill, opened)


def _kind(value_type: str) -> str:
    base = value_type.split("(", 1)[0].lower()
    if base in ("int", "bigint", "float", "double", "decimal", "number", "long"):
        return "number"
    return {"str": "string", "bool": "boolean"}.get(base, base)
