"""OpenAPI 2 and 3: the named schemas of a description as records, without those written inline in its paths.

Before 3.1 only `nullable` (in 2: `x-nullable`) admits null; from 3.1 on the rules of JSON Schema apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.parse.schemas import documents
from ctxpack.parse.schemas.documents import Fields
from ctxpack.parse.schemas.properties import Objects
from ctxpack.parse.schemas.shapes import facts

_OLD = re.compile(r"^(?:2|3\.0)")
_SKIPPED = frozenset({"paths", "webhooks"})


def read(text: str) -> DataFacts:
    """A step for each named schema that describes an object."""
    document = documents.read(text, without=_SKIPPED)
    root = document.root
    if not isinstance(root, Fields):
        return facts("openapi", (), document.problems)
    return facts("openapi", _steps(root), document.problems)


def _steps(root: Fields) -> Iterator[SchemaStep]:
    version = documents.text(root, "openapi") or documents.text(root, "swagger")
    objects = Objects(root, marked=_OLD.match(version) is not None)
    for keys in (("definitions",), ("components", "schemas")):
        for name, schema, line in documents.entries(root, *keys):
            step = objects.step(name, schema, line)
            if step is not None:
                yield step
