"""What answers for agents are made within: a number of tokens, counted for a model."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ctxpack.api.state import State
from ctxpack.errors import BudgetError
from ctxpack.pack.tokens import parse_tokens

if TYPE_CHECKING:
    from ctxpack.agents import Meter

ANSWER_BUDGET = 4000
"""The default budget of an answer for an agent, in tokens."""

_SHOWN = 40


def meter(state: State, budget: int | str, model: str | None) -> Meter:
    """The answer to `Index.meter`."""
    from ctxpack.agents import Meter

    profile = state.profile(model)
    return Meter(state.counter(profile).count_many, answer_tokens(budget), profile.control)


def answer_tokens(budget: object) -> int:
    """Parse the budget of an answer: a whole number of tokens above zero, or the text of one, such as "4k".

    Raises BudgetError for anything else: "auto" and "max" are for packs.
    """
    if isinstance(budget, str):
        with suppress(BudgetError):
            return parse_tokens(budget)
    elif isinstance(budget, int | float) and not isinstance(budget, bool) and budget > 0 and budget == budget // 1:
        return int(budget)
    shown = repr(budget[:_SHOWN] if isinstance(budget, str) else budget)[:_SHOWN]
    raise BudgetError(f"{shown} is not the budget of an answer: give a number of tokens, such as 4000 or 4k")
