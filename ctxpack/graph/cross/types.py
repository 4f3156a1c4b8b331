"""Types of interface descriptions (protobuf, GraphQL, Thrift, OpenAPI) to the class of the same name in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ctxpack.graph.consulted import Offer
from ctxpack.graph.project import Project
from ctxpack.graph.symbols import Linker
from ctxpack.model import FileFacts, Link

DESCRIBING = frozenset({"protobuf", "graphql", "thrift", "flatbuffers"})
"""Languages that describe types for others to implement."""

_TYPES = frozenset({"class", "interface", "enum", "struct", "trait", "type"})
_NAME = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+|[A-Z][a-z]{5,}")
_OPEN_API = re.compile(r"#/(?:components/schemas|definitions)/(\w+)")
_CODE = frozenset(
    {"python", "java", "kotlin", "scala", "go", "typescript", "tsx", "javascript", "rust", "csharp", "php", "ruby"}
)
_KIN = {"tsx": "typescript", "javascript": "typescript"}
_MOST_LANGUAGES = 4
_CONFIDENCE = 0.6


class SchemaTypes:
    """The links of described types; only names of several words or some length, defined once in a language.

    What is generated from a description, or written by hand for it, may be there in several languages, each its own.
    """

    def __init__(self, project: Project, linker: Linker) -> None:
        """`linker` is told which types are asked for."""
        self._project, self._linker = project, linker

    @cached_property
    def _defined(self) -> dict[str, list[tuple[str, int]]]:
        """The top-level types of code by name."""
        defined: dict[str, list[tuple[str, int]]] = {}
        for path, facts in self._project.of(_CODE):
            for index, name in _defined(facts):
                defined.setdefault(name, []).append((path, index))
        return defined

    def offers(self, facts: FileFacts) -> Iterator[Offer]:
        """The types that a file of code defines."""
        for index, name in _defined(facts):
            yield _token(name), index

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
        self._linker.consult(_token(name))
        places = self._defined.get(name, ())
        if not places or not _NAME.fullmatch(name):
            return
        by_language: dict[str, list[tuple[str, int]]] = {}
        for place in places:
            by_language.setdefault(_KIN.get(language := self._linker.language(place[0]), language), []).append(place)
        if len(by_language) <= _MOST_LANGUAGES and all(len(found) == 1 for found in by_language.values()):
            for place in places:
                yield Link(name, line, column, scope, *place, "references", "same name", _CONFIDENCE)


def _defined(facts: FileFacts) -> Iterator[tuple[int, str]]:
    """The index and name of the types at the top of a file of code."""
    for index, one in enumerate(facts.definitions if facts.language in _CODE else ()):
        if one.parent < 0 and one.kind in _TYPES:
            yield index, one.name


def _token(name: str) -> str:
    return f"\0type {name}"
