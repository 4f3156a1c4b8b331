"""Output: messages, problems, progress and tables for people, with optional colour; and products (packs, JSON).

Names and messages come from repositories that are not trusted. All text for people goes through `Run.say` or
`Run.show`, which escape everything that is not printable. Products (a pack, JSON, a graph) go through `emit` unchanged;
control characters are escaped in them only when they are written to a terminal.
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
"""A line of text, or its pieces, each with its style for coloured output."""

NAME = "ctxpack"
SHOWN_PROBLEMS = 5
SHOWN_CHARACTERS = 200
PROGRESS_AFTER = 1.0
PROGRESS_EVERY = 0.1
_LEAST_ROOM = 12
_PARTICULAR = re.compile(r"\S*[/\d]\S*|(['\"`]).*?\1")
"""The parts in which messages of the same kind differ: paths, numbers, quoted names."""

_CONTROL = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that a terminal may act on instead of showing; also a carriage return without a line feed."""

_NOT_IN_JSON = re.compile(r"[\x7f-\x9f]")
"""Control characters that JSON allows unescaped."""


def printable(text: str) -> str:
    """The text with all characters escaped that are not printable: control characters, line ends, invisible marks."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def bold(text: str) -> Line:
    """A line that is bold where there is colour."""
    return ((text, {"bold": True}),)


@dataclass(slots=True)
class Run:
    """The output settings of one run of the program, and the state of its progress line."""

    quiet: bool = False
    verbose: bool = False
    color: Color = "auto"
    clock: Callable[[], float] = time.monotonic
    _started: float = field(default=0.0)
    _drawn: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def say(self, text: str, **style: bool | str) -> None:
        """Print one line on standard error, unless the run is quiet."""
        if self.quiet:
            return
        self.clear()
        click.echo(self._styled(printable(text), err=True, **style), err=True, color=True)

    def error(self, text: str) -> None:
        """Print one line on standard error, prefixed with the program's name, even if the run is quiet."""
        self.clear()
        click.echo(f"{NAME}: {printable(text)}", err=True)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Print problems: the first few kinds, one line each; or every problem if verbose."""
        groups = [[problem] for problem in problems] if self.verbose else _alike(problems)
        shown = groups if self.verbose else groups[:SHOWN_PROBLEMS]
        whole = [_described(group) for group in shown]
        lines = whole if self.verbose else [cut(line, SHOWN_CHARACTERS) for line in whole]
        for line in lines:
            self.say(line, fg="yellow")
        left = sum(len(group) for group in groups[len(shown) :])
        if left:
            self.say(f"and {left:,} more; -v shows all", fg="yellow")
        elif len(groups) < len(problems) or lines != whole:
            self.say("-v shows all", fg="yellow")

    def progress(self, stage: str, done: int, total: int) -> None:
        """Show the progress of a stage: only on a terminal, and only once the run takes longer than a second."""
        now = self.clock()
        if self.quiet or now - self._started < PROGRESS_AFTER or now - self._drawn < PROGRESS_EVERY:
            return
        if sys.stderr.isatty():
            self._drawn = now
            sys.stderr.write(f"\r\x1b[K{printable(stage)} {done:,}" + (f" of {total:,}" if total else ""))
            sys.stderr.flush()

    def clear(self) -> None:
        """Erase the progress line."""
        if self._drawn:
            self._drawn = 0.0
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, lines: Iterable[Line]) -> None:
        """Print lines on standard output, for people."""
        shown = [[(line, {})] if isinstance(line, str) else line for line in lines]
        styled = ["".join(self._styled(printable(text), err=False, **style) for text, style in line) for line in shown]
        _put("".join(f"{line.rstrip()}\n" for line in styled).encode("utf-8", "backslashreplace"))

    def _styled(self, text: str, *, err: bool, **style: bool | str) -> str:
        return click.style(text, **style) if style and self._colored(err) else text  # type: ignore[arg-type]

    def _colored(self, err: bool) -> bool:
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return False
        return (sys.stderr if err else sys.stdout).isatty()


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems grouped by kind (the message without its particulars), in the order of the first of each kind."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        kind = _PARTICULAR.sub("…", problem.message.partition(": ")[0])
        groups.setdefault(kind, []).append(problem)
    return list(groups.values())


def _described(group: Sequence[Problem]) -> str:
    """A line for a group of problems: the problem with its place, or for several how many and the first."""
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
    """Write a product to a file (atomically) or to standard output; always UTF-8, line ends unchanged.

    Raises click.ClickException where the file cannot be written; its old content is kept then.
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
    """The same JSON with all control characters escaped, also those that JSON allows unescaped."""
    return _NOT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _put(raw: bytes) -> None:
    click.echo(raw, nl=False)


def terminal_width() -> int | None:
    """The width of the terminal in columns; None where standard output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def cut(text: str, room: int) -> str:
    """The text truncated to `room` columns, with an ellipsis; "" where the room is too small for anything."""
    if len(text) <= room:
        return text
    return f"{text[: room - 1].rstrip()}…" if room >= _LEAST_ROOM else ""


def headed(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = ""
) -> list[Line]:
    """Rows as aligned lines below a header line; [] where there is no row."""
    if not rows:
        return []
    first, *others = (indent + line for line in table([head, *rows], right))
    return [bold(first), *others]


def table(rows: Iterable[Sequence[str]], right: Sequence[int] = (), gap: str = "  ") -> list[str]:
    """Rows as aligned lines; columns with an index in `right` are right-aligned, the last column is never padded."""
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
