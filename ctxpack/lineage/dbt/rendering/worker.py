"""Renders templates in a worker process that can be killed, since a template may loop or grow without end.

One process renders all templates of a project in turn. If it takes too long over one, or dies, that template falls back
to `tags.py`, and a new process continues with the rest; the results of the others are not affected. The memory of the
process is limited where the system supports that, and it holds no state that could be lost.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from jinja2 import nodes

from ctxpack import processes
from ctxpack.datamodel.dbt import Rendered, RenderJob, RenderSettings
from ctxpack.lineage.dbt.rendering.plain import Plain
from ctxpack.lineage.dbt.rendering.render import run
from ctxpack.lineage.dbt.rendering.session import Session
from ctxpack.lineage.dbt.templates.tags import from_tags
from ctxpack.processes import Process, Progress

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SECONDS = 3
"""The CPU seconds that one template may take."""

_PATIENCE = 20.0
_MEMORY = 1 << 30
_MOST_LOST = 8
_NO_PROCESS = "no process can be had for it here"
_SPENT = "another template of the project took too long too often"


def render_many(settings: RenderSettings, jobs: Sequence[RenderJob], *, seconds: int = SECONDS) -> tuple[Rendered, ...]:
    """The results of templates, in order; `seconds` is the CPU time that one may take in the sandbox.

    Static templates are evaluated in this process. If no worker process is available, the others fall back to
    `tags.py`.
    """
    plain = Plain(settings)
    read = [plain.read(job) for job in jobs]
    left = [_Work(job, tree) for job, tree in zip(jobs, read, strict=True) if isinstance(tree, nodes.Template)]
    done = iter(_run_all(settings, left, seconds))
    found = []
    for job, one in zip(jobs, read, strict=True):
        if isinstance(one, nodes.Template):
            found.append(next(done))
        else:
            found.append(from_tags(job, one.why_not) if one.why_not else one)
    return tuple(found)


class _Work(NamedTuple):
    """A template to run, with its syntax tree, which a fork inherits but which cannot be pickled."""

    job: RenderJob
    tree: nodes.Template | None


def _run_all(settings: RenderSettings, left: Sequence[_Work], seconds: int) -> list[Rendered]:
    found: list[Rendered] = []
    lost = 0
    while len(found) < len(left):
        job = left[len(found)].job
        worker = _Worker.started(settings, left[len(found) :], seconds) if lost < _MOST_LOST else None
        if worker is None:
            found.append(_left_out(job, f"was not rendered: {_SPENT if lost else _NO_PROCESS}"))
            continue
        found.extend(worker.results(seconds))
        if len(found) < len(left):
            lost += 1
            found.append(_left_out(left[len(found)].job, worker.why))
    return found


def _left_out(job: RenderJob, why_not: str) -> Rendered:
    return msgspec.structs.replace(from_tags(job, why_not), provisional=True)


class _Worker:
    """A process that renders a list of templates; `why` says why it stopped early."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.why = ""

    @classmethod
    def started(cls, settings: RenderSettings, left: Sequence[_Work], seconds: int) -> _Worker | None:
        """Start a process on the templates; None if this process may not start one."""
        fork = processes.can_fork()
        work = list(left) if fork else [_Work(one.job, None) for one in left]
        process = processes.start(_work, (settings, work, seconds), fork=fork)
        return None if process is None else cls(process)

    def results(self, seconds: int) -> list[Rendered]:
        """The results until all are done or one takes too long; then the process is ended.

        The limit that normally applies is that of CPU time; the one on waiting is for a process that hangs idle.
        """
        found: list[Rendered] = []
        try:
            while True:
                if not self._process.connection.poll(_PATIENCE * seconds):
                    self.why = f"was not rendered: it takes more than {seconds} s"
                    return found
                message = self._process.connection.recv()
                if message is None:
                    return found
                found.append(message)
        except (EOFError, OSError):
            slow = self._process.exit_code(_PATIENCE) == -getattr(signal, "SIGXCPU", 0)
            more = f"takes more than {seconds} s" if slow else "takes too much memory, or ends its process"
            self.why = f"was not rendered: it {more}"
            return found
        finally:
            self._process.end()


def _work(connection: Connection, _: Progress, settings: RenderSettings, left: Sequence[_Work], seconds: int) -> None:
    """The main function of the worker: render the templates in turn and send each result."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # Keeps the garbage collector off the objects inherited by the fork, which would copy their pages.
    _limit_memory()
    sys.setrecursionlimit(1500)
    session = Session(settings)
    with suppress(EOFError, OSError):
        for job, tree in left:
            _limit_time(seconds)
            connection.send(run(session, job, tree))
        connection.send(None)


def _limit_time(seconds: int) -> None:
    """Have the system kill the process after `seconds` more of CPU time."""
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    except (ImportError, OSError, ValueError):
        return


def _limit_memory() -> None:
    """Limit the process to `_MEMORY` bytes more than it uses now, where the system supports that."""
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, OSError, ValueError, IndexError):
        return
