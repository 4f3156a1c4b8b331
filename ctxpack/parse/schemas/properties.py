"""Objects of JSON Schema and OpenAPI as records: properties, types as text, and nullability.

A reference is shown by name and never expanded, so schemas may refer to themselves; only compositions (`allOf`) are
merged, up to a bounded size.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import documents
from ctxpack.parse.schemas.documents import Fields, Scalar, Value
from ctxpack.parse.schemas.shapes import DEEPEST_TYPE, limited, struct, summary

_DEEPEST = 12
_MOST_ASKED = 300
_CHOICES = ("oneOf", "anyOf")


class Objects:
    """Parses the schemas of one document."""

    def __init__(self, root: Fields, *, marked: bool = False) -> None:
        """`marked`: null is admitted only by `nullable` or `x-nullable`, as in OpenAPI before 3.1."""
        self._root = root
        self._marked = marked
        self._asked = 0

    def step(self, name: str, schema: Value, line: int) -> SchemaStep | None:
        """The record of a schema with properties; None for any other schema."""
        columns: dict[str, Column] = {}
        parts = list(self._parts(schema, set()))
        required = frozenset(name for part in parts for name in documents.texts(part, "required"))
        for key, value, at in (one for part in parts for one in documents.entries(part, "properties")):
            columns[key] = self._column(key, value, at, required=key in required)
        if not columns:
            return None
        doc = documents.text(schema, "description") or documents.text(schema, "title")
        return SchemaStep(
            "create", name, line, tuple(columns.values()), kind_of="record", doc=summary(doc),
        )  # fmt: skip

    def _parts(self, schema: Value | None, seen: set[int]) -> Iterator[Value]:
        """The target of a schema's reference, the members of its `allOf`, and the schema itself, each once."""
        if schema is None or id(schema) in seen or len(seen) > _MOST_ASKED:
            return
        seen.add(id(schema))
        reference = documents.text(schema, "$ref")
        if reference:
            yield from self._parts(documents.pointed(self._root, reference), seen)
        for part in documents.items(schema, "allOf"):
            yield from self._parts(part, seen)
        yield schema

    def _column(self, name: str, schema: Value, line: int, *, required: bool) -> Column:
        self._asked = 0
        nullable = self._admits_null(schema, 0) if required else True
        return Column(
            name, limited(self._kind(schema, 0)), nullable, summary(documents.text(schema, "description")), line=line
        )

    # --- null ---------------------------------------------------------------------------------------------------------

    def _admits_null(self, schema: Value | None, depth: int) -> bool | None:
        """Whether a schema admits null; None if that depends on another file."""
        if not isinstance(schema, Fields):
            return not (isinstance(schema, Scalar) and schema.kind == "false")
        self._asked += 1
        if depth > _DEEPEST or self._asked > _MOST_ASKED:
            return None
        if documents.truth(schema, "nullable") or documents.truth(schema, "x-nullable"):
            return True
        reference = documents.text(schema, "$ref")
        if reference:
            target = documents.pointed(self._root, reference)
            return self._admits_null(target, depth + 1) if target is not None else None
        return self._told_null(schema, depth)

    def _told_null(self, schema: Fields, depth: int) -> bool | None:
        """As `_admits_null`, for a schema that is not a reference: by its type, values or members."""
        kind, constant = documents.get(schema, "type"), documents.get(schema, "const")
        if kind is not None:
            return "null" in (*documents.texts(kind), documents.text(kind))
        if constant is not None:
            return isinstance(constant, Scalar) and constant.kind == "null"
        values = documents.items(schema, "enum")
        if values:
            return any(isinstance(one, Scalar) and one.kind == "null" for one in values)
        for key in _CHOICES:
            if choices := documents.items(schema, key):
                return _any([self._admits_null(one, depth + 1) for one in choices])
        if parts := documents.items(schema, "allOf"):
            return _all([self._admits_null(one, depth + 1) for one in parts])
        return None if self._marked else True

    # --- types --------------------------------------------------------------------------------------------------------

    def _kind(self, schema: Value | None, depth: int) -> str:
        """The type of a schema as text, without null."""
        if not isinstance(schema, Fields):
            return "any"
        reference = documents.text(schema, "$ref")
        if reference:
            return _name(reference)
        told = documents.get(schema, "type")
        kinds = [kind for kind in documents.texts(told) if kind != "null"] or [documents.text(told)]
        if len(kinds) > 1:
            return " | ".join(kinds)
        return self._of_kind(schema, kinds[0], depth)

    def _of_kind(self, schema: Fields, kind: str, depth: int) -> str:
        if kind == "array" or (not kind and "items" in schema.entries):
            inner = self._kind(documents.get(schema, "items"), depth + 1) if depth < DEEPEST_TYPE else "..."
            return f"array<{inner}>"
        if kind == "object" or (not kind and "properties" in schema.entries):
            return self._object(schema, depth)
        if kind:
            form = documents.text(schema, "format")
            return f"{kind}({form})" if form else kind
        return self._composed(schema, depth)

    def _object(self, schema: Fields, depth: int) -> str:
        inner = list(documents.entries(schema, "properties")) if depth < DEEPEST_TYPE else []
        if inner:
            return struct((key, self._kind(value, depth + 1)) for key, value, _ in inner)
        if "allOf" in schema.entries:
            return self._composed(schema, depth)
        values = documents.get(schema, "additionalProperties")
        if isinstance(values, Fields) and values.entries and depth < DEEPEST_TYPE:
            return f"map<string, {self._kind(values, depth + 1)}>"
        return "struct<...>" if "properties" in schema.entries else "object"

    def _composed(self, schema: Fields, depth: int) -> str:
        """The type of a schema without a `type`, from its values or its members."""
        if depth >= DEEPEST_TYPE:
            return "any"
        for key in (*_CHOICES, "allOf"):
            found = [self._kind(one, depth + 1) for one in documents.items(schema, key)]
            kinds = list(dict.fromkeys(kind for kind in found if kind not in ("null", "any")))
            if kinds:
                return (" & " if key == "allOf" else " | ").join(kinds)
        values = [one for one in documents.items(schema, "enum") if isinstance(one, Scalar) and one.kind != "null"]
        same = {one.kind for one in values}
        return {"text": "string", "number": "number"}.get(same.pop(), "any") if len(same) == 1 else "any"


def _name(reference: str) -> str:
    """The name of a reference's target."""
    place, _, inside = reference.partition("#")
    last = (inside.rstrip("/") or place).rpartition("/")[2]
    return last.removesuffix(".json").removesuffix(".schema") or "any"


def _any(found: list[bool | None]) -> bool | None:
    return True if True in found else None if None in found else False


def _all(found: list[bool | None]) -> bool | None:
    return False if False in found else None if None in found else True
