"""The values of a check: a changed file, what of its interface is suspect, and who uses that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ctxpack.datamodel.lineage import Frame
from ctxpack.model import FileFacts, Problem, Value

Frames = Mapping[str, Frame]
"""The columns that the queries of a file give, by what they make; "" for a query that makes nothing by a name."""

Kind = Literal[
    "removed", "renamed", "moved", "file-removed", "file-moved", "parameters", "unexported",
    "column-removed", "column-renamed", "column-type", "column-nullable",
]  # fmt: skip
"""What happened to something that others may use."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """A changed file in both states; a path is "", and the facts are None, where there is no such file.

    The frames are those of a file of SQL, None where it is none or could not be read.
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
    """What migrations do to a table, or to a column of it, that was declared at `path` and `line`.

    `before` and `after` are what changed: names or types. `by` and `by_line` are the place of the statement that does
    it. `still` are places that declare for programs what is gone, `also` are others that declare the same table of the
    same database, such as a dump of its schema. `shared` says that another database has a table of that name.
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
    """Something that a file offered before and does not offer in the same way now, whoever may use it.

    `path`, `line` and `symbol` say where it stood ("" and 0 for a file) and `here` where that place is now: a path,
    "" where the file is gone. `members` are the indices of the definitions whose users are concerned, -1 for the file
    itself. `name` is what users write, `words` are all words of which a user has at least one. `successor` names what
    took its place, if anything did. `confidence` is how sure it is that a user breaks. `private` says that only other
    files count. `call` are the parameters before and after; `column` is the column of a table.
    Of what a migration did, `by` and `by_line` say where, `also` are definitions of the same table in other files
    (paths and indices, -1 for none), and `shared` says that another database has a table of the name.
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
        """The table that a migration changed, or whose column it did."""
        return self.symbol.removesuffix(f".{self.column}") if self.column else self.symbol


class Parameter(Value, frozen=True, array_like=True, gc=False):
    """A parameter: its name ("" where that does not matter to calls) and whether a call may leave it out."""

    name: str
    optional: bool = False


class Parameters(Value, frozen=True, array_like=True, gc=False):
    """What a call may give: by position alone, by position or name, by name alone, and whether any number of each."""

    positional: tuple[Parameter, ...] = ()
    both: tuple[Parameter, ...] = ()
    named: tuple[Parameter, ...] = ()
    any_positional: bool = False
    any_named: bool = False


class Use(Value, frozen=True, array_like=True, gc=False):
    """A place, in the staged state, that needs what is gone.

    `symbol` is the definition that it stands in ("" for none), `how` is what it does there, as a verb, and `why` says
    more where the use alone does not tell. `origin` is the rule that bound it and `confidence` how sure it is.
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
    """A suspect with its users, the surest first; `fails` where one of them is sure enough."""

    suspect: Suspect
    uses: tuple[Use, ...]
    fails: bool


class Report(Value, frozen=True, array_like=True, gc=False):
    """The findings of a check, those that fail first, then by place.

    `base` is the commit compared with, "" before the first one; `changed` is how many files differ; `suppressed` is
    how many uses were left out because comments or settings say so, and `threshold` from where on a use fails.
    """

    base: str
    changed: int
    threshold: float
    findings: tuple[Finding, ...]
    suppressed: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that fail."""
        return tuple(finding for finding in self.findings if finding.fails)
