"""`ctxpack lineage`: which datasets are made from which, column by column where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctxpack.cli.options import View, repository, talking
from ctxpack.cli.talk import Run, emit, emit_json, table

if TYPE_CHECKING:
    from ctxpack.datamodel.lineage import Lineage

FORMATS = ("text", "json", "mermaid", "openlineage")


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
What reads or writes a dataset in a way that cannot be told is counted at the
end, and listed with -v or in JSON.
The exit code is 1 where there is no dataset, or none around those named.""",
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
    direction: str,
    depth: int | None,
    columns: bool,
    format_name: str,
) -> int:
    """Show the data flow of the repository, or the part of it around some datasets.

    A DATASET is a table, a dbt model or source.table, or a path as it is written in code.
    """
    with view.index(run, view.config()) as index:
        found = index.lineage(*datasets, direction=direction, depth=depth, columns=columns)
        if format_name == "openlineage":
            from ctxpack.lineage import export

            schemas = index.schema(*[one.name for one in found.datasets]) if columns and found.datasets else ()
            emit_json(export.openlineage(found, schemas, view.root.resolve().name))
        else:
            _show(found, format_name, columns=columns)
    if found.unresolved:
        run.say(_lost(found, verbose=run.verbose))
    if found.edges or (found.datasets and datasets):
        return 0
    run.say("no dataset is made from another here" if found.datasets else "there is no dataset here")
    return 0 if found.datasets else 1


def _lost(found: Lineage, *, verbose: bool) -> str:
    count = f"{len(found.unresolved):,} places could not be resolved"
    if not verbose:
        return f"{count}; -v lists them"
    return "\n".join([count, *(f"{one.path}:{one.line}: {one.expression}: {one.why}" for one in found.unresolved)])


def _show(found: Lineage, format_name: str, *, columns: bool) -> None:
    from ctxpack.lineage import export

    if format_name == "json":
        emit_json(export.lineage_document(found))
    elif format_name == "mermaid":
        emit(export.mermaid(found) if found.datasets else "")
    else:
        emit("".join(f"{line}\n" for line in table(_rows(found, columns=columns))))


def _rows(found: Lineage, *, columns: bool) -> list[tuple[str, ...]]:
    if columns:
        edges = found.column_edges
        return [(edge.target, "<-", edge.source, edge.transform, f"{edge.path}:{edge.line}") for edge in edges]
    return [
        (one.target, "<-", one.source, f"{one.confidence:.2f}", f"{one.path}:{one.line}", one.evidence)
        for one in found.edges
    ]
