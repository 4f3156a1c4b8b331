"""JSON Schema: objects with properties as records.

A property can be null where its schema admits null, and where it is not required, since then it may be missing. What a
reference to another file admits is not known. `properties.py` is shared with OpenAPI, whose schemas are of this kind.
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
    """A step for the schema itself, where it is of an object, and for each definition of one."""
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
    """The schema of what a whole document is: the root, or what it refers to, or the items of a list of it."""
    reference = documents.text(root, "$ref")
    found = documents.pointed(root, reference) if reference else None
    items = documents.get(root, "items")
    if found is None and documents.text(root, "type") == "array" and isinstance(items, Fields):
        found = items
    return found or root


def _title(root: Fields) -> str:
    """What the schema calls itself: its title where that is a name, else the last part of its identifier."""
    title = documents.text(root, "title").strip()
    if title and " " not in title:
        return title
    place = (documents.text(root, "$id") or documents.text(root, "id")).rstrip("/#").rpartition("/")[2]
    return place.removesuffix(".json").removesuffix(".schema") or "{file}"
