"""A cache whose rows are damaged costs a run its speed and one sentence, and nothing else."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ctxpack.api import Index

ROOT = Path(__file__).parent.parent.parent
TASK = "refund a part of an order"
DAMAGE = {
    "a name that is no text": ("index-*", "UPDATE symbols SET name = CAST(X'FF' AS TEXT)"),
    "a size that is no number": ("index-*", "UPDATE files SET names = 'x'"),
    "a term that is lost": ("index-*", "UPDATE words_data SET block = X'00' WHERE id > 10"),
    "a table that is lost": ("index-*", "DROP TABLE symbols"),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ROOT / "fixtures" / "webshop", tmp_path_factory.mktemp("damage") / "shop"))


def prompt(shop: Path, cache: Path | bool) -> tuple[str, list[str]]:
    with Index.open(shop, cache=cache, workers=1) as index:
        text = index.render(index.pack(index.target(task=TASK), budget="6k")).text
        return text, [one.message for one in index.problems]


@pytest.fixture(scope="module")
def kept(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    cache = tmp_path_factory.mktemp("kept")
    return prompt(shop, cache)[0], cache


def damaged(kept: Path, to: Path, what: str) -> Path:
    shutil.copytree(kept, to)
    pattern, statement = DAMAGE[what]
    (path,) = to.glob(f"{pattern}.sqlite3")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)
    return to


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_row_ends_no_run(shop: Path, kept: tuple[str, Path], tmp_path: Path, what: str) -> None:
    expected, good = kept
    cache = damaged(good, tmp_path / "cache", what)
    text, said = prompt(shop, cache)
    assert text == expected
    assert len([one for one in said if "set aside" in one]) == 1
    again, said = prompt(shop, cache)
    assert again == expected
    assert not said


def test_the_command_says_one_sentence(shop: Path, kept: tuple[str, Path], tmp_path: Path) -> None:
    cache = damaged(kept[1], tmp_path / "cache", "a size that is no number")
    command = [sys.executable, "-m", "ctxpack", "rank", "-C", str(shop), "-t", TASK, "--cache-dir", str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("set aside") == 1
    assert "Traceback" not in done.stderr
