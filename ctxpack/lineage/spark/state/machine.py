"""The state of the interpreter: what it is given, what a run, a program and a pipeline set, and what was run so far.

The recorded sites, the step budgets and the call stack are in `recorder`, `budget` and `stack`.

The semantics are in other packages: `language` for Python, `library` for libraries, `effects` for what is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ctxpack.datamodel import program as syntax
from ctxpack.datamodel.jobs import Run, Started
from ctxpack.lineage.spark.state.budget import Budget
from ctxpack.lineage.spark.state.recorder import Recorder
from ctxpack.lineage.spark.state.sql import Sql
from ctxpack.lineage.spark.state.stack import Stack
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.known import Tables
from ctxpack.lineage.spark.values.objects import Class, Function, Instance, Module, Scope
from ctxpack.lineage.spark.values.tables import Mark
from ctxpack.lineage.spark.values.texts import Text

_LONGEST_GIVEN = 300
Resolve = Callable[[str, str, str], tuple[str, ...]]


class Evaluate(Protocol):
    """How expressions are evaluated."""

    def __call__(self, machine: Machine, expression: syntax.Expression, scope: Scope) -> object:
        """The value of the expression."""


class RunStatements(Protocol):
    """How statements are run."""

    def __call__(self, machine: Machine, statements: Sequence[syntax.Statement], scope: Scope) -> str:
        """Run statements; gives how they were left: "" at their end, or return, break, continue, raise."""


class Call(Protocol):
    """How something is called."""

    def __call__(self, machine: Machine, target: object, args: Args) -> object:
        """The result of the call."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The functions that the modules of the interpreter call in each other, passed here to avoid import cycles."""

    evaluate: Evaluate
    run: RunStatements
    call: Call
    load: Callable[[Machine, str], Module | None]
    include: Callable[[Machine, str, Scope], None]


@dataclass(slots=True)
class Runs:
    """The runs of programs: those `stated` in configurations, by program, and the `current` one.

    `asked` counts the reads of its parameters. `started` collects calls that may launch other programs; None if these
    are not wanted.
    """

    stated: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    current: Run | None = None
    asked: int = 0
    started: list[Started] | None = None


@dataclass(slots=True)
class Process:
    """What a program sets while it runs, and what is gone at its end.

    `views` are its temporary views and `widgets` its notebook's, by name. `growing` is a session setting that lets
    tables evolve. `line` and `environment` are the command line and the environment variables that it sets itself.
    """

    views: dict[str, object] = field(default_factory=dict)
    widgets: dict[str, object] = field(default_factory=dict)
    growing: Mark | None = None
    line: list[object] | None = None
    environment: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Pipelines:
    """Datasets declared by decorators: `pending` declarations are made after the body of their module.

    `views` are those that are no datasets outside of their pipeline; `later` has the declarations of views by name,
    since a view that is read before is declared then.
    """

    views: dict[str, object] = field(default_factory=dict)
    later: dict[str, Callable[[], None]] = field(default_factory=dict)
    pending: list[Callable[[], None]] = field(default_factory=list)


@dataclass(slots=True)
class Coverage:
    """Which code was run, so that what nothing calls can be run in the end.

    `definitions` and `classes` are the functions and classes of the modules `roots` that have not been looked at yet.
    `entered` has the ids of the definitions of functions that were called, `called` each with the id of its receiver's
    class (0 for none). `included` are the notebooks that other notebooks ran.
    """

    roots: frozenset[str] = frozenset()
    definitions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)
    called: set[tuple[int, int]] = field(default_factory=set)
    included: set[str] = field(default_factory=set)

    def enter(self, function: Function, receiver: object) -> None:
        """Note a call of a function."""
        self.entered.add(id(function.definition))
        self.called.add((id(function.definition), id(receiver.type) if isinstance(receiver, Instance) else 0))

    def has_entered(self, function: Function) -> bool:
        """Whether a function was called, by whatever receiver."""
        return id(function.definition) in self.entered

    def has_called(self, function: Function, kind: Class) -> bool:
        """Whether a method was called for an instance of a class."""
        return (id(function.definition), id(kind)) in self.called


@dataclass(slots=True)
class Machine:
    """The interpreter of the programs of a repository.

    The first fields are what it is given, and `tables` those that the repository declares. `modules` are those loaded
    so far, `documents` the parsed settings, by path and format. `evolving` are datasets read with an option that adopts
    new columns. `doubt` is positive inside code that may not run.
    """

    programs: Mapping[str, syntax.Program]
    resolve: Resolve
    sql: Sql
    settings: Mapping[str, str]
    rules: Rules
    runs: Runs
    recorder: Recorder = field(default_factory=Recorder)
    budget: Budget = field(init=False)
    stack: Stack = field(default_factory=Stack)
    process: Process = field(default_factory=Process)
    pipelines: Pipelines = field(default_factory=Pipelines)
    coverage: Coverage = field(default_factory=Coverage)
    modules: dict[str, Module] = field(default_factory=dict)
    documents: dict[tuple[str, str], object] = field(default_factory=dict)
    evolving: dict[str, Mark] = field(default_factory=dict)
    doubt: int = 0
    tables: Tables = field(default_factory=Tables)

    def __post_init__(self) -> None:
        self.budget = Budget(self.recorder)

    def evaluate(self, expression: syntax.Expression, scope: Scope) -> object:
        """The value of an expression."""
        return self.rules.evaluate(self, expression, scope)

    def run(self, statements: Sequence[syntax.Statement], scope: Scope) -> str:
        """Run statements; see `RunStatements`."""
        return self.rules.run(self, statements, scope)

    def call(self, target: object, *args: object, line: int = 0) -> object:
        """The result of a call with these arguments."""
        return self.rules.call(self, target, Args(list(args), {}, line))

    def text(self, value: str, *parts: object, soft: bool = False) -> Text:
        """A computed string; its owner is the outermost activation among the owners of its parts."""
        texts = [part for part in parts if isinstance(part, Text)]
        owner = self.stack.outermost(texts)
        line = next((part.line for part in texts if part.line), 0)
        path = next((part.path for part in texts if part.line), "")
        given = ", ".join(dict.fromkeys(part.given for part in texts if part.given))
        soft = soft or any(part.soft for part in texts)
        return Text(value, owner, soft=soft, folded=True, path=path, line=line, given=given[:_LONGEST_GIVEN])
