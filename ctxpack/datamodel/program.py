"""A simplified syntax tree of a Python file, reduced to what `lineage/spark` interprets for data pipelines.

Positions are line numbers only; expressions that the tree cannot represent become `Other`. Chains of attributes, calls
and subscripts, and chains of operators, are flat, because a pipeline of two hundred calls is one expression and must
not be two hundred levels deep.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal as OneOf

from ctxpack.model import Value

# --- expressions ------------------------------------------------------------------------------------------------------


class Node(Value, frozen=True, array_like=True, gc=False, tag_field="of", tag=True):
    """Base of expressions, of the steps of a chain, and of statements."""


class Name(Node, frozen=True, array_like=True, gc=False):
    """A variable."""

    id: str


class Text(Node, frozen=True, array_like=True, gc=False):
    """A string literal, with escapes resolved; `line` is that of its opening quotes."""

    value: str
    line: int = 0


class Literal(Node, frozen=True, array_like=True, gc=False):
    """A number, a truth value, or None."""

    value: bool | int | float | None


class Template(Node, frozen=True, array_like=True, gc=False):
    """An f-string: literal parts and expressions, in order; format specifications are left out."""

    parts: tuple[Expression, ...]


class Member(Node, frozen=True, array_like=True, gc=False):
    """A step of a chain: the attribute of this name."""

    name: str
    line: int = 0


class Invoke(Node, frozen=True, array_like=True, gc=False):
    """A step of a chain: a call. A positional argument can be a `Spread`; a keyword named "" spreads a dictionary."""

    args: tuple[Expression, ...] = ()
    keywords: tuple[tuple[str, Expression], ...] = ()
    line: int = 0


class Index(Node, frozen=True, array_like=True, gc=False):
    """A step of a chain: a subscript."""

    key: Expression


class Chain(Node, frozen=True, array_like=True, gc=False):
    """Steps applied to `base`, one after the other: `spark.read.json(path)["x"]`."""

    base: Expression
    steps: tuple[Member | Invoke | Index, ...]


class Slice(Node, frozen=True, array_like=True, gc=False):
    """The subscript `lower:upper`; either can be missing."""

    lower: Expression | None
    upper: Expression | None


class Binary(Node, frozen=True, array_like=True, gc=False):
    """Operators and operands, from left to right: arithmetic, comparisons, `and` and `or`."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    line: int = 0


class Unary(Node, frozen=True, array_like=True, gc=False):
    """`not`, `-`, `+` or `~` before a value."""

    operator: str
    value: Expression


class Choice(Node, frozen=True, array_like=True, gc=False):
    """`then if test else other`."""

    test: Expression
    then: Expression
    other: Expression


class Items(Node, frozen=True, array_like=True, gc=False):
    """A list, tuple or set."""

    kind: OneOf["list", "tuple", "set"]
    items: tuple[Expression, ...]


class Pairs(Node, frozen=True, array_like=True, gc=False):
    """A dictionary; a pair without a key spreads another dictionary."""

    pairs: tuple[tuple[Expression | None, Expression], ...]


class Clause(Value, frozen=True, array_like=True, gc=False):
    """`for target in source if conditions` of a comprehension."""

    target: Expression
    source: Expression
    conditions: tuple[Expression, ...] = ()


class Collect(Node, frozen=True, array_like=True, gc=False):
    """A comprehension or generator; `key` only for dictionaries."""

    kind: OneOf["list", "set", "dict"]
    value: Expression
    clauses: tuple[Clause, ...]
    key: Expression | None = None


class Parameter(Value, frozen=True, array_like=True, gc=False):
    """A parameter; `kind` is "", "*", "**", or "keyword" for one after a star. `annotation` is the type as written."""

    name: str
    default: Expression | None = None
    kind: OneOf["", "*", "**", "keyword"] = ""
    annotation: str = ""


class Lambda(Node, frozen=True, array_like=True, gc=False):
    """A lambda."""

    parameters: tuple[Parameter, ...]
    body: Expression


class Spread(Node, frozen=True, array_like=True, gc=False):
    """`*value` or `**value`."""

    value: Expression
    stars: int = 1


class Bind(Node, frozen=True, array_like=True, gc=False):
    """`name := value`."""

    name: str
    value: Expression


class Other(Node, frozen=True, array_like=True, gc=False):
    """An expression that is of no interest here, or not understood."""


Expression = (
    Name
    | Text
    | Literal
    | Template
    | Chain
    | Slice
    | Binary
    | Unary
    | Choice
    | Items
    | Pairs
    | Collect
    | Lambda
    | Spread
    | Bind
    | Other
)

# --- statements -------------------------------------------------------------------------------------------------------


class Assign(Node, frozen=True, array_like=True, gc=False):
    """`targets = value`; `operator` is that of an augmented assignment ("+"). Without a value, only an annotation."""

    targets: tuple[Expression, ...]
    value: Expression | None
    line: int
    operator: str = ""
    annotation: str = ""


class Evaluate(Node, frozen=True, array_like=True, gc=False):
    """An expression statement."""

    value: Expression
    line: int


class Branch(Node, frozen=True, array_like=True, gc=False):
    """if, with elif as a branch in `other`; a `match` becomes nested branches with comparisons as tests."""

    test: Expression
    then: tuple[Statement, ...]
    other: tuple[Statement, ...] = ()


class Loop(Node, frozen=True, array_like=True, gc=False):
    """for; without a target, while. `other` is the else part."""

    target: Expression | None
    source: Expression | None
    body: tuple[Statement, ...]
    other: tuple[Statement, ...] = ()
    line: int = 0


class With(Node, frozen=True, array_like=True, gc=False):
    """with: (context, target) pairs."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple[Statement, ...]


class Try(Node, frozen=True, array_like=True, gc=False):
    """try, with its except handlers and its finally part; an else part is in `body`."""

    body: tuple[Statement, ...]
    handlers: tuple[tuple[Statement, ...], ...] = ()
    final: tuple[Statement, ...] = ()


class Function(Node, frozen=True, array_like=True, gc=False):
    """A function or method; `line` is that of its name."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...] = ()
    line: int = 0


class Class(Node, frozen=True, array_like=True, gc=False):
    """A class."""

    name: str
    bases: tuple[Expression, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...] = ()
    line: int = 0


class Return(Node, frozen=True, array_like=True, gc=False):
    """return, or yield."""

    value: Expression | None
    line: int
    gives: bool = False


class Import(Node, frozen=True, array_like=True, gc=False):
    """One name brought in: `import module as alias`, or with `name`, `from module import name as alias`."""

    module: str
    name: str
    alias: str
    line: int


class Stop(Node, frozen=True, array_like=True, gc=False):
    """break, continue, or raise."""

    kind: OneOf["break", "continue", "raise"]


class Global(Node, frozen=True, array_like=True, gc=False):
    """global or nonlocal."""

    names: tuple[str, ...]


class Query(Node, frozen=True, array_like=True, gc=False):
    """A SQL cell of a notebook; `line` is that of the first line of `text`."""

    text: str
    line: int


class RunFile(Node, frozen=True, array_like=True, gc=False):
    """A notebook's `%run`: runs another file in the same namespace."""

    path: str
    line: int


Statement = (
    Assign
    | Evaluate
    | Branch
    | Loop
    | With
    | Try
    | Function
    | Class
    | Return
    | Import
    | Stop
    | Global
    | Query
    | RunFile
)


def blocks(one: Statement) -> tuple[tuple[Statement, ...], ...]:
    """The nested blocks of a statement."""
    if isinstance(one, Branch):
        return one.then, one.other
    if isinstance(one, Loop):
        return one.body, one.other
    if isinstance(one, Try):
        return one.body, *one.handlers, one.final
    return (one.body,) if isinstance(one, (With, Function, Class)) else ()


class Program(Value, frozen=True, array_like=True, gc=False):
    """The statements of one Python module.

    `pipeline` says that it mentions something that handles datasets, and so is interpreted itself; other modules are
    only interpreted if such a module imports them.
    """

    statements: tuple[Statement, ...] = ()
    pipeline: bool = False


def parts(one: object) -> Iterable[object]:
    """What a node, or a tuple of nodes, is made of; nothing for all else."""
    if isinstance(one, tuple):
        return one
    if isinstance(one, (Node, Clause, Parameter)):
        return [getattr(one, name) for name in one.__struct_fields__]
    return ()
