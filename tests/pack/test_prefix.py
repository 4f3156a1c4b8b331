"""The front of a prompt that tasks share, and the words that a choice goes by."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.errors import ConfigError
from ctxpack.model import Pack
from ctxpack.store import Store

FIXTURES = Path(__file__).parents[2] / "fixtures"
TASKS = ("refund single lines of an order", "show the stock of a product", "")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    base = tmp_path_factory.mktemp("prefix")
    root = shutil.copytree(FIXTURES / "webshop", base / "webshop")
    with Store.open(base / "cache") as store, Index.open(root, store=store, workers=1) as index:
        yield index


def pack(index: Index, task: str, **more: object) -> Pack:
    return index.pack(index.target(task=task), budget=6000, **more)  # type: ignore[arg-type]


def common(first: str, second: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6])
def test_packs_for_different_tasks_begin_with_the_same_outline(shop: Index, share: float) -> None:
    packs = [pack(shop, task, cache_prefix=share) for task in TASKS]
    texts = [shop.render(one).text for one in packs]
    count = shop.meter().count
    for one, text in zip(packs[1:], texts[1:], strict=True):
        same = count([text[: common(texts[0], text)]])[0]
        assert same / one.tokens > share * 0.9
        assert one.tokens == count([text])[0] <= 6000
    (outline,) = [item for item in packs[0].zones[0].items if item.path == "(outline of the repository)"]
    assert outline.tokens <= share * 6000
    assert "src/webshop/models/money.py\n" in outline.text
    assert "class Money" in outline.text
    assert "tests/" not in outline.text


def test_without_a_share_nothing_changes(shop: Index) -> None:
    assert pack(shop, TASKS[0], cache_prefix=0) == pack(shop, TASKS[0])
    assert pack(shop, TASKS[0], cache_prefix=0.2).fingerprint != pack(shop, TASKS[0]).fingerprint


@pytest.mark.parametrize("share", [-0.1, 0.71, 2, float("nan")])
def test_a_share_that_leaves_too_little_is_refused(shop: Index, share: float) -> None:
    with pytest.raises(ConfigError, match=r"a number from 0 to 0\.7"):
        pack(shop, TASKS[0], cache_prefix=share)


def test_a_task_in_other_words_about_the_same_differs_at_its_end_alone(shop: Index) -> None:
    about = TASKS[0]
    texts = [
        shop.render(pack(shop, task, about=about)).text for task in (about, "Do it, and do mind the tests.", "Go on")
    ]
    for other in texts[1:]:
        start = common(texts[0], other)
        assert texts[0][:start].rstrip("\n").endswith(("<task>", "</targets>\n<task>"))
    assert "Do it, and do mind the tests." in texts[1]
    reordered = shop.render(pack(shop, "Do it, and do mind the tests.")).text
    assert common(texts[0], reordered) < common(texts[0], texts[1])


def test_what_a_choice_is_about_is_part_of_what_determines_it(shop: Index) -> None:
    plain, about = pack(shop, "go on"), pack(shop, "go on", about=TASKS[0])
    assert plain.fingerprint != about.fingerprint
    assert about.target.task == "go on"
    assert about == pack(shop, "go on", about=TASKS[0])
