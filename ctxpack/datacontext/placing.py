"""Finds the file that a line number in the reason of a column's nullability belongs to.

The plan of a program holds line numbers without files. If the program neither imports nor is imported by another
program of the repository, its lines are its own. Otherwise the file is the only candidate whose text at that line does
what the reason says: for a left join on line 12, the only one with a join there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from ctxpack.datamodel import program as code
from ctxpack.datamodel.causes import NullCause, Rule
from ctxpack.datamodel.lineage import PlannedWrite, Sites
from ctxpack.datamodel.program import Program
from ctxpack.lineage.algebra.plans import scans

Resolve = Callable[[str, str, str], tuple[str, ...]]
"""Resolves an import to files: takes the path of the importing file, the module and the name."""

_MOST_FILES = 60
"""With more connected files than this, lines are not assigned to files."""

_JOIN = r"join(?![a-z_])|\bmerge\b"
_CASE = r"\bwhen\b|\bcase\b|\biff?\b|\bexpr\b"
_FILTER = r"filter|where|join(?![a-z_])|dropna|not[\s_]*null|\band\b"
_FILL = r"fill|\bna\b"

_DONE_BY = {
    Rule.JOIN: _JOIN,
    Rule.FULL_JOIN_KEY: _JOIN,
    Rule.CAST: r"cast|astype|::|\bto_",
    Rule.NULL_CONSTANT: r"\bnull\b",
    Rule.CONSTANT: r"\blit\b|['\"\d]|\btrue\b|\bfalse\b",
    Rule.CASE_WITHOUT_ELSE: _CASE,
    Rule.CASE_COMPLETE: _CASE,
    Rule.FILTERED: _FILTER,
    Rule.FILTERED_UNSEEN: _FILTER,
    Rule.FILLED: _FILL,
    Rule.FILLED_IF_FITTING: _FILL,
    Rule.FILLED_UNSEEN: _FILL,
    Rule.SUBQUERY: r"\bselect\b",
    Rule.PIVOT: r"pivot",
}
"""What the line of the source must contain for a rule; for all others, the name of the reason's subject."""

_SPELLED = {"explode-position": "posexplode", "nulls are filled in columns that are not known": _FILL}
"""What the source has for subjects that it spells otherwise."""


def file_of(files: Sequence[str], read: Callable[[str], str], cause: NullCause) -> str:
    """The file that the line of a reason is in; "" if that is ambiguous.

    `files` are the candidates, and `read` gives the text of one.
    """
    if len(files) < 2:
        return files[0] if files else ""
    done = re.compile(_DONE_BY.get(cause.rule) or _SPELLED.get(cause.subject) or _named(cause.subject), re.IGNORECASE)
    fitting = [path for path in files if done.search(_line(read(path), cause.line))]
    return fitting[0] if len(fitting) == 1 else ""


def _named(subject: str) -> str:
    """A regex for the name that a subject begins with, however it is spelled (`date-add`: `date_add`, `dateAdd`)."""
    name = re.split(r"[-_]", subject.partition(" ")[0])
    return r"\b" + r"[\s_]*".join(map(re.escape, name)) + r"\b"


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number)
    return lines[number - 1] if len(lines) >= number else ""


def with_files(sites: Sites, programs: Mapping[str, Program], resolve: Resolve) -> Sites:
    """The sites of programs, each write with the candidate files for the lines in its plan (`PlannedWrite.files`)."""
    near = _Near(programs, resolve)
    return msgspec.structs.replace(sites, writes=tuple(_with_files(one, near) for one in sites.writes))


def _with_files(write: PlannedWrite, near: _Near) -> PlannedWrite:
    read = dict.fromkeys([write.path, *(scan.path for scan in scans(write.plan) if scan.path)])
    files = dict.fromkeys([*read, *(other for path in read for other in near.to(path))])
    return msgspec.structs.replace(write, files=tuple(files)) if len(files) <= _MOST_FILES else write


class _Near:
    """The programs connected to a program: all that import it, directly or not, and all that those import in turn."""

    def __init__(self, programs: Mapping[str, Program], resolve: Resolve) -> None:
        self._uses: dict[str, set[str]] = defaultdict(set)
        self._users: dict[str, set[str]] = defaultdict(set)
        self._found: dict[str, list[str]] = {}
        by_name: dict[str, list[str]] = defaultdict(list)
        for path in programs:
            by_name[PurePosixPath(path).stem].append(path)
        for path, program in programs.items():
            for one in _uses(program.statements):
                if isinstance(one, code.RunFile):
                    used: Iterable[str] = by_name[PurePosixPath(one.path).stem]
                else:
                    used = resolve(path, one.module, one.name)
                for other in used:
                    self._uses[path].add(other)
                    self._users[other].add(path)

    def to(self, path: str) -> list[str]:
        """The programs connected to `path`, itself included, sorted."""
        if path not in self._found:
            self._found[path] = sorted(_reached(_reached({path}, self._users), self._uses))
        return self._found[path]


def _reached(start: set[str], beside: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(start), sorted(start)
    while waiting:
        more = beside.get(waiting.pop(), set()) - reached
        reached |= more
        waiting += more
    return reached


def _uses(statements: Iterable[code.Statement]) -> Iterator[code.Import | code.RunFile]:
    """The imports and runs of other files, at any nesting depth."""
    for one in statements:
        if isinstance(one, (code.Import, code.RunFile)):
            yield one
        for block in code.blocks(one):
            yield from _uses(block)
