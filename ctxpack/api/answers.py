"""Methods that answer agents, each within a token budget (a number, or a text such as "16k")."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ctxpack.api import arguments
from ctxpack.api.opened import Opened, alone
from ctxpack.errors import BudgetError
from ctxpack.pack.tokens import parse_tokens

if TYPE_CHECKING:
    from ctxpack.agents import Answer, Meter

ANSWER_BUDGET = 4000
"""The default budget of an answer for an agent, in tokens."""

_SHOWN = 40


class Answers(Opened):
    """Answers within a token budget."""

    @alone
    def symbol(
        self,
        name: str,
        *,
        start_line: int | None = None,
        offset: int = 0,
        budget: int | str = ANSWER_BUDGET,
        model: str | None = None,
    ) -> Answer:
        """The source of a definition with its signature, documentation and lines, in at most `budget` tokens.

        `name` is `path::symbol`, or a name that is searched everywhere. A source that is too long is cut between lines;
        `start_line` continues it, and `offset` continues with other definitions of the name. Raises TargetError,
        BudgetError, and ArgumentError for an offset or line below the first.
        """
        from ctxpack import agents

        arguments.whole("start_line", start_line, least=1)
        arguments.whole("offset", offset)
        meter = self._meter(budget, model)
        return agents.read_symbol(self._workspace, name, meter, start_line=start_line, offset=offset)

    @alone
    def references(
        self, name: str, *, offset: int = 0, budget: int | str = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """The users of a definition, a file or a table (`table:NAME`), with the line of each use.

        `offset` continues an answer that was cut. Raises TargetError, BudgetError and ArgumentError as `symbol` does.
        """
        from ctxpack import agents

        arguments.whole("offset", offset)
        return agents.references(self._workspace, self._flow, name, self._meter(budget, model), offset=offset)

    @alone
    def upstream(
        self, name: str, *, depth: int = 2, offset: int = 0, budget: int | str = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """The datasets that a dataset is made from, or the definitions that a definition uses, within `depth` steps.

        Raises TargetError, BudgetError and ArgumentError as `symbol` does.
        """
        from ctxpack import agents

        arguments.whole("depth", depth)
        arguments.whole("offset", offset)
        return agents.upstream(self._workspace, self._flow, name, depth, self._meter(budget, model), offset=offset)

    @alone
    def map(self, *, budget: int | str = ANSWER_BUDGET, model: str | None = None) -> Answer:
        """The folders with their contents, and the datasets by layer, in as much detail as `budget` allows."""
        from ctxpack import agents

        datasets = tuple(self._flow.datasets.values()) if self._flow is not None else ()
        return agents.map_answer(self._workspace, datasets, self._meter(budget, model))

    @alone
    def meter(self, budget: int | str = ANSWER_BUDGET, model: str | None = None) -> Meter:
        """The meter for answers of at most `budget` tokens, counted for a model; raises BudgetError and ModelError."""
        return self._meter(budget, model)

    def _meter(self, budget: int | str, model: str | None) -> Meter:
        from ctxpack.agents import Meter

        profile = self._profile(model or self._config.model)
        return Meter(self._counter(profile).count_many, answer_tokens(budget), profile.control)


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
