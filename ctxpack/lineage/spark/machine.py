"""The state of an interpretation: modules, the stack of calls, how much has been done, and what was found.

The rules are beside it: `statements` and `expressions` say what syntax does, `calls` how functions are entered,
`members` what values have, and the tables of `library` what libraries do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ctxpack.datamodel import program as syntax
from ctxpack.datamodel.algebra import Output, PlanTree
from ctxpack.datamodel.jobs import Run, Started
from ctxpack.lineage.spark.recorder import Recorder
from ctxpack.lineage.spark.values import Args, Class, Function, Instance, Module, Scope, Text

if TYPE_CHECKING:
    from ctxpack.lineage.spark.evolution import Mark

MOST_STEPS = 300_000
MOST_IN_VAIN = 20_000
MOST_IN_ALL = 6_000_000
FEWEST_STEPS = 16_000
"""After so many steps in all, every entry point may take no more than a few."""

DEEPEST_CALL = 24
_LONGEST_GIVEN = 300
Resolve = Callable[[str, str, str], tuple[str, ...]]


class SqlStatement(Protocol):
    """What the reader of SQL says of a statement."""

    @property
    def kind(self) -> str:
        """Whether it is a query, a write or something else."""

    @property
    def target(self) -> str:
        """What it writes."""

    @property
    def mode(self) -> str:
        """How it writes."""

    @property
    def positional(self) -> bool:
        """Whether columns go to those of the target by their places."""

    @property
    def plan(self) -> PlanTree | None:
        """What it computes."""

    @property
    def line(self) -> int:
        """Where it begins."""

    @property
    def problem(self) -> str:
        """Why it could not be read."""


class Sql(Protocol):
    """The reader of SQL (`lineage/sql`)."""

    def statements(self, text: str, dialect: str, *, first_line: int = 1) -> Sequence[SqlStatement]:
        """The statements of a text."""

    def outputs(self, text: str, dialect: str) -> Sequence[Output]:
        """An expression with its aliases."""


class Evaluate(Protocol):
    """How expressions are evaluated."""

    def __call__(self, machine: Machine, expression: syntax.Expression, scope: Scope) -> object:
        """What the expression gives."""


class RunStatements(Protocol):
    """How statements are run."""

    def __call__(self, machine: Machine, statements: Sequence[syntax.Statement], scope: Scope) -> str:
        """Run statements; gives how they were left: "" at their end, or return, break, continue, raise."""


class Call(Protocol):
    """How something is called."""

    def __call__(self, machine: Machine, target: object, args: Args) -> object:
        """What the call gives."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the parts of the interpreter need of each other."""

    evaluate: Evaluate
    run: RunStatements
    call: Call
    load: Callable[[Machine, str], Module | None]
    include: Callable[[Machine, str, Scope], None]


class Exhausted(Exception):
    """An entry point took more steps than are allowed."""


@dataclass(slots=True)
class Activation:
    """A call that is being followed; `line` is the one where it is now."""

    serial: int
    path: str
    line: int
    function: Function | None = None
    receiver: object = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site is said to be; `followed` says that a call was followed from there."""

    path: str
    line: int
    followed: bool = False
    inherited: str = ""


@dataclass(slots=True)
class Machine:
    """An interpretation of the programs of a repository.

    `launches` are the runs of programs, `launch` the one that is interpreted, and `asked` counts who asks it for
    something. `included` are notebooks that others ran as parts of themselves. `growing` is a setting of the session
    that lets tables grow, `evolving` are datasets that are read in a way that takes in new columns. `started` collects
    calls that may start other programs; None where nobody wants them. `line` is the command line and `environment` the
    variables that a program sets for itself.
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
        """A number not given before."""
        self.serial += 1
        return self.serial

    def begin(self, most: int) -> None:
        """Begin with an entry point, which may take so many steps at most, and fewer while it finds nothing."""
        most = min(most, MOST_STEPS if self.steps < MOST_IN_ALL else FEWEST_STEPS)
        self.limit = self.steps + min(MOST_IN_VAIN, most)
        self.further = self.steps + most
        self.found = self.recorder.count

    def step(self, cost: int = 1) -> None:
        """Count work. Raises Exhausted when an entry point has taken more than is allowed."""
        self.steps += cost
        if self.steps > self.limit:
            if self.recorder.count == self.found or self.steps > self.further:
                raise Exhausted
            self.limit = self.further

    @property
    def here(self) -> Activation:
        """The call that is being followed."""
        return self.stack[-1]

    def at(self, line: int) -> None:
        """Say which line is being interpreted."""
        if line:
            self.stack[-1].line = line

    def enter(self, path: str, line: int, function: Function | None = None, receiver: object = None) -> None:
        """Begin to follow a call, or the code of a module."""
        self.stack.append(Activation(self.number(), path, line, function, receiver))

    def leave(self) -> None:
        """End what was entered last."""
        self.stack.pop()

    def evaluate(self, expression: syntax.Expression, scope: Scope) -> object:
        """What an expression gives."""
        return self.rules.evaluate(self, expression, scope)

    def run(self, statements: Sequence[syntax.Statement], scope: Scope) -> str:
        """Run statements; see `RunStatements`."""
        return self.rules.run(self, statements, scope)

    def call(self, target: object, *args: object, line: int = 0) -> object:
        """What a call with these arguments gives."""
        return self.rules.call(self, target, Args(list(args), {}, line))

    # --- strings ------------------------------------------------------------------------------------------------------

    def text(self, value: str, *parts: object, soft: bool = False) -> Text:
        """A computed string; it belongs to whoever made the outermost of its parts."""
        texts = [part for part in parts if isinstance(part, Text)]
        owner = self.outermost(texts)
        line = next((part.line for part in texts if part.line), 0)
        path = next((part.path for part in texts if part.line), "")
        given = ", ".join(dict.fromkeys(part.given for part in texts if part.given))
        soft = soft or any(part.soft for part in texts)
        return Text(value, owner, soft=soft, folded=True, path=path, line=line, given=given[:_LONGEST_GIVEN])

    def outermost(self, texts: Sequence[Text]) -> int:
        """The activation farthest out on the stack among those that made the strings."""
        owners = {text.owner for text in texts}
        return next((one.serial for one in self.stack if one.serial in owners), self.here.serial if self.stack else 0)

    def place(self, name: object, line: int) -> Place:
        """Where a site belongs: to the call that gave its name, and else to the line itself."""
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
