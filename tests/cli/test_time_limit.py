"""The limit to how long a hook may take: it stops between two steps, with its own exit code, and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_helpers import Cli, git, repository, write

from ctxpack.cli.time_limit import OutOfTimeError, TimeLimit

MANY = {f"part{number % 20}/m{number}.py": f"def f{number}():\n    return {number}\n" for number in range(900)}
MANY["user.py"] = "from part0.m0 import f0\n\nf0()\n"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    root = repository(tmp_path / "large", MANY)
    write(root, {"part0/m0.py": "def other():\n    return 0\n"})
    git(root, "add", "-A")
    return root


def test_it_passes_progress_on_until_the_time_is_up() -> None:
    now, told = [0.0], []
    limit = TimeLimit(2.0, lambda *one: told.append(one), lambda: now[0])
    limit("parsing", 1, 10)
    now[0] = 1.9
    limit("parsing", 2, 10)
    now[0] = 2.0
    with pytest.raises(OutOfTimeError, match="not finished within 2 s, at parsing 3 of 10; what is done is kept"):
        limit("parsing", 3, 10)
    assert [one[1] for one in told] == [1, 2, 3]
    TimeLimit(None, lambda *_: None, lambda: 1e9)("parsing", 1, 1)


def test_a_check_stops_and_the_next_one_goes_on(large: Path, cli: Cli) -> None:
    index = (large / ".git/index").read_bytes()
    assert cli("check", "--time-limit", "0", cwd=large).code == 3
    stopped = cli("check", "--time-limit", "0.000001", "--quiet", cwd=large)
    assert (stopped.code, stopped.out) == (3, "")
    assert stopped.err.startswith("ctxpack: not finished within 1e-06 s, at ")
    assert (large / ".git/index").read_bytes() == index
    found = cli("check", cwd=large)
    assert (found.code, found.out.splitlines()[0]) == (1, "error: part0/m0.py:1 f0: function renamed to other")
    assert cli("check", "--time-limit", "60", cwd=large).out == found.out


def test_a_pack_is_not_written_where_the_time_is_up(tmp_path: Path, cli: Cli) -> None:
    files = {name: text.replace("def f", "def g").replace("import f", "import g") for name, text in MANY.items()}
    large = repository(tmp_path / "other", files)
    stopped = cli("refresh", "user.py", "-o", "pack.md", "--time-limit", "0", cwd=large)
    assert (stopped.code, stopped.out) == (3, "")
    assert "parsing 400 of 90" in stopped.err
    assert not (large / "pack.md").exists()
    # What was parsed is kept: the next run is further before its time is up.
    assert "parsing 400 of 50" in cli("refresh", "user.py", "-o", "pack.md", "--time-limit", "0", cwd=large).err
    assert cli("refresh", "user.py", "-o", "pack.md", cwd=large).code == 1
    assert (large / "pack.md").exists()


@pytest.mark.parametrize("wrong", ["-1", "soon", ""])
def test_a_limit_that_is_none(large: Path, cli: Cli, wrong: str) -> None:
    assert cli("check", "--time-limit", wrong, cwd=large).code == 2
