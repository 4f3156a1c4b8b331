"""Models of pandas and Polars frames: reads, writes, and the methods that differ from Spark's.

An unknown method is assumed to keep the columns and to change their values. That is right for most, and it keeps the
lineage to the datasets that the frame comes from.
"""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.effects import embedded, sites
from ctxpack.lineage.spark.effects.sites import Mention
from ctxpack.lineage.spark.library import frames
from ctxpack.lineage.spark.operations import columns
from ctxpack.lineage.spark.operations.binding import outputs
from ctxpack.lineage.spark.operations.columns import constant
from ctxpack.lineage.spark.operations.operators import frame_of, said
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Col, Connection, Frame, Grouped
from ctxpack.lineage.spark.values.texts import FileText, PathText, Text, is_known, shown
from ctxpack.lineage.spark.values.uncertain import Unknown, options
from ctxpack.model import Column

_FILES = frozenset(
    "csv parquet json excel feather orc fwf table pickle hdf stata sas spss xml ipc avro ndjson delta database_uri "
    "gbq csv_batched jsonl".split()
)
SAME_PROPERTIES = frozenset({"loc", "iloc", "str", "dt", "values", "T", "at", "iat", "index"})
_SAME = frozenset(
    "sort_values sort_index sort reset_index set_index drop_duplicates unique head tail sample copy query limit "
    "collect lazy clone nlargest nsmallest set_axis convert_dtypes infer_objects persist compute reindex shift ffill "
    "bfill rechunk slice gather_every shrink_to_fit repartition fetch with_row_index with_row_count interpolate "
    "pl arrow to_arrow df to_pandas to_polars to_dataframe fetchdf fetch_df fetchall eval".split()
)
_WRITERS = _FILES | {"sql", "database"}


def reads(machine: Machine, api: str, name: str, args: Args) -> object:
    """`read_x` and `scan_x` of pandas, Polars, pandas on Spark, Dask and the like."""
    kind = name.partition("_")[2]
    if kind in ("sql", "sql_query", "sql_table", "database", "database_uri", "gbq"):
        return _read_database(machine, kind, args, api)
    if kind in ("table", "delta", "iceberg") and api == "pyspark.pandas":
        form: sites.Form = "table" if kind == "table" else "path"
        return _as(sites.read(machine, Mention(args.get(0, "name"), form, f"{api}.{name}", args.line)), "pandas")
    source = args.get(0, "path", args.any_of("filepath_or_buffer", "io", "path_or_buf", "source", "urlpath"))
    for one in options(source):
        if isinstance(one, (Text, Unknown, list)):
            frame = sites.read(machine, Mention(source, "path", f"{api}.{name}", args.line), api="pandas")
            chosen = columns.columns([args.any_of("usecols", "columns")]) if args.any_of("usecols", "columns") else None
            if chosen:
                return frame.step(to.Project(frame.plan, outputs(frame, chosen, args.line)))
            return frame
    return Frame(to.Opaque((), f"{name} of something in memory", args.line), "pandas", known=False)


def _as(frame: Frame, api: str) -> Frame:
    frame.api = api
    return frame


def _read_database(machine: Machine, kind: str, args: Args, api: str) -> object:
    query = args.get(0, "sql", args.any_of("query", "table_name"))
    connection = args.get(1, "con", args.any_of("connection", "connection_uri"))
    dialect = connection.dialect if isinstance(connection, Connection) else ""
    if any(embedded.is_sql(one) for one in options(query)):
        frame = embedded.run(machine, query, dialect, f"{api}.read_{kind}", args.line)
        return (
            _as(frame, "pandas")
            if frame is not None
            else Frame(to.Opaque((), "rows of a query"), "pandas", known=False)
        )
    schema = args.any_of("schema")
    name = _qualified(machine, schema, query)
    return _as(sites.read(machine, Mention(name, "table", f"{api}.read_{kind}", args.line)), "pandas")


def _qualified(machine: Machine, schema: object, name: object) -> object:
    """The name of a table, qualified by its schema."""
    if schema is None or not isinstance(name, Text):
        return name
    return machine.text(f"{said(machine, schema)}.{name}", schema, name)


# --- methods ----------------------------------------------------------------------------------------------------------


def method(machine: Machine, frame: Frame, name: str, args: Args) -> object:
    """A method of a frame of pandas or Polars."""
    rule = _METHODS.get(name)
    if rule is not None:
        return rule(machine, frame, args)
    verb, _, kind = name.partition("_")
    if verb in ("to", "write", "sink") and kind in _WRITERS:
        return _write(machine, frame, name, kind, args)
    if name in _SAME:
        return frame.step(frame.plan)
    if name in frames.NAMES and name not in ("count", "schema"):
        return frames.method(machine, frame, name, args)
    return frame.opaque(f"{frame.api}'s {name}", args.line, keeps=True)


def _write(machine: Machine, frame: Frame, name: str, kind: str, args: Args) -> object:
    evidence = f"{frame.api}.{name}"
    if kind in ("sql", "database", "gbq"):
        table = args.get(0, "name", args.any_of("table_name", "destination_table"))
        given = args.any_of("if_exists", "if_table_exists")
        mode = str(given) if isinstance(given, str) else "create"
        mode = {"replace": "overwrite", "append": "append"}.get(mode, "create")
        name_of = _qualified(machine, args.any_of("schema"), table)
        sites.write(machine, Mention(name_of, "table", evidence, args.line), frame, mode, engine="pandas")
        return None
    target = args.get(0, "path", args.any_of("path_or_buf", "excel_writer", "file", "target", "name"))
    if target is None or not any(isinstance(one, (Text, Unknown)) for one in options(target)):
        return Unknown("text")
    form: sites.Form = "table" if kind == "table" else "path"
    if (
        isinstance(target, Text)
        and not isinstance(target, (PathText, FileText))
        and not is_known(target)
        and "/" not in target
    ):
        form = "path"
    sites.write(machine, Mention(target, form, evidence, args.line), frame, "overwrite", engine="pandas")
    return None


def _merge(machine: Machine, frame: Frame, args: Args) -> object:
    other = frame_of(args.get(0, "right", args.any_of("other")))
    if not isinstance(other, Frame):
        return frame.opaque("a merge with rows that are not known", args.line, keeps=True)
    on = args.any_of("on") if args.any_of("on") is not None else (args.get(2) if len(args.args) > 2 else None)
    how = args.any_of("how")
    how = how if how is not None else args.get(1)
    kind = {"left": "left", "right": "right", "outer": "full", "full": "full", "cross": "cross"}.get(str(how), "inner")
    left = columns.names([args.any_of("left_on")]) or []
    right = columns.names([args.any_of("right_on")]) or []
    if on is None and left and len(left) == len(right):
        tests = [
            columns.call("=", columns.reference(one), columns.reference(two))
            for one, two in zip(left, right, strict=True)
        ]
        return frames.join(frame, other, tests, kind, args.line)
    return frames.join(frame, other, on, kind, args.line)


def _assign(machine: Machine, frame: Frame, args: Args) -> object:
    pairs = []
    for name, value in args.keywords.items():
        given = machine.call(value, frame, line=args.line) if not isinstance(value, (Col, str, int, float)) else value
        pairs.append((name, given if isinstance(given, (Col, str, int, float)) else columns.unknown()))
    return frames.with_columns(frame, pairs, args.line)


def _with_columns(machine: Machine, frame: Frame, args: Args) -> object:
    """Polars' `with_columns`: expressions with their names, or by keyword."""
    found = columns.columns(args.args, args.line)
    if found is None:
        return frame.opaque("columns that are not known", args.line, keeps=True)
    pairs: list[tuple[object, object]] = [(one.name, one) for one in found]
    pairs += [(name, constant(value)) for name, value in args.keywords.items()]
    return frames.with_columns(frame, pairs, args.line)


def _select(machine: Machine, frame: Frame, args: Args) -> object:
    found = columns.columns(args.args, args.line)
    if found is None or args.open:
        return frame.opaque("columns that are not known", args.line, keeps=True)
    named = [Col(constant(value).expression, name) for name, value in args.keywords.items()]
    return frame.step(to.Project(frame.plan, outputs(frame, [*found, *named], args.line)))


def _rename(machine: Machine, frame: Frame, args: Args) -> object:
    mapping = args.any_of("columns", "mapper") if args.keywords else args.get(0)
    made = frames.rename(frame, mapping, args.line) if mapping is not None else frame.step(frame.plan)
    return _in_place(frame, made, args)


def _in_place(frame: Frame, made: Frame, args: Args) -> object:
    if args.keywords.get("inplace") is True:
        frame.plan, frame.size = made.plan, made.size
        return None
    return made


def _drop(machine: Machine, frame: Frame, args: Args) -> object:
    listed = args.any_of("columns", "labels")
    names = columns.names([listed] if listed is not None else args.args)
    if names is None or args.any_of("index") is not None:
        return frame.step(frame.plan)
    return _in_place(frame, frame.step(to.Drop(frame.plan, tuple(names))), args)


def _astype(machine: Machine, frame: Frame, args: Args) -> object:
    kinds = args.get(0, "dtype")
    if not isinstance(kinds, dict):
        return frame.step(frame.plan)
    pairs: list[tuple[object, object]] = []
    for name, kind in kinds.items():
        if isinstance(name, str):
            said_kind = shown(kind) if isinstance(kind, str) else ""
            pairs.append((name, Col(to.Cast(to.ColumnRef(name), said_kind, False, args.line), name)))
    return frames.with_columns(frame, pairs, args.line)


def _group(machine: Machine, frame: Frame, args: Args) -> object:
    found = columns.columns([args.get(0, "by"), *args.args[1:]], args.line)
    return (
        Grouped(frame, tuple(found))
        if found is not None
        else Grouped(frame.opaque("groups", args.line, keeps=True), ())
    )


def _pivot(machine: Machine, frame: Frame, args: Args) -> object:
    return frame.opaque("a pivot", args.line)


def _to_spark(machine: Machine, frame: Frame, args: Args) -> object:
    return _as(frame.step(frame.plan), "spark")


def _apply(machine: Machine, frame: Frame, args: Args) -> object:
    return frame.opaque("a function in Python", args.line, keeps=True)


def _fill(machine: Machine, frame: Frame, args: Args) -> object:
    made = frames.method(
        machine,
        frame,
        "fillna",
        Args(args.args[:1], {k: v for k, v in args.keywords.items() if k == "value"}, args.line),
    )
    return _in_place(frame, made, args) if isinstance(made, Frame) else made


def _drop_null(machine: Machine, frame: Frame, args: Args) -> object:
    names = columns.names([args.any_of("subset")]) if args.any_of("subset") is not None else columns.names(args.args)
    made = frame.step(to.DropNull(frame.plan, tuple(names or ()), args.keywords.get("how") != "all", args.line))
    return _in_place(frame, made, args)


def _insert(machine: Machine, frame: Frame, args: Args) -> object:
    set_column(machine, frame, args.get(1, "column"), args.get(2, "value"))
    return None


_METHODS: dict[str, Callable[[Machine, Frame, Args], object]] = {
    "merge": _merge, "join": _merge, "assign": _assign, "with_columns": _with_columns, "select": _select,
    "rename": _rename, "drop": _drop, "astype": _astype, "cast": _astype, "groupby": _group, "group_by": _group,
    "pivot": _pivot, "pivot_table": _pivot, "to_spark": _to_spark, "apply": _apply, "applymap": _apply, "map": _apply,
    "map_rows": _apply, "fillna": _fill, "fill_null": _fill, "dropna": _drop_null, "drop_nulls": _drop_null,
    "insert": _insert, "append": frames.combined("union", True), "vstack": frames.combined("union", True),
}  # fmt: skip
NAMES = (
    frozenset(_METHODS)
    | _SAME
    | frozenset(f"{verb}_{kind}" for verb in ("to", "write", "sink") for kind in _WRITERS)
    | {
        "to_dict",
        "to_numpy",
        "iterrows",
        "itertuples",
        "to_string",
        "mean",
        "sum",
        "min",
        "max",
        "nunique",
        "value_counts",
    }
)
"""Attribute names of a pandas or Polars frame that are methods, not columns."""


def set_column(machine: Machine, frame: Frame, key: object, value: object) -> None:
    """`frame["x"] = value`, which changes the frame in place."""
    names = key if isinstance(key, list) else [key[-1]] if isinstance(key, tuple) and key else [key]
    one = value if isinstance(value, Col) else constant(value)
    pairs: list[tuple[object, object]] = [(name, one) for name in names if isinstance(name, str)]
    if pairs and len(pairs) == len(names):
        made = frames.with_columns(frame, pairs, machine.stack.here.line)
        frame.plan, frame.size = made.plan, made.size


def concatenated(machine: Machine, args: Args) -> object:
    """`pandas.concat` or `polars.concat`."""
    listed = args.get(0, "objs", args.any_of("items"))
    found = [one for one in listed if isinstance(one, Frame)] if isinstance(listed, (list, tuple)) else []
    if not found:
        return Frame(to.Opaque((), "rows that are not known", args.line), "pandas", known=False)
    if len(found) == 1 or args.any_of("axis") in (1, "columns"):
        return found[0].opaque("frames side by side", args.line, *found[1:], keeps=True) if len(found) > 1 else found[0]
    plan = to.SetOperation(tuple(one.plan for one in found), "union", True, True)
    return found[0].then(plan, *found[1:])


def made(machine: Machine, args: Args) -> object:
    """`pandas.DataFrame(...)`."""
    data = args.get(0, "data")
    if isinstance(data, Frame):
        return data
    names = (
        list(data)
        if isinstance(data, dict)
        else list(data[0])
        if isinstance(data, list) and data and isinstance(data[0], dict)
        else []
    )
    listed = args.any_of("columns", "schema")
    names = [one for one in listed if isinstance(one, str)] if isinstance(listed, (list, dict)) else names
    known = tuple(Column(shown(one)) for one in names if isinstance(one, str))
    return Frame(
        to.Local(known) if known else to.Opaque((), "rows made by the program", args.line), "pandas", known=bool(known)
    )
