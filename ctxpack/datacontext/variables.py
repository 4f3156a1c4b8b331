"""The variables of programs that an engine takes for tables.

DuckDB reads a name that is no table from the frame that a variable of the calling code holds. Where the frame can be
told the interpreter puts it in; where it cannot, the name must not pass for that of a dataset all the same.
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
"""A path and a name."""


def variables(reads: Sequence[ReadSite], programs: Mapping[str, Program]) -> tuple[Variable, ...]:
    """Which of the names that are read in DuckDB's SQL are variables of the program there, sorted."""
    found: set[Variable] = set()
    for one in reads:
        if one.evidence.startswith(_ENGINE) and one.dataset.isidentifier() and one.path in programs:
            held = _held(programs[one.path].statements, one.line, _NO_END)
            if one.dataset in {name.lower() for name in held}:
                found.add((one.path, one.dataset))
    return tuple(sorted(found))


def _held(statements: Sequence[code.Statement], line: int, end: int) -> Iterator[str]:
    """The variables that are set before a line, as code at that line sees them; the statements reach to `end`."""
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
    """The variables that a statement sets for what it holds."""
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
    """The line on which a statement begins, 0 where that is not known."""
    line = getattr(one, "line", 0)
    if line:
        return int(line)
    return next((start for block in code.blocks(one) for inner in block if (start := _start(inner))), 0)
