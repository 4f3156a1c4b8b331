"""Finds Python variables that DuckDB reads as tables, so that their names do not become datasets.

For a name that is no table DuckDB scans the data frame in the variable of that name in the calling code. Where the
interpreter knows the frame it substitutes it; where it does not, the name is still not that of a dataset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ctxpack.datamodel import program as code
from ctxpack.datamodel.lineage import ReadSite
from ctxpack.datamodel.program import Program

_ENGINE = "duckdb"
_NO_END = 1 << 60

Variable = tuple[str, str]
"""The path of a program and the name of a variable in it."""


def variables(reads: Sequence[ReadSite], programs: Mapping[str, Program]) -> tuple[Variable, ...]:
    """Those names read in DuckDB's SQL that are variables of the program at that line, sorted."""
    found: set[Variable] = set()
    for one in reads:
        if one.evidence.startswith(_ENGINE) and one.dataset.isidentifier() and one.path in programs:
            held = _held(programs[one.path].statements, one.line, _NO_END)
            if one.dataset in {name.lower() for name in held}:
                found.add((one.path, one.dataset))
    return tuple(sorted(found))


def _held(statements: Sequence[code.Statement], line: int, end: int) -> Iterator[str]:
    """The variables bound before `line` and in scope there; `end` is the line after the last of the statements."""
    starts = [_start(one) for one in statements]
    for one, (start, following) in zip(statements, pairwise([*starts, end]), strict=True):
        if start <= line:
            yield from _set_by(one, line, following)


def _set_by(one: code.Statement, line: int, end: int) -> Iterator[str]:
    within = line < end
    if isinstance(one, code.Function):
        if within:
            yield from (parameter.name for parameter in one.parameters)
            yield from _held(one.body, line, end)
    elif isinstance(one, code.Class):
        if within:
            yield from _held(one.body, line, end)
    elif isinstance(one, code.Assign):
        for target in () if within else one.targets:
            yield from _names(target)
    else:
        yield from _set_around(one)
        for block in code.blocks(one):
            yield from _held(block, line, end)


def _set_around(one: code.Statement) -> Iterator[str]:
    """The variables that a loop or a `with` binds for its body."""
    if isinstance(one, code.Loop) and one.target is not None:
        yield from _names(one.target)
    elif isinstance(one, code.With):
        for _, target in one.items:
            if target is not None:
                yield from _names(target)


def _names(target: code.Expression) -> Iterator[str]:
    if isinstance(target, code.Name):
        yield target.id
    elif isinstance(target, code.Spread):
        yield from _names(target.value)
    elif isinstance(target, code.Items):
        for one in target.items:
            yield from _names(one)


def _start(one: code.Statement) -> int:
    """The first line of a statement, 0 if unknown."""
    line = getattr(one, "line", 0)
    if line:
        return int(line)
    return next((start for block in code.blocks(one) for inner in block if (start := _start(inner))), 0)
