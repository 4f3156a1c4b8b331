"""Workflows that others trigger or wait for by their name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ctxpack.graph.consulted import Offer
from ctxpack.graph.cross.base import Asked, Found, Rule
from ctxpack.model import FileFacts


class DagRule(Rule):
    """What the name of an Airflow DAG means, where one file alone gives it."""

    @cached_property
    def _named(self) -> dict[str, list[tuple[str, int]]]:
        """Where workflows get their names."""
        found: dict[str, list[tuple[str, int]]] = {}
        for path, facts in self.project.of_paths(self.project.facts):
            for name, scope in _named(facts):
                found.setdefault(name, []).append((path, scope))
        return found

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
