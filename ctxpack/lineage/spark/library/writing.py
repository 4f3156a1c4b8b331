"""Models of `frame.write`, `writeStream` and `writeTo`: writes of DataFrames to datasets."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.lineage.spark.effects import evolution, sites
from ctxpack.lineage.spark.effects.sites import Mention
from ctxpack.lineage.spark.library.options import with_format, with_option, with_options
from ctxpack.lineage.spark.library.reading import DATABASES, FILES, TABLE_OPTIONS, first_of, is_path
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Frame, Writer
from ctxpack.lineage.spark.values.uncertain import Unknown

_SETTINGS = frozenset(
    "partitionBy bucketBy sortBy clusterBy queryName trigger outputMode partitionedBy tableProperty using comment "
    "withSchemaEvolution".split()
)
_MODES = {
    "errorifexists": "create",
    "error": "create",
    "ignore": "create",
    "overwrite": "overwrite",
    "append": "append",
}
_V2 = {
    "append": "append", "create": "create", "replace": "overwrite", "createOrReplace": "overwrite",
    "overwrite": "overwrite", "overwritePartitions": "overwrite",
}  # fmt: skip


def method(machine: Machine, value: Writer, name: str, args: Args) -> object:
    """A method of a writer."""
    rule = _WRITER.get(name)
    if value.target is not None and name in _V2:
        _write(machine, value, Mention(value.target, "table", f"writeTo.{name}", args.line), _V2[name])
        return None
    if rule is not None:
        return rule(machine, value, args)
    if name in FILES:
        given = _with_keywords(machine, value, args).with_(format=name)
        return _save_to(machine, given, args.get(0, "path"), f"write.{name}", args.line)
    if name == "withSchemaEvolution":
        return value.with_(marks=(*value.marks, evolution.mark(machine, name, args.line)))
    return value if name in _SETTINGS else Unknown(name)


def _with_keywords(machine: Machine, value: Writer, args: Args) -> Writer:
    mode = args.keywords.get("mode")
    given = with_options(machine, value, args)
    return given.with_(mode=str(mode).lower()) if isinstance(mode, str) else given


def _mode(machine: Machine, value: Writer, args: Args) -> object:
    found = args.get(0, "saveMode")
    return value.with_(mode=str(found).lower() if isinstance(found, str) else "overwrite")


def mode_of(value: Writer) -> str:
    """The write mode of a writer, as in `PlannedWrite.mode`."""
    return "stream" if value.stream else _MODES.get(value.mode, "create" if not value.mode else "overwrite")


def _write(machine: Machine, value: Writer, mention: Mention, mode: str = "", *, positional: bool = False) -> None:
    """Record a write of the writer's frame with its options, by default in its own mode."""
    sites.write(machine, mention, value.frame, mode or mode_of(value), positional=positional, marks=value.marks)


def _save_as_table(machine: Machine, value: Writer, args: Args) -> object:
    value = _with_keywords(machine, value, args)
    name = args.get(0, "name", args.any_of("tableName"))
    _write(machine, value, Mention(name, "table", "saveAsTable", args.line))
    return None


def _insert_into(machine: Machine, value: Writer, args: Args) -> object:
    overwrite = args.get(1, "overwrite") is True or value.mode == "overwrite"
    mode = "overwrite" if overwrite else "append"
    positional = value.frame is None or getattr(value.frame, "api", "spark") == "spark"
    mention = Mention(args.get(0, "tableName"), "table", "insertInto", args.line)
    _write(machine, value, mention, mode, positional=positional)
    return None


def _jdbc(machine: Machine, value: Writer, args: Args) -> object:
    value = _with_keywords(machine, value, args)
    table = args.get(1, "table", args.any_of("dbtable"))
    _write(machine, value, Mention(table, "jdbc", "write.jdbc", args.line))
    return None


def _save(machine: Machine, value: Writer, args: Args) -> object:
    value = _with_keywords(machine, value, args)
    if isinstance(value.options.get("format"), str) and not value.format:
        value = value.with_(format=str(value.options["format"]))
    return _save_to(machine, value, args.get(0, "path"), f"write.{value.format or 'save'}", args.line)


def _save_to(machine: Machine, value: Writer, path: object, evidence: str, line: int) -> object:
    name = value.format.lower()
    if value.function is not None:
        return _for_each(machine, value, line)
    if name in ("console", "memory", "noop"):
        return Unknown("query")
    if name in ("kafka", "eventhubs"):
        topic = first_of(value.options, ("topic",))
        _write(machine, value, Mention(topic, "kafka", evidence, line))
    elif name in DATABASES:
        table = first_of(value.options, TABLE_OPTIONS)
        target = table if table is not None else path
        _write(machine, value, Mention(target, "jdbc", evidence, line))
    else:
        found = path if path is not None else first_of(value.options, ("path",))
        form: sites.Form = "path" if is_path(found) or name not in ("delta", "iceberg", "hudi", "") else "table"
        _write(machine, value, Mention(found, form, evidence, line))
    return Unknown("query")


def _start(machine: Machine, value: Writer, args: Args) -> object:
    value = _with_keywords(machine, value, args)
    if value.function is None and args.get(0, "path") is None and not value.format and "path" not in value.options:
        return Unknown("query")
    return _save_to(machine, value, args.get(0, "path"), "writeStream.start", args.line)


def _to_table(machine: Machine, value: Writer, args: Args) -> object:
    if value.function is not None:
        _for_each(machine, value, args.line)
    _write(machine, value, Mention(args.get(0, "tableName"), "table", "writeStream.toTable", args.line), "stream")
    return Unknown("query")


def _for_each_batch(machine: Machine, value: Writer, args: Args) -> object:
    return value.with_(function=args.get(0, "func"))


def _for_each(machine: Machine, value: Writer, line: int) -> object:
    """Call the `foreachBatch` function of a stream once, on the stream's frame."""
    frame = value.frame
    batch = Frame(frame.plan, frame.api, frame.size, frame.tags, frame.tag) if isinstance(frame, Frame) else frame
    machine.call(value.function, batch, 0, line=line)
    return Unknown("query")


_WRITER: dict[str, Callable[[Machine, Writer, Args], object]] = {
    "mode": _mode,
    "format": with_format,
    "option": with_option,
    "options": with_options,
    "saveAsTable": _save_as_table,
    "insertInto": _insert_into,
    "jdbc": _jdbc,
    "save": _save,
    "start": _start,
    "toTable": _to_table,
    "table": _to_table,
    "foreachBatch": _for_each_batch,
}
