"""A dbt project, read from its files alone: its nodes with their rendered SQL, and what each reads.

Rendered SQL refers to a dbt dataset by a quoted name in the schema `SCHEMA` ("__dbt__"."orders"), which cannot be
confused with a common table expression or a table of the database. `DbtNode.names` maps each such name to its dataset,
in the form in which SQL names are compared: unquoted, lower-cased, joined by dots ("__dbt__.orders").
"""

from __future__ import annotations

from typing import Literal

from ctxpack.model import Column, Problem, Unresolved, Value

SCHEMA = "__dbt__"
"""The schema of dbt datasets in rendered SQL."""

STAND_IN = "__unknown_"
"""The prefix of identifiers in rendered SQL that stand for the unknown result of a macro."""

IF_THERE = "__dbt_if_there__"
"""A function in rendered SQL: the column named by its first argument, or the second if there is no such column."""

DbtKind = Literal[
    "model", "seed", "snapshot", "exposure", "metric", "semantic_model", "saved_query", "test", "analysis"
]
"""The kind of a node; all but the first three only read."""


class DbtRead(Value, frozen=True, array_like=True, gc=False):
    """A dataset that a node reads. `line` is the line of the reference in its file, 0 if only a macro has it.

    `evidence` is "ref", "source", "macro" (in a macro that the node calls) or "template" (found in a template that
    could not be rendered).
    """

    dataset: str
    line: int = 0
    evidence: str = "ref"
    confidence: float = 1.0


class DbtNode(Value, frozen=True, array_like=True, gc=False):
    """One model, seed, snapshot or reader.

    `name` is the dataset's name in the lineage; `title` is its name in dbt (without package and version). `path` and
    `line` are where it is defined; for a node that only a property file declares (`declared_only`), that file.
    `declared_in` and `declared_line` are the place of its properties, "" and 0 without any. `sql` is the rendered text,
    "" for a node without SQL, and `lines` has for each of its lines the line of the file, 0 for none. `names` maps
    names in the SQL to datasets. `relation` is the name in the database as far as it is known, with unknown parts in
    braces. `keys` are constraint texts as in `SchemaStep`, with ", tested" after those that only a test states.
    `columns` are the declared ones (for a seed, its header). `why_not` says why the template was not rendered. `asks`
    is as in `Rendered`.
    """

    name: str
    kind: DbtKind
    package: str
    path: str
    line: int
    title: str
    version: str = ""
    language: str = "sql"
    sql: str = ""
    lines: tuple[int, ...] = ()
    reads: tuple[DbtRead, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    keys: tuple[str, ...] = ()
    doc: str = ""
    config: tuple[tuple[str, str], ...] = ()
    relation: str = ""
    declared_in: str = ""
    declared_line: int = 0
    declared_only: bool = False
    why_not: str = ""
    asks: tuple[str, ...] = ()


class DbtSource(Value, frozen=True, array_like=True, gc=False):
    """A table filled outside of the project, declared in a property file. `relation` is its name in the database."""

    name: str
    source: str
    table: str
    package: str
    path: str
    line: int
    relation: str = ""
    columns: tuple[Column, ...] = ()
    keys: tuple[str, ...] = ()
    doc: str = ""


class DbtProject(Value, frozen=True, array_like=True, gc=False):
    """One dbt project with the packages installed in it.

    `root` is its folder ("" for the repository's root). `adapter` is dbt's name for the kind of database ("" if not
    known), `dialect` the SQL dialect for it. `missing` are required packages that are not installed.
    """

    name: str
    root: str
    adapter: str
    dialect: str
    nodes: tuple[DbtNode, ...]
    sources: tuple[DbtSource, ...]
    missing: tuple[str, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    problems: tuple[Problem, ...] = ()


class RenderJob(Value, frozen=True, array_like=True, gc=False):
    """A template to render, with all that it depends on besides the settings of its project.

    `line` is the line of its file on which `text` begins. `decides` says that no project or property file enables or
    disables the node, only the template itself; so a template that plainly disables it need not be rendered.
    """

    path: str
    package: str
    title: str
    kind: str
    text: str
    line: int = 1
    decides: bool = False


class MacroFile(Value, frozen=True, array_like=True, gc=False):
    """A file of macros, and the names of those that it defines."""

    path: str
    package: str
    text: str
    names: tuple[str, ...]


class RenderSettings(Value, frozen=True, array_like=True, gc=False):
    """What all templates of a project share. `variables` has JSON by package, "" for all; `target` is JSON.

    `dispatch` has, by namespace, the packages in which dispatched macros are searched.
    """

    project: str
    adapter: str
    target: str
    packages: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    dispatch: tuple[tuple[str, tuple[str, ...]], ...] = ()
    macros: tuple[MacroFile, ...] = ()


class Named(Value, frozen=True, array_like=True, gc=False):
    """A dataset named by `ref` or `source` while a template was rendered; `line` as in `DbtRead`.

    `package` and `version` are "" where not stated; for a source, `package` is the source and `name` the table.
    """

    kind: Literal["ref", "source"]
    name: str
    package: str = ""
    version: str = ""
    line: int = 0
    evidence: str = "ref"


class Rendered(Value, frozen=True, array_like=True, gc=False):
    """The result of rendering a template: its SQL, in which names are indices into `named`, and its configuration.

    `named` are in the order of their first mention. `config` has the values of `config(...)` as JSON. `why_not` says
    why it could not be rendered; `named` is then what the template's tags mention. `lost` are reads that could not be
    resolved: (line, expression, why). `unknown` are macros that are not in the repository. A `provisional` result is
    incomplete because rendering ran out of time or memory, or no process could be started; it must not be stored,
    since another run may do better. `asks` are calls that only the database could answer; depending on the answer the
    query may have columns that are not in `sql`.
    """

    sql: str = ""
    lines: tuple[int, ...] = ()
    named: tuple[Named, ...] = ()
    config: tuple[tuple[str, str], ...] = ()
    why_not: str = ""
    lost: tuple[tuple[int, str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    provisional: bool = False
    asks: tuple[str, ...] = ()
