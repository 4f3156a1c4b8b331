"""Instantiation of classes of the repository: objects, records such as dataclasses, enumeration members."""

from __future__ import annotations

from ctxpack.lineage.spark.effects import starting
from ctxpack.lineage.spark.language import contents, members
from ctxpack.lineage.spark.language.entering import enter
from ctxpack.lineage.spark.operations import operators
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Class, Function, Instance, Scope, Super
from ctxpack.lineage.spark.values.uncertain import Unknown

_MODELS = ("BaseModel", "BaseSettings", "NamedTuple", "TypedDict", "Struct", "SQLModel")


def make(machine: Machine, target: Class, args: Args) -> object:
    """The result of calling a class: an instance, or a member of an enumeration."""
    if members.is_enum(target):
        found = [one for one in contents.items(machine, target) or [] if isinstance(one, Instance)]
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
    """Whether a class takes its attributes from the constructor's arguments (a model or record)."""
    return any(base.rpartition(".")[2] in _MODELS for base in target.foreign())


def _fill(machine: Machine, made: Instance, args: Args) -> None:
    """Set the attributes of a dataclass or model from the arguments, in the order of its fields."""
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
    """The default value of a field, also of `field(default=...)`."""
    if isinstance(value, FieldDefault):
        return machine.call(value.factory) if value.factory is not None else value.default
    return value


class FieldDefault:
    """`dataclasses.field(default=..., default_factory=...)`."""

    __slots__ = ("default", "factory")

    def __init__(self, default: object, factory: object) -> None:
        self.default, self.factory = default, factory


def invoke(machine: Machine, target: Instance, args: Args) -> object:
    """The result of calling an object (`__call__`)."""
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
