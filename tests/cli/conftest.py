"""Running the command line in this process, always with a cache apart."""

import io
import sys
from pathlib import Path

import pytest
from cli_helpers import PROJECT, Cli, Result, repository

from ctxpack.cli.program import run


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, cache_dir: Path) -> None:
    monkeypatch.setenv("CTXPACK_CACHE_DIR", str(cache_dir))
    for name in ("NO_COLOR", "_CTXPACK_COMPLETE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Run arguments in this process: `cli("files", cwd=path, stdin="text")`."""

    def call(*arguments: object, cwd: Path | None = None, stdin: str = "") -> Result:
        monkeypatch.chdir(cwd or PROJECT)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsysbinary.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsysbinary.readouterr()
        return Result(code, captured.out.decode("utf-8"), captured.err.decode("utf-8"))

    return call


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A committed repository of three files, one of which uses another."""
    return repository(
        tmp_path / "small",
        {
            "src/orders.py": "from src.money import Money\n\n\ndef total(prices):\n    return Money(sum(prices))\n",
            "src/money.py": "class Money:\n    def __init__(self, cents):\n        self.cents = cents\n",
            "README.md": "# small\n\nOrders and money.\n",
        },
    )
