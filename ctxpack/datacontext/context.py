"""The data context of one view of a repository: answers from what its files say of datasets.

What a file says of schemas and pipelines is found from its text and kept by its digest, as the facts of code are; what
follows from all files together is worked out for each view, and only as far as somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ctxpack.datacontext import material
from ctxpack.datacontext.collecting import collecting_seldom
from ctxpack.datacontext.findings import DBT_FILES, VERSION, Findings, Found, state_of
from ctxpack.datacontext.plans import Plans
from ctxpack.datacontext.readings import Readings, problems_in
from ctxpack.datamodel.dbt import DbtProject
from ctxpack.datamodel.lineage import Revision, TableSchema
from ctxpack.datamodel.schema import DataFacts, Folded
from ctxpack.lineage.flow import Flow
from ctxpack.model import Problem, Value
from ctxpack.parse.schemas import table as formats
from ctxpack.programs import PIPELINE
from ctxpack.store import Store
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.past import Past

_OF_DATA = frozenset({"sql", "prisma"})

K = TypeVar("K")


class _KeptTable(Value, frozen=True, array_like=True, gc=False):
    """What is known of one table, and the trouble with what makes it."""

    table: TableSchema
    problems: tuple[Problem, ...]


class DataContext:
    """What the files of a workspace say of datasets."""

    pipelines = PIPELINE

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self.workspace = workspace
        self._store = store
        self._readings = Readings(workspace, store)
        self._plans = Plans(store, VERSION)
        self._problems: list[Problem] = []

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
        if any(file.language in _OF_DATA or path.endswith(DBT_FILES) for path, file in listed.items()):
            return True
        used = self.workspace.using(formats.ENGINE_WORDS)
        return any(listed[path].language == "python" and listed[path].role != "test" for path in used)

    # --- what all files say together ----------------------------------------------------------------------------------

    @cached_property
    def _state(self) -> str:
        return state_of(self.workspace)

    @cached_property
    def _found(self) -> Found:
        found = Findings(self.workspace, self._store, self._readings, self._plans).found(self._state)
        self._problems.extend(found.problems)
        return found

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
        parts = [material.of_folded(found.folded), material.of_sites(found.sql), material.of_sites(found.pipelines)]
        parts += [material.of_project(project, self._plans.of_node) for project in found.projects]
        return Flow(material.merged(parts))

    def tables(self, names: Sequence[str]) -> tuple[TableSchema, ...]:
        """All that is known of some datasets of the flow, in their order."""
        keys = {name: f"{self._state}:{name}" for name in names}
        kept = self._store.get_many("tables", list(keys.values()), _KeptTable)
        made: dict[str, _KeptTable] = {}
        with collecting_seldom():
            for name, key in keys.items():
                if key not in kept:
                    kept[key] = made[key] = _KeptTable(self.flow.table(name), self._trouble(name))
        self._store.put_many("tables", made)
        for one in kept.values():
            self._problems.extend(one.problems)
        return tuple(kept[key].table for key in keys.values())

    def _trouble(self, name: str) -> tuple[Problem, ...]:
        """What could not be read of what makes a dataset, once its columns are worked out."""
        producers = self.flow.producers.get(name, ())
        return tuple(one for producer in producers for one in self._plans.lost(producer.target))

    @cached_property
    def records(self) -> tuple[TableSchema, ...]:
        """What programs, interfaces and data files declare beside tables (classes, messages, headers), by name."""
        from ctxpack.lineage.fold import fold

        found = self._readings.facts(self._readings.records)
        self._problems.extend(problems_in(found))
        folded = fold([(path, facts) for (path, _), facts in found.items()])
        return tuple(
            material.record(one) for one in sorted(folded.records, key=lambda one: (one.name, one.path, one.line))
        )

    # --- how schemas came to be ---------------------------------------------------------------------------------------

    @property
    def formats(self) -> Mapping[str, tuple[str, ...]]:
        """The schema formats of every file that is of one, by path."""
        return self._readings.formats

    def facts_in(self, texts: Mapping[K, tuple[str, str]], read: Callable[[K], str]) -> dict[K, DataFacts]:
        """The data facts of texts, given by their format and the digest of their bytes; `read` gives a text."""
        return self._readings.facts_in(texts, read)

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
