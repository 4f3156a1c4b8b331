"""In which file a line stands that decides something about a column of a program's plan.

A plan holds lines without their files. Where a program uses no other of the repository, and no other uses it, they can
only be its own. Else the line is that of the only file that does there what is said of the line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from ctxpack.datamodel import program as code
from ctxpack.datamodel.lineage import PlannedWrite, Sites
from ctxpack.datamodel.program import Program
from ctxpack.lineage.plans import scans

Resolve = Callable[[str, str, str], tuple[str, ...]]
"""The files that an import means, by the path of the importing file, the module, and the name."""

_MOST_FILES = 60
"""Files that hang together above which it is not told which of them a line is of."""

_DONE_BY = tuple(
    (re.compile(rf"\b{said}"), re.compile(done, re.IGNORECASE))
    for said, done in (
        ("join$", r"join(?![a-z_])|\bmerge\b"),
        ("cast to", r"cast|astype|::|\bto_"),
        ("case", r"\bwhen\b|\bcase\b|\biff?\b|\bexpr\b"),
        ("filtered", r"filter|where|join(?![a-z_])|dropna|not[\s_]*null|\band\b"),
        ("filled", r"fill|\bna\b"),
        ("subquery", r"\bselect\b"),
        ("pivot", r"pivot"),
        ("explode-position", r"posexplode"),
    )
)
"""What a reason says of a line, and what the line then holds."""


def file_of(files: Sequence[str], read: Callable[[str], str], said: str, line: int) -> str:
    """The one of some files whose line does what is said before it in a reason; "" where that may be several."""
    if len(files) < 2:
        return files[0] if files else ""
    said = said.strip()
    done = next((done for word, done in _DONE_BY if word.search(said)), None) or _named(said)
    fitting = [path for path in files if done.search(_line(read(path), line))]
    return fitting[0] if len(fitting) == 1 else ""


def _named(said: str) -> re.Pattern[str]:
    """The function that a reason begins with, spelled as SQL or as programs spell it."""
    name = re.split(r"[-_]", said.partition(" ")[0])
    return re.compile(r"\b" + r"[\s_]*".join(map(re.escape, name)) + r"\b", re.IGNORECASE)


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number)
    return lines[number - 1] if len(lines) >= number else ""


def with_files(sites: Sites, programs: Mapping[str, Program], resolve: Resolve) -> Sites:
    """The sites of programs; each write with the files of which the lines in its plan may be."""
    near = _Near(programs, resolve)
    return msgspec.structs.replace(sites, writes=tuple(_with_files(one, near) for one in sites.writes))


def _with_files(write: PlannedWrite, near: _Near) -> PlannedWrite:
    read = dict.fromkeys([write.path, *(scan.path for scan in scans(write.plan) if scan.path)])
    files = dict.fromkeys([*read, *(other for path in read for other in near.to(path))])
    return msgspec.structs.replace(write, files=tuple(files)) if len(files) <= _MOST_FILES else write


class _Near:
    """Which programs take part where a program runs: those that use it, at any remove, and all that these use."""

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
        """The programs that take part where one runs, sorted."""
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
    """Where other files are brought in, at any depth."""
    for one in statements:
        if isinstance(one, (code.Import, code.RunFile)):
            yield one
        for block in code.blocks(one):
            yield from _uses(block)
