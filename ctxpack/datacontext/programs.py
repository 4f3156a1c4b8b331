"""Collects the programs that handle datasets, their importers and imports, and the runs that launch them.

Only imports are resolved: the other references of a file say nothing about datasets and cost ten times as much.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ctxpack import naming
from ctxpack.datamodel.jobs import JobFacts, Run
from ctxpack.datamodel.program import Program, RunFile
from ctxpack.datamodel.schema import DataFacts
from ctxpack.graph.binding import Binder
from ctxpack.graph.imports import RESOLVERS
from ctxpack.parse.jobs import table as jobs
from ctxpack.parse.spark.notebooks import of_sql
from ctxpack.store import Store
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.lineage.spark.state.sql import Sql

PIPELINE = "pipeline"
"""The name of the format whose facts are programs."""

_MOST_IMPORTERS = 80
_DEEPEST_IMPORT = 2
_MOST_PROGRAMS = 400
_MOST_STARTING = 300
_LARGEST_SQL = 1_000_000
"""Limits, `_LARGEST_SQL` in bytes. They are needed because a database library imports nearly all of itself."""

_DEEPEST_START = 4
"""How many times parameters are passed on from a launched program to those that it launches."""

_JOB_ROLES = frozenset({"source", "config", "data", "schema"})

Facts = Callable[[Iterable[tuple[str, str]]], Mapping[tuple[str, str], DataFacts]]
"""Gives the data facts of (path, format) pairs."""


class Programs:
    """Finds programs and resolves their imports; call `end` when all are interpreted, to free the indexes."""

    def __init__(self, workspace: Workspace, facts: Facts, store: Store) -> None:
        self._workspace, self._facts, self._store = workspace, facts, store
        self._imports: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {}

    def of(self, pipelines: Sequence[str], *, with_importers: bool = True) -> dict[str, Program]:
        """The programs of the `pipelines` (paths), of their importers, and of what all of these import, by sorted path.

        With importers come the parametrised SQL notebooks too.
        """
        found: dict[str, Program] = {}
        wanted = sorted({*pipelines, *(self._importers(pipelines) if with_importers else ())})
        for depth in range(_DEEPEST_IMPORT + 1):
            facts = self._facts([(path, PIPELINE) for path in wanted])
            for (path, _), one in facts.items():
                found[path] = one.program or Program()
            if depth == _DEEPEST_IMPORT:
                break
            self._workspace.facts_of(wanted)
            reached = {target for path in wanted for targets in self._imported(path).values() for target in targets}
            reached |= {target for path in wanted for target in self._run_by(path, found[path])}
            wanted = sorted(path for path in reached if path not in found and self._is_python(path))
            wanted = wanted[: max(0, _MOST_PROGRAMS - len(found))]
        if with_importers:
            found.update(self._of_sql)
        return dict(sorted(found.items()))

    @cached_property
    def _of_sql(self) -> dict[str, Program]:
        """The SQL notebooks that take parameters: programs once a run supplies those."""
        found: dict[str, Program] = {}
        for path, file in sorted(self._workspace.files.items()):
            if file.language == "sql" and file.role in _JOB_ROLES and file.size <= _LARGEST_SQL:
                program = of_sql(self._workspace.read(path))
                if program is not None:
                    found[path] = program
        return found

    def starting(self, known: Mapping[str, Program]) -> tuple[dict[str, Program], tuple[str, ...]]:
        """`known` extended by the programs that may launch others with parameters (and their imports).

        Also gives the paths of those launchers.
        """
        used = self._workspace.using(jobs.STARTERS)
        files = self._workspace.files
        asked = [
            path for path in sorted(used) if self._is_python(path) and files[path].role not in ("test", "vendored")
        ]
        paths = [path for path in asked if jobs.STARTING.search(self._workspace.read(path))][:_MOST_STARTING]
        missing = [path for path in paths if path not in known]
        return {**self.of(missing, with_importers=False), **known} if missing else dict(known), tuple(paths)

    def launches(
        self, known: Mapping[str, Program], sql: Sql, settings: Mapping[str, str]
    ) -> dict[str, tuple[Run, ...]]:
        """By the path of a program, its runs as configurations, scripts, workflows and launching programs state them.

        A launcher may pass its own parameters on, so launchers are interpreted again until their runs no longer change.
        """
        from ctxpack.lineage.jobs import launches
        from ctxpack.lineage.spark import started
        from ctxpack.parse.jobs.calls import runs_of

        programs, paths = self.starting(known)
        facts, paths_of_all = self._job_facts(), [*self._pythons, *self._of_sql]
        found: dict[str, tuple[Run, ...]] = {}
        for _ in range(_DEEPEST_START):
            calls = started(programs, paths, self.resolve, sql, settings, launches=found) if paths else ()
            before, found = found, launches(facts, [run for call in calls for run in runs_of(call)], paths_of_all)
            if not any(found.get(path) != before.get(path) for path in paths):
                break
        return found

    def _job_facts(self) -> list[tuple[str, JobFacts]]:
        """The runs that each file states, with its path; cached by content."""
        found: dict[str, tuple[str, str]] = {}
        texts: dict[str, str] = {}
        for path, file in sorted(self._workspace.files.items()):
            if file.role in _JOB_ROLES and file.size <= jobs.LARGEST and jobs.may_state(path, file.language):
                found[path] = (f"{jobs.VERSION}:{file.language}:{path.rpartition('/')[2]}:{file.digest}", file.language)
        kept = self._store.get_many("job facts", sorted({key for key, _ in found.values()}), JobFacts)
        made: dict[str, JobFacts] = {}
        for path, (key, language) in found.items():
            if key not in kept:
                texts[path] = self._workspace.read(path)
                kind = jobs.kind_of(path, language, texts[path])
                kept[key] = made[key] = jobs.read(kind, texts[path]) if kind else JobFacts()
        self._store.put_many("job facts", made)
        return [(path, kept[key]) for path, (key, _) in found.items() if kept[key] != JobFacts()]

    def resolve(self, path: str, module: str, name: str) -> tuple[str, ...]:
        """The files that an import of `module` and `name` in a file resolves to; () outside the repository."""
        imported = self._imported(path)
        return imported.get((module, name)) or imported.get((module, "")) or ()

    def end(self) -> None:
        """Free the indexes of the import resolver."""
        if "_binder" in self.__dict__:
            self._binder.end()

    @cached_property
    def _binder(self) -> Binder:
        return Binder(self._workspace.project(), RESOLVERS)

    def _imported(self, path: str) -> dict[tuple[str, str], tuple[str, ...]]:
        """The files that each import of a file resolves to, by (module, name)."""
        if path not in self._imports:
            self._imports[path] = self._binder.imported(path) if path in self._workspace.keys else {}
        return self._imports[path]

    def _run_by(self, path: str, program: Program) -> list[str]:
        """The notebooks that a notebook runs in its own namespace (`%run`)."""
        told: list[str] = []
        for one in program.statements:
            if isinstance(one, RunFile):
                name = one.path.strip("\"'")
                folder = "" if name.startswith("/") else posixpath.dirname(path)
                base = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
                ends = [base, f"{base}.py", f"{base}.ipynb"]
                exact = next((end for end in ends if end in self._workspace.files), "")
                told.append(exact or self._only_one_called(name))
        return [target for target in told if target]

    def _only_one_called(self, name: str) -> str:
        """The only Python file whose base name without suffix is that of `name`; "" where there is not exactly one."""
        last = f"/{posixpath.basename(name)}"
        near = [path for path in self._pythons if f"/{path.rpartition('.')[0]}".endswith(last)]
        return near[0] if len(near) == 1 else ""

    @cached_property
    def _pythons(self) -> list[str]:
        return [path for path in self._workspace.files if self._is_python(path)]

    def _importers(self, pipelines: Sequence[str]) -> list[str]:
        """The files that import a pipeline: they may handle datasets through its wrapper functions alone."""
        imported = frozenset(pipelines)
        used = self._workspace.using(frozenset(naming.of_file(path) for path in pipelines))
        asked = [path for path in sorted(used) if path not in imported and self._is_python(path)]
        asked = [path for path in asked if self._workspace.files[path].role != "test"][:_MOST_IMPORTERS]
        self._workspace.facts_of(asked)
        return [
            path
            for path in asked
            if any(target in imported for targets in self._imported(path).values() for target in targets)
        ]

    def _is_python(self, path: str) -> bool:
        file = self._workspace.files.get(path)
        return file is not None and file.language == "python"
