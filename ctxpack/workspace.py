"""One view of a repository, made ready: listed, parsed, linked and indexed, each step only as far as it is asked for.

It holds the stages together with the store: what was made before from the same bytes is taken from there, whoever made
it. Keys are digests of all that a value depends on, so that a cold and a warm run give the same.
"""

from __future__ import annotations

import gc
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

import msgspec

from ctxpack import crawl, parse
from ctxpack.config import Config
from ctxpack.crawl import Commit, CrawlSettings, Repository, Snapshot
from ctxpack.graph import VERSION as GRAPH_VERSION
from ctxpack.graph.edges import Linking
from ctxpack.graph.incremental import Basis, Known, LinkTable, Making, basis, stale
from ctxpack.graph.project import Project, is_settings
from ctxpack.model import (
    Edge,
    FileFacts,
    LexicalDocument,
    Link,
    Parsed,
    Problem,
    Reference,
    SourceFile,
    Unresolved,
)
from ctxpack.parse.pool import Encoded, Job, parse_many
from ctxpack.rank import LexicalIndex
from ctxpack.store import Store, now_ns

Progress = Callable[[str, int, int], None]
"""Told of long work: the stage's name, how much is done, how much there is."""

_UNPARSED = frozenset({"binary", "lock", "data"})
_COMMITS = 2000
_BATCH = 400
_KEPT = ("words", "references", "facts")
"""What is kept of a parsed file; the facts last, because their entry stands for all three."""

_PROVISIONAL = ":provisional"
"""Ends the keys of what a parser in trouble left, so that nothing made of it passes for what the file says."""

T = TypeVar("T")

_encode = msgspec.msgpack.Encoder().encode


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Keep the collector of cycles from going through all facts again and again, which form none."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class Workspace:
    """A repository's files, facts, graph and index at one moment; `refresh` moves it to the present."""

    def __init__(
        self, repository: Repository, config: Config, store: Store, workers: int, progress: Progress | None = None
    ) -> None:
        """`workers` is the number of processes to parse with."""
        self.repository = repository
        self._config = config
        self._store = store
        self._workers = workers
        self._progress = progress or (lambda _stage, _done, _total: None)
        self._problems: list[Problem] = []
        self._facts: dict[str, FileFacts] = {}
        self._again: dict[str, Encoded] = {}
        self._texts: dict[str, str] = {}
        self._links: dict[str, tuple[Link, ...]] = {}

    def refresh(self) -> None:
        """Forget what was seen; the next question looks at the repository again."""
        for name in ("snapshot", "files", "parsed", "state", "_frame", "_table", "index", "commits"):
            self.__dict__.pop(name, None)
        self._problems.clear()
        self._facts.clear()
        self._again.clear()
        self._texts.clear()
        self._links.clear()

    # --- files --------------------------------------------------------------------------------------------------------

    @cached_property
    def snapshot(self) -> Snapshot:
        """What is there."""
        # Roles and languages are found by code, so that what another version knew is not known.
        key = f"{crawl.VERSION}:{parse.VERSION}:{self.repository.identity}"
        raw = self._store.get("known", key, bytes)
        settings = CrawlSettings(self._config.include, self._config.extend_exclude, self._config.max_file_bytes)
        known = crawl.decode_known(raw) if raw else {}
        snapshot = self.repository.list(settings, parse.detect, known, now_ns())
        encoded = crawl.encode_known(snapshot.known)
        if encoded != raw:
            self._store.put("known", key, encoded)
        return snapshot

    @cached_property
    def files(self) -> dict[str, SourceFile]:
        """The listed files by path."""
        return {file.path: file for file in self.snapshot.files}

    def text(self, path: str) -> str:
        """The text of a listed file; "" with a problem where it has vanished since."""
        if path not in self._texts:
            self._texts[path] = self.read(path)
        return self._texts[path]

    def read(self, path: str) -> str:
        """As `text`, without keeping it."""
        try:
            raw = self.repository.read(path)
        except OSError as error:
            self._problems.append(Problem(path, f"cannot be read: {error.strerror or error}"))
            return ""
        decoded = crawl.read_text(raw, path, self.files[path].language)
        self._problems.extend(decoded.problems)
        return decoded.text

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All trouble met so far, sorted by path."""
        found = {*self._config.problems, *self.snapshot.problems, *self._problems, *self._store.problems}
        if "_table" in self.__dict__:
            found.update(self._table.problems)
        return tuple(sorted(found, key=lambda problem: (problem.path, problem.line, problem.message)))

    # --- facts --------------------------------------------------------------------------------------------------------

    @cached_property
    def parsed(self) -> dict[str, str]:
        """The keys of the facts of every file that is parsed, by path; whatever was missing is parsed now."""
        keys = {
            path: f"{parse.VERSION}:{file.language}:{file.digest}"
            for path, file in self.files.items()
            if file.role not in _UNPARSED
        }
        there = self._store.has_many("facts", sorted(set(keys.values())))
        missing = {key: path for path, key in sorted(keys.items(), reverse=True) if key not in there}
        provisional = {key for key, encoded in self._parse(missing) if encoded.provisional}
        return {path: f"{key}{_PROVISIONAL}" if key in provisional else key for path, key in keys.items()}

    def _parse(self, missing: Mapping[str, str]) -> Iterator[tuple[str, Encoded]]:
        """Parse the files at the paths `missing`, which are by key, and keep what comes of them."""
        batch: dict[str, Encoded] = {}
        jobs = (Job(key, self.read(path), self.files[path].language) for key, path in missing.items())
        for done, (key, encoded) in enumerate(parse_many(jobs, workers=self._workers), 1):
            plain = key.removesuffix(_PROVISIONAL)
            batch[f"{plain}{_PROVISIONAL}" if encoded.provisional else plain] = encoded
            if len(batch) == _BATCH:
                self._keep(batch)
                batch = {}
                self._progress("parsing", done, len(missing))
            yield key, encoded
        self._keep(batch)

    def _keep(self, batch: Mapping[str, Encoded]) -> None:
        for kind in _KEPT:
            self._store.put_many(kind, {key: getattr(encoded, kind) for key, encoded in batch.items()})

    def _load(self, kind: str, paths: Iterable[str], type_: type[T]) -> dict[str, T]:
        """What is kept of parsed files, by path; what the store has lost is parsed again, once."""
        keys = {path: self.parsed[path] for path in paths}
        loaded = self._store.get_many(kind, sorted(set(keys.values())), type_)
        lost = {key: path for path, key in sorted(keys.items(), reverse=True) if key not in loaded}
        self._again.update(self._parse({key: path for key, path in lost.items() if key not in self._again}))
        for key in lost:
            loaded[key] = msgspec.msgpack.decode(getattr(self._again[key], kind), type=type_)
        return {path: loaded[key] for path, key in keys.items()}

    def facts(self, path: str) -> FileFacts:
        """The facts of one file, without its references; empty facts for a file that is not parsed."""
        return self.facts_of((path,)).get(path) or FileFacts(self.files[path].language)

    def facts_of(self, paths: Iterable[str]) -> dict[str, FileFacts]:
        """The facts, without the references, of those of these files that are parsed."""
        wanted = [path for path in paths if path in self.parsed]
        self._facts.update(self._load("facts", [path for path in wanted if path not in self._facts], FileFacts))
        return {path: self._facts[path] for path in wanted}

    def references_of(self, path: str) -> tuple[Reference, ...]:
        """The references of one file, read from the store each time because they are many; () for one not parsed."""
        return self._load("references", [path], tuple[Reference, ...])[path] if path in self.parsed else ()

    # --- links --------------------------------------------------------------------------------------------------------

    @cached_property
    def state(self) -> str:
        """A digest of all that the facts and the graph depend on."""
        digest = hashlib.blake2b(f"{GRAPH_VERSION}\n".encode(), digest_size=16)
        for path in sorted(self.files):
            digest.update(f"{path}\0{self.parsed.get(path, '')}\0{self.files[path].role}\n".encode())
        for path in self._settings():
            digest.update(self.files[path].digest.encode())
        return digest.hexdigest()

    def _settings(self) -> tuple[str, ...]:
        return tuple(path for path in sorted(self.files) if is_settings(path))

    @cached_property
    def _table(self) -> LinkTable:
        found = self._store.get("link table", self.state, LinkTable)
        if found is None:
            return self._link()
        if self._store.get("linked state", self.repository.identity, str) != self.state:
            self._store.put("linked state", self.repository.identity, self.state)
        return found

    def _link(self, keep: frozenset[str] = frozenset()) -> LinkTable:
        """Link what has to be and store the links, a batch at a time; those of the files to `keep` stay in memory too.

        What linking an earlier state found holds for the files that no change since then concerns.
        """
        with _collecting_nothing():
            table = self._linked(keep)
            # Nobody asks for the facts of all files again; those of a few are read when they are.
            self._facts.clear()
        return table

    def _linked(self, keep: frozenset[str]) -> LinkTable:
        facts = self.facts_of(sorted(self.parsed))
        linking = Linking(self.project(facts))
        known = self._known_links(linking)
        made = Making(known, keep, frozenset(path for path, file in self.files.items() if file.role == "test"))
        batch: dict[str, msgspec.Raw] = {}
        for done, path in enumerate(facts, 1):
            if made.holds(path):
                continue
            found = linking.of(path)
            blob = _encode(found.links)
            key = hashlib.blake2b(blob, digest_size=16).hexdigest()
            batch[key] = msgspec.Raw(blob)
            made.add(path, key, found)
            if path in keep:
                self._links[path] = found.links
            if len(batch) >= _BATCH:
                self._keep_links(batch)
                self._progress("linking", done, len(facts))
        self._keep_links(batch)
        problems = tuple(
            Problem(path, problem.message, problem.line) for path, one in facts.items() for problem in one.problems
        )
        linking.end()
        table = made.table(facts, problems)
        self._store.put("link table", self.state, table)
        self._store.put("link basis", self.state, basis(self._frame, self._keys, made.consulted))
        self._store.put("linked state", self.repository.identity, self.state)
        return table

    def project(self, facts: Mapping[str, FileFacts]) -> Project:
        """These facts, which are of all parsed files, and what else linking wants of a repository."""
        unparsed = tuple(path for path in sorted(self.files) if path not in self.parsed)
        return Project(facts, self.text, self._settings(), unparsed, self.references_of)

    @property
    def _keys(self) -> dict[str, str]:
        return {path: self.parsed[path] for path in sorted(self.parsed)}

    @cached_property
    def _frame(self) -> str:
        """A digest of all that the links of every file depend on: which files there are, and their settings."""
        digest = hashlib.blake2b(f"{GRAPH_VERSION}\n".encode(), digest_size=16)
        for path, file in sorted(self.files.items()):
            digest.update(f"{path}\0{path in self.parsed}\0{file.language}\0{file.role == 'test'}\n".encode())
        for path in self._settings():
            digest.update(self.files[path].digest.encode())
        return digest.hexdigest()

    def _known_links(self, linking: Linking) -> Known | None:
        """What still holds of the state that was linked last."""
        state = self._store.get("linked state", self.repository.identity, str)
        since = self._store.get("link basis", state, Basis) if state else None
        changed = since.changed(self._frame, self._keys) if since is not None else None
        if state is None or since is None or changed is None:
            return None
        table = self._store.get("link table", state, LinkTable)
        keys = sorted({since.facts[path] for path in changed})
        before = self._store.get_many("facts", keys, FileFacts)
        if table is None or len(before) < len(keys):
            return None
        old = {path: before[since.facts[path]] for path in changed}
        return Known(table, since, stale(since, old, self._facts, linking))

    def _keep_links(self, batch: dict[str, msgspec.Raw]) -> None:
        there = self._store.has_many("links", sorted(batch))
        self._store.put_many("links", {key: blob for key, blob in sorted(batch.items()) if key not in there})
        batch.clear()

    def links_of(self, paths: Iterable[str]) -> dict[str, tuple[Link, ...]]:
        """The links of those of these files that are parsed."""
        table = self._table
        wanted = [path for path in paths if path in table.keys]
        missing = sorted({table.keys[path] for path in wanted if path not in self._links})
        loaded = self._store.get_many("links", missing, tuple[Link, ...])
        self._links.update({path: loaded[table.keys[path]] for path in wanted if table.keys[path] in loaded})
        lost = frozenset(path for path in wanted if path not in self._links)
        if lost:
            self._link(keep=lost)
        return {path: self._links[path] for path in wanted}

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """Imports that should have been found in the repository and were not."""
        return self._table.unresolved

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges between files."""
        return self._table.edges

    # --- index and history --------------------------------------------------------------------------------------------

    @cached_property
    def index(self) -> LexicalIndex:
        """The lexical index of just these files."""
        name = hashlib.blake2b(self.repository.identity.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        try:
            return self._updated(name)
        except sqlite3.DatabaseError as error:
            self._store.discard_index(name, str(error))
            return self._updated(name)

    def _updated(self, name: str) -> LexicalIndex:
        index = LexicalIndex(self._store.index_database(name))
        index.update(self.parsed, self._both)
        return index

    def _both(self, paths: Sequence[str]) -> dict[str, Parsed]:
        facts = self.facts_of(paths)
        words = self._load("words", paths, tuple[LexicalDocument, ...])
        return {path: Parsed(facts[path], words[path]) for path in paths}

    @cached_property
    def commits(self) -> tuple[Commit, ...]:
        """The latest commits that lead to this view."""
        return self.repository.history(_COMMITS)
