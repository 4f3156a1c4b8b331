"""The objects of a program: modules, scopes, functions, classes with their instances, and library objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ctxpack.datamodel import program as syntax
from ctxpack.datamodel.jobs import Run


@dataclass(frozen=True, slots=True)
class External:
    """A library object, by its dotted name; "duckdb.connect()" is the result of a call."""

    name: str


@dataclass(slots=True, eq=False)
class Module:
    """A loaded module of the repository; `run` is the run that it was loaded in, `mains` its deferred main blocks.

    `asked` says that it depends on the run: it, or a module that it imports, read a parameter while being loaded. `ran`
    are the notebooks that were run in its namespace.
    """

    path: str
    program: syntax.Program
    variables: dict[str, object] = field(default_factory=dict)
    mains: list[tuple[syntax.Statement, ...]] = field(default_factory=list)
    run: Run | None = None
    asked: bool = False
    ran: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Scope:
    """A scope: its own variables, and through `parent` those of the enclosing functions and the module.

    `results` and `yields` collect what the function returns and yields; `shared` are names declared global.
    """

    variables: dict[str, object]
    module: Module
    parent: Scope | None = None
    owner: Class | None = None
    receiver: object = None
    results: list[object] = field(default_factory=list)
    yields: list[object] = field(default_factory=list)
    shared: frozenset[str] = frozenset()

    def holding(self, name: str) -> Scope | None:
        """The innermost scope that has a variable; None if there is none."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope
            scope = scope.parent
        return None


@dataclass(slots=True)
class CommandParameter:
    """A command-line parameter declared by a program; `flags` are empty for a positional one."""

    name: str
    flags: tuple[str, ...] = ()
    default: object = None
    switch: bool = False
    several: bool = False
    number: bool = False


@dataclass(slots=True, eq=False)
class Function:
    """A function or lambda of the repository; `kind` is "", static, class, property, context or command.

    A command takes its parameters from a command line; `options` are those declared by decorators, the last first.
    """

    definition: syntax.Function | syntax.Lambda
    scope: Scope
    defaults: Mapping[str, object]
    owner: Class | None = None
    kind: str = ""
    options: list[CommandParameter] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name; "lambda" for a lambda."""
        return self.definition.name if isinstance(self.definition, syntax.Function) else "lambda"


@dataclass(slots=True, eq=False)
class Class:
    """A class of the repository; `fields` are the names of its annotated attributes in order, for dataclasses."""

    name: str
    bases: tuple[object, ...]
    variables: dict[str, object]
    module: Module
    line: int
    fields: tuple[str, ...] = ()
    definition: syntax.Class | None = None

    def ancestors(self) -> Iterator[Class]:
        """The class and its bases in the repository, depth first."""
        seen: set[int] = set()
        stack: list[object] = [self]
        while stack:
            one = stack.pop()
            if isinstance(one, Class) and id(one) not in seen:
                seen.add(id(one))
                yield one
                stack.extend(reversed(one.bases))

    def find(self, name: str) -> tuple[Class, object] | None:
        """(class, attribute) for the first class in the hierarchy that has it; None if none has."""
        for one in self.ancestors():
            if name in one.variables:
                return one, one.variables[name]
        return None

    def foreign(self) -> list[str]:
        """The names of the bases outside of the repository."""
        return [base.name for one in self.ancestors() for base in one.bases if isinstance(base, External)]


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the repository."""

    type: Class
    variables: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A bound method: a function of the repository with its receiver."""

    function: Function
    receiver: object


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """`super()` in a method."""

    owner: Class
    receiver: object


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a value that is no object of the repository; `line` is that of its name."""

    receiver: object
    name: str
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """`functools.partial`: a callable with some arguments bound."""

    target: object
    args: tuple[object, ...]
    keywords: Mapping[str, object]
