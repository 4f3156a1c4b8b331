"""The datasets of a repository and the edges between them, without columns.

Names that can only mean the same dataset are merged here, so every lookup of a dataset by name goes through this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from ctxpack.datamodel.lineage import (
    DataEdge,
    DataMap,
    Dataset,
    DatasetKind,
    Declaration,
    Evolution,
    ReadSite,
    Use,
)
from ctxpack.lineage.flow.network import Network
from ctxpack.lineage.flow.order import components
from ctxpack.lineage.flow.producers import Material, Producer
from ctxpack.lineage.names.layers import layer_of
from ctxpack.lineage.names.matching import Names, is_path

_KINDS: dict[str, DatasetKind] = {
    "model": "model", "source": "source", "seed": "seed", "snapshot": "snapshot", "view": "view",
    "materialized view": "view", "table": "table",
}  # fmt: skip


class Datasets:
    """Dataset-level lineage of some material; every answer is computed on demand and cached."""

    def __init__(self, material: Material) -> None:
        self._material = material

    @cached_property
    def names(self) -> Names:
        """Maps every name in the material to its canonical name."""
        material = self._material
        known = [one.name for one in material.declarations] + [one.target for one in material.producers]
        seen = [site.dataset for one in material.producers for site in one.reads]
        return Names(known, material.whole_names, [*seen, *(site.dataset for site in material.reads)])

    @cached_property
    def producers(self) -> dict[str, tuple[Producer, ...]]:
        """By dataset, its producers, by descending confidence, then path and line."""
        found: dict[str, list[Producer]] = defaultdict(list)
        for one in self._material.producers:
            found[self.names.canonical(one.target)].append(one)
        return {
            name: tuple(sorted(them, key=lambda one: (-one.confidence, one.path, one.line)))
            for name, them in sorted(found.items())
        }

    @cached_property
    def declarations(self) -> dict[str, tuple[Declaration, ...]]:
        """By dataset, its declarations, those with the most columns first."""
        found: dict[str, list[Declaration]] = defaultdict(list)
        for one in self._material.declarations:
            found[self.names.canonical(one.name)].append(one)
        return {
            name: tuple(sorted(them, key=lambda one: (-len(one.columns), one.path, one.line)))
            for name, them in sorted(found.items())
        }

    @cached_property
    def edges(self) -> tuple[DataEdge, ...]:
        """The edges from each dataset to those made from it, one per pair, at the place with the highest confidence."""
        best: dict[tuple[str, str], DataEdge] = {}
        for target, producers in self.producers.items():
            for one in producers:
                for site in one.reads:
                    source = self.names.canonical(site.dataset)
                    if source == target and not one.adds:
                        continue
                    sure = round(min(one.confidence, site.confidence), 3)
                    line = site.line or one.line
                    edge = DataEdge(source, target, site.path or one.path, line, sure, site.evidence or one.evidence)
                    known = best.get((source, target))
                    if known is None or (-sure, edge.path, line) < (-known.confidence, known.path, known.line):
                        best[source, target] = edge
        return tuple(best[key] for key in sorted(best) if key[0] != key[1])

    @cached_property
    def network(self) -> Network:
        """The dataset graph."""
        datasets = {name: self._dataset(name, read) for name, read in self._named().items()}
        upstream: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            upstream[edge.target].append(edge.source)
        place = {name: at for at, members in enumerate(components(datasets, upstream)) for name in members}
        return Network(
            DataMap(
                tuple(datasets.values()),
                tuple(place[name] for name in datasets),
                self.edges,
                {name: tuple(map(use, them)) for name, them in self.producers.items()},
                dict(sorted(self.readers.items())),
                {name: tuple((one.path, one.line) for one in them) for name, them in self.declarations.items()},
                dict(sorted(self.changers.items())),
            )
        )

    @property
    def datasets(self) -> dict[str, Dataset]:
        """Every dataset that is declared, written or read, by name."""
        return self.network.datasets

    def _named(self) -> dict[str, ReadSite | None]:
        """All dataset names, sorted, each with its first read site (None if it is never read)."""
        reads: dict[str, ReadSite] = {}
        for one in self._material.producers:
            for site in one.reads:
                reads.setdefault(self.names.canonical(site.dataset), site)
        for site in self._material.reads:
            reads.setdefault(self.names.canonical(site.dataset), site)
        return {name: reads.get(name) for name in sorted({*self.declarations, *self.producers, *reads})}

    def _dataset(self, name: str, read: ReadSite | None) -> Dataset:
        declared, written = self.declarations.get(name, ()), self.producers.get(name, ())
        kind: DatasetKind = "path" if is_path(name) else "unknown"
        path, line = (read.path, read.line) if read is not None else ("", 0)
        if written:
            kind, path, line = written[0].kind, written[0].path, written[0].line
        if declared and not (written and written[0].kind in ("model", "snapshot")):
            kind = _KINDS.get(declared[0].kind_of, "table" if kind == "unknown" else kind)
            path, line = declared[0].path, declared[0].line
        elif kind == "unknown" and read is not None:
            kind = "table"
        layer = layer_of(name, path, self._material.layers.get(name, ""))
        return Dataset(name, kind, layer, path, line, _spelled(name, declared))

    def find(self, name: str) -> str | None:
        """The dataset that a name refers to; None if there is none."""
        found = self.names.canonical(name)
        return found if found in self.datasets else None

    def meant(self, subject: str) -> tuple[str, str] | None:
        """The (dataset, column) that "table" or "table.column" refers to; the column in small letters, "" for none.

        None where there is no such table. A declared column takes precedence over a table whose name merely ends in the
        subject.
        """
        owner, _, column = subject.rpartition(".")
        table, whole = self.find(owner) if owner else None, self.find(subject)
        if whole is not None and whole.lower() == subject.lower():
            return whole, ""
        declared = self.declarations.get(table, ()) if table is not None else ()
        if table is not None and any(one.name.lower() == column.lower() for told in declared for one in told.columns):
            return table, column.lower()
        if whole is not None:
            return whole, ""
        return (table, column.lower()) if table is not None else None

    @property
    def upstream(self) -> dict[str, tuple[str, ...]]:
        """By dataset, the datasets that it is made from."""
        return self.network.upstream

    @property
    def downstream(self) -> dict[str, tuple[str, ...]]:
        """By dataset, the datasets made from it."""
        return self.network.downstream

    def around(self, names: Iterable[str], direction: str, depth: int | None = None) -> dict[str, int]:
        """The datasets within `depth` edges of `names`, those included, each with its distance from the nearest.

        `direction` is "upstream", "downstream" or "both"; `depth` None sets no limit.
        """
        return self.network.around(names, direction, depth)

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The names in topological order, upstream first; ties and cycles by name."""
        return self.network.in_order(names)

    @cached_property
    def evolutions(self) -> dict[str, tuple[Evolution, ...]]:
        """By dataset, the options in code that let its schema evolve (`mergeSchema`)."""
        found: dict[str, dict[Evolution, None]] = defaultdict(dict)
        for one in sorted(self._material.evolutions, key=lambda one: (one.path, one.line, one.option)):
            found[self.names.canonical(one.dataset)].setdefault(one)
        return {name: tuple(them) for name, them in found.items()}

    @cached_property
    def readers(self) -> dict[str, tuple[Use, ...]]:
        """By dataset, the places that read it."""
        found: dict[str, set[Use]] = defaultdict(set)
        for one in self._material.producers:
            for site in one.reads:
                path, line = site.path or one.path, site.line or one.line
                found[self.names.canonical(site.dataset)].add(Use(path, line, site.evidence, site.confidence))
        for name, uses in self._uses(self._material.reads).items():
            found[name] |= uses
        return _sorted(found)

    @cached_property
    def changers(self) -> dict[str, tuple[Use, ...]]:
        """By dataset, the places that insert, update or delete single rows."""
        return _sorted(self._uses(self._material.changes))

    def _uses(self, sites: Iterable[ReadSite]) -> dict[str, set[Use]]:
        found: dict[str, set[Use]] = defaultdict(set)
        for site in sites:
            found[self.names.canonical(site.dataset)].add(Use(site.path, site.line, site.evidence, site.confidence))
        return found


def _sorted(uses: Mapping[str, Iterable[Use]]) -> dict[str, tuple[Use, ...]]:
    return {
        name: tuple(sorted(them, key=lambda use: (use.path, use.line, use.evidence))) for name, them in uses.items()
    }


def _spelled(name: str, declared: Iterable[Declaration]) -> str:
    """`name` in the case in which the first declaration that quotes it spells it; "" where none does."""
    for one in declared:
        said = one.spelled.lower()
        if said and (said == name or said.endswith(f".{name}")):
            return one.spelled[-len(name) :]
        if said and name.endswith(f".{said}"):
            return name[: -len(said)] + one.spelled
    return ""


def use(one: Producer) -> Use:
    """The place where a producer writes."""
    return Use(one.path, one.line, one.evidence, one.confidence)
