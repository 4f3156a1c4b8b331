from dataclasses import dataclass

import pytest

from ctxpack.model import Change, Target
from ctxpack.rank import Corpus, rank
from ctxpack.rank.fuse import default_weights

SHOP = {
    "shop/cart.py": """
class Cart:
    '''The basket of a customer.'''
    def total(self, currency):
        return round_money(self.lines, currency)
""".lstrip(),
    "shop/money.py": """
def round_money(lines, currency):
    '''Round to the smallest unit of a currency.'''
    return lines
""".lstrip(),
    "shop/mail.py": "def send_mail(address, text):\n    return deliver(address, text)\n",
    "tests/test_money.py": "def test_round_money_currency():\n    assert round_money([], 'EUR') == []\n",
}
ROLES = {"tests/test_money.py": "test"}


@dataclass
class Past:
    message: str
    paths: tuple[str, ...]


def paths(corpus: Corpus, **target: object) -> list[str]:
    return [one.path for one in rank(Target(**target), corpus).files]  # type: ignore[arg-type]


def test_score_is_the_sum_of_its_reasons(make_corpus) -> None:
    found = rank(
        Target(task="round the total of the basket in its currency, see round_money"), make_corpus(SHOP, ROLES)
    )
    assert found.files and found.symbols
    for one in (*found.files, *found.symbols):
        assert one.score == pytest.approx(sum(reason.score for reason in one.reasons), abs=1e-5)


def test_words_find_the_file_and_unrelated_files_do_not_score(make_corpus) -> None:
    found = paths(make_corpus(SHOP, ROLES), task="rounding of a currency unit is wrong")
    assert found[0] == "shop/money.py"
    assert "shop/mail.py" not in found


def test_tests_are_demoted_with_a_reason(make_corpus) -> None:
    found = rank(Target(task="round_money currency"), make_corpus(SHOP, ROLES)).files
    test = next(one for one in found if one.path.startswith("tests/"))
    assert [reason.signal for reason in test.reasons if reason.score < 0] == ["role"]
    assert found[0].path == "shop/money.py"


def test_named_definition_wins_over_mere_words(make_corpus) -> None:
    texts = {**SHOP, "shop/prose.py": '"""' + "money rounding currency total basket " * 3 + '"""\n'}
    found = rank(Target(task="`send_mail` drops rounding of money"), make_corpus(texts)).files
    mail = next(one for one in found if one.path == "shop/mail.py")
    assert any(reason.signal == "defines" for reason in mail.reasons)


def test_stack_trace_points_at_file_and_symbol(make_corpus) -> None:
    found = rank(Target(task='boom\n  File "/x/shop/mail.py", line 2, in send_mail\n'), make_corpus(SHOP))
    assert found.files[0].path == "shop/mail.py"
    assert (found.symbols[0].path, found.symbols[0].symbol) == ("shop/mail.py", "send_mail")


def test_a_path_in_the_task_counts_by_its_end(make_corpus) -> None:
    assert paths(make_corpus(SHOP), task="see app/shop/mail.py")[0] == "shop/mail.py"


def test_named_targets_and_changed_lines_come_first(make_corpus) -> None:
    corpus = make_corpus(SHOP)
    assert paths(corpus, task="currency", paths=("shop/mail.py",))[0] == "shop/mail.py"
    changed = rank(Target(changes=(Change("shop/cart.py", ((4, 4),)),), diff="+ x"), corpus)
    assert changed.files[0].path == "shop/cart.py"
    assert changed.symbols[0].symbol in ("Cart", "Cart.total")


def test_similar_commits_lift_the_files_they_touched(make_corpus) -> None:
    commits = (Past("Speed up the nightly export", ("shop/mail.py",)), Past("Typo", ("shop/cart.py",)))
    plain = paths(make_corpus(SHOP), task="nightly export is slow")
    lifted = paths(make_corpus(SHOP, commits=commits), task="nightly export is slow")
    assert plain == []
    assert lifted == ["shop/mail.py"]


def test_nothing_matches_nothing(make_corpus) -> None:
    found = rank(Target(task="zzzz qqqq"), make_corpus(SHOP))
    assert found.files == () and found.symbols == ()


def test_every_role_has_a_weight() -> None:
    from typing import get_args

    from ctxpack.model import Role

    assert set(default_weights().roles) == set(get_args(Role))
