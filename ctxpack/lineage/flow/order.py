"""Topological order of datasets, upstream first, with cycles grouped into strongly connected components.

Tarjan's algorithm (Depth-first search and linear graph algorithms, 1972), without recursion; it yields components in
topological order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence


def components(names: Iterable[str], upstream: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The strongly connected components in topological order, upstream first, each sorted; ties by name."""
    search = _Search(upstream)
    for name in sorted(names):
        if name not in search.index:
            search.walk(name)
    return search.found


class _Search:
    def __init__(self, upstream: Mapping[str, Sequence[str]]) -> None:
        self._upstream = upstream
        self.index: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._open: list[str] = []
        self._is_open: set[str] = set()
        self.found: list[tuple[str, ...]] = []

    def walk(self, start: str) -> None:
        """Find the new components reachable from `start`."""
        stack: list[tuple[str, Iterator[str]]] = [self._enter(start)]
        while stack:
            name, others = stack[-1]
            for other in others:
                if other not in self.index:
                    stack.append(self._enter(other))
                    break
                if other in self._is_open:
                    self._low[name] = min(self._low[name], self.index[other])
            else:
                stack.pop()
                if stack:
                    before = stack[-1][0]
                    self._low[before] = min(self._low[before], self._low[name])
                self._leave(name)

    def _enter(self, name: str) -> tuple[str, Iterator[str]]:
        self.index[name] = self._low[name] = len(self.index)
        self._open.append(name)
        self._is_open.add(name)
        return name, iter(sorted(self._upstream.get(name, ())))

    def _leave(self, name: str) -> None:
        if self._low[name] != self.index[name]:
            return
        members: list[str] = []
        while not members or members[-1] != name:
            members.append(self._open.pop())
            self._is_open.discard(members[-1])
        self.found.append(tuple(sorted(members)))
