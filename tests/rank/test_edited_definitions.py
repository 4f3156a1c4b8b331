"""Which definitions of the likely files are told to be edited, and because of what."""

import pytest

from ctxpack.model import Ranked, Target
from ctxpack.rank import rank

FILE = """class Cart:
    limit = 3

    def total(self):
        amount = 1
        amount += 2
        return amount

    def clear(self):
        self.items = []


def Total():
    return 0


def others():
    return 5
"""


def by_symbol(make_corpus, task: str) -> dict[str, Ranked]:
    found = rank(Target(task=task), make_corpus({"cart.py": FILE, "b.py": "def unrelated():\n    return 1\n"}))
    return {one.symbol: one for one in found.symbols}


def said(one: Ranked, signal: str) -> float:
    return sum(reason.score for reason in one.reasons if reason.signal == signal)


def test_a_name_as_it_is_written_says_more_than_one_in_other_case(make_corpus) -> None:
    found = by_symbol(make_corpus, "the total of a cart is wrong")
    assert said(found["Cart.total"], "said") > said(found["Total"], "said") > 0
    assert said(found["Cart.clear"], "said") == 0


@pytest.mark.parametrize("word", ["clear", "Clear"])
def test_words_of_the_task_that_say_what_to_do_name_nothing(make_corpus, word: str) -> None:
    assert said(by_symbol(make_corpus, f"{word} the cart")["Cart.clear"], "said") > 0
    corpus = make_corpus({"a.py": "def add(x):\n    return x\n\ndef cart():\n    return add(1)\n"})
    found = {one.symbol: one for one in rank(Target(task="add a cart"), corpus).symbols}
    assert said(found["cart"], "said") > 0
    assert said(found["add"], "said") == 0


def test_a_class_is_as_long_as_what_is_no_method_of_it(make_corpus) -> None:
    found = by_symbol(make_corpus, "the total of a cart is wrong")
    because = {name: reason.because for name, one in found.items() for reason in one.reasons if reason.signal == "size"}
    assert because["Cart"] == "4 lines of its own"
    assert because["Cart.total"] == "4 lines of its own"


def test_definitions_are_compared_with_the_others_of_their_file(make_corpus) -> None:
    found = by_symbol(make_corpus, "the amount of the total")
    assert said(found["Cart.total"], "share") > said(found["Total"], "share") > 0
    assert said(found["Cart.total"], "order") == 0 > said(found["others"], "order")


def test_reasons_add_up_to_the_score(make_corpus) -> None:
    for one in by_symbol(make_corpus, "the amount of the total").values():
        assert one.score == pytest.approx(sum(reason.score for reason in one.reasons), abs=1e-5)
