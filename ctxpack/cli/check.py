"""`ctxpack check`: reports code that the staged changes break without touching it; for people, hooks and CI."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ctxpack.cli import time_limit as limit
from ctxpack.cli.hook_environment import settle_git
from ctxpack.cli.options import Number, View, present_repository, talking
from ctxpack.cli.talk import Run, emit_json

if TYPE_CHECKING:
    from ctxpack.check import Report
    from ctxpack.config import Config
    from ctxpack.model import Problem

FORMATS = ("text", "json", "github", "sarif")


@click.command(
    "check",
    short_help="Fail where what is staged breaks users that it does not touch.",
    epilog="""\b
Examples:
  ctxpack check
  ctxpack check --since origin/main --format github
  ctxpack check --fail-confidence 0.95 -C services/api

\b
Only the index is read, never the work tree, and neither is written to. The
exit code is 1 where something fails; what is less sure is a warning and does
not, and where nothing is staged nothing fails. A comment "ctxpack: ignore" on
a line that uses it lets a break pass, and so does "ctxpack: ignore[NAME]"
anywhere in the file where NAME stood.""",
)
@click.option("--since", metavar="REV", help="Compare with this revision and not with HEAD.")
@click.option("-f", "--format", "format_name", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-confidence", type=Number(0, 1), metavar="X",
    help="Fail where a use is at least so sure.  [default: 0.9]",
)  # fmt: skip
@limit.time_limit
@present_repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    since: str | None,
    format_name: str,
    fail_confidence: float | None,
    time_limit: float | None,
) -> int:
    """Compare the staged content with HEAD, and list what it breaks elsewhere.

    A definition, parameter, file, table or column that is gone, renamed or changed is looked for in the links of the
    whole repository; what counts are users in lines that the commit leaves as they are.
    """
    if view.at is not None:
        raise click.UsageError("--at has no meaning here: it is the index that is checked; --since says against what")
    settle_git(os.environ, view.root)
    progress = limit.TimeLimit(time_limit, run.progress)
    report, of_cache = _report(view, view.staged_config(check_fail_confidence=fail_confidence), since, progress)
    run.clear()
    _show(run, report, format_name)
    run.problems((*report.problems, *of_cache))
    return 1 if report.failing else 0


def _report(
    view: View, config: Config, since: str | None, progress: limit.Progress
) -> tuple[Report, tuple[Problem, ...]]:
    """The report, and the problems of the cache.

    Nothing else is asked of the opened `Index`, since that would read the work tree.
    """
    from ctxpack.api import Index

    store = view.store()
    try:
        with Index.open(view.root, config=config, store=store, workers=config.workers, progress=progress) as index:
            return index.check(since=since), store.problems
    finally:
        store.close()


def _show(run: Run, report: Report, format_name: str) -> None:
    from ctxpack.check import report as shown

    if format_name == "json":
        emit_json(shown.document(report))
    elif format_name == "sarif":
        emit_json(shown.sarif(report))
    elif format_name == "github":
        run.show(shown.github(report))
    else:
        run.show(shown.text(report))
    if not report.base:
        run.say("there is no commit yet, so nothing can break")
    else:
        run.say(shown.summary(report))
