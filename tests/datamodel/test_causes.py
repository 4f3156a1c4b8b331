"""The sentences of reasons, and reasons as stored values."""

import msgspec
import pytest

from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.datamodel.lineage import ColumnState

LEFT = NullCause(Rule.JOIN, "left", 4)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (UNTOLD, ""),
        (NullCause(Rule.JOIN, "left"), "left join"),
        (LEFT, "left join at line 4"),
        (NullCause(Rule.JOIN, "left", 4, "a.py"), "left join at a.py:4"),
        (NullCause(Rule.JOIN, "left", 4, "a.py", sure=False), "left join at line 4 of a.py or of code that it uses"),
        (NullCause(Rule.PIVOT), "a pivot has no row for every value"),
        (NullCause(Rule.PIVOT, line=4, path="a.py"), "a pivot has no row for every value (a.py:4)"),
        (NullCause(Rule.CAST, "struct<{a}>", 4), "cast to struct<{a}> at line 4 can fail"),
    ],
)
def test_a_sentence_tells_the_rule_its_subject_and_its_place(cause: NullCause, said: str) -> None:
    assert str(cause) == said
    assert bool(cause) is bool(said)


def test_every_rule_has_a_sentence_of_its_own_that_can_be_filled_in() -> None:
    said = {str(NullCause(rule, "it", 4, "a.py")) for rule in Rule}
    assert len(said) == len(Rule)
    assert not any("{" in one for one in said)


def test_further_reasons_follow_in_order() -> None:
    seen, kept = NullCause(Rule.FILTERED_UNSEEN, line=5), NullCause(Rule.KEPT_WITHOUT_ELEMENTS)
    assert str(LEFT.followed_by(seen).followed_by(kept)) == f"{LEFT}; {seen}; {kept}"
    assert LEFT.followed_by(UNTOLD) == LEFT
    assert UNTOLD.followed_by(seen) == seen


def test_a_stored_column_keeps_its_reason() -> None:
    cause = LEFT.followed_by(NullCause(Rule.FILTERED_UNSEEN, "", 5, "b.py", sure=False))
    column = ColumnState("a", cause=cause)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(column), type=ColumnState) == column
    assert column.because == str(cause)
