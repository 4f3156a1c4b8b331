"""Values that stand for data: DataFrames as plans, columns as expressions, and what reads and writes are built with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.plans import scans
from ctxpack.lineage.spark.values import Declared
from ctxpack.model import Column

if TYPE_CHECKING:
    from ctxpack.lineage.spark.evolution import Mark

_LARGEST = 3_000
_LONGEST_PAST = 300


@dataclass(slots=True, eq=False)
class Frame:
    """A DataFrame.

    `api` is spark, pandas, polars, duckdb or glue. `size` is about how many nodes its plan has, which is kept bounded,
    since a frame that is joined with itself doubles. `tag` is the alias under which `frame.column` refers to it, and
    `tags` are those that its plan still has. `before` is the frame of which this one is a further state; one that is
    not `known` came from nowhere that could be found.
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
        """The frame that a step makes of this one (and of others); its plan is cut where it grows too large."""
        inputs = (self, *others)
        size = sum(one.size for one in inputs) + growth
        tags = frozenset(tag for one in inputs for tag in one.tags)
        if size > _LARGEST:
            plan, size, tags = _cut(plan), 50, frozenset()
        known = any(one.known for one in inputs)
        before = None if others else self
        return Frame(plan, self.api, size, tags, "", any(one.stream for one in inputs), known, before)

    def step(self, plan: to.PlanTree) -> Frame:
        """As `then` with one plan over this frame's."""
        return self.then(plan)

    def opaque(self, why: str, line: int = 0, *others: Frame, keeps: bool = False) -> Frame:
        """The frame that something not understood makes of this one."""
        return self.then(to.Opaque((self.plan, *(one.plan for one in others)), why, line, keeps=keeps), *others)

    def tagged(self, number: int) -> str:
        """The alias by which columns of this very frame are named; its plan gets it at the first use."""
        if not self.tag:
            if isinstance(self.plan, to.Named) and not self.plan.columns:
                self.tag = self.plan.alias
            else:
                self.tag = f"frame#{number}"
                self.plan = to.Named(self.plan, self.tag)
            self.tags = self.tags | {self.tag}
        return self.tag

    def grew_from(self, other: Frame) -> bool:
        """Whether this frame is a further state of another."""
        one: Frame | None = self
        for _ in range(_LONGEST_PAST):
            if one is None or one is other:
                break
            one = one.before
        return one is other


def _cut(plan: to.PlanTree) -> to.PlanTree:
    """A plan of which only the datasets are kept."""
    return to.Opaque(tuple(scans(plan))[:200], "the plan is too large")


@dataclass(frozen=True, slots=True, eq=False)
class Col:
    """A column expression; `name` is what Spark calls the column, `names` what several columns of it are called."""

    expression: to.ExpressionTree
    name: str = ""
    names: tuple[str, ...] = ()
    frame: Frame | None = None

    def output(self, line: int) -> to.Output:
        """The column that it gives in a select."""
        return to.Output(self.name, self.expression, line)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A window: what it is partitioned and ordered by."""

    over: tuple[to.ExpressionTree, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """A grouped frame, and what it is pivoted by."""

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
    """A type of columns, as SQL writes it."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class StructField:
    """A field of a StructType."""

    column: Column


@dataclass(frozen=True, slots=True, eq=False)
class Udf:
    """A user-defined function; what it computes is not followed."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A SparkSession, SQLContext or GlueContext; also its builder, and a session of another engine (`api`)."""

    api: str = "spark"


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """`spark.read`; `parent` is what it is read of, where that may be no session at all."""

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
    """`frame.write`, `writeStream` or `writeTo(name)`; `function` is what `foreachBatch` was given."""

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
    """A Delta table by its name, and how it is read."""

    target: object
    frame: Frame
    path: bool = False
    alias: str = ""


@dataclass(slots=True, eq=False)
class Builder:
    """A Delta table that is declared call by call: its name, its columns, and what is said of it."""

    target: object = None
    path: object = None
    columns: tuple[Column, ...] = ()
    doc: str = ""


@dataclass(slots=True, eq=False)
class Merge:
    """A merge into a Delta table: the clauses that were given."""

    table: DeltaTable
    source: Frame
    clauses: list[tuple[str, object]] = field(default_factory=list)
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True, eq=False)
class Connection:
    """A connection to a database: its dialect, and the rows of its last query."""

    dialect: str
    result: Frame | None = None


@dataclass(slots=True, eq=False)
class Parser:
    """An `ArgumentParser` and also what it gives: the arguments by their names; `declared` are what it asks for."""

    values: dict[str, object] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)
