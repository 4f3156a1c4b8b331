"""The program: its verbs, imported when called, and the boundary at which every error becomes a sentence.

Exit codes: 0 done, 1 a negative answer, 2 an error in the call, the settings, the target or the budget (and any
internal error), 3 not finished within the time limit, 130 interrupted. A reader that closes the pipe early is no error.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from ctxpack.cli.talk import NAME, Run, printable
from ctxpack.cli.time_limit import OutOfTimeError
from ctxpack.errors import CtxpackError
from ctxpack.nearest import nearest, perhaps

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

COMPLETION_VARIABLE = "_CTXPACK_COMPLETE"

DONE, NEGATIVE, WRONG, UNFINISHED, INTERRUPTED = 0, 1, 2, 3, 130

_NOT_WRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)

VERBS = (
    "build", "rank", "files", "graph", "impact", "lineage", "schema", "check", "refresh", "eval", "tune", "plan", "mcp",
    "models", "config", "clean",
)  # fmt: skip
"""The verbs; each is the command `verb` in the module `ctxpack.cli.<name>`."""


class Program(click.Group):
    """A click group that imports a verb's module on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which help shows them."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb; None where there is no such verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"ctxpack.cli.{cmd_name}").verb
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb of a command line; raises click.UsageError for an unknown one, with the nearest."""
        wanted = args[0]
        if wanted not in VERBS and not wanted.startswith("-") and not ctx.resilient_parsing:
            near = nearest(wanted.lower(), VERBS, most=2, alike=0.6)
            ctx.fail(f"No such command {wanted!r}{perhaps(near, ' or ')}")
        return super().resolve_command(ctx, args)


def _show_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    if not value or ctx.resilient_parsing:
        return
    from importlib import metadata

    try:
        version = metadata.version("ctxpack-toolkit")
    except metadata.PackageNotFoundError:
        version = "(not installed)"
    click.echo(f"{NAME} {version}")
    ctx.exit()


@click.group(
    cls=Program,
    name=NAME,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="""\b
Examples:
  ctxpack build -t "retry failed payments" > prompt.xml
  ctxpack build src/orders.py --budget 32k --model scout@groq
  ctxpack rank -t "where are refunds decided?"
  ctxpack graph src/orders.py --direction dependents
  ctxpack impact --since main --kind tests

`ctxpack VERB --help` says more about each.""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@click.pass_context
def program(ctx: click.Context) -> None:
    """Pack the part of a repository that a change needs into one prompt within a token budget."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code; `arguments` default to those of the process."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command line, and give its exit code."""
    _ready_streams()
    state = Run()
    try:
        return _invoke(list(arguments), state)
    except BrokenPipeError:
        _drop_output()
        return DONE
    except (KeyboardInterrupt, click.Abort):
        _ignore_interrupts()
        return _sentence(state, "interrupted", INTERRUPTED)
    except OutOfTimeError as error:
        return _sentence(state, str(error), UNFINISHED)
    except (click.ClickException, CtxpackError) as error:
        return _sentence(state, _words(error), WRONG)
    except Exception as error:  # noqa: BLE001 - the one place where an unexpected error becomes a sentence
        return _unexpected(state, error)


def _invoke(arguments: list[str], state: Run) -> int:
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(program, {}, NAME, COMPLETION_VARIABLE, instruction)
    try:
        with program.make_context(NAME, arguments, obj=state) as ctx:
            code = program.invoke(ctx)
    except click.exceptions.Exit as end:
        code = end.exit_code
    sys.stdout.flush()
    return code if isinstance(code, int) else DONE


def _ready_streams() -> None:
    """Set the streams to UTF-8 with plain line feeds in any locale, and replace those that the caller closed.

    Standard input is then empty, messages are lost, and a product that cannot be written is an error.
    """
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO())
    sys.stdout = sys.stdout or io.TextIOWrapper(_Closed(), write_through=True)
    sys.stderr = sys.stderr or _sink()
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")


def _sink() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(io.FileIO(os.devnull, "w")))


class _Closed(io.BufferedIOBase):
    """Standard output where the caller closed it."""

    def __init__(self) -> None:
        """Take the free file number, so that no other file gets that of standard output."""
        self._place = io.FileIO(os.devnull, "w")

    def writable(self) -> bool:
        """Whether there may be attempts to write."""
        return True

    def write(self, raw: ReadableBuffer, /) -> int:
        """Raise OSError for what should be written."""
        if memoryview(raw).nbytes:
            raise OSError(errno.EBADF, "standard output is closed")
        return 0


def _drop_output() -> None:
    """Redirect standard output to the null device, so that flushing at exit does not fail again."""
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
        os.close(sink)
    except (OSError, ValueError):
        return


def _ignore_interrupts() -> None:
    """Ignore further interrupts while the first one is handled."""
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _sentence(state: Run, text: str, code: int) -> int:
    with contextlib.suppress(OSError):
        state.error(text)
    return code


def _words(error: click.ClickException | CtxpackError) -> str:
    if isinstance(error, click.UsageError):
        place = error.ctx.command_path if error.ctx else NAME
        text = error.format_message().rstrip(".")
        return f"{text}{'' if text.endswith('?') else ';'} see '{place} --help'"
    return error.format_message() if isinstance(error, click.ClickException) else str(error)


def _unexpected(state: Run, error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _NOT_WRITABLE:
        _drop_output()
        return _sentence(state, f"cannot write: {error.strerror}", WRONG)
    if state.verbose:
        for line in "".join(traceback.format_exception(error)).splitlines():
            click.echo(printable(line), err=True)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    more = "" if state.verbose else " with the output that -v adds"
    return _sentence(state, f"internal error: {what}; please report it{more}", WRONG)
