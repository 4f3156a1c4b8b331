"""Answers about uses: the graph, its links, the impact of a change, and the check of a commit."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack import crawl
from ctxpack.api import arguments
from ctxpack.api.arguments import EdgeKind, GraphDirection, GraphLevel, ImpactKind
from ctxpack.api.state import State
from ctxpack.api.targeting import Edits, target
from ctxpack.check import Report
from ctxpack.errors import RepositoryError
from ctxpack.graph import impact as reach
from ctxpack.graph import lone, query
from ctxpack.graph.edges import graph_of, symbol_edges
from ctxpack.graph.impact import Impact
from ctxpack.model import Change, Graph
from ctxpack.review import Review
from ctxpack.services import diffs, targets
from ctxpack.services.data_impact import MappedTo, Reach, in_strings
from ctxpack.workspace import Workspace


def graph(
    state: State,
    named: Sequence[str],
    *,
    kinds: Sequence[EdgeKind],
    level: GraphLevel,
    direction: GraphDirection,
    depth: int | None,
    by_name: bool,
) -> Graph:
    """The answer to `Index.graph`."""
    arguments.some_of("kinds", kinds, EdgeKind)
    arguments.one_of("level", level, GraphLevel)
    arguments.one_of("direction", direction, GraphDirection)
    arguments.whole("depth", depth)
    workspace = state.workspace
    workspace.link_all()
    if level == "symbol":
        paths = sorted(workspace.parsed)
        edges = symbol_edges(workspace.links_of(paths), workspace.facts_of(paths))
    else:
        edges = workspace.edges
    known = [edge for edge in edges if by_name or edge.origin != lone.ORIGIN]
    whole = query.of_kinds(graph_of(known, workspace.parsed, workspace.unresolved), kinds)
    if not named:
        return whole
    subject = targets.resolve(named, workspace, lambda: state.data.flow, state.mapped)
    if any(not targets.defining(table, workspace) for table in subject.tables):
        subject = targets.with_makers(subject, workspace, state.data.flow)
    starts = targets.nodes(subject, workspace, level)
    return query.around(whole, starts, direction, depth)


def impact(
    state: State,
    named: Sequence[str],
    edits: Edits,
    *,
    depth: int | None,
    min_confidence: float,
    kinds: Sequence[ImpactKind],
) -> Impact:
    """The answer to `Index.impact`."""
    arguments.whole("depth", depth)
    arguments.share("min_confidence", min_confidence)
    arguments.some_of("kinds", kinds, ImpactKind)
    workspace = state.workspace
    workspace.expect_links()
    edited = edits.read(state)
    changed = target(state, named, edited, mapped=lambda _table: ())
    before = _before(state, edited.changes, edits.since or "HEAD")
    places = [*targets.places(changed, workspace), *diffs.places(edited.changes, workspace, before)]
    removed = diffs.removed(edited.changes, before, workspace) if before is not None else []
    starts = list(dict.fromkeys(places))
    tests = frozenset(path for path, file in workspace.files.items() if file.role == "test")
    around = reach.Surroundings(workspace.edges, tests, workspace.facts_of, workspace.links_of)
    code = MappedTo.by(changed.tables, starts, lambda: state.mappings, workspace.facts)
    held = in_strings(changed.tables, state.data.flow, workspace.facts, workspace.text) if changed.tables else ()
    arrivals = (*removed, *code.arrivals, *held)
    found = reach.impact(starts, around, depth=depth, min_confidence=min_confidence, removed=arrivals)
    found = reach.without(found, code.aside)
    if changed.tables:
        by_data = Reach(state.data.flow, tests.__contains__, depth, min_confidence).of(changed.tables)
        found = reach.joined(found, *by_data)
    return reach.of_kinds(found, kinds)


def _before(state: State, edited: Sequence[Change], revision: str) -> Workspace | None:
    """A view of the state before a diff; None where there is no diff or no such revision."""
    repository = state.workspace.repository
    if not edited or not repository.is_git:
        return None
    try:
        return state.reading.workspace(crawl.open_repository(repository.root, at=revision), state.config, state.store)
    except RepositoryError:
        return None


def check(state: State, since: str | None) -> Report:
    """The answer to `Index.check`."""
    reading = state.reading
    review = Review(state.config, state.store, reading.processes, reading.progress)
    report = review.report(state.workspace.repository.root, since)
    state.seen.update(report.problems)
    return report


def linked(workspace: Workspace) -> list[str]:
    """The paths of all files that have links, in order, after linking them."""
    workspace.link_all()
    return sorted(workspace.parsed)


def links_in(workspace: Workspace, path: str, *, by_name: bool) -> list[dict[str, str | int]]:
    """The bound references of one file, in the words of the contract `graph --format jsonl`."""
    links = [
        link
        for link in workspace.links_of((path,)).get(path, ())
        if link.symbol >= 0 and (by_name or link.origin != lone.ORIGIN)
    ]
    facts = workspace.facts_of(sorted({link.target for link in links}))
    return [
        {
            "ref_file": path,
            "ref_line": link.line,
            "ref_col": link.column,
            "name": link.name.rpartition(".")[2],
            "def_file": link.target,
            "def_line": facts[link.target].definitions[link.symbol].line,
            "def_symbol": facts[link.target].definitions[link.symbol].qualname,
        }
        for link in links
    ]
