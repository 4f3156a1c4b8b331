"""The data facts of all files of a view combined: declared tables, dbt projects, and the sites in SQL and programs.

A site is one place that reads or writes a dataset. The result depends on every file, so its cache key is a digest of
all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec

from ctxpack.datacontext.collecting import collecting_seldom
from ctxpack.datacontext.dialects import Dialects
from ctxpack.datacontext.embedded import embedded
from ctxpack.datacontext.footers import footers
from ctxpack.datacontext.placing import with_files
from ctxpack.datacontext.plans import Plans
from ctxpack.datacontext.programs import Programs
from ctxpack.datacontext.readings import ROLES, Pair, Readings, problems_in
from ctxpack.datacontext.state import DBT_FILES
from ctxpack.datacontext.variables import Variable, variables
from ctxpack.datamodel.dbt import DbtProject, Rendered, RenderJob, RenderSettings
from ctxpack.datamodel.lineage import DatasetKind, Declaration, Evolution, PlannedWrite, ReadSite, Sites
from ctxpack.datamodel.schema import DataFacts, Folded
from ctxpack.model import Problem, Value
from ctxpack.store import Store
from ctxpack.workspace import Workspace

_TARGET_KINDS: dict[str, DatasetKind] = {"view": "view", "path": "path"}
_OF_SQL = ROLES - {"test"}
"""The roles of SQL files that count: what tests write to tables, or query, is no pipeline."""

_SETTINGS = frozenset({"yaml", "json", "toml"})
_LARGEST_SETTINGS = 400_000


class Found(Value, frozen=True, array_like=True, gc=False):
    """The combined facts of one state of the files, and the problems met on the way.

    `sql`, `pipelines`, `clients` and `strings` are the sites in SQL files, in programs, in calls of database clients,
    and in strings of programs in other languages than Python. `carried` are declarations embedded in something else:
    footers of data files, DDL strings and schemas in programs. `variables` are the names in DuckDB's SQL that are
    variables of the program.
    """

    folded: Folded
    projects: tuple[DbtProject, ...]
    sql: Sites
    pipelines: Sites
    problems: tuple[Problem, ...]
    carried: tuple[Declaration, ...] = ()
    variables: tuple[Variable, ...] = ()
    clients: Sites = Sites()
    strings: Sites = Sites()


class Texts(Mapping[str, str]):
    """The texts of files by path, read lazily."""

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


class Findings:
    """Combines the data facts of the files of a workspace."""

    def __init__(self, workspace: Workspace, store: Store, readings: Readings, plans: Plans) -> None:
        self._workspace, self._store = workspace, store
        self._readings, self._plans = readings, plans
        self._problems: list[Problem] = []
        self._variables: tuple[Variable, ...] = ()
        self._launched: frozenset[str] = frozenset()

    def found(self, state: str) -> Found:
        """All findings, cached under `state`, the digest of all files."""
        kept = self._store.get("data", state, Found)
        if kept is None:
            kept = self._find()
            with suppress(RecursionError):
                self._store.put("data", state, kept)
        return kept

    def declared(self, state: str) -> Found:
        """Only the declared tables, and their uses by SQL in strings.

        Cached under `state`, a digest of the declaring files.
        """
        kept = self._store.get("data", state, Found)
        if kept is None:
            with collecting_seldom():
                folded = self.folded()
                strings = self.string_sites(folded, known_only=True)
            kept = Found(folded, (), Sites(), Sites(), (), strings=strings)
            self._store.put("data", state, kept)
        return kept

    def _find(self) -> Found:
        self._problems = []
        with collecting_seldom():
            projects = self.projects()
            folded = self.folded()
            sql, pipelines = self.sql_sites(projects, folded), self.pipeline_sites(folded)
            sql = _without(sql, self._launched)
            clients, strings = self.client_sites(), self.string_sites(folded)
            carried, trouble = footers(self._workspace, self._store, pipelines)
        carried = (*carried, *embedded(pipelines.definitions, self._workspace.read), *pipelines.declared)
        self._problems.extend(folded.problems)
        self._problems.extend(one for project in projects for one in project.problems)
        self._problems.extend(trouble)
        return Found(
            folded, projects, sql, pipelines, tuple(self._problems), carried, self._variables, clients, strings
        )

    def folded(self) -> Folded:
        """The declared tables after all schema changes, and those changes."""
        from ctxpack.lineage.declared.fold import fold

        found = self._facts(self._readings.declaring)
        return fold([(path, facts) for (path, _), facts in found.items()])

    def projects(self) -> tuple[DbtProject, ...]:
        """The dbt projects."""
        if not any(path.endswith(DBT_FILES) for path in self._workspace.files):
            return ()
        from ctxpack.lineage.dbt import projects

        return projects(sorted(self._workspace.files), self._workspace.read, self._render)

    def sql_sites(self, projects: Sequence[DbtProject], folded: Folded) -> Sites:
        """What the SQL files outside the dbt projects read and write, less what migrations did once in the past.

        `folded` are the tables as all migrations leave them.
        """
        from ctxpack.lineage.declared.once import past, present
        from ctxpack.parse.schemas.sql import doing

        writes: list[PlannedWrite] = []
        reads: list[ReadSite] = []
        evolutions: list[Evolution] = []
        dialects = Dialects(self._workspace, self._workspace.sql_dialect)
        paths = self._plain_sql(projects)
        marked: list[str] = []
        for path in paths:
            text = self._workspace.read(path)
            dialect = dialects.of(path, text)
            done = doing(text)
            if done is not text:
                marked.append(path)
            for one in self._plans.statements(done, dialect):
                if one.problem:
                    self._problems.append(Problem(path, f"SQL that cannot be read: {one.problem}", one.line))
                if one.evolves:
                    evolutions.append(Evolution(one.target, one.evolves, path, one.line))
                if one.kind == "write" and one.plan is not None:
                    kind = _TARGET_KINDS.get(one.target_kind, "table")
                    evidence = f"sql {one.mode}".strip()
                    writes.append(
                        PlannedWrite(
                            one.target, one.plan, path, one.line, dialect, kind, one.mode, 1.0, evidence, one.adds,
                            (path,), one.positional,
                        )
                    )  # fmt: skip
                else:
                    reads.extend(ReadSite(name, path, one.line, 1.0, "sql") for name in one.reads)
        found = Sites(tuple(writes), tuple(reads), evolutions=tuple(evolutions))
        return present(found, past(paths, marked), folded, self._workspace.read)

    def pipeline_sites(self, folded: Folded) -> Sites:
        """What programs (Spark, pandas and the like) read and write; `folded` are the declared tables."""
        pipelines = self._readings.pipelines
        if not pipelines:
            return Sites()
        from ctxpack.lineage import sql
        from ctxpack.lineage.spark import interpret

        settings = Texts(
            (
                path
                for path, file in sorted(self._workspace.files.items())
                if file.language in _SETTINGS and file.size <= _LARGEST_SETTINGS
            ),
            self._workspace,
        )
        programs = Programs(self._workspace, self._facts, self._store)
        try:
            known = programs.of(pipelines)
            launches = programs.launches(known, sql, settings)
            sites = interpret(known, programs.resolve, sql, settings, launches, declared=folded.tables)
            self._launched = frozenset(path for path in launches if path.endswith(".sql"))
            self._variables = variables(sites.reads, known)
            return with_files(sites, known, programs.resolve)
        finally:
            programs.end()

    def client_sites(self) -> Sites:
        """What code reads and writes through generated database clients (Prisma)."""
        using = self._readings.clients
        if not using:
            return Sites()
        from ctxpack.lineage.orm.clients import client_sites

        facts = self._facts(using)
        schemas = self._facts(pair for pair in self._readings.declaring if pair[1] == "prisma")
        return client_sites(
            [(path, one.clients) for (path, _), one in facts.items() if one.clients is not None],
            [(path, one) for (path, _), one in schemas.items()],
        )

    def string_sites(self, folded: Folded, *, known_only: bool = False) -> Sites:
        """What SQL in the strings of programs reads and changes; with `known_only`, only of tables in `folded`."""
        using = self._readings.strings
        if not using:
            return Sites()
        from ctxpack.lineage.flow.strings import string_sites

        files = [(path, one.strings) for (path, _), one in self._facts(using).items() if one.strings]
        return string_sites(files, [one.name for one in folded.tables], known_only=known_only)

    def _facts(self, wanted: Iterable[Pair]) -> dict[Pair, DataFacts]:
        found = self._readings.facts(wanted)
        self._problems.extend(problems_in(found))
        return found

    def _render(self, settings: RenderSettings, jobs: Sequence[RenderJob]) -> tuple[Rendered, ...]:
        """The rendered templates, each cached by everything it depends on; provisional results are not stored."""
        from ctxpack.lineage.dbt.rendering.render import render_key, settings_key
        from ctxpack.lineage.dbt.rendering.worker import render_many

        shared = settings_key(settings)
        keys = [render_key(shared, job) for job in jobs]
        found = self._store.get_many("rendered", sorted(set(keys)), Rendered)
        missing = {key: job for key, job in zip(keys, jobs, strict=True) if key not in found}
        made = dict(zip(missing, render_many(settings, list(missing.values())), strict=True))
        self._store.put_many("rendered", {key: one for key, one in made.items() if not one.provisional})
        found.update(made)
        return tuple(found[key] for key in keys)

    def _plain_sql(self, projects: Sequence[DbtProject]) -> list[str]:
        roots = tuple(f"{project.root}/" if project.root else "" for project in projects)
        return [
            path
            for path, file in sorted(self._workspace.files.items())
            if file.language == "sql" and file.role in _OF_SQL and not (roots and path.startswith(roots))
        ]


def _without(sql: Sites, launched: Collection[str]) -> Sites:
    """The sites of SQL files without the launched ones: those are interpreted as programs, with known parameters."""
    if not launched:
        return sql
    return msgspec.structs.replace(
        sql,
        writes=tuple(one for one in sql.writes if one.path not in launched),
        reads=tuple(one for one in sql.reads if one.path not in launched),
        evolutions=tuple(one for one in sql.evolutions if one.path not in launched),
    )
