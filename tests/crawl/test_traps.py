"""git is not left waiting for what never ends."""

import os
from pathlib import Path

import pytest
from crawl_helpers import Scratch, listed, paths

from ctxpack.crawl import open_repository
from ctxpack.crawl.git import program as git_program
from ctxpack.crawl.git.traps import trap
from ctxpack.errors import RepositoryError


@pytest.mark.parametrize("place", [".gitignore", "src/.gitignore", ".git/info/exclude"])
def test_a_pipe_that_git_would_wait_for_is_named(scratch: Scratch, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(git_program, "_PATIENCE", 0.5)
    scratch.write("src/a.py", "x = 1\n")
    scratch.commit("one")
    pipe = scratch.root / place
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    with pytest.raises(RepositoryError, match=f"{place} is a named pipe, and git would wait for it without end"):
        listed(open_repository(scratch.root))


def test_a_pipe_above_the_view_is_named_too(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_program, "_PATIENCE", 0.5)
    scratch.write("src/a.py", "x = 1\n")
    scratch.commit("one")
    os.mkfifo(scratch.root / ".gitignore")
    with pytest.raises(RepositoryError, match="is a named pipe"):
        listed(open_repository(scratch.root / "src"))


def test_slow_is_not_trapped(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_program, "_PATIENCE", 0.0)
    scratch.write("src/a.py", "x = 1\n")
    scratch.write(".gitignore", "*.log\n")
    scratch.commit("one")
    assert trap(scratch.root) == ""
    assert paths(listed(open_repository(scratch.root))) == [".gitignore", "src/a.py"]


def test_pipes_that_git_does_not_read_are_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "other")
    assert trap(tmp_path) == ""
