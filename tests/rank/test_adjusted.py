"""Weights of a repository's own."""

from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.config import Config
from ctxpack.errors import ConfigError
from ctxpack.rank.adjusted import adjusted, flat
from ctxpack.rank.fuse import default_weights


def test_only_what_is_named_changes() -> None:
    before, after = flat(default_weights()), flat(adjusted({"files.words": 9.0, "roles.test": 0.5}))
    assert {name: worth for name, worth in after.items() if before[name] != worth} == {
        "files.words": 9.0,
        "roles.test": 0.5,
    }
    assert adjusted({}) == default_weights()


@pytest.mark.parametrize(("name", "hint"), [("files.word", "files.words"), ("role.test", "roles.test")])
def test_a_name_that_is_none_gets_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"here: unknown weight '{name}'; did you mean {hint}"):
        adjusted({name: 1.0}, where="here")


def test_a_name_like_none_gets_three_and_no_list() -> None:
    with pytest.raises(ConfigError, match="unknown weight 'zzz'") as caught:
        adjusted({"zzz": 1.0})
    assert str(caught.value).count(", ") == 2


def test_the_settings_decide_ranking_and_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "cart.py").write_text("def total(order):\n    return order.price\n")
    (tmp_path / "test_cart.py").write_text(
        "from cart import total\n\ndef test_total():\n    assert total(order) == 1\n"
    )
    packs, scores = [], []
    for config in (Config(), Config(weights={"roles.test": 0.9}), Config()):
        with Index.open(tmp_path, config=config) as index:
            target = index.target(task="total of an order")
            packs.append(index.pack(target, budget=2000))
            scores.append({one.path: one.score for one in index.rank(target).files})
    assert scores[1]["test_cart.py"] > scores[0]["test_cart.py"]
    assert scores[1]["cart.py"] == scores[0]["cart.py"]
    assert packs[0].fingerprint == packs[2].fingerprint != packs[1].fingerprint


def test_an_unknown_weight_in_a_file_is_told_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "cart.py").write_text("def total(order): ...\n")
    (tmp_path / "ctxpack.toml").write_text("[weights]\nfiles.wrods = 1\n")
    with Index.open(tmp_path) as index, pytest.raises(ConfigError, match=r"ctxpack.toml: .*did you mean files.words"):
        index.rank(index.target(task="total"))
