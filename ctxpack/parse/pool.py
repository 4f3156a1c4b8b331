"""Parsing in worker processes: tree-sitter holds the interpreter's lock, so only processes run side by side.

The second reason is that a grammar may take minutes over a hostile file, or crash, and can be stopped only from
outside. A worker that is over its time, or that dies, costs the one file it was on, which is then read by lines; the
facts of all others are the same whatever the number of workers.

What counts is the processor's time, which a worker limits for itself, so that it does not depend on what else the
machine does how a file is read. The time that passes is limited too, but widely.

Results travel, and are kept by a store, as MessagePack: the process that asked copies bytes, and decodes only what it
looks at. A worker owns nothing that could be lost, so that killing it is the one way in which it ends.
"""

from __future__ import annotations

import gc
import re
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ctxpack import naming, processes
from ctxpack.model import FileFacts, LexicalDocument, Parsed, Problem, Reference
from ctxpack.parse import languages, lines, parse, treesitter
from ctxpack.parse.source import Source
from ctxpack.processes import Process, Progress

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["Encoded", "Job", "parse_many"]

_BATCH = 150_000
"""Characters handed to a worker at once: some 60 ms of work, against 0.5 ms for the way there and back."""

_START_SECONDS = 30.0
"""What a new process may take to begin, on top of the limit for a file."""

_PATIENCE = 20
"""How many times its limit of processor time may pass before a file is given up: the machine may be busy."""

_SHOWN = 160
"""Characters of an error's text that are told."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

_MOST_FAILURES = 3
"""Workers lost in a row without having begun a file, after which processes are taken not to work here."""

_TIMED = hasattr(signal, "setitimer")
"""Whether the system can end a process that has worked for some time; elsewhere the time that passes counts."""

_encode = msgspec.msgpack.Encoder().encode
_FACTS = msgspec.msgpack.Decoder(FileFacts)
_REFERENCES = msgspec.msgpack.Decoder(tuple[Reference, ...])
_WORDS = msgspec.msgpack.Decoder(tuple[LexicalDocument, ...])
_NAMES = msgspec.msgpack.Decoder(tuple[str, ...])
_REPLY = msgspec.msgpack.Decoder(list[tuple[bytes, bytes, bytes, bytes, bytes, bool]])


class Job(NamedTuple):
    """A text to parse; `key` is what its result is returned by, and means nothing here.

    Without `references` those may be left out; with `alone` all else may, so that nothing else is to be kept.
    """

    key: str
    text: str
    language: str
    references: bool = True
    alone: bool = False


class Encoded(NamedTuple):
    """What `parse` found, as MessagePack, fit to be kept in a store as it is: `store.put(kind, key, result.facts)`.

    `facts` are those without the references, which are by far the most and wanted by the linker alone; these are empty
    (no encoded value at all) where they were left out. `names` are those that it uses; `problems` are
    those of the facts. `provisional` says that they are not all that the text says: the parser failed, ran out of
    memory, or was killed, which another day it might not be. `overdue` says so too, of a text that takes more of the
    processor's time than it may, which it will another day.
    """

    facts: msgspec.Raw
    references: msgspec.Raw
    words: msgspec.Raw
    names: msgspec.Raw
    problems: msgspec.Raw
    provisional: bool = False
    overdue: bool = False

    def decode_facts(self) -> FileFacts:
        """The facts without the references."""
        return _FACTS.decode(self.facts)

    def decode(self) -> Parsed:
        """Facts and words, equal to what `parse` returns."""
        whole = self.references != msgspec.Raw(b"")
        references = _REFERENCES.decode(self.references) if whole else ()
        facts = msgspec.structs.replace(self.decode_facts(), references=references)
        return Parsed(facts, _WORDS.decode(self.words), _NAMES.decode(self.names), whole)


def parse_many(jobs: Iterable[Job], *, workers: int, seconds: float = 10.0) -> Iterator[tuple[str, Encoded]]:
    """Parse every job and yield (key, result) for each, in no particular order.

    `jobs` is consumed as the work goes on, a few batches ahead. `workers` is the largest number of processes; 0
    parses in this process, without any limit of time, as does a system that allows no processes. `seconds` is how
    much of the processor's time one file may take; where it takes that with its references, it is tried without, and
    these come back as left out. When the iterator is closed, or an exception passes through it, the workers are gone
    before it returns.
    """
    for results in _in_order_of_arrival(jobs, workers, seconds):
        yield from results


_Results = list[tuple[str, Encoded]]


def _in_order_of_arrival(jobs: Iterable[Job], workers: int, seconds: float) -> Iterator[_Results]:
    batches = _batches(jobs)
    left: Iterable[list[Job]] = ()
    if workers > 0:
        crew = _Crew(workers, seconds)
        try:
            yield from crew.run(batches)
        finally:
            crew.end()
        left = crew.waiting
    for batch in chain(left, batches):
        yield [(job.key, _encoded(_read(*job[1:]))) for job in batch]


def _batches(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    batch: list[Job] = []
    size = 0
    for job in jobs:
        batch.append(job)
        size += len(job.text)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_Reply = tuple[bytes, bytes, bytes, bytes, bytes, bool]
"""The fields of `Encoded` as they travel."""


def _encoded(reply: _Reply, *, overdue: bool = False) -> Encoded:
    facts, references, words, names, problems = map(msgspec.Raw, reply[:5])
    return Encoded(facts, references, words, names, problems, reply[5] and not overdue, overdue)


# --- in either process ---


def _read(text: str, language: str, references: bool = True, alone: bool = False) -> _Reply:
    """Parse one text, come what may: the one place where a fault of a parser becomes a problem of its file."""
    try:
        parsed = parse(text, language, references=references, alone=alone)
    except Exception as error:  # noqa: BLE001 - whatever a grammar, a query or a hook raises concerns this file alone
        return _read_by_lines(text, language, f"could not be parsed ({_said(error)}); read by lines")
    return _reply(parsed)


def _said(error: Exception) -> str:
    """What an error is and says, in one line that is the same in every process."""
    text = _ADDRESS.sub("", " ".join(str(error).split()))
    name = type(error).__name__
    return f"{name}: {text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}" if text else name


def _read_by_lines(text: str, language: str, message: str) -> _Reply:
    """The plainest reading, without any pattern of the language: what failed in a worker must not fail here again.

    It is provisional: a fault of this program, like a want of time or memory, may be gone another day.
    """
    parsed = lines.parse(Source(text), languages.by_name("text"))
    facts = msgspec.structs.replace(
        parsed.facts, language=languages.by_name(language).name, problems=(Problem("", message),)
    )
    return _reply(Parsed(facts, parsed.documents, naming.used(facts)), provisional=True)


def _reply(parsed: Parsed, *, provisional: bool = False) -> _Reply:
    facts = msgspec.structs.replace(parsed.facts, references=())
    references = _encode(parsed.facts.references) if parsed.whole else b""
    others = (parsed.documents, parsed.names, facts.problems)
    words, names, problems = map(_encode, others)
    return _encode(facts), references, words, names, problems, provisional


# --- in a worker ---


def _work(connection: Connection, progress: Progress) -> None:
    """Answer batches until the other end is closed, be it because the parent is no more.

    `progress.value` is the number of files begun, of the batch at hand; one more than it has when all are done.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # What came along is no garbage, and parsing makes many objects but no cycles: looking for them is in vain.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    if _TIMED:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    try:
        while True:
            reply = []
            seconds, jobs = connection.recv()
            for job in jobs:
                progress.value += 1
                _end_after(seconds)
                reply.append(_read(*job))
            _end_after(0.0)
            progress.value += 1
            connection.send_bytes(_encode(reply))
    except (EOFError, OSError):
        return


def _end_after(seconds: float) -> None:
    """Have this process ended once it has worked for so long from now on; 0 for never.

    The signal's own action ends it even inside of native code, which no handler of Python's would.
    """
    if _TIMED:
        signal.setitimer(signal.ITIMER_PROF, seconds)


# --- in the parent ---


@dataclass(slots=True)
class _Worker:
    process: Process
    batch: list[Job] = field(default_factory=list)
    seen: int = 0
    waited: float = 0.0

    def give(self, batch: list[Job], seconds: float) -> None:
        """Hand out a batch, of which each file may take `seconds`; it is this worker's even where it cannot be sent."""
        self.batch, self.seen, self.waited = batch, 0, 0.0
        self.process.progress.value = 0
        with suppress(OSError):
            self.process.connection.send((seconds, [tuple(job[1:]) for job in batch]))

    def overdue(self, passed: float, seconds: float) -> bool:
        """Whether, `passed` seconds later, it has been on the same file for longer than it may."""
        begun = self.process.progress.value
        self.waited = self.waited + passed if begun == self.seen else 0.0
        self.seen = begun
        return self.waited >= (seconds if begun else seconds + _START_SECONDS)

    def has_worked_too_long(self) -> bool:
        """Whether this worker, which is gone, was ended for the time that it worked on one file."""
        return _TIMED and self.process.exit_code(1.0) == -signal.SIGPROF


class _Crew:
    """The workers of one call, started as work comes in.

    A batch is sent only to a worker that has answered the one before, so that neither side ever writes while the
    other does; the next batch is made ready meanwhile.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self.waiting: deque[list[Job]] = deque()
        self._workers: list[_Worker] = []
        self._size, self._seconds = size, seconds
        self._failures = 0

    def run(self, batches: Iterator[list[Job]]) -> Iterator[_Results]:
        """Work until all is done, or until processes prove not to work here, with the rest left in `waiting`."""
        while True:
            self._hand_out(batches)
            busy = [worker for worker in self._workers if worker.batch]
            if not busy:
                return
            yield from self._collect(busy)

    def end(self) -> None:
        """End all workers at once."""
        while self._workers:
            self._workers.pop().process.end()

    def _hand_out(self, batches: Iterator[list[Job]]) -> None:
        while self.waiting or self._fetch(batches):
            worker = self._idle()
            if worker is None:
                return
            worker.give(self.waiting.popleft(), self._seconds)

    def _fetch(self, batches: Iterator[list[Job]]) -> bool:
        self.waiting.extend(islice(batches, 1))
        return bool(self.waiting)

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if not worker.batch:
                return worker
        if len(self._workers) == self._size or self._failures >= _MOST_FAILURES:
            return None
        if processes.can_fork():
            _prepare(self.waiting[0])
        started = _started([worker.process.connection for worker in self._workers])
        if started is None:
            self._failures = _MOST_FAILURES
        else:
            self._workers.append(started)
        return started

    def _collect(self, busy: list[_Worker]) -> Iterator[_Results]:
        """The answers that are there, after a short wait for the first.

        Only time spent waiting here counts against a worker, and little of that at once: what the caller, or the
        whole machine, slept through is no fault of a file.
        """
        from multiprocessing.connection import wait

        tick = min(0.25, self._seconds / 8)
        limit = self._seconds * (_PATIENCE if _TIMED else 1)
        began = time.monotonic()
        ready = wait([worker.process.connection for worker in busy], tick)
        passed = min(time.monotonic() - began, 2 * tick)
        for worker in busy:
            if worker.process.connection in ready:
                yield self._received(worker)
            elif worker.overdue(passed, limit):
                yield self._lost(worker, f"was not parsed within {limit:g} s", worker.seen)

    def _received(self, worker: _Worker) -> _Results:
        try:
            reply = _REPLY.decode(worker.process.connection.recv_bytes())
        except (EOFError, OSError, msgspec.DecodeError):
            if worker.has_worked_too_long():
                return self._lost(worker, f"took longer than {self._seconds:g} s to parse", overdue=True)
            return self._lost(worker, "crashed its parser")
        batch, worker.batch, self._failures = worker.batch, [], 0
        return [(job.key, _encoded(found)) for job, found in zip(batch, reply, strict=True)]

    def _lost(self, worker: _Worker, why: str, seen: int | None = None, *, overdue: bool = False) -> _Results:
        """End a worker, give up the file it was on, and put back the others of its batch.

        The file is blamed only if the worker is still on the one `seen`; None blames the one it died of.
        """
        self._workers.remove(worker)
        worker.process.end()
        begun, batch = worker.process.progress.value, worker.batch
        blamed = batch[begun - 1 : begun] if begun and seen in {None, begun} else []
        rest = batch[: begun - 1] + batch[begun:] if blamed else batch
        if rest:
            self.waiting.appendleft(rest)
        self._failures += not blamed
        if overdue and blamed and blamed[0].references and not blamed[0].alone:
            # So it is read alike whether its references are wanted at once or later on.
            self.waiting.appendleft([blamed[0]._replace(references=False)])
            return []
        return [(job.key, _given_up(job, why, overdue=overdue)) for job in blamed]


def _given_up(job: Job, why: str, *, overdue: bool) -> Encoded:
    message = f"{why}; {'what it uses is not known' if job.alone else 'read by lines'}"
    return _encoded(_read_by_lines(job.text, job.language, message), overdue=overdue)


def _started(others: Sequence[Connection]) -> _Worker | None:
    """A new worker, None where this process may not have one; `others` are the connections to the present ones."""
    process = processes.start(_work, fork=processes.can_fork(), others=others)
    return None if process is None else _Worker(process)


def _prepare(batch: Iterable[Job]) -> None:
    """Make here, once, what every worker would make for itself: the parsers and queries of these languages."""
    for name, whole in dict.fromkeys((job.language, job.references) for job in batch):
        language = languages.by_name(name)
        if language.grammar:
            try:
                treesitter.prepare(language, leaves=whole)
            except Exception:  # noqa: BLE001 - it fails again where a text is read, and is told there
                continue
