"""`ctxpack clean`: remove the cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ctxpack.cli.options import talking
from ctxpack.cli.talk import Run


@click.command(
    "clean",
    short_help="Remove the cache.",
    epilog="""\b
Examples:
  ctxpack clean
  ctxpack clean --yes --cache-dir .cache/ctxpack""",
)
@click.option("--cache-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where the cache is.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@talking
def verb(run: Run, cache_dir: Path | None, yes: bool) -> int:
    """Remove the files that ctxpack keeps between runs, and no others. They are made again when needed."""
    from ctxpack.store import clear, default_directory

    directory = cache_dir or default_directory(os.environ)
    sizes = _sizes(directory)
    if not sizes:
        run.say(f"there is no cache in {directory}")
        return 0
    if not yes and not _agreed(directory):
        run.say("nothing was removed")
        return 1
    try:
        removed, left = clear(directory)
    except OSError as error:
        raise _unreadable(directory, error) from error
    freed = sum(sizes.get(path.name, 0) for path in removed)
    run.show(str(path) for path in removed)
    if removed or not left:
        run.say(f"removed {len(removed):,} {'file' if len(removed) == 1 else 'files'}, {freed / 1e6:,.1f} MB")
    if left:
        more = f", nor {len(left) - 1:,} more" if len(left) > 1 else ""
        raise click.ClickException(f"could not remove {left[0].path} ({left[0].message}){more}")
    return 0


def _sizes(directory: Path) -> dict[str, int]:
    try:
        with os.scandir(directory) as entries:
            return {entry.name: entry.stat(follow_symlinks=False).st_size for entry in entries}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise _unreadable(directory, error) from error


def _unreadable(directory: Path, error: OSError) -> click.ClickException:
    return click.ClickException(f"cannot read {directory}: {error.strerror or error}")


def _agreed(directory: Path) -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("standard input is no terminal to ask on: give --yes")
    return click.confirm(f"Remove ctxpack's files in {directory}?", err=True)
