"""A scratch git repository whose git sees neither the user's nor the machine's configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ctxpack.crawl import CrawlSettings, Known, Repository, Snapshot

CLEAN = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2024-01-02T03:04:05+00:00",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_COMMITTER_DATE": "2024-01-02T03:04:05+00:00",
}
NOW = 4_000_000_000_000_000_000
"""A time far after every file's, so that nothing is racy unless a test wants it."""


@pytest.fixture(autouse=True)
def _clean_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in CLEAN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


class Scratch:
    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, check=False)
        assert not check or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "replace")

    def init(self) -> Scratch:
        self.git("init", "-q", "-b", "main", ".")
        return self

    def write(self, path: str, content: str | bytes = "x\n") -> Path:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
        return full

    def commit(self, message: str = "c") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD").strip()


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "r").init()


@pytest.fixture
def plain(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "p")


def detect(path: str, head: bytes) -> str:
    assert len(head) <= 8192
    return {"py": "python", "sql": "sql"}.get(path.rpartition(".")[2], "text")


def listed(
    repository: Repository,
    known: dict[str, Known] | None = None,
    *,
    now_ns: int = NOW,
    **settings: object,
) -> Snapshot:
    return repository.list(CrawlSettings(**settings), detect, known or {}, now_ns)  # type: ignore[arg-type]


def paths(snapshot: Snapshot) -> list[str]:
    return [file.path for file in snapshot.files]


def reasons(snapshot: Snapshot) -> dict[str, str]:
    return {skip.path: skip.reason for skip in snapshot.skipped}
