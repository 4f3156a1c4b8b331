"""Notebooks as text, and the cells in that text.

A Jupyter notebook is JSON whose outputs dwarf its code; what a reader needs are its cells in order. A Databricks export
is already text and stays as it is. In both, a cell may be in another language than its file, so later stages ask here
which lines are in which.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ctxpack.model import Problem, Value


class Cell(Value, frozen=True, array_like=True, gc=False):
    """One cell of a notebook's text.

    `text` begins at line `first_line` of the file's text and keeps its lines, with what is not of the cell's language
    (MAGIC prefixes, the magic word, titles) taken out. `language` is a language name, or "run" for a cell that only
    runs another notebook, whose text then begins with `%run`.
    """

    language: str
    first_line: int
    text: str


_MAGIC_LANGUAGES = {
    "sql": "sql",
    "bigquery": "sql",
    "sparksql": "sql",
    "spark_sql": "sql",
    "python": "python",
    "py": "python",
    "pyspark": "python",
    "scala": "scala",
    "r": "r",
    "md": "markdown",
    "md-sandbox": "markdown",
    "markdown": "markdown",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
    "sh": "bash",
    "bash": "bash",
    "script": "bash",
    "run": "run",
    "writefile": "text",
    "fs": "text",
    "pip": "text",
    "conda": "text",
    "configure": "text",
    "latex": "text",
    "svg": "text",
}
"""What the magic word at the start of a cell says of the language of the rest; any other word leaves it as it is."""

_JUPYTER_MARKER = re.compile(r"# %%(?:[ \t]+\[(\w+)\](?: cell \d+)?)?[ \t]*$")
_DATABRICKS_HEADER = re.compile(r"(#|--|//) Databricks notebook source[ \t]*\r?$")
_MAGIC_WORD = re.compile(r"\s*(%{1,2})([\w-]+)")


def notebook_view(text: str) -> str | Problem:
    """Give the cells of a Jupyter notebook in order, each under a marker line; markdown cells become comments.

    Cells are counted from 1. Gives a problem without a path where `text` is not a notebook.
    """
    try:
        document = json.loads(text)
    except RecursionError:
        return Problem("", "The notebook is nested too deeply; shown as it is.")
    except json.JSONDecodeError as error:
        return Problem("", f"The notebook is not valid JSON ({error.msg}); shown as it is.", error.lineno)
    except ValueError:
        return Problem("", "The notebook has a number of too many digits; shown as it is.")
    cells = _raw_cells(document)
    if cells is None:
        return Problem("", "The notebook has no list of cells; shown as it is.")
    return "".join(_shown(number, cell) for number, cell in enumerate(cells, 1))


def _raw_cells(document: Any) -> list[Any] | None:
    """Give the cell objects of a notebook of format 4, or of format 3 with its worksheets."""
    if not isinstance(document, dict):
        return None
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = document.get("worksheets")
    if not isinstance(sheets, list):
        return None
    found: list[Any] = []
    for sheet in sheets:
        inner = sheet.get("cells") if isinstance(sheet, dict) else None
        found.extend(inner if isinstance(inner, list) else [])
    return found


def _shown(number: int, cell: Any) -> str:
    fields = cell if isinstance(cell, dict) else {}
    source = fields.get("source", fields.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    body = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(source, str) else ""
    kind = "code" if fields.get("cell_type") == "code" else "markdown"
    if kind == "markdown":
        body = "\n".join(f"# {line}".rstrip(" ") for line in body.removesuffix("\n").split("\n")) if body else ""
    if body and not body.endswith("\n"):
        body += "\n"
    return f"# %% [{kind}] cell {number}\n{body}"


def notebook_cells(text: str, language: str) -> tuple[Cell, ...]:
    """Give the cells of a notebook's text in order; () where it is no notebook.

    `text` is what `read_text` gave: a Jupyter notebook's view, a script with `# %%` markers, or a Databricks export.
    `language` is that of code cells without a magic word.
    """
    lines = text.split("\n")
    header = _DATABRICKS_HEADER.match(lines[0])
    if header is not None:
        return _databricks_cells(lines, header[1], language)
    starts = [index for index, line in enumerate(lines) if line.startswith("# %%") and _JUPYTER_MARKER.match(line)]
    ends = [*starts[1:], len(lines)][: len(starts)]
    return tuple(
        _jupyter_cell(lines[start], lines[start + 1 : end], start + 2, language)
        for start, end in zip(starts, ends, strict=True)
        if start + 1 < end
    )


def _jupyter_cell(marker: str, lines: list[str], first_line: int, language: str) -> Cell:
    match = _JUPYTER_MARKER.match(marker)
    if match is not None and match[1] in ("markdown", "md", "raw"):
        return Cell(
            "markdown", first_line, "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
        )
    return _with_magic(lines, first_line, language)


def _databricks_cells(lines: list[str], comment: str, language: str) -> tuple[Cell, ...]:
    separator = f"{comment} COMMAND ----------"
    cells: list[Cell] = []
    start = 1
    for index in range(1, len(lines) + 1):
        if index < len(lines) and lines[index].rstrip() != separator:
            continue
        body = lines[start:index]
        if any(line.strip() for line in body):
            cells.append(_databricks_cell(body, start + 1, comment, language))
        start = index + 1
    return tuple(cells)


def _databricks_cell(lines: list[str], first_line: int, comment: str, language: str) -> Cell:
    magic, title = f"{comment} MAGIC", f"{comment} DBTITLE"
    if not any(line.startswith(magic) for line in lines):
        kept = ["" if line.startswith(title) else line for line in lines]
        return _with_magic(kept, first_line, language)
    # In a magic cell all that is not under the prefix is the exporter's.
    kept = [line[len(magic) :].removeprefix(" ") if line.startswith(magic) else "" for line in lines]
    return _with_magic(kept, first_line, language)


def _with_magic(lines: list[str], first_line: int, language: str) -> Cell:
    """Make a cell whose first line with text may be a magic word that tells its language."""
    kept = list(lines)
    first = next((index for index, line in enumerate(kept) if line.strip()), None)
    match = _MAGIC_WORD.match(kept[first]) if first is not None else None
    if first is None or match is None or match[2].lower() not in _MAGIC_LANGUAGES:
        return Cell(language, first_line, "\n".join(kept))
    found = _MAGIC_LANGUAGES[match[2].lower()]
    # "%%sql -o result" takes options; after a single "%" the rest of the line is already the cell's text.
    if found != "run":
        kept[first] = "" if match[1] == "%%" else kept[first][match.end() :].removeprefix(" ")
    return Cell(found, first_line, "\n".join(kept))
