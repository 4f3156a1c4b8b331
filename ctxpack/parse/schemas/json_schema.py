"""JSON Schema: objects with properties as records.

A property is nullable if its schema admits null, or if it is not required, since then it may be missing. For a
reference to another file this is unknown. `properties.py` is shared with OpenAPI, whose schemas are of this kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.parse.schemas import documents
from ctxpack.parse.schemas.documents import Fields, Value
from ctxpack.parse.schemas.properties import Objects
from ctxpack.parse.schemas.shapes import facts

_DEFINITIONS = ("$defs", "definitions")


def read(text: str) -> DataFacts:
    """A step for the root schema, if it describes an object, and for each definition that does."""
    document = documents.read(text)
    root = document.root
    if not isinstance(root, Fields):
        return facts("json_schema", (), document.problems)
    return facts("json_schema", _steps(root), document.problems)


def _steps(root: Fields) -> Iterator[SchemaStep]:
    objects = Objects(root)
    main = _main(root)
    step = objects.step(_title(root), main, root.line)
    if step is not None:
        yield step
    for key in _DEFINITIONS:
        for name, schema, line in documents.entries(root, key):
            if schema is main:
                continue
            made = objects.step(name, schema, line)
            if made is not None:
                yield made


def _main(root: Fields) -> Value:
    """The schema of a whole document: the root, the target of its reference, or the items of an array."""
    reference = documents.text(root, "$ref")
    found = documents.pointed(root, reference) if reference else None
    items = documents.get(root, "items")
    if found is None and documents.text(root, "type") == "array" and isinstance(items, Fields):
        found = items
    return found or root


def _title(root: Fields) -> str:
    """The name of the schema: its title if that is one word, else the last part of its `$id`."""
    title = documents.text(root, "title").strip()
    if title and " " not in title:
        return title
    place = (documents.text(root, "$id") or documents.text(root, "id")).rstrip("/#").rpartition("/")[2]
    return place.removesuffix(".json").removesuffix(".schema") or "{file}"
