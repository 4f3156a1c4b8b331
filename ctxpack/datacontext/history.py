"""The git history of the files that declare tables, read from git objects: what was declared after each commit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from ctxpack import crawl, parse
from ctxpack.datamodel.dbt import DbtProject
from ctxpack.datamodel.schema import DataFacts, DeclaredTable
from ctxpack.lineage.answers.timeline import FileDeclarations, Step, Timeline
from ctxpack.model import Table
from ctxpack.parse.schemas import table as formats
from ctxpack.workspace import Workspace

_COMMITS = 1000
_CODE = frozenset({"python", "ruby", "java", "kotlin", "typescript", "javascript", "json", "yaml"})
"""Languages with too many files to follow them all: only the files that declare tables now are followed, by path.

Of other languages all files with the same suffix are followed, present or gone.
"""

_PROPERTIES = (".yml", ".yaml")
_LARGEST = 2_000_000


K = TypeVar("K")


class Reader(Protocol):
    """The part of a data context that `History` needs."""

    workspace: Workspace

    @property
    def pipelines(self) -> str:
        """The name of the format whose facts are programs."""

    @property
    def formats(self) -> Mapping[str, tuple[str, ...]]:
        """By path, the names of the schema formats of each file that has any."""

    @property
    def projects(self) -> Sequence[DbtProject]:
        """The dbt projects."""

    def facts_in(self, texts: Mapping[K, tuple[str, str]], read: Callable[[K], str]) -> dict[K, DataFacts]:
        """The data facts of texts, each given as (format, digest of its bytes)."""


class History:
    """The table declarations after each commit that touched a declaring file (at most the last `_COMMITS`)."""

    def __init__(self, data: Reader) -> None:
        self._data = data
        self._repository = data.workspace.repository
        self._read: dict[tuple[str, str], FileDeclarations] = {}

    @cached_property
    def _steps(self) -> tuple[crawl.PastStep, ...]:
        patterns = self._patterns()
        return self._repository.past(patterns, _COMMITS) if patterns else ()

    @cached_property
    def arrivals(self) -> dict[str, tuple[str, str]]:
        """By path, the commit that added the file last, and its date."""
        found: dict[str, tuple[str, str]] = {}
        for step in self._steps:
            for path, oid in step.changes:
                if oid:
                    found.setdefault(path, (step.commit, step.date))
                else:
                    found.pop(path, None)
        return found

    @cached_property
    def timeline(self) -> Timeline:
        """The declarations after each commit."""
        return Timeline(
            Step(step.commit, step.date, tuple((path, self._what(path, oid)) for path, oid in step.changes))
            for step in self._steps
        )

    def _patterns(self) -> list[str]:
        """Git pathspecs of the files that may declare tables, now or in the past."""
        found: set[str] = set()
        for path, names in self._data.formats.items():
            if any(name != self._data.pipelines for name in names):
                language = self._data.workspace.files[path].language
                suffix = PurePosixPath(path).suffix
                found.add(_escaped(path) if language in _CODE or not suffix else f"**/*{suffix}")
        if self._data.projects:
            found.update(f"**/*{suffix}" for suffix in _PROPERTIES)
        return sorted(found)

    def _may_declare(self, path: str) -> bool:
        known = self._data.workspace.files.get(path)
        return known is None or known.role not in ("generated", "vendored", "binary", "lock")

    def _what(self, path: str, oid: str) -> FileDeclarations:
        """What a file with the blob `oid` declares; nothing for a deleted file ("") or one whose role excludes it."""
        if not oid or not self._may_declare(path):
            return FileDeclarations()
        if (path, oid) not in self._read:
            try:
                raw = self._repository.blob(oid)
            except OSError:
                raw = b""
            self._read[path, oid] = self._declared(path, raw) if len(raw) <= _LARGEST else FileDeclarations()
        return self._read[path, oid]

    def _declared(self, path: str, raw: bytes) -> FileDeclarations:
        language = parse.detect(path, raw[:1000])
        text = crawl.read_text(raw, path, language).text
        digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
        possible = formats.candidates(path, language, formats.WORDS)
        names = [name for name in formats.formats_of(possible, text) if name != self._data.pipelines]
        facts = self._data.facts_in({name: (name, digest) for name in names}, lambda _name: text)
        tables: Iterable[Table] = ()
        if self._data.projects and path.endswith(_PROPERTIES):
            tables = parse.parse(text, language).facts.tables
        return FileDeclarations(tuple(facts.values()), tuple(_table(path, one) for one in tables))


def _table(path: str, one: Table) -> DeclaredTable:
    return DeclaredTable(one.name, "model", one.columns, one.keys, path, one.span[0], "dbt")


def _escaped(path: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)
