"""An index over time: settings and files that change, threads, and what it hands on to indexes of its own."""

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxpack import Config, Index, RepositoryError
from ctxpack.crawl import Repository
from ctxpack.store import Store
from ctxpack.workspace import Progress, Workspace


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = tmp_path / "small"
    root.mkdir()
    (root / "a.py").write_text("from b import total\n\n\ndef run():\n    return total()\n")
    (root / "b.py").write_text("def total():\n    return 1\n")
    return root


def listed(index: Index) -> list[str]:
    return [file.path for file in index.files().files]


def settings(root: Path, text: str) -> None:
    (root / "ctxpack.toml").write_text(text)


def test_refresh_reads_the_settings_again(small: Path) -> None:
    with Index.open(small, workers=0) as index:
        target = index.target(task="total")
        assert index.pack(target).format == "xml"
        before = index.rank(target)
        settings(small, 'format = "markdown"\nextend-exclude = ["b.py"]\n')
        assert index.pack(target).format == "xml"
        index.refresh()
        assert index.pack(target).format == "markdown"
        assert "b.py" not in listed(index)
        settings(small, "[weights]\nfiles.words = 0.001\n")
        index.refresh()
        after = index.rank(target)
        assert [one.path for one in after.files if one.path == "b.py"]
        assert before.files[0].score != after.files[0].score


def test_a_change_of_the_settings_alone_is_noticed(small: Path) -> None:
    settings(small, "")
    given = Config(extend_exclude=("b.py",))
    with Index.open(small, workers=0) as index, Index.open(small, workers=0, config=given) as fixed:
        assert not index.refresh_if_changed()
        settings(small, 'extend-exclude = ["a.py"]\n')
        assert index.refresh_if_changed()
        assert "a.py" not in listed(index)
        assert not index.refresh_if_changed()
        for look in (fixed.refresh_if_changed, fixed.refresh):
            look()
            assert "a.py" in listed(fixed)
            assert "b.py" not in listed(fixed)


def test_a_function_that_gives_settings_is_asked_again(small: Path) -> None:
    known = [Config(), Config(extend_exclude=("b.py",))]
    with Index.open(small, workers=0, config=lambda: known[0]) as index:
        assert listed(index) == ["a.py", "b.py"]
        known.pop(0)
        assert index.refresh_if_changed()
        assert listed(index) == ["a.py"]


def test_links_are_refused_at_once_once_closed(small: Path) -> None:
    index = Index.open(small, workers=0)
    begun = index.links()
    assert next(begun)["def_file"] == "b.py"
    index.close()
    with pytest.raises(RepositoryError, match="is closed"):
        index.links()


def test_a_closed_index_ends_its_links(small: Path) -> None:
    for number in range(3):
        (small / f"c{number}.py").write_text("from b import total\n\n\ntotal()\n")
    index = Index.open(small, workers=0)
    begun = index.links()
    next(begun)
    index.close()
    with pytest.raises(RepositoryError, match="is closed"):
        list(begun)


def test_links_of_several_threads_are_those_of_one(small: Path) -> None:
    for number in range(20):
        (small / f"c{number}.py").write_text("from b import total\n\n\ntotal()\n")
    with Index.open(small, workers=0) as index:
        found: list[list[dict[str, str | int]]] = []
        threads = [threading.Thread(target=lambda: found.append(list(index.links()))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [list(index.links())] * 3
        assert len(found[0]) > 20


def test_links_are_those_of_the_state_they_were_asked_of(small: Path) -> None:
    with Index.open(small, workers=0) as index:
        before = list(index.links())
        begun: Iterator[dict[str, str | int]] = index.links()
        (small / "a.py").write_text("x = 1\n")
        index.refresh()
        assert list(begun) == before
        assert list(index.links()) == []


def test_the_state_before_a_diff_is_read_with_the_same_workers_and_progress(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in (
        ("init", "-q"),
        ("add", "-A"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *arguments], cwd=small, check=True)
    diff = "--- a/b.py\n+++ b/b.py\n@@ -1,2 +0,0 @@\n-def total():\n-    return 1\n"
    (small / "b.py").write_text("")
    told: list[tuple[str, int, int]] = []
    seen: list[tuple[int | None, object]] = []

    class Watched(Workspace):
        def __init__(
            self, repository: Repository, config: Config, store: Store, workers: int, progress: Progress | None = None
        ) -> None:
            seen.append((workers, progress))
            super().__init__(repository, config, store, workers, progress)

    def progress(*step: object) -> None:
        told.append(step)  # type: ignore[arg-type]

    monkeypatch.setattr("ctxpack.api.state.Workspace", Watched)
    with Index.open(small, workers=1, progress=progress) as index:
        reached = index.impact(diff=diff)
    assert [one.path for one in reached.reached] == ["a.py"]
    assert seen == [(1, progress), (1, progress)]
