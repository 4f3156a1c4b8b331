"""From links to edges: one edge for all links between two ends that are of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ctxpack.graph.binding import Binder
from ctxpack.graph.consulted import Offer, body
from ctxpack.graph.cross import CrossLinks
from ctxpack.graph.imports import RESOLVERS
from ctxpack.graph.project import Project, in_order
from ctxpack.model import Edge, FileFacts, Graph, Link, Node, NodeKind, Unresolved
from ctxpack.paths import TABLE


@dataclass(frozen=True, slots=True)
class Linked:
    """The links of every file, keyed and ordered by path, and the imports that lead nowhere."""

    links: Mapping[str, tuple[Link, ...]]
    unresolved: tuple[Unresolved, ...]


def link(project: Project) -> Linked:
    """Bind the imports and references of a repository."""
    links: dict[str, tuple[Link, ...]] = {}
    unresolved: list[Unresolved] = []
    for path, found, lost in link_each(project):
        links[path] = found
        unresolved.extend(lost)
    return Linked(links, tuple(unresolved))


def link_each(project: Project) -> Iterator[tuple[str, tuple[Link, ...], tuple[Unresolved, ...]]]:
    """As `link`, one file at a time in the order of the project, for repositories whose links are many."""
    linking = Linking(project)
    for path in project.facts:
        found = linking.of(path)
        yield path, found.links, found.unresolved
    linking.end()


class FileLinks(NamedTuple):
    """The links of one file, its imports that lead nowhere, and tokens for what all that depends on besides it."""

    links: tuple[Link, ...]
    unresolved: tuple[Unresolved, ...]
    consulted: frozenset[str]


class Linking:
    """Links the files of one project, each by itself and in any order."""

    def __init__(self, project: Project) -> None:
        """Make the indexes."""
        self._linker = Binder(project, RESOLVERS)
        self._cross = CrossLinks(project, self._linker)

    def end(self) -> None:
        """To be called when no more links are wanted; what linking held is then free at once."""
        self._linker.end()

    def of(self, path: str) -> FileLinks:
        """The links of one file."""
        links, unresolved = self._linker.links(path)
        more = self._cross.links(path, links)
        consulted = self._linker.consulted.union(link.target for link in more) - {path, body(path)}
        return FileLinks(tuple(sorted((*links, *more), key=in_order)) if more else links, unresolved, consulted)

    def offers(self, path: str, facts: FileFacts) -> Iterator[Offer]:
        """What a file adds to indexes, were these its facts."""
        yield from self._linker.offers(path, facts)
        yield from self._cross.offers(facts)


class FileEdges:
    """The edges between different files, gathered link by link.

    Of several links between two files that are of one kind the surest counts, and of those the first.
    """

    def __init__(self, tests: frozenset[str]) -> None:
        """`tests` are the paths of tests, which get `tests` edges to what they use."""
        self._tests = tests
        self._best: dict[tuple[str, str, str], Link] = {}

    def add(self, path: str, links: Iterable[Link]) -> None:
        """Add the links of the file `path`, which are in order."""
        surest: dict[tuple[str, str], Link] = {}
        for one in links:
            key = (one.target, one.kind)
            known = surest.get(key)
            if known is None or one.confidence > known.confidence:
                surest[key] = one
        for (target, kind), one in surest.items():
            if target == path:
                continue
            _offer(self._best, (path, target, kind), one)
            if kind == "inherits":
                _offer(self._best, (path, target, "references"), one)
            if path in self._tests and target not in self._tests:
                _offer(self._best, (path, target, "tests"), one)

    def edges(self) -> tuple[Edge, ...]:
        """The edges, sorted."""
        return tuple(
            Edge(source, target, kind, one.line, one.origin, one.confidence)
            for (source, target, kind), one in sorted(self._best.items())
        )


def symbol_edges(links: Mapping[str, Iterable[Link]], facts: Mapping[str, FileFacts]) -> tuple[Edge, ...]:
    """The edges between definitions (or files, where a reference stands or an import leads outside all of them)."""
    best: dict[tuple[str, str, str], Link] = {}
    for path, found in links.items():
        definitions = facts[path].definitions
        for one in found:
            scope = statement(facts[path], one.scope)
            source = symbol_id(path, definitions[scope].qualname) if scope >= 0 else path
            target = one.target
            if one.symbol >= 0:
                target = symbol_id(target, facts[target].definitions[one.symbol].qualname)
            if source != target:
                _offer(best, (source, target, one.kind), one)
    return tuple(
        Edge(source, target, kind, one.line, one.origin, one.confidence)
        for (source, target, kind), one in sorted(best.items())
    )


def statement(facts: FileFacts, symbol: int) -> int:
    """The definition that a definition is merely a part of, else itself: of a query in SQL, what it is the body of."""
    while symbol >= 0 and facts.language == "sql" and not facts.definitions[symbol].exported:
        symbol = facts.definitions[symbol].parent
    return symbol


def symbol_id(path: str, qualname: str) -> str:
    """The id of a symbol's node."""
    return f"{path}::{qualname}"


def graph_of(edges: Iterable[Edge], nodes: Iterable[str], unresolved: tuple[Unresolved, ...] = ()) -> Graph:
    """A graph of these edges, and of all their ends besides `nodes`."""
    kept = tuple(edges)
    ids = sorted({*nodes, *(edge.source for edge in kept), *(edge.target for edge in kept)})
    return Graph(tuple(Node(found, _kind(found)) for found in ids), kept, unresolved)


def _kind(found: str) -> NodeKind:
    if found.startswith(TABLE):
        return "dataset"
    return "symbol" if "::" in found else "file"


def _offer(best: dict[tuple[str, str, str], Link], key: tuple[str, str, str], one: Link) -> None:
    known = best.get(key)
    if known is None or (-one.confidence, one.line) < (-known.confidence, known.line):
        best[key] = one
