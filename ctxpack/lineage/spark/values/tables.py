"""The interpreter's values for data: frames (plans), columns (expressions), readers, writers, connections, parsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.algebra.plans import scans
from ctxpack.lineage.spark.values.objects import CommandParameter
from ctxpack.model import Column

_LARGEST = 3_000
_LONGEST_PAST = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """An option that enables schema evolution, with its place."""

    option: str
    path: str
    line: int


@dataclass(slots=True, eq=False)
class Frame:
    """A DataFrame.

    `api` is spark, pandas, polars, duckdb or glue. `size` is the approximate number of nodes of its plan, which is
    bounded, since joining a frame with itself doubles it. `tag` is the alias by which `frame.column` refers to it, and
    `tags` are those still in its plan. `before` is the frame that this one was derived from by one step; `known` is
    False if the origin of its rows is unknown.
    """

    plan: to.PlanTree
    api: str = "spark"
    size: int = 1
    tags: frozenset[str] = frozenset()
    tag: str = ""
    stream: bool = False
    known: bool = True
    before: Frame | None = None

    def then(self, plan: to.PlanTree, *others: Frame, growth: int = 1) -> Frame:
        """The frame derived from this one (and others) by a step; a plan that grows too large is cut (`_cut`)."""
        inputs = (self, *others)
        size = sum(one.size for one in inputs) + growth
        tags = frozenset(tag for one in inputs for tag in one.tags)
        if size > _LARGEST:
            plan, size, tags = _cut(plan), 50, frozenset()
        known = any(one.known for one in inputs)
        before = None if others else self
        return Frame(plan, self.api, size, tags, "", any(one.stream for one in inputs), known, before)

    def step(self, plan: to.PlanTree) -> Frame:
        """As `then`, for a plan over this frame alone."""
        return self.then(plan)

    def opaque(self, why: str, line: int = 0, *others: Frame, keeps: bool = False) -> Frame:
        """The frame derived from this one by an operation that is not modelled; `keeps` says that columns stay."""
        return self.then(to.Opaque((self.plan, *(one.plan for one in others)), why, line, keeps=keeps), *others)

    def tagged(self, number: int) -> str:
        """The alias for columns of this state of the frame; added to its plan at first use."""
        if not self.tag:
            if isinstance(self.plan, to.Named) and not self.plan.columns:
                self.tag = self.plan.alias
            else:
                self.tag = f"frame#{number}"
                self.plan = to.Named(self.plan, self.tag)
            self.tags = self.tags | {self.tag}
        return self.tag

    def grew_from(self, other: Frame) -> bool:
        """Whether this frame was derived from another, step by step."""
        one: Frame | None = self
        for _ in range(_LONGEST_PAST):
            if one is None or one is other:
                break
            one = one.before
        return one is other


def _cut(plan: to.PlanTree) -> to.PlanTree:
    """An opaque plan with only the scans of the given one."""
    return to.Opaque(tuple(scans(plan))[:200], "the plan is too large")


@dataclass(frozen=True, slots=True, eq=False)
class Col:
    """A column expression; `name` is its name in Spark, `names` the aliases of a generator with several columns."""

    expression: to.ExpressionTree
    name: str = ""
    names: tuple[str, ...] = ()
    frame: Frame | None = None

    def output(self, line: int) -> to.Output:
        """The output of this column in a select."""
        return to.Output(self.name, self.expression, line)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A window specification: its partition and order expressions; `partial` says that its frame may be empty."""

    over: tuple[to.ExpressionTree, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """A grouped frame, with its pivot column and values, if any, and the selected columns (`chosen`)."""

    frame: Frame
    groups: tuple[Col, ...]
    sets: bool = False
    pivot: Col | None = None
    values: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A StructType."""

    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DataType:
    """A column type, by its SQL name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class StructField:
    """A field of a StructType."""

    column: Column


@dataclass(frozen=True, slots=True, eq=False)
class Udf:
    """A user-defined function; its body is not interpreted."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A SparkSession, SQLContext or GlueContext; also its builder, and a session of another engine (`api`)."""

    api: str = "spark"


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """`spark.read`; `parent` is the value that `read` was taken from, if that may be no session."""

    format: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    schema: object = None
    stream: bool = False
    parent: object = None
    marks: tuple[Mark, ...] = ()

    def with_(self, **changes: object) -> Reader:
        """A reader with other settings."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """`frame.write`, `writeStream` or `writeTo(name)`; `function` is the argument of `foreachBatch`."""

    frame: object
    format: str = ""
    mode: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    stream: bool = False
    target: object = None
    function: object = None
    parent: object = None
    marks: tuple[Mark, ...] = ()

    def with_(self, **changes: object) -> Writer:
        """A writer with other settings."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class DeltaTable:
    """A Delta table, by name or `path`, with the frame of its rows."""

    target: object
    frame: Frame
    path: bool = False
    alias: str = ""


@dataclass(slots=True, eq=False)
class Builder:
    """A Delta table builder: the name or path, the columns so far, and the comment."""

    target: object = None
    path: object = None
    columns: tuple[Column, ...] = ()
    doc: str = ""


@dataclass(slots=True, eq=False)
class Merge:
    """A merge into a Delta table, with its clauses so far."""

    table: DeltaTable
    source: Frame
    clauses: list[tuple[str, object]] = field(default_factory=list)
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True, eq=False)
class Connection:
    """A database connection: its dialect, and the frame of its last query."""

    dialect: str
    result: Frame | None = None


@dataclass(slots=True, eq=False)
class Parser:
    """An `ArgumentParser`, and also its result: `declared` are its parameters, `values` the arguments by name."""

    values: dict[str, object] = field(default_factory=dict)
    declared: list[CommandParameter] = field(default_factory=list)
