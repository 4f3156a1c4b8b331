"""Turns the findings of a view into the input of the data flow: declarations, producers and reads (`Material`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from ctxpack.datacontext.placing import file_of
from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.datamodel.dbt import DbtNode, DbtProject, DbtSource
from ctxpack.datamodel.dialects import engine_of
from ctxpack.datamodel.lineage import (
    ColumnState,
    DatasetKind,
    Declaration,
    PlannedWrite,
    ReadSite,
    Sites,
    TableSchema,
)
from ctxpack.datamodel.schema import DeclaredTable, Folded, SchemaChange
from ctxpack.lineage.algebra.plans import scans
from ctxpack.lineage.flow.producers import Material, Producer
from ctxpack.lineage.sql.file_reads import may_read_files

_MATCHED = frozenset({"merge", "update"})
"""Write modes whose scan of the target only matches rows, and so is no read of it."""

_MADE = frozenset({"model", "snapshot"})
_VIEWS = frozenset({"view", "ephemeral"})
_DATASETS = frozenset({"model", "snapshot", "seed"})

PlanOf = Callable[[DbtNode, str], PlanTree | None]
"""Gives the plan of a dbt node whose SQL is in a dialect; None where there is none."""


def merged(parts: Sequence[Material]) -> Material:
    """Several materials as one."""
    return Material(
        [one for part in parts for one in part.declarations],
        [one for part in parts for one in part.producers],
        [one for part in parts for one in part.reads],
        [one for part in parts for one in part.unresolved],
        frozenset(name for part in parts for name in part.whole_names),
        {name: layer for part in parts for name, layer in part.layers.items()},
        [one for part in parts for one in part.evolutions],
        [one for part in parts for one in part.changes],
    )


def of_sites(sites: Sites, read: Callable[[str], str] = lambda _path: "") -> Material:
    """The reads and writes of some sites; `read` gives the text of a file, to place the lines of reasons."""
    producers = [_producer(write, read) for write in sites.writes]
    return Material((), producers, sites.reads, sites.unresolved, evolutions=sites.evolutions, changes=sites.changes)


def of_folded(folded: Folded) -> Material:
    """The declared tables, each column with the place of its last migration; expectations count as incomplete."""
    places = _places(folded.changes)
    declared = [_declared(one, places=places.get(one.name, {})) for one in folded.tables]
    return Material([*declared, *(_declared(one, complete=False) for one in folded.expected)])


def of_project(project: DbtProject, dialect: str, plan_of: PlanOf) -> Material:
    """The nodes and sources of a dbt project whose SQL is in `dialect`; plans are made when columns are asked for."""
    made = [node for node in project.nodes if node.kind in _MADE]
    return Material(
        declarations=[
            *(_declared_node(node, dialect) for node in project.nodes if node.kind in _DATASETS and _is_declared(node)),
            *(_declared_source(source) for source in project.sources),
        ],
        producers=[_producer_of(node, dialect, plan_of) for node in made if not node.declared_only],
        reads=[
            ReadSite(read.dataset, node.path, read.line or node.line, read.confidence, f"dbt {node.kind}")
            for node in project.nodes
            if node.kind not in _DATASETS
            for read in node.reads
        ],
        unresolved=project.unresolved,
        whole_names=frozenset(node.name for node in project.nodes if node.kind in _DATASETS),
        layers={node.name: node.relation for node in project.nodes if node.relation},
    )


def _producer_of(node: DbtNode, dialect: str, plan_of: PlanOf) -> Producer:
    reads = tuple(
        ReadSite(read.dataset, node.path, read.line, read.confidence, f"dbt {read.evidence}") for read in node.reads
    )
    plan = plan_of(node, dialect) if may_read_files(node.sql) else None
    reads += tuple(
        ReadSite(scan.dataset, node.path, scan.line or node.line, scan.confidence, "sql")
        for scan in (scans(plan) if plan is not None else ())
        if scan.from_file
    )
    kind: DatasetKind = "snapshot" if node.kind == "snapshot" else "model"
    built = dict(node.config).get("materialized", "view").strip('"')
    return Producer(
        node.name, reads, lambda: plan_of(node, dialect), node.path, node.line, engine_of(dialect), kind,
        evidence=f"dbt {kind}", view=kind == "model" and node.language == "sql" and built in _VIEWS,
        placed=lambda _cause: node.path, open=bool(node.asks),
    )  # fmt: skip


def _producer(write: PlannedWrite, read: Callable[[str], str]) -> Producer:
    reads = tuple(
        ReadSite(scan.dataset, scan.path or write.path, scan.line or write.line, scan.confidence, scan.evidence)
        for scan in scans(write.plan)
        if scan.dataset != write.target or write.mode not in _MATCHED
    )
    return Producer(
        write.target, reads, lambda: write.plan, write.path, write.line, engine_of(write.engine), write.kind,
        write.mode, write.confidence, write.evidence, write.adds, write.positional, write.kind == "view",
        lambda cause: file_of(write.files, read, cause),
    )  # fmt: skip


def _places(changes: Iterable[SchemaChange]) -> dict[str, dict[str, str]]:
    """By table and column (in small letters), the place "path:line" of the last migration that changed it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for change in changes:
        if change.column and change.path:
            name = change.after if change.change == "column renamed" else change.column
            found[change.table][name.lower()] = f"{change.path}:{change.line}"
    return found


def _declared(
    one: DeclaredTable, *, complete: bool = True, places: Mapping[str, str] = MappingProxyType({})
) -> Declaration:
    return Declaration(
        one.name, one.kind_of, one.columns, one.keys, one.path, one.line, one.format, one.doc, complete,
        tuple(sorted(places.items())), one.spelled,
    )  # fmt: skip


def record(one: DeclaredTable) -> TableSchema:
    """The schema of a record type exactly as declared; nothing writes or reads it."""
    columns = tuple(
        ColumnState(
            column.name, column.type, column.nullable, column.nullable,
            UNTOLD if column.nullable is None else NullCause(Rule.DECLARED),
            column.doc, column.tests, column.line,
        )
        for column in one.columns
    )  # fmt: skip
    return TableSchema(one.name, "record", "", one.path, one.line, one.format, columns, keys=one.keys, doc=one.doc)


def _is_declared(node: DbtNode) -> bool:
    return bool(node.columns or node.keys or node.doc or node.declared_in or node.declared_only)


def _declared_node(node: DbtNode, dialect: str) -> Declaration:
    """What property files declare of a node: possibly not all its columns, except for a seed, whose header has all.

    Seeds are stored without constraints, and Spark reads every column stored so as nullable.
    """
    path, line = (node.declared_in, node.declared_line) if node.declared_in else (node.path, node.line)
    whole, columns = node.kind == "seed", node.columns
    if whole and engine_of(dialect) == "spark":
        columns = tuple(msgspec.structs.replace(one, nullable=True) for one in columns)
    return Declaration(node.name, node.kind, columns, node.keys, path, line, "dbt", node.doc, complete=whole)


def _declared_source(one: DbtSource) -> Declaration:
    return Declaration(one.name, "source", one.columns, one.keys, one.path, one.line, "dbt", one.doc, complete=False)
