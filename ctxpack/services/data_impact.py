"""The impact of a change to tables and columns: downstream datasets, the code that reads them, and code mapped to them.

`graph/impact.py` follows names in code; this follows the data flow. A change of a column reaches the columns computed
from it, and every reader of its table, since a column used only in filters and joins does not show in computed values:
with less confidence, and where SQL stands in code, with that of its naming the column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxpack.datamodel.strings import IN_STRING
from ctxpack.graph.edges import symbol_id
from ctxpack.graph.reach import TABLES, Arrival, Place, Reached
from ctxpack.lineage.flow.columns import Flow
from ctxpack.model import Edge, FileFacts
from ctxpack.paths import TABLE
from ctxpack.services.column_uses import BY_TABLE, sureness

if TYPE_CHECKING:
    from ctxpack.datacontext.mapped import Mappings


@dataclass(slots=True)
class Reach:
    """A breadth-first walk downstream from some tables and columns.

    `depth` is the greatest distance (None: no limit), `least` the confidence below which nothing is followed.
    """

    flow: Flow
    is_test: Callable[[str], bool]
    depth: int | None
    least: float
    _found: dict[str, Reached] = field(default_factory=dict)

    def of(self, subjects: Iterable[str]) -> tuple[tuple[str, ...], tuple[Reached, ...]]:
        """The sorted ids of what changes, and what that reaches, by id; `subjects` are `dataset` or `dataset.column`.

        Subjects that name no dataset are ignored.
        """
        starts: list[tuple[str, str]] = []
        for subject in subjects:
            meant = self.flow.meant(subject)
            if meant is not None:
                starts.append(meant)
        for dataset, column in starts:
            self._walk(dataset, column)
        changed = tuple(sorted({_id(dataset, column) for dataset, column in starts}))
        return changed, tuple(one for name, one in sorted(self._found.items()) if name not in changed)

    def _walk(self, dataset: str, column: str) -> None:
        start = Reached(_id(dataset, column), "dataset", "", "", 0, False, 0, 1.0, ())
        frontier = [(dataset, column, start)]
        self._readers(dataset, column, start)
        while frontier and (self.depth is None or frontier[0][2].distance < self.depth):
            step: list[tuple[str, str, Reached]] = []
            for name, of, before in frontier:
                for onward, its, edge, path in self._next(name, of):
                    reached = self._reach(onward, its, edge, path, before)
                    if reached is not None:
                        step.append((onward, its, reached))
                        self._readers(onward, its, reached)
            frontier = step

    def _next(self, name: str, column: str) -> Iterator[tuple[str, str, Edge, str]]:
        """What is made from a table, or computed from a column of it, as (table, column, edge, path of the edge)."""
        for target in self.flow.downstream.get(name, ()):
            over = next(edge for edge in self.flow.edges if (edge.source, edge.target) == (name, target))
            if not column:
                yield target, "", _edge(_id(target), _id(name), over.line, over.evidence, over.confidence), over.path
                continue
            source = f"{name}.{column}"
            edges = self.flow.column_edges((name, target))
            fitting = [edge for edge in edges if edge.source.lower() == source and edge.target.startswith(f"{target}.")]
            for edge in fitting:
                its = edge.target[len(target) + 1 :]
                how = edge.transform if edge.transform in ("identity", "rename") else "computed"
                ident = f"{TABLE}{edge.target}"
                yield target, its, _edge(ident, _id(name, column), edge.line, how, over.confidence), edge.path
            if not fitting:
                sure = over.confidence * BY_TABLE
                yield target, "", _edge(_id(target), _id(name, column), over.line, "reads the table", sure), over.path

    def _reach(self, name: str, column: str, edge: Edge, path: str, before: Reached) -> Reached | None:
        """Record what an edge leads to, at its line in `path`; None if it is known already or below `least`."""
        sure = before.confidence * edge.confidence
        ident = _id(name, column)
        if ident in self._found or sure < self.least:
            return None
        found = Reached(
            ident, "dataset", path, ident.removeprefix(TABLE), edge.line, self.is_test(path), before.distance + 1,
            round(sure, 4), (*before.via, edge),
        )  # fmt: skip
        self._found[ident] = found
        return found

    def _readers(self, name: str, column: str, before: Reached) -> None:
        """Record the files (tests too) that read a table without making a table from it, or that change its rows."""
        makers = {
            one.path for target in self.flow.downstream.get(name, ()) for one in self.flow.producers.get(target, ())
        }
        if self.depth is not None and before.distance >= self.depth:
            return
        uses = [(use, "reads") for use in self.flow.readers.get(name, ())]
        if before.distance == 0:
            uses += [(use, "writes") for use in self.flow.changers.get(name, ())]
        for use, kind in uses:
            sure = before.confidence * use.confidence * (BY_TABLE if column else 1.0)
            if use.path in makers or use.path in self._found or sure < self.least:
                continue
            origin = use.evidence or kind
            edge = Edge(use.path, before.id, kind, use.line, origin, round(sure / before.confidence, 4))
            self._found[use.path] = Reached(
                use.path, "file", use.path, "", 0, self.is_test(use.path), before.distance + 1, round(sure, 4),
                (*before.via, edge),
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MappedTo:
    """The code that changed tables are mapped to (ORM classes and their attributes), where the impact enters the code.

    `aside` are the ids of attributes whose whole class changes: their users are followed, but they are not listed
    beside their class.
    """

    arrivals: tuple[Arrival, ...]
    aside: frozenset[str]

    @classmethod
    def by(
        cls,
        tables: Iterable[str],
        starts: Iterable[Place],
        mappings: Callable[[], Mappings],
        facts: Callable[[str], FileFacts],
    ) -> MappedTo:
        """What `tables` (or `table.column`) are mapped to, and the tables that definitions among `starts` declare.

        `mappings` is called only if a table changes.
        """
        found: list[Arrival] = []
        aside: set[str] = set()
        named = [(table, "") for table in tables]
        defined = list(_defined(starts, facts))
        if not named and not defined:
            return cls((), frozenset())
        meant = [(mappings().meant(table), node) for table, node in (*named, *defined)]
        known = {one[0] for one, node in meant if one is not None and not node}
        for table, node in meant:
            if table is None or (node and table[0] in known):
                continue
            for one in mappings().of(*table):
                at = symbol_id(one.path, facts(one.path).definitions[one.symbol].qualname)
                edge = Edge(at, node or _id(*table), "maps", one.line, one.origin, one.confidence)
                found.append(Arrival((one.path, one.symbol), edge))
                if one.symbol != one.owner and not table[1]:
                    aside.add(at)
        return cls(tuple(found), frozenset(aside))


def in_strings(
    tables: Iterable[str], flow: Flow, facts: Callable[[str], FileFacts], text: Callable[[str], str]
) -> tuple[Arrival, ...]:
    """The definitions with SQL in their strings that reads or changes one of some tables, or of `table.column`.

    They are where the impact of the change of a table enters the code, as with classes that are mapped to it. `text`
    gives that of a file, in which a column is looked for.
    """
    found: dict[tuple[Place, str], Arrival] = {}
    for subject in tables:
        meant = flow.meant(subject)
        if meant is None:
            continue
        dataset, column = meant
        uses = [(use, "reads") for use in flow.readers.get(dataset, ())]
        uses += [(use, "writes") for use in flow.changers.get(dataset, ())]
        for use, kind in sorted(uses, key=lambda one: (one[0].path, one[0].line, one[1])):
            if not use.evidence.startswith(IN_STRING):
                continue
            known = facts(use.path)
            around = [k for k, one in enumerate(known.definitions) if one.span[0] <= use.line <= one.span[1]]
            place = (use.path, max(around, key=lambda k: (known.definitions[k].span[0], k), default=-1))
            if place[1] < 0:
                continue
            definition = known.definitions[place[1]]
            named = sureness(text(use.path), known.language, definition.span, dataset, column) if column else 1.0
            sure = round(use.confidence * named, 4)
            at = symbol_id(use.path, definition.qualname)
            edge = Edge(at, _id(dataset, column), kind, use.line, use.evidence, sure)
            before = found.get((place, dataset))
            if before is None or before.edge.confidence < sure:
                found[place, dataset] = Arrival(place, edge)
    return tuple(found.values())


def _defined(starts: Iterable[Place], facts: Callable[[str], FileFacts]) -> Iterator[tuple[str, str]]:
    """The tables whose definitions change, as (name, id of the definition)."""
    for path, symbol in starts:
        one = facts(path).definitions[symbol] if symbol >= 0 else None
        if one is not None and one.kind in TABLES:
            yield one.qualname, symbol_id(path, one.qualname)


def _edge(source: str, target: str, line: int, origin: str, confidence: float) -> Edge:
    return Edge(source, target, "reads", line, origin, round(confidence, 4))


def _id(dataset: str, column: str = "") -> str:
    return f"{TABLE}{dataset}.{column}" if column else f"{TABLE}{dataset}"
