"""What the fixture uses and open-source Spark does not have: Delta, DLT, Databricks' notebooks and its SQL.

Each stand-in does the least that lets Spark itself analyze and run everything else. All of them report what is written
to a recorder before it is written.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plans import Recorder, short
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.readwriter import DataFrameWriter
from pyspark.sql.streaming import DataStreamReader, DataStreamWriter

# Informational on Databricks, unknown to open-source Spark.
KEYS = re.compile(
    r",\s*CONSTRAINT\s+\w+\s+(?:PRIMARY|FOREIGN)\s+KEY\s*\([^)]*\)(?:\s*REFERENCES\s+\S+\s*\([^)]*\))?", re.IGNORECASE
)
USE_CATALOG = re.compile(r"^\s*USE\s+CATALOG\b", re.IGNORECASE)


def append(frame: DataFrame, name: str, evolves: bool = False) -> None:
    """Append as Delta does: by name, what is missing as null, and what is new only where the schema may evolve."""
    spark = frame.sparkSession
    if not spark.catalog.tableExists(name):
        frame.writeTo(name).create()
        return
    if evolves:
        known = {one.lower() for one in spark.table(name).columns}
        new = [f"`{one.name}` {one.dataType.simpleString()}" for one in frame.schema if one.name.lower() not in known]
        if new:
            spark.sql(f"ALTER TABLE {name} ADD COLUMNS ({', '.join(new)})")
    for one in spark.table(name).schema:
        if one.name not in frame.columns:
            frame = frame.withColumn(one.name, F.lit(None).cast(one.dataType))
    frame.writeTo(name).append()


def require_empty(spark: SparkSession, name: str) -> None:
    """Rows are not merged or updated one by one here: into an empty table a merge inserts, an update does nothing."""
    if not spark.table(name).isEmpty():
        raise NotImplementedError(f"changing rows of {name}")


def patch_writers(recorder: Recorder) -> None:
    """`saveAsTable`, `insertInto` and streams' `toTable`, with Delta's options."""
    for name in ("mode", "option", "format"):
        _remember(DataFrameWriter, name)
    insert = DataFrameWriter.insertInto

    def save_as_table(writer: DataFrameWriter, name: str, **_: Any) -> None:
        told = writer.__dict__
        recorder.frame("saveAsTable", name, writer._df)
        if told.get("mode") != "overwrite":
            append(writer._df, name, evolves=told.get("mergeSchema") == "true")
        elif told.get("overwriteSchema") == "true" or not recorder.spark.catalog.tableExists(name):
            writer._df.writeTo(name).createOrReplace()
        else:
            writer._df.writeTo(name).overwrite(F.lit(True))

    def insert_into(writer: DataFrameWriter, name: str, overwrite: bool | None = None) -> None:
        recorder.frame("insertInto", name, writer._df, recorder.spark.table(name).columns)
        insert(writer, name, overwrite)

    def to_table(writer: DataStreamWriter, name: str, **_: Any) -> Any:
        recorder.frame("writeStream.toTable", name, writer._df)
        return stream(writer._df, name)

    DataFrameWriter.saveAsTable = save_as_table
    DataFrameWriter.insertInto = insert_into
    DataStreamWriter.toTable = to_table


def stream(frame: DataFrame, name: str) -> Any:
    """Run a stream until it has caught up, each batch appended."""
    writer = frame.writeStream.foreachBatch(lambda batch, _: append(batch, name, evolves=True))
    return writer.trigger(availableNow=True).start()


def _remember(owner: type, name: str) -> None:
    original = getattr(owner, name)

    def remembering(writer: Any, *values: Any) -> Any:
        writer.__dict__.update({values[0]: values[1]} if name == "option" else {name: values[0]})
        return original(writer, *values)

    setattr(owner, name, remembering)


def patch_frames() -> None:
    """Auto Loader reads as plain files, and `dropna` says what it means so that Spark can reason about it."""
    of = DataStreamReader.format
    DataStreamReader.format = lambda reader, name: of(reader, "json" if name == "cloudFiles" else name)

    def dropna(frame: DataFrame, how: str = "any", thresh: int | None = None, subset: Any = None) -> DataFrame:
        if how != "any" or thresh is not None:
            raise NotImplementedError("dropna other than of any null")
        for name in subset or frame.columns:
            frame = frame.filter(F.col(name).isNotNull())
        return frame

    DataFrame.dropna = dropna


def patch_sql(recorder: Recorder) -> None:
    """`spark.sql`: statements that write are recorded, and what only Databricks or Delta know is done as they do it."""
    run = SparkSession.sql
    special: dict[str, Callable[[Recorder, Any], bool]] = {
        "InsertIntoStatement": _insert,
        "CreateTableAsSelect": _create_as,
        "ReplaceTableAsSelect": _create_as,
        "MergeIntoTable": _merge,
        "UpdateTable": _update,
        "AlterColumn": _alter_column,
    }

    def sql(spark: SparkSession, text: str, *rest: Any, **named: Any) -> DataFrame:
        text = KEYS.sub("", USE_CATALOG.sub("SET CATALOG", text))
        plan = spark._jsparkSession.sessionState().sqlParser().parsePlan(text)
        handler = special.get(plan.getClass().getSimpleName())
        if handler and handler(recorder, plan):
            return run(spark, "SELECT 1")
        return run(spark, text, *rest, **named)

    SparkSession.sql = sql


def _analyzed(recorder: Recorder, plan: Any) -> Any:
    session = recorder.spark._jsparkSession
    return recorder.spark._jvm.org.apache.spark.sql.Dataset.ofRows(session, plan).queryExecution().analyzed()


def _parts(relation: Any) -> list[str]:
    """The name that a part of a parsed statement has, of a table that is there or not."""
    while relation.getClass().getSimpleName() == "SubqueryAlias":
        relation = relation.child()
    named = relation.getClass().getSimpleName() == "UnresolvedIdentifier"
    parts = relation.nameParts() if named else relation.multipartIdentifier()
    return [parts.apply(i) for i in range(parts.size())]


def _insert(recorder: Recorder, plan: Any) -> bool:
    name = ".".join(_parts(plan.table()))
    columns = recorder.spark.table(name).columns
    recorder.plan("INSERT", name, _analyzed(recorder, plan.query()), columns)
    return False


def _create_as(recorder: Recorder, plan: Any) -> bool:
    recorder.plan("CREATE TABLE AS", ".".join(_parts(plan.name())), _analyzed(recorder, plan.query()))
    return False


def _merge(recorder: Recorder, plan: Any) -> bool:
    name = ".".join(_parts(plan.targetTable()))
    require_empty(recorder.spark, name)
    session = recorder.spark._jsparkSession
    merge = session.sessionState().analyzer().execute(plan)
    recorder.merge(name, merge)
    assigned = merge.notMatchedActions().head().assignments()
    pairs = [assigned.apply(i) for i in range(assigned.size())]
    rows = recorder.spark._jvm.org.apache.spark.sql.Dataset.ofRows(session, merge.sourceTable())
    values = [f"{_unasserted(one.value()).sql()} AS {one.key().name()}" for one in pairs]
    append(DataFrame(rows, recorder.spark).selectExpr(*values), name)
    return True


def _unasserted(value: Any) -> Any:
    """A value without the check for null that Spark puts around it for a column that is NOT NULL."""
    return value.child() if value.getClass().getSimpleName() == "AssertNotNull" else value


def _update(recorder: Recorder, plan: Any) -> bool:
    require_empty(recorder.spark, ".".join(_parts(plan.table())))
    return True


def _alter_column(recorder: Recorder, plan: Any) -> bool:
    """Databricks lets a column without nulls become NOT NULL; open-source Spark refuses it whatever it holds."""
    if plan.nullable().isEmpty() or plan.nullable().get():
        return False
    catalog, *namespace, table = _parts(plan.table())
    name = plan.column().name()
    jvm, gateway = recorder.spark._jvm, recorder.spark.sparkContext._gateway
    strings = gateway.jvm.java.lang.String
    field = gateway.new_array(strings, name.size())
    schema = gateway.new_array(strings, len(namespace))
    for i in range(name.size()):
        field[i] = name.apply(i)
    for i, one in enumerate(namespace):
        schema[i] = one
    package = jvm.org.apache.spark.sql.connector.catalog
    changes = gateway.new_array(package.TableChange, 1)
    changes[0] = package.TableChange.updateColumnNullability(field, False)
    catalog = recorder.spark._jsparkSession.sessionState().catalogManager().catalog(catalog)
    catalog.alterTable(package.Identifier.of(schema, table), changes)
    return True


def delta_module(recorder: Recorder) -> None:
    """`delta.tables.DeltaTable`, as far as a merge of whole rows."""

    class DeltaTable:
        def __init__(self, name: str) -> None:
            self.name = name

        @classmethod
        def forName(cls, _spark: SparkSession, name: str) -> DeltaTable:
            return cls(name)

        def alias(self, _: str) -> DeltaTable:
            return self

        def merge(self, source: DataFrame, _condition: str) -> DeltaTable:
            self.source = source
            return self

        def whenMatchedUpdateAll(self) -> DeltaTable:
            return self

        def whenNotMatchedInsertAll(self) -> DeltaTable:
            return self

        def execute(self) -> None:
            require_empty(recorder.spark, self.name)
            recorder.frame("DeltaTable.merge", self.name, self.source)
            append(self.source, self.name)

    _module("delta")
    _module("delta.tables").DeltaTable = DeltaTable


def run_dlt(recorder: Recorder, path: Path) -> None:
    """Run a file of a DLT pipeline: tables in the order of their definition, views where they are read."""
    module, views, tables = _module("dlt"), {}, {}

    def table(name: str, **_: Any) -> Callable[..., Any]:
        return lambda function: tables.setdefault(name, function)

    def expecting(*rules: str) -> Callable[..., Any]:
        def decorate(function: Any) -> Any:
            function.rules = [*rules, *getattr(function, "rules", [])]
            return function

        return decorate

    def read(name: str) -> DataFrame:
        return views[name]() if name in views else recorder.spark.table(name)

    module.table, module.read, module.read_stream = table, read, read
    module.view = lambda function: views.setdefault(function.__name__, function)
    module.expect = lambda *_: expecting()
    module.expect_or_drop = lambda _, rule: expecting(rule)
    module.expect_all_or_drop = lambda rules: expecting(*rules.values())
    exec(compile(path.read_text("utf-8"), str(path), "exec"), {"spark": recorder.spark, "__name__": "dlt_pipeline"})
    for name, function in tables.items():
        frame = function()
        for rule in getattr(function, "rules", []):
            frame = frame.where(rule)
        recorder.frame("dlt.table", name, frame)
        if frame.isStreaming:
            stream(frame, name).awaitTermination()
        else:
            append(frame, name)


def run_notebook(
    recorder: Recorder, path: Path, parameters: dict[str, str], scope: dict[str, Any] | None = None
) -> None:
    """Run a notebook in Databricks' source format, with its `%run` and `%sql`."""
    widgets = types.SimpleNamespace(text=lambda *_: None, get=parameters.__getitem__)
    scope = scope or {"spark": recorder.spark, "dbutils": types.SimpleNamespace(widgets=widgets)}
    for cell in path.read_text("utf-8").split("# COMMAND ----------"):
        lines = cell.strip().removeprefix("# Databricks notebook source").strip().split("\n")
        magic = "\n".join(line.removeprefix("# MAGIC").strip() for line in lines if line.startswith("# MAGIC"))
        if magic.startswith("%run"):
            run_notebook(recorder, (path.parent / magic.split()[1]).with_suffix(".py"), parameters, scope)
        elif magic.startswith("%sql"):
            recorder.spark.sql(magic.removeprefix("%sql"))
        elif not magic:
            exec(compile("\n".join(lines), str(path), "exec"), scope)


def _module(name: str) -> Any:
    sys.modules[name] = types.ModuleType(name)
    return sys.modules[name]


__all__ = ["append", "delta_module", "patch_frames", "patch_sql", "patch_writers", "run_dlt", "run_notebook", "short"]
