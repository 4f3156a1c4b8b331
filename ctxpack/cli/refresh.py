"""`ctxpack refresh`: keeps a committed pack in step with the commit that contains it; the hook `ctxpack-pack`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctxpack.cli import time_limit as limit
from ctxpack.cli.hook_environment import settle_git
from ctxpack.cli.options import (
    Request,
    View,
    complete_path,
    pack_format,
    pack_model,
    present_repository,
    talking,
)
from ctxpack.cli.outputs import NamedOutput, must_not_be_targets, patterns
from ctxpack.cli.subjects import relative_subjects
from ctxpack.cli.talk import Run, emit

if TYPE_CHECKING:
    from ctxpack.config import Config
    from ctxpack.crawl import Staging


@click.command(
    "refresh",
    short_help="Write a committed pack anew, and fail where that changed it.",
    epilog="""\b
Examples:
  ctxpack refresh -o docs/context.md -f markdown -b 16k
  ctxpack refresh -o docs/orders.xml src/orders/ -t "work on orders"

\b
The pack is made of what is staged and not of the work tree, without the
history, so that it is the same before the commit and after it. The exit code
is 1 where the file was changed, or is not staged as it should be.""",
)
@click.argument("subjects", nargs=-1, metavar="[TARGET]...", shell_complete=complete_path)
@click.option("-t", "--task", metavar="TEXT", help="What is to be done, in words.")
@click.option("--task-file", metavar="FILE", help="Read the task from a file.")
@pack_model
@click.option("-b", "--budget", metavar="TOKENS", help="Tokens for the whole pack, never exceeded; auto by default.")
@pack_format
@click.option(
    "-o", "--output", required=True, metavar="FILE",
    type=NamedOutput("refresh compares a pack with the file that holds it: name one, or use ctxpack build"),
    help="The file that holds the pack.",
)  # fmt: skip
@limit.time_limit
@present_repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    subjects: tuple[str, ...],
    task: str | None,
    task_file: str | None,
    model: str | None,
    budget: str | None,
    format_name: str | None,
    output: Path,
    time_limit: float | None,
) -> int:
    """Make a pack as `ctxpack build` does, of what is staged, and write it if it is not what FILE has already."""
    if view.at is not None:
        raise click.UsageError("--at has no meaning here: the pack is made of what is staged")
    settle_git(os.environ, view.root)
    flags = {"model": model, "budget": budget, "format": format_name}
    config = view.staged_config(**flags)
    own = _within(output, view.root)
    if own is not None:
        # The pack must not contain itself.
        must_not_be_targets([own], relative_subjects(subjects, view))
        config = view.staged_config(**flags, extend_exclude=[*config.extend_exclude, *patterns([own])])
    progress = limit.TimeLimit(time_limit, run.progress)
    text = _pack(run, view, config, Request(subjects, task, task_file, False, None, None), progress)
    if _differs(output, text):
        emit(text, output)
        run.say(f"{output} was out of date and is written anew; stage it")
        return 1
    return _settled(run, view, own, text) if own is not None else 0


def _pack(run: Run, view: View, config: Config, request: Request, progress: limit.Progress) -> str:
    """The text of the pack of what is staged."""
    from ctxpack.api import Index
    from ctxpack.store import Store

    store = Store.open(None if view.no_cache else view.cache_directory)
    try:
        with Index.open(
            view.root, staged=True, config=config, store=store, workers=config.workers, progress=progress
        ) as index:
            pack = index.pack(request.target(index, view), model=config.model, budget=config.budget)
            run.clear()
            run.problems(pack.problems)
            return index.render(pack).text
    finally:
        store.close()


def _settled(run: Run, view: View, own: str, text: str) -> int:
    """The exit code for a fresh pack in the work tree: 1 if the staged one is stale, so that a commit would be too."""
    from ctxpack.crawl import open_staging

    staging = open_staging(view.root)
    staged = _staged(staging, own)
    if staged is None and staging.is_ignored(own):
        return 0
    if staged is not None and _same(staged, text):
        return 0
    run.say(f"{own} is up to date, but {'it is not tracked' if staged is None else 'what is staged is not'}: stage it")
    return 1


def _staged(staging: Staging, path: str) -> bytes | None:
    try:
        return staging.after((path,)).read(path)
    except FileNotFoundError:
        return None


def _differs(output: Path, text: str) -> bool:
    try:
        return not _same(output.read_bytes(), text)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise click.ClickException(f"cannot read {output}: {error.strerror or error}") from error


def _same(raw: bytes, text: str) -> bool:
    """Whether a file has this text, ignoring line ends, which git may have converted."""
    return raw.replace(b"\r\n", b"\n") == text.encode("utf-8", "backslashreplace").replace(b"\r\n", b"\n")


def _within(output: Path, root: Path) -> str | None:
    """The path of the pack relative to the root; None where it is outside."""
    place, base = output.resolve(), root.resolve()
    return place.relative_to(base).as_posix() if place.is_relative_to(base) else None
