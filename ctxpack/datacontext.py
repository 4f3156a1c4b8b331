"""The data context of one view of a repository: what its files say of datasets, put together and kept.

What a file says of schemas and pipelines is found from its text and kept by its digest, as the facts of code are; what
follows from all files together is worked out for each view, and only as far as somebody asks.
"""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ctxpack.datamodel.dbt import DbtNode, DbtProject, DbtSource, Rendered, RenderJob, RenderSettings
from ctxpack.datamodel.lineage import (
    ColumnState,
    DatasetKind,
    Declaration,
    PlannedWrite,
    ReadSite,
    Revision,
    Sites,
    TableSchema,
)
from ctxpack.datamodel.schema import DataFacts, DeclaredTable, Folded, SchemaChange
from ctxpack.graph import VERSION as GRAPH_VERSION
from ctxpack.lineage.flow import Flow, Material, Producer
from ctxpack.lineage.plans import placed, scans
from ctxpack.model import Problem, Value
from ctxpack.parse.schemas import table as formats
from ctxpack.parse.schemas.table import Format
from ctxpack.programs import PIPELINE, Programs
from ctxpack.store import Store
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.datamodel.algebra import PlanTree
    from ctxpack.lineage.sql import SqlStatement
    from ctxpack.past import Past

VERSION = 10
"""To be raised whenever the same files would give other plans; it is part of the store's keys."""

_TARGET_KINDS: dict[str, DatasetKind] = {"view": "view", "path": "path"}
_READERS = ("sqlglot", "jinja2", "tree-sitter-python")
"""Packages on whose versions it depends what is found."""

_MATCHED = frozenset({"merge", "update"})
"""How a dataset is written whose own rows are only matched, which is no reading of it."""

_MADE = frozenset({"model", "snapshot"})
_DATASETS = frozenset({"model", "snapshot", "seed"})
_DBT_FILES = ("dbt_project.yml", "dbt_project.yaml")
_OF_DATA = frozenset({"sql", "prisma"})
_ROLES = frozenset({"source", "schema", "config", "test", "data", "docs"})
_SETTINGS = frozenset({"yaml", "json", "toml"})
_LARGEST_SETTINGS = 400_000

_OFTEN = 50_000
"""So many new things at least come to be between two looks for those that hold each other alone."""

K = TypeVar("K")


class _Known(msgspec.Struct, frozen=True, array_like=True):
    """Of which formats a file with a digest is."""

    digest: str
    formats: tuple[str, ...]


class _Found(Value, frozen=True, array_like=True, gc=False):
    """What the files of one state say together, and the trouble met on the way."""

    folded: Folded
    projects: tuple[DbtProject, ...]
    sql: Sites
    pipelines: Sites
    problems: tuple[Problem, ...]


class _KeptTable(Value, frozen=True, array_like=True, gc=False):
    """What is known of one table, and the trouble with what makes it."""

    table: TableSchema
    problems: tuple[Problem, ...]


class Texts(Mapping[str, str]):
    """The texts of some files by path, read when they are asked for."""

    def __init__(self, paths: Iterable[str], workspace: Workspace) -> None:
        self._paths = dict.fromkeys(paths)
        self.workspace = workspace

    def __getitem__(self, path: str) -> str:
        if path not in self._paths:
            raise KeyError(path)
        return self.workspace.text(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Look for cycles seldom: syntax trees, which are some, are many small things; but they are, so now and then."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], _OFTEN), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class DataContext:
    """What the files of a workspace say of datasets."""

    pipelines = PIPELINE

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self.workspace = workspace
        self._store = store
        self._problems: list[Problem] = []
        self._lost: dict[str, list[Problem]] = defaultdict(list)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Trouble met so far, sorted by path."""
        return tuple(sorted(set(self._problems), key=lambda one: (one.path, one.line, one.message)))

    @cached_property
    def is_there(self) -> bool:
        """Whether this repository is about data at all, so that a pack should tell of datasets; cheap where it is not.

        It is where there is SQL, dbt, another language of schemas, or code for an engine. Classes of an ORM, and a
        library that talks to databases, are shown as the code that they are.
        """
        return self._may_be_about_data and bool(self.flow.datasets)

    @cached_property
    def _may_be_about_data(self) -> bool:
        listed = self.workspace.files
        if any(file.language in _OF_DATA or path.endswith(_DBT_FILES) for path, file in listed.items()):
            return True
        used = self.workspace.using(formats.ENGINE_WORDS)
        return any(listed[path].language == "python" and listed[path].role != "test" for path in used)

    # --- what each file says ------------------------------------------------------------------------------------------

    @cached_property
    def formats(self) -> dict[str, tuple[str, ...]]:
        """The schema formats of every file that is of one, by path."""
        workspace = self.workspace
        key = f"{formats.VERSION}:{workspace.repository.identity}"
        before = self._store.get("data formats", key, dict[str, _Known]) or {}
        used = workspace.using(formats.WORDS)
        known: dict[str, _Known] = {}
        for path, file in workspace.files.items():
            possible = formats.candidates(path, file.language, used.get(path, frozenset()))
            if file.role not in _ROLES or not possible:
                continue
            old = before.get(path)
            same = old is not None and old.digest == file.digest
            known[path] = old if old is not None and same else _Known(file.digest, self._told(path, possible))
        if known != before:
            self._store.put("data formats", key, known)
        return {path: one.formats for path, one in sorted(known.items()) if one.formats}

    def _told(self, path: str, possible: Sequence[Format]) -> tuple[str, ...]:
        """Of which of some formats a file is; what only tests do to datasets is no pipeline."""
        tested = self.workspace.files[path].role == "test"
        asked = [one for one in possible if not (tested and one.name == PIPELINE)]
        return formats.formats_of(asked, self.workspace.read(path) if asked else "")

    def facts(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], DataFacts]:
        """The data facts of (path, format) pairs, in their order; what is not kept is read now."""
        files = self.workspace.files
        pairs = list(wanted)
        found = self.facts_in(
            {pair: (pair[1], files[pair[0]].digest) for pair in pairs}, lambda pair: self.workspace.read(pair[0])
        )
        for (path, _), facts in found.items():
            self._problems.extend(Problem(path, one.message, one.line) for one in facts.problems)
        return found

    def facts_in(self, texts: Mapping[K, tuple[str, str]], read: Callable[[K], str]) -> dict[K, DataFacts]:
        """The data facts of texts, given by their format and the digest of their bytes; `read` gives a text."""
        keys = {one: f"{formats.VERSION}:{name}:{digest}" for one, (name, digest) in texts.items()}
        loaded = self._store.get_many("data facts", sorted(set(keys.values())), DataFacts)
        made: dict[str, DataFacts] = {}
        for one, key in keys.items():
            if key not in loaded:
                loaded[key] = made[key] = formats.read(texts[one][0], read(one))
        self._store.put_many("data facts", made)
        return {one: loaded[key] for one, key in keys.items()}

    # --- what all files say together ----------------------------------------------------------------------------------

    @cached_property
    def _state(self) -> str:
        """A digest of all files, and of what reads them."""
        versions = (VERSION, formats.VERSION, GRAPH_VERSION, *(metadata.version(name) for name in _READERS))
        digest = hashlib.blake2b(repr(versions).encode(), digest_size=16)
        for path, file in sorted(self.workspace.files.items()):
            digest.update(f"{path}\0{file.digest}\0{file.role}\0{file.language}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    @cached_property
    def _found(self) -> _Found:
        kept = self._store.get("data", self._state, _Found)
        if kept is None:
            kept = self._find()
            with suppress(RecursionError):
                self._store.put("data", self._state, kept)
        self._problems.extend(kept.problems)
        return kept

    def _find(self) -> _Found:
        before, self._problems = self._problems, []
        with _collecting_seldom():
            projects = self._projects()
            folded, sql, pipelines = self._fold(), self._sql_sites(projects), self._pipeline_sites()
        problems = [*self.problems, *folded.problems, *(one for project in projects for one in project.problems)]
        self._problems = before
        return _Found(folded, projects, sql, pipelines, tuple(problems))

    @property
    def folded(self) -> Folded:
        """The tables that the files declare, and how those came to be."""
        return self._found.folded

    @property
    def projects(self) -> tuple[DbtProject, ...]:
        """The dbt projects."""
        return self._found.projects

    @cached_property
    def flow(self) -> Flow:
        """The data flow of the repository."""
        found = self._found
        places = _places(found.folded.changes)
        declared = [_declared(one, places=places.get(one.name, {})) for one in found.folded.tables]
        declared += [_declared(one, complete=False) for one in found.folded.expected]
        parts = [Material(declarations=declared), _of_sites(found.sql), _of_sites(found.pipelines)]
        return Flow(merged([*parts, *(self._of_project(project) for project in found.projects)]))

    def tables(self, names: Sequence[str]) -> tuple[TableSchema, ...]:
        """All that is known of some datasets of the flow, in their order."""
        keys = {name: f"{self._state}:{name}" for name in names}
        kept = self._store.get_many("tables", list(keys.values()), _KeptTable)
        made: dict[str, _KeptTable] = {}
        with _collecting_seldom():
            for name, key in keys.items():
                if key not in kept:
                    kept[key] = made[key] = _KeptTable(self.flow.table(name), self._trouble(name))
        self._store.put_many("tables", made)
        for one in kept.values():
            self._problems.extend(one.problems)
        return tuple(kept[key].table for key in keys.values())

    def _trouble(self, name: str) -> tuple[Problem, ...]:
        """What could not be read of what makes a dataset, once its columns are worked out."""
        return tuple(
            one for producer in self.flow.producers.get(name, ()) for one in self._lost.get(producer.target, ())
        )

    def _fold(self) -> Folded:
        from ctxpack.lineage.fold import fold

        pairs = [(path, name) for path, names in self.formats.items() for name in names if name != PIPELINE]
        found = self.facts(pairs)
        return fold([(path, facts) for (path, _), facts in found.items()])

    def _projects(self) -> tuple[DbtProject, ...]:
        if not any(path.endswith(_DBT_FILES) for path in self.workspace.files):
            return ()
        from ctxpack.lineage.dbt import projects

        return projects(sorted(self.workspace.files), self.workspace.read, self._render)

    def _render(self, settings: RenderSettings, jobs: Sequence[RenderJob]) -> tuple[Rendered, ...]:
        """What templates give, kept by all that they depend on."""
        from ctxpack.lineage.dbt.render import render_key, settings_key
        from ctxpack.lineage.dbt.worker import render_many

        shared = settings_key(settings)
        keys = [render_key(shared, job) for job in jobs]
        found = self._store.get_many("rendered", sorted(set(keys)), Rendered)
        missing = {key: job for key, job in zip(keys, jobs, strict=True) if key not in found}
        made = dict(zip(missing, render_many(settings, list(missing.values())), strict=True))
        self._store.put_many("rendered", {key: one for key, one in made.items() if not one.provisional})
        found.update(made)
        return tuple(found[key] for key in keys)

    @cached_property
    def records(self) -> tuple[TableSchema, ...]:
        """What programs, interfaces and data files declare beside tables (classes, messages, headers), by name."""
        from ctxpack.lineage.fold import fold

        workspace = self.workspace
        used = workspace.using(formats.RECORD_WORDS)
        pairs: list[tuple[str, str]] = []
        for path, file in sorted(workspace.files.items()):
            words = used.get(path, frozenset())
            possible = formats.candidates(path, file.language, words, records=True) if file.role in _ROLES else ()
            names = formats.formats_of(possible, workspace.read(path)) if possible else ()
            pairs.extend((path, name) for name in names)
        folded = fold([(path, facts) for (path, _), facts in self.facts(pairs).items()])
        return tuple(_record(one) for one in sorted(folded.records, key=lambda one: (one.name, one.path, one.line)))

    def with_history(self, table: TableSchema) -> TableSchema:
        """A table with how its schema came to be."""
        from ctxpack.lineage.history import by_commits

        found = self._migrations(table, self._past.arrivals)
        for one in self.flow.declarations.get(table.name, ()):
            found = found or by_commits(self._past.states, one.name, one.format)
        return msgspec.structs.replace(table, history=found)

    def with_migrations(self, table: TableSchema) -> TableSchema:
        """A table with what migrations say of how its schema came to be, which needs no look at git."""
        return msgspec.structs.replace(table, history=self._migrations(table, {}))

    def _migrations(self, table: TableSchema, arrivals: Mapping[str, tuple[str, str]]) -> tuple[Revision, ...]:
        if not self.folded.changes:
            return ()
        from ctxpack.lineage.history import by_migrations

        for one in self.flow.declarations.get(table.name, ()):
            found = by_migrations(self.folded.changes, one.name, arrivals) if one.format != "dbt" else ()
            if found:
                return found
        return ()

    @cached_property
    def _past(self) -> Past:
        from ctxpack.past import Past

        return Past(self)

    # --- dbt ----------------------------------------------------------------------------------------------------------

    def _of_project(self, project: DbtProject) -> Material:
        made = [node for node in project.nodes if node.kind in _MADE]
        return Material(
            declarations=[
                *(_declared_node(node) for node in project.nodes if node.kind in _DATASETS and _is_declared(node)),
                *(_declared_source(source) for source in project.sources),
            ],
            producers=[self._producer_of(node, project.dialect) for node in made if not node.declared_only],
            reads=[
                ReadSite(read.dataset, node.path, read.line or node.line, read.confidence, f"dbt {node.kind}")
                for node in project.nodes
                if node.kind not in _DATASETS
                for read in node.reads
            ],
            unresolved=project.unresolved,
            whole_names=frozenset(node.name for node in project.nodes if node.kind in _DATASETS),
            layers={node.name: node.relation for node in project.nodes if node.relation},
        )

    def _producer_of(self, node: DbtNode, dialect: str) -> Producer:
        reads = tuple(
            ReadSite(read.dataset, node.path, read.line, read.confidence, f"dbt {read.evidence}") for read in node.reads
        )
        kind: DatasetKind = "snapshot" if node.kind == "snapshot" else "model"
        return Producer(
            node.name, reads, lambda: self._plan_of(node, dialect), node.path, node.line, dialect, kind,
            evidence=f"dbt {kind}",
        )  # fmt: skip

    def _plan_of(self, node: DbtNode, dialect: str) -> PlanTree | None:
        """What a model's SQL computes: the last query in it."""
        if not node.sql.strip():
            return None
        told = self._statements(node.sql, dialect)
        queries = [one for one in told if one.plan is not None]
        for one in told:
            if one.problem:
                line = node.lines[one.line - 1] if 0 < one.line <= len(node.lines) else 0
                self._lost[node.name].append(Problem(node.path, f"SQL that cannot be read: {one.problem}", line))
        if not queries or queries[-1].plan is None:
            return None
        try:
            return placed(queries[-1].plan, dict(node.names), node.lines)
        except RecursionError:
            self._lost[node.name].append(Problem(node.path, "SQL that is nested too deeply to be followed"))
            return None

    # --- SQL files ----------------------------------------------------------------------------------------------------

    def _statements(self, text: str, dialect: str) -> tuple[SqlStatement, ...]:
        """The statements of a SQL text, kept by its digest."""
        from ctxpack.lineage.sql import SqlStatement, statements

        digest = hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        key = f"{VERSION}:{dialect}:{digest}"
        found = self._store.get("sql plans", key, tuple[SqlStatement, ...])
        if found is None:
            found = statements(text, dialect)
            with suppress(RecursionError):
                self._store.put("sql plans", key, found)
        return found

    def _sql_sites(self, projects: Sequence[DbtProject]) -> Sites:
        """What SQL files that are no templates of dbt read and write."""
        writes: list[PlannedWrite] = []
        reads: list[ReadSite] = []
        for path in self._plain_sql(projects):
            text = self.workspace.read(path)
            dialect = self._dialect(text)
            for one in self._statements(text, dialect):
                if one.problem:
                    self._problems.append(Problem(path, f"SQL that cannot be read: {one.problem}", one.line))
                if one.kind == "write" and one.plan is not None:
                    kind = _TARGET_KINDS.get(one.target_kind, "table")
                    evidence = f"sql {one.mode}".strip()
                    writes.append(
                        PlannedWrite(
                            one.target, one.plan, path, one.line, dialect, kind, one.mode, 1.0, evidence, one.adds
                        )
                    )
                else:
                    reads.extend(ReadSite(name, path, one.line, 1.0, "sql") for name in one.reads)
        return Sites(tuple(writes), tuple(reads))

    def _dialect(self, text: str) -> str:
        from ctxpack.lineage.sql.dialects import detect

        return detect(text)

    def _plain_sql(self, projects: Sequence[DbtProject]) -> list[str]:
        roots = tuple(f"{project.root}/" if project.root else "" for project in projects)
        return [
            path
            for path, file in sorted(self.workspace.files.items())
            if file.language == "sql" and file.role in _ROLES and not (roots and path.startswith(roots))
        ]

    # --- pipelines ----------------------------------------------------------------------------------------------------

    def _pipeline_sites(self) -> Sites:
        """What programs read and write."""
        pipelines = [path for path, names in self.formats.items() if PIPELINE in names]
        if not pipelines:
            return Sites()
        from ctxpack.lineage import sql
        from ctxpack.lineage.spark import interpret

        settings = Texts(
            (
                path
                for path, file in sorted(self.workspace.files.items())
                if file.language in _SETTINGS and file.size <= _LARGEST_SETTINGS
            ),
            self.workspace,
        )
        programs = Programs(self.workspace, self.facts)
        try:
            return interpret(programs.of(pipelines), programs.resolve, sql, settings)
        finally:
            programs.end()


def merged(parts: Sequence[Material]) -> Material:
    """Several materials as one."""
    return Material(
        [one for part in parts for one in part.declarations],
        [one for part in parts for one in part.producers],
        [one for part in parts for one in part.reads],
        [one for part in parts for one in part.unresolved],
        frozenset(name for part in parts for name in part.whole_names),
        {name: layer for part in parts for name, layer in part.layers.items()},
    )


def _of_sites(sites: Sites) -> Material:
    return Material((), [_producer(write) for write in sites.writes], sites.reads, sites.unresolved)


def _producer(write: PlannedWrite) -> Producer:
    reads = tuple(
        ReadSite(scan.dataset, write.path, scan.line or write.line, scan.confidence, scan.evidence)
        for scan in scans(write.plan)
        if scan.dataset != write.target or write.mode not in _MATCHED
    )
    return Producer(
        write.target, reads, lambda: write.plan, write.path, write.line, write.engine, write.kind, write.mode,
        write.confidence, write.evidence, write.adds,
    )  # fmt: skip


def _places(changes: Iterable[SchemaChange]) -> dict[str, dict[str, str]]:
    """Where the columns of each table were last changed by a migration."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for change in changes:
        if change.column and change.path:
            name = change.after if change.change == "column renamed" else change.column
            found[change.table][name.lower()] = f"{change.path}:{change.line}"
    return found


def _declared(
    one: DeclaredTable, *, complete: bool = True, places: Mapping[str, str] = MappingProxyType({})
) -> Declaration:
    return Declaration(
        one.name, one.kind_of, one.columns, one.keys, one.path, one.line, one.format, one.doc, complete,
        tuple(sorted(places.items())),
    )  # fmt: skip


def _record(one: DeclaredTable) -> TableSchema:
    """A record as it is declared: nothing writes or reads it."""
    columns = tuple(
        ColumnState(
            column.name, column.type, column.nullable, column.nullable, "" if column.nullable is None else "declared",
            column.doc, column.tests, column.line,
        )
        for column in one.columns
    )  # fmt: skip
    return TableSchema(one.name, "record", "", one.path, one.line, one.format, columns, keys=one.keys, doc=one.doc)


def _is_declared(node: DbtNode) -> bool:
    return bool(node.columns or node.keys or node.doc or node.declared_in or node.declared_only)


def _declared_node(node: DbtNode) -> Declaration:
    """What property files say of a node: some columns, which need not be all, but for the header of a seed."""
    path, line = (node.declared_in, node.declared_line) if node.declared_in else (node.path, node.line)
    whole = node.kind == "seed"
    return Declaration(node.name, node.kind, node.columns, node.keys, path, line, "dbt", node.doc, complete=whole)


def _declared_source(one: DbtSource) -> Declaration:
    return Declaration(one.name, "source", one.columns, one.keys, one.path, one.line, "dbt", one.doc, complete=False)
