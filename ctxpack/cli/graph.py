"""`ctxpack graph`: the dependency graph between files or symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ctxpack.cli.options import ALL, Depth, View, complete_path, one_of, repository, talking
from ctxpack.cli.subjects import relative_subjects
from ctxpack.cli.talk import Run, emit, emit_json, table
from ctxpack.paths import TABLE

if TYPE_CHECKING:
    from ctxpack.api.arguments import EdgeKind, GraphDirection, GraphLevel
    from ctxpack.model import Graph

KINDS = ("imports", "references", "inherits", "tests", "reads", "writes", "defines", "refs", "includes")
FORMATS = ("text", "json", "dot", "graphml", "mermaid", "jsonl")


@click.command(
    "graph",
    short_help="Show what depends on what, between files or symbols.",
    epilog="""\b
Examples:
  ctxpack graph src/orders.py
  ctxpack graph src/orders.py --direction dependents --depth all
  ctxpack graph --kind imports --format dot | dot -Tsvg > imports.svg
  ctxpack graph src/orders.py::Order --direction dependents
  ctxpack graph --level symbol --format jsonl

\b
TARGET is a path, path::symbol, a directory with a slash at its end, or table:NAME.
A line of text is: what uses, at which line, how, and what is used.
jsonl gives one bound reference a line; it takes no TARGET.
The exit code is 1 where there is no edge.""",
)
@click.argument("subjects", nargs=-1, metavar="[TARGET]...", shell_complete=complete_path)
@click.option(
    "--kind", "kinds", multiple=True, callback=one_of(KINDS), metavar="KINDS", help=f"Only these: {', '.join(KINDS)}."
)
@click.option(
    "--level", type=click.Choice(["file", "symbol"]), default=None,
    help="What a node is.  [default: symbol where a TARGET is one, or a table, else file]",
)  # fmt: skip
@click.option(
    "--direction", type=click.Choice(["dependencies", "dependents", "both"]), default="both", show_default=True,
    help="Which way to go from the targets.",
)  # fmt: skip
@click.option(
    "--depth", type=Depth(), metavar="N|all", help="At most so many edges from the targets.  [default: 1]",
)  # fmt: skip
@click.option(
    "--by-name", is_flag=True,
    help="Also calls on values of unknown type that only the name of the method leads to its definition.",
)  # fmt: skip
@click.option("-f", "--format", "format_name", type=click.Choice(FORMATS), default="text", show_default=True)
@repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    subjects: tuple[str, ...],
    kinds: tuple[EdgeKind, ...],
    level: GraphLevel | None,
    direction: GraphDirection,
    depth: int | None,
    by_name: bool,
    format_name: str,
) -> int:
    """Show the graph of the whole repository, or the part of it around the targets."""
    if format_name == "jsonl":
        if subjects or level == "file" or kinds or depth is not None:
            raise click.UsageError(
                "jsonl lists every bound reference: it takes no TARGET, --kind, --depth or file level"
            )
        return _references(run, view, by_name=by_name)
    named = relative_subjects(subjects, view)
    nearest = 1 if named else ALL
    reach = nearest if depth is None else depth
    of_symbols = any("::" in subject or subject.startswith(TABLE) for subject in named)
    with view.index(run, view.config()) as index:
        graph = index.graph(
            *named,
            kinds=kinds,
            level=level or ("symbol" if of_symbols else "file"),
            direction=direction,
            depth=None if reach == ALL else reach,
            by_name=by_name,
        )
    _show(run, graph, format_name)
    if graph.edges:
        if named and depth is None:
            run.say("one edge from what is named; --depth 2 goes further, and --depth all as far as it leads")
        return 0
    run.say("there is no such edge")
    return 1


def _references(run: Run, view: View, *, by_name: bool) -> int:
    import msgspec

    count = 0
    with view.index(run, view.config()) as index:
        encoder = msgspec.json.Encoder()
        lines = []
        for link in index.links(by_name=by_name):
            lines.append(encoder.encode(link).decode("utf-8"))
            count += 1
            if len(lines) == 1000:
                emit("\n".join(lines) + "\n")
                lines = []
        emit("".join(f"{line}\n" for line in lines))
    return 0 if count else 1


def _show(run: Run, graph: Graph, format_name: str) -> None:
    if format_name == "text":
        run.show(table(_rows(graph), right=(1,)))
        return
    from ctxpack.graph import export

    if format_name == "json":
        emit_json(export.to_dict(graph))
        return
    writers: dict[str, Any] = {"dot": export.dot, "graphml": export.graphml, "mermaid": export.mermaid}
    emit(writers[format_name](graph))


def _rows(graph: Graph) -> list[tuple[str, ...]]:
    return [(edge.source, str(edge.line), edge.kind, edge.target) for edge in graph.edges]
