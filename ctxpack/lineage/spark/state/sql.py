"""What the interpreter needs of a SQL parser; one is passed to it, so that it knows nothing of `lineage/sql`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ctxpack.datamodel.algebra import Output, PlanTree


class SqlStatement(Protocol):
    """A parsed SQL statement, as `lineage/sql` gives it."""

    @property
    def kind(self) -> str:
        """Whether it is a query, a write or something else."""

    @property
    def target(self) -> str:
        """The dataset that it writes."""

    @property
    def mode(self) -> str:
        """The write mode."""

    @property
    def adds(self) -> bool:
        """Whether the plan's columns are not all that the target has."""

    @property
    def positional(self) -> bool:
        """Whether columns are matched to the target's by position."""

    @property
    def plan(self) -> PlanTree | None:
        """The plan of what it computes."""

    @property
    def line(self) -> int:
        """Its first line."""

    @property
    def problem(self) -> str:
        """Why it could not be parsed."""


class Sql(Protocol):
    """The SQL parser (`lineage/sql`)."""

    def statements(self, text: str, dialect: str, *, first_line: int = 1) -> Sequence[SqlStatement]:
        """The statements of a text."""

    def outputs(self, text: str, dialect: str) -> Sequence[Output]:
        """The columns of an expression, with its aliases."""
