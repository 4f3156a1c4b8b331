"""A small relational algebra for what a query or a DataFrame program computes.

SQL (`lineage/sql`) and PySpark (`lineage/spark`) are both lowered to these plans, so that one evaluator
(`lineage/evaluation`) computes columns, their origins and their nullability. Plans are trees. Names in expressions are
as written; the evaluator, which knows the schemas, binds them to the columns of the plan's input.

Function and operator names are lower-cased, in the vocabulary of `lineage/algebra/functions.py` ("coalesce", "+",
"and", "=", "is null", "to_date" ...); any other name is an unknown function.
"""

from __future__ import annotations

from typing import Literal

from ctxpack.model import Column, Value

JoinKind = Literal["inner", "left", "right", "full", "cross", "semi", "anti"]
"""Which rows a join keeps."""

CallKind = Literal["scalar", "aggregate", "window", "generator"]
"""How a function is used: on one row, over a group, over a window, or producing several rows."""


# --- expressions ------------------------------------------------------------------------------------------------------


class Expression(Value, frozen=True, array_like=True, gc=False, tag_field="of", tag=True):
    """Base of expressions; their `line` is the line in the file, 0 where it is not known."""


class ColumnRef(Expression, frozen=True, array_like=True, gc=False):
    """A column by name; `qualifier` is the alias or table written before it, "" for none."""

    name: str
    qualifier: str = ""
    line: int = 0


class Constant(Expression, frozen=True, array_like=True, gc=False):
    """A constant; `value` is its text, `null` says that it is NULL."""

    value: str
    null: bool = False
    type: str = ""


class Call(Expression, frozen=True, array_like=True, gc=False):
    """A function or operator with its arguments.

    `text` is the source text, for display. `filtered` marks an aggregate that may see no row at all (a FILTER clause, a
    window frame without the current row), `default` a window function with a default for rows outside the window (lag,
    lead). `over` are the expressions that a window is partitioned and ordered by.
    """

    name: str
    args: tuple[ExpressionTree, ...]
    kind: CallKind = "scalar"
    line: int = 0
    text: str = ""
    filtered: bool = False
    default: bool = False
    over: tuple[ExpressionTree, ...] = ()


class Cast(Expression, frozen=True, array_like=True, gc=False):
    """A cast; `safe` says that an invalid value gives NULL whatever the engine's settings (TRY_CAST)."""

    arg: ExpressionTree
    type: str
    safe: bool = False
    line: int = 0


class Case(Expression, frozen=True, array_like=True, gc=False):
    """CASE WHEN or F.when: (condition, value) pairs; without `otherwise` it is NULL where no condition holds."""

    branches: tuple[tuple[ExpressionTree, ExpressionTree], ...]
    otherwise: ExpressionTree | None = None
    line: int = 0


class Field(Expression, frozen=True, array_like=True, gc=False):
    """A field of a struct, or an element of a map or array (`name` is then "[]")."""

    arg: ExpressionTree
    name: str
    line: int = 0


class Star(Expression, frozen=True, array_like=True, gc=False):
    """All columns of the input (or of the alias `qualifier`) except the excluded, with some replaced or renamed."""

    qualifier: str = ""
    excluded: tuple[str, ...] = ()
    replaced: tuple[tuple[str, ExpressionTree], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Scalar(Expression, frozen=True, array_like=True, gc=False):
    """A subquery used as a value; NULL where it has no row. `test` marks one that is only tested (EXISTS, IN)."""

    plan: PlanTree
    test: bool = False
    line: int = 0


ExpressionTree = ColumnRef | Constant | Call | Cast | Case | Field | Star | Scalar


class Output(Value, frozen=True, array_like=True, gc=False):
    """An output column of a plan; `name` is "" for a star, or where the engine would make up a name."""

    name: str
    expression: ExpressionTree
    line: int = 0


# --- plans ------------------------------------------------------------------------------------------------------------


class Plan(Value, frozen=True, array_like=True, gc=False, tag_field="of", tag=True):
    """Base of plans."""


class Scan(Plan, frozen=True, array_like=True, gc=False):
    """Reading a dataset. `schema` are columns that the reader states itself (`.schema(...)`, a CSV with a DDL string).

    `from_file` says that the data is read from files, whose columns are nullable whatever was written. `path` is the
    file of `line`; "" means the file of the computation.
    """

    dataset: str
    line: int = 0
    schema: tuple[Column, ...] = ()
    from_file: bool = False
    confidence: float = 1.0
    evidence: str = ""
    path: str = ""


class Local(Plan, frozen=True, array_like=True, gc=False):
    """Rows made by the program itself: VALUES, createDataFrame with a schema, spark.range."""

    columns: tuple[Column, ...]


class Named(Plan, frozen=True, array_like=True, gc=False):
    """A plan with an alias, to which qualifiers refer; `columns`, if given, are new names for its columns."""

    plan: PlanTree
    alias: str
    columns: tuple[str, ...] = ()


class Project(Plan, frozen=True, array_like=True, gc=False):
    """SELECT; with `keep`, withColumn(s): all columns stay, and those with the name of an output are replaced."""

    plan: PlanTree
    outputs: tuple[Output, ...]
    keep: bool = False


class Drop(Plan, frozen=True, array_like=True, gc=False):
    """All columns except `names`; unknown names are ignored."""

    plan: PlanTree
    names: tuple[str, ...]


class Rename(Plan, frozen=True, array_like=True, gc=False):
    """Columns under new names: (old, new) pairs."""

    plan: PlanTree
    names: tuple[tuple[str, str], ...]


class Filter(Plan, frozen=True, array_like=True, gc=False):
    """Rows for which a condition is true (WHERE, HAVING, QUALIFY, filter)."""

    plan: PlanTree
    condition: ExpressionTree


class Join(Plan, frozen=True, array_like=True, gc=False):
    """A join on a condition, or on columns of the same name (`using`), which are then output once.

    With `lateral`, the right side may refer to columns of the left.
    """

    left: PlanTree
    right: PlanTree
    kind: JoinKind = "inner"
    condition: ExpressionTree | None = None
    using: tuple[str, ...] = ()
    natural: bool = False
    lateral: bool = False
    line: int = 0


class Aggregate(Plan, frozen=True, array_like=True, gc=False):
    """GROUP BY with aggregates; without `groups` it gives exactly one row. `outputs` are all output columns, in order.

    With `sets` (ROLLUP, CUBE, GROUPING SETS) the grouping columns can be null in rows with totals.
    """

    plan: PlanTree
    groups: tuple[ExpressionTree, ...]
    outputs: tuple[Output, ...]
    sets: bool = False


class SetOperation(Plan, frozen=True, array_like=True, gc=False):
    """A set operation on several plans, by position or by name; with `allow_missing`, missing columns are null."""

    plans: tuple[PlanTree, ...]
    kind: Literal["union", "intersect", "except"] = "union"
    by_name: bool = False
    allow_missing: bool = False


class Generate(Plan, frozen=True, array_like=True, gc=False):
    """Each row joined with the rows that a generator makes from it (LATERAL VIEW, UNNEST).

    The input's columns stay, and `outputs` are added; `outer` keeps rows for which the generator gives none.
    """

    plan: PlanTree
    outputs: tuple[Output, ...]
    outer: bool = False
    alias: str = ""


class Pivot(Plan, frozen=True, array_like=True, gc=False):
    """A pivot: the grouping columns, then for each pivoted value one column from each of the aggregates.

    `names` are the names of all these columns, () where they are not known. `on` is what is pivoted by. A star among
    the groups stands for all columns except the excluded.
    """

    plan: PlanTree
    groups: tuple[Output, ...]
    aggregates: tuple[Output, ...]
    names: tuple[str, ...] = ()
    on: tuple[ExpressionTree, ...] = ()
    line: int = 0


class FillNull(Plan, frozen=True, array_like=True, gc=False):
    """fillna: nulls in the columns `names` become the value; without names, in all columns of a fitting type."""

    plan: PlanTree
    names: tuple[str, ...] = ()
    value_type: str = ""
    line: int = 0


class DropNull(Plan, frozen=True, array_like=True, gc=False):
    """dropna: drops rows with a null in any (with `any_of`) or in all of the columns `names` (of all if none)."""

    plan: PlanTree
    names: tuple[str, ...] = ()
    any_of: bool = True
    line: int = 0


class Opaque(Plan, frozen=True, array_like=True, gc=False):
    """An operation on these inputs that is not understood; `why` says which, `columns` are those known of its result.

    With `keeps`, the inputs' columns are in the result too, and `nullable` is what is known of their nullability.
    """

    inputs: tuple[PlanTree, ...]
    why: str
    line: int = 0
    columns: tuple[Column, ...] = ()
    keeps: bool = False
    nullable: bool | None = None


PlanTree = (
    Scan
    | Local
    | Named
    | Project
    | Drop
    | Rename
    | Filter
    | Join
    | Aggregate
    | SetOperation
    | Generate
    | Pivot
    | FillNull
    | DropNull
    | Opaque
)
