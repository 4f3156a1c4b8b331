"""Evaluates the operators of a plan: the output columns of each from its input columns.

Chains of operators are evaluated in a loop, since DataFrame programs stack hundreds. A shared plan (a CTE, a DataFrame
used twice) is evaluated once per scope. `FUEL` bounds the work for plans that explode all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle

from msgspec.structs import replace

from ctxpack.datamodel.algebra import (
    Aggregate,
    Call,
    ColumnRef,
    Drop,
    DropNull,
    ExpressionTree,
    Field,
    FillNull,
    Filter,
    Generate,
    Join,
    Local,
    Named,
    Opaque,
    Output,
    Pivot,
    PlanTree,
    Project,
    Rename,
    Scan,
    SetOperation,
    Star,
)
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.datamodel.lineage import ColumnState, Relation
from ctxpack.lineage.algebra.generators import entries
from ctxpack.lineage.evaluation.expressions import literal_at, passed_on, value
from ctxpack.lineage.evaluation.joins import joined
from ctxpack.lineage.evaluation.narrowing import narrowed, never, when_true
from ctxpack.lineage.evaluation.nulls import missing
from ctxpack.lineage.evaluation.reshaping import reshaped
from ctxpack.lineage.evaluation.scope import Scope
from ctxpack.lineage.evaluation.shapes import Cell, Open, Shape, field_of
from ctxpack.lineage.evaluation.types import element_type, field_names
from ctxpack.lineage.evaluation.unions import united
from ctxpack.lineage.evaluation.wording import text_of
from ctxpack.model import Column

FUEL = 100_000
"""The number of operators evaluated for one plan at most."""

_CHAINED = (Named, Project, Drop, Rename, Filter, Aggregate, Generate, Pivot, FillNull, DropNull)


class TooLarge(Exception):
    """A plan takes more operators than `FUEL`."""


class Evaluator:
    """Evaluates the plans of one statement or program; results are cached by the identity of plan and scope.

    `problems` collects what went wrong, such as columns that are not found.
    """

    def __init__(self, relation_of: Callable[[str], Relation | None], engine: str) -> None:
        self.relation_of = relation_of
        self.engine = engine
        self.problems: dict[str, None] = {}
        self.joins = 0
        self.fuel = FUEL
        self._done: dict[tuple[int, int], tuple[PlanTree, Scope | None, Shape]] = {}

    def shape(self, plan: PlanTree, around: Scope | None = None) -> Shape:
        """The output columns of a plan; `around` is the scope of the enclosing query.

        Raises TooLarge when the fuel runs out.
        """
        chain: list[PlanTree] = []
        while (found := self._done.get((id(plan), id(around)))) is None:
            self.fuel -= 1
            if self.fuel < 0:
                raise TooLarge
            chain.append(plan)
            if isinstance(plan, _CHAINED):
                plan = plan.plan
            elif isinstance(plan, Join):
                plan = plan.left
            else:
                break
        shape = found[2] if found is not None else Shape()
        for operator in reversed(chain):
            shape = self._apply(operator, shape, around)
            self._done[id(operator), id(around)] = (operator, around, shape)
        return shape

    def scope(self, shape: Shape, around: Scope | None, no_rows: bool = False) -> Scope:
        """A scope whose names are the columns of a shape."""
        return Scope(shape, self.engine, self.shape, around, no_rows=no_rows)

    def _apply(self, plan: PlanTree, shape: Shape, around: Scope | None) -> Shape:
        """Apply one operator to its evaluated input, which leaves ignore."""
        if isinstance(plan, (Scan, Local, Opaque)):
            return self._leaf(plan, around)
        if isinstance(plan, SetOperation):
            return united(plan, [self.shape(part, around) for part in plan.plans], self.engine)
        if isinstance(plan, Join):
            return self._join(plan, shape, around)
        made = self._computed(plan, shape, around)
        return Shape(made.cells, made.opens, empty=True) if _without_rows(plan, shape) else made

    def _computed(self, plan: PlanTree, shape: Shape, around: Scope | None) -> Shape:
        match plan:
            case Filter():
                return narrowed(shape, when_true(plan.condition, self.engine), self.engine)
            case Project():
                return self._project(plan, shape, around)
            case Aggregate():
                return self._aggregate(plan, shape, around)
            case Generate():
                return self._generate(plan, shape, around)
            case Pivot():
                return self._pivot(plan, shape, around)
        return reshaped(plan, shape, self.engine)

    def _leaf(self, plan: Scan | Local | Opaque, around: Scope | None) -> Shape:
        if isinstance(plan, Local):
            return Shape(_declared(column) for column in plan.columns)
        if isinstance(plan, Opaque):
            inputs = [self.shape(part, around) for part in plan.inputs]
            if not plan.keeps:
                return Shape((_declared(column) for column in plan.columns), () if plan.columns else (Open(()),))
            cells = [cell for part in inputs for cell in part.visible()]
            cause = NullCause(Rule.OPERATION, plan.why, plan.line)
            return Shape(
                (replace(c, nullable=plan.nullable, cause=cause, outer=None) for c in cells),
                (replace(o, nullable=plan.nullable, facts=()) for part in inputs for o in part.opens),
            )
        return scanned(plan, None if plan.schema else self.relation_of(plan.dataset), self.engine)

    def _project(self, plan: Project, shape: Shape, around: Scope | None) -> Shape:
        result = self._outputs(plan.outputs, self.scope(shape, around))
        return _kept(shape, result.cells) if plan.keep else result

    def _outputs(self, outputs: Sequence[Output], scope: Scope) -> Shape:
        """The output columns in order; each may refer to the aliases of earlier ones."""
        earlier: dict[str, Cell] = {}
        cells: list[Cell] = []
        opens: list[Open] = []
        for output in [part for whole in outputs for part in _entries(whole, scope)]:
            if isinstance(output.expression, Star) or _all_fields(output.expression):
                more, unknown = self._several(output, scope)
                opens += [replace(o, place=len(cells) + o.place) for o in unknown]
                cells += more
                continue
            cell = self._output(output, replace(scope, earlier=earlier))
            earlier[cell.name.lower()] = cell
            cells.append(cell)
        return Shape(cells, opens)

    def _several(self, output: Output, scope: Scope) -> tuple[list[Cell], list[Open]]:
        """The known columns and the open relations of a star, or of all fields of a struct."""
        if isinstance(output.expression, Star):
            return self._star(output.expression, scope, output.line)
        return [], [Open((), base=value(output.expression, scope).sources)]

    def _output(self, output: Output, scope: Scope) -> Cell:
        """An output column from its expression, which may pass a column on or compute one."""
        e = output.expression
        cell = value(e, scope)
        column = passed_on(e)
        if column is not None and not cell.found:
            self.problems[f"column {text_of(e)} is not found"] = None
        line = output.line or cell.line
        return replace(
            cell,
            cause=literal_at(cell.cause, line),
            name=output.name or (e.name if isinstance(e, (ColumnRef, Field)) else text_of(e)),
            text=cell.text if column is not None else text_of(e),
            line=line,
            hidden=False,
            aliases=cell.aliases if column is not None else (),
            outer=cell.outer if column is not None else None,
        )

    def _star(self, star: Star, scope: Scope, line: int) -> tuple[list[Cell], list[Open]]:
        """The known columns and the open relations that a star expands to."""
        renamed = {old.lower(): new for old, new in star.renamed}
        replaced = {name.lower(): e for name, e in star.replaced}
        gone = {name.lower() for name in star.excluded}
        part = _of(scope.shape, star.qualifier, scope.engine)
        cells: list[Cell] = []
        for cell in part.cells:
            key = cell.name.lower()
            if key in gone:
                continue
            if key in replaced:
                cells.append(self._output(Output(cell.name, replaced.pop(key), line), scope))
            else:
                name = renamed.pop(key, cell.name)
                cells.append(replace(cell, name=name, line=cell.line or line, hidden=False))
        for key, e in replaced.items() if part.opens else ():
            cells.append(self._output(Output(key, e, line), scope))
        for key, new in renamed.items() if part.opens else ():
            place = part.open_for(key)
            if place is not None:
                cells.append(replace(part.opens[place].column(key), name=new))
        without = frozenset(gone) | frozenset(key for key, _ in star.replaced) | frozenset(renamed)
        return cells, [replace(o, excluded=o.excluded | without) for o in part.opens]

    def _aggregate(self, plan: Aggregate, shape: Shape, around: Scope | None) -> Shape:
        result = self._outputs(plan.outputs, self.scope(shape, around, no_rows=not plan.groups or plan.sets))
        if not plan.sets:
            return result
        keys = {text_of(group) for group in plan.groups}
        totals = [text_of(output.expression) in keys for output in plan.outputs]
        if len(totals) != len(result.cells):
            return result
        return Shape(
            (
                replace(cell, nullable=True, cause=NullCause(Rule.TOTALS)) if total else cell
                for cell, total in zip(result.cells, totals, strict=True)
            ),
            result.opens,
        )

    def _join(self, plan: Join, left: Shape, around: Scope | None) -> Shape:
        outside = self.scope(left, around) if plan.lateral else around
        right = self.shape(plan.right, outside)
        self.joins += 1
        return joined(plan, left, right, self.engine, self.joins)

    def _generate(self, plan: Generate, shape: Shape, around: Scope | None) -> Shape:
        scope = self.scope(shape, around)
        alias = (plan.alias.lower(),) if plan.alias else ()
        cells: list[Cell] = []
        opens: list[Open] = []
        for output in [part for whole in plan.outputs for part in _entries(whole, scope)]:
            if _all_fields(output.expression):
                opens.append(Open((), alias, base=value(output.expression, scope).sources))
                continue
            cell = replace(self._output(output, scope), aliases=alias)
            if plan.outer and cell.nullable is not True:
                nullable = missing(cell.nullable, self.engine)
                cell = replace(cell, nullable=nullable, cause=NullCause(Rule.KEPT_WITHOUT_ELEMENTS))
            cells.append(cell)
        return Shape((*shape.cells, *cells), (*shape.opens, *opens))

    def _pivot(self, plan: Pivot, shape: Shape, around: Scope | None) -> Shape:
        scope = self.scope(shape, around)
        groups = self._outputs(plan.groups, scope)
        keys = [value(e, scope) for e in plan.on]
        made: list[Cell] = []
        aggregates = [self._output(output, scope) for output in plan.aggregates]
        # The names go through the aggregates for each pivot value in turn, spelled as engines do.
        for name, cell in zip(plan.names, cycle(aggregates), strict=False):
            sources = cell.sources.union(*(key.sources for key in keys))
            cause = NullCause(Rule.PIVOT, line=plan.line)
            made.append(replace(cell, name=name, sources=sources, nullable=True, cause=cause, outer=None))
        opens = groups.opens if plan.names else (*groups.opens, Open(()))
        return Shape((*groups.cells, *made), opens)


def _entries(output: Output, scope: Scope) -> tuple[Output, ...]:
    """The output, or for an exploded map or struct without aliases, several outputs in its place.

    A map gives "key" and "value", `inline` the fields of the structs.
    """
    e = output.expression
    if not isinstance(e, Call) or e.name not in _OF_TYPES or output.name not in ("", "col", text_of(e)) or not e.args:
        return (output,)
    kind = value(e.args[0], scope).type
    if e.name.startswith("inline"):
        of = Call(e.name.replace("inline", "explode"), e.args, "generator", e.line)
        names = [name for name, _ in field_names(element_type("explode", kind))] or ["*"]
        return tuple(Output(name if name != "*" else "", Field(of, name, e.line), output.line) for name in names)
    return entries(e, ("key", "value"), output.line) if kind.lower().startswith("map<") else (output,)


_OF_TYPES = frozenset({"explode", "explode_outer", "inline", "inline_outer"})


def scanned(plan: Scan, relation: Relation | None, engine: str) -> Shape:
    """The columns of a scanned dataset: the schema that the reader states, else those of `relation`, if any.

    Unless these are complete, the shape has an open relation for the unknown columns.
    """
    aliases = (plan.dataset.lower(),)
    forced = UNTOLD
    if plan.from_file:
        forced = NullCause(Rule.OVER_JDBC if "jdbc" in plan.evidence else Rule.FROM_FILES)
    if plan.schema:
        states: Sequence[Column | ColumnState] = plan.schema
    elif relation is not None:
        states = relation.columns
    else:
        states = ()
    cells = [_scanned_cell(state, plan.dataset, aliases, forced) for state in states]
    if plan.schema or (relation is not None and relation.complete):
        return Shape(cells)
    known = frozenset(state.name.lower() for state in states)
    nullable = True if plan.from_file or engine == "spark" else None
    cause = forced or NullCause(Rule.SCHEMA_UNKNOWN, plan.dataset)
    return Shape(cells, (Open((plan.dataset,), aliases, known, nullable=nullable, cause=cause),))


_OF_SOURCE = {True: Rule.SOURCE_NULLABLE, False: Rule.SOURCE_NOT_NULL, None: Rule.SOURCE_SILENT}


def _scanned_cell(state: Column | ColumnState, dataset: str, aliases: tuple[str, ...], forced: NullCause) -> Cell:
    nullable, cause = state.nullable, UNTOLD
    if isinstance(state, ColumnState):
        nullable = state.effective if state.effective is not None else state.nullable
        cause = state.cause
    if forced:
        nullable, cause = True, cause or forced
    elif not cause:
        cause = NullCause(_OF_SOURCE[nullable], f"{dataset}.{state.name}")
    return Cell(
        state.name,
        frozenset({(dataset, state.name)}),
        type=state.type,
        nullable=nullable,
        cause=cause,
        line=0,
        aliases=aliases,
    )


def _all_fields(e: ExpressionTree) -> bool:
    """Whether an expression means all fields of a struct: `(f(x)).*`."""
    return isinstance(e, Field) and e.name == "*"


def _declared(column: Column) -> Cell:
    cause = NullCause(Rule.STATED)
    return Cell(column.name, type=column.type, nullable=column.nullable, cause=cause, line=column.line)


def _of(shape: Shape, qualifier: str, engine: str) -> Shape:
    """The part of a shape that a star expands to: all of it, the relation `qualifier`, or the fields of a struct."""
    if not qualifier:
        return Shape(shape.visible(), shape.opens)
    part = Shape(
        (cell for cell in shape.cells if Shape((cell,)).has_alias(qualifier)),
        (relation for relation in shape.opens if Shape((), (relation,)).has_alias(qualifier)),
    )
    if part.cells or part.opens:
        return part
    return _fields(shape.resolve(ColumnRef(qualifier.rsplit(".", 1)[-1], qualifier.rpartition(".")[0]), engine), engine)


def _fields(cell: Cell | None, engine: str) -> Shape:
    """The fields of a struct as columns; an open relation where they are unknown."""
    if cell is None:
        return Shape((), (Open(()),))
    names = [field.name for field in cell.fields] or [name for name, _ in field_names(cell.type)]
    if not names:
        if engine != "spark":
            return Shape((), (Open((), base=cell.sources),))
        cause = NullCause(Rule.PART, f"fields of {cell.name}")
        return Shape((), (Open((), base=cell.sources, nullable=True, cause=cause),))
    return Shape(replace(field_of(cell, name, engine), text=f"{cell.name}.{name}") for name in names)


def _without_rows(plan: PlanTree, shape: Shape) -> bool:
    """Whether an operator over this input never yields a row; an aggregate without groups always yields one."""
    if isinstance(plan, Filter):
        return shape.empty or never(plan.condition)
    if isinstance(plan, Aggregate):
        return shape.empty and bool(plan.groups) and not plan.sets
    return shape.empty and not (isinstance(plan, Pivot) and not plan.groups)


def _kept(shape: Shape, cells: Sequence[Cell]) -> Shape:
    """The input columns with new ones replacing those of the same name in place, or added at the end."""
    new = {cell.name.lower(): cell for cell in cells}
    names = frozenset(new)
    result = []
    for cell in shape.cells:
        key = cell.name.lower()
        if key in names and not cell.hidden:
            if key in new:
                result.append(replace(new.pop(key), name=cell.name))
        else:
            result.append(cell)
    opens = (replace(o, excluded=o.excluded | names) for o in shape.opens)
    return Shape((*result, *new.values()), opens)
