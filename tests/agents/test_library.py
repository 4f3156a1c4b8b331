"""The library as a program meets it: where it keeps what it read, how budgets are said, and when it is closed."""

import subprocess
from pathlib import Path

import pytest

from ctxpack import BudgetError, ConfigError, Index, RepositoryError, TargetError, build, explain, tools
from ctxpack.store import Store
from ctxpack.tools import ToolError


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = tmp_path / "small"
    root.mkdir()
    (root / "a.py").write_text("class Store:\n    def set(self, key):\n        return key\n")
    return root


def test_a_cache_is_where_it_was_asked_for_and_nowhere_else(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    monkeypatch.setenv("CTXPACK_CACHE_DIR", str(tmp_path / "theirs"))
    with Index.open(small, workers=0) as index:
        first = index.symbol("Store.set").text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small"]
    with Index.open(small, workers=0, cache=own) as index:
        assert index.symbol("Store.set").text == first
    assert list(own.glob("*.sqlite3"))
    assert not (tmp_path / "theirs").exists()
    build(small, task="set a key", cache=True)
    assert list((tmp_path / "theirs").glob("*.sqlite3"))
    with Store.open(None) as store, pytest.raises(ConfigError, match="not both"):
        Index.open(small, cache=own, store=store)


def test_a_closed_index_answers_nothing(small: Path) -> None:
    with Index.open(small, workers=0) as index:
        index.symbol("Store.set")
    for ask in (lambda: index.symbol("Store.set"), lambda: list(index.links()), lambda: tools.call("map", {}, index)):
        with pytest.raises(RepositoryError, match="is closed"):
            ask()
    index.close()


@pytest.mark.parametrize("budget", [1500, "1500", "1.5k", 1500.0])
def test_a_budget_is_a_number_or_its_text_everywhere(shop: Index, budget: int | str) -> None:
    assert shop.symbol("RefundService", budget=budget).budget == 1500
    assert shop.map(budget=budget).budget == 1500
    for name, given in (
        ("read_symbol", {"name": "RefundService"}), ("rank", {"task": "refund lines"}), ("map", {}),
        ("build_pack", {"task": "refund lines"}),
    ):  # fmt: skip
        assert tools.call(name, {**given, "budget": budget}, shop)["budget"] == 1500
    target = shop.target(task="refund lines")
    assert shop.pack(target, budget=budget).budget.total == 1500


@pytest.mark.parametrize("budget", ["auto", "many", "-3", 0, -3, 10.5, True, None, float("nan"), [4000], "9" * 100])
def test_what_is_no_budget_of_an_answer_is_one_sentence(shop: Index, budget: object) -> None:
    with pytest.raises(BudgetError, match=r"give a number of tokens, such as 4000 or 4k$"):
        shop.symbol("RefundService", budget=budget)  # type: ignore[arg-type]
    if budget is not None:
        with pytest.raises(ToolError, match="budget of map must be a number of tokens from 100 to 10,000,000"):
            tools.call("map", {"budget": budget}, shop)


def test_the_words_that_only_a_pack_may_have_for_a_budget(shop: Index) -> None:
    assert tools.call("build_pack", {"task": "refund lines", "budget": "auto"}, shop)["budget"] == 128_000
    with pytest.raises(ToolError, match="such as 8000 or 8k, or auto, or max, not 'all'"):
        tools.call("build_pack", {"task": "refund lines", "budget": "all"}, shop)


@pytest.mark.parametrize("name", ["build_pack", "rank"])
@pytest.mark.parametrize("given", [{}, {"task": " \n"}, {"targets": []}])
def test_a_change_that_nothing_says_is_refused(shop: Index, name: str, given: dict[str, object]) -> None:
    with pytest.raises(ToolError, match=f"{name} needs a task, or targets"):
        tools.call(name, given, shop)


def test_a_bare_repository_is_refused_in_words_for_both(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "bare.git"], check=True)
    with pytest.raises(RepositoryError, match=r"with --at REV or at=REV"):
        Index.open(tmp_path / "bare.git")


def test_a_name_that_is_no_path_is_told_as_the_subjects_it_may_mean(shop: Index, small: Path) -> None:
    asked = "src/webshop/services/refunds.py::RefundService.refund"
    for name in ("RefundService.refund", "RefundService::refund"):
        for ask in (shop.target, shop.impact, shop.graph):
            with pytest.raises(TargetError, match=rf"did you mean {asked}\?$"):
                ask(name)
        with pytest.raises(TargetError, match=f"did you mean {asked}"):
            tools.call("impact", {"targets": [name]}, shop)
    with pytest.raises(TargetError, match=r"^no such file or directory: webshop/refunds.py; did you mean src/webshop"):
        shop.target("webshop/refunds.py")


def test_how_sure_a_pack_is_reaches_the_model(shop: Index) -> None:
    told = tools.call("build_pack", {"task": "translate the page", "budget": "3k"}, shop)["confidence"]
    pack = shop.pack(shop.target(task="translate the page"), budget="3k")
    assert pack.confidence is not None
    assert told["chance"] == pack.confidence.value < 0.8
    assert told["question"] == pack.confidence.question
    assert told["candidates"] == list(pack.confidence.candidates)
    assert f"candidates are {', '.join(told['candidates'])}" in told["question"]
    named = tools.call("build_pack", {"task": "translate the page", "targets": told["candidates"][:1]}, shop)
    assert named["confidence"]["chance"] is None
    assert "candidates" not in named["confidence"]


def test_reasons_name_their_signal_once_for_what_several_say(shop: Index) -> None:
    found = tools.call("rank", {"task": "refund single lines of an order"}, shop)["files"][0]
    best = shop.rank(shop.target(task="refund single lines of an order")).files[0]
    assert found["because"] == list(explain(best))
    assert len(set(found["because"])) == len(found["because"])
    signals = {reason.signal for reason in best.reasons}
    assert all(any(signal in said for signal in signals) for said in found["because"])


@pytest.mark.parametrize("budget", [100, 150, 300, 600])
def test_a_small_map_has_folders_first_and_says_what_is_missing(tmp_path: Path, budget: int) -> None:
    for folder in range(60):
        for number in range(1 + folder % 7):
            path = tmp_path / f"a_folder_with_a_name_{folder}" / f"part{number}" / f"module{number}.py"
            path.parent.mkdir(parents=True)
            path.write_text("x = 1\n")
    with Index.open(tmp_path, workers=0) as index:
        small, whole = index.map(budget=budget), index.map(budget="100k")
    shown = small.document["map"]
    assert small.tokens <= budget
    assert shown[0] == "a_folder_with_a_name_13/ 7 files"
    assert not small.complete
    assert "what is in the folders; a larger budget shows more" in small.left_out
    assert f"{60 - len(shown)} of 60 lines; a larger budget shows more" in small.left_out or len(shown) == 60
    assert whole.complete
    assert "a_folder_with_a_name_13/part6/ module6.py" in whole.document["map"]
