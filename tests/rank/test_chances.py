import pytest

from ctxpack.model import Ranked, Reason, Target
from ctxpack.rank import chances, default_weights, rank
from ctxpack.rank.context import _EDITED_TOGETHER, _together
from ctxpack.rank.definitions import LEAST

TEXTS = {
    "shop/money.py": '''
RATE = 3


def round_money(lines, currency):
    """Round to the smallest unit of a currency."""
    return lines


def unrelated(left):
    return left
'''.lstrip(),
    "shop/many.py": "".join(f"def convert_{number}(unit, currency):\n    return unit\n\n\n" for number in range(12)),
}


def ranked(*scores: float, signal: str = "words") -> list[Ranked]:
    return [Ranked(f"{place}.py", "", 0, score, (Reason(signal, score, ""),)) for place, score in enumerate(scores)]


def test_chances_fall_with_place_and_score_and_stay_between_0_and_1() -> None:
    found = chances.of_files(ranked(2.0, 1.5, 1.5, 0.2), default_weights().chances)
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4
    assert all(0.0 < chance < 1.0 for chance in found)


def test_a_first_file_far_above_the_second_leaves_it_less() -> None:
    weights = default_weights().chances
    near, far = chances.of_files(ranked(2.0, 1.9), weights), chances.of_files(ranked(2.0, 0.9), weights)
    assert near[1] > far[1]


def test_what_was_named_is_certain() -> None:
    assert chances.of_files(ranked(2.0, 1.0, signal="given"), default_weights().chances) == [1.0, 1.0]
    assert chances.of_symbol(ranked(0.1, signal="given")[0], default_weights().symbols) == 1.0


def test_odds_are_even_where_the_weights_say() -> None:
    weights = default_weights().symbols
    assert chances.of_symbol(ranked(weights["even"])[0], weights) == pytest.approx(0.5)


def test_definitions_without_words_of_the_task_are_listed_in_likely_files(make_corpus) -> None:
    found = rank(Target(task="rounding of a currency unit is wrong"), make_corpus(TEXTS))
    listed = {one.symbol: one for one in found.symbols}
    assert found.symbols[0].symbol == "round_money"
    assert not [reason for reason in listed["unrelated"].reasons if reason.signal == "words"]
    assert all(chances.of_symbol(one, default_weights().symbols) >= LEAST for one in found.symbols)


def test_one_of_few_is_likelier_than_one_of_many(make_corpus) -> None:
    found = rank(Target(task="rounding of a currency unit is wrong"), make_corpus(TEXTS))
    among = {one.path: reason.score for one in found.symbols for reason in one.reasons if reason.signal == "among"}
    assert among["shop/many.py"] < among["shop/money.py"] < 0


def test_tests_inside_a_source_file_are_held_back(make_corpus) -> None:
    text = "fn round(money: u8) {}\n\n#[cfg(test)]\nmod tests {\n    fn round_money() { round(1); }\n}\n"
    found = rank(Target(task="money is rounded wrongly"), make_corpus({"src/money.rs": text}, language="rust"))
    signals = {one.symbol: {reason.signal for reason in one.reasons} for one in found.symbols}
    assert "role" in signals["tests.round_money"]
    assert "role" not in signals["round"]


def test_definitions_that_nothing_tells_apart_are_not_all_expected() -> None:
    alike = {number: 0.2 for number in range(40)}
    found = _together(alike, 0.5)
    assert sum(found.values()) == pytest.approx(_EDITED_TOGETHER * 0.5)
    assert len(set(found.values())) == 1
    few = {0: 0.5, 1: 0.1}
    assert _together(few, 0.5) == few
    assert _together({**alike, 40: 1.0}, 0.5)[40] == 1.0


def test_a_test_is_edited_more_often_than_its_words_tell_and_what_is_certain_stays_so() -> None:
    told = (0.001, 0.01, 0.05, 0.2, 0.5)
    found = [chances.of_test(chance) for chance in told]
    assert found == sorted(found) and all(more > chance for more, chance in zip(found, told, strict=True))
    assert found[-1] < 1.0
    assert chances.of_test(1.0) == 1.0 and chances.of_test(0.0) == 0.0
