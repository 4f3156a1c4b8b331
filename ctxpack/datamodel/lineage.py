"""The datasets of a repository, their lineage (what is written from what, by column) and their schemas.

Names of datasets: a dbt model, seed or snapshot by its name (`package.name` where two share it), a dbt source as
`source.table`, a SQL or Spark table as written, unquoted and lower-cased, a path by its folded template
("s3://{bucket}/silver/orders", with unknown parts in braces). A column is `dataset.column`.
"""

from __future__ import annotations

from typing import Literal

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.model import Column, Unresolved, Value

DatasetKind = Literal[
    "model", "source", "seed", "snapshot", "table", "view", "path", "stream", "topic", "record", "unknown"
]
"""What a dataset is."""


class PlannedWrite(Value, frozen=True, array_like=True, gc=False):
    """A place in a file that writes a dataset, with the plan that computes the content.

    `engine` says whose nullability rules apply: "spark", or the name of a SQL dialect. `mode` is create, overwrite,
    append, merge, update or stream. With `adds`, the dataset may have columns that the plan does not (an UPDATE, a
    MERGE, an INSERT of some columns); with `positional`, the plan's columns go to the dataset's by position, whatever
    they are called (an INSERT without a column list). `evidence` is the rule that found the site, on which `confidence`
    depends. `files` are the files that line numbers in the plan may belong to, `path` first; () where not known.
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
    """A place that reads a dataset, whether or not a write follows from it (a test, a dashboard, a collect)."""

    dataset: str
    path: str
    line: int
    confidence: float = 1.0
    evidence: str = ""


class Evolution(Value, frozen=True, array_like=True, gc=False):
    """An option in code that lets a dataset's schema evolve (`by_itself`), or a statement in a string that changes it.

    `option` is its text: "mergeSchema", "ALTER TABLE add column a int".
    """

    dataset: str
    option: str
    path: str
    line: int
    by_itself: bool = True

    @property
    def sentence(self) -> str:
        """The option in words."""
        return f"may change by itself: {self.option}" if self.by_itself else f"changed in code: {self.option}"


class Declaration(Value, frozen=True, array_like=True, gc=False):
    """A declared table, as it is after all steps of all files.

    `kind_of` is the format's own term (table, view, model, source, record ...), `format` the schema format. `places`
    has "path:line" for those columns (lower-cased) that another file than `path` added or changed. `spelled` is as in
    `SchemaStep`.
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
        """The place where a column is declared, as "path:line"."""
        return dict(self.places).get(column.name.lower()) or f"{self.path}:{column.line or self.line}"


class Definition(Value, frozen=True, array_like=True, gc=False):
    """A statement in a string of code that declares a table; unknown parts are in braces.

    `line` is that of the call that runs it, `literal` that on which the string begins, 0 if that is not known.
    """

    text: str
    path: str
    line: int
    literal: int = 0


class Sites(Value, frozen=True, array_like=True, gc=False):
    """What one producer (dbt, SQL, Spark, settings) found in a repository: sites, and what it could not resolve.

    `changes` are places that insert, update or delete single rows of a dataset, from which no lineage follows.
    """

    writes: tuple[PlannedWrite, ...] = ()
    reads: tuple[ReadSite, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    evolutions: tuple[Evolution, ...] = ()
    definitions: tuple[Definition, ...] = ()
    declared: tuple[Declaration, ...] = ()
    changes: tuple[ReadSite, ...] = ()


class Origin(Value, frozen=True, array_like=True, gc=False):
    """A column of a dataset from which a value is computed."""

    dataset: str
    column: str


class DerivedColumn(Value, frozen=True, array_like=True, gc=False):
    """An output column of a plan.

    `origins` are the columns from which its value is computed (not those in filters or join conditions), sorted.
    `transform` is "identity" for a column passed through, "rename", or the text of the expression. `nullable` is None
    where it is not known; `cause` is what decides that.
    """

    name: str
    origins: tuple[Origin, ...] = ()
    transform: str = "identity"
    type: str = ""
    nullable: bool | None = None
    cause: NullCause = UNTOLD
    line: int = 0


class Frame(Value, frozen=True, array_like=True, gc=False):
    """The output columns of a plan; not `complete` if there may be more (a star over a dataset of unknown schema)."""

    columns: tuple[DerivedColumn, ...]
    complete: bool = True
    reads: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class ColumnState(Value, frozen=True, array_like=True, gc=False):
    """A column of a dataset as its readers see it: `nullable` is declared, `effective` is what the writer gives.

    `cause` is what decides the latter.
    """

    name: str
    type: str = ""
    nullable: bool | None = None
    effective: bool | None = None
    cause: NullCause = UNTOLD
    doc: str = ""
    tests: tuple[str, ...] = ()
    line: int = 0
    default: str = ""

    @property
    def because(self) -> str:
        """The cause in words, with the file and line ("left join at a.sql:12"); "" where none is told."""
        return str(self.cause)

    @property
    def phantom(self) -> bool:
        """Whether the column is only documented: property files have it, but the query that makes the table has not."""
        return self.cause.rule is Rule.PHANTOM


class Relation(Value, frozen=True, array_like=True, gc=False):
    """The known schema of a dataset, for its readers; not `complete` if it may have more columns."""

    name: str
    columns: tuple[ColumnState, ...]
    complete: bool = True


class Dataset(Value, frozen=True, array_like=True, gc=False):
    """A dataset of the repository: its layer ("" if not known), and where it is declared or first written.

    `spelled` is its exact name in the database if it is declared in quotes, so that case counts; else "".
    """

    name: str
    kind: DatasetKind
    layer: str
    path: str
    line: int
    spelled: str = ""

    @property
    def of_whole_file(self) -> bool:
        """Whether all of a file makes the dataset, as in dbt, whatever definition is on the line of its write."""
        return self.kind in ("model", "snapshot", "seed")


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
    """The lineage of a repository, or of the neighbourhood of some datasets; each part is sorted."""

    datasets: tuple[Dataset, ...]
    edges: tuple[DataEdge, ...]
    column_edges: tuple[ColumnEdge, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()


class Revision(Value, frozen=True, array_like=True, gc=False):
    """One change of a table's schema: the commit (or migration, without a date) and what it changed.

    `compatibility` is backward, forward, full or breaking by the format's rules, "" where they do not apply.
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
    """All that is known of one dataset; `spelled` is as in `Dataset`, and `keys` refer to other tables in that form.

    `written_by` are the places that make it, `changed_by` those that only change single rows.
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
    """The data flow of a repository without columns: enough for most questions, and small enough to be cached.

    `datasets` are sorted by name; `order` has each one's rank in topological order, upstream first (those in a cycle
    share a rank). `written`, `read`, `declared` and `changed` have places by dataset name, ordered by path and line.
    """

    datasets: tuple[Dataset, ...]
    order: tuple[int, ...]
    edges: tuple[DataEdge, ...]
    written: dict[str, tuple[Use, ...]]
    read: dict[str, tuple[Use, ...]]
    declared: dict[str, tuple[tuple[str, int], ...]]
    changed: dict[str, tuple[Use, ...]] = {}  # noqa: RUF012 - never changed
