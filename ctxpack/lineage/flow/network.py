"""The dataset graph of a repository, without columns.

Most questions about data need no more: which datasets exist, what is upstream of one, where it is written. The graph is
built from a `DataMap`, which can be cached, so answering them reads no source again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from ctxpack.datamodel.lineage import DataEdge, DataMap, Dataset, Use

Place = tuple[int, str]
"""A line of some file, and the dataset that the definition there is mapped to."""


class Network:
    """Queries over a data map."""

    def __init__(
        self, made_of: DataMap, models: Callable[[str], tuple[Place, ...]] = lambda _path: (), *, in_code: bool = False
    ) -> None:
        """Take a map, and what gives the places of a file (by path) that are mapped to tables.

        `in_code` says that the datasets are tables declared in code alone, without edges.
        """
        self.map, self.models, self.in_code = made_of, models, in_code

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Every dataset that is declared, written or read, by name, sorted."""
        return {one.name: one for one in self.map.datasets}

    @property
    def edges(self) -> tuple[DataEdge, ...]:
        """The edges from each dataset to those made from it, one per pair, sorted."""
        return self.map.edges

    @property
    def written(self) -> Mapping[str, tuple[Use, ...]]:
        """By dataset, the places that write it."""
        return self.map.written

    @property
    def read(self) -> Mapping[str, tuple[Use, ...]]:
        """By dataset, the places that read it."""
        return self.map.read

    @property
    def changed(self) -> Mapping[str, tuple[Use, ...]]:
        """By dataset, the places that insert, update or delete single rows, which are no producers."""
        return self.map.changed

    @property
    def declared(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """By dataset, the (path, line) pairs of its declarations."""
        return self.map.declared

    @cached_property
    def upstream(self) -> dict[str, tuple[str, ...]]:
        """By dataset, the datasets that it is made from."""
        found: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            found[edge.target].append(edge.source)
        return {name: tuple(them) for name, them in found.items()}

    @cached_property
    def downstream(self) -> dict[str, tuple[str, ...]]:
        """By dataset, the datasets made from it."""
        found: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            found[edge.source].append(edge.target)
        return {name: tuple(them) for name, them in found.items()}

    def around(self, names: Iterable[str], direction: str, depth: int | None = None) -> dict[str, int]:
        """The datasets within `depth` edges of `names`, those included, each with its distance from the nearest.

        `direction` is "upstream", "downstream" or "both"; `depth` None sets no limit.
        """
        ways = {"upstream": (self.upstream,), "downstream": (self.downstream,)}.get(
            direction, (self.upstream, self.downstream)
        )
        distance: dict[str, int] = {}
        for way in ways:
            for name, step in _reached(names, way, depth).items():
                distance[name] = min(step, distance.get(name, step))
        return distance

    @cached_property
    def places(self) -> dict[str, int]:
        """The position of each dataset in topological order; the members of a cycle share one."""
        return {one.name: place for one, place in zip(self.map.datasets, self.map.order, strict=True)}

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The names in topological order, upstream first; ties and cycles by name."""
        return sorted(set(names), key=lambda name: (self.places[name], name))


def _reached(names: Iterable[str], way: Mapping[str, tuple[str, ...]], depth: int | None) -> dict[str, int]:
    """The datasets reachable over the edges `way`, with their distance in edges."""
    reached = dict.fromkeys(names, 0)
    frontier = list(reached)
    while frontier and (depth is None or reached[frontier[0]] < depth):
        step = reached[frontier[0]] + 1
        frontier = [name for one in frontier for name in way.get(one, ()) if name not in reached]
        frontier = list(dict.fromkeys(frontier))
        reached.update(dict.fromkeys(frontier, step))
    return reached
