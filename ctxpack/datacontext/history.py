"""The past of what declares tables in one view of a repository, read from git objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from ctxpack import crawl, parse
from ctxpack.datamodel.dbt import DbtProject
from ctxpack.datamodel.schema import DataFacts, DeclaredTable
from ctxpack.lineage.timeline import Declared, Step, Timeline
from ctxpack.model import Table
from ctxpack.parse.schemas import table as formats
from ctxpack.workspace import Workspace

_COMMITS = 1000
_CODE = frozenset({"python", "ruby", "java", "kotlin", "typescript", "javascript", "json", "yaml"})
"""Languages of which only those files are followed that declare tables now: there are too many others."""

_PROPERTIES = (".yml", ".yaml")
_LARGEST = 2_000_000


K = TypeVar("K")


class Reader(Protocol):
    """What tells what files declare now, and reads what they declared."""

    workspace: Workspace

    @property
    def pipelines(self) -> str:
        """The format whose facts are programs."""

    @property
    def formats(self) -> Mapping[str, tuple[str, ...]]:
        """The formats of every file that is of one, by path."""

    @property
    def projects(self) -> Sequence[DbtProject]:
        """The dbt projects."""

    def facts_in(self, texts: Mapping[K, tuple[str, str]], read: Callable[[K], str]) -> dict[K, DataFacts]:
        """The data facts of texts."""


class History:
    """What declared tables after each commit that touched such files."""

    def __init__(self, data: Reader) -> None:
        self._data = data
        self._repository = data.workspace.repository
        self._read: dict[tuple[str, str], Declared] = {}

    @cached_property
    def _steps(self) -> tuple[crawl.PastStep, ...]:
        patterns = self._patterns()
        return self._repository.past(patterns, _COMMITS) if patterns else ()

    @cached_property
    def arrivals(self) -> dict[str, tuple[str, str]]:
        """The commit that brought each file, and its date."""
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
        """What declared tables after each commit."""
        return Timeline(
            Step(step.commit, step.date, tuple((path, self._what(path, oid)) for path, oid in step.changes))
            for step in self._steps
        )

    def _patterns(self) -> list[str]:
        """Git pathspecs for the files that may declare tables."""
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

    def _what(self, path: str, oid: str) -> Declared:
        """What the content `oid` of a file declares; nothing for one that is gone, or may not declare anything."""
        if not oid or not self._may_declare(path):
            return Declared()
        if (path, oid) not in self._read:
            try:
                raw = self._repository.blob(oid)
            except OSError:
                raw = b""
            self._read[path, oid] = self._declared(path, raw) if len(raw) <= _LARGEST else Declared()
        return self._read[path, oid]

    def _declared(self, path: str, raw: bytes) -> Declared:
        language = parse.detect(path, raw[:1000])
        text = crawl.read_text(raw, path, language).text
        digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
        possible = formats.candidates(path, language, formats.WORDS)
        names = [name for name in formats.formats_of(possible, text) if name != self._data.pipelines]
        facts = self._data.facts_in({name: (name, digest) for name in names}, lambda _name: text)
        tables: Iterable[Table] = ()
        if self._data.projects and path.endswith(_PROPERTIES):
            tables = parse.parse(text, language).facts.tables
        return Declared(tuple(facts.values()), tuple(_table(path, one) for one in tables))


def _table(path: str, one: Table) -> DeclaredTable:
    return DeclaredTable(one.name, "model", one.columns, one.keys, path, one.span[0], "dbt")


def _escaped(path: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)
