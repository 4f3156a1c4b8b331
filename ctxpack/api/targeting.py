"""Targets: the change that context is wanted for, from what the caller names and from changed lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ctxpack import crawl
from ctxpack.api.state import State
from ctxpack.errors import TargetError
from ctxpack.model import Change, Problem, Target
from ctxpack.services import targets
from ctxpack.text import well_formed

if TYPE_CHECKING:
    from ctxpack.datacontext.mapped import Mapped


_NAMED = 10
"""How many files in conflict are named."""


class Edited(NamedTuple):
    """A diff as text, "" for none, and all changes in it, also of files that are gone or outside of the view."""

    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Edits:
    """Where the changed lines are from: the index, the work tree against the revision `since`, or a unified diff.

    `folder` is the folder in the view in which that diff may have been taken.
    """

    staged: bool = False
    since: str | None = None
    diff: str | None = None
    folder: str = ""

    def read(self, state: State) -> Edited:
        """The changes; of what is staged, files in conflict are left out, which becomes a problem of the state.

        Raises TargetError if the changes are from several places, and RepositoryError as `Index.target`.
        """
        if sum((self.staged, self.since is not None, self.diff is not None)) > 1:
            raise TargetError("give one of staged, since and diff, not several")
        workspace, repository = state.workspace, state.workspace.repository
        if self.diff is not None:
            text = well_formed(crawl.uncoloured(self.diff))
            return Edited(text, repository.changes(text, list(workspace.files), self.folder))
        if self.staged and (unresolved := repository.unresolved()):
            state.seen.add(Problem("", _in_conflict(unresolved)))
        text = ""
        if self.staged or self.since is not None:
            text = repository.diff_staged() if self.since is None else repository.diff_since(self.since)
        text = well_formed(text)
        return Edited(text, crawl.parse_diff(text))


def _in_conflict(paths: Sequence[str]) -> str:
    """The message that these files count as not staged."""
    named = ", ".join(paths[:_NAMED])
    if len(paths) == 1:
        return f"{named} has an unresolved merge conflict, so it does not count as staged"
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    return f"{named}{more} have unresolved merge conflicts, so they do not count as staged"


def target(
    state: State,
    named: Sequence[str],
    edited: Edited,
    task: str = "",
    *,
    mapped: Callable[[str], Iterable[Mapped]] | None = None,
) -> Target:
    """The answer to `Index.target`; `mapped` are the definitions of a table to add, by default all."""
    workspace = state.workspace
    found = targets.resolve(named, workspace, lambda: state.data.flow, mapped or state.mapped)
    changes = tuple(change for change in edited.changes if change.path in workspace.files)
    return msgspec.structs.replace(found, task=well_formed(task), diff=edited.text, changes=changes)


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
