"""Attributes: `value.name` and `value.name = new`, by the kind of value."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ctxpack.lineage.spark.effects import parameters
from ctxpack.lineage.spark.library import frames, pandas
from ctxpack.lineage.spark.operations import columns
from ctxpack.lineage.spark.operations.schemas import type_name
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values import known
from ctxpack.lineage.spark.values.objects import (
    Bound,
    Class,
    External,
    Function,
    Instance,
    Method,
    Module,
    Partial,
    Super,
)
from ctxpack.lineage.spark.values.tables import (
    Col,
    DataType,
    Frame,
    Parser,
    Reader,
    Schema,
    Session,
    StructField,
    Writer,
)
from ctxpack.lineage.spark.values.texts import PathText
from ctxpack.lineage.spark.values.uncertain import Unknown, either

_SESSIONS = frozenset(
    {
        "spark",
        "spark_session",
        "sparkSession",
        "sqlContext",
        "sqlc",
        "_spark",
        "glueContext",
        "glue_context",
        "spark_sess",
    }
)
_ENUMS = ("Enum", "StrEnum", "IntEnum")


def by_name(name: str) -> object:
    """The value of a name that notebooks and jobs have predefined (`spark`, `dbutils`)."""
    return Session() if name in _SESSIONS else External(name)


def is_session(name: str) -> bool:
    """Whether an attribute or parameter of this name holds a session."""
    return name in _SESSIONS


def member(machine: Machine, value: object, name: str, line: int) -> object:
    """The value of `value.name`."""
    rule = _MEMBERS.get(type(value))
    if rule is not None:
        return rule(machine, value, name, line)
    return Method(value, name, line)


def _module(machine: Machine, value: Module, name: str, line: int) -> object:
    if name in value.variables:
        return machine.stack.own(value.variables[name])
    folder = value.path.rpartition("/")[0]
    if value.path.endswith("__init__.py"):
        for path in (f"{folder}/{name}.py", f"{folder}/{name}/__init__.py"):
            loaded = machine.rules.load(machine, path) if path in machine.programs else None
            if loaded is not None:
                return loaded
    return Unknown(name)


def of_class(machine: Machine, value: Class, name: str, line: int) -> object:
    """The attribute of a class."""
    found = value.find(name)
    if found is None:
        return machine.text(value.name) if name == "__name__" else Unknown(name, value)
    _, attribute = found
    if isinstance(attribute, Function):
        return Bound(attribute, value) if attribute.kind == "class" else attribute
    if is_enum(value) and not isinstance(attribute, (Instance, Class)):
        return Instance(value, {"value": attribute, "name": machine.text(name), "_value_": attribute})
    return machine.stack.own(attribute)


def is_enum(value: Class) -> bool:
    """Whether a class is an enumeration."""
    return any(base.rpartition(".")[2] in _ENUMS for base in value.foreign())


def _instance(machine: Machine, value: Instance, name: str, line: int) -> object:
    if name in value.variables or name == "__class__":
        return value.variables.get(name, value.type)
    found = value.type.find(name)
    if found is None:
        return _missing(machine, value, name)
    _, attribute = found
    if not isinstance(attribute, Function):
        return machine.stack.own(attribute)
    if attribute.kind == "property":
        return machine.call(Bound(attribute, value), line=line)
    if attribute.kind == "static":
        return attribute
    return Bound(attribute, value.type if attribute.kind == "class" else value)


def _missing(machine: Machine, value: Instance, name: str) -> object:
    """An attribute that was never set: a string method of a string enumeration, a session by its name, or unknown."""
    inner = value.variables.get("value")
    if isinstance(inner, str) and hasattr(str, name):
        return Method(inner, name)
    special = value.type.find("__getattr__")
    if special is not None and isinstance(special[1], Function):
        return machine.call(Bound(special[1], value), machine.text(name))
    return by_name(name) if is_session(name) else Unknown(name, value)


def _super(machine: Machine, value: Super, name: str, line: int) -> object:
    heir = value.receiver.type if isinstance(value.receiver, Instance) else value.receiver
    order = list(heir.ancestors()) if isinstance(heir, Class) else list(value.owner.ancestors())
    after = order[order.index(value.owner) + 1 :] if value.owner in order else list(value.owner.ancestors())[1:]
    for one in after:
        if name in one.variables:
            attribute = one.variables[name]
            return Bound(attribute, value.receiver) if isinstance(attribute, Function) else attribute
    return Unknown(name)


def _frame(machine: Machine, value: Frame, name: str, line: int) -> object:
    if name in ("write", "writeStream"):
        return Writer(value, stream=name == "writeStream")
    told = _SCHEMA[name](machine, value) if name in _SCHEMA else None
    if told is not None:
        return told
    if name in frames.PROPERTIES or name in pandas.SAME_PROPERTIES:
        return value
    if name in frames.NAMES or name in pandas.NAMES:
        return Method(value, name, line)
    return column_of(machine, value, name, line)


def _frame_columns(machine: Machine, value: Frame) -> object:
    names = known.columns_of(value.plan, machine.tables)
    return [machine.text(one) for one in names] if names is not None else Unknown("columns")


def _frame_schema(machine: Machine, value: Frame) -> object:
    return known.schema_of(value.plan, machine.tables) or Unknown("schema", value)


def _frame_types(machine: Machine, value: Frame) -> object:
    """The (name, type) pairs of a frame's columns; None unless all are known."""
    found = known.schema_of(value.plan, machine.tables)
    if found is None or not all(one.type for one in found.columns):
        return None
    return [(machine.text(one.name), machine.text("".join(type_name(one.type).split()))) for one in found.columns]


_SCHEMA: dict[str, Callable[[Machine, Frame], object]] = {
    "columns": _frame_columns, "schema": _frame_schema, "dtypes": _frame_types,
}  # fmt: skip
"""Properties that tell of a frame's columns; None where they say no more than other properties do."""


def column_of(machine: Machine, value: Frame, name: str, line: int) -> Col:
    """A column of this state of a frame; pandas and Polars frames change in place, so theirs needs no tag."""
    found = columns.reference(name, line)
    if value.api != "spark":
        return Col(found.expression, found.name, frame=value)
    return Col(columns.tagged(found, value.tagged(machine.stack.number()), line), found.name, frame=value)


def _column(machine: Machine, value: Col, name: str, line: int) -> object:
    if columns.is_method(name):
        return Method(value, name, line)
    return (
        value if name in ("str", "dt", "list", "struct", "arr", "cat", "values") else columns.element(value, name, line)
    )


def _external(machine: Machine, value: External, name: str, line: int) -> object:
    return parameters.library(machine, f"{value.name}.{name}")


def _session(machine: Machine, value: Session, name: str, line: int) -> object:
    if name in ("read", "readStream"):
        return Reader(stream=name == "readStream")
    if name in ("builder", "sparkSession", "spark_session", "spark", "catalog", "conf"):
        return value
    if name in ("sparkContext", "udf", "streams", "version"):
        return External(f"session.{name}")
    return Method(value, name, line)


def _unknown(machine: Machine, value: Unknown, name: str, line: int) -> object:
    if name in ("read", "readStream"):
        return Reader(parent=value, stream=name == "readStream")
    if name in ("write", "writeStream"):
        return Writer(value, stream=name == "writeStream", parent=value)
    return Session() if is_session(name) else Unknown(name, value)


def _schema(machine: Machine, value: Schema, name: str, line: int) -> object:
    if name == "fields":
        return [StructField(one) for one in value.columns]
    return [machine.text(one.name) for one in value.columns] if name == "names" else Method(value, name, line)


def _parser(machine: Machine, value: Parser, name: str, line: int) -> object:
    if name in value.values:
        return value.values[name]
    if name == "__dict__":
        return dict(value.values)
    return Method(value, name, line) if name in _PARSING else Unknown(name)


_PARSING = frozenset("add_argument parse_args parse_known_args add_argument_group add_mutually_exclusive_group".split())


def _struct_field(machine: Machine, value: StructField, name: str, line: int) -> object:
    if name == "name":
        return machine.text(value.column.name)
    if name == "dataType":
        return DataType(value.column.type)
    return value.column.nullable if name == "nullable" and value.column.nullable is not None else Unknown(name)


def _path(machine: Machine, value: PathText, name: str, line: int) -> object:
    if name == "parents":
        return [PathText(parent) for parent in _parents(value)]
    parts = str(value).rpartition("/")
    stem, dot, suffix = parts[2].rpartition(".")
    found = {"parent": parts[0], "name": parts[2], "stem": stem or suffix, "suffix": f".{suffix}" if dot else ""}
    if name not in found:
        return Method(value, name, line)
    made = machine.text(found[name], value)
    return PathText(made, made.owner, soft=made.soft, folded=True, given=made.given) if name == "parent" else made


def _parents(path: str) -> Iterable[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _function(machine: Machine, value: Function, name: str, line: int) -> object:
    return machine.text(value.name) if name == "__name__" else Unknown(name, value)


def _partial(machine: Machine, value: Partial, name: str, line: int) -> object:
    return value.target if name == "func" else Unknown(name)


_MEMBERS: dict[type, Callable[..., object]] = {
    Module: _module,
    Class: of_class,
    Instance: _instance,
    Super: _super,
    Frame: _frame,
    Col: _column,
    External: _external,
    Session: _session,
    Unknown: _unknown,
    Schema: _schema,
    Parser: _parser,
    StructField: _struct_field,
    PathText: _path,
    Function: _function,
    Partial: _partial,
}


# --- assignment -------------------------------------------------------------------------------------------------------


def set_member(machine: Machine, value: object, name: str, new: object) -> None:
    """Apply `value.name = new`."""
    if isinstance(value, (Instance, Class, Module)):
        variables = value.variables
        variables[name] = either([variables[name], new]) if machine.doubt and name in variables else new
    elif isinstance(value, External) and value.name == "sys" and name == "argv":
        parameters.set_line(machine, new)
    elif isinstance(value, Frame) and value.api != "spark":
        pandas.set_column(machine, value, name, new)
