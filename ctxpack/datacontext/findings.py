"""What all files of a view say of datasets together: declared tables, dbt projects, and sites in SQL and in programs.

It depends on every file, so it is kept by a digest of them all.
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
"""What tests put into tables, or ask them, is no pipeline."""

_SETTINGS = frozenset({"yaml", "json", "toml"})
_LARGEST_SETTINGS = 400_000


class Found(Value, frozen=True, array_like=True, gc=False):
    """What the files of one state say together, and the trouble met on the way.

    `carried` are declarations inside other things: the footers of data files, the strings of programs.
    """

    folded: Folded
    projects: tuple[DbtProject, ...]
    sql: Sites
    pipelines: Sites
    problems: tuple[Problem, ...]
    carried: tuple[Declaration, ...] = ()
    variables: tuple[Variable, ...] = ()
    clients: Sites = Sites()


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


class Findings:
    """Puts together what the files of a workspace say."""

    def __init__(self, workspace: Workspace, store: Store, readings: Readings, plans: Plans) -> None:
        self._workspace, self._store = workspace, store
        self._readings, self._plans = readings, plans
        self._problems: list[Problem] = []
        self._variables: tuple[Variable, ...] = ()
        self._launched: frozenset[str] = frozenset()

    def found(self, state: str) -> Found:
        """What the files say, which is kept by `state`, their digest."""
        kept = self._store.get("data", state, Found)
        if kept is None:
            kept = self._find()
            with suppress(RecursionError):
                self._store.put("data", state, kept)
        return kept

    def declared(self, state: str) -> Found:
        """The tables that files declare, and nothing that is done to them; kept by `state`, a digest of those files."""
        kept = self._store.get("data", state, Found)
        if kept is None:
            with collecting_seldom():
                folded = self.folded()
            kept = Found(folded, (), Sites(), Sites(), ())
            self._store.put("data", state, kept)
        return kept

    def _find(self) -> Found:
        self._problems = []
        with collecting_seldom():
            projects = self.projects()
            folded = self.folded()
            sql, pipelines = self.sql_sites(projects, folded), self.pipeline_sites()
            sql = _without(sql, self._launched)
            clients = self.client_sites()
            carried, trouble = footers(self._workspace, self._store, pipelines)
        carried = (*carried, *embedded(pipelines.definitions), *pipelines.declared)
        self._problems.extend(folded.problems)
        self._problems.extend(one for project in projects for one in project.problems)
        self._problems.extend(trouble)
        return Found(folded, projects, sql, pipelines, tuple(self._problems), carried, self._variables, clients)

    def folded(self) -> Folded:
        """The tables that the files declare, and how those came to be."""
        from ctxpack.lineage.fold import fold

        found = self._facts(self._readings.declaring)
        return fold([(path, facts) for (path, _), facts in found.items()])

    def projects(self) -> tuple[DbtProject, ...]:
        """The dbt projects."""
        if not any(path.endswith(DBT_FILES) for path in self._workspace.files):
            return ()
        from ctxpack.lineage.dbt import projects

        return projects(sorted(self._workspace.files), self._workspace.read, self._render)

    def sql_sites(self, projects: Sequence[DbtProject], folded: Folded) -> Sites:
        """What SQL files that are no templates of some dbt projects read and write, but for what migrations did once.

        `folded` are the tables as all migrations leave them.
        """
        from ctxpack.lineage.once import past, present
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

    def pipeline_sites(self) -> Sites:
        """What programs read and write."""
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
            sites = interpret(known, programs.resolve, sql, settings, launches)
            self._launched = frozenset(path for path in launches if path.endswith(".sql"))
            self._variables = variables(sites.reads, known)
            return with_files(sites, known, programs.resolve)
        finally:
            programs.end()

    def client_sites(self) -> Sites:
        """What code reads and changes through clients of the database."""
        using = self._readings.clients
        if not using:
            return Sites()
        from ctxpack.lineage.clients import client_sites

        facts = self._facts(using)
        schemas = self._facts(pair for pair in self._readings.declaring if pair[1] == "prisma")
        return client_sites(
            [(path, one.clients) for (path, _), one in facts.items() if one.clients is not None],
            [(path, one) for (path, _), one in schemas.items()],
        )

    def _facts(self, wanted: Iterable[Pair]) -> dict[Pair, DataFacts]:
        found = self._readings.facts(wanted)
        self._problems.extend(problems_in(found))
        return found

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

    def _plain_sql(self, projects: Sequence[DbtProject]) -> list[str]:
        roots = tuple(f"{project.root}/" if project.root else "" for project in projects)
        return [
            path
            for path, file in sorted(self._workspace.files.items())
            if file.language == "sql" and file.role in _OF_SQL and not (roots and path.startswith(roots))
        ]


def _without(sql: Sites, launched: Collection[str]) -> Sites:
    """The sites of SQL files but for those that are run as programs, whose parameters are known there."""
    if not launched:
        return sql
    return msgspec.structs.replace(
        sql,
        writes=tuple(one for one in sql.writes if one.path not in launched),
        reads=tuple(one for one in sql.reads if one.path not in launched),
        evolutions=tuple(one for one in sql.evolutions if one.path not in launched),
    )
