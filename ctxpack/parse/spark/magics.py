"""Removes cells in other languages from the text of a notebook, leaving only Python.

In a Databricks export such a cell is a block of prefixed comments; in the text of a Jupyter notebook, the lines after a
magic command. Line numbers are kept: removed lines become blank.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ctxpack.datamodel.program import Query, RunFile

Cells = tuple[Query | RunFile, ...]

_EXPORT = re.compile(r"# Databricks notebook source[ \t]*\r?(?:\n|$)")
_SEPARATOR = re.compile(r"# COMMAND ----------|# %%")
_REMARK = re.compile(r"\s*#(?!\s*MAGIC)")
"""A separator, title or comment, which may precede the first line of a cell."""

_PREFIX = re.compile(r"# MAGIC ?")
_WORD = re.compile(r"\s*(%{1,2})(\w+)[ \t]*(.*)")
_SQL = frozenset({"sql", "sparksql", "spark_sql"})
_PYTHON = frozenset({"python", "py", "pyspark", "spark", "time", "timeit", "capture", "local", "configure"})
_SHELL = re.compile(r"\s*[!%]")
_OPTIONS = re.compile(r"^(?:\s*(?:-\w+|--\w+)(?:\s+[\w.]+)?)+\s*$")


def without_magics(text: str) -> tuple[str, Cells]:
    """The text with only its Python lines, and the SQL and `%run` cells in order."""
    if "%" not in text and "# MAGIC" not in text:
        return text, ()
    lines = text.split("\n")
    if not _EXPORT.match(text) and not any(_WORD.match(line) or line.startswith("# %%") for line in lines):
        return text, ()
    found: list[Query | RunFile] = []
    starts = [0, *(index for index, line in enumerate(lines) if _SEPARATOR.match(line)), len(lines)]
    for start, end in pairwise(starts):
        _read_cell(lines, start, end, found)
    return "\n".join(lines), tuple(found)


def _read_cell(lines: list[str], start: int, end: int, found: list[Query | RunFile]) -> None:
    """Record what a cell runs, and blank it unless it is Python."""
    exported = any(_PREFIX.match(lines[index]) for index in range(start, end))
    shown = [_PREFIX.sub("", line) if exported and _PREFIX.match(line) else line for line in lines[start:end]]
    if exported:
        shown = [line if _PREFIX.match(lines[start + at]) else "" for at, line in enumerate(shown)]
    first = next((at for at, line in enumerate(shown) if line.strip() and not _REMARK.match(line)), None)
    word = _WORD.match(shown[first]) if first is not None else None
    if first is None or (word is None and exported):
        return
    if word is not None and (exported or word[1] == "%%" or word[2].lower() in _SQL) and word[2].lower() not in _PYTHON:
        _note(word, shown[first:], start + first + 1, found)
        lines[start:end] = [""] * (end - start)
        return
    for index in range(start, end):
        _read_line(lines, index, found)


def _note(word: re.Match[str], shown: list[str], line: int, found: list[Query | RunFile]) -> None:
    """Record a cell that begins with a magic command for SQL, or one that runs another notebook."""
    if word[2].lower() in _SQL:
        rest = "" if _OPTIONS.match(word[3]) else word[3]
        found.append(Query("\n".join([rest, *shown[1:]]), line))
    elif word[2].lower() == "run" and word[3].strip():
        found.append(RunFile(word[3].strip().split(" $")[0].strip("\"'"), line))


def _read_line(lines: list[str], index: int, found: list[Query | RunFile]) -> None:
    """Blank a line of a Python cell that is a magic or shell command."""
    line = lines[index]
    word = _WORD.match(line)
    if word is None and not _SHELL.match(line):
        return
    previous = lines[index - 1].rstrip() if index else ""
    if previous.endswith(("\\", "(", ",")):
        return
    if word is not None and word[1] == "%" and word[2].lower() in (*_SQL, "run"):
        _note(word, [line], index + 1, found)
    lines[index] = ""
