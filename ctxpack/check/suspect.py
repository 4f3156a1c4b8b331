"""Suspects: interfaces that were removed or changed, and the changes by migrations that make some of them."""

from __future__ import annotations

from typing import Literal

from ctxpack.check.parameters import Parameters
from ctxpack.model import Value

Kind = Literal[
    "removed", "renamed", "moved", "file-removed", "file-moved", "parameters", "unexported",
    "column-removed", "column-renamed", "column-type", "column-nullable",
]  # fmt: skip
"""What happened to an interface."""


class Shift(Value, frozen=True, array_like=True, gc=False):
    """A change that migrations make to a table, or to a column of it, declared at `path` and `line`.

    `before` and `after` are the old and new name or type. `by` and `by_line` are the place of the statement that does
    it. `still` are places in code that still declare what is gone. `also` are other declarations of the same table of
    the same database, such as a dump of its schema. `shared` says that another database has a table of that name.
    """

    kind: Kind
    table: str
    column: str
    path: str
    line: int
    before: str
    after: str
    by: str
    by_line: int
    still: tuple[tuple[str, int], ...] = ()
    also: tuple[tuple[str, int], ...] = ()
    shared: bool = False


class Suspect(Value, frozen=True, array_like=True, gc=False):
    """An interface that was removed or changed, whether or not anything uses it.

    `path`, `line` and `symbol` are its place before ("" and 0 for a whole file); `here` is the present path of that
    file, "" where it is gone. `members` are the indices of the definitions whose users are concerned, -1 for the file
    itself. `name` is what users write; a user contains at least one of `words`. `what` says in words what happened, and
    `successor` names the replacement, if there is one. `confidence` is the probability that a user breaks. `private`
    says that only uses in other files count. `call` are the parameters before and after; `column` is the column of a
    table. `undone` says that a use counts even if it still resolves.
    For a migration's change, `by` and `by_line` are its place, `also` are definitions of the same table in other files
    (paths and indices, -1 for none), and `shared` says that another database has a table of that name.
    """

    kind: Kind
    path: str
    here: str
    symbol: str
    line: int
    what: str
    name: str
    words: tuple[str, ...]
    members: tuple[int, ...] = ()
    successor: str = ""
    confidence: float = 1.0
    private: bool = False
    call: tuple[Parameters, Parameters] | None = None
    column: str = ""
    undone: bool = False
    by: str = ""
    by_line: int = 0
    also: tuple[tuple[str, int], ...] = ()
    shared: bool = False

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """The definitions whose users are concerned, as paths and indices."""
        return (*((self.path, member) for member in self.members), *(place for place in self.also if place[1] >= 0))

    @property
    def table(self) -> str:
        """The table that a migration changed, or to which the changed column belongs."""
        return self.symbol.removesuffix(f".{self.column}") if self.column else self.symbol
