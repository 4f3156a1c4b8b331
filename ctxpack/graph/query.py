"""Questions to a graph: what a thing depends on, and what depends on it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Literal, cast

from ctxpack.model import Edge, Graph

Direction = Literal["dependencies", "dependents", "both"]


def direction(name: str) -> Direction:
    """The direction of that name; raises ValueError for any other."""
    if name in ("dependencies", "dependents", "both"):
        return cast(Direction, name)
    raise ValueError(f"not a direction: {name!r}")


def of_kinds(graph: Graph, kinds: Iterable[str]) -> Graph:
    """The graph with edges of these kinds alone, and the nodes at their ends; all of it where no kind is named."""
    wanted = frozenset(kinds)
    if not wanted:
        return graph
    edges = tuple(edge for edge in graph.edges if edge.kind in wanted)
    return _cut(graph, edges, frozenset())


def around(graph: Graph, starts: Iterable[str], towards: Direction = "both", depth: int | None = None) -> Graph:
    """The part of a graph within `depth` edges of the nodes `starts` (any depth when None).

    `dependencies` follows edges from source to target, `dependents` from target to source.
    """
    origin = frozenset(starts)
    reached: dict[str, int] = {}
    if towards in ("dependencies", "both"):
        _merge(reached, distances(graph.edges, origin, forward=True, depth=depth))
    if towards in ("dependents", "both"):
        _merge(reached, distances(graph.edges, origin, forward=False, depth=depth))
    edges = tuple(edge for edge in graph.edges if edge.source in reached and edge.target in reached)
    return _cut(graph, edges, frozenset(reached))


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


def _merge(reached: dict[str, int], more: dict[str, int]) -> None:
    for node, distance in more.items():
        reached[node] = min(distance, reached.get(node, distance))


def _cut(graph: Graph, edges: tuple[Edge, ...], keep: frozenset[str]) -> Graph:
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = tuple(node for node in graph.nodes if node.id in ends or node.id in keep)
    return Graph(nodes, edges, graph.unresolved)
