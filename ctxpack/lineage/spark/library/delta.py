"""Delta tables: `DeltaTable.forName(...)`, its merges, updates and deletes."""

from __future__ import annotations

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.effects import evolution, sites
from ctxpack.lineage.spark.effects.sites import Mention
from ctxpack.lineage.spark.operations import schemas
from ctxpack.lineage.spark.operations.columns import constant
from ctxpack.lineage.spark.operations.functions import parsed
from ctxpack.lineage.spark.operations.operators import frame_of
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Builder, Col, DeltaTable, Frame, Merge, StructField
from ctxpack.lineage.spark.values.texts import shown
from ctxpack.lineage.spark.values.uncertain import Unknown
from ctxpack.model import Column


def opened(machine: Machine, name: str, args: Args) -> object:
    """A class method of DeltaTable."""
    target = args.args[-1] if args.args else args.any_of("tableOrViewName", "path", "identifier")
    if name == "isDeltaTable":
        return Unknown("exists")
    if name in ("forName", "forPath"):
        path = name == "forPath"
        if path and len(args.args) == 3:
            target = args.args[1]
        frame = sites.read(machine, Mention(target, "path" if path else "table", f"DeltaTable.{name}", args.line))
        return DeltaTable(target, frame, path)
    return Builder() if name in _BUILDING else Unknown(name)


_BUILDING = frozenset({"create", "createIfNotExists", "createOrReplace", "replace", "columnBuilder"})


def build(machine: Machine, value: Builder, name: str, args: Args) -> object:
    """A method of a Delta table builder."""
    if name == "tableName":
        value.target = args.get(0, "identifier")
    elif name == "location":
        value.path = args.get(0, "location")
    elif name == "comment":
        said = args.get(0, "comment")
        value.doc = str(shown(said)) if isinstance(said, str) else ""
    elif name == "addColumn":
        value.columns = (*value.columns, *_added(args))
    elif name == "addColumns":
        value.columns = (*value.columns, *schemas.columns_of(args.get(0, "cols")))
    elif name == "execute" and value.columns:
        table = value.target is not None
        sites.declare(machine, value.target if table else value.path, "table" if table else "path", value, args.line)
        return Unknown("table")
    return value


def _added(args: Args) -> tuple[Column, ...]:
    name, nullable, doc = args.get(0, "colName"), args.get(2, "nullable"), args.any_of("comment")
    if isinstance(name, StructField):
        return (name.column,)
    if not isinstance(name, str):
        return ()
    kind = schemas.type_name(args.get(1, "dataType"))
    said = str(shown(doc)) if isinstance(doc, str) else ""
    return (Column(str(shown(name)), kind, nullable is not False, said, line=args.line),)


def method(machine: Machine, value: DeltaTable, name: str, args: Args) -> object:
    """A method of a Delta table."""
    if name in ("alias", "as"):
        alias = args.get(0, "aliasName")
        return DeltaTable(value.target, value.frame, value.path, shown(alias) if isinstance(alias, str) else "")
    if name == "toDF":
        return value.frame.step(value.frame.plan)
    if name == "merge":
        source = frame_of(args.get(0, "source"))
        frame = source if isinstance(source, Frame) else Frame(to.Opaque((), "rows that are not known", args.line))
        return Merge(value, frame)
    if name == "update":
        _update(machine, value, args)
    return None if name in ("delete", "vacuum", "restoreToVersion", "generate") else Unknown(name)


def _update(machine: Machine, value: DeltaTable, args: Args) -> None:
    given = args.any_of("set")
    given = given if given is not None else args.get(1)
    if isinstance(given, dict):
        plan = to.Project(value.frame.plan, _outputs(machine, given, args.line))
        form: sites.Form = "path" if value.path else "table"
        sites.write(
            machine,
            Mention(value.target, form, "DeltaTable.update", args.line),
            value.frame.step(plan),
            "update",
            adds=True,
        )


def _outputs(machine: Machine, given: dict[object, object], line: int) -> tuple[to.Output, ...]:
    """The assigned columns; their names may be qualified by the table's alias."""
    made: list[to.Output] = []
    for name, value in given.items():
        if isinstance(name, str):
            one = (
                value
                if isinstance(value, Col)
                else parsed(machine, value, line)
                if isinstance(value, str)
                else constant(value)
            )
            made.append(to.Output(shown(name).rpartition(".")[2].strip("`"), one.expression, line))
    return tuple(made)


def merge(machine: Machine, value: Merge, name: str, args: Args) -> object:
    """A method of a merge."""
    if name == "execute":
        _execute(machine, value, args.line)
        return None
    if name == "withSchemaEvolution":
        value.marks = (*value.marks, evolution.mark(machine, name, args.line))
    if name.startswith("when"):
        given = args.any_of("set", "values")
        given = given if given is not None else next((one for one in args.args if isinstance(one, dict)), None)
        value.clauses.append((name, given))
    return value


def _execute(machine: Machine, value: Merge, line: int) -> None:
    """Record the write of a merge: the rows of the source, or the columns that its clauses set."""
    form: sites.Form = "path" if value.table.path else "table"
    joined: to.PlanTree = value.source.plan
    whole = any(name.endswith("All") for name, _ in value.clauses)
    plans: list[to.PlanTree] = [joined] if whole or not value.clauses else []
    alias = value.table.alias or "target"
    for name, given in value.clauses:
        if isinstance(given, dict) and given:
            inserted = name.startswith("whenNotMatchedInsert")
            input_: to.PlanTree = joined
            if not inserted:
                table = to.Named(value.table.frame.plan, alias)
                input_ = to.Join(joined, table, "inner", to.Call("unknown", ()), line=line)
            plans.append(to.Project(input_, _outputs(machine, given, line)))
    if not plans:
        return
    plan = plans[0] if len(plans) == 1 else to.SetOperation(tuple(plans), "union", True, False)
    frame = value.source.step(plan)
    adds = not (whole and len(plans) == 1)
    sites.write(
        machine,
        Mention(value.table.target, form, "DeltaTable.merge", line),
        frame,
        "merge",
        adds=adds,
        marks=value.marks,
    )
