"""The programs of a workspace that handle datasets, with those that they import, and what their imports mean.

Only imports are followed here. The other links of a file tell nothing of its datasets, and cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from ctxpack import naming
from ctxpack.datamodel.program import Program
from ctxpack.datamodel.schema import DataFacts
from ctxpack.graph.binding import Binder
from ctxpack.graph.imports import RESOLVERS
from ctxpack.workspace import Workspace

PIPELINE = "pipeline"
"""The format whose facts are programs."""

_MOST_IMPORTERS = 80
_DEEPEST_IMPORT = 2
_MOST_PROGRAMS = 400
"""How far names are looked for: a library that talks to databases imports nearly all of itself."""

Facts = Callable[[Iterable[tuple[str, str]]], Mapping[tuple[str, str], DataFacts]]
"""Gives the data facts of (path, format) pairs."""


class Programs:
    """Finds programs and follows their imports; to be let go of when all of them are interpreted."""

    def __init__(self, workspace: Workspace, facts: Facts) -> None:
        self._workspace, self._facts = workspace, facts
        self._imports: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {}

    def of(self, pipelines: Sequence[str]) -> dict[str, Program]:
        """The programs of files that handle datasets, of those that import them or that they import, in order."""
        found: dict[str, Program] = {}
        wanted = sorted({*pipelines, *self._importers(pipelines)})
        for depth in range(_DEEPEST_IMPORT + 1):
            facts = self._facts([(path, PIPELINE) for path in wanted])
            for (path, _), one in facts.items():
                found[path] = one.program or Program()
            if depth == _DEEPEST_IMPORT:
                break
            self._workspace.facts_of(wanted)
            reached = {target for path in wanted for targets in self._imported(path).values() for target in targets}
            wanted = sorted(path for path in reached if path not in found and self._is_python(path))
            wanted = wanted[: max(0, _MOST_PROGRAMS - len(found))]
        return dict(sorted(found.items()))

    def resolve(self, path: str, module: str, name: str) -> tuple[str, ...]:
        """The files that an import in a file means; () for what is not in the repository."""
        imported = self._imported(path)
        return imported.get((module, name)) or imported.get((module, "")) or ()

    def end(self) -> None:
        """Let go of the indexes."""
        if "_binder" in self.__dict__:
            self._binder.end()

    @cached_property
    def _binder(self) -> Binder:
        return Binder(self._workspace.project(), RESOLVERS)

    def _imported(self, path: str) -> dict[tuple[str, str], tuple[str, ...]]:
        """The files that each import of a file leads to, by module and name."""
        if path not in self._imports:
            self._imports[path] = self._binder.imported(path) if path in self._workspace.keys else {}
        return self._imports[path]

    def _importers(self, pipelines: Sequence[str]) -> list[str]:
        """Files that import a pipeline: a wrapper that reads or writes may be all that they know of datasets."""
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
