"""The datasets of a repository and what connects them, without their columns.

Most questions about data end here: which datasets there are, what lies upstream of one, where it is written. It is made
of a `DataMap`, which can be kept, so that they are answered without reading again what computes the datasets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from ctxpack.datamodel.lineage import DataEdge, DataMap, Dataset, Use

Place = tuple[int, str]
"""A line of some file, and the dataset that something there stands for."""


class Network:
    """Answers from a map of the data flow."""

    def __init__(self, made_of: DataMap, models: Callable[[str], tuple[Place, ...]] | None = None) -> None:
        """`models` gives the places of a file that stand for tables, where nothing but code declares any."""
        self.map = made_of
        self._models = models

    @property
    def in_code(self) -> bool:
        """Whether nothing but code declares these datasets, and nothing is known of what is made from what."""
        return self._models is not None

    def models(self, path: str) -> tuple[Place, ...]:
        """The places of a file whose definitions stand for tables; () but where only code declares any."""
        return self._models(path) if self._models is not None else ()

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Every dataset that is declared, written or read, by name, sorted."""
        return {one.name: one for one in self.map.datasets}

    @property
    def edges(self) -> tuple[DataEdge, ...]:
        """Each pair of datasets of which one is made from the other, once, sorted."""
        return self.map.edges

    @property
    def written(self) -> Mapping[str, tuple[Use, ...]]:
        """The places that write each dataset."""
        return self.map.written

    @property
    def read(self) -> Mapping[str, tuple[Use, ...]]:
        """The places that read each dataset."""
        return self.map.read

    @property
    def changed(self) -> Mapping[str, tuple[Use, ...]]:
        """The places that change rows of each dataset one by one, and make it from nothing else."""
        return self.map.changed

    @property
    def declared(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """The places that declare each dataset: path and line."""
        return self.map.declared

    @cached_property
    def upstream(self) -> dict[str, tuple[str, ...]]:
        """What each dataset is made from."""
        found: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            found[edge.target].append(edge.source)
        return {name: tuple(them) for name, them in found.items()}

    @cached_property
    def downstream(self) -> dict[str, tuple[str, ...]]:
        """What is made from each dataset."""
        found: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            found[edge.source].append(edge.target)
        return {name: tuple(them) for name, them in found.items()}

    def around(self, names: Iterable[str], direction: str, depth: int | None = None) -> dict[str, int]:
        """The datasets up- or downstream of some (or both ways), with their distance from the nearest of them."""
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
        """The place of each dataset in the order of making; those that depend on each other share one."""
        return {one.name: place for one, place in zip(self.map.datasets, self.map.order, strict=True)}

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Datasets with the upstream before the downstream; ties and cycles by name."""
        return sorted(set(names), key=lambda name: (self.places[name], name))


def _reached(names: Iterable[str], way: Mapping[str, tuple[str, ...]], depth: int | None) -> dict[str, int]:
    """The datasets that can be reached in one way, with their distance."""
    reached = dict.fromkeys(names, 0)
    frontier = list(reached)
    while frontier and (depth is None or reached[frontier[0]] < depth):
        step = reached[frontier[0]] + 1
        frontier = [name for one in frontier for name in way.get(one, ()) if name not in reached]
        frontier = list(dict.fromkeys(frontier))
        reached.update(dict.fromkeys(frontier, step))
    return reached
