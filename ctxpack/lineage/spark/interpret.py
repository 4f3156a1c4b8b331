"""The entry points of the interpreter: which code of a repository is run, and in which order.

First the module bodies, then the code under `if __name__ == "__main__"`, then functions and job methods that nothing in
the repository calls, since a scheduler, notebook or framework may. Tests come last; calls in them do not count as
callers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ctxpack.datamodel import program as syntax
from ctxpack.datamodel.jobs import Run, Started
from ctxpack.datamodel.lineage import Sites
from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.spark.language import calls, expressions, imports, statements
from ctxpack.lineage.spark.loading import entry, include, load
from ctxpack.lineage.spark.state.machine import Machine, Process, Resolve, Rules, Runs
from ctxpack.lineage.spark.state.recorder import is_test
from ctxpack.lineage.spark.state.sql import Sql
from ctxpack.lineage.spark.uncalled import uncalled
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.known import Tables
from ctxpack.lineage.spark.values.objects import Function, Module, Scope


def interpret(
    programs: Mapping[str, syntax.Program],
    resolve: Resolve,
    sql: Sql,
    settings: Mapping[str, str] | None = None,
    launches: Mapping[str, Sequence[Run]] | None = None,
    *,
    declared: Iterable[DeclaredTable] = (),
) -> Sites:
    """The reads and writes of all programs.

    `programs` are the parsed Python files by path, including those that are only imported. `resolve` gives the files
    that an import of (module, name) in a file refers to. `sql` parses SQL; `settings` are the texts of YAML and JSON
    files by path. `launches` are the runs stated in configurations; a program with runs is interpreted once for each.
    `declared` are the tables whose columns the repository declares, for programs that loop over the columns of a frame.
    """
    rules = Rules(expressions.evaluate, statements.run, calls.call, load, include)
    machine = Machine(programs, resolve, sql, settings or {}, rules, Runs(launches or {}), tables=Tables(declared))
    paths = sorted(_roots(machine))
    machine.coverage.roots = frozenset(paths)
    parts = _run_by_others(machine)
    for path in sorted(paths, key=lambda path: (path in parts, path)):
        if not is_test(path):
            _program(machine, path)
    uncalled(machine)
    for path in paths:
        if is_test(path):
            _module(machine, path)
    uncalled(machine)
    return machine.recorder.sites()


def started(
    programs: Mapping[str, syntax.Program],
    paths: Iterable[str],
    resolve: Resolve,
    sql: Sql,
    settings: Mapping[str, str],
    *,
    launches: Mapping[str, Sequence[Run]] | None = None,
) -> tuple[Started, ...]:
    """The calls in the programs `paths` that may launch other programs; `programs` also has all that they import.

    `launches` are the known runs of these programs, whose parameters they may pass on.
    """
    rules = Rules(expressions.evaluate, statements.run, calls.call, load, include)
    machine = Machine(programs, resolve, sql, settings, rules, Runs(launches or {}, started=[]))
    machine.coverage.roots = frozenset(paths)
    for path in sorted(machine.coverage.roots):
        if not is_test(path):
            _program(machine, path)
    uncalled(machine)
    return tuple(dict.fromkeys(machine.runs.started or ()))


def _roots(machine: Machine) -> set[str]:
    """The modules to interpret as entry points: those that handle datasets, and their importers."""
    found = {
        path
        for path, one in machine.programs.items()
        if one.pipeline or (path.endswith(".sql") and path in machine.runs.stated)
    }
    for path in sorted(machine.programs):
        if path not in found and any(
            target in found for one in machine.programs[path].statements for target in _brought_in(machine, path, one)
        ):
            found.add(path)
    return found


def _brought_in(machine: Machine, path: str, one: syntax.Statement) -> list[str]:
    if isinstance(one, syntax.RunFile):
        return [imports.notebook(machine, one, path)]
    return imports.targets(machine, path, one.module, one.name) if isinstance(one, syntax.Import) else []


def _run_by_others(machine: Machine) -> frozenset[str]:
    """The notebooks that other notebooks run (`%run`)."""
    return frozenset(
        imports.notebook(machine, one, path)
        for path, program in machine.programs.items()
        for one in program.statements
        if isinstance(one, syntax.RunFile)
    )


def _program(machine: Machine, path: str) -> None:
    """Interpret a program once for each of its runs; without runs once, unless another notebook included it.

    Each run has its own copies of modules that read parameters while they are loaded.
    """
    runs = machine.runs.stated.get(path, ())
    if not runs:
        if path not in machine.coverage.included:
            _module(machine, path)
        return
    shared, spent = machine.modules, machine.budget.spent.get(path, 0)
    for run in runs:
        machine.modules = {name: one for name, one in shared.items() if not one.asked and name != path}
        machine.runs.current = run
        machine.budget.spent[path] = spent
        try:
            _module(machine, path)
        finally:
            machine.runs.current = None
        for name, one in machine.modules.items():
            if name == path or not one.asked:
                shared.setdefault(name, one)
    machine.modules = shared


def _module(machine: Machine, path: str) -> None:
    """Interpret a module: its body, its deferred declarations, its main block, and the function that its run calls."""
    machine.process = Process()
    entry(machine, path, 0, lambda: load(machine, path))
    loaded = machine.modules.get(path)
    if loaded is None:
        return
    waiting, machine.pipelines.pending = machine.pipelines.pending, []
    for declared in waiting:
        entry(machine, path, 0, declared)
    for body in loaded.mains:
        entry(machine, path, 0, lambda body=body: _main(machine, loaded, body))  # type: ignore[misc]
    loaded.mains = []
    called = loaded.variables.get(machine.runs.current.entry) if machine.runs.current is not None else None
    if isinstance(called, Function):
        entry(machine, path, 0, lambda: _entered(machine, loaded, called))


def _entered(machine: Machine, module: Module, function: Function) -> None:
    """Call the entry function of a run."""
    machine.stack.enter(module.path, getattr(function.definition, "line", 1))
    calls.call(machine, function, Args(line=machine.stack.here.line))
    machine.stack.leave()


def _main(machine: Machine, module: Module, body: tuple[syntax.Statement, ...]) -> None:
    machine.stack.enter(module.path, 0)
    try:
        machine.stack.here.scope = Scope(module.variables, module)
        machine.run(body, machine.stack.here.scope)
    finally:
        machine.stack.leave()
