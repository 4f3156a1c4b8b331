"""Methods about uses: the graph, the impact of a change, and the check of a commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ctxpack import crawl
from ctxpack.api import arguments
from ctxpack.api.arguments import EdgeKind, GraphDirection, GraphLevel, ImpactKind
from ctxpack.api.choosing import Choosing
from ctxpack.api.opened import alone
from ctxpack.check import Report
from ctxpack.errors import RepositoryError
from ctxpack.graph import impact as reach
from ctxpack.graph import query
from ctxpack.graph.edges import graph_of, symbol_edges
from ctxpack.graph.impact import Impact
from ctxpack.model import Change, Graph
from ctxpack.review import Review
from ctxpack.services import diffs, targets
from ctxpack.services.data_impact import MappedTo, Reach
from ctxpack.workspace import Workspace


class Linking(Choosing):
    """The graph, impact and checks."""

    @alone
    def graph(
        self,
        *named: str,
        kinds: Sequence[EdgeKind] = (),
        level: GraphLevel = "file",
        direction: GraphDirection = "both",
        depth: int | None = None,
    ) -> Graph:
        """The graph between files or symbols; with subjects, the part within `depth` edges of them.

        `kinds` selects kinds of edges, all by default. Raises TargetError as `target` does, and ArgumentError for an
        invalid kind, level, direction or depth.
        """
        arguments.some_of("kinds", kinds, EdgeKind)
        arguments.one_of("level", level, GraphLevel)
        arguments.one_of("direction", direction, GraphDirection)
        arguments.whole("depth", depth)
        workspace = self._workspace
        workspace.link_all()
        if level == "symbol":
            paths = sorted(workspace.parsed)
            edges = symbol_edges(workspace.links_of(paths), workspace.facts_of(paths))
        else:
            edges = workspace.edges
        whole = query.of_kinds(graph_of(edges, workspace.parsed, workspace.unresolved), kinds)
        if not named:
            return whole
        target = targets.resolve(named, workspace, lambda: self._data.flow, self._mapped)
        starts = targets.nodes(target, workspace, level)
        return query.around(whole, starts, direction, depth)

    @alone
    def impact(
        self,
        *named: str,
        staged: bool = False,
        since: str | None = None,
        diff: str | None = None,
        depth: int | None = None,
        min_confidence: float = 0.0,
        kinds: Sequence[ImpactKind] = (),
    ) -> Impact:
        """What a change reaches: the definitions, files, tests and tables that depend on it, nearest first.

        The change is given as for `target`. For a file, all its definitions count as changed; for a diff, those that
        its lines belong to. The users of what a diff removes are found in the revision before it (`since`, or HEAD).
        `depth` is the greatest number of edges, `min_confidence` the least product of their confidences, and `kinds`
        (symbols, files, tests, tables) selects what is returned. A table reaches the class that it is mapped to, a
        column the attribute, and both their users. Raises TargetError and RepositoryError as `target` does, and
        ArgumentError for an invalid depth, confidence or kind.
        """
        arguments.whole("depth", depth)
        arguments.share("min_confidence", min_confidence)
        arguments.some_of("kinds", kinds, ImpactKind)
        self._workspace.expect_links()
        target = self._target(named, self._diff(staged=staged, since=since, diff=diff), lambda _table: ())
        workspace = self._workspace
        edited = crawl.parse_diff(target.diff)
        with self._before(edited, since or "HEAD") as before:
            places = [*targets.places(target, workspace), *diffs.places(edited, workspace, before)]
            removed = diffs.removed(edited, before, workspace) if before is not None else []
        starts = list(dict.fromkeys(places))
        tests = frozenset(path for path, file in workspace.files.items() if file.role == "test")
        around = reach.Surroundings(workspace.edges, tests, workspace.facts_of, workspace.links_of)
        code = MappedTo.by(target.tables, starts, lambda: self._mappings, workspace.facts)
        arrivals = (*removed, *code.arrivals)
        found = reach.impact(starts, around, depth=depth, min_confidence=min_confidence, removed=arrivals)
        found = reach.without(found, code.aside)
        if target.tables:
            by_data = Reach(self._data.flow, tests.__contains__, depth, min_confidence).of(target.tables)
            found = reach.joined(found, *by_data)
        return reach.of_kinds(found, kinds)

    @alone
    def check(self, *, since: str | None = None) -> Report:
        """What the staged content breaks in code that the commit does not touch.

        The index is compared with a revision, HEAD by default; the work tree is not read. The settings
        `check.fail-confidence` and `check.ignore` apply. Raises RepositoryError where there is no index, as in a bare
        repository or a plain directory, or no such revision.
        """
        report = Review(self._config, self._store, *self._reading).report(self.root, since)
        self._seen.update(report.problems)
        return report

    @contextmanager
    def _before(self, edited: Sequence[Change], revision: str) -> Iterator[Workspace | None]:
        """A view of the state before a diff; None where there is no diff or no such revision."""
        if not edited or not self._workspace.repository.is_git:
            yield None
            return
        try:
            workers, progress = self._reading
            before = type(self).open(
                self.root, at=revision, config=self._config, store=self._store, workers=workers, progress=progress
            )
        except RepositoryError:
            yield None
            return
        with before:
            yield before._workspace

    @alone
    def links(self) -> Iterator[dict[str, str | int]]:
        """Every reference that is bound inside the repository, in order: the contract `graph --format jsonl`.

        All files are linked before this returns; each file's links are then loaded lazily, for the state at the time of
        the call. Iterating raises RepositoryError once the index is closed.
        """
        workspace = self._workspace
        workspace.link_all()
        paths = sorted(workspace.parsed)
        return (link for path in paths for link in self._links_in(path, workspace))

    @alone
    def _links_in(self, path: str, workspace: Workspace) -> list[dict[str, str | int]]:
        """The bound references of one file."""
        links = [link for link in workspace.links_of((path,)).get(path, ()) if link.symbol >= 0]
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
