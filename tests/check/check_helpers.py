"""Scratch repositories with something staged, and what a check says of them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ctxpack.api import Index
from ctxpack.check import Finding, Report, Use
from ctxpack.config import Config, from_texts

CLEAN = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
}  # fmt: skip

Files = dict[str, str | bytes | None]


class Place:
    """A git repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env={**os.environ, **CLEAN}, capture_output=True, check=False
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "replace")

    def write(self, files: Files) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Files) -> Place:
        self.stage(files)
        self.git("commit", "-q", "-m", "c")
        return self

    def stage(self, files: Files) -> Place:
        self.write(files)
        self.git("add", "-A")
        return self

    def check(self, *, below: str = "", since: str | None = None, config: Config | None = None) -> Report:
        with Index.open(self.root / below, config=config, workers=0) as index:
            return index.check(since=since)


def settings(**values: object) -> Config:
    return from_texts(overrides=values)


def said(report: Report) -> list[str]:
    """Each finding and its uses, in short."""
    return [line for finding in report.findings for line in (_head(finding), *_uses(finding))]


def _head(finding: Finding) -> str:
    one = finding.suspect
    return f"{'error' if finding.fails else 'warning'} {one.kind} {one.path}::{one.symbol}"


def _uses(finding: Finding) -> list[str]:
    return [" ".join(["", *_use(use)]) for use in finding.uses]


def _use(use: Use) -> list[str]:
    return [f" {use.path}:{use.line}", *([use.symbol] if use.symbol else []), *(["test"] if use.test else [])]


MONEY = """class Money:
    def __init__(self, cents, currency="EUR"):
        self.cents = cents
        self.currency = currency

    def plus(self, other):
        return Money(self.cents + other.cents)


def parse(text, strict=False, *, symbol="€"):
    amount = text.strip(symbol)
    whole = amount.replace(".", "")
    return Money(int(whole))


def _helper(x):
    return x
"""

ORDERS = """from shop.money import Money, parse


class Order:
    def total(self, lines):
        found = Money(0)
        for line in lines:
            found = found.plus(parse(line, True))
        return found


def fee(text):
    return parse(text, symbol="$")
"""

TESTS = """from shop.money import parse


def test_parse():
    assert parse("1.00€").cents == 100
"""
