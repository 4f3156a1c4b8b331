"""Null narrowing: which columns cannot be null in the rows that satisfy a condition.

A comparison with null is not true, so a row that passed `a.x = b.y` has both non-null. The same reasoning applies to
WHERE, the condition of an inner join, and the branches of CASE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from ctxpack.datamodel.algebra import Call, Cast, ColumnRef, Constant, ExpressionTree, Field, Scalar
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.lineage.algebra.functions import ALIASES_IN_SELECT, rule_of
from ctxpack.lineage.evaluation.shapes import Cell, Open, Shape

Facts = dict[tuple[str, str], int]
"""The columns known to be not null, by (name, qualifier) in lower case, each with the line of the condition."""

_COMPARISONS = frozenset(
    "= <> < > <= >= like ilike rlike similar between regexp regexp_like contains startswith".split()
)
_STRICT = frozenset(("any", "parse", "part", "divide"))


def never(e: ExpressionTree) -> bool:
    """Whether a condition is constantly false (`1 = 0`, `false`)."""
    if isinstance(e, Constant):
        return e.type == "boolean" and e.value.lower() == "false"
    if not isinstance(e, Call):
        return False
    if e.name in ("and", "or"):
        parts = [never(arg) for arg in e.args]
        return any(parts) if e.name == "and" else bool(parts) and all(parts)
    constants = [arg for arg in e.args if isinstance(arg, Constant) and not arg.null]
    if len(e.args) != 2 or len(constants) != 2:
        return False
    first, second = constants
    return first.type == second.type and e.name == ("<>" if first.value == second.value else "=")


def when_true(e: ExpressionTree, engine: str) -> Facts:
    """The columns that are not null where a condition is true."""
    if isinstance(e, ColumnRef):
        return strict(e, engine)
    if not isinstance(e, Call):
        return {}
    special = _TRUE.get(e.name)
    return special(e, engine) if special is not None and e.args else _compared(e, engine)


def when_false(e: ExpressionTree, engine: str) -> Facts:
    """The columns that are not null where a condition is false (as opposed to null)."""
    if isinstance(e, ColumnRef):
        return strict(e, engine)
    if not isinstance(e, Call):
        return {}
    special = _FALSE.get(e.name)
    return special(e, engine) if special is not None and e.args else _compared(e, engine)


def _every(e: Call, engine: str) -> Facts:
    return _union([when_true(arg, engine) for arg in e.args])


def _no_part(e: Call, engine: str) -> Facts:
    return _union([when_false(arg, engine) for arg in e.args])


def _first(e: Call, engine: str) -> Facts:
    """The first argument of a test that null never passes (or, of IS NULL, never fails)."""
    return _at(strict(e.args[0], engine), e.line)


def _same(e: Call, engine: str) -> Facts:
    """The operands of a null-safe comparison (`<=>`) with a non-null constant."""
    if not any(isinstance(arg, Constant) and not arg.null for arg in e.args):
        return {}
    return _at(_union([strict(arg, engine) for arg in e.args]), e.line)


def _not_listed(e: Call, engine: str) -> Facts:
    """The subject of NOT IN a list; nothing for a subquery, since over no rows NOT IN is true even for null."""
    return {} if any(isinstance(arg, Scalar) for arg in e.args[1:]) else _first(e, engine)


def _nothing(e: Call, engine: str) -> Facts:
    del e, engine
    return {}


_Rule = Callable[[Call, str], Facts]
_TRUE: dict[str, _Rule] = {
    "and": _every,
    "or": lambda e, engine: _common([when_true(arg, engine) for arg in e.args]),
    "not": lambda e, engine: when_false(e.args[0], engine),
    "is-not-null": _first,
    "isnotnull": _first,
    "is-true": lambda e, engine: when_true(e.args[0], engine),
    "is-false": lambda e, engine: when_false(e.args[0], engine),
    "in": _first,
    "<=>": _same,
}
_FALSE: dict[str, _Rule] = {
    "and": lambda e, engine: _common([when_false(arg, engine) for arg in e.args]),
    "or": _no_part,
    "not": lambda e, engine: when_true(e.args[0], engine),
    "is-null": _first,
    "isnull": lambda e, engine: _first(e, engine) if len(e.args) == 1 else {},
    "in": _not_listed,
    # BETWEEN is false for a subject below the lower bound even if the upper bound is null.
    "between": _nothing,
}


def when_not_true(e: ExpressionTree, engine: str) -> Facts:
    """The columns that are not null where a condition is false or null: what an ELSE branch may rely on."""
    if not isinstance(e, Call):
        return {}
    if e.name == "or":
        return _union([when_not_true(arg, engine) for arg in e.args])
    if e.name == "and":
        return _common([when_not_true(arg, engine) for arg in e.args])
    if e.name in ("is-null", "isnull") and len(e.args) == 1:
        return _at(strict(e.args[0], engine), e.line)
    if e.name == "not" and e.args and isinstance(e.args[0], Call) and e.args[0].name in ("is-not-null", "isnotnull"):
        return _at(strict(e.args[0].args[0], engine), e.line)
    return {}


def strict(e: ExpressionTree, engine: str) -> Facts:
    """The columns in which an expression is strict: if any of them is null, so is the expression."""
    match e:
        case ColumnRef():
            return {(e.name.lower(), e.qualifier.lower()): e.line}
        case Cast() | Field():
            return strict(e.arg, engine)
        case Call() if e.kind == "scalar" and e.name not in ("and", "or") and rule_of(e.name, _data(engine)) in _STRICT:
            return _union([strict(arg, engine) for arg in e.args])
    return {}


def narrowed(shape: Shape, facts: Facts, engine: str) -> Shape:
    """The shape with the columns of `facts` made not null.

    A non-null column of the optional side of an outer join proves that the row matched, so all columns of that side
    regain their nullability from before the join.
    """
    if not facts:
        return shape
    cells, opens = list(shape.cells), list(shape.opens)
    joins: dict[int, None] = {}
    for (name, qualifier), line in facts.items():
        place = shape.find(name, qualifier)
        if place is not None:
            if cells[place].outer is not None:
                joins[cells[place].outer.join] = None  # type: ignore[union-attr]
            cells[place] = _known(cells[place], line, engine)
            continue
        opened = shape.open_for(name, qualifier)
        if opened is not None and engine != "spark":
            # A bare name that matches no visible column may be an alias of the query itself.
            if qualifier or engine not in ALIASES_IN_SELECT:
                joins[opens[opened].join] = None
            fact = (name, NullCause(Rule.FILTERED, line=line))
            opens[opened] = replace(opens[opened], facts=(*opens[opened].facts, fact))
    if engine == "spark":
        return shape.replaced(cells, opens)
    joins.pop(0, None)
    return _restored(shape.replaced(cells, opens), joins) if joins else shape.replaced(cells, opens)


def _known(cell: Cell, line: int, engine: str) -> Cell:
    if cell.nullable is False:
        return cell
    if engine == "spark":
        return replace(cell, soft=NullCause(Rule.FILTERED_UNSEEN, line=line))
    return replace(cell, nullable=False, cause=NullCause(Rule.FILTERED, line=line), outer=None)


def _restored(shape: Shape, joins: dict[int, None]) -> Shape:
    """The shape with the columns of the optional sides of these joins as they were before the joins."""

    def cell(c: Cell) -> Cell:
        if c.outer is None or c.outer.join not in joins:
            return c
        return replace(c, nullable=c.outer.nullable, cause=c.outer.cause, outer=c.outer.before)

    def opened(o: Open) -> Open:
        return replace(o, nullable=None, cause=UNTOLD, join=0) if o.join in joins else o

    return shape.replaced([cell(c) for c in shape.cells], [opened(o) for o in shape.opens])


def _compared(e: Call, engine: str) -> Facts:
    """The columns of a predicate that is null if any of its arguments is."""
    if e.name in _COMPARISONS or rule_of(e.name, _data(engine)) in _STRICT:
        return _at(_union([strict(arg, engine) for arg in e.args]), e.line)
    return {}


def _data(engine: str) -> str:
    """The dialect whose rules describe data: for Spark the general ones, since its own describe schemas."""
    return "" if engine == "spark" else engine


def _union(parts: Sequence[Facts]) -> Facts:
    return {key: line for part in parts for key, line in part.items()}


def _common(parts: Sequence[Facts]) -> Facts:
    if not parts:
        return {}
    return {key: line for key, line in parts[0].items() if all(key in part for part in parts[1:])}


def _at(facts: Facts, line: int) -> Facts:
    """The facts, with the line of the condition for those without one."""
    return {key: own or line for key, own in facts.items()}
