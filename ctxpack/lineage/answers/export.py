"""Exports lineage and schemas: the JSON contracts, Mermaid, OpenLineage events, CREATE TABLE statements, Markdown."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ctxpack.datamodel.lineage import ColumnEdge, ColumnState, Lineage, TableSchema
from ctxpack.datamodel.schema import AUTOINCREMENT
from ctxpack.lineage.names.matching import is_path

_PRODUCER = "urn:ctxpack:toolkit"
_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_SCHEMA_FACET = "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json"
_LINEAGE_FACET = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json"
_NO_TIME = "1970-01-01T00:00:00Z"
"""The time of all events, constant so that output is deterministic: events describe code, not runs."""

_TESTED = ", tested"
"""The suffix of a key that a test expects but no engine enforces."""

_CUT = "…"
"""The suffix of a default value that is cut off."""

_CASED = re.compile(r"\b(\w*[A-Z]\w*)\b")
"""A name with a capital in a key, to be quoted."""

_LAYER_ORDER = ("source", "raw", "bronze", "staging", "silver", "intermediate", "gold", "marts", "")


def lineage_document(found: Lineage) -> dict[str, Any]:
    """The JSON contract `ctxpack.lineage/1`."""
    return {
        "schema": "ctxpack.lineage/1",
        "datasets": [
            {"name": one.name, "kind": one.kind, "layer": one.layer, "path": one.path, "line": one.line}
            for one in found.datasets
        ],
        "edges": [
            {
                "source": edge.source, "target": edge.target, "path": edge.path, "line": edge.line,
                "confidence": edge.confidence, "evidence": edge.evidence,
            }
            for edge in found.edges
        ],
        "column_edges": [
            {
                "source": edge.source, "target": edge.target, "transform": edge.transform, "path": edge.path,
                "line": edge.line,
            }
            for edge in found.column_edges
        ],
        "unresolved": [
            {"path": lost.path, "line": lost.line, "expression": lost.expression, "why": lost.why}
            for lost in found.unresolved
        ],
    }  # fmt: skip


def schema_document(tables: Sequence[TableSchema]) -> dict[str, Any]:
    """The JSON contract `ctxpack.schema/1`."""
    return {"schema": "ctxpack.schema/1", "tables": [_table(table) for table in tables]}


def _table(table: TableSchema) -> dict[str, Any]:
    return {
        "name": table.name, "spelled": table.spelled or table.name, "kind": table.kind, "layer": table.layer,
        "path": table.path, "line": table.line, "format": table.format, "doc": table.doc, "complete": table.complete,
        "columns": [_column(column) for column in table.columns],
        "keys": list(table.keys),
        "history": [
            {
                "commit": one.commit, "date": one.date, "change": one.change, "path": one.path, "line": one.line,
                "compatibility": one.compatibility, "because": one.because,
            }
            for one in table.history
        ],
        "evolves": [
            {"option": one.option, "path": one.path, "line": one.line, "by_itself": one.by_itself}
            for one in table.evolves
        ],
        "upstream": list(table.upstream),
        "written_by": [
            _use(use.path, use.line, use.evidence, use.confidence) for use in (*table.written_by, *table.changed_by)
        ],
        "read_by": [_use(use.path, use.line, use.evidence, use.confidence) for use in table.read_by],
    }  # fmt: skip


def _column(column: ColumnState) -> dict[str, Any]:
    return {
        "name": column.name, "type": column.type, "nullable": column.nullable,
        "effective_nullable": column.effective, "null_because": column.because, "default": column.default,
        "doc": column.doc, "tests": list(column.tests),
    }  # fmt: skip


def _use(path: str, line: int, evidence: str, confidence: float) -> dict[str, Any]:
    return {"path": path, "line": line, "evidence": evidence, "confidence": confidence}


# --- diagrams ---------------------------------------------------------------------------------------------------------


def mermaid(found: Lineage) -> str:
    """A Mermaid flowchart from upstream to downstream, a subgraph per layer; uncertain edges are dotted."""
    numbers = {one.name: f"n{index}" for index, one in enumerate(found.datasets)}
    by_layer: dict[str, list[str]] = defaultdict(list)
    for one in found.datasets:
        shape = ("[(", ")]") if one.kind in ("table", "source", "path", "seed") else ("[", "]")
        by_layer[one.layer].append(f'{numbers[one.name]}{shape[0]}"{_safe(one.name)}"{shape[1]}')
    lines = ["flowchart LR"]
    for layer in sorted(
        by_layer, key=lambda layer: (_LAYER_ORDER.index(layer) if layer in _LAYER_ORDER else 99, layer)
    ):
        if layer:
            lines.append(f"  subgraph {layer}")
        lines.extend(f"    {node}" for node in by_layer[layer])
        if layer:
            lines.append("  end")
    for edge in found.edges:
        arrow = "-->" if edge.confidence >= 0.8 else "-.->"
        lines.append(f"  {numbers[edge.source]} {arrow} {numbers[edge.target]}")
    return "\n".join([*lines, ""])


def _safe(text: str) -> str:
    return text.replace('"', "#quot;").replace("\n", " ")


# --- OpenLineage ------------------------------------------------------------------------------------------------------


def openlineage(found: Lineage, schemas: Sequence[TableSchema], namespace: str) -> list[dict[str, Any]]:
    """OpenLineage run events, one for each dataset that something writes, in the order of names.

    The format is OpenLineage 2-0-2 with the schema and column lineage facets. Nothing ran, so run ids are digests of
    the content and the event time is the epoch.
    """
    columns: dict[str, list[ColumnEdge]] = defaultdict(list)
    for edge in found.column_edges:
        columns[edge.target.rpartition(".")[0]].append(edge)
    inputs: dict[str, list[str]] = defaultdict(list)
    for one in found.edges:
        inputs[one.target].append(one.source)
    known = {table.name: table for table in schemas}
    return [
        _event(target, sources, columns.get(target, ()), known, namespace) for target, sources in sorted(inputs.items())
    ]


def _event(
    target: str, sources: Sequence[str], columns: Sequence[ColumnEdge], known: dict[str, TableSchema], namespace: str
) -> dict[str, Any]:
    digest = hashlib.blake2b("\0".join((namespace, target, *sources)).encode(), digest_size=16).digest()
    output = _open_dataset(target, known, namespace)
    if columns:
        fields: dict[str, list[dict[str, str]]] = defaultdict(list)
        for edge in columns:
            dataset, _, column = edge.source.rpartition(".")
            fields[edge.target.rpartition(".")[2]].append({"namespace": namespace, "name": dataset, "field": column})
        output["facets"]["columnLineage"] = {
            "_producer": _PRODUCER, "_schemaURL": _LINEAGE_FACET,
            "fields": {name: {"inputFields": origins} for name, origins in sorted(fields.items())},
        }  # fmt: skip
    return {
        "eventType": "COMPLETE", "eventTime": _NO_TIME, "producer": _PRODUCER, "schemaURL": _EVENT,
        "run": {"runId": str(UUID(bytes=digest, version=4))},
        "job": {"namespace": namespace, "name": target},
        "inputs": [_open_dataset(source, known, namespace) for source in sources],
        "outputs": [output],
    }  # fmt: skip


def _open_dataset(name: str, known: dict[str, TableSchema], namespace: str) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    table = known.get(name)
    if table is not None and table.columns:
        facets["schema"] = {
            "_producer": _PRODUCER, "_schemaURL": _SCHEMA_FACET,
            "fields": [{"name": column.name, "type": column.type} for column in table.columns],
        }  # fmt: skip
    return {"namespace": namespace, "name": name, "facets": facets}


# --- schemas for people -----------------------------------------------------------------------------------------------


def sql(tables: Sequence[TableSchema]) -> str:
    """The tables as CREATE TABLE statements; comments hold what SQL cannot express.

    A table without known columns becomes a comment.
    """
    return "\n".join(_create(table) for table in tables)


def _create(table: TableSchema) -> str:
    lines = [f"-- {note}" for note in (_where(table), table.doc.replace("\n", " ")) if note]
    spelled = table.spelled or table.name
    quote = _cased if table.spelled else _identifier
    name = _quoted(spelled) if is_path(spelled) else ".".join(map(quote, spelled.split(".")))
    if not table.columns:
        return "\n".join([*lines, f"-- no column is known of {name}", ""])
    lines.append(f"CREATE TABLE {name} (")
    rows = [(f"  {quote(c.name)} {c.type or 'unknown'}{_told(c)}", _note(c)) for c in table.columns]
    keys = [key for key in table.keys if not key.endswith(_TESTED)]
    rows += [(f"  {_cased_key(key) if table.spelled else key}", "") for key in keys]
    for index, (text, note) in enumerate(rows):
        comma = "," if index < len(rows) - 1 else ""
        lines.append(f"{text}{comma}{f'  -- {note}' if note else ''}")
    lines += [f"  -- {key}" for key in table.keys if key.endswith(_TESTED)]
    return "\n".join([*lines, ");", ""])


def _told(column: ColumnState) -> str:
    default = ""
    if column.default == AUTOINCREMENT:
        default = " GENERATED BY DEFAULT AS IDENTITY"
    elif column.default and not column.default.endswith(_CUT):
        default = f" DEFAULT {column.default}"
    return default + (" NOT NULL" if column.nullable is False else "")


def _note(column: ColumnState) -> str:
    notes = []
    if column.default.endswith(_CUT):
        notes.append(f"default {column.default}")
    if column.effective is not None and column.effective != column.nullable:
        state = "can be null" if column.effective else "never null"
        notes.append(f"{state}: {column.because}" if column.because else state)
    if column.doc:
        notes.append(" ".join(column.doc.split()))
    return "; ".join(notes)


def _identifier(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$]*", name) else _quoted(name)


def _cased(name: str) -> str:
    """A case-sensitive identifier: quoted unless it is in lower case."""
    return _identifier(name) if name == name.lower() else _quoted(name)


def _cased_key(key: str) -> str:
    """A key with names that have capitals quoted; a check constraint stays as written."""
    return key if "check (" in key else _CASED.sub(r'"\1"', key)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _where(table: TableSchema) -> str:
    parts = [table.layer, table.kind, f"{table.path}:{table.line}" if table.path else ""]
    return ", ".join(part for part in parts if part)


def markdown(tables: Sequence[TableSchema]) -> str:
    """The tables as Markdown: a heading, a table of columns, keys, and who writes and reads them."""
    return "\n".join(_section(table) for table in tables)


def _section(table: TableSchema) -> str:
    lines = [f"## `{table.spelled or table.name}`", "", _where(table), ""]
    if table.doc:
        lines += [table.doc.strip(), ""]
    if table.columns:
        lines += ["| column | type | default | nullable | because | doc |", "| --- | --- | --- | --- | --- | --- |"]
        lines += [_row(column) for column in table.columns]
        lines.append("")
    lines += [f"- {key}" for key in table.keys]
    lines += [f"- written by {use.path}:{use.line} ({use.evidence})" for use in (*table.written_by, *table.changed_by)]
    lines += [f"- read by {use.path}:{use.line} ({use.evidence})" for use in table.read_by]
    lines += [f"- {one.sentence} ({one.path}:{one.line})" for one in table.evolves]
    lines += [f"- {one.date[:10]} {one.commit[:10]} {one.change}".rstrip() for one in table.history]
    return "\n".join([*lines, ""])


def _row(column: ColumnState) -> str:
    state = {True: "yes", False: "no", None: "?"}[column.effective]
    if column.nullable is not None and column.nullable != column.effective:
        state += f" (declared {'nullable' if column.nullable else 'NOT NULL'})"
    default = f"`{column.default}`" if column.default else ""
    cells = (f"`{column.name}`", column.type, default, state, column.because, " ".join(column.doc.split()))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
