"""Runs functions and methods that nothing in the repository calls, since a scheduler or framework may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark.language import calls
from ctxpack.lineage.spark.language.entering import unknown_parameter
from ctxpack.lineage.spark.language.members import is_enum
from ctxpack.lineage.spark.loading import entry, tells
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.state.recorder import is_test
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Bound, Class, Function, Instance, Module
from ctxpack.lineage.spark.values.texts import Text
from ctxpack.lineage.spark.values.uncertain import Unknown

_RUN_NAMES = (
    "main", "run", "execute", "start", "launch", "process", "perform", "etl", "run_job", "run_pipeline", "transform",
    "load", "write", "save", "build", "handle", "job", "pipeline", "apply", "__call__", "invoke", "compute",
)  # fmt: skip
_ANNOTATED = re.compile(r"[\"']?(?:(?:typing\.)?Optional\[)?[\"']?([A-Za-z_][\w.]*)[\"']?\]?(?:\s*\|\s*None)?[\"']?")


def uncalled(machine: Machine) -> None:
    """Run the functions and methods not run so far: first those that no other code refers to, then the rest."""
    waiting = [one for one in machine.coverage.definitions if not machine.coverage.has_entered(one)]
    classes = list(machine.coverage.classes)
    machine.coverage.definitions, machine.coverage.classes = [], []
    methods = [value for one in classes for value in one.variables.values() if isinstance(value, Function)]
    used = frozenset(id(target) for one in (*waiting, *methods) for target in _used(one) if target is not one)
    for one in waiting:
        if id(one) not in used and not machine.coverage.has_entered(one):
            _enter(machine, one)
    parents = {id(base) for one in classes for base in one.ancestors() if base is not one}
    for kind in classes:
        if id(kind) not in parents:
            _jobs(machine, kind)
    for one in waiting:
        if not machine.coverage.has_entered(one):
            _enter(machine, one)
    for kind in classes:
        _rest(machine, kind)


def _used(one: Function) -> Iterable[Function]:
    """The functions that a function refers to, by name or as members of modules."""
    stack: list[object] = [one.definition.body, *(value for value in one.defaults.values())]
    while stack:
        value = stack.pop()
        if isinstance(value, syntax.Name):
            found = _variable(one, value.id)
            if isinstance(found, Function):
                yield found
        elif isinstance(value, syntax.Chain) and isinstance(value.base, syntax.Name) and value.steps:
            module, step = _variable(one, value.base.id), value.steps[0]
            if isinstance(module, Module) and isinstance(step, syntax.Member):
                member = module.variables.get(step.name)
                if isinstance(member, Function):
                    yield member
        stack.extend(syntax.parts(value))


def _variable(one: Function, name: str) -> object:
    holder = one.scope.holding(name)
    return holder.variables[name] if holder is not None else one.scope.module.variables.get(name)


def _enter(machine: Machine, one: Function, receiver: object = None) -> None:
    """Run a function with unknown arguments, or its defaults.

    Of the many functions in tests, only those that name an API that reads datasets.
    """
    path = one.scope.module.path
    if is_test(path) and not tells(one.definition.body):
        return
    parameters = one.definition.parameters[1 if receiver is not None else 0 :]
    keywords: dict[str, object] = {}
    for parameter in parameters:
        if parameter.name in one.defaults:
            keywords[parameter.name] = _softened(parameter.name, one.defaults[parameter.name])
    target = Bound(one, receiver) if receiver is not None else one
    line = getattr(one.definition, "line", 1)

    def action() -> None:
        machine.stack.enter(path, line)
        if one.options or one.kind == "command":
            calls.call(machine, target, Args(line=line))
            machine.stack.leave()
            return
        given = [_given(machine, one, p) for p in parameters if p.name not in one.defaults and p.kind == ""]
        named = {
            p.name: _given(machine, one, p) for p in parameters if p.kind == "keyword" and p.name not in one.defaults
        }
        calls.call(machine, target, Args(given, {**named, **keywords}, line))
        machine.stack.leave()

    _in_run_of(machine, one.scope.module, lambda: entry(machine, path, line, action))


def _given(machine: Machine, function: Function, parameter: syntax.Parameter) -> object:
    """The argument for a parameter of unknown callers: an instance if its type is a class of the repository."""
    found = _ANNOTATED.fullmatch(parameter.annotation)
    top, _, rest = (found[1] if found is not None else "").partition(".")
    value = _variable(function, top) if top else None
    for name in rest.split(".") if rest else ():
        value = value.variables.get(name) if isinstance(value, Module) else None
    if not isinstance(value, Class) or is_enum(value) or _is_protocol(value):
        return unknown_parameter(parameter)
    return _object(machine, value)


def _is_protocol(one: Class) -> bool:
    return any(name.rpartition(".")[2] in ("Protocol", "ABC") for name in one.foreign())


def _in_run_of(machine: Machine, module: Module, action: Callable[[], None]) -> None:
    """Run an action with the parameters of the run that a module was loaded in."""
    machine.runs.current = module.run
    try:
        action()
    finally:
        machine.runs.current = None


def _softened(name: str, default: object) -> object:
    """A default value for unknown callers, as a soft value."""
    if isinstance(default, Text):
        return default.like(default, owner=0, soft=True, folded=True)
    return Unknown(name) if isinstance(default, bool) else default


def _jobs(machine: Machine, one: Class) -> None:
    """Run the methods of a class by which jobs are run (`run`, `main`), inherited ones included."""
    receiver: Instance | None = None
    for name in _RUN_NAMES:
        found = one.find(name)
        if found is None or not isinstance(found[1], Function) or _is_abstract(found[1]):
            continue
        if machine.coverage.has_called(found[1], one) or _is_called_by_its_class(machine, found[1], one):
            continue
        receiver = receiver or _made(machine, one)
        _enter(machine, found[1], receiver)


def _is_called_by_its_class(machine: Machine, function: Function, one: Class) -> bool:
    return function.owner is one and machine.coverage.has_entered(function)


def _is_abstract(function: Function) -> bool:
    body = function.definition.body
    return isinstance(body, tuple) and all(isinstance(statement, syntax.Stop) for statement in body)


def _made(machine: Machine, one: Class) -> Instance:
    """An instance of a class, created with unknown arguments."""
    made: list[Instance] = []

    def action() -> None:
        machine.stack.enter(one.module.path, one.line)
        made.append(_object(machine, one))
        machine.stack.leave()

    _in_run_of(machine, one.module, lambda: entry(machine, one.module.path, one.line, action))
    return made[0] if made else Instance(one)


def _object(machine: Machine, one: Class) -> Instance:
    start = one.find("__init__")
    given: list[object] = []
    if start is not None and isinstance(start[1], Function):
        parameters = start[1].definition.parameters[1:]
        given = [unknown_parameter(p) for p in parameters if p.name not in start[1].defaults and p.kind == ""]
    made = calls.call(machine, one, Args(given, {}, one.line))
    return made if isinstance(made, Instance) else Instance(one)


def _rest(machine: Machine, one: Class) -> None:
    """Run the methods of a class that have not been run."""
    receiver: Instance | None = None
    for value in list(one.variables.values()):
        if isinstance(value, Function) and value.owner is one and not machine.coverage.has_entered(value):
            if value.name == "__init__" or _is_abstract(value) or value.name.startswith("__"):
                continue
            receiver = receiver or _made(machine, one)
            _enter(machine, value, None if value.kind == "static" else receiver)
