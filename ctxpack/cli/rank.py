"""`ctxpack rank`: the files and symbols that a change probably edits, best first, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctxpack.cli.options import Request, View, change, is_empty, repository, reranker, talking
from ctxpack.cli.talk import Line, Run, bold, cut, emit_json, printable, table, terminal_width

if TYPE_CHECKING:
    from ctxpack.model import Ranked

SHOWN = 20
WIDEST = 72


@click.command(
    "rank",
    short_help="Show which files a change concerns, best first, and why.",
    epilog="""\b
Examples:
  ctxpack rank -t "where is the shipping price decided?"
  ctxpack rank src/orders.py --limit 50
  ctxpack rank --since main --format json | jq -r '.files[].path'

\b
TARGET is a path, path::symbol, a directory with a slash at its end, or table:NAME.
A line of text is a score, a place, and the weightiest reasons, each after the
name of its signal.
The exit code is 1 where nothing scores.""",
)
@change
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "-n", "--limit", type=click.IntRange(0), metavar="N",
    help=f"At most N files and N symbols, 0 for all; by default {SHOWN} in text and all in JSON.",
)  # fmt: skip
@click.option("--symbols", is_flag=True, help="In text, show symbols and not files.")
@reranker
@repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    request: Request,
    format_name: str,
    limit: int | None,
    symbols: bool,
    reranker: Path | None,
) -> int:
    """Score every file and symbol for a task, a target or a diff. A score is the sum of its reasons."""
    with view.index(run, view.config(reranker=reranker)) as index:
        target = request.target(index, view)
        if nothing := request.missing(target):
            run.say(nothing)
            return 1
        if is_empty(target):
            raise click.UsageError(
                "say what the change is: TARGETs, --task TEXT, or one of --staged, --since and --diff"
            )
        ranking = index.rank(target)
    if format_name == "json":
        files, found = _cut(ranking.files, limit or None), _cut(ranking.symbols, limit or None)
        emit_json(
            {
                "schema": "ctxpack.rank/1",
                "files": [_entry(ranked) for ranked in files],
                "symbols": [_entry(ranked) for ranked in found],
            }
        )
    else:
        _show(run, ranking.symbols if symbols else ranking.files, SHOWN if limit is None else limit)
    if ranking.files or ranking.symbols:
        return 0
    run.say("nothing scores for this task or target")
    return 1


def _cut(ranked: Sequence[Ranked], limit: int | None) -> Sequence[Ranked]:
    return ranked if limit is None else ranked[:limit]


def _entry(ranked: Ranked) -> dict[str, Any]:
    where = {"path": ranked.path} | ({"symbol": ranked.symbol, "line": ranked.line} if ranked.symbol else {})
    reasons = [{"signal": it.signal, "score": it.score, "because": it.because} for it in ranked.reasons]
    return {**where, "score": ranked.score, "reasons": reasons}


def _show(run: Run, ranked: Sequence[Ranked], limit: int) -> None:
    from ctxpack.rank.reasons import explain

    shown = _cut(ranked, limit or None)
    if not shown:
        return
    head = ("score", "symbol" if shown[0].symbol else "file")
    lines = table([head, *((f"{it.score:.3f}", _place(it)) for it in shown)], right=(0,))
    columns = terminal_width()
    most = WIDEST if columns is None else min(WIDEST, columns * 3 // 5)
    width = min(most, max(len(line) for line in lines))
    text: list[Line] = [bold(f"{lines[0].ljust(width)}  why")]
    for line, it in zip(lines[1:], shown, strict=True):
        place, why = line.ljust(width), printable("; ".join(explain(it)))
        fitting = why if columns is None else cut(why, columns - len(place) - 2)
        text.append(((place, {"bold": True}), ("  ", {}), (fitting, {"dim": True})))
    run.show(text)
    if len(shown) < len(ranked):
        run.say(f"and {len(ranked) - len(shown):,} more; --limit 0 shows all")


def _place(ranked: Ranked) -> str:
    return f"{ranked.path}:{ranked.line} {ranked.symbol}" if ranked.symbol else ranked.path
