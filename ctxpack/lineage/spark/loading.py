"""Runs module bodies and other entry points, each within a budget of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark.machine import Exhausted, Machine
from ctxpack.lineage.spark.objects import Module, Scope
from ctxpack.lineage.spark.texts import Text
from ctxpack.lineage.spark.uncertain import Unknown
from ctxpack.model import Unresolved

_MOST_PER_MODULE = 300_000
_MOST_PER_IMPORT = 12_000
_LEAST = 200


def entry(machine: Machine, path: str, line: int, action: Callable[[], object]) -> None:
    """Run an entry point within its budget of steps; exceeding it is recorded as unresolved."""
    spent, begun = machine.spent.get(path, 0), machine.steps
    machine.begin(max(_LEAST, _MOST_PER_MODULE - spent))
    depth = len(machine.stack)
    try:
        action()
    except Exhausted:
        if tells(machine.programs[path].statements):
            why = "not all of it was followed, which takes too many steps"
            machine.recorder.miss(Unresolved(path, 1, path.rpartition("/")[2], why))
    except RecursionError:
        machine.recorder.miss(Unresolved(path, 1, path.rpartition("/")[2], "it is nested too deeply"))
    finally:
        del machine.stack[depth:]
        machine.spent[path] = spent + machine.steps - begun
        machine.doubt = 0


_TELLING = frozenset(
    "saveAsTable insertInto toTable writeTo writeStream readStream jdbc createOrReplaceTempView create_dynamic_frame "
    "write_dynamic_frame to_sql to_parquet to_csv to_delta read_csv read_parquet read_sql read_table forName forPath "
    "scan_parquet spark read_json read_delta scan_csv read_database execute".split()
)


def tells(code: object) -> bool:
    """Whether a part of a program names an API that reads or writes datasets."""
    names = (one.name if isinstance(one, syntax.Member) else one.id for one in _parts(code))
    return any(name in _TELLING for name in names)


def _parts(value: object) -> Iterator[syntax.Member | syntax.Name]:
    """The names in a part of a program."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, (syntax.Member, syntax.Name)):
            yield one
        elif isinstance(one, tuple):
            stack.extend(one)
        elif isinstance(one, (syntax.Node, syntax.Clause, syntax.Parameter)):
            stack.extend(getattr(one, name) for name in one.__struct_fields__)


def load(machine: Machine, path: str) -> Module | None:
    """A module whose body has been run (once); None if there is none. In an import cycle it is still incomplete."""
    known = machine.modules.get(path)
    if known is not None:
        machine.asked += known.asked
        return known
    program = machine.programs.get(path)
    if program is None:
        return None
    module = machine.modules[path] = Module(path, program, run=machine.launch)
    module.variables.update({"__file__": Text(path, folded=True, path=path), "__name__": Unknown("__name__")})
    doubt, machine.doubt = machine.doubt, 0
    asked = machine.asked
    machine.enter(path, 0)
    machine.here.scope = Scope(module.variables, module)
    try:
        if len(machine.stack) == 1:
            machine.run(program.statements, machine.here.scope)
        else:
            _imported(machine, program, _MOST_PER_IMPORT)
    finally:
        machine.leave()
        machine.doubt = doubt
        module.asked = machine.asked != asked
    return module


def include(machine: Machine, path: str, scope: Scope) -> None:
    """Run a notebook in the namespace of another, at most once."""
    program, owner = machine.programs.get(path), scope.module
    if program is None or path in owner.ran or path == owner.path:
        return
    owner.ran.add(path)
    machine.included.add(path)
    part = Module(path, program, scope.variables, owner.mains, machine.launch, ran=owner.ran)
    machine.enter(path, 0)
    machine.here.scope = Scope(scope.variables, part)
    try:
        _imported(machine, program, _MOST_PER_MODULE)
    finally:
        machine.leave()


def _imported(machine: Machine, program: syntax.Program, most: int) -> None:
    """Run the body of an imported module within a budget of its own, since constants alone may take many steps.

    A body that exceeds it is abandoned midway, so that importers still have what came before.
    """
    begun, limits = machine.steps, (machine.limit, machine.further)
    machine.limit = machine.further = begun + most
    depth = len(machine.stack)
    try:
        machine.run(program.statements, cast(Scope, machine.here.scope))
    except Exhausted:
        del machine.stack[depth:]
    finally:
        used = machine.steps - begun
        machine.limit, machine.further = limits[0] + used, limits[1] + used
