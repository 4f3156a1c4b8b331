"""The methods of a Spark DataFrame, as transformations of its plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.effects import sites
from ctxpack.lineage.spark.effects.sites import Mention
from ctxpack.lineage.spark.operations import columns, schemas
from ctxpack.lineage.spark.operations.binding import bound, dropped, outputs
from ctxpack.lineage.spark.operations.columns import constant
from ctxpack.lineage.spark.operations.functions import parsed
from ctxpack.lineage.spark.operations.operators import frame_of
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Method
from ctxpack.lineage.spark.values.tables import Col, Frame, Grouped, Writer
from ctxpack.lineage.spark.values.texts import Text, shown
from ctxpack.lineage.spark.values.uncertain import Either, Unknown

_SAME = frozenset(
    "cache persist unpersist checkpoint localCheckpoint repartition repartitionByRange coalesce hint orderBy sort "
    "sortWithinPartitions limit sample sampleBy withWatermark offset distinct dropDuplicates drop_duplicates "
    "dropDuplicatesWithinWatermark alias_of to observe tail_of na stat rdd pandas_api toLocalIterator "
    "withMetadata".split()
)
_HOW = {
    "inner": "inner", "cross": "cross", "outer": "full", "full": "full", "fullouter": "full", "left": "left",
    "leftouter": "left", "right": "right", "rightouter": "right", "semi": "semi", "leftsemi": "semi", "anti": "anti",
    "leftanti": "anti",
}  # fmt: skip
_ACTIONS = frozenset(
    "count show collect take head first tail printSchema explain isEmpty foreach foreachPartition toJSON display "
    "describe summary schema dtypes createTempView awaitTermination write_of".split()
)
PROPERTIES = frozenset(
    {"na", "stat", "rdd", "write", "writeStream", "columns", "schema", "dtypes", "isStreaming", "sparkSession"}
)


def method(machine: Machine, frame: Frame, name: str, args: Args) -> object:
    """A method of a Spark DataFrame."""
    rule = _METHODS.get(name)
    if rule is not None:
        return rule(machine, frame, args)
    if name in _SAME:
        return frame.step(frame.plan)
    return Unknown(name)


# --- columns ----------------------------------------------------------------------------------------------------------


def _select(machine: Machine, frame: Frame, args: Args) -> object:
    found = columns.columns(args.args, args.line)
    if found is None or args.open:
        return frame.opaque("columns that are not known", args.line, keeps=True)
    return frame.step(to.Project(frame.plan, outputs(frame, found, args.line)))


def _select_expr(machine: Machine, frame: Frame, args: Args) -> object:
    texts = [one for value in args.args for one in (value if isinstance(value, (list, tuple)) else (value,))]
    if args.open or not all(isinstance(one, str) for one in texts):
        return frame.opaque("columns that are not known", args.line, keeps=True)
    found = [parsed(machine, one, args.line) for one in texts]
    return frame.step(to.Project(frame.plan, outputs(frame, found, args.line)))


def _with_column(machine: Machine, frame: Frame, args: Args) -> object:
    name = args.get(0, "colName")
    value = args.get(1, "col")
    return with_columns(frame, [(name, value)], args.line)


def with_columns(frame: Frame, pairs: Sequence[tuple[object, object]], line: int) -> Frame:
    """The frame with these columns added or replaced."""
    made: list[to.Output] = []
    for name, value in pairs:
        if not isinstance(name, str):
            return frame.opaque("a column of unknown name", line, keeps=True)
        one = (
            value
            if isinstance(value, Col)
            else constant(value)
            if not isinstance(value, Unknown)
            else columns.unknown()
        )
        made.append(to.Output(shown(name), bound(one.expression, frame), line))
    return frame.step(to.Project(frame.plan, tuple(made), True))


def _with_columns(machine: Machine, frame: Frame, args: Args) -> object:
    mapping = args.get(0, "colsMap")
    if not isinstance(mapping, dict):
        return frame.opaque("columns that are not known", args.line, keeps=True)
    return with_columns(frame, [(key, value) for key, value in mapping.items()], args.line)


def _renamed(machine: Machine, frame: Frame, args: Args) -> object:
    return rename(frame, {args.get(0, "existing"): args.get(1, "new")}, args.line)


def _all_renamed(machine: Machine, frame: Frame, args: Args) -> object:
    return rename(frame, args.get(0, "colsMap"), args.line)


def rename(frame: Frame, mapping: object, line: int) -> Frame:
    """The frame with columns renamed by `mapping`."""
    if not isinstance(mapping, dict) or not all(isinstance(one, str) for pair in mapping.items() for one in pair):
        return frame.opaque("columns are renamed to names that are not known", line, keeps=True)
    names = tuple((shown(old), shown(new)) for old, new in mapping.items() if old != new)
    return frame.step(to.Rename(frame.plan, names)) if names else frame


def _drop(machine: Machine, frame: Frame, args: Args) -> object:
    return dropped(frame, args.args, args.line)


def _alias(machine: Machine, frame: Frame, args: Args) -> object:
    name = args.get(0, "alias")
    if not isinstance(name, str):
        return frame
    made = frame.step(to.Named(frame.plan, shown(name)))
    made.tag = shown(name)
    made.tags = frozenset({made.tag})
    return made


def _to_df(machine: Machine, frame: Frame, args: Args) -> object:
    names = columns.names(args.args)
    if not args.args:
        return frame
    if names is None or args.open:
        return frame.opaque("columns are renamed to names that are not known", args.line)
    return frame.step(to.Named(frame.plan, "", tuple(names)))


# --- rows -------------------------------------------------------------------------------------------------------------


def _filter(machine: Machine, frame: Frame, args: Args) -> object:
    condition = args.get(0, "condition")
    found = parsed(machine, condition, args.line) if isinstance(condition, str) else condition
    if not isinstance(found, Col):
        return frame.step(frame.plan)
    return frame.step(to.Filter(frame.plan, bound(found.expression, frame)))


def _join(machine: Machine, frame: Frame, args: Args) -> object:
    other = frame_of(args.get(0, "other", args.any_of("right")))
    if not isinstance(other, Frame):
        return frame.opaque("a join with rows that are not known", args.line, keeps=True)
    how = args.get(2, "how")
    kind = _HOW.get(str(how).lower().replace("_", "").replace(" ", ""), "inner") if isinstance(how, str) else "inner"
    return join(frame, other, args.get(1, "on"), kind, args.line)


def join(frame: Frame, other: Frame, on: object, kind: object, line: int) -> Frame:
    """The join of two frames on column names, a condition, or a list of either."""
    given = list(on) if isinstance(on, (list, tuple)) else [on] if on is not None else []
    using = tuple(shown(one) for one in given if isinstance(one, str))
    conditions = [one.expression for one in given if isinstance(one, Col)]
    condition: to.ExpressionTree | None = None
    both = (frame, other)
    for one in conditions:
        tied = bound(one, *both)
        condition = tied if condition is None else to.Call("and", (condition, tied))
    if given and not using and condition is None:
        condition = to.Call("unknown", ())
    if not given and kind == "inner":
        kind = "cross"
    plan = to.Join(frame.plan, other.plan, kind, condition, using, False, False, line)  # type: ignore[arg-type]
    return frame.then(plan, other)


def _cross(machine: Machine, frame: Frame, args: Args) -> object:
    other = args.get(0, "other")
    return join(frame, other, None, "cross", args.line) if isinstance(other, Frame) else frame


def combined(kind: str, by_name: bool = False) -> Callable[[Machine, Frame, Args], object]:
    """A set operation as a method."""

    def rule(machine: Machine, frame: Frame, args: Args) -> object:
        other = frame_of(args.get(0, "other"))
        if not isinstance(other, Frame):
            return frame.opaque(f"{kind} with rows that are not known", args.line, keeps=True)
        missing = args.get(1, "allowMissingColumns") is True
        plans = (*_flat(frame.plan, by_name, missing), other.plan) if kind == "union" else (frame.plan, other.plan)
        return frame.then(to.SetOperation(plans, kind, by_name, missing), other)  # type: ignore[arg-type]

    return rule


def _flat(plan: to.PlanTree, by_name: bool, missing: bool) -> tuple[to.PlanTree, ...]:
    """The branches of a union of the same kind, so that chained unions become one; else the plan itself."""
    same = isinstance(plan, to.SetOperation) and (plan.kind, plan.by_name, plan.allow_missing) == (
        "union", by_name, missing,
    )  # fmt: skip
    return plan.plans if same and isinstance(plan, to.SetOperation) else (plan,)


def _fill(machine: Machine, frame: Frame, args: Args) -> object:
    value, subset = args.get(0, "value"), args.get(1, "subset")
    if isinstance(value, dict):
        for name, one in value.items():
            if isinstance(name, str):
                frame = frame.step(to.FillNull(frame.plan, (name,), _type_of(one), args.line))
        return frame
    names = columns.names([subset]) if subset is not None else []
    if names is None:
        return frame.opaque("nulls are filled in columns that are not known", args.line, keeps=True)
    # A number for all columns is passed as a double, one in a dictionary with its own type.
    kind = "double" if _type_of(value) == "int" else _type_of(value)
    return frame.step(to.FillNull(frame.plan, tuple(names), kind, args.line))


def _type_of(value: object) -> str:
    kinds = ((bool, "boolean"), (int, "int"), (float, "double"), (str, "string"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "")


def _drop_null(machine: Machine, frame: Frame, args: Args) -> object:
    how, subset = args.get(0, "how"), args.get(2, "subset")
    listed = how if isinstance(how, (list, tuple)) else subset
    names = columns.names([listed]) if listed is not None else []
    if names is None:
        return frame.step(frame.plan)
    return frame.step(to.DropNull(frame.plan, tuple(names), how != "all", args.line))


def _replace(machine: Machine, frame: Frame, args: Args) -> object:
    """`replace`: nullability stays the same unless a value is replaced by None."""
    given, value = args.get(0, "to_replace"), args.get(1, "value")
    puts_null = value is None if not isinstance(given, dict) else any(one is None for one in given.values())
    if not puts_null:
        return frame.step(frame.plan)
    subset = args.get(2, "subset")
    names = columns.names([subset]) if subset is not None else None
    if not names:
        return frame.opaque("values are replaced", args.line, keeps=True)
    values = [columns.column(name, args.line).expression for name in names]
    emptied = [columns.made(to.Call("nullif", (one, to.Constant("")), "scalar", args.line)) for one in values]
    return with_columns(frame, list(zip(names, emptied, strict=True)), args.line)


# --- groups -----------------------------------------------------------------------------------------------------------


def _group(machine: Machine, frame: Frame, args: Args, sets: bool = False) -> object:
    found = columns.columns(args.args, args.line)
    if found is None or args.open:
        return Grouped(frame.opaque("groups that are not known", args.line, keeps=True), ())
    return Grouped(frame, tuple(found), sets)


def _rollup(machine: Machine, frame: Frame, args: Args) -> object:
    return _group(machine, frame, args, True)


def _aggregate(machine: Machine, frame: Frame, args: Args) -> object:
    return machine.rules.call(machine, Method(Grouped(frame, ()), "agg"), args)


def _unpivot(machine: Machine, frame: Frame, args: Args) -> object:
    ids, values = columns.columns([args.get(0, "ids")], args.line), columns.columns([args.get(1, "values")], args.line)
    label, content = args.get(2, "variableColumnName"), args.get(3, "valueColumnName")
    names = [shown(one) if isinstance(one, str) else "" for one in (label, content)]
    if ids is None or not all(names):
        return frame.opaque("columns are turned into rows", args.line, keeps=True)
    value = to.Call("unpivot-values", tuple(bound(one.expression, frame) for one in values or ()), "scalar", args.line)
    made = [
        *outputs(frame, ids, args.line),
        to.Output(names[0] or "variable", to.Constant("column", False, "string"), args.line),
        to.Output(names[1] or "value", value, args.line),
    ]
    return frame.step(to.Project(frame.plan, tuple(made)))


# --- functions on frames ----------------------------------------------------------------------------------------------


def _transform(machine: Machine, frame: Frame, args: Args) -> object:
    found = machine.rules.call(machine, args.get(0, "func"), Args([frame, *args.args[1:]], args.keywords, args.line))
    return found if isinstance(found, (Frame, Either)) else frame.opaque("a function of the frame", args.line)


def with_schema(frame: Frame, schema: object, why: str, line: int) -> Frame:
    """The rows that an opaque function makes of the frame, with the columns that `schema` states."""
    return frame.step(to.Opaque((frame.plan,), why, line, schemas.columns_of(schema)))


def _map(machine: Machine, frame: Frame, args: Args) -> object:
    return with_schema(frame, args.get(1, "schema"), "a function in Python", args.line)


def _for_each(machine: Machine, frame: Frame, args: Args) -> object:
    return None


def _view(machine: Machine, frame: Frame, args: Args) -> object:
    name = args.get(0, "name")
    if isinstance(name, str):
        machine.process.views[shown(name).lower()] = frame
        machine.process.views[f"global_temp.{shown(name).lower()}"] = frame
    return None


def _global_view(machine: Machine, frame: Frame, args: Args) -> object:
    """A global temporary view, visible to other notebooks of the application."""
    name = args.get(0, "name")
    if isinstance(name, Text):
        shared = machine.text(f"global_temp.{name}", name)
        sites.write(machine, Mention(shared, "table", "createGlobalTempView", args.line), frame, "create", kind="view")
    return _view(machine, frame, args)


def _write_to(machine: Machine, frame: Frame, args: Args) -> object:
    return Writer(frame, target=args.get(0, "table"))


def _insert_into(machine: Machine, frame: Frame, args: Args) -> object:
    return machine.rules.call(machine, Method(Writer(frame), "insertInto"), args)


def _column_pattern(machine: Machine, frame: Frame, args: Args) -> object:
    return Unknown("columns")


def _to_pandas(machine: Machine, frame: Frame, args: Args) -> object:
    made = frame.step(frame.plan)
    made.api = "pandas"
    return made


def _count(machine: Machine, frame: Frame, args: Args) -> object:
    return Unknown("count")


def _split(machine: Machine, frame: Frame, args: Args) -> object:
    weights = args.get(0, "weights")
    return [frame.step(frame.plan) for _ in weights] if isinstance(weights, list) else Unknown()


_METHODS: dict[str, Callable[[Machine, Frame, Args], object]] = {
    "select": _select, "selectExpr": _select_expr, "withColumn": _with_column, "withColumns": _with_columns,
    "withColumnRenamed": _renamed, "withColumnsRenamed": _all_renamed, "drop": _drop, "alias": _alias, "toDF": _to_df,
    "filter": _filter, "where": _filter, "join": _join, "crossJoin": _cross, "union": combined("union"),
    "unionAll": combined("union"), "unionByName": combined("union", True), "intersect": combined("intersect"),
    "intersectAll": combined("intersect"), "exceptAll": combined("except"), "subtract": combined("except"),
    "fillna": _fill, "fill": _fill, "dropna": _drop_null, "replace": _replace, "groupBy": _group, "groupby": _group,
    "rollup": _rollup, "cube": _rollup, "agg": _aggregate, "unpivot": _unpivot, "melt": _unpivot,
    "transform": _transform, "mapInPandas": _map, "mapInArrow": _map, "createOrReplaceTempView": _view,
    "createTempView": _view, "registerTempTable": _view, "createGlobalTempView": _global_view, "pipe": _transform,
    "createOrReplaceGlobalTempView": _global_view, "writeTo": _write_to, "insertInto": _insert_into, "count": _count,
    "colRegex": _column_pattern, "toPandas": _to_pandas, "randomSplit": _split, "foreach": _for_each,
}  # fmt: skip
NAMES = frozenset(_METHODS) | _SAME | _ACTIONS
"""Attribute names of a Spark frame that are methods, not columns."""
