"""The schema and pipeline facts of each file of a view, read from its text and cached by its digest.

As with the facts of code, except that a file may have several formats, and most files have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import msgspec

from ctxpack.datacontext.programs import PIPELINE
from ctxpack.datamodel.schema import DataFacts
from ctxpack.model import Problem, SourceFile
from ctxpack.parse.schemas import table as formats
from ctxpack.parse.schemas.table import MAPPERS, SQL_IN_STRINGS, Format
from ctxpack.store import Store
from ctxpack.workspace import Workspace

ROLES = frozenset({"source", "schema", "config", "test", "data", "docs"})
"""The roles of files that may declare or use datasets."""

_OF_DEFINITIONS = frozenset({"sql", "ruby", "prisma", "graphql"})
"""Languages in which even a generated file counts as a declaration: database dumps, the schema file of Rails."""

CLIENTS = "prisma_client"
_READ_WHOLE = frozenset({"laravel", "rails", "typeorm_migrations", "efcore_migrations"})
"""Formats that read the SQL in the strings of their files themselves."""

_USING = frozenset({PIPELINE, CLIENTS})
"""The formats of files that use datasets without declaring any."""

K = TypeVar("K")
Pair = tuple[str, str]
"""A path and the name of a format."""


class _Known(msgspec.Struct, frozen=True, array_like=True):
    """The formats found in a file, and the digest of the content in which they were found."""

    digest: str
    formats: tuple[str, ...]


class Readings:
    """The data facts of the files of a workspace, each file by itself."""

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self._workspace, self._store = workspace, store

    @cached_property
    def formats(self) -> dict[str, tuple[str, ...]]:
        """By path, the names of the schema formats of each file that has any."""
        workspace = self._workspace
        languages = {file.language for file in workspace.files.values()}
        there = sorted({one.beside for one in formats.FORMATS if one.beside} & languages)
        used = workspace.using(formats.WORDS)
        all_used = frozenset().union(*used.values())
        among = sorted({one.among for one in formats.FORMATS if one.among} & all_used)
        key = ":".join([str(formats.VERSION), workspace.repository.identity, *there, *among])
        before = self._store.get("data formats", key, dict[str, _Known]) or {}
        known: dict[str, _Known] = {}
        for path, file in workspace.files.items():
            possible = formats.candidates(path, file.language, used.get(path, frozenset()))
            possible = tuple(
                one
                for one in possible
                if (not one.beside or one.beside in there) and (not one.among or one.among in among)
            )
            if not (file.role in ROLES or _defines_all_the_same(file)) or not possible:
                continue
            old = before.get(path)
            same = old is not None and old.digest == file.digest
            known[path] = old if old is not None and same else _Known(file.digest, self._told(path, possible))
        if known != before:
            self._store.put("data formats", key, known)
        return {path: one.formats for path, one in sorted(known.items()) if one.formats}

    def _told(self, path: str, possible: Sequence[Format]) -> tuple[str, ...]:
        """Which of the possible formats a file has; a test file is no pipeline or client, its strings do not count."""
        tested = self._workspace.files[path].role == "test"
        asked = [one for one in possible if not (tested and (one.name in _USING or one.name in SQL_IN_STRINGS))]
        told = formats.formats_of(
            asked, self._workspace.read(path) if any(one.mark is not None for one in asked) else ""
        )
        whole = not _READ_WHOLE.isdisjoint(told)
        return tuple(one for one in told if not (whole and one in SQL_IN_STRINGS))

    @property
    def declaring(self) -> list[Pair]:
        """The (path, format) pairs of the files that may declare tables."""
        return [(path, name) for path, names in self.formats.items() for name in names if name not in _USING]

    @property
    def pipelines(self) -> list[str]:
        """The paths of the programs that read or write datasets."""
        return [path for path, names in self.formats.items() if PIPELINE in names]

    @property
    def clients(self) -> list[Pair]:
        """The (path, format) pairs of the files that may use a generated database client."""
        return [(path, CLIENTS) for path, names in self.formats.items() if CLIENTS in names]

    @property
    def strings(self) -> list[Pair]:
        """The (path, format) pairs of the files with SQL in their strings, or in MyBatis' mappers."""
        return [
            (path, name)
            for path, names in self.formats.items()
            for name in names
            if name in SQL_IN_STRINGS or name == MAPPERS
        ]

    @property
    def records(self) -> list[Pair]:
        """The (path, format) pairs of the files that may declare record types; not cached."""
        workspace = self._workspace
        used = workspace.using(formats.RECORD_WORDS)
        pairs: list[Pair] = []
        for path, file in sorted(workspace.files.items()):
            words = used.get(path, frozenset())
            possible = formats.candidates(path, file.language, words, records=True) if file.role in ROLES else ()
            names = formats.formats_of(possible, workspace.read(path)) if possible else ()
            pairs.extend((path, name) for name in names)
        return pairs

    def facts(self, wanted: Iterable[Pair]) -> dict[Pair, DataFacts]:
        """The data facts of (path, format) pairs, in the order given; those not in the store are read now."""
        files = self._workspace.files
        pairs = list(wanted)
        return self.facts_in(
            {pair: (pair[1], files[pair[0]].digest) for pair in pairs}, lambda pair: self._workspace.read(pair[0])
        )

    def facts_in(self, texts: Mapping[K, tuple[str, str]], read: Callable[[K], str]) -> dict[K, DataFacts]:
        """The data facts of texts, each given as (format, digest of its bytes); `read` loads a text on a cache miss."""
        keys = {one: f"{formats.VERSION}:{name}:{digest}" for one, (name, digest) in texts.items()}
        loaded = self._store.get_many("data facts", sorted(set(keys.values())), DataFacts)
        made: dict[str, DataFacts] = {}
        for one, key in keys.items():
            if key not in loaded:
                loaded[key] = made[key] = formats.read(texts[one][0], read(one))
        self._store.put_many("data facts", made)
        return {one: loaded[key] for one, key in keys.items()}


def _defines_all_the_same(file: SourceFile) -> bool:
    """Whether a file is generated and still a definition of tables, which holds whoever wrote it."""
    return file.role == "generated" and file.language in _OF_DEFINITIONS


def problems_in(found: Mapping[Pair, DataFacts]) -> list[Problem]:
    """The problems of facts, each with the path of its file."""
    return [Problem(path, one.message, one.line) for (path, _), facts in found.items() for one in facts.problems]
