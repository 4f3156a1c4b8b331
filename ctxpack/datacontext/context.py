"""The data context of one view of a repository: answers questions about its datasets.

The schema and pipeline facts of a file depend on its text alone and are cached by its digest, as the facts of code are.
Whatever depends on all files together is computed per view, lazily.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ctxpack.datacontext.collecting import collecting_seldom
from ctxpack.datacontext.state import DBT_FILES, VERSION, state_of
from ctxpack.datamodel.lineage import DataMap, Revision, TableSchema
from ctxpack.lineage.flow.network import Network
from ctxpack.model import Problem, Value
from ctxpack.store import Store
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.datacontext.findings import Found
    from ctxpack.datacontext.history import History
    from ctxpack.datacontext.models import Models
    from ctxpack.datacontext.plans import Plans
    from ctxpack.datacontext.readings import Readings
    from ctxpack.datamodel.dbt import DbtProject
    from ctxpack.datamodel.schema import DataFacts, Folded
    from ctxpack.lineage.flow.columns import Flow

_OF_DATA = frozenset({"sql", "prisma"})

K = TypeVar("K")


class _KeptMap(Value, frozen=True, array_like=True, gc=False):
    """The cached data map, with the problems met while building it."""

    map: DataMap
    problems: tuple[Problem, ...]


class _KeptTable(Value, frozen=True, array_like=True, gc=False):
    """The cached schema of one table, with the problems in the code that produces it."""

    table: TableSchema
    problems: tuple[Problem, ...] = ()


class _KeptPlaces(Value, frozen=True, array_like=True, gc=False):
    """The cached places of outdated definitions: by path, (line, dataset) pairs."""

    places: dict[str, tuple[tuple[int, str], ...]]


class DataContext:
    """What the files of a workspace say about datasets.

    Answers are cached per table, so a repeated question loads only what it needs: the modules that read files and trace
    columns are imported on a cache miss alone (hence the local imports).
    """

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self.workspace = workspace
        self._store = store
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems met so far, sorted by path, line and message."""
        return tuple(sorted(set(self._problems), key=lambda one: (one.path, one.line, one.message)))

    @cached_property
    def is_there(self) -> bool:
        """Whether the repository is about data, so that packs should show datasets; cheap to ask where it is not.

        True where it has datasets and holds SQL or Prisma files, a dbt project, or Python code for a data engine
        outside tests. ORM classes and database client libraries do not count: they are shown as ordinary code.
        """
        return self._may_be_about_data and bool(self.network.datasets)

    @cached_property
    def _may_be_about_data(self) -> bool:
        from ctxpack.parse.schemas.table import ENGINE_WORDS

        listed = self.workspace.files
        if self._has_files_of_data:
            return True
        used = (path for path, words in self._signs.items() if not words.isdisjoint(ENGINE_WORDS))
        return any(listed[path].language == "python" and listed[path].role != "test" for path in used)

    @cached_property
    def _has_files_of_data(self) -> bool:
        listed = self.workspace.files
        return any(file.language in _OF_DATA or path.endswith(DBT_FILES) for path, file in listed.items())

    @cached_property
    def _signs(self) -> dict[str, frozenset[str]]:
        """By path, the words of a file that only code which uses a data engine or declares tables contains."""
        from ctxpack.parse.schemas.table import DECLARING_WORDS, ENGINE_WORDS

        return self.workspace.using(ENGINE_WORDS.union(*DECLARING_WORDS.values()))

    @cached_property
    def tells_of_tables(self) -> bool:
        """Whether a pack should look for tables when its target names none."""
        return self.is_there

    @property
    def signs_of_tables(self) -> tuple[str, ...]:
        """The non-test files with words of APIs that declare tables in code; () where `is_there` may be true.

        A cheap prefilter: many of these files declare no table.
        """
        from ctxpack.parse.schemas.table import DECLARING_WORDS

        if self._may_be_about_data:
            return ()
        none: frozenset[str] = frozenset()
        files = self.workspace.files
        return tuple(
            path
            for path, words in sorted(self._signs.items())
            if files[path].role != "test" and not DECLARING_WORDS.get(files[path].language, none).isdisjoint(words)
        )

    # --- the facts of all files combined ------------------------------------------------------------------------------

    @cached_property
    def _state(self) -> str:
        return state_of(self.workspace)

    @property
    def readings(self) -> Readings:
        """The facts of each file by itself."""
        return self._readings

    @cached_property
    def _readings(self) -> Readings:
        from ctxpack.datacontext.readings import Readings

        return Readings(self.workspace, self._store)

    @cached_property
    def _plans(self) -> Plans:
        from ctxpack.datacontext.plans import Plans

        return Plans(self._store, VERSION)

    @cached_property
    def _found(self) -> Found:
        from ctxpack.datacontext.findings import Findings

        found = Findings(self.workspace, self._store, self._readings, self._plans).found(self._state)
        self._problems.extend(found.problems)
        return found

    @property
    def folded(self) -> Folded:
        """The declared tables after all schema changes, and those changes."""
        return self._found.folded

    @property
    def projects(self) -> tuple[DbtProject, ...]:
        """The dbt projects."""
        return self._found.projects

    @cached_property
    def network(self) -> Network:
        """The graph of the datasets of the repository, loaded from the cache where possible."""
        kept = self._store.get("data map", self._state, _KeptMap)
        if kept is None:
            kept = _KeptMap(self.flow.network.map, self._found.problems)
            self._store.put("data map", self._state, kept)
        else:
            self._problems.extend(kept.problems)
        tables = kept.map

        @cache
        def models() -> Models:
            from ctxpack.datacontext.models import Models

            return Models(self.workspace, tables, {})

        return Network(tables, lambda path: models().of(path))

    @cached_property
    def flow(self) -> Flow:
        """The data flow of the repository, down to column lineage; never cached as a whole."""
        from ctxpack.datacontext import material
        from ctxpack.datacontext.aside import without_strangers
        from ctxpack.lineage.flow.columns import Flow
        from ctxpack.lineage.flow.producers import Material

        found = self._found
        parts = [
            material.of_folded(found.folded),
            material.of_sites(found.sql),
            material.of_sites(found.pipelines, self.workspace.text),
            material.of_sites(found.clients),
            material.of_sites(found.strings),
        ]
        parts.append(Material(declarations=found.carried))
        stated = self.workspace.sql_dialect
        for project in found.projects:
            dialect = project.dialect if stated is None else stated
            parts.append(material.of_project(project, dialect, self._plans.of_node))
        return Flow(without_strangers(material.merged(parts), frozenset(found.variables)))

    @cached_property
    def outdated(self) -> Mapping[str, tuple[tuple[int, str], ...]]:
        """By path, the lines on which migrations create tables that later ones changed, each with the present dataset.

        That is "" where none is left. What stands there is not the schema, which only the table's card tells.
        """
        kept = self._store.get("outdated definitions", self._state, _KeptPlaces)
        if kept is None:
            from ctxpack.lineage.declared.outdated import outdated

            found: dict[str, list[tuple[int, str]]] = {}
            for (path, line), name in sorted(outdated(self.folded.changes).items()):
                found.setdefault(path, []).append((line, self.flow.find(name) or ""))
            kept = _KeptPlaces({path: tuple(lines) for path, lines in found.items()})
            self._store.put("outdated definitions", self._state, kept)
        return kept.places

    # --- tables -------------------------------------------------------------------------------------------------------

    def tables(self, names: Sequence[str]) -> tuple[TableSchema, ...]:
        """The full schemas of the named datasets, in the order given, without history."""
        return tuple(one.table for one in self._tables(names))

    def _tables(self, names: Sequence[str]) -> list[_KeptTable]:
        return self._kept("tables", names, lambda name: _KeptTable(self.flow.table(name), self._trouble(name)))

    def cards(self, names: Sequence[str]) -> tuple[TableSchema, ...]:
        """As `tables`, with the part of their schema history that migrations tell without reading git."""
        made: dict[str, _KeptTable] = {}

        def card(name: str) -> _KeptTable:
            if not made:
                made.update(zip(names, self._tables(names), strict=True))
            table, problems = made[name].table, made[name].problems
            return _KeptTable(msgspec.structs.replace(table, history=self._migrations(table, {})), problems)

        return tuple(one.table for one in self._kept("cards", names, card))

    def declared(self, names: Sequence[str]) -> tuple[TableSchema, ...]:
        """The declared schemas of the named datasets, in the order given, without the slower tracing of columns."""
        kept = self._kept("declared tables", names, lambda name: _KeptTable(self.flow.as_declared(name)))
        return tuple(one.table for one in kept)

    def _kept(self, kind: str, names: Sequence[str], make: Callable[[str], _KeptTable]) -> list[_KeptTable]:
        """One cached value per dataset name; `make` computes those that the store does not hold."""
        keys = {name: f"{self._state}:{name}" for name in names}
        kept = self._store.get_many(kind, list(keys.values()), _KeptTable)
        made: dict[str, _KeptTable] = {}
        with collecting_seldom():
            for name, key in keys.items():
                if key not in kept:
                    kept[key] = made[key] = make(name)
        self._store.put_many(kind, made)
        for one in kept.values():
            self._problems.extend(one.problems)
        return [kept[key] for key in keys.values()]

    def _trouble(self, name: str) -> tuple[Problem, ...]:
        """The SQL problems of a dataset's producers; complete only after its columns have been computed."""
        producers = self.flow.producers.get(name, ())
        return tuple(one for producer in producers for one in self._plans.lost(producer.target))

    @cached_property
    def records(self) -> tuple[TableSchema, ...]:
        """The record types that code, interface and data files declare (classes, messages, headers), sorted by name."""
        from ctxpack.datacontext.material import record
        from ctxpack.datacontext.readings import problems_in
        from ctxpack.lineage.declared.fold import fold

        found = self._readings.facts(self._readings.records)
        self._problems.extend(problems_in(found))
        folded = fold([(path, facts) for (path, _), facts in found.items()])
        return tuple(record(one) for one in sorted(folded.records, key=lambda one: (one.name, one.path, one.line)))

    # --- schema history -----------------------------------------------------------------------------------------------

    @property
    def pipelines(self) -> str:
        """The name of the format whose facts are programs."""
        from ctxpack.datacontext.programs import PIPELINE

        return PIPELINE

    @property
    def formats(self) -> Mapping[str, tuple[str, ...]]:
        """By path, the names of the schema formats of each file that has any."""
        return self._readings.formats

    def program_facts(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], DataFacts]:
        """The data facts of (path, format) pairs."""
        return self._readings.facts(wanted)

    @property
    def store(self) -> Store:
        """The cache."""
        return self._store

    def facts_in(self, texts: Mapping[K, tuple[str, str]], read: Callable[[K], str]) -> dict[K, DataFacts]:
        """The data facts of texts, each given as (format, digest of its bytes); `read` loads a text on a cache miss."""
        return self._readings.facts_in(texts, read)

    def with_history(self, table: TableSchema) -> TableSchema:
        """The table with its schema history: migrations, or else commits to its declaration, and schema evolution."""
        from ctxpack.lineage.answers.history import by_commits, by_marks

        found = self._migrations(table, self._past.arrivals)
        for one in self.flow.declarations.get(table.name, ()):
            found = found or by_commits(self._past.timeline, one.name, one.format)
        return msgspec.structs.replace(table, history=(*found, *by_marks(table.evolves)))

    def _migrations(self, table: TableSchema, arrivals: Mapping[str, tuple[str, str]]) -> tuple[Revision, ...]:
        if not self.folded.changes:
            return ()
        from ctxpack.lineage.answers.history import by_migrations

        for one in self.flow.declarations.get(table.name, ()):
            found = by_migrations(self.folded.changes, one.name, arrivals) if one.format != "dbt" else ()
            if found:
                return found
        return ()

    @cached_property
    def _past(self) -> History:
        from ctxpack.datacontext.history import History

        return History(self)
