"""SQL notebooks as text files: recognises them and their cells, and extracts the SQL.

A cell in another language begins with `%` and the language's name: as a comment (`-- MAGIC %python`) in the platform's
exports, or bare where the comment markers were removed.
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
    r"""The SQL of a notebook, with other cells blanked and line numbers unchanged; any other text as it is.

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
    """A cell without its language marker; for another language than SQL only its line ends."""
    language = _LANGUAGE.match(cell)
    if language is None:
        return cell
    if language[2].lower() == "sql":
        return language[1] + cell[language.end() :]
    return _SHOWN.sub("", cell)
