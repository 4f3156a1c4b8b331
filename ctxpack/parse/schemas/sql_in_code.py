"""SQL data definition in strings of programs: its statements, on their lines of the file rather than of the string.

What a string holds stands in the file as it is, unless parts of it are escaped, computed, or joined from pieces. The
lines are therefore compared with the file's: where they do not hold what is declared, all of it has the line of the
call that runs the string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.parse.schemas.sql import read

_NEAR = 3
"""How many lines below its call a string may begin: an opening parenthesis, then the opening of a heredoc."""

_BEGINS = re.compile(
    r"\b(?:create|replace|alter|drop|comment|rename|exec|execute|add|modify|change|constraint|set|with|attach|inherit)\b",
    re.IGNORECASE,
)
"""A word with which a statement begins, or a clause of ALTER."""

_HOLE = re.compile(r"\{[^{}]*\}")


def steps(text: str, source: str, line: int, others: Iterable[int] = ()) -> tuple[SchemaStep, ...]:
    """The schema steps of SQL in a string, with the lines of its file.

    Args:
        text: The value of the string.
        source: The text of the file that holds it; "" if it is not known.
        line: The line of the call that runs the string; of a step whose own line cannot be told, this is given.
        others: Lines on which the string may begin, in order of preference.

    Returns:
        The steps, in order of the statements.

    """
    found = read(text).steps
    if not found:
        return ()
    lines = source.split("\n")
    for first in dict.fromkeys(_beginnings(text, source, line, others)):
        shifted = tuple(_moved(one, first - 1) for one in found)
        if all(_stands(one, lines) for one in shifted):
            return shifted
    return tuple(_gathered(one, line) for one in found)


def _beginnings(text: str, source: str, line: int, others: Iterable[int]) -> Iterator[int]:
    """The lines on which a string may begin, the likeliest first."""
    start = _offset(source, line)
    below, above = source.find(text, start), source.find(text, 0, start)
    if below >= 0:
        yield source.count("\n", 0, below) + 1
    yield from (one for one in others if one > 0)
    if above >= 0:
        yield source.count("\n", 0, above) + 1
    yield from range(line, line + _NEAR)


def _offset(source: str, line: int) -> int:
    """The offset at which a line begins; that of the last line if there are fewer."""
    place = 0
    for _ in range(line - 1):
        after = source.find("\n", place) + 1
        if not after:
            break
        place = after
    return place


def _moved(step: SchemaStep, by: int) -> SchemaStep:
    """The step so many lines further down; a column without a line stays without."""
    columns = tuple(msgspec.structs.replace(one, line=one.line + by) if one.line else one for one in step.columns)
    return msgspec.structs.replace(step, columns=columns, line=step.line + by)


def _gathered(step: SchemaStep, line: int) -> SchemaStep:
    """The step with one line for all of it."""
    columns = tuple(msgspec.structs.replace(one, line=line) for one in step.columns)
    return msgspec.structs.replace(step, columns=columns, line=line)


def _stands(step: SchemaStep, lines: Sequence[str]) -> bool:
    """Whether the file has a statement or clause on the step's line, and each column's name on the column's own line.

    Columns that are changed have the line of the clause.
    """
    if not 1 <= step.line <= len(lines) or _BEGINS.search(lines[step.line - 1]) is None:
        return False
    return all(_names(one.name, lines, one.line) for one in step.columns if one.line not in (0, step.line))


def _names(name: str, lines: Sequence[str], line: int) -> bool:
    """Whether a line of the file has a name, or all its known parts ("{prefix}_id")."""
    if not 1 <= line <= len(lines):
        return False
    held = lines[line - 1].lower()
    return all(part in held for part in _HOLE.split(name.lower()))
