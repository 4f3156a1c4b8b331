"""Schema facts: the statements of one file that create and change tables, in order; and the tables they fold into.

The steps of one file are not tables yet: a migration says "add this column", and which columns the table then has
depends on the files before it. `lineage/declared/fold.py` orders and folds the steps of all files.
"""

from __future__ import annotations

from typing import Literal

from ctxpack.datamodel.clients import ClientUses
from ctxpack.datamodel.program import Program
from ctxpack.datamodel.strings import SqlUse
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

    - create: `columns` and `keys` are all that the statement declares.
      `kind_of` is table, view, "materialized view", "foreign table", model, source, seed, snapshot, record, message,
      type and so on; "domain", whose one column has the type and nullability; "mixin" or "abstract" for a class whose
      columns other classes take over and which is no table itself; or "expectations" for tests of some columns of a
      dataset that is declared elsewhere.
      `like` names other tables (comma-separated) whose columns come first. `likeness` says how: "copy" copies the
      columns, "copy all" the keys too; "inherits": later changes of the other table apply to this one too; "partition":
      it is a partition of the other; "name": the other is given by the name of a class (then `name` is the name of this
      class).
      `only_if_missing` keeps an existing table (IF NOT EXISTS); `replaces` replaces it (OR REPLACE). `selected` are the
      output columns of the query that defines it, if each has a name.
    - drop; rename: `name` is the new name.
    - add column: `columns`. drop column: `name`. rename column: `name` is the old name, `columns[0].name` the new one;
      `kind_of` is "field" if the old name is exactly the column's (otherwise a field may be meant, whose column has the
      suffix "_id").
    - retype: `columns[0]` has name and type. nullability: `columns[0]` has name and nullable. default: `columns[0]` has
      name and default.
    - add key: `keys`. drop key: `name` is the name of the constraint, or "primary key"; with `table` "", the constraint
      may be on any table.
    - comment: `doc` is for the table, or for `columns[0]`.
    - evolve: an option in code that lets the schema change by itself; `name` is the option (mergeSchema ...).

    `keys` are constraint texts in one notation: "primary key (a, b)", "unique (a)", "foreign key (a) references t (b)",
    "check (...)"; a named one is "constraint NAME primary key (a)". `spelled` is the exact name of a created table, or
    the exact new name of a renamed one, if it is quoted, so that case counts; else "".
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
    data pipeline, or of a file with constants that one may use. `clients` are the uses of a generated database client,
    `strings` the tables that SQL in strings reads and changes.
    """

    format: str
    steps: tuple[SchemaStep, ...] = ()
    revision: str = ""
    parents: tuple[str, ...] = ()
    program: Program | None = None
    problems: tuple[Problem, ...] = ()
    clients: ClientUses | None = None
    strings: tuple[SqlUse, ...] = ()


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
