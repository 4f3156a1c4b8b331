"""What one file says of tables: the statements that make and change their schemas, in order.

Nothing is folded here: a file of migrations says "add this column", and which columns a table has then depends on the
files before it. `lineage/fold.py` puts the steps of all files in their order.
"""

from __future__ import annotations

from typing import Literal

from ctxpack.datamodel.program import Program
from ctxpack.model import Column, Problem, Value

StepKind = Literal[
    "create",
    "drop",
    "rename",
    "add column",
    "drop column",
    "rename column",
    "retype",
    "nullability",
    "add key",
    "drop key",
    "comment",
    "evolve",
]
"""What a step does to a table."""


class SchemaStep(Value, frozen=True, array_like=True, gc=False):
    """One statement about the schema of one table.

    `table` is the name as written, unquoted, lower-cased where the format folds case, with its schema or catalog.

    - create: `columns` and `keys` are all of it; `like` names a table whose columns it has first (LIKE, a class that
      inherits); `only_if_missing` says that an existing table stays (IF NOT EXISTS); `kind_of` is table, view,
      "materialized view", model, source, seed, snapshot, record, message ...
    - drop; rename: `name` is the new name.
    - add column: `columns`. drop column: `name`. rename column: `name` is the old one, `columns[0].name` the new one.
    - retype: `columns[0]` has name and type. nullability: `columns[0]` has name and nullable.
    - add key: `keys`. drop key: `name` is that of the constraint. comment: `doc` for the table, or for `columns[0]`.
    - evolve: a mark in code that lets the schema change by itself; `name` is the option (mergeSchema ...).

    `keys` are constraint texts in one notation: "primary key (a, b)", "unique (a)", "foreign key (a) references t (b)",
    "check (...)"; a named one is "constraint NAME primary key (a)".
    """

    kind: StepKind
    table: str
    line: int
    columns: tuple[Column, ...] = ()
    keys: tuple[str, ...] = ()
    name: str = ""
    like: str = ""
    kind_of: str = "table"
    doc: str = ""
    only_if_missing: bool = False
    end_line: int = 0


class DataFacts(Value, frozen=True, array_like=True, gc=False):
    """What one file says of datasets, found from its text and its format alone.

    `format` is a name from the table of schema formats. `revision` and `parents` are the identifiers by which
    migrations of some tools state their order ("" and () where the file's name does). `program` is what a data pipeline
    in Python computes, for files that hold one or constants that one may use.
    """

    format: str
    steps: tuple[SchemaStep, ...] = ()
    revision: str = ""
    parents: tuple[str, ...] = ()
    program: Program | None = None
    problems: tuple[Problem, ...] = ()
