"""Answers for agents, each within a budget of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxpack.api.opened import Opened, alone

if TYPE_CHECKING:
    from ctxpack.agents import Answer, Meter

ANSWER_BUDGET = 4000
"""Tokens of an answer for an agent where nothing else is said."""


class Answers(Opened):
    """Answers that are metered."""

    @alone
    def symbol(
        self,
        name: str,
        *,
        start_line: int | None = None,
        offset: int = 0,
        budget: int = ANSWER_BUDGET,
        model: str | None = None,
    ) -> Answer:
        """The source of a definition with its signature, documentation and lines, in at most `budget` tokens.

        `name` is `path::symbol`, or a name that is looked for everywhere. A source that is too long is cut between
        lines; `start_line` goes on with it, and `offset` with other definitions of the name. Raises TargetError and
        BudgetError.
        """
        from ctxpack import agents

        meter = self._meter(budget, model)
        return agents.read_symbol(self._workspace, name, meter, start_line=start_line, offset=offset)

    @alone
    def references(
        self, name: str, *, offset: int = 0, budget: int = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """Who uses a definition, a file or a table (`table:NAME`), with the line of each use.

        `offset` goes on where an answer was cut. Raises TargetError and BudgetError.
        """
        from ctxpack import agents

        return agents.references(self._workspace, self._flow, name, self._meter(budget, model), offset=offset)

    @alone
    def upstream(
        self, name: str, *, depth: int = 2, offset: int = 0, budget: int = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """What a dataset is made from and where, or which definitions a definition uses, within `depth` steps.

        Raises TargetError and BudgetError.
        """
        from ctxpack import agents

        return agents.upstream(self._workspace, self._flow, name, depth, self._meter(budget, model), offset=offset)

    @alone
    def map(self, *, budget: int = ANSWER_BUDGET, model: str | None = None) -> Answer:
        """The folders of the repository with what is in them, and its datasets by layer, as deep as `budget` allows."""
        from ctxpack import agents

        datasets = tuple(self._flow.datasets.values()) if self._flow is not None else ()
        return agents.map_answer(self._workspace, datasets, self._meter(budget, model))

    @alone
    def meter(self, budget: int = ANSWER_BUDGET, model: str | None = None) -> Meter:
        """What counts answers of at most `budget` tokens for a model; raises ModelError."""
        return self._meter(budget, model)

    def _meter(self, budget: int, model: str | None) -> Meter:
        from ctxpack.agents import Meter

        profile = self._profile(model or self._config.model)
        return Meter(self._counter(profile).count_many, budget, profile.control)
