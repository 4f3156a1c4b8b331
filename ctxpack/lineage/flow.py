"""The data flow of a repository: its datasets, what each is made from, and what is known of their columns.

Everything that writes a dataset is a `Producer`, whatever it is written in; what it reads is known at once, what it
computes only when somebody asks for columns, since reading SQL costs a hundred times what finding its tables does.
Columns are worked out from the sources down, each dataset once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.lineage import (
    ColumnEdge,
    ColumnState,
    DataEdge,
    DataMap,
    Dataset,
    DatasetKind,
    Declaration,
    DerivedColumn,
    Evolution,
    Frame,
    Lineage,
    ReadSite,
    Relation,
    TableSchema,
    Use,
)
from ctxpack.lineage.evaluate import frame
from ctxpack.lineage.layers import layer_of
from ctxpack.lineage.names import Names, is_path
from ctxpack.lineage.network import Network
from ctxpack.lineage.order import components
from ctxpack.model import Column, Unresolved

_SPARK = "spark"
_LINE = re.compile(r"([^;]*?)(\bat |\()line (\d+)\b(?! of )")
_TESTED_NOT_NULL = frozenset({"not_null", "primary_key", "expect_column_values_to_not_be_null"})
_KINDS: dict[str, DatasetKind] = {
    "model": "model", "source": "source", "seed": "seed", "snapshot": "snapshot", "view": "view",
    "materialized view": "view", "table": "table",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Producer:
    """Something that writes a dataset: `reads` are the datasets that it does it from, `plan` says how.

    The other fields are as in `PlannedWrite`; `plan` gives None where what is written cannot be told. `placed` gives
    the file of a line in the plan, by the words that are said of it, "" where several may be meant.
    """

    target: str
    reads: tuple[ReadSite, ...]
    plan: Callable[[], PlanTree | None]
    path: str
    line: int
    engine: str
    kind: DatasetKind = "table"
    mode: str = "overwrite"
    confidence: float = 1.0
    evidence: str = ""
    adds: bool = False
    placed: Callable[[str, int], str] = lambda _said, _line: ""


@dataclass(frozen=True, slots=True)
class Material:
    """What the sources of a repository tell: declarations, producers, mere reads, and what could not be told."""

    declarations: Sequence[Declaration] = ()
    producers: Sequence[Producer] = ()
    reads: Sequence[ReadSite] = ()
    unresolved: Sequence[Unresolved] = ()
    whole_names: frozenset[str] = frozenset()
    layers: Mapping[str, str] = field(default_factory=dict)
    evolutions: Sequence[Evolution] = ()


class Flow:
    """What follows from the material; answers are worked out when they are asked for and kept."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._relations: dict[str, Relation | None] = {}
        self._frames: dict[int, Frame | None] = {}

    # --- datasets and edges -------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> Names:
        """What the names in the material mean."""
        material = self._material
        known = [one.name for one in material.declarations] + [one.target for one in material.producers]
        seen = [site.dataset for one in material.producers for site in one.reads]
        return Names(known, material.whole_names, [*seen, *(site.dataset for site in material.reads)])

    @cached_property
    def producers(self) -> dict[str, tuple[Producer, ...]]:
        """Who writes each dataset, in the order of path and line."""
        found: dict[str, list[Producer]] = defaultdict(list)
        for one in self._material.producers:
            found[self.names.canonical(one.target)].append(one)
        return {name: tuple(sorted(them, key=lambda one: (one.path, one.line))) for name, them in sorted(found.items())}

    @cached_property
    def declarations(self) -> dict[str, tuple[Declaration, ...]]:
        """The declarations of each dataset, those with most columns first."""
        found: dict[str, list[Declaration]] = defaultdict(list)
        for one in self._material.declarations:
            found[self.names.canonical(one.name)].append(one)
        return {
            name: tuple(sorted(them, key=lambda one: (-len(one.columns), one.path, one.line)))
            for name, them in sorted(found.items())
        }

    @cached_property
    def edges(self) -> tuple[DataEdge, ...]:
        """Each pair of datasets of which one is made from the other, once, with the surest place that says so."""
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
        """The datasets and what connects them."""
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
                {name: tuple(map(_use, them)) for name, them in self.producers.items()},
                dict(sorted(self.readers.items())),
                {name: tuple((one.path, one.line) for one in them) for name, them in self.declarations.items()},
            )
        )

    @property
    def datasets(self) -> dict[str, Dataset]:
        """Every dataset that is declared, written or read, by name."""
        return self.network.datasets

    def _named(self) -> dict[str, ReadSite | None]:
        """The names of all datasets, sorted, with the first place that reads each."""
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
        return Dataset(name, kind, layer_of(name, path, self._material.layers.get(name, "")), path, line)

    def find(self, name: str) -> str | None:
        """The dataset that somebody means by a name; None where there is none."""
        found = self.names.canonical(name)
        return found if found in self.datasets else None

    @property
    def upstream(self) -> dict[str, tuple[str, ...]]:
        """What each dataset is made from."""
        return self.network.upstream

    @property
    def downstream(self) -> dict[str, tuple[str, ...]]:
        """What is made from each dataset."""
        return self.network.downstream

    def around(self, names: Iterable[str], direction: str, depth: int | None = None) -> dict[str, int]:
        """The datasets up- or downstream of some (or both ways), with their distance from the nearest of them."""
        return self.network.around(names, direction, depth)

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Datasets with the upstream before the downstream; ties and cycles by name."""
        return self.network.in_order(names)

    # --- columns ------------------------------------------------------------------------------------------------------

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
            self._frames[id(producer)] = made
        return self._frames[id(producer)]

    def _read(self, read: str, by: str, engine: str) -> Relation | None:
        """What a producer of the dataset `by` finds when it reads: of what depends on `by` itself, the declarations."""
        name = self.names.canonical(read)
        if name not in self.datasets:
            return None
        if self.network.places[name] != self.network.places[by]:
            found = self._relations.get(name)
        else:
            found = self._joined(name, ()) if name in self.declarations else None
        return _as_read(found, engine) if found is not None else None

    def _joined(self, name: str, made: Sequence[tuple[Producer, Frame]]) -> Relation:
        """The columns as declared and as computed, in the order of the fullest declaration."""
        declared = self.declarations.get(name, ())
        columns: dict[str, _Told] = {}
        for one in declared:
            for column in one.columns:
                columns.setdefault(column.name.lower(), _Told()).declared.append((one, column))
        for producer, found in made:
            for out in found.columns:
                columns.setdefault(out.name.lower(), _Told()).computed.append((producer, out))
        for told in columns.values():
            told.passed_on.extend(one for one, found in made if told.declared and _passes_on(one, found, told))
        complete = any(one.complete and one.columns for one in declared) or any(found.complete for _, found in made)
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
                yield ColumnEdge(
                    f"{source}.{origin.column}", f"{name}.{column.name}", column.transform, producer.path,
                    producer.line if spread else column.line or producer.line,
                )  # fmt: skip
        yield from self._passed_on(name, producer, made)

    def _passed_on(self, name: str, producer: Producer, made: Frame) -> Iterable[ColumnEdge]:
        """Edges for declared columns that can only come, as they are, from the one dataset that is read."""
        if made.complete or producer.adds or len(made.reads) != 1:
            return
        source = self.names.canonical(made.reads[0])
        computed = {column.name.lower() for column in made.columns}
        for one in self.declarations.get(name, ()):
            for column in one.columns:
                if column.name.lower() not in computed and source != name:
                    yield ColumnEdge(
                        f"{source}.{column.name}", f"{name}.{column.name}", "identity", producer.path, producer.line
                    )

    def table(self, name: str) -> TableSchema:
        """All that is known of one dataset of this flow."""
        return self._table(name, self.relation(name) or Relation(name, (), complete=False))

    def as_declared(self, name: str) -> TableSchema:
        """What is known of one dataset without following what computes it, which takes longer."""
        return self._table(name, self._joined(name, ()))

    def _table(self, name: str, relation: Relation) -> TableSchema:
        dataset = self.datasets[name]
        declared = self.declarations.get(name, ())
        keys = tuple(dict.fromkeys(key for one in declared for key in one.keys))
        written = map(_use, self.producers.get(name, ()))
        return TableSchema(
            name, dataset.kind, dataset.layer, dataset.path, dataset.line, declared[0].format if declared else "",
            relation.columns, relation.complete, keys, next((one.doc for one in declared if one.doc), ""), (),
            tuple(written), self.readers.get(name, ()), self.upstream.get(name, ()), self.evolutions.get(name, ()),
        )  # fmt: skip

    @cached_property
    def evolutions(self) -> dict[str, tuple[Evolution, ...]]:
        """The marks in code that let each dataset's schema change."""
        found: dict[str, dict[Evolution, None]] = defaultdict(dict)
        for one in sorted(self._material.evolutions, key=lambda one: (one.path, one.line, one.option)):
            found[self.names.canonical(one.dataset)].setdefault(one)
        return {name: tuple(them) for name, them in found.items()}

    @cached_property
    def readers(self) -> dict[str, tuple[Use, ...]]:
        """The places that read each dataset."""
        found: dict[str, set[Use]] = defaultdict(set)
        for one in self._material.producers:
            for site in one.reads:
                path, line = site.path or one.path, site.line or one.line
                found[self.names.canonical(site.dataset)].add(Use(path, line, site.evidence, site.confidence))
        for site in self._material.reads:
            found[self.names.canonical(site.dataset)].add(Use(site.path, site.line, site.evidence, site.confidence))
        return {
            name: tuple(sorted(uses, key=lambda use: (use.path, use.line, use.evidence)))
            for name, uses in found.items()
        }


def _use(one: Producer) -> Use:
    return Use(one.path, one.line, one.evidence, one.confidence)


def _as_read(relation: Relation, engine: str) -> Relation:
    """A relation as an engine finds it when it reads it: what a constraint forbids is not there.

    All else that Spark has stored it takes for nullable.
    """
    return Relation(relation.name, tuple(_column_read(one, engine) for one in relation.columns), relation.complete)


def _column_read(one: ColumnState, engine: str) -> ColumnState:
    if one.nullable is False:
        effective, because = False, one.because if one.effective is False else "declared NOT NULL"
    elif engine == _SPARK:
        effective, because = True, "as Spark reads it back"
    else:
        return one
    return ColumnState(one.name, one.type, one.nullable, effective, because, one.doc, one.tests, one.line)


@dataclass(slots=True)
class _Told:
    """What is told of one column: by declarations, by what computes it, and by what passes on columns not known."""

    declared: list[tuple[Declaration, Column]] = field(default_factory=list)
    computed: list[tuple[Producer, DerivedColumn]] = field(default_factory=list)
    passed_on: list[Producer] = field(default_factory=list)

    def state(self) -> ColumnState:
        """All of it together."""
        columns, outs = [column for _, column in self.declared], [out for _, out in self.computed]
        types = [column.type for column in columns] + [out.type for out in outs]
        nullable = next((column.nullable for column in columns if column.nullable is not None), None)
        effective, because = self._effective(nullable)
        return ColumnState(
            columns[0].name if columns else outs[0].name,
            next((type_ for type_ in types if type_), ""),
            nullable,
            effective,
            because,
            next((column.doc for column in columns if column.doc), ""),
            tuple(dict.fromkeys(test for column in columns for test in column.tests)),
            columns[0].line if columns else outs[0].line,
        )

    def _effective(self, nullable: bool | None) -> tuple[bool | None, str]:
        """Whether nulls have to be expected, and what decides it: the engine that writes, a constraint, or a test.

        Spark writes whatever its frame holds, so there a constraint says what was meant; a database enforces it.
        """
        written = _decisive([(one, out) for one, out in self.computed if one.engine == _SPARK])
        if written is not None and written[1].nullable is not None:
            return written[1].nullable, _because(*written)
        if any(one.engine == _SPARK for one in self.passed_on):
            return True, "from a schema that is not known"
        stated = self._stated()
        if stated:
            return False, stated
        computed = _decisive(self.computed)
        if computed is not None and (computed[1].nullable is not None or nullable is None):
            return computed[1].nullable, _because(*computed)
        for one, column in self.declared:
            if column.nullable:
                return True, f"declared nullable at {one.place(column)}"
        return nullable, ""

    def _stated(self) -> str:
        """Where a constraint, or else a test, says that there are no nulls; "" where none does."""
        for one, column in self.declared:
            if column.nullable is False:
                return f"NOT NULL at {one.place(column)}"
        for one, column in self.declared:
            if any(_tests_not_null(test) for test in column.tests):
                return f"not_null test at {one.place(column)}"
        return ""


_Computed = tuple[Producer, DerivedColumn]


def _decisive(computed: Sequence[_Computed]) -> _Computed | None:
    """Of several that write a column, the one by which it can be null; else one of which that is not known."""
    by_answer = {one[1].nullable: one for one in reversed(computed)}
    return by_answer.get(True) or by_answer.get(None) or by_answer.get(False)


def _because(producer: Producer, out: DerivedColumn) -> str:
    """What decides whether a column can be null, with the file of each line: reasons go on to readers elsewhere."""
    if "line " not in out.because:
        return out.because

    def placed(match: re.Match[str]) -> str:
        said, begin, line = match.groups()
        path = producer.placed(said, int(line))
        place = f"{path}:{line}" if path else f"line {line} of {producer.path} or of code that it uses"
        return f"{said}{begin}{place}"

    return _LINE.sub(placed, out.because)


def _passes_on(producer: Producer, found: Frame, told: _Told) -> bool:
    """Whether a column that is declared can only come from a source whose columns are not known."""
    return not found.complete and not producer.adds and all(one is not producer for one, _ in told.computed)


def _tests_not_null(test: str) -> bool:
    return test.partition("(")[0].rpartition(".")[2].strip() in _TESTED_NOT_NULL
