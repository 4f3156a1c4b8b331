"""How sure a pack is, from what a ranking looks like."""

import math

import msgspec
import pytest

from ctxpack.model import Confidence, Ranked, Ranking, Reason, Target
from ctxpack.rank.confidence import SURE, Logistic, Model, Shown, confidence, features, fitted

TASK = Target(task="round the total of an order to cents")


def ranking(*scores: float, found: str = "round total order cents", more: tuple[Reason, ...] = ()) -> Ranking:
    files = [
        Ranked(
            f"f{at}.py", "", 0, score, (Reason("words", score, found, tuple(found.split())), *(more if at == 0 else ()))
        )
        for at, score in enumerate(scores)
    ]
    return Ranking(tuple(files), ())


def shown(count: int, tokens: int = 8000, files: int = 100) -> Shown:
    return Shown(frozenset(f"f{at}.py" for at in range(count)), tokens, files)


STEEP = ranking(2.0, 0.7, 0.6, 0.5, 0.4, more=(Reason("defines", 0.2, "defines round"),))
SIGNALS = ("title", "symbol", "path", "messages", "folder", "recent", "size", "uses")
FLAT = ranking(
    *(1.5 - place / 100 for place in range(10)),
    found="total order",
    more=tuple(Reason(name, 0.01, "so") for name in SIGNALS),
)


BY_REACH = Logistic(("reach",), (1.0,), (1.0,), (1.0,), 0.0)
MODEL = Model(1, 1, BY_REACH, Logistic((), (), (), (), 0.0), strange=0.4)


def test_it_says_a_share_and_asks_where_it_is_low() -> None:
    found = confidence(FLAT, TASK, shown(1), MODEL)
    assert found.value == 0.5
    assert found.sentence == "on similar tasks the edited files were all in the pack 50 % of the time"
    assert found.question.startswith("name the file or symbol to be changed: candidates are f0.py, f1.py, f2.py")
    assert found.question.endswith("or give more room: 9 of the first 10 are not in the pack")
    assert found.candidates == ("f0.py", "f1.py", "f2.py")


def test_a_clear_ranking_in_a_wide_pack_is_surer() -> None:
    low = confidence(FLAT, TASK, shown(1, tokens=1000, files=5000)).value
    high = confidence(STEEP, TASK, shown(60, tokens=100_000, files=100))
    assert low is not None
    assert high.value is not None
    assert high.value > low
    assert high.value >= SURE
    assert high.question == ""
    assert high.candidates == ()


def test_more_room_never_makes_it_less_sure() -> None:
    for one in (FLAT, STEEP):
        values = [confidence(one, TASK, shown(count, tokens=1000 * count)).value or 0 for count in (2, 8, 30, 60)]
        assert values == sorted(values)


def test_what_the_caller_named_is_no_guess() -> None:
    found = confidence(STEEP, Target(task="x", paths=("f0.py",)), shown(1))
    assert found == Confidence(None, "what is to be changed was named, so no file had to be guessed")
    assert confidence(Ranking((), ()), Target(), shown(1)).value is None


def test_a_task_of_which_nothing_is_found_is_not_answered() -> None:
    found = confidence(Ranking((), ()), TASK, shown(0))
    assert not found.belongs
    assert found.value == 0.02
    assert "no word of the task" in found.sentence
    assert found.question


def test_a_task_that_looks_foreign_is_told_as_such() -> None:
    found = confidence(FLAT, TASK, shown(1), msgspec.structs.replace(MODEL, strange=0.6))
    assert (found.belongs, found.value) == (False, 0.25)
    assert "does not seem to be about this repository" in found.sentence
    assert confidence(FLAT, TASK, shown(1), MODEL).belongs


def test_features() -> None:
    found = features(STEEP, TASK, shown(3, tokens=1023, files=7))
    assert found["margin"] == pytest.approx(0.65)
    assert found["fifth"] == pytest.approx(0.2)
    assert (found["tenth"], found["found"], found["named"]) == (0.0, 1.0, 1.0)
    assert (found["reach"], found["files"], found["tokens"]) == (2.0, 3.0, 10.0)
    many = ranking(1.0, found="round total order cents a b c d e f")
    assert (
        features(
            many, Target(task="one two three four five six seven eight nine ten eleven twelve thirteen"), shown(1)
        )["found"]
        < 1
    )


def test_the_committed_model_is_whole() -> None:
    model = fitted()
    found = features(STEEP, TASK, shown(3))
    assert set(model.whole.features) | set(model.belongs.features) == set(found)
    for one in (model.whole, model.belongs):
        assert len(one.features) == len(one.means) == len(one.spreads) == len(one.weights)
        assert all(map(math.isfinite, (*one.means, *one.spreads, *one.weights, one.intercept)))
        assert 0 < one(found) < 1
    assert model.cases > 500
    assert model.repositories >= 15
    assert 0 < model.strange < 1


def test_of_a_task_longer_than_any_that_was_measured_nothing_is_said() -> None:
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}" for n in range(2000))
    found = confidence(STEEP, Target(task=words), shown(60))
    assert found.value is None
    assert found.candidates
    assert "words" in found.sentence


def test_a_feature_far_beyond_the_measured_ones_counts_as_the_farthest_of_them() -> None:
    assert BY_REACH({"reach": 4.0}) == BY_REACH({"reach": 400.0}) > BY_REACH({"reach": 3.9})
