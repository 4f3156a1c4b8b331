"""`ctxpack lineage`: which datasets are made from which, and optionally which columns from which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING

import click

from ctxpack.cli.options import View, repository, talking
from ctxpack.cli.talk import Run, emit, emit_json, headed

if TYPE_CHECKING:
    from ctxpack.api.arguments import DataDirection
    from ctxpack.datamodel.lineage import ColumnEdge, DataEdge, Lineage

FORMATS = ("text", "json", "mermaid", "openlineage")
OF_DATASETS = ("dataset", "<-", "made from", "sure", "where", "found by")
OF_COLUMNS = ("column", "<-", "made from", "how", "where")


@click.command(
    "lineage",
    short_help="Show which datasets are made from which, and their columns.",
    epilog="""\b
Examples:
  ctxpack lineage
  ctxpack lineage gold.daily_revenue --direction upstream --columns
  ctxpack lineage silver.orders --direction downstream --format mermaid
  ctxpack lineage --columns --format openlineage > events.json

\b
A line of text is: what is made, from what, how sure, where, and which rule found
it; with --columns the columns, and how one is computed from the other. What is
nearest to the DATASETs comes first.
What reads or writes a dataset in a way that cannot be told is counted at the
end, and listed with -v or in JSON.
The exit code is 1 where nothing is made from anything, or nothing around those
named.""",
)
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option(
    "--direction", type=click.Choice(["upstream", "downstream", "both"]), default="both", show_default=True,
    help="Which way to go from the datasets.",
)  # fmt: skip
@click.option("--depth", type=click.IntRange(0), metavar="N", help="At most so many edges from the datasets.")
@click.option("--columns", is_flag=True, help="Follow columns too.")
@click.option("-f", "--format", "format_name", type=click.Choice(FORMATS), default="text", show_default=True)
@repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    datasets: tuple[str, ...],
    direction: DataDirection,
    depth: int | None,
    columns: bool,
    format_name: str,
) -> int:
    """Show the data flow of the repository, or the part of it around some datasets.

    A DATASET is a table, a dbt model or source.table, or a path as it is written in code.
    """
    with view.index(run, view.config()) as index:
        found = index.lineage(*datasets, direction=direction, depth=depth, columns=columns)
        starts = [one.name for one in index.lineage(*datasets, depth=0).datasets] if datasets else []
        mapped = () if found.edges else index.mapped(*starts)
        if format_name == "openlineage":
            from ctxpack.lineage.answers import export

            schemas = index.schema(*[one.name for one in found.datasets]) if columns and found.datasets else ()
            emit_json(export.openlineage(found, schemas, view.root.resolve().name))
        else:
            _show(run, found, format_name, starts, columns=columns)
    if found.unresolved:
        for line in _lost(found, verbose=run.verbose):
            run.say(line)
    if found.column_edges if columns and format_name == "text" else found.edges:
        return 0
    run.say(_nothing(found, starts, direction, depth))
    if mapped:
        stands = "stands" if len(mapped) == 1 else "stand"
        run.say(f"{', '.join(mapped)} {stands} for it in code: see `ctxpack impact table:{starts[0]}`")
    return 1


def _nothing(found: Lineage, starts: Sequence[str], direction: str, depth: int | None) -> str:
    """Why there is nothing to show."""
    if not found.datasets:
        return "there is no dataset here"
    if found.edges:
        return "no column could be followed"
    if not starts:
        return "no dataset is made from another here"
    if depth == 0:
        return "no edge is within a depth of 0"
    names = ", ".join(starts)
    down, up = f"nothing here is made from {names}", f"nothing here tells what {names} is made from"
    return {"upstream": up, "downstream": down}.get(direction, f"{down}, and {up}")


def _lost(found: Lineage, *, verbose: bool) -> list[str]:
    one = len(found.unresolved) == 1
    count = f"{len(found.unresolved):,} {'place' if one else 'places'} could not be resolved"
    if not verbose:
        return [f"{count}; -v lists {'it' if one else 'them'}"]
    return [count, *(f"{one.path}:{one.line}: {one.expression}: {one.why}" for one in found.unresolved)]


def _show(run: Run, found: Lineage, format_name: str, starts: Sequence[str], *, columns: bool) -> None:
    from ctxpack.lineage.answers import export

    if format_name == "json":
        emit_json(export.lineage_document(found))
    elif format_name == "mermaid":
        emit(export.mermaid(found) if found.datasets else "")
    else:
        run.show(headed(OF_COLUMNS if columns else OF_DATASETS, _rows(found, starts, columns=columns)))


def _rows(found: Lineage, starts: Sequence[str], *, columns: bool) -> list[tuple[str, ...]]:
    """The edges as rows: those nearest to `starts` first, upstream before downstream, then by name."""
    nearness = _Nearness(found, starts)
    if columns:
        by_column = sorted(found.column_edges, key=nearness.of_columns)
        return [(edge.target, "<-", edge.source, edge.transform, f"{edge.path}:{edge.line}") for edge in by_column]
    return [
        (one.target, "<-", one.source, f"{one.confidence:.2f}", f"{one.path}:{one.line}", one.evidence)
        for one in sorted(found.edges, key=nearness.of)
    ]


class _Nearness:
    """Sort keys for edges by their distance from some datasets; edges without a path to them come last."""

    def __init__(self, found: Lineage, starts: Sequence[str]) -> None:
        upstream, downstream = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for edge in found.edges:
            upstream[edge.target].append(edge.source)
            downstream[edge.source].append(edge.target)
        self._ways = (_distances(starts, upstream), _distances(starts, downstream))
        self._names = {one.name for one in found.datasets}

    def of(self, edge: DataEdge) -> tuple[float, int, str, str, str, int]:
        """The key of an edge between datasets."""
        return *self._far(edge.source, edge.target), edge.target, edge.source, edge.path, edge.line

    def of_columns(self, edge: ColumnEdge) -> tuple[float, int, str, str, str, int]:
        """The key of an edge between columns: the distance of their datasets."""
        far = self._far(self._dataset(edge.source), self._dataset(edge.target))
        return *far, edge.target, edge.source, edge.path, edge.line

    def _far(self, source: str, target: str) -> tuple[float, int]:
        up, down = self._ways
        back = (up.get(target, inf) if source in up else inf, 0)
        return min(back, (down.get(source, inf) if target in down else inf, 1))

    def _dataset(self, column: str) -> str:
        name = column.rpartition(".")[0]
        while name and name not in self._names:
            name = name.rpartition(".")[0]
        return name


def _distances(starts: Sequence[str], way: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The datasets that can be reached over `way` (neighbours by name), with their distance in edges."""
    reached = dict.fromkeys(starts, 0)
    frontier = list(reached)
    while frontier:
        step = [name for here in frontier for name in way.get(here, ()) if name not in reached]
        reached.update(dict.fromkeys(step, reached[frontier[0]] + 1))
        frontier = list(dict.fromkeys(step))
    return reached
