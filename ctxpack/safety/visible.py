"""Replaces dangerous strings by visible marks, and reports where.

Shared by the passes over control strings and hidden characters, so that both keep the lines of a text and report alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ctxpack.model import Problem

MOST_REPORTED = 20
"""How many places in a file are reported one by one; the rest is one problem, so that no file can flood a report."""


def replace_reported(
    text: str, pattern: re.Pattern[str], mark: Callable[[str], str], *, path: str, what: str
) -> tuple[str, tuple[Problem, ...]]:
    """`text` with every match replaced by its mark, and one Problem for each line and kind of match.

    `pattern` must match no line end and `mark` must return none; a match that is its own mark is left as it is. `path`
    is the file of the text, `what` names what is replaced, for the problems. A Problem quotes only the mark, never the
    match.
    """
    if pattern.search(text) is None:
        return text, ()
    found: list[tuple[int, str]] = []
    line, seen = 1, 0

    def visible(match: re.Match[str]) -> str:
        nonlocal line, seen
        line += text.count("\n", seen, match.start())
        seen = match.start()
        shown = mark(match[0])
        if shown == match[0]:
            return shown
        found.append((line, shown))
        return shown

    replaced = pattern.sub(visible, text)
    return replaced, _problems(tuple(dict.fromkeys(found)), path, what)


def _problems(found: tuple[tuple[int, str], ...], path: str, what: str) -> tuple[Problem, ...]:
    problems = [Problem(path, f"{what} was made visible as {shown}", line) for line, shown in found[:MOST_REPORTED]]
    rest = found[MOST_REPORTED:]
    if rest:
        problems.append(Problem(path, f"{what} was made visible in {len(rest)} more places", rest[0][0]))
    return tuple(problems)
