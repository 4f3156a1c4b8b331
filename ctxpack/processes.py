"""Worker processes: forks where that is safe, else fresh interpreters.

multiprocessing's "spawn" imports the program's main module in every worker, so that a script without a main guard would
run again. The interpreters started here get only the module search path and the function of this package to call, and
never import the main module. They have no standard streams, since those belong to the program.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

__all__ = ["Process", "Progress", "can_fork", "start"]

Work = Callable[..., None]
"""The function that a worker runs: at the top level of a module of this package; gets (connection, progress, ...)."""

_BEGIN = "import json, sys; sys.path[:] = json.load(sys.stdin); from ctxpack import processes; processes.serve()"


class Progress:
    """A counter in shared memory that a worker sets and its parent reads, even after the worker has died."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory

    @property
    def value(self) -> int:
        """The number, 0 at first."""
        return int.from_bytes(self._memory[:8], "little")

    @value.setter
    def value(self, number: int) -> None:
        self._memory[:8] = number.to_bytes(8, "little")


class Process:
    """A running worker process; whoever started it must `end` it."""

    def __init__(self, own: BaseProcess | subprocess.Popen[bytes], connection: Connection, progress: Progress) -> None:
        self._own = own
        self.connection = connection
        self.progress = progress

    def exit_code(self, seconds: float) -> int | None:
        """Wait up to `seconds` for its exit code (a signal is negative); None where it is still running."""
        if isinstance(self._own, subprocess.Popen):
            with suppress(subprocess.TimeoutExpired):
                self._own.wait(seconds)
            return self._own.returncode
        self._own.join(seconds)
        return self._own.exitcode

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self._own.kill()
        if isinstance(self._own, subprocess.Popen):
            self._own.wait()
        else:
            self._own.join()
            self._own.close()
        self.connection.close()


def can_fork() -> bool:
    """Whether workers may be forked: ten times as fast as a fresh interpreter, but safe only with a single thread."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def start(
    work: Work, arguments: Sequence[Any] = (), *, fork: bool, others: Sequence[Connection] = ()
) -> Process | None:
    """Start a process that calls `work(connection, progress, *arguments)`; None where no process can be started.

    With `fork`, which `can_fork` must allow, it inherits everything except `others`: the connections to workers that
    run already. It closes those, because otherwise these workers would never see the end of their connection. Without
    `fork`, the arguments are pickled. Interrupts do not reach the process before it is ready.
    """
    import multiprocessing

    if multiprocessing.current_process().daemon:
        return None
    mine, theirs = multiprocessing.Pipe()
    try:
        with _interrupts_held():
            if fork:
                return _forked(work, arguments, mine, theirs, others)
            return _fresh(work, arguments, mine, theirs)
    except OSError:
        mine.close()
        return None
    finally:
        theirs.close()


# --- forks ---


def _forked(
    work: Work, arguments: Sequence[Any], mine: Connection, theirs: Connection, others: Sequence[Connection]
) -> Process:
    import multiprocessing

    progress = Progress(mmap.mmap(-1, 8))
    inherited = [*others, mine]
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_apart, args=(work, theirs, progress, arguments, inherited), daemon=True)
    process.start()
    return Process(process, mine, progress)


def _apart(
    work: Work, connection: Connection, progress: Progress, arguments: Sequence[Any], inherited: Sequence[Connection]
) -> None:
    for other in inherited:
        other.close()
    work(connection, progress, *arguments)


# --- fresh interpreters ---


class _Ends(NamedTuple):
    """What a fresh interpreter inherits: the handles as command-line words, the Popen options for them, the counter."""

    words: tuple[str, str]
    options: dict[str, Any]
    progress: Progress


def _fresh(work: Work, arguments: Sequence[Any], mine: Connection, theirs: Connection) -> Process:
    if not sys.executable or getattr(sys, "frozen", False):
        raise OSError("there is no interpreter to start")
    # With -P nothing is imported from the current directory, which may be anybody's.
    flags = ["-P", *(["-B"] if sys.dont_write_bytecode else [])]
    with _ends(theirs) as ends:
        own = subprocess.Popen(
            [sys.executable, *flags, "-c", _BEGIN, *ends.words],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **ends.options,
        )  # fmt: skip
    # If this end stayed open here, this process would never notice that the worker died.
    theirs.close()
    process = Process(own, mine, ends.progress)
    try:
        assert own.stdin is not None
        with own.stdin as stdin:
            stdin.write(json.dumps([place for place in sys.path if isinstance(place, str)]).encode("ascii"))
        mine.send((work, tuple(arguments)))
    except OSError:
        process.end()
        raise
    return process


if sys.platform == "win32":

    @contextmanager
    def _ends(theirs: Connection) -> Iterator[_Ends]:
        handle = theirs.fileno()
        name = f"ctxpack-{os.getpid()}-{handle}"
        os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        yield _Ends((str(handle), name), {"startupinfo": startup}, Progress(mmap.mmap(-1, 8, tagname=name)))

    def _handed(handle: str, name: str) -> tuple[Connection, Progress]:
        from multiprocessing.connection import PipeConnection

        return PipeConnection(int(handle)), Progress(mmap.mmap(-1, 8, tagname=name))

else:

    @contextmanager
    def _ends(theirs: Connection) -> Iterator[_Ends]:
        with TemporaryFile() as file:
            file.truncate(8)
            handles = theirs.fileno(), file.fileno()
            words = str(handles[0]), str(handles[1])
            yield _Ends(words, {"pass_fds": handles}, Progress(mmap.mmap(file.fileno(), 8)))

    def _handed(handle: str, file: str) -> tuple[Connection, Progress]:
        from multiprocessing.connection import Connection

        return Connection(int(handle)), Progress(mmap.mmap(int(file), 8))


def serve() -> None:
    """The main function of a fresh interpreter: receives the function and its arguments, and calls it."""
    connection, progress = _handed(*sys.argv[1:3])
    try:
        work, arguments = connection.recv()
    except (EOFError, OSError):
        return
    work(connection, progress, *arguments)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Block interrupts until a new process ignores them; this process gets them a moment later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
