"""The state of the interpreter: loaded modules, the call stack, step budgets, and the recorded sites.

The semantics are in other modules: `statements` and `expressions` for syntax, `calls` for calls, `members` and
`contents` for attributes and items, and `library` for library functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ctxpack.datamodel import program as syntax
from ctxpack.datamodel.algebra import Output, PlanTree
from ctxpack.datamodel.jobs import Run, Started
from ctxpack.lineage.spark.arguments import Args
from ctxpack.lineage.spark.objects import Class, Function, Instance, Module, Scope
from ctxpack.lineage.spark.recorder import Recorder
from ctxpack.lineage.spark.texts import Text

if TYPE_CHECKING:
    from ctxpack.lineage.spark.evolution import Mark

MOST_STEPS = 300_000
MOST_IN_VAIN = 20_000
MOST_IN_ALL = 6_000_000
FEWEST_STEPS = 16_000
"""Step budgets of one entry point: at most MOST_STEPS, MOST_IN_VAIN while it records nothing.

After MOST_IN_ALL steps in total, every further entry point gets FEWEST_STEPS.
"""

DEEPEST_CALL = 24
_LONGEST_GIVEN = 300
Resolve = Callable[[str, str, str], tuple[str, ...]]


class SqlStatement(Protocol):
    """A parsed SQL statement, as `lineage/sql` gives it."""

    @property
    def kind(self) -> str:
        """Whether it is a query, a write or something else."""

    @property
    def target(self) -> str:
        """The dataset that it writes."""

    @property
    def mode(self) -> str:
        """The write mode."""

    @property
    def positional(self) -> bool:
        """Whether columns are matched to the target's by position."""

    @property
    def plan(self) -> PlanTree | None:
        """The plan of what it computes."""

    @property
    def line(self) -> int:
        """Its first line."""

    @property
    def problem(self) -> str:
        """Why it could not be parsed."""


class Sql(Protocol):
    """The SQL parser (`lineage/sql`)."""

    def statements(self, text: str, dialect: str, *, first_line: int = 1) -> Sequence[SqlStatement]:
        """The statements of a text."""

    def outputs(self, text: str, dialect: str) -> Sequence[Output]:
        """The columns of an expression, with its aliases."""


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


class Exhausted(Exception):
    """An entry point has used up its budget of steps."""


@dataclass(slots=True)
class Activation:
    """A stack frame of a followed call; `line` is the current line, `serial` a unique id."""

    serial: int
    path: str
    line: int
    function: Function | None = None
    receiver: object = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The place that a site is reported at.

    `followed` says that the read or write itself is in a function called from there. `inherited` names the inherited
    method that contains it, if the place is that of the subclass.
    """

    path: str
    line: int
    followed: bool = False
    inherited: str = ""


@dataclass(slots=True)
class Machine:
    """The interpreter of the programs of a repository.

    `launches` are the runs of programs, `launch` the current one, and `asked` counts the reads of its parameters.
    `included` are notebooks run by other notebooks. `growing` is a session setting that lets tables evolve; `evolving`
    are datasets read with an option that adopts new columns. `started` collects calls that may launch other programs;
    None if these are not wanted. `line` and `environment` are the command line and environment variables that a program
    sets itself. `doubt` is positive inside code that may not run. `limit` and `further` are the step counts at which
    the current entry point ends: if it has recorded nothing, and in any case.
    """

    programs: Mapping[str, syntax.Program]
    resolve: Resolve
    sql: Sql
    settings: Mapping[str, str]
    rules: Rules
    launches: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    launch: Run | None = None
    asked: int = 0
    recorder: Recorder = field(default_factory=Recorder)
    modules: dict[str, Module] = field(default_factory=dict)
    views: dict[str, object] = field(default_factory=dict)
    pipeline_views: dict[str, object] = field(default_factory=dict)
    stack: list[Activation] = field(default_factory=list)
    called: set[tuple[int, int]] = field(default_factory=set)
    entered: set[int] = field(default_factory=set)
    roots: frozenset[str] = frozenset()
    definitions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    spent: dict[str, int] = field(default_factory=dict)
    documents: dict[tuple[str, str], object] = field(default_factory=dict)
    widgets: dict[str, object] = field(default_factory=dict)
    later: dict[str, Callable[[], None]] = field(default_factory=dict)
    inlined: set[str] = field(default_factory=set)
    included: set[str] = field(default_factory=set)
    pending: list[Callable[[], None]] = field(default_factory=list)
    started: list[Started] | None = None
    growing: Mark | None = None
    evolving: dict[str, Mark] = field(default_factory=dict)
    line: list[object] | None = None
    environment: dict[str, object] = field(default_factory=dict)
    doubt: int = 0
    steps: int = 0
    limit: int = MOST_STEPS
    further: int = MOST_STEPS
    found: int = 0
    serial: int = 0

    def number(self) -> int:
        """A new unique number."""
        self.serial += 1
        return self.serial

    def begin(self, most: int) -> None:
        """Start the budget of an entry point: `most` steps, but only MOST_IN_VAIN while it records nothing."""
        most = min(most, MOST_STEPS if self.steps < MOST_IN_ALL else FEWEST_STEPS)
        self.limit = self.steps + min(MOST_IN_VAIN, most)
        self.further = self.steps + most
        self.found = self.recorder.count

    def step(self, cost: int = 1) -> None:
        """Count steps. Raises Exhausted when the budget of the entry point is used up."""
        self.steps += cost
        if self.steps > self.limit:
            if self.recorder.count == self.found or self.steps > self.further:
                raise Exhausted
            self.limit = self.further

    @property
    def here(self) -> Activation:
        """The current activation."""
        return self.stack[-1]

    def at(self, line: int) -> None:
        """Set the current line, unless it is 0."""
        if line:
            self.stack[-1].line = line

    def enter(self, path: str, line: int, function: Function | None = None, receiver: object = None) -> None:
        """Push an activation for a call, or for the body of a module."""
        self.stack.append(Activation(self.number(), path, line, function, receiver))

    def leave(self) -> None:
        """Pop the current activation."""
        self.stack.pop()

    def evaluate(self, expression: syntax.Expression, scope: Scope) -> object:
        """The value of an expression."""
        return self.rules.evaluate(self, expression, scope)

    def run(self, statements: Sequence[syntax.Statement], scope: Scope) -> str:
        """Run statements; see `RunStatements`."""
        return self.rules.run(self, statements, scope)

    def call(self, target: object, *args: object, line: int = 0) -> object:
        """The result of a call with these arguments."""
        return self.rules.call(self, target, Args(list(args), {}, line))

    # --- strings ------------------------------------------------------------------------------------------------------

    def text(self, value: str, *parts: object, soft: bool = False) -> Text:
        """A computed string; its owner is the outermost activation among the owners of its parts."""
        texts = [part for part in parts if isinstance(part, Text)]
        owner = self.outermost(texts)
        line = next((part.line for part in texts if part.line), 0)
        path = next((part.path for part in texts if part.line), "")
        given = ", ".join(dict.fromkeys(part.given for part in texts if part.given))
        soft = soft or any(part.soft for part in texts)
        return Text(value, owner, soft=soft, folded=True, path=path, line=line, given=given[:_LONGEST_GIVEN])

    def outermost(self, texts: Sequence[Text]) -> int:
        """The serial of the outermost activation on the stack that owns one of the strings; else the current one."""
        owners = {text.owner for text in texts}
        return next((one.serial for one in self.stack if one.serial in owners), self.here.serial if self.stack else 0)

    def place(self, name: object, line: int) -> Place:
        """The place of a site: the call that passed the dataset's name, or else the line of the site itself.

        In a method inherited from another file, it is the class that inherits it.
        """
        owner = name.owner if isinstance(name, Text) else 0
        depth = next((i for i, one in enumerate(self.stack) if one.serial == owner), len(self.stack) - 1)
        activation = self.stack[depth]
        followed = depth < len(self.stack) - 1
        found = activation.line if followed else line or activation.line
        function, receiver = activation.function, activation.receiver
        if isinstance(receiver, Instance) and function is not None and function.owner is not None:
            heir = receiver.type
            if heir is not function.owner and heir.module.path != activation.path:
                said = f"{function.owner.name}.{function.name} at {activation.path}:{found}"
                return Place(heir.module.path, heir.line, followed, said)
        return Place(activation.path, found, followed)
