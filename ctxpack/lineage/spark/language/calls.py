"""Calls: dispatches a call on the kind of value called."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.lineage.spark.effects import embedded, starting
from ctxpack.lineage.spark.language import builtins, classes, dispatch, settings, strings
from ctxpack.lineage.spark.language.entering import enter
from ctxpack.lineage.spark.library import connections, delta, frames, groups, pandas, pipelines, reading, writing
from ctxpack.lineage.spark.operations import columns, functions, operators, schemas
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Bound, Class, External, Function, Instance, Method, Partial
from ctxpack.lineage.spark.values.tables import (
    Builder,
    Col,
    Connection,
    DeltaTable,
    Frame,
    Grouped,
    Merge,
    Parser,
    Reader,
    Schema,
    Session,
    Udf,
    Window,
    Writer,
)
from ctxpack.lineage.spark.values.texts import Text
from ctxpack.lineage.spark.values.uncertain import GIVEN, Either, Unknown


def call(machine: Machine, target: object, args: Args) -> object:
    """The result of calling a value."""
    machine.budget.step()
    rule = _CALLS.get(type(target))
    return rule(machine, target, args) if rule is not None else Unknown(operators.hint_of(target))


def _either(machine: Machine, target: Either, args: Args) -> object:
    machine.doubt += 1
    try:
        return operators.merged([call(machine, one, args) for one in target.options])
    finally:
        machine.doubt -= 1


def _function(machine: Machine, target: Function, args: Args) -> object:
    return enter(machine, target, args, None)


def _bound(machine: Machine, target: Bound, args: Args) -> object:
    return enter(machine, target.function, args, target.receiver)


# --- everything else --------------------------------------------------------------------------------------------------


def _partial(machine: Machine, target: Partial, args: Args) -> object:
    keywords = {**target.keywords, **args.keywords}
    return call(machine, target.target, Args([*target.args, *args.args], keywords, args.line, args.open))


def _external(machine: Machine, target: External, args: Args) -> object:
    last = target.name.rpartition(".")[2]
    starting.note(machine, target.name, args)
    if last == "field" and ("default" in args.keywords or "default_factory" in args.keywords):
        return classes.FieldDefault(args.any_of("default"), args.any_of("default_factory"))
    if last == "Field" and (args.args or "default" in args.keywords or "default_factory" in args.keywords):
        return classes.FieldDefault(args.get(0, "default"), args.any_of("default_factory"))
    return dispatch.call(machine, target.name, args)


def _unknown(machine: Machine, target: Unknown, args: Args) -> object:
    """A call of an unknown value, which may still be a session, frame or connection by its name."""
    name = target.hint
    starting.note(machine, name, args)
    if target.parent is not None and target.parent is not GIVEN:
        if name == "sql" and embedded.is_sql(args.get(0)):
            return reading.session(machine, Session(), "sql", args)
        if name in _TELLING:
            return _TELLING[name](machine, target, args)
    found = [one for value in args.everything() for one in operators.frames_in(value)]
    if found:
        return found[0].opaque(
            f"{name or 'a function'} is not known", args.line, *found[1:], keeps=target.parent is None
        )
    called = dispatch.callbacks(machine, name, args)
    if called is not None:
        return called
    given = list(args.everything())
    if target.parent is None and len(given) == 1 and isinstance(given[0], (Function, Class)):
        return given[0]
    return Unknown(name, target)


def _table_of(machine: Machine, target: Unknown, args: Args) -> object:
    name = args.get(0)
    if isinstance(name, Text) and target.parent is not None and "." in name and len(args.args) == 1:
        return reading.session(machine, Session(), "table", args)
    return Unknown("table", target)


def _executed(machine: Machine, target: Unknown, args: Args) -> object:
    return connections.execute(machine, Connection(""), target.hint, args)


_TELLING: dict[str, Callable[[Machine, Unknown, Args], object]] = {
    "table": _table_of,
    "execute": _executed,
    "executemany": _executed,
    "executescript": _executed,
}


def _method(machine: Machine, target: Method, args: Args) -> object:
    """A method call on a value that is no object of the repository."""
    if target.line and not args.line:
        args.line = target.line
    args.line = target.line or args.line
    receiver = target.receiver
    if isinstance(receiver, Method) and isinstance(receiver.receiver, Session):
        return _nested(machine, receiver, target.name, args)
    if isinstance(receiver, Frame):
        rule = frames.method if receiver.api == "spark" else pandas.method
        return rule(machine, receiver, target.name, args)
    found = _RECEIVERS.get(type(receiver))
    if found is None and isinstance(receiver, str):
        text = receiver if isinstance(receiver, Text) else Text(receiver)
        return strings.text_method(machine, text, target.name, args)
    return found(machine, receiver, target.name, args) if found is not None else Unknown(target.name)


def _nested(machine: Machine, group: Method, name: str, args: Args) -> object:
    if group.name in pipelines.GLUE_READERS | pipelines.GLUE_WRITERS:
        return pipelines.glue(machine, group.name, name, args)
    return Unknown(name)


def _parser(machine: Machine, parser: Parser, name: str, args: Args) -> object:
    if name == "add_argument":
        return settings.add_argument(machine, parser, args)
    if name in ("parse_args", "parse_known_args", "parse_intermixed_args"):
        found = settings.parse_arguments(machine, parser, args)
        return (found, Unknown("rest")) if name == "parse_known_args" else found
    return parser


def _session(machine: Machine, value: Session, name: str, args: Args) -> object:
    return reading.session(machine, value, name, args)


def _called_reader(machine: Machine, value: object, args: Args) -> object:
    """`file.read()` on a value that was taken for a session."""
    return Unknown("content")


def _udf(machine: Machine, value: Udf, args: Args) -> object:
    function = args.get(0)
    return Udf(function.name, value.type) if isinstance(function, Function) else functions.call_udf(value, args)


def _decorator(machine: Machine, value: pipelines.Decorator, args: Args) -> object:
    return pipelines.decorate(machine, value, args.get(0))


def _declared(machine: Machine, value: pipelines.DatasetFunction, args: Args) -> object:
    return machine.call(value.function, line=args.line)


_RECEIVERS: dict[type, Callable[..., object]] = {
    Text: strings.text_method,
    list: builtins.list_method,
    tuple: builtins.list_method,
    dict: builtins.dict_method,
    Col: columns.method,
    Grouped: groups.method,
    Window: functions.window,
    Session: _session,
    Reader: reading.reader,
    Writer: writing.method,
    Schema: schemas.method,
    DeltaTable: delta.method,
    Builder: delta.build,
    Merge: delta.merge,
    Connection: connections.method,
    Parser: _parser,
}

_CALLS: dict[type, Callable[..., object]] = {
    Either: _either,
    Function: _function,
    Bound: _bound,
    Class: classes.make,
    Instance: classes.invoke,
    Partial: _partial,
    External: _external,
    Unknown: _unknown,
    Method: _method,
    Reader: _called_reader,
    Writer: _called_reader,
    Udf: _udf,
    pipelines.Decorator: _decorator,
    pipelines.DatasetFunction: _declared,
}
