"""How words of any script become tokens."""

from __future__ import annotations

import pytest

from ctxpack import text
from ctxpack.rank import query


@pytest.mark.parametrize(
    ("word", "tokens"),
    [
        ("größe", ("größe",)),
        ("Überweisungen", ("überweisungen",)),
        ("naïveCache", ("naïv", "cach", "naïvecache")),
        ("ПроверкаСчёта", ("проверка", "счёта", "проверкасчёта")),
        ("사용자이름", ("사용자이름",)),
    ],
)
def test_letters_beyond_ascii_are_letters(word: str, tokens: tuple[str, ...]) -> None:
    assert text.expand(word) == tokens


def test_chinese_characters_are_found_by_pairs() -> None:
    written = set(text.tokens("取消超时的订单，恢复优惠券。"))
    asked = set(text.tokens("订单超时自动取消"))
    assert asked & written == {"订单", "超时", "取消"}


def test_katakana_is_a_word_and_hiragana_none() -> None:
    assert text.expand("無音時間のデータを") == ("無音", "音時", "時間", "データ")
    assert text.expand("ようにする") == ()


def test_scripts_mix_in_one_word() -> None:
    assert text.expand("get用户名") == ("get", "用户", "户名")
    assert text.parts("get用户名") == ["get", "用户", "户名"]


def test_a_long_sentence_without_blanks_is_read_and_a_long_word_is_not() -> None:
    assert text.expand("注文" * 200)[:2] == ("注文", "文注")
    assert text.expand("größe" * 20) == text.expand("a" * 65) == ()


def test_bytes_and_text_give_the_same_tokens() -> None:
    written = "fn(größe, 用户名) {データ}"
    assert text.joined_spaced([text.spaced(written.encode())]) == text.joined([written])


def test_a_pair_of_chinese_characters_counts_half_of_a_word() -> None:
    weights = dict(query.read("fix\n\n注文 order").terms)
    assert 0 < weights["注文"] < weights["order"]
