"""`ctxpack tune`: fits the weights of the ranking to the repository's own history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctxpack.cli.options import View, repository, talking
from ctxpack.cli.talk import Run, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxpack.evaluate.tune import Tuning

COMMITS = 150


@click.command(
    "tune",
    short_help="Fit the ranking's weights to the history, and try them on newer commits.",
    epilog="""\b
Examples:
  ctxpack tune
  ctxpack tune --commits 300 --write

\b
The weights are fitted to the older commits and tried on the newer ones, which
the fit has not seen. They are written only with --write, and only if the
newer commits' files come earlier by more than chance would explain. See
docs/evaluation.md.""",
)
@click.option(
    "-n", "--commits", type=click.IntRange(50, 5000), default=COMMITS, show_default=True, metavar="N",
    help="Use the last N commits that are tasks.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Put the weights into the settings, if they are better beyond chance.")
@repository
@talking
def verb(*, run: Run, view: View, commits: int, write: bool) -> int:
    """Fit what the signals of the ranking are worth to the repository's own commits.

    The exit code is 1 where other weights are not better.
    """
    import os

    from ctxpack.evaluate.replay import Replay
    from ctxpack.evaluate.tune import tune
    from ctxpack.store import whatever_was_kept

    config = view.config()
    with view.store() as store:
        workers = config.workers or os.cpu_count() or 1
        found = whatever_was_kept(
            store, lambda: tune(Replay(view.root, config, store, view.at, workers, run.progress), commits, run.progress)
        )
    run.clear()
    run.problems(store.problems)
    run.show(_lines(found))
    if not found.better:
        run.say(_why_not(found))
        return 1
    if write:
        _write(run, view, found)
    else:
        run.say("--write puts these weights into the settings")
    return 0


def _lines(found: Tuning) -> Iterator[str]:
    from ctxpack.evaluate.report import cells_of
    from ctxpack.rank import default_weights
    from ctxpack.rank.adjusted import flat

    if not found.rows:
        return
    yield f"fitted to {found.fitted_on:,} commits up to {found.newest[:12]}, tried on the {found.held_out:,} after them"
    rows = [("", "before", "after", "difference", "95 %")]
    rows += [cells_of(row) for row in found.rows]
    yield from ("", *table(rows, right=(1, 2, 3), gap="   "))
    if found.weights:
        known = flat(default_weights())
        weights = [("weight", "built in", "now", "fitted")]
        weights += [
            (name, f"{known[name]:g}", f"{found.before.get(name, known[name]):g}", f"{worth:g}")
            for name, worth in sorted(found.weights.items())
        ]
        yield from ("", *table(weights, right=(1, 2, 3), gap="   "))


def _why_not(found: Tuning) -> str:
    if not found.rows:
        from ctxpack.evaluate.tune import LEAST

        tasks = found.fitted_on + found.held_out
        return (
            f"too few commits are tasks, so nothing was fitted: the history has {tasks:,}, and at least {LEAST} are "
            f"needed to fit weights to and {LEAST} newer ones to try them on"
        )
    if found.after == dict(found.before):
        return "the settings have these weights already"
    return "not better than chance would make it; the settings stay as they are"


def _write(run: Run, view: View, found: Tuning) -> None:
    from ctxpack.errors import ConfigError
    from ctxpack.evaluate.weights_file import place, write

    remark = f"on {found.fitted_on} commits up to {found.newest[:12]}."
    try:
        file = write(view.root, found.weights, remark, found.kept)
    except ConfigError as error:
        raise ConfigError(f"{place(view.root).name} is left as it is, since {error}") from error
    kept = f"; your own {', '.join(sorted(found.kept))} stay, since tune does not fit them" if found.kept else ""
    run.say(f"{file.name} has the weights now{kept}")
