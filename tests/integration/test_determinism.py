"""The same input gives the same bytes, whatever is around it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.formats import FORMATS, dumps, manifest

ROOT = Path(__file__).parent.parent.parent
TASK = "refund a part of an order and give the points back"


def run(repository: Path, *arguments: str, **environment: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "ctxpack", *arguments, "-C", str(repository)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ROOT / "fixtures" / "webshop", tmp_path_factory.mktemp("shop") / "webshop"))


@pytest.fixture(scope="module")
def expected(shop: Path) -> dict[str, bytes]:
    return {
        verb: run(shop, verb, *rest, "--format", "json", "--no-cache", PYTHONHASHSEED="0")
        for verb, rest in (
            ("build", ("-t", TASK, "--budget", "6k")),
            ("rank", ("-t", TASK)),
            ("graph", ()),
            ("files", ()),
        )
    }


@pytest.mark.parametrize("seed", ["1", "2", "3", "4", "5"])
def test_hash_seeds_change_nothing(shop: Path, expected: dict[str, bytes], seed: str) -> None:
    for verb, rest in (("build", ("-t", TASK, "--budget", "6k")), ("rank", ("-t", TASK)), ("graph", ())):
        assert run(shop, verb, *rest, "--format", "json", "--no-cache", PYTHONHASHSEED=seed) == expected[verb]


@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C"}, {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"}, {"PYTHONUTF8": "0", "LANG": "C"}],
)
def test_locale_and_time_zone_change_nothing(
    shop: Path, expected: dict[str, bytes], environment: dict[str, str]
) -> None:
    found = run(shop, "build", "-t", TASK, "--budget", "6k", "--format", "json", "--no-cache", **environment)
    assert found == expected["build"]


def test_workers_and_the_cache_change_nothing(shop: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    build = ("build", "-t", TASK, "--budget", "6k", "--format", "json")
    assert run(shop, *build, "--no-cache", "--workers", "1") == expected["build"]
    assert run(shop, *build, "--no-cache", "--workers", "2") == expected["build"]
    cold = run(shop, *build, "--cache-dir", str(tmp_path))
    warm = run(shop, *build, "--cache-dir", str(tmp_path))
    assert cold == warm == expected["build"]


@pytest.mark.parametrize(("place", "with_git"), [(".cachedir/x", True), (".", False)])
def test_a_cache_inside_the_repository_changes_nothing(shop: Path, tmp_path: Path, place: str, with_git: bool) -> None:
    copy = Path(shutil.copytree(shop, tmp_path / "copy"))
    if with_git:
        subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
    (copy / place).mkdir(parents=True, exist_ok=True)
    (copy / place / "notes.md").write_text("# A file of the user's\n")
    build = ("build", "-t", TASK, "--budget", "6k", "--format", "json")
    before = run(copy, *build, "--cache-dir", str(tmp_path / "elsewhere"))
    inside = ("--cache-dir", str(copy / place))
    assert b"notes.md" in before
    assert [run(copy, *build, *inside) for _ in range(2)] == [before] * 2
    assert run(copy, *build, *inside, "--no-cache") == before
    listed = json.loads(run(copy, "files", "--format", "json", *inside))
    assert not [file["path"] for file in listed["files"] if "sqlite" in file["path"]]
    skip = {"path": place, "reason": "ctxpack's cache"}
    assert [one for one in listed["skipped"] if one["path"] == place] == [skip]
    with Index.open(copy, cache=copy / place) as index:
        assert not [file.path for file in index.files().files if "sqlite" in file.path]


def test_an_edit_and_its_undoing_leave_no_trace(shop: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(shop, tmp_path / "copy"))
    build = ("build", "-t", TASK, "--budget", "6k", "--cache-dir", str(tmp_path / "cache"))
    before = run(copy, *build)
    edited = sorted(copy.rglob("*.py"))[3]
    original = edited.read_bytes()
    edited.write_bytes(original + b"\n\ndef refund_points(order):\n    return order.points\n")
    with_edit = run(copy, *build)
    assert run(copy, *build[:-2], "--no-cache") == with_edit
    edited.write_bytes(original)
    assert run(copy, *build) == before


def test_outputs_of_earlier_runs_change_nothing(shop: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(shop, tmp_path / "copy"))
    with Index.open(copy) as index:
        target = index.target(task=TASK)
        pack = index.pack(target, budget="6k")
        before = index.render(pack).text
        for name in FORMATS:
            written = index.render(index.pack(target, budget="6k", format=name))
            (copy / f"old.{name}").write_text(written.text, encoding="utf-8")
        (copy / "old-manifest.json").write_text(dumps(manifest(pack, index.render(pack))), encoding="utf-8")
        (copy / "old-rank.json").write_bytes(run(copy, "rank", "-t", TASK, "--format", "json", "--no-cache"))
        index.refresh()
        roles = {file.path: file.role for file in index.files().files if file.path.startswith("old")}
        assert len(roles) == len(FORMATS) + 2
        assert set(roles.values()) == {"data"}
        assert index.render(index.pack(index.target(task=TASK), budget="6k")).text == before
