"""Evaluation of expressions, and assignment to targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark.language import builtins, calls, classes, contents, entering, members
from ctxpack.lineage.spark.operations import operators
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import External, Scope
from ctxpack.lineage.spark.values.texts import Text
from ctxpack.lineage.spark.values.uncertain import Unknown, either, options, truth

_MOST_ITEMS = 400
_GLOBALS = frozenset({"spark", "sc", "sqlContext", "sqlc", "dbutils", "glueContext", "display"})


def evaluate(machine: Machine, expression: syntax.Expression, scope: Scope) -> object:
    """The value of an expression. Raises Exhausted."""
    machine.budget.step()
    rule = _RULES.get(type(expression))
    return rule(machine, expression, scope) if rule is not None else Unknown()


def _name(machine: Machine, one: syntax.Name, scope: Scope) -> object:
    found = scope.holding(one.id)
    if found is not None:
        value = found.variables[one.id]
        if isinstance(value, Text) and found.parent is None and value.owner not in (0, machine.stack.here.serial):
            return value.moved(machine.stack.here.serial)  # a module's constant counts as a literal at its use
        return value
    if one.id in scope.module.variables:
        value = scope.module.variables[one.id]
        return value.moved(machine.stack.here.serial) if isinstance(value, Text) else value
    if one.id in _GLOBALS:
        return members.by_name(one.id)
    return External(f"builtins.{one.id}") if one.id in builtins.NAMES else Unknown(one.id)


def _text(machine: Machine, one: syntax.Text, scope: Scope) -> object:
    return Text(one.value, machine.stack.here.serial, path=scope.module.path, line=one.line)


def _literal(machine: Machine, one: syntax.Literal, scope: Scope) -> object:
    return one.value


def _template(machine: Machine, one: syntax.Template, scope: Scope) -> object:
    return operators.concatenated(machine, [evaluate(machine, part, scope) for part in one.parts], "", one.parts)


def _chain(machine: Machine, one: syntax.Chain, scope: Scope) -> object:
    value, steps = _start(machine, one, scope)
    for step in steps:
        machine.budget.step()
        if isinstance(step, syntax.Member):
            value = operators.each(value, lambda v, s=step: members.member(machine, v, s.name, s.line))  # type: ignore[misc]
        elif isinstance(step, syntax.Index):
            key = evaluate(machine, step.key, scope)
            value = operators.each(value, lambda v, k=key: contents.item(machine, v, k))  # type: ignore[misc]
        else:
            machine.stack.at(step.line)
            args = arguments(machine, step, scope)
            machine.stack.at(step.line)
            value = calls.call(machine, value, args)
    return value


def _start(
    machine: Machine, one: syntax.Chain, scope: Scope
) -> tuple[object, tuple[syntax.Member | syntax.Invoke | syntax.Index, ...]]:
    """The value of a chain's base, and the steps after it; `super()` depends on the scope."""
    if isinstance(one.base, syntax.Name) and one.base.id == "super" and scope.holding("super") is None:
        return classes.super_of(scope), one.steps[1:]
    if one.steps and isinstance(one.steps[0], syntax.Invoke) and isinstance(one.base, syntax.Name):
        machine.stack.at(one.steps[0].line)
    return evaluate(machine, one.base, scope), one.steps


def arguments(machine: Machine, step: syntax.Invoke, scope: Scope) -> Args:
    """The arguments of a call."""
    args = Args(line=step.line, source=step)
    for one in step.args:
        if isinstance(one, syntax.Spread):
            items = contents.items(machine, evaluate(machine, one.value, scope))
            args.open = args.open or items is None
            args.args.extend(items or ())
        else:
            args.args.append(evaluate(machine, one, scope))
    for name, value in step.keywords:
        found = evaluate(machine, value, scope)
        if name:
            args.keywords[name] = found
        elif isinstance(found, dict):
            args.keywords.update({str(key): item for key, item in found.items() if isinstance(key, str)})
        else:
            args.open = True
    return args


# --- operators --------------------------------------------------------------------------------------------------------


def _binary(machine: Machine, one: syntax.Binary, scope: Scope) -> object:
    value = evaluate(machine, one.first, scope)
    machine.stack.at(one.line)
    for operator, operand in one.rest:
        if operator in ("and", "or"):
            value = _logical(machine, operator, value, operand, scope)
        else:
            other = evaluate(machine, operand, scope)
            value = operators.binary(machine, operator, value, other)
    return value


def _logical(machine: Machine, operator: str, left: object, right: syntax.Expression, scope: Scope) -> object:
    known = truth(left)
    if known is not None and known is (operator == "or"):
        return left
    other = evaluate(machine, right, scope)
    if known is not None:
        return other
    if operator == "or":
        kept = [value for value in options(left) if value is not None]
        return either([*kept, other])
    return other if not isinstance(other, bool) else Unknown()


def _unary(machine: Machine, one: syntax.Unary, scope: Scope) -> object:
    return operators.unary(machine, one.operator, evaluate(machine, one.value, scope))


def _choice(machine: Machine, one: syntax.Choice, scope: Scope) -> object:
    known = truth(evaluate(machine, one.test, scope))
    if known is not None:
        return evaluate(machine, one.then if known else one.other, scope)
    return operators.merged([evaluate(machine, one.then, scope), evaluate(machine, one.other, scope)])


def _bind(machine: Machine, one: syntax.Bind, scope: Scope) -> object:
    value = scope.variables[one.name] = evaluate(machine, one.value, scope)
    return value


# --- containers -------------------------------------------------------------------------------------------------------


def _items(machine: Machine, one: syntax.Items, scope: Scope) -> object:
    found: list[object] = []
    for item in one.items:
        if isinstance(item, syntax.Spread):
            spread = evaluate(machine, item.value, scope)
            inner = contents.items(machine, spread)
            found.extend(inner if inner is not None else [Unknown(operators.hint_of(spread))])
        else:
            found.append(evaluate(machine, item, scope))
    return tuple(found) if one.kind == "tuple" else found


def _pairs(machine: Machine, one: syntax.Pairs, scope: Scope) -> object:
    found: dict[object, object] = {}
    for key, value in one.pairs:
        made = evaluate(machine, value, scope)
        if key is None:
            found.update(made if isinstance(made, dict) else {})
        else:
            known = evaluate(machine, key, scope)
            found[operators.hashable(known)] = made
    return found


def _collect(machine: Machine, one: syntax.Collect, scope: Scope) -> object:
    inner = Scope({}, scope.module, scope, scope.owner, scope.receiver)
    pairs: list[tuple[object, object]] = []

    def run(clauses: tuple[syntax.Clause, ...]) -> bool:
        if not clauses:
            key = evaluate(machine, one.key, inner) if one.key is not None else None
            pairs.append((operators.hashable(key), evaluate(machine, one.value, inner)))
            return True
        clause, complete = clauses[0], True
        items = contents.items(machine, evaluate(machine, clause.source, inner))
        if items is None:
            return False
        for item in items[:_MOST_ITEMS]:
            assign(machine, clause.target, item, inner)
            kept = [truth(evaluate(machine, condition, inner)) for condition in clause.conditions]
            if False not in kept:
                complete = run(clauses[1:]) and complete
        return complete

    if not run(one.clauses) and not pairs:
        return Unknown("items")
    return dict(pairs) if one.kind == "dict" else [value for _, value in pairs]


def _lambda(machine: Machine, one: syntax.Lambda, scope: Scope) -> object:
    return entering.define(machine, one, scope)


def _slice(machine: Machine, one: syntax.Slice, scope: Scope) -> object:
    ends = [evaluate(machine, end, scope) if end is not None else None for end in (one.lower, one.upper)]
    known = [end if isinstance(end, int) or end is None else Unknown() for end in ends]
    return Unknown() if any(isinstance(end, Unknown) for end in known) else slice(*known)


def _spread(machine: Machine, one: syntax.Spread, scope: Scope) -> object:
    return evaluate(machine, one.value, scope)


def assign(machine: Machine, target: syntax.Expression, value: object, scope: Scope) -> None:
    """Assign a value to a target: a variable, an attribute, an item, or several of them."""
    if isinstance(target, syntax.Name):
        holder = scope
        if target.id in scope.shared:
            holder = scope.holding(target.id) or scope
            if holder is scope:
                scope.module.variables[target.id] = value
                return
        holder.variables[target.id] = value
    elif isinstance(target, syntax.Items):
        _unpack(machine, target.items, value, scope)
    elif isinstance(target, syntax.Chain):
        _assign_part(machine, target, value, scope)


def _unpack(machine: Machine, targets: Iterable[syntax.Expression], value: object, scope: Scope) -> None:
    waiting = list(targets)
    items = contents.items(machine, value)
    starred = next((at for at, one in enumerate(waiting) if isinstance(one, syntax.Spread)), None)
    if items is not None and starred is not None:
        after = len(waiting) - starred - 1
        middle = list(items[starred : len(items) - after])
        items = [*items[:starred], middle, *items[len(items) - after :]]
    for at, target in enumerate(waiting):
        inner = target.value if isinstance(target, syntax.Spread) else target
        found = items[at] if items is not None and at < len(items) else Unknown(operators.spelling(inner))
        assign(machine, inner, found, scope)


def _assign_part(machine: Machine, target: syntax.Chain, value: object, scope: Scope) -> None:
    holder = evaluate(machine, syntax.Chain(target.base, target.steps[:-1]), scope)
    last = target.steps[-1]
    for one in options(holder):
        if isinstance(last, syntax.Member):
            members.set_member(machine, one, last.name, value)
        elif isinstance(last, syntax.Index):
            contents.set_item(machine, one, evaluate(machine, last.key, scope), value)


_RULES: dict[type, Callable[..., object]] = {
    syntax.Name: _name,
    syntax.Text: _text,
    syntax.Literal: _literal,
    syntax.Template: _template,
    syntax.Chain: _chain,
    syntax.Binary: _binary,
    syntax.Unary: _unary,
    syntax.Choice: _choice,
    syntax.Bind: _bind,
    syntax.Items: _items,
    syntax.Pairs: _pairs,
    syntax.Collect: _collect,
    syntax.Lambda: _lambda,
    syntax.Slice: _slice,
    syntax.Spread: _spread,
}
