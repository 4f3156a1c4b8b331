"""The data flow of a repository: its datasets, the edges between them, and their columns.

Columns are computed lazily in topological order, each dataset once: first all that is upstream of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ctxpack.datamodel.causes import NullCause, Rule
from ctxpack.datamodel.lineage import ColumnEdge, ColumnState, Frame, Lineage, Relation, TableSchema
from ctxpack.lineage.evaluation.frames import frame
from ctxpack.lineage.flow.datasets import Datasets, use
from ctxpack.lineage.flow.producers import Material, Producer
from ctxpack.lineage.flow.told import Told, as_read, is_open, is_phantom, passes_on, takes_all, without_phantoms

_SKIPPING = frozenset({"tsql", "fabric", "redshift"})
"""Engines in which a positional INSERT skips identity columns, so that fewer values than columns cannot be matched."""


class Flow(Datasets):
    """Column-level lineage of some material."""

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self._relations: dict[str, Relation | None] = {}
        self._frames: dict[int, Frame | None] = {}
        self._late: dict[str, dict[str, str]] = {}

    def relation(self, name: str) -> Relation | None:
        """The columns of a dataset, declared and computed; None where nothing is known.

        Raises KeyError for a name that is no dataset of this flow.
        """
        for one in self.in_order(self.around([name], "upstream")):
            self._relations[one] = self._relations.get(one) or self._work_out(one)
        return self._relations[name]

    def _work_out(self, name: str) -> Relation | None:
        """The relation of a dataset; those upstream of it must have been computed."""
        if name not in self.declarations and name not in self.producers:
            return None
        made = [(one, self._frame(name, one)) for one in self.producers.get(name, ())]
        return self._joined(name, [(one, found) for one, found in made if found is not None])

    def _frame(self, name: str, producer: Producer) -> Frame | None:
        """The columns that a producer writes; None where it has no plan."""
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
        """The frame of a positional write with its columns renamed to the target's; unchanged if they do not match."""
        names = self._order(name)
        fewer = len(made.columns) < len(names) and engine in _SKIPPING
        if not made.complete or len(made.columns) > len(names) or fewer:
            return made
        columns = (msgspec.structs.replace(one, name=to) for one, to in zip(made.columns, names, strict=False))
        return msgspec.structs.replace(made, columns=tuple(columns))

    def _order(self, name: str) -> tuple[str, ...]:
        """The column names of a dataset in stored order, from a complete declaration or producer; () without one."""
        for one in self.declarations.get(name, ()):
            if one.complete and one.columns:
                return tuple(column.name for column in one.columns)
        for producer in self.producers.get(name, ()):
            found = None if producer.positional or producer.adds else self._frame(name, producer)
            if found is not None and found.complete:
                return tuple(column.name for column in found.columns)
        return ()

    def _in_order(self, name: str, relation: Relation) -> Relation:
        """The relation with its columns in stored order, as far as known.

        Property files list columns in any order, but readers may select them by position.
        """
        places = {column.lower(): place for place, column in enumerate(self._order(name))}
        ordered = sorted(relation.columns, key=lambda one: places.get(one.name.lower(), len(places)))
        return msgspec.structs.replace(relation, columns=tuple(ordered))

    def _read(self, read: str, by: str, engine: str) -> Relation | None:
        """The relation `read` as a producer of the dataset `by` sees it; None where nothing is known.

        Inside a cycle (`read` depends on `by` too) only the declarations count.
        """
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
        """Whether a dataset is a view, computed again on every read."""
        producers = self.producers.get(name, ())
        return bool(producers) and all(one.view for one in producers)

    def _may_grow(self, name: str) -> bool:
        """Whether the schema of a dataset may gain undeclared columns (schema evolution)."""
        return any(one.by_itself for one in self.evolutions.get(name, ()))

    def _grown(self, name: str) -> dict[str, str]:
        """The columns gained by schema evolution, known because readers use them, each with the first such place."""
        if name not in self._late:
            self._late[name] = {}
            if self._may_grow(name):
                known = self.relation(name)
                told = {one.name.lower() for one in known.columns} if known is not None else set()
                found = [taken for target in self.downstream.get(name, ()) for taken in self._taken(target, name)]
                self._late[name] = {column: place for column, place in reversed(found) if column.lower() not in told}
        return self._late[name]

    def _taken(self, target: str, source: str) -> Iterable[tuple[str, str]]:
        """The columns of `source` that the producers of `target` use, each with the place "path:line"."""
        self.relation(target)
        for producer in self.producers.get(target, ()):
            made = self._frame(target, producer)
            for origin in (origin for column in (made.columns if made else ()) for origin in column.origins):
                if self.names.canonical(origin.dataset) == source:
                    yield origin.column, f"{producer.path}:{producer.line}"

    def _joined(self, name: str, made: Sequence[tuple[Producer, Frame]]) -> Relation:
        """Merges the declared columns with the computed ones of `made`, in the order of the fullest declaration."""
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
        """The edges between columns of the datasets `kept`."""
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
        # Where a plan spans several files, the line of a column may be in any of them.
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
        """Identity edges for declared columns that only the single dataset read can supply (`SELECT *` from it)."""
        if not takes_all(producer, made) or len(made.reads) != 1:
            return
        source = self.names.canonical(made.reads[0])
        computed = {column.name.lower() for column in made.columns}
        stated = [column.name for one in self.declarations.get(name, ()) for column in one.columns]
        for column in dict.fromkeys([*stated, *self._grown(name)]):
            if column.lower() not in computed and source != name:
                yield ColumnEdge(f"{source}.{column}", f"{name}.{column}", "identity", producer.path, producer.line)

    def table(self, name: str) -> TableSchema:
        """The full schema of one dataset, without history.

        Raises KeyError for a name that is no dataset of this flow.
        """
        relation = self.relation(name) or Relation(name, (), complete=False)
        more = tuple(
            ColumnState(column, effective=True, cause=NullCause(Rule.EVOLVED, place))
            for column, place in sorted(self._grown(name).items())
        )
        return self._table(name, msgspec.structs.replace(relation, columns=(*relation.columns, *more)))

    def as_declared(self, name: str) -> TableSchema:
        """The declared schema of one dataset, without evaluating the code that computes it.

        Raises KeyError for a name that is no dataset of this flow.
        """
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
        """A foreign key with the referenced table in the case in which its own declaration spells it."""
        own, refers, rest = key.partition(" references ")
        table = rest.partition(" (")[0]
        name = self.find(table) if refers else None
        spelled = self.datasets[name].spelled if name is not None else ""
        if not spelled.lower().endswith(table):
            return key
        return f"{own}{refers}{spelled[-len(table) :]}{rest[len(table) :]}"
