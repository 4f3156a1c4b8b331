"""Models of declarative pipelines (Databricks' `dlt`, Spark's `pyspark.pipelines`) and of AWS Glue dynamic frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ctxpack.datamodel import algebra as to
from ctxpack.datamodel.lineage import DatasetKind
from ctxpack.lineage.spark.effects import sites
from ctxpack.lineage.spark.effects.sites import Mention
from ctxpack.lineage.spark.library import frames
from ctxpack.lineage.spark.operations.binding import dropped
from ctxpack.lineage.spark.operations.functions import parsed
from ctxpack.lineage.spark.operations.operators import said
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Function
from ctxpack.lineage.spark.values.tables import Frame
from ctxpack.lineage.spark.values.texts import Text, shown
from ctxpack.lineage.spark.values.uncertain import Unknown, options

ROOTS = ("dlt.", "pyspark.pipelines.", "dp.")
_KINDS: dict[str, DatasetKind] = {
    "table": "table", "view": "view", "temporary_view": "view", "materialized_view": "view", "create_table": "table",
    "create_view": "view", "append_flow": "table",
}  # fmt: skip
_FILTERS = frozenset({"expect_or_drop", "expect_or_fail", "expect_all_or_drop", "expect_all_or_fail"})
_READS = frozenset({"read", "read_stream", "readStream"})
_CHANGES = frozenset(
    {"apply_changes", "create_auto_cdc_flow", "apply_changes_from_snapshot", "create_auto_cdc_from_snapshot_flow"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Decorator:
    """A pipeline decorator with its arguments."""

    name: str
    args: Args


@dataclass(slots=True, eq=False)
class DatasetFunction:
    """A decorated function that defines a dataset, with the expectations that filter its rows.

    `noted` says that its dataset has been recorded.
    """

    function: object
    conditions: tuple[object, ...] = ()
    noted: bool = False


def call(machine: Machine, name: str, args: Args) -> object:
    """A call of a function or decorator of a pipeline module."""
    if name in _READS:
        return sites.read(
            machine, Mention(args.get(0, "name"), "table", f"dlt.{name}", args.line), stream=name != "read"
        )
    if name in _CHANGES:
        return _apply_changes(machine, name, args)
    if name in ("create_streaming_table", "create_streaming_live_table", "create_sink"):
        return None
    if name in _KINDS or name.startswith("expect"):
        function = args.get(0)
        if isinstance(function, (Function, DatasetFunction)) and len(args.args) == 1 and not args.keywords:
            return decorate(machine, Decorator(name, Args(line=args.line)), function)
        return Decorator(name, args)
    return Unknown(name)


def decorate(machine: Machine, one: Decorator, function: object) -> object:
    """Apply a decorator; expectations are kept until the dataset is declared, in any order of decorators."""
    declared = function if isinstance(function, DatasetFunction) else DatasetFunction(function)
    if one.name in _FILTERS:
        declared.conditions = (*declared.conditions, *_conditions(one.args))
    elif one.name in _KINDS and not declared.noted:
        declared.noted = True
        path, view = machine.stack.here.path, _view_name(one, declared)
        if machine.stack.depth > 1:
            _declare(machine, one, declared)
            return declared
        later = Later(lambda: _again(machine, path, one, declared))
        machine.pipelines.pending.append(later)
        if view:
            machine.pipelines.later[view] = later
    return declared


@dataclass(slots=True, eq=False)
class Later:
    """A deferred action, done once: after its module has been run, or earlier when its result is needed."""

    action: Callable[[], None]
    begun: bool = False

    def __call__(self) -> None:
        """Run the action unless it has been begun."""
        if not self.begun:
            self.begun = True
            self.action()


def _view_name(one: Decorator, declared: DatasetFunction) -> str:
    """The name of a pipeline view, which is no dataset outside of its pipeline; "" for a table."""
    name = one.args.any_of("name")
    spelled = name if isinstance(name, str) else getattr(declared.function, "name", "")
    return shown(spelled).lower() if one.name in ("view", "temporary_view", "create_view") else ""


def _again(machine: Machine, path: str, one: Decorator, declared: DatasetFunction) -> None:
    machine.stack.enter(path, one.args.line)
    try:
        _declare(machine, one, declared)
    finally:
        machine.stack.leave()


def _conditions(args: Args) -> list[object]:
    given = args.get(0, "expectations")
    if isinstance(given, dict):
        return list(given.values())
    return [args.get(1, "inv", args.any_of("condition"))]


def _declare(machine: Machine, one: Decorator, declared: DatasetFunction) -> None:
    function = declared.function
    name = one.args.any_of("name", "target") if one.name != "append_flow" else one.args.any_of("target")
    line = one.args.line
    if name is None:
        spelled = getattr(function, "name", "")
        name = Text(spelled, machine.stack.here.serial) if spelled else Unknown("name")
    line = getattr(getattr(function, "definition", None), "line", 0) or line
    found = machine.call(function, line=line)
    for frame in options(found):
        rows = frame if isinstance(frame, Frame) else Frame(to.Opaque((), "rows that are not known", line))
        for condition in declared.conditions:
            test = parsed(machine, condition, line)
            rows = rows.step(to.Filter(rows.plan, test.expression))
        view = _view_name(one, declared)
        if view:
            machine.pipelines.views[view] = rows
        mode = "append" if one.name == "append_flow" else "stream" if rows.stream else "overwrite"
        evidence = f"@{one.name} of a pipeline"
        sites.write(machine, Mention(name, "table", evidence, line), rows, mode, kind=_KINDS[one.name], declared=True)


def _apply_changes(machine: Machine, name: str, args: Args) -> object:
    source = args.get(1, "source")
    frame = (
        source if isinstance(source, Frame) else sites.read(machine, Mention(source, "table", f"dlt.{name}", args.line))
    )
    excluded = args.any_of("except_column_list")
    if isinstance(excluded, list):
        frame = dropped(frame, excluded, args.line)
    listed = args.any_of("column_list")
    if isinstance(listed, list):
        made = frames.method(machine, frame, "select", Args(list(listed), {}, args.line))
        frame = made if isinstance(made, Frame) else frame
    sites.write(
        machine, Mention(args.get(0, "target"), "table", f"dlt.{name}", args.line), frame, "merge", declared=True
    )
    return None


# --- Glue -------------------------------------------------------------------------------------------------------------

GLUE_READERS = frozenset({"create_dynamic_frame", "create_data_frame", "create_dynamic_frame_from_catalog"})
GLUE_WRITERS = frozenset({"write_dynamic_frame", "write_data_frame"})


def glue(machine: Machine, group: str, name: str, args: Args) -> object:
    """A method of `glueContext.create_dynamic_frame` or `glueContext.write_dynamic_frame`."""
    writes = group in GLUE_WRITERS
    frame = args.get(0, "frame") if writes else None
    if name in ("from_catalog", "from_catalog_data"):
        shift = 1 if writes else 0
        database, table = args.get(shift, "database", args.any_of("name_space")), args.get(shift + 1, "table_name")
        named = machine.text(f"{said(machine, database)}.{said(machine, table)}", database, table)
        return _glue_site(machine, writes, frame, Mention(named, "table", f"{group}.{name}", args.line))
    given = args.any_of("connection_options")
    found = given if isinstance(given, dict) else {}
    kind = args.any_of("connection_type")
    paths = found.get("paths", found.get("path"))
    if paths is not None or kind == "s3":
        return _glue_site(machine, writes, frame, Mention(paths, "path", f"{group}.{name}", args.line))
    table = found.get("dbtable", found.get("topicName"))
    return _glue_site(machine, writes, frame, Mention(table, "jdbc", f"{group}.{name}", args.line))


def _glue_site(machine: Machine, writes: bool, frame: object, mention: Mention) -> object:
    if not writes:
        return sites.read(machine, mention)
    sites.write(machine, mention, frame, "append")
    return frame


def mapped(machine: Machine, args: Args) -> object:
    """`ApplyMapping.apply(frame=..., mappings=[(from, type, to, type)])`."""
    frame, mappings = args.get(0, "frame"), args.get(1, "mappings")
    if not isinstance(frame, Frame):
        return frame
    made: list[to.Output] = []
    for one in mappings if isinstance(mappings, list) else []:
        if isinstance(one, tuple) and len(one) >= 4 and all(isinstance(part, str) for part in one):
            made.append(  # noqa: PERF401
                to.Output(str(one[2]), to.Cast(to.ColumnRef(str(one[0])), str(one[3]), False, args.line), args.line)
            )
    return frame.step(to.Project(frame.plan, tuple(made))) if made else frame
