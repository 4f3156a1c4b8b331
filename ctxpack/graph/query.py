"""Questions to a graph: what a thing depends on, and what depends on it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Literal

from ctxpack.model import Edge, Graph

Direction = Literal["dependencies", "dependents", "both"]


def of_kinds(graph: Graph, kinds: Iterable[str]) -> Graph:
    """The graph with edges of these kinds alone, and the nodes at their ends; all of it where no kind is named."""
    wanted = frozenset(kinds)
    if not wanted:
        return graph
    edges = tuple(edge for edge in graph.edges if edge.kind in wanted)
    return _cut(graph, edges, frozenset())


def around(graph: Graph, starts: Iterable[str], towards: Direction = "both", depth: int | None = None) -> Graph:
    """The part of a graph within `depth` edges of the nodes `starts` (any depth when None).

    `dependencies` follows edges from source to target, `dependents` from target to source. Edges between what is
    reached that do not lead further from the starts are left out, and so are unresolved imports of other files.
    """
    origin = frozenset(starts)
    users: dict[str, int] = {}
    used: dict[str, int] = {}
    if towards in ("dependencies", "both"):
        used = distances(graph.edges, origin, forward=True, depth=depth)
    if towards in ("dependents", "both"):
        users = distances(graph.edges, origin, forward=False, depth=depth)
    edges = tuple(
        edge for edge in graph.edges if _goes_on(used, edge.source, depth) or _goes_on(users, edge.target, depth)
    )
    part = _cut(graph, edges, frozenset((*users, *used)))
    paths = {node.id.partition("::")[0] for node in part.nodes}
    return Graph(part.nodes, part.edges, tuple(lost for lost in graph.unresolved if lost.path in paths))


def _goes_on(reached: dict[str, int], node: str, depth: int | None) -> bool:
    """Whether the search went on from a node."""
    return node in reached and (depth is None or reached[node] < depth)


def distances(edges: Iterable[Edge], starts: frozenset[str], *, forward: bool, depth: int | None) -> dict[str, int]:
    """How many edges each reachable node lies from the nearest of `starts`, by breadth-first search."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        if forward:
            neighbours[edge.source].append(edge.target)
        else:
            neighbours[edge.target].append(edge.source)
    found = {start: 0 for start in sorted(starts)}
    queue = deque(found)
    while queue:
        node = queue.popleft()
        if depth is not None and found[node] >= depth:
            continue
        for other in neighbours[node]:
            if other not in found:
                found[other] = found[node] + 1
                queue.append(other)
    return found


def _cut(graph: Graph, edges: tuple[Edge, ...], keep: frozenset[str]) -> Graph:
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = tuple(node for node in graph.nodes if node.id in ends or node.id in keep)
    return Graph(nodes, edges, graph.unresolved)
