"""What counts as edited, and clones that lack something."""

import os
import subprocess
from pathlib import Path

import pytest

from ctxpack.config import Config
from ctxpack.crawl import Edit
from ctxpack.evaluate.baseline import packed
from ctxpack.evaluate.replay import Replay, counted, replay
from ctxpack.model import SourceFile
from ctxpack.store import Store

ROLES = {"a.py": "source", "t.sql": "schema", "c.toml": "config", "test_a.py": "test", "r.md": "docs", "x.lock": "lock"}
FILES = {path: SourceFile(path, "text", role, "0", 1) for path, role in ROLES.items()}  # type: ignore[arg-type]
CLASS = (
    "class Cart:\n    size = 1\n\n    def total(self):\n        return 1\n\n    def clear(self):\n        return 2\n"
)


@pytest.mark.parametrize(
    ("edited", "kind", "kept"),
    [
        ("a.py t.sql c.toml test_a.py r.md", "code", "a.py t.sql"),
        ("c.toml test_a.py x.lock", "settings", "c.toml"),
        ("test_a.py r.md", "tests", "test_a.py"),
        ("r.md x.lock not_listed.py", "code", ""),
    ],
)
def test_code_counts_before_settings_before_tests(edited: str, kind: str, kept: str) -> None:
    found = counted([Edit(path) for path in edited.split()], FILES)
    assert (found[0], [edit.path for edit in found[1]]) == (kind, kept.split())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(tmp_path, "init", "-q", ".")
    commit(tmp_path, "first", CLASS)
    return tmp_path


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str, text: str) -> None:
    (root / "cart.py").write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)


def definitions(root: Path) -> list[str]:
    with Store.open(None) as store:
        (view,) = Replay(root, Config(), store).views(1)
        return [name for _, name, _ in view.gold.definitions]


@pytest.mark.parametrize(
    ("before", "after", "edited"),
    [
        ("return 1", "return 3", ["Cart.total"]),
        ("size = 1", "size = 2", ["Cart"]),
        (
            "size = 1\n\n    def total(self):\n        return 1",
            "size = 2\n\n    def total(self):\n        return 3",
            ["Cart", "Cart.total"],
        ),
        ("        return 2\n", "        return 2\n\n\ndef new():\n    return 3\n", []),
        ("        return 1\n", "        return 1\n\n    def new(self):\n        return 3\n", ["Cart"]),
    ],
)
def test_the_innermost_definitions_are_edited(place: Path, before: str, after: str, edited: list[str]) -> None:
    commit(place, "Change the cart somehow else", CLASS.replace(before, after))
    assert definitions(place) == edited


def test_contents_that_are_not_in_the_clone_pass_a_commit_over(place: Path) -> None:
    commit(place, "Change the total of carts", CLASS.replace("return 1", "return 3"))
    lost = git(place, "rev-parse", "HEAD:cart.py").strip()
    commit(place, "Change the size of carts", CLASS.replace("size = 1", "size = 2"))
    (place / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    with Store.open(None) as store:
        history = Replay(place, Config(), store)
        assert list(history.views(5)) == []
    assert dict(history.passed) == {
        "has contents that are not in this clone": 2,
        "has hardly a word in its message": 1,
    }


def test_what_is_asked_does_not_see_the_commit_itself(place: Path) -> None:
    commit(place, "Empty carts have no gift wrapping", CLASS.replace("return 2", "return 4"))
    with Store.open(None) as store:
        (view,) = Replay(place, Config(), store).views(1)
        assert "return 2" in view.index.text("cart.py")
        assert [one.message for one in view.workspace.commits] == ["first"]
        found = replay(view, ("2k",), "scout")
    assert found.ours.packs[0].tokens <= 2000
    assert found.plain is not None


def test_the_baseline_passes_over_what_does_not_fit() -> None:
    sizes = {"a": 100, "b": 5000, "c": 200}
    assert packed(["a", "b", "c"], 400, sizes.__getitem__) == (["a", "c"], 332)
    assert packed(["b"], 400, sizes.__getitem__) == ([], 0)
