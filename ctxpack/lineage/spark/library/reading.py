"""Models of `SparkSession` and `spark.read`: reads that give DataFrames."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.effects import embedded, evolution, parameters, sites
from ctxpack.lineage.spark.effects.sites import Mention
from ctxpack.lineage.spark.library.options import with_format, with_option, with_options
from ctxpack.lineage.spark.operations import operators, schemas
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Frame, Reader, Schema, Session
from ctxpack.lineage.spark.values.texts import Text, shown
from ctxpack.lineage.spark.values.uncertain import Either, Unknown, options
from ctxpack.model import Column

FILES = frozenset(
    "parquet csv json orc text avro delta xml image binaryFile excel hudi com.databricks.spark.csv".split()
)
DATABASES = frozenset(
    "jdbc snowflake net.snowflake.spark.snowflake bigquery com.google.cloud.spark.bigquery redshift sqlserver mongodb "
    "mongo com.mongodb.spark.sql.defaultsource org.apache.spark.sql.cassandra cosmos.oltp postgresql mysql oracle "
    "com.microsoft.sqlserver.jdbc.spark io.github.spark_redshift_community.spark.redshift "
    "com.databricks.spark.redshift com.databricks.spark.sqldw sqldw es org.elasticsearch.spark.sql kudu "
    "phoenix hbase".split()
)
TABLE_OPTIONS = (
    "dbtable", "dbTable", "table", "collection", "sfTable", "query", "spark.mongodb.input.collection", "container",
    "spark.cosmos.container", "es.resource", "kudu.table", "parentProject.table",
)  # fmt: skip
_TOPIC_OPTIONS = ("subscribe", "topic", "subscribePattern", "assign", "kafka.topic", "streamName", "eventhubs.name")
_KAFKA = tuple(
    Column(name, kind, None)
    for name, kind in (
        ("key", "binary"), ("value", "binary"), ("topic", "string"), ("partition", "int"), ("offset", "bigint"),
        ("timestamp", "timestamp"), ("timestampType", "int"),
    )
)  # fmt: skip
_RATE = (Column("timestamp", "timestamp", True), Column("value", "bigint", True))
_SUBQUERY = re.compile(r"^\s*\(")
_DIALECTS = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "oracle": "oracle",
    "sqlserver": "tsql",
    "redshift": "redshift",
}


# --- sessions ---------------------------------------------------------------------------------------------------------


def session(machine: Machine, value: Session, name: str, args: Args) -> object:
    """A method of a session."""
    rule = _SESSION.get(name)
    if rule is not None:
        return rule(machine, args)
    if name in ("getOrCreate", "newSession", "create", "getActiveSession", "active", "builder", "conf", "catalog"):
        return value
    if name == "get":  # spark.conf.get(key, default)
        return setting(machine, args)
    if name in ("set", "config"):  # spark.conf.set(key, value)
        evolution.set_for_session(machine, args.get(0, "key"), args.get(1, "value"), args.line)
    return value if name in _BUILDING else Unknown(name)


_BUILDING = frozenset("appName master config enableHiveSupport remote builder getSparkSession sparkContext".split())


def setting(machine: Machine, args: Args) -> object:
    """A setting that the run decides: its default, or an unknown value with its name."""
    default = args.get(1, "default", args.any_of("defaultValue"))
    key = args.get(0, "key")
    told = parameters.setting(machine, str(key)) if isinstance(key, str) else None
    if told is not None:
        return told
    if isinstance(default, Text):
        return default.like(default, soft=True, folded=True)
    return Unknown(shown(key).rpartition(".")[2] if isinstance(key, str) else "setting")


def _sql(machine: Machine, args: Args) -> object:
    text = args.get(0, "sqlQuery", args.any_of("query"))
    if isinstance(text, Text) and args.keywords:
        text = _filled(machine, text, args.keywords)
    if isinstance(text, (Unknown, Text, Either)):
        found = embedded.run(machine, text, "spark", "spark.sql", args.line)
        return found if found is not None else Frame(to.Opaque((), "rows of a statement", args.line), known=False)
    return Frame(to.Opaque((), "rows of an unknown query", args.line), known=False)


def _filled(machine: Machine, text: Text, values: Mapping[str, object]) -> Text:
    """A query with named parameters filled in; a frame is bound to the name of a view."""
    for name, value in sorted(values.items()):
        if f"{{{name}}}" not in text:
            continue
        if isinstance(value, Frame):
            machine.process.views[name] = value
        spelled = name if isinstance(value, Frame) else operators.said(machine, value)
        filled = text.replace(f"{{{name}}}", spelled)
        text = machine.text(filled, text, spelled)
    return text


def _table(machine: Machine, args: Args) -> object:
    return sites.read(machine, Mention(args.get(0, "tableName"), "table", "spark.table", args.line))


def _create(machine: Machine, args: Args) -> object:
    schema, data = args.get(1, "schema"), args.get(0, "data")
    if isinstance(data, Frame):
        return Frame(data.plan, "spark", data.size)
    columns = schemas.columns_of(schema) or _of_rows(data)
    if not isinstance(schema, (Schema, str)):
        # Columns inferred from rows are nullable.
        columns = tuple(msgspec.structs.replace(one, nullable=True) for one in columns)
    plan = to.Local(columns) if columns else to.Opaque((), "rows made by the program", args.line)
    return Frame(plan, known=bool(columns))


def _of_rows(data: object) -> tuple[Column, ...]:
    """The columns of rows given as a list of dictionaries, from the first."""
    first = data[0] if isinstance(data, list) and data else None
    return tuple(Column(key) for key in first if isinstance(key, str)) if isinstance(first, dict) else ()


def _range(machine: Machine, args: Args) -> object:
    return Frame(to.Local((Column("id", "bigint", False),)))


def _create_table(machine: Machine, args: Args) -> object:
    """`catalog.createTable(name, path=, source=, schema=)`."""
    name = args.get(0, "tableName")
    columns = schemas.columns_of(args.any_of("schema"))
    frame = Frame(to.Local(columns)) if columns else Frame(to.Opaque((), "a table is declared", args.line))
    path = args.any_of("path")
    if path is not None:
        frame = sites.read(machine, Mention(path, "path", "catalog.createTable", args.line))
    sites.write(machine, Mention(name, "table", "catalog.createTable", args.line), frame, "create")
    return frame


def _drop_view(machine: Machine, args: Args) -> object:
    name = args.get(0, "viewName")
    if isinstance(name, str) and not machine.doubt:
        machine.process.views.pop(shown(name).lower(), None)
    return None


_SESSION: dict[str, Callable[[Machine, Args], object]] = {
    "sql": _sql,
    "table": _table,
    "createDataFrame": _create,
    "range": _range,
    "createTable": _create_table,
    "createExternalTable": _create_table,
    "dropTempView": _drop_view,
}


# --- readers ----------------------------------------------------------------------------------------------------------


def reader(machine: Machine, value: Reader, name: str, args: Args) -> object:
    """A method of `spark.read` or `spark.readStream`."""
    rule = _READER.get(name)
    if rule is not None:
        return rule(machine, value, args)
    if name in FILES:
        return load(
            machine,
            _with_keywords(machine, value, args).with_(format=name),
            args.get(0, "path", args.any_of("paths")),
            args,
        )
    return Unknown(name)


def _schema(machine: Machine, value: Reader, args: Args) -> object:
    return value.with_(schema=args.get(0, "schema"))


def _with_keywords(machine: Machine, value: Reader, args: Args) -> Reader:
    return with_options(machine, value, args).with_(schema=args.keywords.get("schema", value.schema))


def _load(machine: Machine, value: Reader, args: Args) -> object:
    value = _with_keywords(machine, value, args)
    given = value.options.get("format")
    if isinstance(given, str) and not value.format:
        value = value.with_(format=str(given))
    return load(machine, value, args.get(0, "path"), args)


def _read_table(machine: Machine, value: Reader, args: Args) -> object:
    evidence = "readStream.table" if value.stream else "spark.read.table"
    return sites.read(machine, Mention(args.get(0, "tableName"), "table", evidence, args.line), stream=value.stream)


def _jdbc(machine: Machine, value: Reader, args: Args) -> object:
    table = args.get(1, "table", args.any_of("dbtable"))
    return database(machine, value.with_(options={**value.options, "url": args.get(0, "url")}), table, args.line)


_READER: dict[str, Callable[[Machine, Reader, Args], object]] = {
    "format": with_format,
    "schema": _schema,
    "option": with_option,
    "options": _with_keywords,
    "load": _load,
    "table": _read_table,
    "jdbc": _jdbc,
}


def load(machine: Machine, value: Reader, path: object, args: Args) -> object:
    """The frame that a configured reader gives."""
    paths = path if len(args.args) < 2 or not all(isinstance(one, str) for one in args.args) else list(args.args)
    name = value.format.lower()
    columns = schemas.columns_of(value.schema)
    evidence = f"{'readStream' if value.stream else 'spark.read'}.{name or 'load'}"
    if name in ("kafka", "eventhubs", "kinesis", "pubsub", "pulsar"):
        topic = first_of(value.options, _TOPIC_OPTIONS)
        return sites.read(
            machine, Mention(_split(topic), "kafka", evidence, args.line), schema=_KAFKA, stream=value.stream
        )
    if name in ("rate", "rate-micro-batch"):
        return Frame(to.Local(_RATE), stream=True)
    if name in DATABASES:
        return database(machine, value, first_of(value.options, TABLE_OPTIONS) or paths, args.line)
    if paths is None:
        paths = first_of(value.options, ("path", "paths", "basePath"))
    form: sites.Form = "path" if is_path(paths) or name not in ("delta", "iceberg", "hudi", "") else "table"
    marks = value.marks
    if name == "cloudfiles" and not marks and value.schema is None:
        marks = (evolution.mark(machine, "cloudFiles infers the schema", args.line),)
    return sites.read(
        machine, Mention(paths, form, evidence, args.line), schema=columns, stream=value.stream, marks=marks
    )


def is_path(value: object) -> bool:
    """Whether the argument of `load` is a path: anything but a dotted table name."""
    found = [text for text in sites.texts(value) if isinstance(text, Text)]
    return (
        not found
        or any("/" in text or ":" in text or "\\" in text for text in found)
        or not any("." in t for t in found)
    )


def first_of(values: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The value of the first of these options that is set, ignoring case; None if none is."""
    folded = {key.lower(): value for key, value in values.items()}
    return next((folded[name.lower()] for name in names if folded.get(name.lower()) is not None), None)


def _split(topic: object) -> object:
    """Several topics in a comma-separated string."""
    if isinstance(topic, Text) and "," in topic:
        return [topic.like(part.strip()) for part in topic.split(",")]
    return topic


def database(machine: Machine, value: Reader, table: object, line: int) -> Frame:
    """The frame of a table read over JDBC, or of a query in its place."""
    for text in options(table):
        if isinstance(text, Text) and (_SUBQUERY.match(text) or embedded.is_sql(text)):
            inner = text.strip()
            if inner.startswith("(") and ")" in inner:
                inner = inner[1 : inner.rindex(")")]
            query = text.like(inner)
            found = embedded.run(machine, query, _dialect(value), "a query over JDBC", line)
            if found is None:
                return Frame(to.Opaque((), "rows of a query", line), known=False)
            # Spark takes all columns of another database for nullable.
            return found.step(to.Opaque((found.plan,), "read over JDBC", line, keeps=True, nullable=True))
    return sites.read(machine, Mention(table, "jdbc", "spark.read.jdbc", line))


def _dialect(value: Reader) -> str:
    url = value.options.get("url")
    said = f"{shown(url) if isinstance(url, str) else ''} {value.format}".lower()
    return next((dialect for word, dialect in _DIALECTS.items() if word in said), "")
