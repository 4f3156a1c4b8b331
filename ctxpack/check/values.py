"""The values of a check: changed files, suspects (removed or changed interfaces), their uses, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ctxpack.datamodel.lineage import Frame
from ctxpack.model import FileFacts, Problem, Value

Frames = Mapping[str, Frame]
"""The output columns of a file's queries, by the table or view that they create; "" for a query that creates none."""

Kind = Literal[
    "removed", "renamed", "moved", "file-removed", "file-moved", "parameters", "unexported",
    "column-removed", "column-renamed", "column-type", "column-nullable",
]  # fmt: skip
"""What happened to an interface."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """A changed file in both states; where it does not exist, the path is "" and the facts are None.

    Frames are those of SQL files, None for other files and where they could not be computed.
    """

    before: str
    after: str
    old: FileFacts | None
    new: FileFacts | None
    old_text: str = ""
    new_text: str = ""
    old_frames: Frames | None = None
    new_frames: Frames | None = None


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


class Parameter(Value, frozen=True, array_like=True, gc=False):
    """A parameter: its name ("" where that does not matter to calls) and whether a call may leave it out."""

    name: str
    optional: bool = False


class Parameters(Value, frozen=True, array_like=True, gc=False):
    """The parameters of a callable: positional-only, `both` (positional or named), named-only, `*args`, `**kwargs`."""

    positional: tuple[Parameter, ...] = ()
    both: tuple[Parameter, ...] = ()
    named: tuple[Parameter, ...] = ()
    any_positional: bool = False
    any_named: bool = False


class Use(Value, frozen=True, array_like=True, gc=False):
    """A place in the staged state that breaks.

    `symbol` is the definition that contains it ("" for none), `how` is a verb for the use ("calls"), and `why` explains
    where the use alone does not. `origin` is the rule that bound it, `confidence` the probability that it breaks.
    """

    path: str
    line: int
    symbol: str
    how: str
    why: str
    test: bool
    origin: str
    confidence: float


class Finding(Value, frozen=True, array_like=True, gc=False):
    """A suspect with its uses, highest confidence first; `fails` if one of them reaches the threshold."""

    suspect: Suspect
    uses: tuple[Use, ...]
    fails: bool


class Report(Value, frozen=True, array_like=True, gc=False):
    """The findings of a check, those that fail first, then by place.

    `base` is the commit compared with, "" before the first one; `changed` is the number of changed files; `suppressed`
    is the number of uses suppressed by comments or settings; a use fails from the confidence `threshold` on. `prefix`
    is where the directory that was checked, to which paths are relative, is in its repository: "" at the top, or "a/".
    """

    base: str
    changed: int
    threshold: float
    findings: tuple[Finding, ...]
    suppressed: int = 0
    problems: tuple[Problem, ...] = ()
    prefix: str = ""

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that fail."""
        return tuple(finding for finding in self.findings if finding.fails)
