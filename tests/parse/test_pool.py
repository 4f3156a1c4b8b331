"""Workers give what `parse` gives, lose one file at most to a hang or a crash, and never outlive their use."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from ctxpack.parse import parse, pool
from ctxpack.parse.pool import Job, parse_many

CODE = "import os\n\n\ndef f(a):\n    return os.path.join(a)\n"
forking = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="patches reach forks alone")


def jobs(count, size=1):
    return [Job(f"{i:04}", f"# {i}\n{CODE * size}", "python") for i in range(count)]


def misbehave(text, language, **given):
    """The parser, but for texts that say otherwise."""
    if "HANG" in text:
        time.sleep(60)
    if "WORK" in text or ("REFERENCES" in text and given.get("references")):
        until = time.process_time() + 60
        while time.process_time() < until:
            pass
    if "WAIT" in text:
        time.sleep(1.0)
    if "CRASH" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "RAISE" in text:
        raise RecursionError("so deep\nin <object at 0x7f3a>")
    return parse(text, language, **given)


def problems(results):
    return {key: [problem.message for problem in result.decode_facts().problems] for key, result in results.items()}


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_the_results_are_those_of_parse_whatever_the_number_of_workers(workers):
    given = [*jobs(40), Job("text", "one\ntwo\n", "text"), Job("odd", "x = '\udce9'\n", "python")]
    given.append(Job("", "", "python"))
    results = list(parse_many(given, workers=workers))
    assert sorted(key for key, _ in results) == sorted(job.key for job in given)
    assert {key: result.decode() for key, result in results} == {
        job.key: parse(job.text, job.language) for job in given
    }


def test_references_may_be_left_out_or_read_alone_and_nothing_else_changes():
    given = [Job("code", CODE, "python"), Job("text", "one two", "text")]
    whole, facts, references = (
        dict(parse_many([job._replace(references=r, alone=a) for job in given], workers=0))
        for r, a in ((True, False), (False, False), (True, True))
    )
    assert facts["code"] == whole["code"]._replace(references=msgspec.Raw(b""))
    assert references["code"].references == whole["code"].references
    assert facts["text"] == whole["text"]


def test_references_are_kept_apart_from_the_facts():
    (_, result), *_ = parse_many(jobs(1), workers=0)
    assert result.decode_facts().references == ()
    assert [reference.name for reference in result.decode().facts.references] == ["os", "path", "join"]


def test_large_and_small_files_are_batched_and_all_come_back():
    given = [*jobs(12, size=1000), Job("big", CODE * 3000, "python"), *jobs(300)]
    results = list(parse_many(given, workers=2))
    assert sorted(key for key, _ in results) == sorted(job.key for job in given)
    assert 4 <= len(list(pool._batches(given))) <= 20


def test_jobs_are_taken_only_a_few_batches_ahead():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield Job(str(taken), CODE * 1000, "python")

    results = parse_many(endless(), workers=2)
    for _ in range(10):
        next(results)
    results.close()
    assert taken < 40


def test_nothing_to_do_starts_nothing(monkeypatch):
    monkeypatch.setattr(pool, "_started", lambda others: pytest.fail("started a worker"))
    assert list(parse_many([], workers=4)) == []


def test_little_work_starts_one_worker(monkeypatch):
    started = []
    real = pool._started
    monkeypatch.setattr(pool, "_started", lambda others: started.append(1) or real(others))
    assert len(list(parse_many(jobs(20), workers=4))) == 20
    assert len(started) == 1


@forking
@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_over_its_time_is_read_by_lines_and_the_others_are_not(monkeypatch, workers):
    monkeypatch.setattr(pool, "parse", misbehave)
    given = jobs(12)
    given[5] = Job("work", "x = 1  # WORK\ny = 2\n", "python")
    results = dict(parse_many(given, workers=workers, seconds=0.4))
    assert len(results) == 12
    said = problems(results)
    assert said.pop("work") == ["took longer than 0.4 s to parse; read by lines"]
    assert set(map(tuple, said.values())) == {()}
    assert results["work"].decode_facts().lines == 2
    assert [key for key, result in results.items() if result.overdue] == ["work"]
    assert not any(result.provisional for result in results.values())
    assert results["0006"].decode() == parse(given[6].text, "python")


@forking
def test_the_time_that_passes_counts_only_where_it_is_much_more(monkeypatch):
    monkeypatch.setattr(pool, "parse", misbehave)
    given = [Job("wait", "x = 1  # WAIT\n", "python"), Job("hang", "x = 1  # HANG\n", "python"), *jobs(3)]
    monkeypatch.setattr(pool, "_PATIENCE", 10)
    results = dict(parse_many(given, workers=1, seconds=0.2))
    assert {key: found for key, found in problems(results).items() if found} == {
        "hang": ["was not parsed within 2 s; read by lines"]
    }
    assert [key for key, result in results.items() if result.provisional] == ["hang"]


@forking
def test_a_file_whose_references_take_too_long_is_read_without_them(monkeypatch):
    monkeypatch.setattr(pool, "parse", misbehave)
    text = "def f():  # REFERENCES\n    return g()\n"
    given = [Job("whole", text, "python"), Job("facts", text, "python", references=False), *jobs(3)]
    results = dict(parse_many(given, workers=1, seconds=0.3))
    assert results["whole"] == results["facts"]
    assert results["whole"].references == msgspec.Raw(b"")
    assert [one.name for one in results["whole"].decode_facts().definitions] == ["f"]
    (alone,) = dict(parse_many([Job("alone", text, "python", alone=True)], workers=1, seconds=0.3)).values()
    assert (alone.overdue, alone.decode().facts.references) == (True, ())
    assert problems({"alone": alone}) == {"alone": ["took longer than 0.3 s to parse; what it uses is not known"]}


@forking
def test_a_worker_that_dies_costs_the_file_it_was_on(monkeypatch):
    monkeypatch.setattr(pool, "parse", misbehave)
    given = jobs(60, size=200)
    for place in (0, 20, 21, 59):
        given[place] = Job(f"crash{place}", "CRASH\n", "python")
    results = dict(parse_many(given, workers=2))
    said = problems(results)
    assert sorted(key for key in said if said[key]) == ["crash0", "crash20", "crash21", "crash59"]
    assert said["crash20"] == ["crashed its parser; read by lines"]
    assert results["crash20"].provisional and not results["0001"].provisional
    assert len(results) == 60


@forking
@pytest.mark.parametrize("workers", [0, 1])
def test_a_parser_that_raises_costs_its_file(monkeypatch, workers):
    monkeypatch.setattr(pool, "parse", misbehave)
    results = dict(parse_many([Job("bad", "RAISE", "python"), *jobs(3)], workers=workers))
    assert problems(results)["bad"] == ["could not be parsed (RecursionError: so deep in <object>); read by lines"]
    assert results["bad"].provisional and not results["0001"].provisional
    assert len(results) == 4


def test_where_no_process_can_be_started_this_one_parses(monkeypatch):
    monkeypatch.setattr(pool, "_started", lambda others: None)
    assert len(list(parse_many(jobs(5), workers=2))) == 5


@forking
def test_where_every_worker_dies_at_once_this_process_parses(monkeypatch):
    monkeypatch.setattr(pool, "_work", lambda *_: os._exit(3))
    assert len(list(parse_many(jobs(5), workers=2))) == 5


@forking
def test_inside_a_worker_of_another_pool_it_parses_by_itself():
    with multiprocessing.get_context("fork").Pool(1) as other:
        assert other.apply(_count) == 5


def _count():
    return len(list(parse_many(jobs(5), workers=2)))


def test_beside_another_thread_it_starts_fresh_interpreters():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        results = dict(parse_many(jobs(3), workers=1))
    finally:
        stop.set()
        thread.join()
    assert results["0001"].decode() == parse(jobs(3)[1].text, "python")


@pytest.mark.parametrize("ending", ["close", "error in the jobs", "all taken"])
def test_no_worker_outlives_the_iterator(ending):
    def failing():
        yield from jobs(100, size=100)
        if ending == "error in the jobs":
            raise KeyboardInterrupt

    results = parse_many(failing(), workers=2)
    next(results)
    assert multiprocessing.active_children()
    if ending == "close":
        results.close()
    elif ending == "all taken":
        list(results)
    else:
        with pytest.raises(KeyboardInterrupt):
            list(results)
    assert multiprocessing.active_children() == []


SCRIPT = """
import os, sys, time
from ctxpack.parse import pool
real = pool.parse
def slow(text, language):
    time.sleep(0.02)
    return real(text, language)
if __name__ == "__main__":
    pool.parse = slow
    jobs = (pool.Job(str(i), "#" * 30_000, "python") for i in range(10**6))
    results = pool.parse_many(jobs, workers=2)
    for _ in range(20):
        next(results)
    import multiprocessing
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    if sys.argv[1] == "leave":
        sys.exit(0)
    for _ in results:
        pass
"""


def alive(pid):
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
@pytest.mark.parametrize(("ending", "code"), [("interrupt", -2), ("kill", -9), ("terminate", -15), ("leave", 0)])
def test_workers_end_with_the_process_that_started_them(ending, code):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, ending],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    children = [int(pid) for pid in process.stdout.readline().split()]
    assert len(children) == 2
    if ending == "interrupt":
        os.killpg(process.pid, signal.SIGINT)
    elif ending != "leave":
        process.send_signal({"kill": signal.SIGKILL, "terminate": signal.SIGTERM}[ending])
    _, errors = process.communicate(timeout=10)
    assert process.returncode == code
    assert errors.count("Traceback") == (ending == "interrupt")
    deadline = time.monotonic() + 5
    while any(map(alive, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(alive, children))


@pytest.mark.parametrize("references", [False, True])
def test_parsing_leaves_nothing_that_only_the_collector_of_cycles_frees(references):
    text = f"{CODE}class A:\n    def g(self, b):\n        c = b.d\n        self.c = c\n        isinstance(c, A)\n"
    parse(text, "python", references=references)
    gc.collect()
    gc.disable()
    try:
        parse(text, "python", references=references)
        assert gc.collect() == 0
    finally:
        gc.enable()
