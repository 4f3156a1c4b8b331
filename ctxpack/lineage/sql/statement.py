"""A SQL statement with its plan: what this package hands out."""

from __future__ import annotations

from typing import Literal

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.model import Value


class SqlStatement(Value, frozen=True, array_like=True, gc=False):
    """One statement of a text.

    A `query` has a plan and no target; a `write` has both (`mode` is create, overwrite, append, merge or update, and
    `target_kind` table, view or path); `other` is everything else (grants, declarations, deletions, statements on
    temporary tables). `reads` are the datasets that the statement reads, sorted, without the target of a merge or an
    update, which is only matched. With `adds`, the plan's columns are not all that the target has; with `positional`,
    they go to its columns by their places. `problem` says why a statement could not be read, "" where it could.
    `evolves` is the clause by which the target's schema may change.
    """

    kind: Literal["query", "write", "other"]
    target: str = ""
    mode: str = ""
    plan: PlanTree | None = None
    reads: tuple[str, ...] = ()
    line: int = 1
    end_line: int = 1
    problem: str = ""
    target_kind: str = "table"
    adds: bool = False
    evolves: str = ""
    positional: bool = False
