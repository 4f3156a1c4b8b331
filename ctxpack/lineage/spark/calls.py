"""How functions, classes and methods are called."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.datamodel import algebra as to
from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark import columns, embedded, members, operators, parameters, schemas, starting
from ctxpack.lineage.spark.library import (
    builtins,
    connections,
    delta,
    dispatch,
    frames,
    functions,
    groups,
    pandas,
    pipelines,
    reading,
    settings,
    strings,
    writing,
)
from ctxpack.lineage.spark.machine import DEEPEST_CALL, Machine
from ctxpack.lineage.spark.tables import (
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
from ctxpack.lineage.spark.values import (
    GIVEN,
    Args,
    Bound,
    Class,
    Declared,
    Either,
    External,
    Function,
    Instance,
    Method,
    Partial,
    Scope,
    Super,
    Text,
    Unknown,
)

_MOST_SELF = 2
_DATACLASS = ("dataclass", "define", "attrs", "frozen", "s")
_MODELS = ("BaseModel", "BaseSettings", "NamedTuple", "TypedDict", "Struct", "SQLModel")


def call(machine: Machine, target: object, args: Args) -> object:
    """What a call of a value gives."""
    machine.step()
    rule = _CALLS.get(type(target))
    return rule(machine, target, args) if rule is not None else Unknown(operators.hint_of(target))


def _either(machine: Machine, target: Either, args: Args) -> object:
    machine.doubt += 1
    try:
        return operators.merged([call(machine, one, args) for one in target.options])
    finally:
        machine.doubt -= 1


# --- functions of the repository --------------------------------------------------------------------------------------


def define(machine: Machine, definition: syntax.Function | syntax.Lambda, scope: Scope) -> Function:
    """The function that a definition makes."""
    defaults = {
        one.name: machine.evaluate(one.default, scope) for one in definition.parameters if one.default is not None
    }
    return Function(definition, scope, defaults, scope.owner)


def _function(machine: Machine, target: Function, args: Args) -> object:
    return enter(machine, target, args, None)


def _bound(machine: Machine, target: Bound, args: Args) -> object:
    return enter(machine, target.function, args, target.receiver)


def enter(machine: Machine, function: Function, args: Args, receiver: object) -> object:
    """Run a function of the repository and give what it returns."""
    machine.called.add((id(function.definition), id(receiver.type) if isinstance(receiver, Instance) else 0))
    machine.entered.add(id(function.definition))
    same = sum(one.function is not None and one.function.definition is function.definition for one in machine.stack)
    if len(machine.stack) >= DEEPEST_CALL or same >= _MOST_SELF:
        return _unfollowed(function, args)
    args = _owned(machine, args)
    path = function.scope.module.path
    line = getattr(function.definition, "line", 0) or machine.here.line
    machine.enter(path, line, function, receiver)
    try:
        variables = bind(machine, function, args, receiver)
        scope = Scope(variables, function.scope.module, function.scope, function.owner, receiver)
        machine.here.scope = scope
        body = function.definition.body
        if isinstance(body, tuple):
            machine.run(body, scope)
            found = _result(scope, function)
        else:
            found = machine.evaluate(body, scope)
        return _handed_over(machine, found)
    finally:
        machine.leave()


def _owned(machine: Machine, args: Args) -> Args:
    """Arguments of which strings made by nobody on the stack (settings, constants in containers) are the caller's."""
    serials = {one.serial for one in machine.stack}
    here = machine.here.serial

    def own(value: object) -> object:
        if isinstance(value, Text):
            return value if value.owner in serials else value.moved(here)
        return Either(tuple(own(one) for one in value.options)) if isinstance(value, Either) else value

    keywords = {name: own(value) for name, value in args.keywords.items()}
    return Args([own(value) for value in args.args], keywords, args.line, args.open, args.source)


def _unfollowed(function: Function, args: Args) -> object:
    """What a function gives that is not followed any further: its frames flow through it."""
    found = [one for one in args.everything() if isinstance(one, Frame)]
    if found:
        return found[0].opaque(f"{function.name} calls itself too deeply", args.line, *found[1:], keeps=True)
    return Unknown(function.name)


def _result(scope: Scope, function: Function) -> object:
    if scope.yields:
        return scope.yields[0] if function.kind == "context" else scope.yields
    found = [one for one in scope.results if one is not None] or [None]
    return operators.merged(found)


def _handed_over(machine: Machine, value: object) -> object:
    """A string that the function made belongs to whoever called it."""
    serial = machine.here.serial
    caller = machine.stack[-2].serial if len(machine.stack) > 1 else 0
    return operators.each(
        value, lambda one: one.moved(caller) if isinstance(one, Text) and one.owner == serial else one
    )


def bind(machine: Machine, function: Function, args: Args, receiver: object) -> dict[str, object]:
    """The values of a function's parameters."""
    waiting = [receiver, *args.args] if receiver is not None else list(args.args)
    keywords = {**_of_command(machine, function, args), **args.keywords}
    variables: dict[str, object] = {}
    for one in function.definition.parameters:
        if one.kind == "*":
            variables[one.name] = waiting if not args.open else Unknown(one.name)
            waiting = []
        elif one.kind == "**":
            variables[one.name] = keywords if not args.open else Unknown(one.name)
        elif one.name in keywords:
            variables[one.name] = keywords.pop(one.name)
        elif waiting and one.kind != "keyword":
            variables[one.name] = waiting.pop(0)
        elif one.name in function.defaults and not args.open:
            variables[one.name] = _default(machine, function.defaults[one.name])
        else:
            variables[one.name] = unknown_parameter(one)
    return variables


def _of_command(machine: Machine, function: Function, args: Args) -> dict[str, object]:
    """The parameters that a command gets from its command line, where nobody else calls it with any."""
    declared = list(reversed(function.options))
    if args.args or not (declared or function.kind == "command"):
        return {}
    known = {one.name for one in declared}
    for one in function.definition.parameters:
        default = function.defaults.get(one.name)
        if one.name in known or one.name in args.keywords or function.kind != "command" or one.kind.startswith("*"):
            continue
        flags = (f"--{one.name.replace('_', '-')}", f"--{one.name}")
        if isinstance(default, Declared):
            own = () if not default.flags else flags if default.flags == ("--",) else default.flags
            declared.append(Declared(one.name, own, default.default))
        else:
            declared.append(Declared(one.name, flags if one.name in function.defaults else (), default))
    return parameters.filled(machine, declared)


def _default(machine: Machine, value: object) -> object:
    if isinstance(value, Declared):
        return value.default if value.default is not None else Unknown(value.name)
    return value.moved(machine.here.serial) if isinstance(value, Text) else value


def unknown_parameter(one: syntax.Parameter) -> object:
    """What is known of a parameter that nobody gave a value: its name, and perhaps its type."""
    annotation = one.annotation.rpartition(".")[2].strip("\"'").split(" |")[0]
    if annotation in ("SparkSession", "SQLContext", "GlueContext") or members.is_session(one.name):
        return Session()
    if annotation == "DataFrame":
        api = (
            "pandas"
            if one.annotation.startswith(("pd", "pandas"))
            else "polars"
            if "pl." in one.annotation
            else "spark"
        )
        return Frame(to.Opaque((), f"rows of the parameter {one.name}"), api, known=False)
    return Unknown(one.name, GIVEN)


# --- classes of the repository ----------------------------------------------------------------------------------------


def _class(machine: Machine, target: Class, args: Args) -> object:
    if members.is_enum(target):
        found = [one for one in members.items(target) or [] if isinstance(one, Instance)]
        wanted = args.get(0)
        return next((one for one in found if one.variables["value"] == wanted), Unknown(operators.hint_of(wanted)))
    made = Instance(target)
    starting.note(machine, target.name, args)
    start = target.find("__init__")
    if start is not None and isinstance(start[1], Function):
        enter(machine, start[1], args, made)
    elif is_record(target) or any(one.fields for one in target.ancestors()):
        _fill(machine, made, args)
    after = target.find("__post_init__")
    if after is not None and isinstance(after[1], Function):
        enter(machine, after[1], Args(line=args.line), made)
    return made


def is_record(target: Class) -> bool:
    """Whether a class gets its attributes from its constructor's arguments."""
    return any(base.rpartition(".")[2] in _MODELS for base in target.foreign())


def _fill(machine: Machine, made: Instance, args: Args) -> None:
    """The attributes of a dataclass or a model from the arguments, by the order of its fields."""
    fields: list[str] = []
    for one in reversed(list(made.type.ancestors())):
        fields += [name for name in one.fields if name not in fields]
    for name, value in zip(fields, args.args, strict=False):
        made.variables[name] = value
    for name, value in args.keywords.items():
        made.variables[name] = value
    for name in fields:
        if name not in made.variables:
            found = made.type.find(name)
            made.variables[name] = _field(machine, found[1], name) if found is not None else Unknown(name)


def _field(machine: Machine, value: object, name: str) -> object:
    """The default of a field; `field(default=...)` has it inside."""
    if isinstance(value, FieldDefault):
        return machine.call(value.factory) if value.factory is not None else value.default
    return value


class FieldDefault:
    """`dataclasses.field(default=..., default_factory=...)`."""

    __slots__ = ("default", "factory")

    def __init__(self, default: object, factory: object) -> None:
        self.default, self.factory = default, factory


def _instance(machine: Machine, target: Instance, args: Args) -> object:
    found = target.type.find("__call__")
    return enter(machine, found[1], args, target) if found is not None and isinstance(found[1], Function) else Unknown()


def super_of(scope: Scope) -> object:
    """`super()` in a method."""
    function: Scope | None = scope
    while function is not None and function.owner is None:
        function = function.parent
    if function is None or function.owner is None:
        return Unknown("super")
    return Super(function.owner, function.receiver)


# --- everything else --------------------------------------------------------------------------------------------------


def _partial(machine: Machine, target: Partial, args: Args) -> object:
    keywords = {**target.keywords, **args.keywords}
    return call(machine, target.target, Args([*target.args, *args.args], keywords, args.line, args.open))


def _external(machine: Machine, target: External, args: Args) -> object:
    last = target.name.rpartition(".")[2]
    starting.note(machine, target.name, args)
    if last == "field" and ("default" in args.keywords or "default_factory" in args.keywords):
        return FieldDefault(args.any_of("default"), args.any_of("default_factory"))
    if last == "Field" and (args.args or "default" in args.keywords or "default_factory" in args.keywords):
        return FieldDefault(args.get(0, "default"), args.any_of("default_factory"))
    return dispatch.call(machine, target.name, args)


def _unknown(machine: Machine, target: Unknown, args: Args) -> object:
    """A call of something unknown, which may be a session, a frame or a connection all the same."""
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
}


def _method(machine: Machine, target: Method, args: Args) -> object:
    """A method of a value that is not of the repository."""
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
    """`file.read()` of something that was taken for a session."""
    return Unknown("content")


def _udf(machine: Machine, value: Udf, args: Args) -> object:
    function = args.get(0)
    return Udf(function.name, value.type) if isinstance(function, Function) else functions.call_udf(value, args)


def _decorator(machine: Machine, value: pipelines.Decorator, args: Args) -> object:
    return pipelines.decorate(machine, value, args.get(0))


def _declared(machine: Machine, value: pipelines.Declared, args: Args) -> object:
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
    Merge: delta.merge,
    Connection: connections.method,
    Parser: _parser,
}

_CALLS: dict[type, Callable[..., object]] = {
    Either: _either,
    Function: _function,
    Bound: _bound,
    Class: _class,
    Instance: _instance,
    Partial: _partial,
    External: _external,
    Unknown: _unknown,
    Method: _method,
    Reader: _called_reader,
    Writer: _called_reader,
    Udf: _udf,
    pipelines.Decorator: _decorator,
    pipelines.Declared: _declared,
}
