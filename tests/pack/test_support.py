"""What is needed only by lines that are not shown."""

from ctxpack.model import Item, Level, Span
from ctxpack.pack.plan import Piece, Plan
from ctxpack.pack.support import supported


def _shown(path: str, *spans: Span) -> Item:
    level: Level = "focused" if spans else "mention"
    return Item(path, "target", level, spans, "", 1, 1.0, (), "python")


def _value(of: tuple[str, int] | None, *shown: Item) -> float:
    [plan] = supported([Plan("b", "dependency", 0.5, (), [Piece(((1, 2),), 0.4, of=of)])], shown)
    return plan.pieces[0].value


def test_what_a_shown_line_needs_keeps_its_worth() -> None:
    assert _value(("a", 15), _shown("a", (1, 3), (10, 20))) == 0.4


def test_what_is_needed_for_a_line_that_is_left_out_is_worth_less() -> None:
    assert 0 < _value(("a", 15), _shown("a", (1, 3), (16, 20))) < 0.2


def test_what_is_needed_for_a_file_that_is_left_out_or_only_named_is_worth_least() -> None:
    left_out, named = _value(("a", 15), _shown("c", (1, 40))), _value(("a", 15), _shown("a"))
    assert left_out == named
    assert 0 < named < _value(("a", 15), _shown("a", (1, 3)))


def test_who_uses_a_shown_file_needs_none_of_its_lines() -> None:
    assert _value(("a", 0), _shown("a", (1, 3))) == 0.4


def test_what_is_needed_for_itself_keeps_its_worth() -> None:
    assert _value(None) == 0.4


def test_the_given_plans_stay_as_they_are() -> None:
    plan = Plan("b", "dependency", 0.5, (), [Piece(((1, 2),), 0.4, of=("a", 1))])
    supported([plan], [])
    assert plan.pieces[0].value == 0.4
