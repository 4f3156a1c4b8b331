"""Targets: the change that context is wanted for, from what the caller names and from changed lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ctxpack import crawl
from ctxpack.api.state import State
from ctxpack.crawl import Repository
from ctxpack.errors import TargetError
from ctxpack.model import Target
from ctxpack.services import targets
from ctxpack.text import well_formed

if TYPE_CHECKING:
    from ctxpack.datacontext.mapped import Mapped


@dataclass(frozen=True, slots=True)
class Edits:
    """Where the changed lines are from: the index, the work tree against the revision `since`, or a unified diff."""

    staged: bool = False
    since: str | None = None
    diff: str | None = None

    def text(self, repository: Repository) -> str:
        """The diff; "" for none. Raises TargetError if it is from several, and RepositoryError as `Index.target`."""
        if sum((self.staged, self.since is not None, self.diff is not None)) > 1:
            raise TargetError("give one of staged, since and diff, not several")
        if self.staged:
            return repository.diff_staged()
        return repository.diff_since(self.since) if self.since is not None else self.diff or ""


def target(
    state: State,
    named: Sequence[str],
    edits: Edits,
    task: str = "",
    *,
    mapped: Callable[[str], Iterable[Mapped]] | None = None,
) -> Target:
    """The answer to `Index.target`; `mapped` are the definitions of a table to add, by default all."""
    workspace = state.workspace
    text = edits.text(workspace.repository)
    found = targets.resolve(named, workspace, lambda: state.data.flow, mapped or state.mapped)
    changes = tuple(change for change in crawl.parse_diff(text) if change.path in workspace.files)
    return msgspec.structs.replace(found, task=well_formed(task), diff=well_formed(text), changes=changes)


def present(state: State, target: Target) -> Target:
    """A target without changes of files that are gone meanwhile.

    Raises TargetError for a named file or symbol that does not exist any more.
    """
    workspace = state.workspace
    for path in dict.fromkeys((*target.paths, *(path for path, _ in target.symbols))):
        if path not in workspace.files:
            raise TargetError(f"{path}, which the target names, is no file here (any more)")
    for path, symbol in target.symbols:
        if all(one.qualname != symbol for one in workspace.facts(path).definitions):
            raise TargetError(f"{path}::{symbol}, which the target names, is not defined there (any more)")
    changes = tuple(change for change in target.changes if change.path in workspace.files)
    return target if changes == target.changes else msgspec.structs.replace(target, changes=changes)
