"""BigQuery schema files: a JSON list of fields, or a table in the API's form.

REQUIRED columns are not null, nor are REPEATED ones, which are empty arrays instead. A list of fields names no table,
so the table is named after the file.
"""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import documents
from ctxpack.parse.schemas.documents import Fields, Listing, Value
from ctxpack.parse.schemas.shapes import DEEPEST_TYPE, facts, limited, struct, summary

_TYPES = frozenset(
    """string bytes integer int64 float float64 boolean bool timestamp date time datetime geography numeric bignumeric
    json record struct interval range decimal bigdecimal int""".split()
)
_MODES = frozenset({"required", "nullable", "repeated"})


def read(text: str) -> DataFacts:
    """The table that the file describes; nothing if its fields are not those of a BigQuery schema."""
    document = documents.read(text)
    root = document.root
    fields = _fields(root)
    columns = columns_of(fields)
    if root is None or not columns or len(columns) < len(fields):
        return facts("bigquery", (), document.problems if columns else ())
    step = SchemaStep(
        "create", _name(root) or "{file}", root.line, columns, doc=summary(documents.text(root, "description")),
    )  # fmt: skip
    return facts("bigquery", (step,), document.problems)


def _fields(root: Value | None) -> Sequence[Value]:
    if isinstance(root, Listing):
        return root.items
    schema = documents.get(root, "schema")
    if isinstance(schema, Listing):
        return schema.items
    return documents.items(schema, "fields") or documents.items(root, "fields")


def _name(root: Value) -> str:
    reference = documents.get(root, "tableReference") or documents.get(root, "table_reference")
    parts = [documents.text(reference, key) for key in ("projectId", "datasetId", "tableId")]
    return ".".join(part for part in parts if part)


def columns_of(fields: Sequence[Value]) -> tuple[Column, ...]:
    """The columns in a list of fields; entries that are no BigQuery fields are left out."""
    return tuple(_column(one) for one in fields if isinstance(one, Fields) and _is_field(one))


def _is_field(value: Value) -> bool:
    mode = documents.text(value, "mode").lower()
    kind = documents.text(value, "type").lower().partition("(")[0]
    return bool(documents.text(value, "name")) and kind in _TYPES and (not mode or mode in _MODES)


def _column(field: Fields) -> Column:
    mode = documents.text(field, "mode").lower()
    return Column(
        documents.text(field, "name"),
        limited(_kind(field, 0)),
        mode not in ("required", "repeated"),
        summary(documents.text(field, "description")),
        line=field.lines.get("name", field.line),
    )


def _kind(field: Value, depth: int) -> str:
    kind = documents.text(field, "type").lower()
    if kind in ("record", "struct"):
        inner = [one for one in documents.items(field, "fields") if documents.text(one, "name")]
        shown = ((documents.text(one, "name"), _kind(one, depth + 1)) for one in inner)
        kind = struct(shown) if inner and depth < DEEPEST_TYPE else "struct<...>"
    elif documents.text(field, "precision"):
        scale = documents.text(field, "scale")
        kind = f"{kind}({documents.text(field, 'precision')}{',' + scale if scale else ''})"
    return f"array<{kind}>" if documents.text(field, "mode").lower() == "repeated" else kind
