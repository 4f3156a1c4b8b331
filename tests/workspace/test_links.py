"""What was linked before is never seen: packs and graphs are the same, and a pack links no more than it looks at."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.graph.edges import FileLinks, Linking
from ctxpack.store import Store

FIXTURES = Path(__file__).parents[2] / "fixtures"
TASKS = ("round the total of an order to cents", "send a mail when the stock runs out", "propagate nulls of customers")


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are linked, as they are."""
    paths: list[str] = []
    real = Linking.of

    def of(linking: Linking, path: str) -> FileLinks:
        paths.append(path)
        return real(linking, path)

    monkeypatch.setattr(Linking, "of", of)
    return paths


def pack(root: Path, store: Store, task: str) -> tuple[str, str]:
    with Index.open(root, store=store, workers=0) as index:
        made = index.pack(index.target(task=task), budget=6000)
        return index.render(made).text, made.fingerprint


def graph(root: Path, store: Store) -> tuple[object, ...]:
    with Index.open(root, store=store, workers=0) as index:
        return index.graph(), index.graph(level="symbol"), list(index.links())


@pytest.fixture(params=["webshop", "medallion"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return shutil.copytree(FIXTURES / request.param, tmp_path / request.param)


def test_a_pack_is_the_same_whatever_was_linked_before(root: Path) -> None:
    with Store.open(None) as store:
        alone = [pack(root, Store.open(None), task) for task in TASKS]
        assert [pack(root, store, task) for task in TASKS] == alone
        assert graph(root, store) == graph(root, Store.open(None))
        assert [pack(root, store, task) for task in reversed(TASKS)] == alone[::-1]


def test_after_an_edit_too(root: Path) -> None:
    with Store.open(None) as store:
        for edited in edits(root):
            alone = [pack(root, Store.open(None), task) for task in TASKS]
            assert [pack(root, store, task) for task in TASKS] == alone, edited
        assert graph(root, store) == graph(root, Store.open(None))


def edits(root: Path) -> Iterator[str]:
    """Makes a few edits, one after the other: lines change places, so that names go and come."""
    chance = random.Random(1)
    paths = sorted(path for path in root.rglob("*") if path.suffix in (".py", ".ts", ".sql"))
    for path in chance.sample(paths, 3):
        lines = path.read_text().split("\n")
        at = chance.randrange(len(lines))
        path.write_text("\n".join([*lines[:at], *lines[at + 3 :]]))
        yield f"{path} at {at}"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """300 modules, of which one is used by two others, one of them through a package that renames it."""
    for number in range(300):
        text = f"import m{(number + 1) % 300}\n\n\ndef step{number}():\n    return m{(number + 1) % 300}.step()\n"
        (tmp_path / f"m{number}.py").write_text(text)
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/__init__.py").write_text("from .cents import rounded as cents_of\n")
    (tmp_path / "kit/cents.py").write_text("def rounded(amount):\n    return int(amount * 100)\n")
    (tmp_path / "billing.py").write_text("from kit import cents_of\n\n\ndef bill(x):\n    return cents_of(x)\n")
    (tmp_path / "report.py").write_text("from kit.cents import *\n\n\ndef show(x):\n    return rounded(x)\n")
    return tmp_path


def test_a_pack_links_what_it_looks_at(large: Path, linked: list[str]) -> None:
    with Store.open(None) as store:
        text, _ = pack(large, store, "change `rounded` in kit/cents.py")
        assert "def bill" in text
        assert "def show" in text
        assert "kit/cents.py" in linked
        assert len(linked) < 100
        assert len(linked) == len(set(linked))
        linked.clear()
        assert pack(large, store, "change `rounded` in kit/cents.py")[0] == text
        assert linked == []
        (large / "m7.py").write_text("def step7():\n    return 7\n")
        (large / "kit/cents.py").write_text("def rounded(amount):\n    return int(100 * amount)\n")
        pack(large, store, "change `rounded` in kit/cents.py")
        assert set(linked) <= {"kit/cents.py", "m6.py", "m7.py"}
        linked.clear()
        with Index.open(large, store=store, workers=0) as index:
            assert len(index.graph().edges) >= 300
        assert len(linked) > 200
        assert len(linked) == len(set(linked))


def test_trouble_with_a_file_is_told_whatever_is_linked(large: Path) -> None:
    (large / "m9.py").write_text("(" * 3000)
    with Index.open(large, workers=0) as index:
        packed = index.pack(index.target(task="rounded"), budget=4000).problems
    with Index.open(large, workers=0) as index:
        index.graph()
        assert index.problems == packed
    assert [problem.path for problem in packed] == ["m9.py"]


def test_a_file_whose_names_lead_in_circles_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("import b\n\n\ndef one():\n    return b.two()\n")
    (tmp_path / "b.py").write_text("def two():\n    return 2\n")
    (tmp_path / "c.py").write_text("from b import two\n\nprint(two())\n")
    real = Linking.of

    def circling(linking: Linking, path: str) -> FileLinks:
        if path == "a.py":
            raise RecursionError
        return real(linking, path)

    monkeypatch.setattr(Linking, "of", circling)
    with Index.open(tmp_path, workers=0) as index:
        assert {str(one["ref_file"]) for one in index.links()} == {"c.py"}
        assert [(one.path, "circles" in one.message) for one in index.problems] == [("a.py", True)]
