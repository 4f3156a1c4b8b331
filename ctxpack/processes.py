"""Processes that work for this one: forks where that is safe, or else interpreters of our own.

The standard way to a fresh interpreter imports the main module of the program once more, so that a script whose top
level stands in no guard would run again in every worker. Ours are told where modules are and which function of the
package to call, and nothing of the program that uses the package: its main module runs once, whichever thread asks.
They have no standard streams, which are the program's.
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
"""What a process does: a function at the top of a module of this package, of a connection, a progress, and more."""

_BEGIN = "import json, sys; sys.path[:] = json.load(sys.stdin); from ctxpack import processes; processes.serve()"


class Progress:
    """A number that a process tells the one that started it, at no cost, and even where it dies."""

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
    """A process at work; whoever started it ends it."""

    def __init__(self, own: BaseProcess | subprocess.Popen[bytes], connection: Connection, progress: Progress) -> None:
        self._own = own
        self.connection = connection
        self.progress = progress

    def exit_code(self, seconds: float) -> int | None:
        """What it ended with, a signal as a negative number; None where it has not ended in so many seconds."""
        if isinstance(self._own, subprocess.Popen):
            with suppress(subprocess.TimeoutExpired):
                self._own.wait(seconds)
            return self._own.returncode
        self._own.join(seconds)
        return self._own.exitcode

    def end(self) -> None:
        """End it at once, whatever it does, and wait until it is gone."""
        self._own.kill()
        if isinstance(self._own, subprocess.Popen):
            self._own.wait()
        else:
            self._own.join()
            self._own.close()
        self.connection.close()


def can_fork() -> bool:
    """Whether new processes may be forks: ten times as fast as an interpreter, safe where no thread holds a lock."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def start(
    work: Work, arguments: Sequence[Any] = (), *, fork: bool, others: Sequence[Connection] = ()
) -> Process | None:
    """A process that calls `work(connection, progress, *arguments)`; None where this one may not have another.

    With `fork`, which `can_fork` must allow, it has all that this one has, but for the `others`: the connections to
    processes that run already, which it closes, since those would never see their end closed otherwise. Without, the
    arguments are pickled. Interrupts do not reach it before it has begun.
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
    """What a fresh interpreter is handed: words of its command line that name it, options that let it through."""

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
    # Held open here, its end would keep this process from ever seeing that it died.
    theirs.close()
    process = Process(own, mine, ends.progress)
    try:
        assert own.stdin is not None
        with own.stdin as told:
            told.write(json.dumps([place for place in sys.path if isinstance(place, str)]).encode("ascii"))
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
    """Be such an interpreter: call the function that is sent, and end."""
    connection, progress = _handed(*sys.argv[1:3])
    try:
        work, arguments = connection.recv()
    except (EOFError, OSError):
        return
    work(connection, progress, *arguments)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep an interrupt from reaching a process before it ignores them; it reaches this one a moment later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
