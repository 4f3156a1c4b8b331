"""Tables as JSON, for views that show schemas alone: one table a line, in as much detail as fits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ctxpack.datamodel.lineage import ColumnState
from ctxpack.pack.cards import TableCandidate

OPENING = '{"schema":"ctxpack.schema/1","tables":[\n'
CLOSING = "]}\n"


def levels(wanted: TableCandidate) -> tuple[str, str, str]:
    """A table at three levels of detail, one JSON line each: name only, with columns, full.

    Effective nullability is left out where column lineage was not computed (`followed` is False).
    """
    table, followed = wanted.table, wanted.followed
    head = {"name": table.name, "kind": table.kind, "layer": table.layer, "path": table.path, "line": table.line}
    brief = [{"name": column.name, "type": column.type} for column in table.columns]
    full = {"columns": [_column(column, followed) for column in table.columns], "keys": list(table.keys)}
    whole = {"complete": table.complete and followed}
    named = {**head, "complete": False, "columns": []}
    detailed = {**head, **whole, "upstream": list(table.upstream), **full}
    return _line(named), _line({**head, **whole, "columns": brief}), _line(detailed)


def document(lines: str) -> str:
    """The lines of some tables as one JSON document; "" for none."""
    body = lines.removesuffix(",\n")
    return f"{OPENING}{body}\n{CLOSING}" if body else ""


def _column(column: ColumnState, followed: bool) -> Mapping[str, Any]:
    record: dict[str, Any] = {"name": column.name, "type": column.type, "nullable": column.nullable}
    if followed:
        record |= {"effective_nullable": column.effective, "null_because": column.because}
    if column.tests:
        record["tests"] = list(column.tests)
    if column.doc:
        record["doc"] = " ".join(column.doc.split())
    return record


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + ",\n"
