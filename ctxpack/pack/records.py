"""Tables as JSON, for readers that are given schemas alone: one table a line, as full as the room allows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ctxpack.datamodel.lineage import ColumnState
from ctxpack.pack.cards import TableCandidate

OPENING = '{"schema":"ctxpack.schema/1","tables":[\n'
CLOSING = "]}\n"


def levels(wanted: TableCandidate) -> tuple[str, str, str]:
    """A table by its name alone, with its columns, and with all that a reader has to fit; each one line.

    What readers have to expect is left out where the columns were not followed through what computes them.
    """
    table, followed = wanted.table, wanted.followed
    head = {"name": table.name, "kind": table.kind, "layer": table.layer, "path": table.path, "line": table.line}
    brief = [{"name": column.name, "type": column.type} for column in table.columns]
    full = {"columns": [_column(column, followed) for column in table.columns], "keys": list(table.keys)}
    whole = {"complete": table.complete and followed}
    named = {**head, "complete": False, "columns": []}
    told = {**head, **whole, "upstream": list(table.upstream), **full}
    return _line(named), _line({**head, **whole, "columns": brief}), _line(told)


def document(lines: str) -> str:
    """The lines of some tables as one JSON document."""
    body = lines.removesuffix(",\n")
    return f"{OPENING}{body}\n{CLOSING}" if body else ""


def _column(column: ColumnState, followed: bool) -> Mapping[str, Any]:
    told: dict[str, Any] = {"name": column.name, "type": column.type, "nullable": column.nullable}
    if followed:
        told |= {"effective_nullable": column.effective, "null_because": column.because}
    if column.tests:
        told["tests"] = list(column.tests)
    if column.doc:
        told["doc"] = " ".join(column.doc.split())
    return told


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + ",\n"
