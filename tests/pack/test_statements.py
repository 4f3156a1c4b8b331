"""Whole statements around a line, whatever the text is."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ctxpack.pack.statements import Statements

LINE = st.text(alphabet="()[]{} \t\"'#/*x:@,", max_size=8)


@given(st.lists(LINE, min_size=1, max_size=12), st.data())
def test_they_hold_the_line_and_stay_inside(lines: list[str], data: st.DataObject) -> None:
    line = data.draw(st.integers(1, len(lines)))
    within = data.draw(st.integers(1, line)), data.draw(st.integers(line, len(lines)))
    context, extend = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 4))
    statements = Statements(lines)
    found = statements.around(line, within, context, longest=6, extend=extend)
    if found is None:
        assert statements.statement(line, within, 6) is None
        return
    assert within[0] <= found[0] <= line <= found[1] <= within[1]
    runs = statements.holding(line, within, 6, braces=True)
    assert all(inner[0] >= outer[0] and inner[1] <= outer[1] for inner, outer in pairwise(runs))


def test_a_very_long_line_holds_nothing_together() -> None:
    lines = ["x", "(" * 3000, "y", ")"]
    assert Statements(lines).around(3, (1, 4), 1, longest=6) == (2, 3)
