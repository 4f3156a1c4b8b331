"""Avro schemas (`.avsc`): records; a field is nullable only by a union with null."""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import documents
from ctxpack.parse.schemas.documents import Fields, Listing, Scalar, Value
from ctxpack.parse.schemas.shapes import DEEPEST_TYPE, facts, limited, struct, summary

_RECORDS = frozenset({"record", "error"})


def read(text: str) -> DataFacts:
    """A step for each record, including those defined inside the fields of others."""
    document = documents.read(text)
    return facts("avro", _records(document.root, "", 0), document.problems)


def _records(value: Value | None, namespace: str, depth: int) -> Iterator[SchemaStep]:
    """The records in a schema, in textual order."""
    if depth > documents.DEEPEST:
        return
    if isinstance(value, Listing):
        for item in value.items:
            yield from _records(item, namespace, depth + 1)
    elif isinstance(value, Fields):
        space = documents.text(value, "namespace") or namespace
        kind = documents.get(value, "type")
        if documents.text(kind) in _RECORDS:
            yield _record(value, space)
            for field in documents.items(value, "fields"):
                yield from _records(documents.get(field, "type"), space, depth + 1)
            return
        for key in ("type", "items", "values", "types"):
            yield from _records(documents.get(value, key), space, depth + 1)


def _record(value: Fields, namespace: str) -> SchemaStep:
    columns = tuple(_column(field) for field in documents.items(value, "fields") if documents.text(field, "name"))
    return SchemaStep(
        "create",
        _full(documents.text(value, "name"), namespace),
        value.line,
        columns,
        kind_of="record",
        doc=summary(documents.text(value, "doc")),
    )


def _full(name: str, namespace: str) -> str:
    return f"{namespace}.{name}" if namespace and "." not in name else name


def _column(field: Value) -> Column:
    kind, nullable = _kind(documents.get(field, "type"), 0)
    line = field.lines.get("name", field.line) if isinstance(field, Fields) else field.line
    return Column(
        documents.text(field, "name"), limited(kind), nullable, summary(documents.text(field, "doc")), line=line
    )


def _kind(value: Value | None, depth: int) -> tuple[str, bool]:
    """A type as text, and whether it admits null."""
    if isinstance(value, Scalar):
        return value.text, value.text == "null"
    if isinstance(value, Listing):
        found = [_kind(item, depth + 1)[0] for item in value.items]
        others = [kind for kind in found if kind != "null"]
        return " | ".join(others) or "null", len(others) < len(found)
    if not isinstance(value, Fields):
        return "", False
    return _complex(value, depth), False


def _complex(value: Fields, depth: int) -> str:
    inner = documents.get(value, "type")
    kind = documents.text(inner)
    if not kind:
        return _kind(inner, depth + 1)[0]
    if depth > DEEPEST_TYPE:
        return f"{kind}<...>"
    inside = {"array": ("items", "array<"), "map": ("values", "map<string, ")}.get(kind)
    if inside is not None:
        return f"{inside[1]}{_kind(documents.get(value, inside[0]), depth + 1)[0]}>"
    if kind in _RECORDS:
        fields = documents.items(value, "fields")
        return struct((documents.text(one, "name"), _kind(documents.get(one, "type"), depth + 1)[0]) for one in fields)
    if kind in ("enum", "fixed"):
        return documents.text(value, "name") or kind
    return _logical(value, kind)


def _logical(value: Fields, kind: str) -> str:
    """The logical type of a primitive type, if stated; else the primitive type."""
    logical = documents.text(value, "logicalType")
    if logical == "decimal":
        precision, scale = documents.text(value, "precision"), documents.text(value, "scale") or "0"
        return f"decimal({precision},{scale})" if precision else "decimal"
    return logical or kind
