"""Runs module bodies and other entry points, each within a budget of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark.state.budget import MOST_STEPS, Exhausted
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.objects import Module, Scope
from ctxpack.lineage.spark.values.texts import Text
from ctxpack.lineage.spark.values.uncertain import Unknown
from ctxpack.model import Unresolved

_MOST_PER_IMPORT = 12_000


def entry(machine: Machine, path: str, line: int, action: Callable[[], object]) -> None:
    """Run an entry point within its budget of steps; exceeding it is recorded as unresolved."""
    depth = machine.stack.depth
    with machine.budget.entry(path):
        try:
            action()
        except Exhausted:
            if tells(machine.programs[path].statements):
                why = "not all of it was followed, which takes too many steps"
                machine.recorder.miss(Unresolved(path, 1, path.rpartition("/")[2], why))
        except RecursionError:
            machine.recorder.miss(Unresolved(path, 1, path.rpartition("/")[2], "it is nested too deeply"))
        finally:
            machine.stack.cut(depth)
            machine.doubt = 0


_TELLING = frozenset(
    "saveAsTable insertInto toTable writeTo writeStream readStream jdbc createOrReplaceTempView create_dynamic_frame "
    "write_dynamic_frame to_sql to_parquet to_csv to_delta read_csv read_parquet read_sql read_table forName forPath "
    "scan_parquet spark read_json read_delta scan_csv read_database execute".split()
)


def tells(code: object) -> bool:
    """Whether a part of a program names an API that reads or writes datasets."""
    names = (one.name if isinstance(one, syntax.Member) else one.id for one in _names(code))
    return any(name in _TELLING for name in names)


def _names(value: object) -> Iterator[syntax.Member | syntax.Name]:
    """The names in a part of a program."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, (syntax.Member, syntax.Name)):
            yield one
        else:
            stack.extend(syntax.parts(one))


def load(machine: Machine, path: str) -> Module | None:
    """A module whose body has been run (once); None if there is none. In an import cycle it is still incomplete."""
    known = machine.modules.get(path)
    if known is not None:
        machine.runs.asked += known.asked
        return known
    program = machine.programs.get(path)
    if program is None:
        return None
    module = machine.modules[path] = Module(path, program, run=machine.runs.current)
    module.variables.update({"__file__": Text(path, folded=True, path=path), "__name__": Unknown("__name__")})
    doubt, machine.doubt = machine.doubt, 0
    asked = machine.runs.asked
    machine.stack.enter(path, 0)
    machine.stack.here.scope = Scope(module.variables, module)
    try:
        if machine.stack.depth == 1:
            machine.run(program.statements, machine.stack.here.scope)
        else:
            _imported(machine, program, _MOST_PER_IMPORT)
    finally:
        machine.stack.leave()
        machine.doubt = doubt
        module.asked = machine.runs.asked != asked
    return module


def include(machine: Machine, path: str, scope: Scope) -> None:
    """Run a notebook in the namespace of another, at most once."""
    program, owner = machine.programs.get(path), scope.module
    if program is None or path in owner.ran or path == owner.path:
        return
    owner.ran.add(path)
    machine.coverage.included.add(path)
    part = Module(path, program, scope.variables, owner.mains, machine.runs.current, ran=owner.ran)
    machine.stack.enter(path, 0)
    machine.stack.here.scope = Scope(scope.variables, part)
    try:
        _imported(machine, program, MOST_STEPS)
    finally:
        machine.stack.leave()


def _imported(machine: Machine, program: syntax.Program, most: int) -> None:
    """Run the body of an imported module within a budget of its own, since constants alone may take many steps.

    A body that exceeds it is abandoned midway, so that importers still have what came before.
    """
    depth = machine.stack.depth
    with machine.budget.apart(most):
        try:
            machine.run(program.statements, cast(Scope, machine.stack.here.scope))
        except Exhausted:
            machine.stack.cut(depth)
