"""`ctxpack eval`: measures rankings and packs on the repository's own history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctxpack.cli.options import View, complete_model, repository, reranker, talking
from ctxpack.cli.talk import Run, emit, emit_json, table

if TYPE_CHECKING:
    from ctxpack.config import Config
    from ctxpack.evaluate.outcome import Outcome
    from ctxpack.evaluate.report import Report

COMMITS, BUDGETS, WORST = 50, "8k,32k,128k", 5
INTERRUPTED = 130
LEGEND = "acc@k: all edited files are among the first k; mean reciprocal rank: of the first edited file alone"


def _budgets(ctx: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    del ctx, parameter
    found = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if not found:
        raise click.BadParameter("give at least one number of tokens")
    return found


def _figure(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    del ctx, parameter
    if value is not None and value.suffix.lower() not in (".svg", ".png"):
        raise click.BadParameter("the name of the file must end in .svg or .png")
    return value


@click.command(
    "eval",
    short_help="Replay the history: what would packs have shown of what commits edited?",
    epilog="""\b
Examples:
  ctxpack eval
  ctxpack eval --commits 200 --budgets 16k --figure recall.svg
  ctxpack eval --at v2.0 --format json > eval.json

\b
Each of the last commits is a task: its message is asked of the repository as
it was before it, and the answer is what the commit then edited. The files are
read from git; nothing is checked out. docs/evaluation.md says which commits
count, and what is taken out of messages because it gives the answer away.""",
)
@click.option(
    "-n", "--commits", type=click.IntRange(1, 5000), default=COMMITS, show_default=True, metavar="N",
    help="Replay the last N commits that are tasks.",
)  # fmt: skip
@click.option(
    "-b", "--budgets", default=BUDGETS, show_default=True, callback=_budgets, metavar="TOKENS,...",
    help="The sizes of packs to measure.",
)  # fmt: skip
@click.option("-m", "--model", metavar="NAME", shell_complete=complete_model, help="The model that packs are for.")
@click.option("--compare/--no-compare", default=True, help="Measure plain BM25 with whole files beside it.")
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--worst",
    type=click.IntRange(0),
    metavar="N",
    default=WORST,
    show_default=True,
    help="In text, tell the N worst tasks.",
)
@click.option(
    "--figure", type=click.Path(path_type=Path, dir_okay=False), callback=_figure, metavar="FILE",
    help="Also draw recall against budget, as .svg or .png.",
)  # fmt: skip
@reranker
@repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    commits: int,
    budgets: tuple[str, ...],
    model: str | None,
    compare: bool,
    format_name: str,
    worst: int,
    figure: Path | None,
    reranker: Path | None,
) -> int:
    """Measure rankings and packs on the repository's own commits, beside plain BM25.

    An interruption (Ctrl-C) ends the replay; what was measured until then is reported. The exit code is 1 where no
    commit is a task.
    """
    report = _replayed(run, view, view.config(model=model, reranker=reranker), commits, budgets, compare=compare)
    run.clear()
    if format_name == "json":
        from ctxpack.evaluate.report import document

        emit_json(document(report))
    else:
        _show(run, report, worst)
    if figure is not None and report.outcomes:
        _draw(report, figure)
    if report.interrupted:
        return INTERRUPTED
    if not report.outcomes:
        run.say("no commit is a task that can be replayed")
    return 0 if report.outcomes else 1


def _replayed(run: Run, view: View, config: Config, commits: int, budgets: tuple[str, ...], *, compare: bool) -> Report:
    import os

    from ctxpack.evaluate.replay import Replay, replay
    from ctxpack.evaluate.report import Report
    from ctxpack.store import whatever_was_kept

    def replayed() -> Report:
        outcomes: list[Outcome] = []
        interrupted = False
        history = Replay(view.root, config, store, view.at, config.workers or os.cpu_count() or 1, run.progress)
        try:
            for state in history.views(commits):
                outcomes.append(replay(state, budgets, config.model, compare=compare))
                run.progress("replaying", len(outcomes), commits)
        except KeyboardInterrupt:
            interrupted = True
        return Report(
            config.model, commits, history.looked_at, dict(history.passed), tuple(outcomes), interrupted=interrupted
        )

    with view.store() as store:
        report = whatever_was_kept(store, replayed)
        run.clear()
        run.problems(store.problems)
        return report


def _show(run: Run, report: Report, worst: int) -> None:
    from ctxpack.evaluate.report import heading, table_rows, worst_lines
    from ctxpack.evaluate.summary import rows

    found = heading(report)
    if report.outcomes:
        found += ["", *table(list(table_rows(rows(report.outcomes))), right=(1, 3, 4), gap="   "), "", LEGEND]
    poor = list(worst_lines(report.outcomes, worst))
    if poor:
        found += ["", "worst:", *poor]
    run.show(found)


def _draw(report: Report, file: Path) -> None:
    from ctxpack.evaluate import figure
    from ctxpack.evaluate.summary import rows

    title = f"Share of what {len(report.outcomes):,} commits edited that a pack shows"
    found = rows(report.outcomes)
    if file.suffix.lower() == ".png":
        try:
            figure.png(found, title, file)
        except OSError as error:
            raise click.ClickException(f"cannot write {file}: {error.strerror or error}") from error
    else:
        emit(figure.svg(found, title), file)
