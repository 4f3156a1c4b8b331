"""The order of a prompt: zones in a fixed order, and within a zone what is used before what uses it."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ctxpack.model import Edge, Item, ItemRole, Zone

ZONES: tuple[tuple[str, ItemRole], ...] = (
    ("map", "map"),
    ("schema", "schema"),
    ("upstream", "upstream"),
    ("dependencies", "dependency"),
    ("dependents", "dependent"),
    ("tests", "test"),
    ("related", "related"),
    ("targets", "target"),
)
"""The zones in order, each with the role of its items. What does not depend on the task comes first."""


def zones(items: Iterable[Item], edges: Iterable[Edge]) -> tuple[Zone, ...]:
    """The items sorted into zones by role; empty zones are left out."""
    by_role: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_role[item.role].append(item)
    kept = tuple(edges)
    return tuple(Zone(name, tuple(used_first(by_role[role], kept))) for name, role in ZONES if by_role.get(role))


def used_first(items: Sequence[Item], edges: Iterable[Edge]) -> list[Item]:
    """Items in topological order along the edges between them, the used before the user; ties and cycles by path."""
    by_path = {item.path: item for item in items}
    waiting: dict[str, set[str]] = {path: set() for path in by_path}
    users: dict[str, set[str]] = {path: set() for path in by_path}
    for edge in edges:
        if edge.source in by_path and edge.target in by_path and edge.source != edge.target and edge.kind != "tests":
            waiting[edge.source].add(edge.target)
            users[edge.target].add(edge.source)
    ready = sorted(path for path in by_path if not waiting[path])
    ordered: list[Item] = []
    while waiting:
        path = heapq.heappop(ready) if ready else _on_a_cycle(waiting)
        del waiting[path]
        ordered.append(by_path[path])
        for user in sorted(users[path]):
            if user in waiting:
                waiting[user].discard(path)
                if not waiting[user]:
                    heapq.heappush(ready, user)
    return ordered


def _on_a_cycle(waiting: Mapping[str, set[str]]) -> str:
    """The first node, by path, of a cycle that the first waiting node depends on; every node waits for some other."""
    path, seen = min(waiting), list[str]()
    while path not in seen:
        seen.append(path)
        path = min(waiting[path])
    return min(seen[seen.index(path) :])
