"""The values that programs are interpreted over.

Numbers, truth values, None, lists, tuples and dictionaries are Python's own. Strings are `Text`: a string whose parts
that cannot be known stand between two characters of private use, so that all string operations keep them whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ctxpack.datamodel import program as syntax
from ctxpack.datamodel.jobs import CLOSE, OPEN, Run

HOLE: Final = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
MOST_ALTERNATIVES: Final = 6
_WORD = re.compile(r"[^\w.-]+")


class Text(str):
    """A string, and where it comes from.

    `owner` is the activation (a number, 0 for none) whose code made it, by which a call that passes a name to a
    function is found; `path` and `line` are where its literal stands. `soft` says that it is only a default: another
    run of the program may have another value. `folded` says that it was computed. `given` says which parameters of the
    run it comes from, and where those are given ("table of conf/jobs.yml:12").
    """

    owner: int
    soft: bool
    folded: bool
    path: str
    line: int
    given: str

    def __new__(
        cls,
        value: str,
        owner: int = 0,
        *,
        soft: bool = False,
        folded: bool = False,
        path: str = "",
        line: int = 0,
        given: str = "",
    ) -> Text:
        """A string of these characters."""
        made = super().__new__(cls, value)
        made.owner, made.soft, made.folded, made.path, made.line, made.given = owner, soft, folded, path, line, given
        return made

    def like(self, value: str, *, owner: int | None = None, soft: bool = False, folded: bool = False) -> Text:
        """Other characters from the same place."""
        return type(self)(
            value, self.owner if owner is None else owner, soft=soft or self.soft, folded=folded or self.folded,
            path=self.path, line=self.line, given=self.given,
        )  # fmt: skip

    def moved(self, owner: int) -> Text:
        """The same made by another activation."""
        return self.like(self, owner=owner)


class PathText(Text):
    """A `pathlib.Path`."""


class FileText(Text):
    """An open file, by its path."""


def hole(name: str) -> str:
    """What stands for an unknown part of this name."""
    return f"{OPEN}{_WORD.sub('_', name).strip('_')[:60] or 'unknown'}{CLOSE}"


def shown(text: str) -> str:
    """A string with its unknown parts in braces."""
    return text.replace(OPEN, "{").replace(CLOSE, "}")


def is_known(text: str) -> bool:
    """Whether a string has no unknown part."""
    return OPEN not in text


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value of which only a name is known, that by which its source calls it; `parent` has it as an attribute."""

    hint: str = ""
    parent: object = field(default=None, compare=False, repr=False)


GIVEN: Final = object()
"""The parent of an unknown argument that somebody has to give, so that it is taken not to be None."""


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """One of several values."""

    options: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class External:
    """Something of a library, by its dotted name; "duckdb.connect()" is what a call gave."""

    name: str


@dataclass(slots=True, eq=False)
class Module:
    """A module of the repository and its variables; `run` is the one that it was loaded in, of several.

    `asked` says that it depends on the run: it asked for a parameter when it was loaded, or imports one that did.
    `ran` are the notebooks that were run in its namespace.
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
    """The variables that code sees: its own, those of the functions around it, and those of its module."""

    variables: dict[str, object]
    module: Module
    parent: Scope | None = None
    owner: Class | None = None
    receiver: object = None
    results: list[object] = field(default_factory=list)
    yields: list[object] = field(default_factory=list)
    shared: frozenset[str] = frozenset()

    def holding(self, name: str) -> Scope | None:
        """The nearest scope that has the variable."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope
            scope = scope.parent
        return None


@dataclass(slots=True)
class Declared:
    """A parameter of a command line that a program declares: `flags` are empty for one by position."""

    name: str
    flags: tuple[str, ...] = ()
    default: object = None
    switch: bool = False
    several: bool = False
    number: bool = False


@dataclass(slots=True, eq=False)
class Function:
    """A function or lambda of the repository; `kind` is "", static, class, property, context or command.

    A command gets its parameters from a command line; `options` are those that decorators declare, the last first.
    """

    definition: syntax.Function | syntax.Lambda
    scope: Scope
    defaults: Mapping[str, object]
    owner: Class | None = None
    kind: str = ""
    options: list[Declared] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name, "lambda" for one without."""
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
        """An attribute and the class that has it."""
        for one in self.ancestors():
            if name in one.variables:
                return one, one.variables[name]
        return None

    def foreign(self) -> list[str]:
        """The names of the bases that are not of the repository."""
        return [base.name for one in self.ancestors() for base in one.bases if isinstance(base, External)]


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the repository."""

    type: Class
    variables: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A function of the repository with its receiver; `start` is the class after which `super` looks."""

    function: Function
    receiver: object


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """`super()` in a method."""

    owner: Class
    receiver: object


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a value that is not of the repository; `line` is where its name stands."""

    receiver: object
    name: str
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A callable with some arguments given."""

    target: object
    args: tuple[object, ...]
    keywords: Mapping[str, object]


@dataclass(slots=True)
class Args:
    """The arguments of a call; `open` says that there may be more (an unknown sequence was spread)."""

    args: list[object] = field(default_factory=list)
    keywords: dict[str, object] = field(default_factory=dict)
    line: int = 0
    open: bool = False
    source: syntax.Invoke | None = None

    def get(self, index: int, name: str = "", default: object = None) -> object:
        """The argument at a position or of a name."""
        if name and name in self.keywords:
            return self.keywords[name]
        return self.args[index] if 0 <= index < len(self.args) else default

    def any_of(self, *names: str) -> object:
        """The first of these keywords that is given."""
        return next((self.keywords[name] for name in names if name in self.keywords), None)

    def everything(self) -> Iterator[object]:
        """All arguments."""
        yield from self.args
        yield from self.keywords.values()


def options(value: object) -> tuple[object, ...]:
    """The alternatives of a value; itself for a single one."""
    return value.options if isinstance(value, Either) else (value,)


def either(values: Iterable[object]) -> object:
    """One of these values: equal ones once, and none more than can be followed."""
    found: list[object] = []
    for value in values:
        for one in options(value):
            if not any(_same(one, other) for other in found):
                found.append(one)
    if not found:
        return None
    if len(found) > MOST_ALTERNATIVES:
        return Unknown(_common_hint(found))
    return found[0] if len(found) == 1 else Either(tuple(found))


def _common_hint(values: list[object]) -> str:
    return next((value.hint for value in values if isinstance(value, Unknown) and value.hint), "")


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    if isinstance(one, (str, bool, int, float, Unknown, External)) and type(one) is type(other):
        return bool(one == other)
    return False


def truth(value: object) -> bool | None:
    """Whether a value is true; None where that cannot be known."""
    if isinstance(value, Either):
        found = [truth(one) for one in value.options]
        return found[0] if all(one is found[0] for one in found) else None
    if isinstance(value, Text) and (value.soft or not is_known(value)):
        return None
    if value is None or isinstance(value, (bool, int, float, str, list, tuple, dict)):
        return bool(value)
    return True if isinstance(value, (Function, Class, Instance, Bound, Module)) else None
