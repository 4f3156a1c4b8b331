"""Parses SQL notebooks into programs, so that they are interpreted with the parameters of a run.

Cells in other languages are left out, except those that run other notebooks.
"""

from __future__ import annotations

import re

from ctxpack.datamodel.notebooks import HEAD, SEPARATOR
from ctxpack.datamodel.program import Program, Query, RunFile

_MAGIC = re.compile(r"^-- MAGIC", re.MULTILINE)
_RUN = re.compile(r"^-- MAGIC\s+%run\s+(\S[^\n]*)", re.MULTILINE)
_WORD = re.compile(r"\A((?:\s|--[^\n]*\n)*+)%sql\b")
_PARAMETER = re.compile(r"\$\{?\w|\{\{")
_MOST_CELLS = 2_000


def of_sql(text: str) -> Program | None:
    """The program of a SQL notebook that takes parameters; None for any other SQL file."""
    head = HEAD.match(text)
    if head is None or not _PARAMETER.search(text):
        return None
    found: list[Query | RunFile] = []
    line, at = 2, head.end()
    for end in [*(match.span() for match in SEPARATOR.finditer(text)), (len(text), len(text))][:_MOST_CELLS]:
        cell = text[at : end[0]]
        run = _RUN.search(cell)
        if run is not None:
            found.append(RunFile(run[1].strip(), line + cell.count("\n", 0, run.start())))
        elif cell.strip() and not _MAGIC.search(cell):
            found.append(Query(_WORD.sub(r"\1", cell, count=1), line))
        line += text.count("\n", at, end[1])
        at = end[1]
    return Program(tuple(found))
