"""Where a run writes: files or standard output, never two products in one place, and never an output as an input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a product is written: a file, or standard output where `file` is None."""

    file: Path | None = None

    def __str__(self) -> str:
        return "standard output" if self.file is None else str(self.file)


class OutputFile(click.Path):
    """A file to write, or "-" for standard output; the command gets a `Destination`. A file "-" is called "./-"."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The destination; raises click.BadParameter for a directory."""
        if isinstance(value, Destination):
            return value
        return Destination(None if value == STANDARD_OUTPUT else Path(os.fsdecode(super().convert(value, param, ctx))))


class NamedOutput(click.Path):
    """A file or directory to write that standard output cannot stand for; `why` says why not."""

    def __init__(self, why: str, *, directory: bool = False) -> None:
        super().__init__(path_type=Path, file_okay=not directory, dir_okay=directory)
        self._why = why

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; raises click.BadParameter for "-", and for what is there but of the other kind."""
        if value == STANDARD_OUTPUT:
            self.fail(self._why, param, ctx)
        return super().convert(value, param, ctx)


def must_differ(pack: Destination, manifest: Destination) -> None:
    """Raise click.UsageError where a pack and its manifest would be written to the same place."""
    if pack.file is None and manifest.file is None:
        raise click.UsageError(
            "the pack and the manifest would both go to standard output: give one of them a file, "
            "with -o FILE or --manifest FILE"
        )
    if _same(pack, manifest):
        raise click.UsageError(f"the pack and the manifest would both be written to {manifest}: give each its own file")


def _same(one: Destination, other: Destination) -> bool:
    """Whether two destinations are one file or pipe, by any of its names; a device takes several, as /dev/null does."""
    found, others = _state(one), _state(other)
    if found is not None and others is not None:
        return os.path.samestat(found, others) and not stat.S_ISCHR(found.st_mode)
    if one.file is None or other.file is None:
        return False
    return os.path.realpath(one.file) == os.path.realpath(other.file)


def _state(place: Destination) -> os.stat_result | None:
    """The state of a destination that is there; None where it is not, or the system does not tell."""
    try:
        return os.fstat(sys.stdout.fileno()) if place.file is None else place.file.stat()
    except (OSError, ValueError):
        return None


def redirected() -> Path | None:
    """The file that standard output is redirected to; None where there is none or the system does not tell.

    Never raises: if the file is not known, it is only listed like any other.
    """
    try:
        if not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode):
            return None
        return Path(f"/proc/self/fd/{sys.stdout.fileno()}").readlink()
    except (OSError, ValueError):
        return None


def inside(files: Iterable[Path], root: Path) -> list[str]:
    """Those of the run's own output files that are there and below the root, by their paths relative to it."""
    base = root.resolve()
    places = [file.resolve() for file in files]
    return [place.relative_to(base).as_posix() for place in places if place.is_relative_to(base) and place.exists()]


def patterns(own: Iterable[str]) -> list[str]:
    """Patterns that exclude the run's own output files, so that repeated runs give the same pack.

    A path with a slash at its end is a directory.
    """
    from ctxpack.crawl import escaped

    return [f"/{escaped(path.rstrip('/'))}{'/' if path.endswith('/') else ''}" for path in own]


def must_not_be_targets(own: Iterable[str], subjects: Sequence[str]) -> None:
    """Raise click.UsageError where a TARGET, relative to the root, is an output of this run, or in one.

    Outputs are left out of what is read, so that the reason given would be a setting that nobody made.
    """
    for path in own:
        within = (f"{path.rstrip('/')}/", f"{path}::")
        for subject in subjects:
            if subject == path.rstrip("/") or subject.startswith(within):
                raise click.UsageError(f"{subject} cannot be a TARGET: this run writes its output to {path}")
