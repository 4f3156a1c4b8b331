"""Workflows that others trigger or wait for by their name."""

from __future__ import annotations

from ctxpack.graph.cross.base import Asked, Found, Rule
from ctxpack.graph.project import Project
from ctxpack.graph.symbols import Linker


class DagRule(Rule):
    """What the name of an Airflow DAG means, where one file alone gives it."""

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index where workflows get their names."""
        super().__init__(project, linker)
        self._named: dict[str, list[tuple[str, int]]] = {}
        for path, facts in project.facts.items():
            for mention in facts.mentions:
                key, _, name = mention.text.partition(" ")
                if key == "DAG" and (path, mention.scope) not in self._named.setdefault(name, []):
                    self._named[name].append((path, mention.scope))

    def find(self, asked: Asked) -> Found | None:
        """The function or file that gives a workflow this name."""
        places = self._named.get(asked.name, ())
        return Found(*places[0], "DAG id", 0.85) if len(places) == 1 else None
