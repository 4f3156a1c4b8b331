"""Items and iteration: `value[key]`, `value[key] = new`, and what a loop over a value visits."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.lineage.spark.effects import parameters
from ctxpack.lineage.spark.language import members
from ctxpack.lineage.spark.library import pandas
from ctxpack.lineage.spark.operations import columns
from ctxpack.lineage.spark.operations.operators import hashable, hint_of
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.objects import Bound, Class, External, Function, Instance, Method
from ctxpack.lineage.spark.values.tables import Col, Frame, Grouped, Schema, StructField
from ctxpack.lineage.spark.values.texts import Text, is_known
from ctxpack.lineage.spark.values.uncertain import Either, Unknown, either

_MOST_ITEMS = 400


def item(machine: Machine, value: object, key: object) -> object:
    """The value of `value[key]`."""
    if isinstance(key, Either):
        return either(item(machine, value, one) for one in key.options)
    rule = _ITEMS.get(type(value))
    if rule is not None:
        return rule(machine, value, key)
    if isinstance(value, str):
        return _slice_text(machine, Text(value), key)
    return Unknown(_hint(key) or hint_of(value), value)


def _hint(key: object) -> str:
    return key if isinstance(key, str) else ""


def _dict_item(machine: Machine, value: dict[object, object], key: object) -> object:
    known_key = hashable(key)
    if known_key in value and not isinstance(known_key, Unknown):
        return value[known_key]
    if isinstance(key, str) and is_known(key):
        return Unknown(key)
    return either([*value.values(), Unknown(hint_of(key))][:-1]) if value else Unknown(hint_of(key))


def _list_item(machine: Machine, value: list[object] | tuple[object, ...], key: object) -> object:
    if isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    if isinstance(key, slice):
        return value[key]
    return either(value) if isinstance(key, Unknown) and value else Unknown(hint_of(key))


def _slice_text(machine: Machine, value: Text, key: object) -> object:
    if isinstance(key, (int, slice)) and is_known(value):
        try:
            return machine.text(value[key], value)
        except IndexError:
            return Unknown()
    return Unknown(hint_of(key))


def _frame_item(machine: Machine, value: Frame, key: object) -> object:
    if isinstance(key, str):
        return members.column_of(machine, value, key, machine.stack.here.line)
    if isinstance(key, (list, tuple, Col)):
        name = "filter" if isinstance(key, Col) else "select"
        return machine.call(Method(value, name), key, line=machine.stack.here.line)
    return value.step(value.plan)


def _column_item(machine: Machine, value: Col, key: object) -> object:
    return columns.element(value, key, machine.stack.here.line)


def _grouped_item(machine: Machine, value: Grouped, key: object) -> object:
    names = columns.names([key]) or []
    return Grouped(value.frame, value.groups, value.sets, value.pivot, value.values, tuple(names))


def _class_item(machine: Machine, value: Class, key: object) -> object:
    return members.of_class(machine, value, str(key), 0) if isinstance(key, str) and members.is_enum(value) else value


def _instance_item(machine: Machine, value: Instance, key: object) -> object:
    found = value.type.find("__getitem__")
    if found is not None and isinstance(found[1], Function):
        return machine.call(Bound(found[1], value), key)
    return Unknown(_hint(key) or hint_of(key))


def _schema_item(machine: Machine, value: Schema, key: object) -> object:
    found = [one for one in value.columns if one.name == key]
    return StructField(found[0]) if found else Unknown(_hint(key))


def _external_item(machine: Machine, value: External, key: object) -> object:
    told = parameters.variable(machine, str(key)) if value.name == "os.environ" and isinstance(key, str) else None
    return told if told is not None else Unknown(_hint(key) or hint_of(value), value)


_ITEMS: dict[type, Callable[..., object]] = {
    External: _external_item,
    dict: _dict_item,
    list: _list_item,
    tuple: _list_item,
    Text: _slice_text,
    Frame: _frame_item,
    Col: _column_item,
    Grouped: _grouped_item,
    Class: _class_item,
    Instance: _instance_item,
    Schema: _schema_item,
}


# --- loops ------------------------------------------------------------------------------------------------------------


def items(machine: Machine, value: object) -> list[object] | None:
    """The items that a loop over a value visits; None if unknown."""
    for kind, rule in _LOOPS:
        if isinstance(value, kind):
            return rule(machine, value)
    return None


def _keys(machine: Machine, value: dict[object, object]) -> list[object]:
    return [Text(key) if isinstance(key, str) else key for key in value]


def _members(machine: Machine, value: Class) -> list[object] | None:
    """The members of an enumeration."""
    if not members.is_enum(value):
        return None
    made: list[object] = [
        Instance(value, {"value": one, "name": Text(name), "_value_": one})
        for name, one in value.variables.items()
        if not name.startswith("_") and not isinstance(one, Function)
    ]
    return made[:_MOST_ITEMS]


def _first_known(machine: Machine, value: Either) -> list[object] | None:
    return next((found for one in value.options if (found := items(machine, one)) is not None), None)


def _given_by(machine: Machine, value: Instance) -> list[object] | None:
    """The items of iterating over an object: by `__iter__`, or by `__getitem__` up to its length."""
    found = value.type.find("__iter__")
    if found is not None and isinstance(found[1], Function):
        given = machine.call(Bound(found[1], value))
        return None if isinstance(given, Instance) else items(machine, given)
    size = value.type.find("__len__")
    if size is not None and isinstance(size[1], Function) and value.type.find("__getitem__") is not None:
        most = machine.call(Bound(size[1], value))
        if isinstance(most, int) and most <= _MOST_ITEMS:
            return [item(machine, value, number) for number in range(most)]
    return None


_LOOPS: tuple[tuple[type | tuple[type, ...], Callable[..., list[object] | None]], ...] = (
    ((list, tuple), lambda machine, value: list(value)),
    (dict, _keys),
    (Schema, lambda machine, value: [StructField(one) for one in value.columns]),
    (Class, _members),
    (Instance, _given_by),
    (Either, _first_known),
)


def set_item(machine: Machine, value: object, key: object, new: object) -> None:
    """Apply `value[key] = new`."""
    if isinstance(value, dict):
        known_key = hashable(key)
        value[known_key] = either([value[known_key], new]) if machine.doubt and known_key in value else new
    elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
        value[key] = new
    elif isinstance(value, Frame):
        pandas.set_column(machine, value, key, new)
    elif isinstance(value, External) and value.name == "os.environ":
        parameters.set_variable(machine, key, new)
    elif isinstance(value, Instance):
        found = value.type.find("__setitem__")
        if found is not None and isinstance(found[1], Function):
            machine.call(Bound(found[1], value), key, new)
