"""The values of the interpreter.

Numbers, booleans, None, lists, tuples and dictionaries are Python's own. Strings are `Text`: unknown parts (holes) are
names between two private-use characters, so that string operations preserve them.
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
    """A string with its provenance.

    `owner` is the serial of the activation that created it (0 for none), by which the call that passed it to a function
    is found; `path` and `line` are those of its literal. `soft` marks a default, which other runs may override.
    `folded` says that it was computed. `given` names the run parameters that it comes from, with their place ("table of
    conf/jobs.yml:12").
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
        """Create a string with its provenance."""
        made = super().__new__(cls, value)
        made.owner, made.soft, made.folded, made.path, made.line, made.given = owner, soft, folded, path, line, given
        return made

    def like(self, value: str, *, owner: int | None = None, soft: bool = False, folded: bool = False) -> Text:
        """Another string with the same provenance."""
        return type(self)(
            value, self.owner if owner is None else owner, soft=soft or self.soft, folded=folded or self.folded,
            path=self.path, line=self.line, given=self.given,
        )  # fmt: skip

    def moved(self, owner: int) -> Text:
        """The same string owned by another activation."""
        return self.like(self, owner=owner)


class PathText(Text):
    """A `pathlib.Path`."""


class FileText(Text):
    """An open file, as the string of its path."""


def hole(name: str) -> str:
    """A named hole: the text that stands for an unknown part."""
    return f"{OPEN}{_WORD.sub('_', name).strip('_')[:60] or 'unknown'}{CLOSE}"


def shown(text: str) -> str:
    """A string with its holes in braces."""
    return text.replace(OPEN, "{").replace(CLOSE, "}")


def is_known(text: str) -> bool:
    """Whether a string has no holes."""
    return OPEN not in text


@dataclass(frozen=True, slots=True)
class Unknown:
    """An unknown value; `hint` is its name in the source, `parent` the value that it is an attribute of."""

    hint: str = ""
    parent: object = field(default=None, compare=False, repr=False)


GIVEN: Final = object()
"""The parent of an unknown required argument, which is assumed not to be None."""


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """One of several alternative values."""

    options: tuple[object, ...]


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
class Declared:
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
    options: list[Declared] = field(default_factory=list)

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


@dataclass(slots=True)
class Args:
    """The arguments of a call; `open` says that there may be more (an unknown sequence was unpacked)."""

    args: list[object] = field(default_factory=list)
    keywords: dict[str, object] = field(default_factory=dict)
    line: int = 0
    open: bool = False
    source: syntax.Invoke | None = None

    def get(self, index: int, name: str = "", default: object = None) -> object:
        """The argument by keyword or position; `default` if there is none."""
        if name and name in self.keywords:
            return self.keywords[name]
        return self.args[index] if 0 <= index < len(self.args) else default

    def any_of(self, *names: str) -> object:
        """The value of the first of these keywords that is given; None if none is."""
        return next((self.keywords[name] for name in names if name in self.keywords), None)

    def everything(self) -> Iterator[object]:
        """All arguments."""
        yield from self.args
        yield from self.keywords.values()


def options(value: object) -> tuple[object, ...]:
    """The alternatives of a value; a single value as a tuple of one."""
    return value.options if isinstance(value, Either) else (value,)


def either(values: Iterable[object]) -> object:
    """One value for several alternatives, without duplicates; unknown for more than MOST_ALTERNATIVES."""
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
    """The truth of a value; None if it cannot be decided."""
    if isinstance(value, Either):
        found = [truth(one) for one in value.options]
        return found[0] if all(one is found[0] for one in found) else None
    if isinstance(value, Text) and (value.soft or not is_known(value)):
        return None
    if value is None or isinstance(value, (bool, int, float, str, list, tuple, dict)):
        return bool(value)
    return True if isinstance(value, (Function, Class, Instance, Bound, Module)) else None
