"""Notebooks of SQL as files: what marks them and their cells, and which of their text is SQL.

A cell in another language begins with `%` and its name. It is a comment (`-- MAGIC %python`) in what the platform
exports, and stands bare where the marks of comments were taken away.
"""

from __future__ import annotations

import re

HEAD = re.compile(r"\ufeff?-- Databricks notebook source[ \t]*\r?(?:\n|$)")
"""The first line of a notebook whose language is SQL."""

SEPARATOR = re.compile(r"^-- COMMAND ----------.*$", re.MULTILINE)
"""The line between two cells."""

_LANGUAGE = re.compile(r"\A((?:\s|--[^\n]*(?:\n|\Z))*+)%(\w+)[ \t]*")
_SHOWN = re.compile(r"[^\n]+")


def sql_of(text: str) -> str:
    r"""The SQL of a notebook with each line in its place; any other text as it is.

    >>> sql_of("-- Databricks notebook source\n%sql\nselect 1\n-- COMMAND ----------\n%md\nbe it;\n")
    '-- Databricks notebook source\n\nselect 1\n-- COMMAND ----------\n\n\n'
    """
    if "%" not in text or not HEAD.match(text):
        return text
    pieces: list[str] = []
    at = 0
    for mark in SEPARATOR.finditer(text):
        pieces += [_of_cell(text[at : mark.start()]), mark[0]]
        at = mark.end()
    return "".join([*pieces, _of_cell(text[at:])])


def _of_cell(cell: str) -> str:
    """A cell without the name of its language; only its line ends, where that is not SQL."""
    language = _LANGUAGE.match(cell)
    if language is None:
        return cell
    if language[2].lower() == "sql":
        return language[1] + cell[language.end() :]
    return _SHOWN.sub("", cell)
