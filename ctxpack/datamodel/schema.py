"""Schema facts: the statements of one file that create and change tables, in order; and the tables they fold into.

The steps of one file are not tables yet: a migration says "add this column", and which columns the table then has
depends on the files before it. `lineage/fold.py` orders and folds the steps of all files.
"""

from __future__ import annotations

from typing import Literal

from ctxpack.datamodel.clients import ClientUses
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
    "default",
    "add key",
    "drop key",
    "comment",
    "evolve",
]
"""What a step does to a table."""


AUTOINCREMENT = "autoincrement()"
"""The default of an auto-increment column, which each database spells in its own way."""


class SchemaStep(Value, frozen=True, array_like=True, gc=False):
    """One statement about the schema of one table.

    `table` is the name as written, unquoted, lower-cased where the format folds case, with its schema or catalog.

    - create: `columns` and `keys` are all of it (but for the kind "expectations", which are tests of some columns of a
      dataset that others declare); `like` names the tables (joined by commas) whose columns it has first,
      and `likeness` in which way: "copy" of the columns, "copy all" of the keys too, "inherits" where later changes of
      the other happen to it too, "partition" where it is a part of the other, "name" where the other is given by
      the name of a class (`name` is then that of this one); `only_if_missing` says that an existing table stays (IF NOT
      EXISTS); `kind_of` is table, view, "materialized view", "foreign table", model, source, seed, snapshot, record,
      message ..., "domain" (its one column says of which type and whether null), "type", or "mixin" or "abstract" for
      a class whose columns others take over and which is no table itself; `selected` are the columns that a query
      gives it, where each of them is named; `replaces` says that an existing one goes (OR REPLACE).
    - drop; rename: `name` is the new name.
    - add column: `columns`. drop column: `name`. rename column: `name` is the old one, `columns[0].name` the new one.
      (`kind_of` "field" where the old name is that of a column in any case, and not of a field that refers to a model.)
    - retype: `columns[0]` has name and type. nullability: `columns[0]` has name and nullable. default: `columns[0]` has
      name and default.
    - add key: `keys`. drop key: `name` is that of the constraint, or "primary key"; without a table, of whichever has
      it. comment: `doc` for the table, or for `columns[0]`.
    - evolve: a mark in code that lets the schema change by itself; `name` is the option (mergeSchema ...).

    `keys` are constraint texts in one notation: "primary key (a, b)", "unique (a)", "foreign key (a) references t (b)",
    "check (...)"; a named one is "constraint NAME primary key (a)". `spelled` is the name of a table that is made, or
    the new one of one that is renamed, as it is written, where it is in quotes and case counts; else "".
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
    likeness: Literal["", "copy", "copy all", "inherits", "partition", "name"] = ""
    selected: tuple[str, ...] = ()
    replaces: bool = False
    spelled: str = ""


class DataFacts(Value, frozen=True, array_like=True, gc=False):
    """What one file says about datasets, found from its text and its format alone.

    `format` is a name from the table of schema formats. `revision` and `parents` are the identifiers by which the
    migrations of some tools state their order ("" and () where file names do). `program` is the syntax tree of a Python
    data pipeline, or of a file with constants that one may use. `clients` are the uses of a generated database client.
    """

    format: str
    steps: tuple[SchemaStep, ...] = ()
    revision: str = ""
    parents: tuple[str, ...] = ()
    program: Program | None = None
    problems: tuple[Problem, ...] = ()
    clients: ClientUses | None = None


class DeclaredTable(Value, frozen=True, array_like=True, gc=False):
    """A table as it results from all steps of one family of files, in order.

    `path` and `line` are where it was created; `format` is a name from the table of schema formats. `family` names the
    files that were folded together: a folder of migrations, a folder of definitions, a file. `spelled` is as in
    `SchemaStep`.
    """

    name: str
    kind_of: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    path: str = ""
    line: int = 0
    format: str = ""
    doc: str = ""
    family: str = ""
    spelled: str = ""


ChangeKind = Literal[
    "table created",
    "table dropped",
    "table renamed",
    "column added",
    "column dropped",
    "column renamed",
    "type changed",
    "nullability changed",
    "key added",
    "key dropped",
]
"""How a schema differs from an earlier one."""


class SchemaChange(Value, frozen=True, array_like=True, gc=False):
    """One difference between a table and its earlier state.

    `column` is its name before the change (for an added column, its new name; "" for the whole table). `before` and
    `after` are the old and new type, "null" or "not null", name or key; one is "" where something was added or removed.
    For an added column, `after` is its definition. `order` counts the changes of one family of files from 1.
    """

    table: str
    column: str
    change: ChangeKind
    before: str = ""
    after: str = ""
    path: str = ""
    line: int = 0
    order: int = 0


class Folded(Value, frozen=True, array_like=True, gc=False):
    """All tables that a repository declares: each name once in `tables`; further declarations of it in `others`.

    `records` are declared by programs, interfaces and data files (classes, messages, headers), and are no tables by
    themselves. `expected` are tests of datasets' columns, which list only the columns that are tested.
    """

    tables: tuple[DeclaredTable, ...] = ()
    changes: tuple[SchemaChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    others: tuple[DeclaredTable, ...] = ()
    records: tuple[DeclaredTable, ...] = ()
    expected: tuple[DeclaredTable, ...] = ()
