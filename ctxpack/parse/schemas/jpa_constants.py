"""String constants in Java and Kotlin, which entity annotations may refer to for names of tables and columns."""

from __future__ import annotations

import re

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column

CONSTANT = re.compile(
    r"(?:static\s+final\s+String|final\s+static\s+String|const\s+val)\s+(?P<name>\w+)(?:\s*:\s*String)?\s*="
    r"\s*(?P<value>(?:\"[^\"\n\\]*\"|[\w.]+)(?:\s*\+\s*(?:\"[^\"\n\\]*\"|[\w.]+))*)\s*(?:;|$)",
    re.MULTILINE,
)
_CLASS = re.compile(r"\b(?:class|interface|object)\s+(?P<name>\w+)")
_PART = re.compile(r"\"(?P<text>[^\"]*)\"|(?P<name>[A-Za-z_][\w.]*)")


def read(text: str) -> DataFacts:
    """A step of kind "constants" for each class: its columns are the constants, with their values as types."""
    heads = [(match.start(), match["name"]) for match in _CLASS.finditer(text)]
    held: dict[str, list[Column]] = {}
    for match in CONSTANT.finditer(text):
        owner = next((name for start, name in reversed(heads) if start < match.start()), "")
        held.setdefault(owner, []).append(Column(match["name"], _told(match["value"])))
    steps = [
        SchemaStep("create", "", 1, tuple(columns), name=name, kind_of="constants")
        for name, columns in sorted(held.items())
    ]
    return DataFacts("jpa", tuple(steps))


def _told(value: str) -> str:
    """The value of a constant, with `{const NAME}` for references to others."""
    parts = (
        match["text"] if match["text"] is not None else f"{{const {'.'.join(match['name'].split('.')[-2:])}}}"
        for match in _PART.finditer(value)
    )
    return "".join(parts)
