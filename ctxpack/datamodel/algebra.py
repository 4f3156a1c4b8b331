"""What a query or a DataFrame program computes, as a small relational algebra.

SQL (`lineage/sql`) and PySpark (`lineage/spark`) are both lowered to these plans, so that there is one evaluator for
columns, their origins and whether they can be null (`lineage/evaluate.py`). Plans are trees; names in expressions are
as written and are bound to the columns of the plan's input by the evaluator, which knows the schemas.

Function and operator names are lower-cased, in the vocabulary of `lineage/functions.py` ("coalesce", "+", "and", "=",
"is null", "to_date" ...); a name that is not known there is a function of which nothing is known.
"""

from __future__ import annotations

from typing import Literal

from ctxpack.model import Column, Value

JoinKind = Literal["inner", "left", "right", "full", "cross", "semi", "anti"]
"""Which rows a join keeps."""

CallKind = Literal["scalar", "aggregate", "window", "generator"]
"""How a function is used: on a row, over a group, over a window, or giving several rows."""


# --- expressions ------------------------------------------------------------------------------------------------------


class Expression(Value, frozen=True, array_like=True, gc=False, tag_field="of", tag=True):
    """Base of expressions; `line` is where it stands in its file, 0 where that is not known."""


class ColumnRef(Expression, frozen=True, array_like=True, gc=False):
    """A column by name; `qualifier` is the alias or table that it is said to come from, "" for any."""

    name: str
    qualifier: str = ""
    line: int = 0


class Constant(Expression, frozen=True, array_like=True, gc=False):
    """A constant; `value` is its text, `null` says that it is NULL."""

    value: str
    null: bool = False
    type: str = ""


class Call(Expression, frozen=True, array_like=True, gc=False):
    """A function or operator on arguments. `text` is how the source writes it, for people; `filtered` marks an
    aggregate that may see no row at all (a FILTER clause, a window frame without the current row), `default` a window
    function that has a default for rows outside (lag, lead). `over` are what a window is partitioned and ordered by.
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
    """A cast; `safe` says that a value that cannot be cast gives NULL whatever the engine's settings (TRY_CAST)."""

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
    """All columns of the input (of one alias, with a qualifier) but the excluded, some replaced or renamed."""

    qualifier: str = ""
    excluded: tuple[str, ...] = ()
    replaced: tuple[tuple[str, ExpressionTree], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Scalar(Expression, frozen=True, array_like=True, gc=False):
    """A subquery used as a value; NULL where it has no row. `test` says that it only tests (EXISTS, IN)."""

    plan: PlanTree
    test: bool = False
    line: int = 0


ExpressionTree = ColumnRef | Constant | Call | Cast | Case | Field | Star | Scalar


class Output(Value, frozen=True, array_like=True, gc=False):
    """A column that a plan gives out: its name ("" for a star, or where the engine would invent one)."""

    name: str
    expression: ExpressionTree
    line: int = 0


# --- plans ------------------------------------------------------------------------------------------------------------


class Plan(Value, frozen=True, array_like=True, gc=False, tag_field="of", tag=True):
    """Base of plans."""


class Scan(Plan, frozen=True, array_like=True, gc=False):
    """Reading a dataset. `schema` are columns that the reader states itself (`.schema(...)`, a CSV with a DDL string).

    `from_file` says that the data is read from files, whose columns are nullable whatever was written. `path` is the
    file that `line` is of, "" where it is that of what is computed.
    """

    dataset: str
    line: int = 0
    schema: tuple[Column, ...] = ()
    from_file: bool = False
    confidence: float = 1.0
    evidence: str = ""
    path: str = ""


class Local(Plan, frozen=True, array_like=True, gc=False):
    """Rows that the program itself makes: VALUES, createDataFrame with a schema, spark.range."""

    columns: tuple[Column, ...]


class Named(Plan, frozen=True, array_like=True, gc=False):
    """A plan under an alias, to which qualifiers refer; with `columns`, these are the new names of its columns."""

    plan: PlanTree
    alias: str
    columns: tuple[str, ...] = ()


class Project(Plan, frozen=True, array_like=True, gc=False):
    """SELECT; with `keep`, withColumn(s): all columns stay, those of the same name are replaced in their place."""

    plan: PlanTree
    outputs: tuple[Output, ...]
    keep: bool = False


class Drop(Plan, frozen=True, array_like=True, gc=False):
    """All columns but these; names that are not there do not matter."""

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
    """A join by a condition or by columns of the same name (`using`, which are then given once); with `lateral`, the
    right side may name columns of the left.
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
    """GROUP BY and aggregates; without `groups` it gives exactly one row. `outputs` are all columns given, in order.

    With `sets` (ROLLUP, CUBE, GROUPING SETS) the grouping columns can be null in rows of totals.
    """

    plan: PlanTree
    groups: tuple[ExpressionTree, ...]
    outputs: tuple[Output, ...]
    sets: bool = False


class SetOperation(Plan, frozen=True, array_like=True, gc=False):
    """Rows of several plans together, by position or by name; with `allow_missing`, columns that one lacks are null."""

    plans: tuple[PlanTree, ...]
    kind: Literal["union", "intersect", "except"] = "union"
    by_name: bool = False
    allow_missing: bool = False


class Generate(Plan, frozen=True, array_like=True, gc=False):
    """Each row with the rows that a generator makes of it (LATERAL VIEW, UNNEST): the columns stay, `outputs` come to
    them; `outer` keeps rows for which there are none.
    """

    plan: PlanTree
    outputs: tuple[Output, ...]
    outer: bool = False
    alias: str = ""


class Pivot(Plan, frozen=True, array_like=True, gc=False):
    """A pivot: the grouping columns, then for each value one column from each of these aggregates in turn.

    `names` are those of all these columns, () where they are not known.

    `on` is what is pivoted by. A group that is a star stands for all columns but the excluded.
    """

    plan: PlanTree
    groups: tuple[Output, ...]
    aggregates: tuple[Output, ...]
    names: tuple[str, ...] = ()
    on: tuple[ExpressionTree, ...] = ()
    line: int = 0


class FillNull(Plan, frozen=True, array_like=True, gc=False):
    """fillna: nulls in these columns (in all that the value fits, where none are named) become the value."""

    plan: PlanTree
    names: tuple[str, ...] = ()
    value_type: str = ""
    line: int = 0


class DropNull(Plan, frozen=True, array_like=True, gc=False):
    """dropna: rows with a null in any (or only in all, without `any_of`) of these columns (of all columns) go."""

    plan: PlanTree
    names: tuple[str, ...] = ()
    any_of: bool = True
    line: int = 0


class Opaque(Plan, frozen=True, array_like=True, gc=False):
    """Something that is not understood, made from these inputs; `why` says what, and `columns` what is known of it.
    With `keeps`, the inputs' columns are its columns too; of their nulls `nullable` is what is known.
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
