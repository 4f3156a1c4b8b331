"""The interpretation of a repository's programs: which code is entered, and in which order.

First the bodies of all modules, then what stands under `if __name__ == "__main__"`, then what nobody in the repository
calls, because a scheduler, a notebook or a framework will: functions, and the methods of classes by which jobs are run.
Tests come last and do not make anything called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from ctxpack.datamodel import program as syntax
from ctxpack.datamodel.jobs import Run, Started
from ctxpack.datamodel.lineage import Sites
from ctxpack.lineage.spark import calls, expressions, imports, statements
from ctxpack.lineage.spark.machine import Exhausted, Machine, Resolve, Rules, Sql
from ctxpack.lineage.spark.recorder import is_test
from ctxpack.lineage.spark.values import Args, Bound, Class, Function, Instance, Module, Scope, Text, Unknown
from ctxpack.model import Unresolved

_RUN_NAMES = (
    "main", "run", "execute", "start", "launch", "process", "perform", "etl", "run_job", "run_pipeline", "transform",
    "load", "write", "save", "build", "handle", "job", "pipeline", "apply", "__call__", "invoke", "compute",
)  # fmt: skip
_MOST_PER_MODULE = 300_000
_MOST_PER_IMPORT = 12_000
_LEAST = 200


def interpret(
    programs: Mapping[str, syntax.Program],
    resolve: Resolve,
    sql: Sql,
    settings: Mapping[str, str] | None = None,
    launches: Mapping[str, Sequence[Run]] | None = None,
) -> Sites:
    """The reads and writes of all programs.

    `programs` are those of Python files by path, also of modules that only others import. `resolve` says which files an
    import of (module, name) in a file means. `sql` reads SQL; `settings` are texts of YAML and JSON files by path.
    `launches` are the runs of programs that configurations state: a program with such is interpreted once for each.
    """
    rules = Rules(expressions.evaluate, statements.run, calls.call, load, include)
    machine = Machine(programs, resolve, sql, settings or {}, rules, launches or {})
    paths = sorted(_roots(machine))
    machine.roots = frozenset(paths)
    parts = _run_by_others(machine)
    for path in sorted(paths, key=lambda path: (path in parts, path)):
        if not is_test(path):
            _started(machine, path)
    _uncalled(machine)
    for path in paths:
        if is_test(path):
            _module(machine, path)
    _uncalled(machine)
    return machine.recorder.sites(machine.inlined)


def started(
    programs: Mapping[str, syntax.Program],
    paths: Iterable[str],
    resolve: Resolve,
    sql: Sql,
    settings: Mapping[str, str],
) -> tuple[Started, ...]:
    """The calls in some programs that may start other programs; `programs` are these and all that they import."""
    rules = Rules(expressions.evaluate, statements.run, calls.call, load, include)
    machine = Machine(programs, resolve, sql, settings, rules, started=[])
    machine.roots = frozenset(paths)
    for path in sorted(machine.roots):
        if not is_test(path):
            _module(machine, path)
    _uncalled(machine)
    return tuple(dict.fromkeys(machine.started or ()))


def _roots(machine: Machine) -> set[str]:
    """The modules that are interpreted for their own sake: those that handle datasets, and those that import them."""
    found = {path for path, program in machine.programs.items() if program.pipeline}
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
    """The notebooks that others run as parts of themselves."""
    return frozenset(
        imports.notebook(machine, one, path)
        for path, program in machine.programs.items()
        for one in program.statements
        if isinstance(one, syntax.RunFile)
    )


def _started(machine: Machine, path: str) -> None:
    """A program in each of its runs, or as it is where none is known and no notebook ran it as a part of itself.

    A run has its own copies of the modules that ask for parameters while they are loaded.
    """
    runs = machine.launches.get(path, ())
    if not runs:
        if path not in machine.included:
            _module(machine, path)
        return
    shared, spent = machine.modules, machine.spent.get(path, 0)
    for run in runs:
        machine.modules = {name: one for name, one in shared.items() if not one.asked and name != path}
        machine.launch = run
        machine.spent[path] = spent
        try:
            _module(machine, path)
        finally:
            machine.launch = None
        for name, one in machine.modules.items():
            if name == path or not one.asked:
                shared.setdefault(name, one)
    machine.modules = shared


def _module(machine: Machine, path: str) -> None:
    """The body of a module, what it declares for later, and its main part."""
    machine.views.clear()
    machine.widgets.clear()
    machine.growing = None
    entry(machine, path, 0, lambda: load(machine, path))
    loaded = machine.modules.get(path)
    if loaded is None:
        return
    waiting, machine.pending = machine.pending, []
    for declared in waiting:
        entry(machine, path, 0, declared)
    for body in loaded.mains:
        entry(machine, path, 0, lambda body=body: _main(machine, loaded, body))  # type: ignore[misc]
    loaded.mains = []
    called = loaded.variables.get(machine.launch.entry) if machine.launch is not None else None
    if isinstance(called, Function):
        entry(machine, path, 0, lambda: _entered(machine, loaded, called))


def _entered(machine: Machine, module: Module, function: Function) -> None:
    """Call the function by which a run enters a module."""
    machine.enter(module.path, getattr(function.definition, "line", 1))
    calls.call(machine, function, Args(line=machine.here.line))
    machine.leave()


def _main(machine: Machine, module: Module, body: tuple[syntax.Statement, ...]) -> None:
    machine.enter(module.path, 0)
    try:
        machine.here.scope = Scope(module.variables, module)
        machine.run(body, machine.here.scope)
    finally:
        machine.leave()


def entry(machine: Machine, path: str, line: int, action: Callable[[], object]) -> None:
    """Enter code with the steps that one entry point may take; what takes more is noted and left."""
    spent, begun = machine.spent.get(path, 0), machine.steps
    machine.begin(max(_LEAST, _MOST_PER_MODULE - spent))
    depth = len(machine.stack)
    try:
        action()
    except Exhausted:
        if _tells(machine.programs[path].statements):
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


def _tells(code: object) -> bool:
    """Whether a part of a program names something that reads or writes datasets."""
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
    """A module with its body run, once; None where there is none. A circle of imports finds what is there so far."""
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
    """Run a notebook in the namespace of another, once: it sees what is there, and leaves what it defines."""
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
    """The body of a module that another imports, which costs that one nothing: constants alone can be many.

    What takes too many steps is left where it is, so that its importers have at least what came before.
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


# --- what nobody calls ------------------------------------------------------------------------------------------------


def _uncalled(machine: Machine) -> None:
    """Enter functions and methods that were not entered: first those that no other code refers to, then the rest."""
    waiting = [one for one in machine.definitions if not _is_entered(machine, one)]
    classes = list(machine.classes)
    machine.definitions, machine.classes = [], []
    methods = [value for one in classes for value in one.variables.values() if isinstance(value, Function)]
    used = frozenset(id(target) for one in (*waiting, *methods) for target in _used(one) if target is not one)
    for one in waiting:
        if id(one) not in used and not _is_entered(machine, one):
            _enter(machine, one)
    parents = {id(base) for one in classes for base in one.ancestors() if base is not one}
    for kind in classes:
        if id(kind) not in parents:
            _jobs(machine, kind)
    for one in waiting:
        if not _is_entered(machine, one):
            _enter(machine, one)
    for kind in classes:
        _rest(machine, kind)


def _is_entered(machine: Machine, one: Function) -> bool:
    return id(one.definition) in machine.entered


def _used(one: Function) -> Iterable[Function]:
    """The functions that a function refers to, by their names or as members of modules."""
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
        if isinstance(value, tuple):
            stack.extend(value)
        elif isinstance(value, (syntax.Node, syntax.Clause, syntax.Parameter)):
            stack.extend(getattr(value, name) for name in value.__struct_fields__)


def _variable(one: Function, name: str) -> object:
    holder = one.scope.holding(name)
    return holder.variables[name] if holder is not None else one.scope.module.variables.get(name)


def _enter(machine: Machine, one: Function, receiver: object = None) -> None:
    """Enter a function with what is known of its parameters, which is their names and defaults.

    Of tests, which are many, only those that name something that reads.
    """
    path = one.scope.module.path
    if is_test(path) and not _tells(one.definition.body):
        return
    parameters = one.definition.parameters[1 if receiver is not None else 0 :]
    keywords: dict[str, object] = {}
    for parameter in parameters:
        if parameter.name in one.defaults:
            keywords[parameter.name] = _softened(parameter.name, one.defaults[parameter.name])
    target = Bound(one, receiver) if receiver is not None else one
    line = getattr(one.definition, "line", 1)

    def action() -> None:
        machine.enter(path, line)
        if one.options or one.kind == "command":
            calls.call(machine, target, Args(line=line))
            machine.leave()
            return
        given = [calls.unknown_parameter(p) for p in parameters if p.name not in one.defaults and p.kind == ""]
        named = {
            p.name: calls.unknown_parameter(p) for p in parameters if p.kind == "keyword" and p.name not in one.defaults
        }
        calls.call(machine, target, Args(given, {**named, **keywords}, line))
        machine.leave()

    _in_run_of(machine, one.scope.module, lambda: entry(machine, path, line, action))


def _in_run_of(machine: Machine, module: Module, action: Callable[[], None]) -> None:
    """Do something in the run that a module was loaded in."""
    machine.launch = module.run
    try:
        action()
    finally:
        machine.launch = None


def _softened(name: str, default: object) -> object:
    """A default of something that somebody unknown calls."""
    if isinstance(default, Text):
        return default.like(default, owner=0, soft=True, folded=True)
    return Unknown(name) if isinstance(default, bool) else default


def _jobs(machine: Machine, one: Class) -> None:
    """Enter the methods by which a job is run, also inherited ones, for each class that is not a base of others."""
    receiver: Instance | None = None
    for name in _RUN_NAMES:
        found = one.find(name)
        if found is None or not isinstance(found[1], Function) or _is_abstract(found[1]):
            continue
        if (id(found[1].definition), id(one)) in machine.called or _is_called_by_its_class(machine, found[1], one):
            continue
        receiver = receiver or _made(machine, one)
        _enter(machine, found[1], receiver)


def _is_called_by_its_class(machine: Machine, function: Function, one: Class) -> bool:
    return function.owner is one and _is_entered(machine, function)


def _is_abstract(function: Function) -> bool:
    body = function.definition.body
    return isinstance(body, tuple) and all(isinstance(statement, syntax.Stop) for statement in body)


def _made(machine: Machine, one: Class) -> Instance:
    """An object of a class whose constructor is given what is known of its parameters."""
    made: list[object] = []

    def action() -> None:
        machine.enter(one.module.path, one.line)
        start = one.find("__init__")
        given: list[object] = []
        if start is not None and isinstance(start[1], Function):
            parameters = start[1].definition.parameters[1:]
            given = [calls.unknown_parameter(p) for p in parameters if p.name not in start[1].defaults and p.kind == ""]
        made.append(calls.call(machine, one, Args(given, {}, one.line)))
        machine.leave()

    _in_run_of(machine, one.module, lambda: entry(machine, one.module.path, one.line, action))
    return made[0] if made and isinstance(made[0], Instance) else Instance(one)


def _rest(machine: Machine, one: Class) -> None:
    """Enter the methods of a class that were never entered."""
    receiver: Instance | None = None
    for value in list(one.variables.values()):
        if isinstance(value, Function) and value.owner is one and not _is_entered(machine, value):
            if value.name == "__init__" or _is_abstract(value) or value.name.startswith("__"):
                continue
            receiver = receiver or _made(machine, one)
            _enter(machine, value, None if value.kind == "static" else receiver)
