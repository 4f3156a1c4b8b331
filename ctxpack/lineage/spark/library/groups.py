"""The methods of a grouped DataFrame."""

from __future__ import annotations

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.library.frames import with_schema
from ctxpack.lineage.spark.operations import columns
from ctxpack.lineage.spark.operations.binding import bound, outputs
from ctxpack.lineage.spark.operations.columns import column
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Col, Grouped
from ctxpack.lineage.spark.values.texts import shown
from ctxpack.lineage.spark.values.uncertain import Unknown

_SIMPLE = {
    "sum": "sum", "avg": "avg", "mean": "avg", "min": "min", "max": "max", "first": "first", "last": "last",
    "std": "stddev", "var": "variance", "median": "median", "nunique": "count", "n_unique": "count",
}  # fmt: skip


def method(machine: Machine, value: Grouped, name: str, args: Args) -> object:
    """A method of a grouped frame."""
    if name in ("agg", "aggregate", "pivot"):
        return _pivot(value, args) if name == "pivot" else _aggregate(value, args)
    if name in ("count", "size", "len"):
        return _finish(value, [Col(_counted(args.line), "count")], args.line)
    if name in _SIMPLE:
        return _simple(value, _SIMPLE[name], args)
    if name in _APPLYING:
        return with_schema(value.frame, args.get(1, "schema"), "a function in Python on groups", args.line)
    return value if name in _SAME else Unknown(name)


_APPLYING = frozenset("applyInPandas apply applyInPandasWithState transformWithStateInPandas map_groups".split())
_SAME = frozenset("cogroup groupBy rolling expanding reset_index sort_values".split())


def _counted(line: int) -> to.Call:
    return to.Call("count", (to.Constant("1", False, "int"),), "aggregate", line)


def aggregated(name: str, value: Col, line: int) -> Col:
    """An aggregate of a column, with its default name in Spark."""
    return columns.made(to.Call(name, (value.expression,), "aggregate", line))


def _simple(value: Grouped, name: str, args: Args) -> object:
    chosen = columns.columns(args.args, args.line) or [column(one, args.line) for one in value.chosen]
    if not chosen:
        return value.frame.opaque(f"{name} of all columns", args.line, keeps=True)
    made = [aggregated(name, one, args.line) for one in chosen]
    if value.frame.api != "spark":
        made = [Col(one.expression, of.name) for one, of in zip(made, chosen, strict=True)]
    return _finish(value, made, args.line)


def _aggregate(value: Grouped, args: Args) -> object:
    found: list[Col] = []
    for one in [*args.args, *args.keywords.values()]:
        if isinstance(one, dict):
            found.extend(_of_dictionary(value, one, args.line))
    if not found:
        given = columns.columns(args.args, args.line)
        named = [_named(key, one, args.line) for key, one in args.keywords.items()]
        if given is None or args.open or (not given and not named):
            return value.frame.opaque("aggregates that are not known", args.line, keeps=True)
        found = [*given, *(one for one in named if one is not None)]
    return _finish(value, found, args.line)


def _named(name: str, value: object, line: int) -> Col | None:
    """`name=("column", "sum")` of pandas, or `name=expression` of Polars."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        function = _SIMPLE.get(str(value[1]), str(value[1])) if isinstance(value[1], str) else "udf"
        return Col(aggregated(function, column(value[0], line), line).expression, name)
    return Col(value.expression, name) if isinstance(value, Col) else None


def _of_dictionary(value: Grouped, given: dict[object, object], line: int) -> list[Col]:
    made: list[Col] = []
    for name, functions in given.items():
        for function in functions if isinstance(functions, (list, tuple)) else (functions,):
            if isinstance(name, str):
                said = str(function) if isinstance(function, str) else "udf"
                one = aggregated(_SIMPLE.get(said, said), column(name, line), line)
                made.append(Col(one.expression, shown(name)) if value.frame.api != "spark" else one)
    return made


def _pivot(value: Grouped, args: Args) -> object:
    on = column(args.get(0, "pivot_col"), args.line)
    listed = args.get(1, "values")
    known = isinstance(listed, (list, tuple)) and all(isinstance(one, (str, int, float)) for one in listed)
    values = tuple(shown(str(one)) for one in listed) if known and isinstance(listed, (list, tuple)) else ()
    return Grouped(value.frame, value.groups, value.sets, on, values)


def _finish(value: Grouped, found: list[Col], line: int) -> object:
    frame = value.frame
    groups = outputs(frame, value.groups, line)
    made = tuple(
        to.Output(one.name, bound(one.expression, frame), getattr(one.expression, "line", 0) or line) for one in found
    )
    if value.pivot is not None:
        names = tuple(f"{name}_{one.name}" if len(made) > 1 else name for name in value.values for one in made)
        on = (bound(value.pivot.expression, frame),)
        return frame.step(to.Pivot(frame.plan, groups, made, names, on, line))
    keys = tuple(one.expression for one in groups)
    return frame.step(to.Aggregate(frame.plan, keys, (*groups, *made), value.sets))
