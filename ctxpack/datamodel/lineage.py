"""What follows for the datasets of a repository: who writes what from what, column by column.

Names of datasets: a dbt model, seed or snapshot by its name (`package.name` where two share it), a dbt source as
`source.table`, a SQL or Spark table as written, unquoted and lower-cased, a path by its folded template
("s3://{bucket}/silver/orders", where what cannot be known stays in braces). A column is `dataset.column`.
"""

from __future__ import annotations

from typing import Literal

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.model import Column, Unresolved, Value

DatasetKind = Literal[
    "model", "source", "seed", "snapshot", "table", "view", "path", "stream", "topic", "record", "unknown"
]
"""What a dataset is."""


class PlannedWrite(Value, frozen=True, array_like=True, gc=False):
    """A place in a file where a dataset gets its content, and what that content is computed from.

    `engine` says whose rules hold for nulls: "spark", or the name of a SQL dialect. `mode` is create, overwrite,
    append, merge, update or stream. With `adds`, the plan's columns are not all that the dataset has (an UPDATE, a
    MERGE, an INSERT of some columns); with `positional`, these go to the dataset's columns by their places, whatever
    they are called (an INSERT that lists none). `evidence` is the rule that found the site, for people and for
    `confidence`.
    `files` are those of which the lines in the plan may be, `path` first; () where that is not known.
    """

    target: str
    plan: PlanTree
    path: str
    line: int
    engine: str
    kind: DatasetKind = "table"
    mode: str = "overwrite"
    confidence: float = 1.0
    evidence: str = ""
    adds: bool = False
    files: tuple[str, ...] = ()
    positional: bool = False


class ReadSite(Value, frozen=True, array_like=True, gc=False):
    """A place where a dataset is read, whether or not a write follows from it (a test, a dashboard, a collect)."""

    dataset: str
    path: str
    line: int
    confidence: float = 1.0
    evidence: str = ""


class Evolution(Value, frozen=True, array_like=True, gc=False):
    """A mark in code that lets the schema of a dataset change `by_itself`, or a statement in a string that changes it.

    `option` is what says so: "mergeSchema", "ALTER TABLE add column a int".
    """

    dataset: str
    option: str
    path: str
    line: int
    by_itself: bool = True

    @property
    def sentence(self) -> str:
        """The mark in words."""
        return f"may change by itself: {self.option}" if self.by_itself else f"changed in code: {self.option}"


class Declaration(Value, frozen=True, array_like=True, gc=False):
    """A table that files declare, as it is after all their steps.

    `kind_of` is what the format calls it (table, view, model, source, record ...), `format` the schema format.
    `places` says for columns (lower-cased) that another file than `path` brought or changed where that is: "path:line".
    `spelled` is as in `SchemaStep`.
    """

    name: str
    kind_of: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    path: str
    line: int
    format: str
    doc: str = ""
    complete: bool = True
    places: tuple[tuple[str, str], ...] = ()
    spelled: str = ""

    def place(self, column: Column) -> str:
        """Where a column is declared, for people."""
        return dict(self.places).get(column.name.lower()) or f"{self.path}:{column.line or self.line}"


class Definition(Value, frozen=True, array_like=True, gc=False):
    """A statement in a program's string that declares a table; unknown parts of it are in braces."""

    text: str
    path: str
    line: int


class Sites(Value, frozen=True, array_like=True, gc=False):
    """What one kind of source (dbt, SQL, Spark, settings) tells of a repository: sites, and what it could not tell.

    `changes` are places that add, change or remove rows of a dataset one by one, and so make it from nothing else.
    """

    writes: tuple[PlannedWrite, ...] = ()
    reads: tuple[ReadSite, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    evolutions: tuple[Evolution, ...] = ()
    definitions: tuple[Definition, ...] = ()
    declared: tuple[Declaration, ...] = ()
    changes: tuple[ReadSite, ...] = ()


class Origin(Value, frozen=True, array_like=True, gc=False):
    """A column of a dataset that a value is computed from."""

    dataset: str
    column: str


class DerivedColumn(Value, frozen=True, array_like=True, gc=False):
    """A column that a plan gives out.

    `origins` are what its value is computed from (not what rows are filtered or joined by), sorted. `transform` is
    "identity" for a column passed on, "rename", or the text of the expression. `nullable` is None where it is not
    known; `because` says what decides it, with the line ("left join at line 12").
    """

    name: str
    origins: tuple[Origin, ...] = ()
    transform: str = "identity"
    type: str = ""
    nullable: bool | None = None
    because: str = ""
    line: int = 0


class Frame(Value, frozen=True, array_like=True, gc=False):
    """The columns of a plan; not `complete` where there may be others (a star over a dataset of unknown schema)."""

    columns: tuple[DerivedColumn, ...]
    complete: bool = True
    reads: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


PHANTOM = "documented only: the query that makes it has no such column"
"""Why nothing is said of nulls in a column (`ColumnState.because`) that property files name and that is not there."""


class ColumnState(Value, frozen=True, array_like=True, gc=False):
    """A column of a dataset as a reader of the dataset finds it: declared and effective nullability, and default."""

    name: str
    type: str = ""
    nullable: bool | None = None
    effective: bool | None = None
    because: str = ""
    doc: str = ""
    tests: tuple[str, ...] = ()
    line: int = 0
    default: str = ""


class Relation(Value, frozen=True, array_like=True, gc=False):
    """What is known of the schema of a dataset, for its readers; not `complete` where it may have more columns."""

    name: str
    columns: tuple[ColumnState, ...]
    complete: bool = True


class Dataset(Value, frozen=True, array_like=True, gc=False):
    """A dataset of the repository: its layer ("" where nothing tells it), and where it is declared or first written.

    `spelled` is its name as a database knows it, where it is declared in quotes and so case counts; else "".
    """

    name: str
    kind: DatasetKind
    layer: str
    path: str
    line: int
    spelled: str = ""


class DataEdge(Value, frozen=True, array_like=True, gc=False):
    """The dataset `target` is computed from `source`, as stated at a line of a file."""

    source: str
    target: str
    path: str
    line: int
    confidence: float
    evidence: str


class ColumnEdge(Value, frozen=True, array_like=True, gc=False):
    """The column `target` gets its value from `source`; both as `dataset.column`."""

    source: str
    target: str
    transform: str
    path: str
    line: int


class Lineage(Value, frozen=True, array_like=True, gc=False):
    """The lineage of a repository or of what lies around one dataset, each part sorted."""

    datasets: tuple[Dataset, ...]
    edges: tuple[DataEdge, ...]
    column_edges: tuple[ColumnEdge, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()


class Revision(Value, frozen=True, array_like=True, gc=False):
    """One change of a table's schema: by which commit (or migration, then without a date), and what it did.

    `compatibility` is backward, forward, full or breaking by the rules of the format, "" where they do not apply.
    """

    commit: str
    date: str
    change: str
    path: str = ""
    line: int = 0
    compatibility: str = ""
    because: str = ""


class Use(Value, frozen=True, array_like=True, gc=False):
    """A place that reads or writes a dataset."""

    path: str
    line: int
    evidence: str
    confidence: float = 1.0


class TableSchema(Value, frozen=True, array_like=True, gc=False):
    """All that is known of one dataset; `spelled` is as in `Dataset`, and its keys name other tables so.

    `written_by` are places that make it, `changed_by` those that only change rows of it one by one.
    """

    name: str
    kind: DatasetKind
    layer: str
    path: str
    line: int
    format: str
    columns: tuple[ColumnState, ...]
    complete: bool = True
    keys: tuple[str, ...] = ()
    doc: str = ""
    history: tuple[Revision, ...] = ()
    written_by: tuple[Use, ...] = ()
    read_by: tuple[Use, ...] = ()
    upstream: tuple[str, ...] = ()
    evolves: tuple[Evolution, ...] = ()
    spelled: str = ""
    changed_by: tuple[Use, ...] = ()


class DataMap(Value, frozen=True, array_like=True, gc=False):
    """The data flow of a repository without its columns: all that most questions need, and small enough to be kept.

    `datasets` are sorted by name; `order` has for each its place in the order of making, upstream first, where those
    that depend on each other share one. The places by name are in the order of path and line.
    """

    datasets: tuple[Dataset, ...]
    order: tuple[int, ...]
    edges: tuple[DataEdge, ...]
    written: dict[str, tuple[Use, ...]]
    read: dict[str, tuple[Use, ...]]
    declared: dict[str, tuple[tuple[str, int], ...]]
    changed: dict[str, tuple[Use, ...]] = {}  # noqa: RUF012 - never changed
