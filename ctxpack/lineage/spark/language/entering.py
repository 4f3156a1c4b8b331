"""Calls of functions of the repository: binding of parameters, running the body, and the result."""

from __future__ import annotations

from ctxpack.datamodel import algebra as to
from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark.effects import parameters
from ctxpack.lineage.spark.language import members
from ctxpack.lineage.spark.operations import operators
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import CommandParameter, Function, Scope
from ctxpack.lineage.spark.values.tables import Frame, Session
from ctxpack.lineage.spark.values.texts import Text
from ctxpack.lineage.spark.values.uncertain import GIVEN, Either, Unknown

_DEEPEST = 24
_MOST_SELF = 2


def define(machine: Machine, definition: syntax.Function | syntax.Lambda, scope: Scope) -> Function:
    """The function value of a definition, with its defaults evaluated."""
    defaults = {
        one.name: machine.evaluate(one.default, scope) for one in definition.parameters if one.default is not None
    }
    return Function(definition, scope, defaults, scope.owner)


def enter(machine: Machine, function: Function, args: Args, receiver: object) -> object:
    """Run a function of the repository and give its result."""
    machine.coverage.enter(function, receiver)
    if machine.stack.depth >= _DEEPEST or machine.stack.times(function) >= _MOST_SELF:
        return _unfollowed(function, args)
    args = _owned(machine, args)
    path = function.scope.module.path
    line = getattr(function.definition, "line", 0) or machine.stack.here.line
    machine.stack.enter(path, line, function, receiver)
    try:
        variables = bind(machine, function, args, receiver)
        scope = Scope(variables, function.scope.module, function.scope, function.owner, receiver)
        machine.stack.here.scope = scope
        body = function.definition.body
        if isinstance(body, tuple):
            machine.run(body, scope)
            found = _result(scope, function)
        else:
            found = machine.evaluate(body, scope)
        return _handed_over(machine, found)
    finally:
        machine.stack.leave()


def _owned(machine: Machine, args: Args) -> Args:
    """The arguments, with strings owned by no activation on the stack (settings, constants) assigned to the caller."""
    serials = {one.serial for one in machine.stack.activations}
    here = machine.stack.here.serial

    def own(value: object) -> object:
        if isinstance(value, Text):
            return value if value.owner in serials else value.moved(here)
        return Either(tuple(own(one) for one in value.options)) if isinstance(value, Either) else value

    keywords = {name: own(value) for name, value in args.keywords.items()}
    return Args([own(value) for value in args.args], keywords, args.line, args.open, args.source)


def _unfollowed(function: Function, args: Args) -> object:
    """The result of a call that is nested too deeply to follow: an opaque frame over the frames passed to it."""
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
    """The result, with strings made by the function assigned to its caller."""
    serial = machine.stack.here.serial
    caller = machine.stack.activations[-2].serial if machine.stack.depth > 1 else 0
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
    """The parameters of a command-line command, from its command line; {} if it is called with arguments."""
    declared = list(reversed(function.options))
    if args.args or not (declared or function.kind == "command"):
        return {}
    known = {one.name for one in declared}
    for one in function.definition.parameters:
        default = function.defaults.get(one.name)
        if one.name in known or one.name in args.keywords or function.kind != "command" or one.kind.startswith("*"):
            continue
        flags = (f"--{one.name.replace('_', '-')}", f"--{one.name}")
        if isinstance(default, CommandParameter):
            own = () if not default.flags else flags if default.flags == ("--",) else default.flags
            declared.append(CommandParameter(one.name, own, default.default))
        else:
            declared.append(CommandParameter(one.name, flags if one.name in function.defaults else (), default))
    return parameters.filled(machine, declared)


def _default(machine: Machine, value: object) -> object:
    if isinstance(value, CommandParameter):
        return value.default if value.default is not None else Unknown(value.name)
    return value.moved(machine.stack.here.serial) if isinstance(value, Text) else value


def unknown_parameter(one: syntax.Parameter) -> object:
    """The value of a parameter without argument or default: a session or frame by its type or name, else unknown."""
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
