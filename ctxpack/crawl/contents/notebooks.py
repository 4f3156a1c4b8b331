"""Jupyter notebooks as text.

A notebook is JSON whose outputs dwarf its code; what a reader needs are its cells in order.
"""

from __future__ import annotations

import json
from typing import Any

from ctxpack.model import Problem


def notebook_view(text: str) -> str | Problem:
    """Give the cells of a Jupyter notebook in order, each under a marker line; markdown cells become comments.

    Cells are counted from 1. Gives a problem without a path where `text` is not a notebook.
    """
    try:
        document = json.loads(text, object_pairs_hook=_without_outputs)
    except RecursionError:
        return Problem("", "the notebook is nested too deeply; shown as it is")
    except json.JSONDecodeError as error:
        return Problem("", f"the notebook is not valid JSON ({error.msg}); shown as it is", error.lineno)
    except ValueError:
        return Problem("", "the notebook has a number of too many digits; shown as it is")
    cells = _raw_cells(document)
    if cells is None:
        return Problem("", "the notebook has no list of cells; shown as it is")
    return "".join(_shown(number, cell) for number, cell in enumerate(cells, 1))


def _without_outputs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object without what a cell put out, so that not all pictures are in memory at once."""
    return {name: value for name, value in pairs if name != "outputs"}


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
