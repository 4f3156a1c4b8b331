"""The data flow of a repository: its datasets, what each is made from, and what is known of their columns.

Columns are worked out from the sources down, each dataset once, and only as far as somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ctxpack.datamodel.lineage import ColumnEdge, ColumnState, Frame, Lineage, Relation, TableSchema
from ctxpack.lineage.datasets import Datasets, use
from ctxpack.lineage.evaluate import frame
from ctxpack.lineage.producers import Material, Producer
from ctxpack.lineage.told import Told, as_read, is_open, is_phantom, passes_on, takes_all, without_phantoms

_SKIPPING = frozenset({"tsql", "fabric", "redshift"})
"""Engines in which columns that number themselves have no place among those that are given."""


class Flow(Datasets):
    """What follows from the material for columns too."""

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self._relations: dict[str, Relation | None] = {}
        self._frames: dict[int, Frame | None] = {}
        self._late: dict[str, dict[str, str]] = {}

    def relation(self, name: str) -> Relation | None:
        """What is known of the columns of a dataset of this flow; None where nothing is."""
        for one in self.in_order(self.around([name], "upstream")):
            self._relations[one] = self._relations.get(one) or self._work_out(one)
        return self._relations[name]

    def _work_out(self, name: str) -> Relation | None:
        """The relation of a dataset, those upstream of it being known."""
        if name not in self.declarations and name not in self.producers:
            return None
        made = [(one, self._frame(name, one)) for one in self.producers.get(name, ())]
        return self._joined(name, [(one, found) for one, found in made if found is not None])

    def _frame(self, name: str, producer: Producer) -> Frame | None:
        """The columns that a producer gives its dataset; None where they cannot be told."""
        if id(producer) not in self._frames:
            plan = producer.plan()
            made = frame(plan, lambda read: self._read(read, name, producer.engine), producer.engine) if plan else None
            if made is not None and producer.positional:
                made = self._by_places(name, made, producer.engine)
            if made is not None and is_open(producer, made):
                made = msgspec.structs.replace(made, complete=False)
            self._frames[id(producer)] = made
        return self._frames[id(producer)]

    def _by_places(self, name: str, made: Frame, engine: str) -> Frame:
        """The columns that go to those of a dataset by their places, under the names that they have there."""
        names = self._order(name)
        fewer = len(made.columns) < len(names) and engine in _SKIPPING
        if not made.complete or len(made.columns) > len(names) or fewer:
            return made
        columns = (msgspec.structs.replace(one, name=to) for one, to in zip(made.columns, names, strict=False))
        return msgspec.structs.replace(made, columns=tuple(columns))

    def _order(self, name: str) -> tuple[str, ...]:
        """The columns of a dataset in their order, as declared or as made by name; () where nothing tells all."""
        for one in self.declarations.get(name, ()):
            if one.complete and one.columns:
                return tuple(column.name for column in one.columns)
        for producer in self.producers.get(name, ()):
            found = None if producer.positional or producer.adds else self._frame(name, producer)
            if found is not None and found.complete:
                return tuple(column.name for column in found.columns)
        return ()

    def _in_order(self, name: str, relation: Relation) -> Relation:
        """What is known of a dataset, in the order in which its columns are stored, where anything tells that.

        A property file lists them as its author likes, and readers may take them by their places.
        """
        places = {column.lower(): place for place, column in enumerate(self._order(name))}
        ordered = sorted(relation.columns, key=lambda one: places.get(one.name.lower(), len(places)))
        return msgspec.structs.replace(relation, columns=tuple(ordered))

    def _read(self, read: str, by: str, engine: str) -> Relation | None:
        """What a producer of the dataset `by` finds when it reads: of what depends on `by` itself, the declarations."""
        name = self.names.canonical(read)
        if name not in self.datasets:
            return None
        if self.network.places[name] != self.network.places[by]:
            found = self._relations.get(name)
            found = self._in_order(name, found) if found is not None else None
        else:
            found = self._joined(name, ()) if name in self.declarations else None
        found = without_phantoms(found) if found is not None else None
        if found is None or self._is_view(name):
            return found
        return as_read(found, engine)

    def _is_view(self, name: str) -> bool:
        """Whether a dataset is computed anew by whoever reads it."""
        producers = self.producers.get(name, ())
        return bool(producers) and all(one.view for one in producers)

    def _may_grow(self, name: str) -> bool:
        """Whether columns can come to a dataset that nobody declares."""
        return any(one.by_itself for one in self.evolutions.get(name, ()))

    def _grown(self, name: str) -> dict[str, str]:
        """The columns that came to a dataset by themselves, as others take them from it, and where the first does."""
        if name not in self._late:
            self._late[name] = {}
            if self._may_grow(name):
                known = self.relation(name)
                told = {one.name.lower() for one in known.columns} if known is not None else set()
                found = [taken for target in self.downstream.get(name, ()) for taken in self._taken(target, name)]
                self._late[name] = {column: place for column, place in reversed(found) if column.lower() not in told}
        return self._late[name]

    def _taken(self, target: str, source: str) -> Iterable[tuple[str, str]]:
        """The columns of a source that a dataset is made from, with the place."""
        self.relation(target)
        for producer in self.producers.get(target, ()):
            made = self._frame(target, producer)
            for origin in (origin for column in (made.columns if made else ()) for origin in column.origins):
                if self.names.canonical(origin.dataset) == source:
                    yield origin.column, f"{producer.path}:{producer.line}"

    def _joined(self, name: str, made: Sequence[tuple[Producer, Frame]]) -> Relation:
        """The columns as declared and as computed, in the order of the fullest declaration."""
        declared = self.declarations.get(name, ())
        columns: dict[str, Told] = {}
        for one in declared:
            for column in one.columns:
                columns.setdefault(column.name.lower(), Told()).declared.append((one, column))
        for producer, found in made:
            for out in found.columns:
                columns.setdefault(out.name.lower(), Told()).computed.append((producer, out))
        for told in columns.values():
            told.passed_on.extend(one for one, found in made if told.declared and passes_on(one, found, told))
        if len(self.producers.get(name, ())) == 1 and not self._may_grow(name):
            for lower, told in columns.items():
                told.absent = is_phantom(lower, told, made)
        complete = any(one.complete and one.columns for one in declared) or any(found.complete for _, found in made)
        surest = max((one.confidence for one, _ in made), default=0.0)
        if self._may_grow(name) and any(not found.complete for one, found in made if one.confidence == surest):
            complete = False
        return Relation(name, tuple(told.state() for told in columns.values()), complete and bool(columns))

    # --- answers ------------------------------------------------------------------------------------------------------

    def lineage(
        self, names: Sequence[str] = (), direction: str = "both", depth: int | None = None, *, columns: bool = False
    ) -> Lineage:
        """The lineage of the whole repository, or of what lies within `depth` edges of some datasets."""
        kept = self.around(names, direction, depth) if names else dict.fromkeys(self.datasets, 0)
        edges = tuple(edge for edge in self.edges if edge.source in kept and edge.target in kept)
        datasets = tuple(self.datasets[name] for name in sorted(kept))
        return Lineage(
            datasets, edges, self.column_edges(kept) if columns else (),
            tuple(sorted(self._material.unresolved, key=lambda one: (one.path, one.line, one.expression))),
        )  # fmt: skip

    def column_edges(self, kept: Iterable[str]) -> tuple[ColumnEdge, ...]:
        """The edges between columns of some datasets."""
        wanted = set(kept)
        found: dict[tuple[str, str], ColumnEdge] = {}
        for name in self.in_order(wanted):
            self.relation(name)
            for producer in self.producers.get(name, ()):
                for edge in self._column_edges(name, producer):
                    if edge.source.rpartition(".")[0] in wanted:
                        found.setdefault((edge.source, edge.target), edge)
        return tuple(found[key] for key in sorted(found))

    def _column_edges(self, name: str, producer: Producer) -> Iterable[ColumnEdge]:
        made = self._frame(name, producer)
        if made is None:
            return
        # Where a plan comes from several files, the lines of its columns may be those of any of them.
        spread = any(site.path not in ("", producer.path) for site in producer.reads)
        for column in made.columns:
            for origin in column.origins:
                source = self.names.canonical(origin.dataset)
                if (source, origin.column.lower()) == (name, column.name.lower()):
                    continue
                yield ColumnEdge(
                    f"{source}.{origin.column}", f"{name}.{column.name}", column.transform, producer.path,
                    producer.line if spread else column.line or producer.line,
                )  # fmt: skip
        yield from self._passed_on(name, producer, made)

    def _passed_on(self, name: str, producer: Producer, made: Frame) -> Iterable[ColumnEdge]:
        """Edges for declared columns that can only come, as they are, from the one dataset that is read."""
        if not takes_all(producer, made) or len(made.reads) != 1:
            return
        source = self.names.canonical(made.reads[0])
        computed = {column.name.lower() for column in made.columns}
        stated = [column.name for one in self.declarations.get(name, ()) for column in one.columns]
        for column in dict.fromkeys([*stated, *self._grown(name)]):
            if column.lower() not in computed and source != name:
                yield ColumnEdge(f"{source}.{column}", f"{name}.{column}", "identity", producer.path, producer.line)

    def table(self, name: str) -> TableSchema:
        """All that is known of one dataset of this flow."""
        relation = self.relation(name) or Relation(name, (), complete=False)
        more = tuple(
            ColumnState(column, effective=True, because=f"came by itself; taken from here at {place}")
            for column, place in sorted(self._grown(name).items())
        )
        return self._table(name, msgspec.structs.replace(relation, columns=(*relation.columns, *more)))

    def as_declared(self, name: str) -> TableSchema:
        """What is known of one dataset without following what computes it, which takes longer."""
        return self._table(name, self._joined(name, ()))

    def _table(self, name: str, relation: Relation) -> TableSchema:
        dataset = self.datasets[name]
        declared = self.declarations.get(name, ())
        keys = tuple(dict.fromkeys(self._spelled_key(key) for one in declared for key in one.keys))
        written = map(use, self.producers.get(name, ()))
        return TableSchema(
            name, dataset.kind, dataset.layer, dataset.path, dataset.line, declared[0].format if declared else "",
            relation.columns, relation.complete, keys, next((one.doc for one in declared if one.doc), ""), (),
            tuple(written), self.readers.get(name, ()), self.upstream.get(name, ()), self.evolutions.get(name, ()),
            dataset.spelled, self.changers.get(name, ()),
        )  # fmt: skip

    def _spelled_key(self, key: str) -> str:
        """A key with the table that it refers to spelled as its own declaration does."""
        own, refers, rest = key.partition(" references ")
        table = rest.partition(" (")[0]
        name = self.find(table) if refers else None
        spelled = self.datasets[name].spelled if name is not None else ""
        if not spelled.lower().endswith(table):
            return key
        return f"{own}{refers}{spelled[-len(table) :]}{rest[len(table) :]}"
