"""Types of interface descriptions (protobuf, GraphQL, Thrift, OpenAPI) to the class of the same name in code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxpack.graph.project import Project
from ctxpack.model import FileFacts, Link

DESCRIBING = frozenset({"protobuf", "graphql", "thrift", "flatbuffers"})
"""Languages that describe types for others to implement."""

_TYPES = frozenset({"class", "interface", "enum", "struct", "trait", "type"})
_NAME = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+|[A-Z][a-z]{5,}")
_OPEN_API = re.compile(r"#/(?:components/schemas|definitions)/(\w+)")
_CODE = frozenset(
    {"python", "java", "kotlin", "scala", "go", "typescript", "tsx", "javascript", "rust", "csharp", "php", "ruby"}
)
_CONFIDENCE = 0.6


class SchemaTypes:
    """The links of described types; only names of several words or some length, defined once in all code."""

    def __init__(self, project: Project) -> None:
        """Index the top-level types of code by name."""
        self._defined: dict[str, list[tuple[str, int]]] = {}
        for path, facts in project.facts.items():
            if facts.language in _CODE:
                for index, one in enumerate(facts.definitions):
                    if one.parent < 0 and one.kind in _TYPES:
                        self._defined.setdefault(one.name, []).append((path, index))

    def links(self, facts: FileFacts) -> Iterator[Link]:
        """The links of the types that a file describes, or (OpenAPI) names."""
        if facts.language in DESCRIBING:
            for index, one in enumerate(facts.definitions):
                if one.kind in _TYPES:
                    yield from self._one(one.name, one.line, one.column, index)
        seen: set[str] = set()
        for mention in facts.mentions if facts.language in ("yaml", "json") else ():
            match = _OPEN_API.fullmatch(mention.text)
            if match and match[1] not in seen:
                seen.add(match[1])
                yield from self._one(match[1], mention.line, mention.column, mention.scope)

    def _one(self, name: str, line: int, column: int, scope: int) -> Iterator[Link]:
        places = self._defined.get(name, ())
        if len(places) == 1 and _NAME.fullmatch(name):
            yield Link(name, line, column, scope, *places[0], "references", "same name", _CONFIDENCE)
