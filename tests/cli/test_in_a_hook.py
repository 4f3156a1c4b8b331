"""Verbs that read what is staged, called by a real hook of git, from a sub-directory and in a partial commit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

AS = ("-c", "user.name=x", "-c", "user.email=x@example.org")


def git(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *AS, *arguments], cwd=where, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "app").mkdir(parents=True)
    git(tmp_path, "init", "-q", str(root))
    (root / "app" / "money.py").write_text("def total(lines):\n    return sum(lines)\n")
    (root / "app" / "mail.py").write_text("def send(address):\n    return address\n")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Start")
    return root


def hook(root: Path, *arguments: str) -> None:
    path = root / ".git" / "hooks" / "pre-commit"
    command = " ".join([f"'{sys.executable}'", "-m", "ctxpack", *arguments])
    path.write_text(f"#!/bin/sh\n{command} > .git/told 2>&1\n")
    path.chmod(0o755)


def committed(repository: Path, verb: str, *paths: str) -> dict[str, object]:
    """What a verb says of a commit of one of two staged files."""
    hook(repository, verb, "--staged", "-C", "app", "--no-cache", "-q", "--format", "json")
    (repository / "app" / "money.py").write_text("def total(lines, currency):\n    return sum(lines)\n")
    (repository / "app" / "mail.py").write_text("def send(address, text):\n    return address\n")
    git(repository, "add", "." if paths else "app/money.py")
    git(repository, "commit", "-qm", "Currencies", *paths)
    told: dict[str, object] = json.loads((repository / ".git" / "told").read_text())
    return told


@pytest.mark.parametrize("paths", [(), ("app/money.py",)], ids=["staged", "named"])
def test_impact_of_a_commit_is_that_of_what_git_commits(repository: Path, paths: tuple[str, ...]) -> None:
    assert committed(repository, "impact", *paths)["changed"] == ["money.py::total"]


@pytest.mark.parametrize("paths", [(), ("app/money.py",)], ids=["staged", "named"])
def test_a_commit_ranks_what_git_commits_as_given(repository: Path, paths: tuple[str, ...]) -> None:
    files = committed(repository, "rank", *paths)["files"]
    given = [one["path"] for one in files for reason in one["reasons"] if reason["signal"] == "given"]
    assert given == ["money.py"]


def test_another_repository_is_seen_by_its_own_index(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(tmp_path, "init", "-q", str(other))
    (other / "report.py").write_text("def report():\n    return 1\n")
    git(other, "add", ".")
    git(other, "commit", "-qm", "Start")
    (other / "report.py").write_text("def report(day):\n    return 1\n")
    git(other, "add", ".")
    hook(repository, "impact", "--staged", "-C", f"'{other}'", "--no-cache", "-q", "--format", "json")
    (repository / "app" / "money.py").write_text("def total(lines, currency):\n    return sum(lines)\n")
    git(repository, "commit", "-qam", "Currencies")
    told = json.loads((repository / ".git" / "told").read_text())
    assert told["changed"] == ["report.py::report"]


def told_in_a_work_tree(repository: Path, *lines: str) -> list[str]:
    """What commands of a hook print when a second work tree of the repository is committed to."""
    beside = repository.parent / "beside"
    git(repository, "worktree", "add", "-q", str(beside))
    command = f"'{sys.executable}' -m ctxpack"
    path = repository / ".git" / "hooks" / "pre-commit"
    body = "\n".join(line.replace("ctxpack", command, 1) for line in lines)
    path.write_text(f"#!/bin/sh\n{{\n{body}\n}} > '{repository}/.git/told' 2>&1\n")
    path.chmod(0o755)
    (beside / "app" / "money.py").write_text("def sum_up(lines):\n    return sum(lines)\n")
    git(beside, "commit", "-qam", "Rename")
    return (repository / ".git" / "told").read_text().splitlines()


def test_a_hook_of_a_second_work_tree_may_work_in_a_directory_below(repository: Path) -> None:
    assert told_in_a_work_tree(repository, "cd app; ctxpack check --no-cache") == ["no breaks in 1 changed file"]


def test_a_hook_of_a_second_work_tree_may_look_at_another_repository(repository: Path) -> None:
    other = repository.parent / "other"
    git(repository.parent, "init", "-q", str(other))
    (other / "report.py").write_text("def report():\n    return 1\n")
    git(other, "add", ".")
    told = told_in_a_work_tree(repository, f"ctxpack check --no-cache -C '{other}'", "ctxpack check --no-cache -C app")
    assert told == ["there is no commit yet, so nothing can break", "no breaks in 1 changed file"]
