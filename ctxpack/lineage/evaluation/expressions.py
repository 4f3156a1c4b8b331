"""Evaluates an expression in a scope: its source columns, its type, and its nullability with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ctxpack.datamodel.algebra import (
    Aggregate,
    Call,
    Case,
    Cast,
    ColumnRef,
    Constant,
    ExpressionTree,
    Field,
    Filter,
    Named,
    PlanTree,
    Project,
    Scalar,
    Star,
)
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.datamodel.dbt import IF_THERE
from ctxpack.lineage.algebra.functions import FUNCTIONS
from ctxpack.lineage.evaluation.narrowing import when_not_true, when_true
from ctxpack.lineage.evaluation.nulls import (
    Argument,
    Nullable,
    any_null,
    call_nullable,
    cast_nullable,
    elements_nullable,
    missing,
)
from ctxpack.lineage.evaluation.scope import Scope
from ctxpack.lineage.evaluation.shapes import Cell, Source, called, field_of
from ctxpack.lineage.evaluation.types import call_type, common_type, constant_type, element_type


def value(e: ExpressionTree, scope: Scope) -> Cell:
    """Evaluate an expression."""
    if isinstance(e, ColumnRef):
        return scope.resolve(e) or Cell(e.name, cause=NullCause(Rule.COLUMN_UNKNOWN, e.name), line=e.line, found=False)
    if isinstance(e, Constant):
        return _constant(e, scope.engine)
    if isinstance(e, Call):
        return _call(e, scope) if e.name != IF_THERE else _if_there(e, scope)
    return _other(e, scope)


def passed_on(e: ExpressionTree) -> ColumnRef | None:
    """The column that an expression passes on unchanged; None if it computes anything."""
    if isinstance(e, Call) and e.name == IF_THERE:
        e = e.args[0]
    return e if isinstance(e, ColumnRef) else None


def _if_there(e: Call, scope: Scope) -> Cell:
    """A column that the relation may lack: the column if found (its type from the substitute if unknown), else that."""
    cell, instead = (value(arg, scope) for arg in e.args)
    return replace(cell, type=cell.type or instead.type) if cell.found else replace(instead, text="null")


def _other(e: Cast | Case | Field | Scalar | Star, scope: Scope) -> Cell:
    match e:
        case Cast():
            return _cast(e, scope)
        case Case():
            return _case(e, scope)
        case Field():
            return _field(e, scope)
        case Scalar():
            return _scalar(e, scope)
        case Star():
            return _all_of(e, scope)


def _all_of(e: Star, scope: Scope) -> Cell:
    """All columns as one argument: `struct(*)`, `to_json(s.*)`."""
    cells = [one for one in scope.shape.visible() if not e.qualifier or called(one.aliases, e.qualifier)]
    if not cells and e.qualifier:
        cells = [value(ColumnRef(e.qualifier.rpartition(".")[2], e.qualifier.rpartition(".")[0]), scope)]
    return Cell("*", frozenset().union(*(one.sources for one in cells)), nullable=False)


_NUMBERS = ("int", "bigint", "double", "decimal", "float")


def _constant(e: Constant, engine: str) -> Cell:
    if engine == "oracle" and e.type == "string" and not e.value:
        return Cell("", type=e.type, nullable=True, cause=NullCause(Rule.EMPTY_TEXT))
    nonzero = not e.null and e.type in _NUMBERS and e.value.strip("0.-+") != ""
    cause = NullCause(Rule.NULL_CONSTANT if e.null else Rule.CONSTANT)
    kind = constant_type(e.type, e.value, engine)
    return Cell(e.value, type=kind, nullable=e.null, cause=cause, nonzero=nonzero, elements=False)


_OF_LITERALS = (Rule.NULL_CONSTANT, Rule.CONSTANT)


def literal_at(cause: NullCause, line: int) -> NullCause:
    """The reason with the line of the enclosing expression if it is that of a literal, which has none itself."""
    return replace(cause, line=line) if cause.rule in _OF_LITERALS and not cause.line else cause


def _call(e: Call, scope: Scope) -> Cell:
    args = _arguments(e, scope)
    over = [value(part, scope) for part in e.over]
    sources: frozenset[Source] = frozenset()
    if e.name not in _OF_ROWS:
        sources = sources.union(*(cell.sources for cell in (*args, *over)))
    known = [_argument(cell, scope.engine) for cell in args]
    no_rows = e.filtered or (e.kind == "aggregate" and scope.no_rows)
    nullable = call_nullable(e.name, known, scope.engine, no_rows=no_rows, default=e.default)
    element = e.kind == "generator" and bool(args)
    return Cell(
        e.name,
        sources,
        type=element_type(e.name, args[0].type)
        if element
        else call_type(e.name, [arg.type for arg in args], scope.engine),
        nullable=nullable,
        cause=_cause(e, args, nullable, no_rows),
        line=e.line,
        elements=elements_nullable(e.name, known),
        fields=_fields_made(e, args),
    )


_OF_ROWS = frozenset({"grouping", "grouping_id"})
"""Functions about the kind of a row, not about the values of their arguments, which therefore are no sources."""


def _fields_made(e: Call, args: Sequence[Cell]) -> tuple[Cell, ...]:
    """The fields of a struct that a call builds from alternating names and values, or changes (`with-field`)."""
    if e.name not in ("named_struct", "with-field"):
        return ()
    changed = args[0].fields if e.name == "with-field" and args else ()
    given = list(zip(e.args, args, strict=True))[len(e.args) % 2 :]
    names = [name.value if isinstance(name, Constant) else "" for name, _ in given[::2]]
    pairs = zip(names, (cell for _, cell in given[1::2]), strict=False)
    made = {name.lower(): replace(cell, name=name) for name, cell in pairs if name}
    return (*(one for one in changed if one.name.lower() not in made), *made.values())


def _arguments(e: Call, scope: Scope) -> list[Cell]:
    """The evaluated arguments; the branches of IF are evaluated under its condition."""
    if e.name not in ("if", "iff", "iif", "nvl2") or len(e.args) != 3:
        looked_in = e.name in ("in", "any-of")
        return [_listed(arg, scope) if looked_in and isinstance(arg, Scalar) else value(arg, scope) for arg in e.args]
    test = e.args[0] if e.name != "nvl2" else Call("is-not-null", (e.args[0],), line=e.line)
    return [
        value(e.args[0], scope),
        value(e.args[1], scope.with_facts(when_true(test, scope.engine))),
        value(e.args[2], scope.with_facts(when_not_true(test, scope.engine))),
    ]


def _listed(e: Scalar, scope: Scope) -> Cell:
    """The column of the subquery in `x IN (subquery)`: if it holds a null, a failed search gives null, not false."""
    cells = scope.evaluate(e.plan, scope).visible()
    if not cells:
        return Cell("", cause=NullCause(Rule.SUBQUERY_UNKNOWN))
    return Cell("", type=cells[0].type, nullable=cells[0].nullable, cause=cells[0].cause)


def _argument(cell: Cell, engine: str) -> Argument:
    """A cell as a function argument; Spark takes elements for nullable unless known otherwise."""
    elements = True if cell.elements is None and engine == "spark" else cell.elements
    return Argument(cell.nullable, cell.type, elements, cell.nonzero)


def _cause(e: Call, args: Sequence[Cell], nullable: Nullable, no_rows: bool) -> NullCause:
    """The reason for the nullability of a call."""
    if nullable is False:
        return NullCause(Rule.OPERATION, e.name, e.line)
    rule = FUNCTIONS.get(e.name)
    if rule is None:
        return NullCause(Rule.FUNCTION_UNKNOWN, e.name, e.line)
    deciding = next((cell.cause for cell in args if cell.nullable is nullable and cell.cause), UNTOLD)
    of_no_rows = NullCause(Rule.OF_NO_ROWS, e.name, e.line) if no_rows else UNTOLD
    if nullable is None:
        return deciding or of_no_rows
    if rule.sql in ("always", "lag"):
        deciding = UNTOLD
    return of_no_rows or deciding or NullCause(Rule.FUNCTION_NULLABLE, e.name, e.line)


def _cast(e: Cast, scope: Scope) -> Cell:
    cell = value(e.arg, scope)
    nullable = cast_nullable(_argument(cell, scope.engine), e.type, scope.engine, safe=e.safe)
    cause = NullCause(Rule.CAST, e.type, e.line) if nullable is not cell.nullable else cell.cause
    return replace(
        cell, type=e.type, nullable=nullable, cause=cause, line=e.line, aliases=(), outer=None, hidden=False,
        fields=(),
    )  # fmt: skip


def _case(e: Case, scope: Scope) -> Cell:
    parts: list[Cell] = []
    tests: list[Cell] = []
    for test, result in e.branches:
        tests.append(value(test, scope))
        parts.append(value(result, scope.with_facts(when_true(test, scope.engine))))
        scope = scope.with_facts(when_not_true(test, scope.engine))
    if e.otherwise is not None:
        parts.append(value(e.otherwise, scope))
    else:
        parts.append(Cell("", nullable=True, cause=NullCause(Rule.CASE_WITHOUT_ELSE, line=e.line)))
    nullable = any_null(part.nullable for part in parts)
    deciding = next((part for part in parts if part.nullable is nullable), parts[0])
    cause = NullCause(Rule.CASE_COMPLETE, line=e.line) if nullable is False else literal_at(deciding.cause, e.line)
    types = [part.type for part in parts if part.cause.rule not in (Rule.NULL_CONSTANT, Rule.CASE_WITHOUT_ELSE)]
    return Cell(
        "case",
        frozenset().union(*(part.sources for part in (*parts, *tests))),
        type=common_type(types),
        nullable=nullable,
        cause=cause,
        line=e.line,
        elements=any_null(part.elements for part in parts),
    )


def _field(e: Field, scope: Scope) -> Cell:
    if isinstance(e.arg, ColumnRef) and scope.shape.find(e.arg.name, e.arg.qualifier) is None:
        whole = scope.resolve(ColumnRef(e.name, f"{e.arg.qualifier}.{e.arg.name}".strip("."), e.line))
        if whole is not None and not whole.text:
            return whole
    cell = value(e.arg, scope)
    if e.name != "[]":
        return replace(field_of(cell, e.name, scope.engine), line=e.line)
    nullable = missing(any_null([cell.nullable, cell.elements]), scope.engine)
    cause = cell.cause if cell.nullable else NullCause(Rule.PART, f"[] of {cell.name}")
    return Cell("[]", cell.sources, type=element_type("[]", cell.type), nullable=nullable, cause=cause, line=e.line)


def _scalar(e: Scalar, scope: Scope) -> Cell:
    shape = scope.evaluate(e.plan, scope)
    if e.test:
        return Cell("exists", type="boolean", nullable=False, line=e.line, cause=NullCause(Rule.TEST))
    cells = shape.visible()
    if not cells:
        return Cell("", nullable=None, line=e.line)
    cell = cells[0]
    one_row = scope.engine != "spark" and _one_row(e.plan)
    nullable = cell.nullable if one_row else True
    cause = cell.cause if one_row else NullCause(Rule.SUBQUERY, line=e.line)
    return Cell(cell.name, cell.sources, type=cell.type, nullable=nullable, cause=cause, line=e.line)


def _one_row(plan: PlanTree) -> bool:
    """Whether a plan yields exactly one row for any data: an aggregate without groups."""
    while isinstance(plan, (Named, Project)):
        plan = plan.plan
    if isinstance(plan, Filter):
        return False
    return isinstance(plan, Aggregate) and not plan.groups
