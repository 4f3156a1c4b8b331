"""Workflows that others trigger or wait for by their name."""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.cross.base import Asked, Found, Rule
from ctxpack.graph.project import Project
from ctxpack.graph.symbols import Linker
from ctxpack.model import FileFacts


class DagRule(Rule):
    """What the name of an Airflow DAG means, where one file alone gives it."""

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index where workflows get their names."""
        super().__init__(project, linker)
        self._named: dict[str, list[tuple[str, int]]] = {}
        for path, facts in project.facts.items():
            for name, scope in _named(facts):
                self._named.setdefault(name, []).append((path, scope))

    def offers(self, facts: FileFacts) -> Iterator[Offer]:
        """The workflows that a file names."""
        for name, scope in _named(facts):
            yield _token(name), scope

    def find(self, asked: Asked) -> Found | None:
        """The function or file that gives a workflow this name."""
        self.linker.consult(_token(asked.name))
        places = self._named.get(asked.name, ())
        return Found(*places[0], "DAG id", 0.85) if len(places) == 1 else None


def _named(facts: FileFacts) -> Iterator[tuple[str, int]]:
    """The name of each workflow that a file names, once for each definition that does."""
    pairs = ((mention.text.partition(" "), mention.scope) for mention in facts.mentions)
    yield from dict.fromkeys((name, scope) for (key, _, name), scope in pairs if key == "DAG")


def _token(name: str) -> str:
    return f"\0workflow {name}"
