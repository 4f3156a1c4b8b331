"""Which file the line of a reason is in."""

import pytest

from ctxpack.datacontext.placing import file_of
from ctxpack.datamodel.causes import NullCause, Rule


def _found(cause: NullCause, **texts: str) -> str:
    return file_of(list(texts), texts.__getitem__, cause)


@pytest.mark.parametrize(
    ("rule", "subject", "done"),
    [
        (Rule.JOIN, "left", "a.join(b, 'id', 'left')"),
        (Rule.FULL_JOIN_KEY, "", "a.merge(b, how='outer')"),
        (Rule.CAST, "int", "col('n').astype('int')"),
        (Rule.NULL_CONSTANT, "", "select null as n"),
        (Rule.CASE_WITHOUT_ELSE, "", "when(col('n') > 0, 1)"),
        (Rule.CASE_COMPLETE, "", "case when n > 0 then 1 else 0 end"),
        (Rule.FILTERED, "", "a.dropna('n')"),
        (Rule.FILTERED_UNSEEN, "", "where n is not null"),
        (Rule.FILLED, "", "a.fillna(0)"),
        (Rule.FILLED_IF_FITTING, "", "a.na.fill(0)"),
        (Rule.FILLED_UNSEEN, "", "a.fillna(0.5)"),
        (Rule.SUBQUERY, "", "(select max(n) from a)"),
        (Rule.PIVOT, "", "a.groupBy('n').pivot('m')"),
        (Rule.OPERATION, "date-add", "f.dateAdd('day', 1)"),
        (Rule.OPERATION, "explode-position", "f.posexplode('items')"),
        (Rule.OPERATION, "nulls are filled in columns that are not known", "a.fillna(0, subset=names)"),
        (Rule.FUNCTION_UNKNOWN, "my_score", "my_score(n)"),
        (Rule.OF_NO_ROWS, "max", "f.max('n')"),
    ],
)
def test_the_only_file_whose_line_does_what_a_reason_says(rule: Rule, subject: str, done: str) -> None:
    cause = NullCause(rule, subject, 2)
    assert _found(cause, one=f"\n{done}", other="\npass") == "one"
    assert _found(cause, one=f"\n{done}", other=f"\n{done}") == ""
    assert _found(cause, one="\npass", other=f"{done}\n") == ""
    assert _found(cause, one="\npass") == "one"


def test_every_rule_with_a_place_can_be_looked_for() -> None:
    """A rule without an entry is looked for by its subject; with none, any line at all would fit."""
    for rule in Rule:
        if "{at}" in rule.value or "{within}" in rule.value:
            cause = NullCause(rule, "odd_name" if "{subject}" in rule.value else "", 1)
            assert _found(cause, one=";", other=";") == "", rule
            assert _found(cause, one="plain words", other=";") == "", rule
