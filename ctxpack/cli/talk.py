"""What is said to people: remarks, problems, progress and tables, with colour where it is wanted.

Names and messages come from repositories that need not be friendly, so whatever is not printable is escaped before it
reaches a terminal. Products for machines (a pack, JSON, a graph) do not pass through here, but through `emit`.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from ctxpack.model import Problem

Color = Literal["auto", "always", "never"]

SHOWN_PROBLEMS = 5
PROGRESS_AFTER = 1.0
PROGRESS_EVERY = 0.1


def printable(text: str) -> str:
    """The text with every character escaped that is not printable: controls, line ends, invisible marks."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


@dataclass(slots=True)
class Run:
    """One run of the program: how it talks, and the line of progress that may stand on the terminal."""

    quiet: bool = False
    verbose: bool = False
    color: Color = "auto"
    clock: Callable[[], float] = time.monotonic
    _started: float = field(default=0.0)
    _drawn: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def say(self, text: str, **style: bool | str) -> None:
        """One line on standard error, unless the run is quiet."""
        if self.quiet:
            return
        self.clear()
        click.echo(self._styled(printable(text), err=True, **style), err=True, color=True)

    def problems(self, problems: Sequence[Problem]) -> None:
        """The first few problems, or all of them when verbose."""
        shown = problems if self.verbose else problems[:SHOWN_PROBLEMS]
        for problem in shown:
            where = ":".join(part for part in (problem.path, str(problem.line or "")) if part)
            self.say(f"{where}: {problem.message}" if where else problem.message, fg="yellow")
        if len(shown) < len(problems):
            self.say(f"and {len(problems) - len(shown):,} more; -v shows all", fg="yellow")

    def progress(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is: only on a terminal, and only once the work takes longer than a second."""
        now = self.clock()
        if self.quiet or now - self._started < PROGRESS_AFTER or now - self._drawn < PROGRESS_EVERY:
            return
        if sys.stderr.isatty():
            self._drawn = now
            sys.stderr.write(f"\r\x1b[K{printable(stage)} {done:,}" + (f" of {total:,}" if total else ""))
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line of progress off the terminal."""
        if self._drawn:
            self._drawn = 0.0
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def styled(self, text: str, **style: bool | str) -> str:
        """The text as it should stand on standard output."""
        return self._styled(text, err=False, **style)

    def _styled(self, text: str, *, err: bool, **style: bool | str) -> str:
        return click.style(text, **style) if style and self._colored(err) else text  # type: ignore[arg-type]

    def _colored(self, err: bool) -> bool:
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return False
        return (sys.stderr if err else sys.stdout).isatty()


def emit(text: str, file: Path | None = None) -> None:
    """Write a product: to a file, or to standard output; always UTF-8, line ends as they are.

    Raises click.FileError where the file cannot be written.
    """
    raw = text.encode("utf-8", "backslashreplace")
    if file is None:
        click.echo(raw, nl=False)
        return
    try:
        file.write_bytes(raw)
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror or error}") from error


def emit_json(document: object) -> None:
    """Write one JSON document to standard output."""
    import msgspec

    emit(msgspec.json.format(msgspec.json.encode(document), indent=2).decode("utf-8") + "\n")


def room_on_terminal(taken: int) -> int | None:
    """Columns that a line of standard output has left beyond those taken, at least 20; None where it is no terminal."""
    if not sys.stdout.isatty():
        return None
    return max(20, shutil.get_terminal_size().columns - taken)


def table(rows: Iterable[Sequence[str]], right: Sequence[int] = (), gap: str = "  ") -> list[str]:
    """Rows as aligned lines; columns whose numbers stand in `right` are flushed right, the last is never padded."""
    cells = [[printable(cell) for cell in row] for row in rows]
    if not cells:
        return []
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    last = len(widths) - 1

    def cell(column: int, text: str) -> str:
        if column in right:
            return text.rjust(widths[column])
        return text if column == last else text.ljust(widths[column])

    return [gap.join(cell(column, text) for column, text in enumerate(row)).rstrip() for row in cells]
