"""`ctxpack impact`: what a change reaches: its users, their users, tests and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ctxpack.cli.options import (
    ALL,
    Depth,
    Number,
    View,
    complete_path,
    one_of,
    read_text,
    repository,
    talking,
    unmatched,
)
from ctxpack.cli.subjects import current_folder, relative_subjects
from ctxpack.cli.talk import Run, emit, emit_json, headed
from ctxpack.paths import TABLE

if TYPE_CHECKING:
    from ctxpack.api.arguments import ImpactKind
    from ctxpack.graph.impact import Impact, Reached

KINDS = ("symbols", "files", "tests", "tables")
FORMATS = ("text", "json", "mermaid", "paths")
SHOWN = 40
HEAD = ("edges", "sure", "what", "where", "last edge of the way")
_OF_TABLES = (".sql", ".prisma")


@click.command(
    "impact",
    short_help="Show what a change reaches: users, their users, tests, tables.",
    epilog="""\b
Examples:
  ctxpack impact src/orders.py::Order.total
  ctxpack impact --since main --kind tests --format paths
  ctxpack impact --staged --depth 2 --min-confidence 0.8
  ctxpack impact table:orders --format mermaid

\b
A line of text is: how many edges away it is, how sure the way is, what it is,
where it is, and the last edge of the way; JSON tells all of it.
Of a diff, the definitions change that its lines stand in. What it removes is
looked for in the revision before it (REV, or else HEAD).
The exit code is 1 where nothing is reached, or nothing has changed.""",
)
@click.argument("subjects", nargs=-1, metavar="[TARGET]...", shell_complete=complete_path)
@click.option("--staged", is_flag=True, help="The change is what is staged.")
@click.option("--since", metavar="REV", help="The change is everything since this revision.")
@click.option("--diff", metavar="FILE", help="The change is this diff, or that on standard input for -.")
@click.option(
    "--depth", type=Depth(), metavar="N|all", help="At most so many edges from the change.  [default: all]",
)  # fmt: skip
@click.option(
    "--min-confidence", type=Number(0, 1), default=0.0, metavar="X",
    help="Leave out what is less sure; a way is as sure as the product of its edges.",
)  # fmt: skip
@click.option(
    "--kind", "kinds", multiple=True, callback=one_of(KINDS), metavar="KINDS", help=f"Only these: {', '.join(KINDS)}."
)
@click.option(
    "-f", "--format", "format_name", type=click.Choice(FORMATS), default="text", show_default=True,
    help="paths gives the path of each file once, a line each.",
)  # fmt: skip
@click.option(
    "-n", "--limit", type=click.IntRange(0), metavar="N", help=f"In text, show N, 0 for all.  [default: {SHOWN}]"
)
@repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    subjects: tuple[str, ...],
    staged: bool,
    since: str | None,
    diff: str | None,
    depth: int | None,
    min_confidence: float,
    kinds: tuple[ImpactKind, ...],
    format_name: str,
    limit: int | None,
) -> int:
    """Show what uses a change, what uses that, and so on, nearest first.

    Name what changes by TARGETs, or by one of --staged, --since and --diff. A TARGET is a path, path::symbol, a
    directory with a slash at its end, table:NAME or table:NAME.column.
    """
    if sum((bool(subjects), staged, since is not None, diff is not None)) != 1:
        raise click.UsageError("say what changes by TARGETs, or by one of --staged, --since and --diff")
    text = None if diff is None else read_text(diff)
    named = relative_subjects(subjects, view)
    if subjects and not named:
        raise click.UsageError("a change of the whole repository reaches all of it; name a part")
    with view.index(run, view.config()) as index:
        found = index.impact(
            *named, staged=staged, since=since, diff=text, diff_folder=current_folder(view),
            depth=None if depth == ALL else depth, min_confidence=min_confidence, kinds=kinds,
        )  # fmt: skip
    _show(run, found, format_name, SHOWN if limit is None else limit)
    if found.reached:
        run.say(_summary(found))
        return 0
    if found.changed:
        run.say(f"the change reaches no {' and no '.join(kinds)}" if kinds else _unused(found))
    else:
        run.say(unmatched(text) if text is not None else _unchanged(since))
    return 1


def _unused(found: Impact) -> str:
    """The message that nothing uses what changes; for tables it names what was searched, since other uses may exist."""
    if not any(one.startswith(TABLE) or one.partition("::")[0].endswith(_OF_TABLES) for one in found.changed):
        return "nothing uses what changes"
    return "nothing uses what changes, as far as SQL, pipelines and classes that are mapped to tables tell"


def _unchanged(since: str | None) -> str:
    return "nothing is staged" if since is None else f"nothing changed since {since}"


def _summary(found: Impact) -> str:
    """How much is reached, in words: "12 definitions in 5 files; 3 of them, in 2 files, belong to tests".

    Tests are counted by definition, not by file, since some languages have tests inside the files that they test.
    """
    from ctxpack.graph.impact import paths

    files = paths(found)
    symbols = [one for one in found.reached if one.kind != "file"]
    testing = sum(one.test for one in files)
    tests = sum(one.test for one in symbols)
    reached = f"{_counted(len(symbols), 'definition')} in {_counted(len(files), 'file')}" if symbols else ""
    if not symbols:
        return _counted(len(files), "file") + (f", {testing:,} of them with tests" if testing else "")
    if tests == len(symbols):
        return f"{reached}, all of tests"
    if tests:
        return f"{reached}; {tests:,} of them, in {_counted(testing, 'file')}, belong to tests"
    return f"{reached}; {_counted(testing, 'file') + ' with' if testing else 'no'} tests among them"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _show(run: Run, found: Impact, format_name: str, limit: int) -> None:
    from ctxpack.graph import impact

    if format_name == "json":
        emit_json(_document(found))
    elif format_name == "mermaid":
        from ctxpack.graph import export

        emit(export.mermaid(impact.graph(found)) if found.reached else "")
    elif format_name == "paths":
        emit("".join(f"{one.path}\n" for one in impact.paths(found)))
    else:
        shown = found.reached[: limit or None]
        run.show(headed(HEAD, [_row(one) for one in shown], right=(0, 1)))
        if len(shown) < len(found.reached):
            run.say(f"and {len(found.reached) - len(shown):,} more; --limit 0 shows all")


def _row(one: Reached) -> tuple[str, ...]:
    """Distance, confidence, what it is, where it is, and the edge that leads here."""
    what = "test" if one.test else "table" if one.kind == "dataset" else one.kind
    place = f"{one.path}:{one.line} {one.symbol}" if one.symbol else one.path
    return str(one.distance), f"{one.confidence:.2f}", what, place, one.because


def _document(found: Impact) -> dict[str, Any]:
    """The JSON contract `ctxpack.impact/1`."""
    from ctxpack.graph import impact

    return {
        "schema": "ctxpack.impact/1",
        "changed": list(found.changed),
        "reached": [
            {
                "id": one.id, "kind": one.kind, "path": one.path, "symbol": one.symbol, "line": one.line,
                "test": one.test, "distance": one.distance, "confidence": one.confidence,
                "via": [
                    {
                        "source": edge.source, "target": edge.target, "kind": edge.kind, "line": edge.line,
                        "origin": edge.origin, "confidence": round(edge.confidence, 3),
                    }
                    for edge in one.via
                ],
            }
            for one in found.reached
        ],
        "files": [
            {"path": one.path, "test": one.test, "distance": one.distance, "confidence": one.confidence}
            for one in impact.paths(found)
        ],
    }  # fmt: skip
