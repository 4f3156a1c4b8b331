"""Execution of statements. If a condition is undecided, both branches are run and the resulting states merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark.effects import embedded
from ctxpack.lineage.spark.language import classes, contents, entering, imports
from ctxpack.lineage.spark.language.expressions import assign, evaluate
from ctxpack.lineage.spark.operations import operators
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.objects import (
    Bound,
    Class,
    CommandParameter,
    External,
    Function,
    Instance,
    Partial,
    Scope,
)
from ctxpack.lineage.spark.values.tables import Udf
from ctxpack.lineage.spark.values.texts import Text
from ctxpack.lineage.spark.values.uncertain import Unknown, truth

_MOST_ROUNDS = 200
_KINDS = {
    "staticmethod": "static", "classmethod": "class", "property": "property", "cached_property": "property",
    "contextmanager": "context", "asynccontextmanager": "context", "abstractproperty": "property",
    "computed_field": "property",
}  # fmt: skip


def run(machine: Machine, statements: Sequence[syntax.Statement], scope: Scope) -> str:
    """Run statements; gives how they were left: "" at their end, or return, break, continue, raise."""
    for one in statements:
        machine.budget.step()
        left = _RULES[type(one)](machine, one, scope)
        if left:
            return left
    return ""


def _assign(machine: Machine, one: syntax.Assign, scope: Scope) -> str:
    machine.stack.at(one.line)
    if one.value is None:
        return ""
    value = evaluate(machine, one.value, scope)
    machine.stack.at(one.line)
    if one.operator:
        value = _augmented(machine, one, value, scope)
    for target in one.targets:
        assign(machine, target, value, scope)
    return ""


def _augmented(machine: Machine, one: syntax.Assign, value: object, scope: Scope) -> object:
    before = evaluate(machine, one.targets[0], scope)
    if isinstance(before, list) and one.operator in ("+", "|"):
        before.extend((contents.items(machine, value) or [])[:_MOST_ROUNDS])
        return before
    if isinstance(before, dict) and isinstance(value, dict):
        before.update(value)
        return before
    return operators.binary(machine, one.operator, before, value)


def _evaluate(machine: Machine, one: syntax.Evaluate, scope: Scope) -> str:
    machine.stack.at(one.line)
    evaluate(machine, one.value, scope)
    return ""


# --- control flow -----------------------------------------------------------------------------------------------------


def _branch(machine: Machine, one: syntax.Branch, scope: Scope) -> str:
    if _is_main(one.test) and scope.parent is None:
        scope.module.mains.append(one.then)
        return run(machine, one.other, scope)
    known = truth(evaluate(machine, one.test, scope))
    if known is not None:
        return run(machine, one.then if known else one.other, scope)
    return _joined(machine, [one.then, one.other], scope)


def _is_main(test: syntax.Expression) -> bool:
    return (
        isinstance(test, syntax.Binary)
        and isinstance(test.first, syntax.Name)
        and test.first.id == "__name__"
        and test.rest[0][0] == "=="
    )


def _joined(machine: Machine, ways: Sequence[Sequence[syntax.Statement]], scope: Scope) -> str:
    """Run alternative branches, each from the same state, and merge the states in which they end."""
    before = dict(scope.variables)
    ends: list[dict[str, object]] = []
    left: list[str] = []
    machine.doubt += 1
    try:
        for way in ways:
            scope.variables.clear()
            scope.variables.update(before)
            left.append(run(machine, way, scope))
            if not left[-1]:
                ends.append(dict(scope.variables))
    finally:
        machine.doubt -= 1
    scope.variables.clear()
    scope.variables.update(_join(ends or [before]))
    return "" if ends else left[0] if len(set(left)) == 1 else "return"


def _join(ends: Sequence[dict[str, object]]) -> dict[str, object]:
    if len(ends) == 1:
        return ends[0]
    made: dict[str, object] = {}
    for end in ends:
        for name in end:
            if name not in made:
                values = [other[name] for other in ends if name in other]
                same = all(value is values[0] for value in values)
                made[name] = values[0] if same else operators.merged(values)
    return made


def _loop(machine: Machine, one: syntax.Loop, scope: Scope) -> str:
    machine.stack.at(one.line)
    found = contents.items(machine, evaluate(machine, one.source, scope)) if one.source is not None else None
    if found is None:
        return _unknown_rounds(machine, one, scope)
    for item in found[:_MOST_ROUNDS]:
        if one.target is not None:
            assign(machine, one.target, item, scope)
        left = run(machine, one.body, scope)
        if left in ("return", "raise") and not machine.doubt:
            return left
        if left in ("break", "return", "raise"):
            break
    return run(machine, one.other, scope)


def _unknown_rounds(machine: Machine, one: syntax.Loop, scope: Scope) -> str:
    """A loop with unknown iterations: the body is run once, merged with the state of not running it."""
    if one.target is not None:
        source = evaluate(machine, one.source, scope) if one.source is not None else None
        names = _loop_item(one.target, source)
        assign(machine, one.target, names, scope)
    _joined(machine, [one.body, ()], scope)
    return run(machine, one.other, scope)


def _loop_item(target: syntax.Expression, source: object) -> object:
    return Unknown(target.id if isinstance(target, syntax.Name) else operators.hint_of(source))


def _with(machine: Machine, one: syntax.With, scope: Scope) -> str:
    for context, target in one.items:
        value = evaluate(machine, context, scope)
        if isinstance(value, Instance):
            found = value.type.find("__enter__")
            entered = machine.call(Bound(found[1], value)) if found and isinstance(found[1], Function) else value
            value = entered if entered is not None else value
        if target is not None:
            assign(machine, target, value, scope)
    return run(machine, one.body, scope)


def _try(machine: Machine, one: syntax.Try, scope: Scope) -> str:
    left = run(machine, one.body, scope)
    after = dict(scope.variables)
    ends = [] if left else [after]
    machine.doubt += 1
    try:
        for handler in one.handlers:
            scope.variables.clear()
            scope.variables.update(after)
            if not run(machine, handler, scope):
                ends.append(dict(scope.variables))
    finally:
        machine.doubt -= 1
    scope.variables.clear()
    scope.variables.update(_join(ends or [after]))
    finally_left = run(machine, one.final, scope)
    return finally_left or ("" if ends else left)


def _return(machine: Machine, one: syntax.Return, scope: Scope) -> str:
    machine.stack.at(one.line)
    value = evaluate(machine, one.value, scope) if one.value is not None else None
    if one.gives:
        scope.yields.append(value)
        return ""
    scope.results.append(value)
    return "return"


def _stop(machine: Machine, one: syntax.Stop, scope: Scope) -> str:
    return one.kind


def _global(machine: Machine, one: syntax.Global, scope: Scope) -> str:
    scope.shared = scope.shared | frozenset(one.names)
    return ""


# --- definitions ------------------------------------------------------------------------------------------------------


def _define(machine: Machine, one: syntax.Function, scope: Scope) -> str:
    made = entering.define(machine, one, scope)
    if scope.parent is None and scope.module.path in machine.coverage.roots:
        machine.coverage.definitions.append(made)
    value: object = made
    for decorator in reversed(one.decorators):
        value = _decorated(machine, decorator, value, made, scope)
    scope.variables[one.name] = value
    return ""


def _decorated(machine: Machine, decorator: syntax.Expression, value: object, made: Function, scope: Scope) -> object:
    """The result of a decorator on a function; an unknown decorator leaves the function unchanged."""
    found = evaluate(machine, decorator, scope)
    name = operators.hint_of(found)
    last = decorator.steps[-1] if isinstance(decorator, syntax.Chain) else None
    if isinstance(last, syntax.Member) and last.name in ("setter", "deleter", "getter"):
        return scope.variables.get(made.name, value)
    if name in _KINDS:
        made.kind = _KINDS[name]
        return value
    if isinstance(found, CommandParameter) or (name == "command" and not made.kind):
        _declare_command(made, found)
        return value
    if isinstance(found, Udf) or name in ("udf", "pandas_udf"):
        return Udf(made.name, found.type if isinstance(found, Udf) else "")
    if isinstance(found, Unknown) or (isinstance(found, External) and not _is_pipeline(found)):
        return value
    changed = machine.call(
        found, value, line=made.definition.line if isinstance(made.definition, syntax.Function) else 0
    )
    return value if changed is None or isinstance(changed, (Unknown, External)) else changed


def _declare_command(made: Function, found: object) -> None:
    """Record a command-line command or option: click declares options by decorators, typer by the signature."""
    if isinstance(found, CommandParameter):
        made.options.append(found)
    elif not (isinstance(found, External) and found.name.startswith("click.")):
        made.kind = "command"


def _is_pipeline(value: External) -> bool:
    return value.name.partition(".")[0] in ("dlt", "pyspark", "dp")


def _class(machine: Machine, one: syntax.Class, scope: Scope) -> str:
    bases = tuple(evaluate(machine, base, scope) for base in one.bases if not isinstance(base, syntax.Spread))
    variables: dict[str, object] = {}
    made = Class(one.name, bases, variables, scope.module, one.line, definition=one)
    inner = Scope(variables, scope.module, scope, made)
    scope.variables[one.name] = made
    run(machine, one.body, inner)
    decorators = [operators.hint_of(evaluate(machine, decorator, scope)) for decorator in one.decorators]
    fields = [
        target.id
        for statement in one.body
        if isinstance(statement, syntax.Assign) and statement.annotation and "ClassVar" not in statement.annotation
        for target in statement.targets
        if isinstance(target, syntax.Name)
    ]
    if (
        "dataclass" in decorators
        or "define" in decorators
        or "frozen" in decorators
        or classes.is_record(made)
        or any(base.fields for base in made.ancestors())
    ):
        made.fields = tuple(fields)
    if scope.module.path in machine.coverage.roots:
        machine.coverage.classes.append(made)
    return ""


# --- imports and notebooks --------------------------------------------------------------------------------------------


def _import(machine: Machine, one: syntax.Import, scope: Scope) -> str:
    imports.bind(machine, one, scope)
    return ""


def _query(machine: Machine, one: syntax.Query, scope: Scope) -> str:
    machine.stack.at(one.line)
    text = Text(one.text, machine.stack.here.serial, path=scope.module.path, line=one.line)
    embedded.run(machine, imports.with_widgets(machine, text), "spark", "a cell of SQL", one.line)
    return ""


def _run_file(machine: Machine, one: syntax.RunFile, scope: Scope) -> str:
    machine.stack.at(one.line)
    imports.run_file(machine, one, scope)
    return ""


_RULES: dict[type, Callable[..., str]] = {
    syntax.Assign: _assign,
    syntax.Evaluate: _evaluate,
    syntax.Branch: _branch,
    syntax.Loop: _loop,
    syntax.With: _with,
    syntax.Try: _try,
    syntax.Function: _define,
    syntax.Class: _class,
    syntax.Return: _return,
    syntax.Import: _import,
    syntax.Stop: _stop,
    syntax.Global: _global,
    syntax.Query: _query,
    syntax.RunFile: _run_file,
}
__all__ = ["Partial", "run"]
