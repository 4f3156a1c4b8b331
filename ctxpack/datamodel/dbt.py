"""What a dbt project says, read from its files alone: its nodes with the SQL they render to, and what each reads.

Rendered SQL names a dataset of dbt by a quoted name under the schema `SCHEMA` ("__dbt__"."orders"), which neither a
common table expression nor a table of the database can be taken for. `DbtNode.names` says which dataset each such name
means, in the form in which SQL names are compared: unquoted, lower-cased, joined by dots ("__dbt__.orders").
"""

from __future__ import annotations

from typing import Literal

from ctxpack.model import Column, Problem, Unresolved, Value

SCHEMA = "__dbt__"
"""The schema under which rendered SQL names datasets of dbt."""

STAND_IN = "__unknown_"
"""How the identifiers begin that stand in rendered SQL for what a macro gives that is not known."""

IF_THERE = "__dbt_if_there__"
"""A function in rendered SQL: the column that is its first argument, or the second where there is no such column."""

DbtKind = Literal[
    "model", "seed", "snapshot", "exposure", "metric", "semantic_model", "saved_query", "test", "analysis"
]
"""What a node is; all but the first three only read."""


class DbtRead(Value, frozen=True, array_like=True, gc=False):
    """A dataset that a node reads. `line` is where its file says so, 0 where only a macro does.

    `evidence` is "ref", "source", "macro" (said by a macro that the node calls) or "template" (found in the template,
    which could not be rendered).
    """

    dataset: str
    line: int = 0
    evidence: str = "ref"
    confidence: float = 1.0


class DbtNode(Value, frozen=True, array_like=True, gc=False):
    """One model, seed, snapshot or reader.

    `name` is the dataset's name in the lineage; `title` the name by which dbt knows it (without package and version).
    `path` and `line` are where it is defined; for one that only a property file declares (`declared_only`) that file.
    `declared_in` and `declared_line` are where its properties stand, "" and 0 without any. `sql` is the rendered text,
    "" for what is no SQL, and `lines` has for each of its lines that of the file, 0 where it has none. `names` says
    what names in the SQL mean. `relation` is the name in the database as far as it can be known, with unknown parts in
    braces. `keys` are constraint texts as in `SchemaStep`, with ", tested" behind those that only a test states.
    `columns` are those that are declared (the header, of a seed). `why_not` says why the template was not rendered.
    `asks` is as in `Rendered`.
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
    """A table that others fill, declared in a property file. `relation` is its name in the database."""

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

    `root` is its folder ("" for the repository's). `adapter` is the database's kind as dbt calls it ("" where nothing
    tells), `dialect` the same as a dialect of SQL. `missing` are packages that it wants and that are not installed.
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
    """A template to render: what it depends on besides the settings of its project.

    `line` is the line of its file on which `text` begins. `decides` says that nothing but the template itself can say
    that its node is enabled after all, so that one which says plainly that it is off need not be rendered.
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
    """All that templates of a project share. `variables` has JSON by package, "" for all; `target` is JSON.

    `dispatch` has, by namespace, the packages in which dispatched macros are looked for.
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
    """What a template gives: its SQL with numbers into `named` for names, and what it said of itself.

    `named` are in the order of their first mention. `config` has the values of `config(...)` as JSON. `why_not` says
    why it could not be rendered; `named` is then what the template's tags hold. `lost` are reads that could not be
    told: (line, expression, why). `unknown` are macros that are not in the repository. A `provisional` result is not
    all that the template says: it ran out of time or memory, or no process could be had, which another day may be
    otherwise; it is not to be kept. `asks` are calls that only the database could answer, and by whose answer the query
    may have columns that are not in `sql`.
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
