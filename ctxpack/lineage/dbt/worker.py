"""Rendering in a process of its own, which may be stopped: a template may loop or grow without end.

One process renders all templates of a project, one after the other. When it is on one for too long, or dies, that one
is read by its tags, and another process goes on with the rest; the results are the same whatever happened to others.
Its memory is limited where the system can do that, and it owns nothing that could be lost.
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
from ctxpack.lineage.dbt.plain import Plain
from ctxpack.lineage.dbt.render import run
from ctxpack.lineage.dbt.session import Session
from ctxpack.lineage.dbt.tags import from_tags
from ctxpack.processes import Process, Progress

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SECONDS = 3
"""Processor time that one template may take."""

_PATIENCE = 20.0
_MEMORY = 1 << 30
_MOST_LOST = 8
_NO_PROCESS = "no process can be had for it here"
_SPENT = "another template of the project took too long too often"


def render_many(settings: RenderSettings, jobs: Sequence[RenderJob], *, seconds: int = SECONDS) -> tuple[Rendered, ...]:
    """What each template gives, in order; `seconds` is how long one may take in the sandbox.

    Templates that need not be run are read in this process. Where no process can be had, the others are read by their
    tags.
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
    """A template to run, with its syntax tree, which can be handed on to a fork but not sent."""

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
    """A process on its way through templates."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.why = ""

    @classmethod
    def started(cls, settings: RenderSettings, left: Sequence[_Work], seconds: int) -> _Worker | None:
        """A process that has begun with the first template; None where this process may not have one."""
        fork = processes.can_fork()
        work = list(left) if fork else [_Work(one.job, None) for one in left]
        process = processes.start(_work, (settings, work, seconds), fork=fork)
        return None if process is None else cls(process)

    def results(self, seconds: int) -> list[Rendered]:
        """The results until all are done or one takes too long; the process is gone afterwards.

        The limit of processor time is the one that counts; that of waiting is for a process that does nothing at all.
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
    """Answer one template after the other."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # What a fork brought along is not looked through for garbage, which would copy it page by page.
    _limit_memory()
    sys.setrecursionlimit(1500)
    session = Session(settings)
    with suppress(EOFError, OSError):
        for job, tree in left:
            _limit_time(seconds)
            connection.send(run(session, job, tree))
        connection.send(None)


def _limit_time(seconds: int) -> None:
    """Have the system end the process when it has used so much more processor time."""
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    except (ImportError, OSError, ValueError):
        return


def _limit_memory() -> None:
    """Allow the process so much more memory than it has now, where the system has such limits."""
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, OSError, ValueError, IndexError):
        return
