"""What is said to people: remarks, problems, progress and tables, with colour where it is wanted.

Names and messages come from repositories that need not be friendly. All text for people goes through `Run.say` or
`Run.show`, which escape whatever is not printable, wherever it goes. Products (a pack, JSON, a graph) go through `emit`
as they are, and without control characters only where they end on a terminal.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ctxpack import writing

if TYPE_CHECKING:
    from ctxpack.model import Problem

Color = Literal["auto", "always", "never"]
Style = Mapping[str, bool | str]
Line = str | Sequence[tuple[str, Style]]
"""A line of text, or the pieces of one, each with how it looks where there is colour."""

NAME = "ctxpack"
SHOWN_PROBLEMS = 5
SHOWN_CHARACTERS = 200
PROGRESS_AFTER = 1.0
PROGRESS_EVERY = 0.1
_LEAST_ROOM = 12
_PARTICULAR = re.compile(r"\S*[/\d]\S*|(['\"`]).*?\1")
"""What differs between messages that say the same of different things: paths, numbers, quoted names."""

_BY_LINES = "; read by lines"
"""Ends what is said of files that no grammar understands, which are of one kind whatever language they are in."""

_CONTROL = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What a terminal may obey and not show; of line ends only one that goes back to the begin of a line."""

_NOT_IN_JSON = re.compile(r"[\x7f-\x9f]")
"""Controls that JSON allows as they are."""


def printable(text: str) -> str:
    """The text with every character escaped that is not printable: controls, line ends, invisible marks."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def bold(text: str) -> Line:
    """A line that is bold where there is colour."""
    return ((text, {"bold": True}),)


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

    def error(self, text: str) -> None:
        """One line on standard error, even if the run is quiet, with the program's name before it."""
        self.clear()
        click.echo(f"{NAME}: {printable(text)}", err=True)

    def problems(self, problems: Sequence[Problem]) -> None:
        """The first few kinds of problems, like ones in one line; or all of them when verbose."""
        groups = [[problem] for problem in problems] if self.verbose else _alike(problems)
        shown = groups if self.verbose else groups[:SHOWN_PROBLEMS]
        whole = [_told(group) for group in shown]
        lines = whole if self.verbose else [cut(line, SHOWN_CHARACTERS) for line in whole]
        for line in lines:
            self.say(line, fg="yellow")
        left = sum(len(group) for group in groups[len(shown) :])
        if left:
            self.say(f"and {left:,} more; -v shows all", fg="yellow")
        elif len(groups) < len(problems) or lines != whole:
            self.say("-v shows all", fg="yellow")

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

    def show(self, lines: Iterable[Line]) -> None:
        """Lines on standard output, for people."""
        shown = [[(line, {})] if isinstance(line, str) else line for line in lines]
        told = ["".join(self._styled(printable(text), err=False, **style) for text, style in line) for line in shown]
        _put("".join(f"{line.rstrip()}\n" for line in told).encode("utf-8", "backslashreplace"))

    def _styled(self, text: str, *, err: bool, **style: bool | str) -> str:
        return click.style(text, **style) if style and self._colored(err) else text  # type: ignore[arg-type]

    def _colored(self, err: bool) -> bool:
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return False
        return (sys.stderr if err else sys.stdout).isatty()


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems in groups that say the same of different files, in the order in which each kind comes first."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.message.endswith(_BY_LINES):
            groups.setdefault(_BY_LINES, []).append(problem)
            continue
        kind = _PARTICULAR.sub("…", problem.message.partition(": ")[0])
        groups.setdefault(kind, []).append(problem)
    return list(groups.values())


def _told(group: Sequence[Problem]) -> str:
    """A problem with its place; or of several alike how many, and the first of them."""
    first = group[0]
    where = ":".join(part for part in (first.path, str(first.line or "")) if part)
    alone = f"{where}: {first.message}" if where else first.message
    if len(group) == 1:
        return alone
    files = len({problem.path for problem in group})
    count = f"{files:,} files" if files == len(group) else f"{len(group):,} places"
    same = all(problem.message == first.message for problem in group)
    return f"{count}: {first.message} (first in {where})" if same and where else f"{count}, such as {alone}"


def emit(text: str, file: Path | None = None) -> None:
    """Write a product: to a file, at once, or to standard output; always UTF-8, line ends as they are.

    Raises click.ClickException where the file cannot be written; it has its old content then.
    """
    if file is None and sys.stdout.isatty():
        text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    raw = text.encode("utf-8", "backslashreplace")
    if file is None:
        _put(raw)
        return
    try:
        writing.write(file, raw)
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror or error}") from error


def emit_json(document: object) -> None:
    """Write one JSON document to standard output."""
    import msgspec

    emit(without_controls(msgspec.json.format(msgspec.json.encode(document), indent=2).decode("utf-8")) + "\n")


def without_controls(text: str) -> str:
    """The same JSON without the control characters that JSON allows as they are."""
    return _NOT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _put(raw: bytes) -> None:
    click.echo(raw, nl=False)


def terminal_width() -> int | None:
    """How many columns a line of standard output has; None where it is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def cut(text: str, room: int) -> str:
    """The text in so many columns, with an ellipsis where something is missing; "" where hardly any is left."""
    if len(text) <= room:
        return text
    return f"{text[: room - 1].rstrip()}…" if room >= _LEAST_ROOM else ""


def headed(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = ""
) -> list[Line]:
    """Rows as aligned lines below a line that says what the columns are; nothing where there is no row."""
    if not rows:
        return []
    first, *others = (indent + line for line in table([head, *rows], right))
    return [bold(first), *others]


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
