"""Workers are started from any thread without running the program that asked once more."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ctxpack import processes

SCRIPT = """
import asyncio, multiprocessing, sys
with open(sys.argv[1], "a") as counted:
    counted.write("run\\n")
from ctxpack import Index, tools
if sys.argv[3] != "default":
    multiprocessing.set_start_method(sys.argv[3])

async def main():
    with Index.open(sys.argv[2], workers=2) as index:
        asked = [("map", {"budget": 500}), ("schema", {"datasets": ["daily"]})]
        found = await asyncio.gather(*(asyncio.to_thread(tools.call, *one, index) for one in asked))
        print([column["name"] for column in found[1]["tables"][0]["columns"]])
        print(*index.problems)

asyncio.run(main())
"""

LOOP = "select {% for name in ['id', 'day'] %}{{ shout(name) }}{{ ', ' if not loop.last }}{% endfor %} from orders\n"
MACRO = "{% macro shout(name) %}{{ name }} as {{ name | upper | lower }}_x{% endmacro %}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "models").mkdir(parents=True)
    (root / "macros").mkdir()
    (root / "dbt_project.yml").write_text("name: shop\nversion: '1'\nmodel-paths: [models]\nmacro-paths: [macros]\n")
    (root / "models" / "daily.sql").write_text(LOOP)
    (root / "macros" / "shout.sql").write_text(MACRO)
    for number in range(8):
        (root / f"m{number}.py").write_text("def f(a):\n    return a\n\n\n" * 1500)
    return root


@pytest.mark.parametrize("method", ["default", "spawn", "forkserver"])
def test_a_script_without_a_guard_runs_once_when_it_asks_from_a_thread(tmp_path, project, method):
    script, counted = tmp_path / "script.py", tmp_path / "counted"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, script, counted, project, method], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "['id_x', 'day_x']\n\n"
    assert counted.read_text() == "run\n"


def echo(connection, progress, *given):
    progress.value = len(given)
    connection.send((given, os.getpid(), "__main__" in sys.modules, hasattr(sys.modules["__main__"], "__file__")))


@pytest.mark.parametrize("fork", [False, pytest.param(True, marks=pytest.mark.skipif(
    not processes.can_fork(), reason="no forks here"))])  # fmt: skip
def test_a_process_gets_its_arguments_and_tells_its_progress(fork):
    process = processes.start(echo, ((1, 2), "three"), fork=fork)
    assert process is not None
    given, number, _, named = process.connection.recv()
    assert given == ((1, 2), "three")
    assert number != os.getpid()
    assert fork or not named
    assert process.progress.value == 2
    assert process.exit_code(10) == 0
    process.end()


def sleep(connection, progress):
    progress.value = 7
    connection.send(None)
    threading.Event().wait(60)


def test_a_fresh_process_ends_at_once_and_its_number_stays():
    process = processes.start(sleep, fork=False)
    assert process is not None
    process.connection.recv()
    assert process.exit_code(0.01) is None
    process.end()
    assert process.exit_code(1) != 0
    assert process.progress.value == 7


def test_nothing_is_imported_from_the_current_directory(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('somebody else')\n")
    monkeypatch.chdir(tmp_path)
    process = processes.start(echo, (), fork=False)
    assert process is not None
    assert process.connection.poll(20)
    assert process.connection.recv()[0] == ()
    process.end()


def test_without_an_interpreter_there_is_no_process(monkeypatch):
    monkeypatch.setattr(sys, "executable", "")
    assert processes.start(echo, (), fork=False) is None
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert processes.start(echo, (), fork=False) is None


def listen(connection, progress):
    connection.send(os.getpid())
    with suppress(EOFError, OSError):
        connection.recv()


LEFT = """
import time
import test_processes
from ctxpack import processes
kept = []
for _ in range(2):
    kept.append(processes.start(test_processes.listen, fork=False))
    print(kept[-1].connection.recv(), flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_a_fresh_process_sees_that_the_one_that_started_it_is_gone():
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    asking = subprocess.Popen(
        [sys.executable, "-c", LEFT], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
    )
    assert asking.stdout is not None
    pids = [int(asking.stdout.readline()) for _ in range(2)]
    asking.kill()
    asking.communicate(timeout=10)
    deadline = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(alive, pids))
