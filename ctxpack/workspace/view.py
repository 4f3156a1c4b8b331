"""One view of a repository (work tree or revision): listed, parsed, linked and indexed, each step on demand.

It connects the stages with the store: results made before from the same bytes are read from there. Keys are digests of
everything that a value depends on, so that a cold and a warm run give the same answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from ctxpack import crawl, parse
from ctxpack.config import Config
from ctxpack.crawl import Commit, CrawlSettings, Repository, Snapshot
from ctxpack.graph import VERSION as GRAPH_VERSION
from ctxpack.graph.project import Project, is_settings
from ctxpack.model import (
    MACHINE_MADE,
    UNPARSED,
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
from ctxpack.rank import Corpus
from ctxpack.rank.lexical import Named
from ctxpack.store import NAMES as CACHE_NAMES
from ctxpack.store import Store, now_ns
from ctxpack.text import well_formed
from ctxpack.workspace.indexing import steady_index
from ctxpack.workspace.links import Links

Progress = Callable[[str, int, int], None]
"""A callback during long work: the stage's name, the number done, the total."""

_COMMITS = 2000
_BATCH = 400
_KEPT = ("problems", "names", "words", "references", "facts")
"""The kinds of store entries of a parsed file; facts come last, since their presence means that all are there."""

_NONE = msgspec.Raw(msgspec.msgpack.encode(()))

_PROVISIONAL = ":provisional"
"""The suffix on keys of facts from a parser that failed, so that they, and what is made of them, are not reused."""

_OVERDUE = ":references"
"""The suffix on keys of problems of references that take too long to read, of a file that is read else."""

T = TypeVar("T")


class _AllFacts(Mapping[str, FileFacts]):
    """A lazy mapping of all parsed files, ordered by path, to their facts; each is loaded on first access."""

    def __init__(self, paths: Mapping[str, object], load: Callable[[tuple[str]], Mapping[str, FileFacts]]) -> None:
        self._paths, self._load = paths, load
        self._loaded: dict[str, FileFacts] = {}

    def __getitem__(self, path: str) -> FileFacts:
        found = self._loaded.get(path)
        if found is None:
            found = self._loaded[path] = self._load((path,))[path]
        return found

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class Workspace:
    """A repository's files, facts, graph and index at one moment; for a later state make a new workspace."""

    def __init__(
        self, repository: Repository, config: Config, store: Store, workers: int, progress: Progress | None = None
    ) -> None:
        """`workers` is the number of parser processes."""
        self.repository = repository
        self._config = config
        self._store = store
        self._workers = workers
        self._progress = progress or (lambda _stage, _done, _total: None)
        self._problems: list[Problem] = []
        self._facts: dict[str, FileFacts] = {}
        self._again: dict[str, Encoded] = {}
        self._texts: dict[str, str] = {}
        self._expecting_links = False

    @property
    def sql_dialect(self) -> str | None:
        """The SQL dialect set in the configuration; None if it sets none."""
        return self._config.sql_dialect

    # --- files --------------------------------------------------------------------------------------------------------

    @cached_property
    def snapshot(self) -> Snapshot:
        """The listing of the repository: files, what was skipped, and problems."""
        # The code decides roles and languages, so entries of another version are not reused.
        key = f"{crawl.VERSION}:{parse.VERSION}:{self.repository.identity}"
        raw = self._store.get("known", key, bytes)
        config, cache = self._config, _relative(self._store.place, self.repository.root)
        settings = CrawlSettings(config.include, config.extend_exclude, config.max_file_bytes, cache, CACHE_NAMES)
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
        """The text of a listed file, cached; "" and a problem where it cannot be read any more."""
        if path not in self._texts:
            self._texts[path] = self.read(path)
        return self._texts[path]

    def read(self, path: str) -> str:
        """As `text`, but not cached."""
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
        """All problems so far, sorted by path."""
        found = {*self._config.problems, *self.snapshot.problems, *self._problems, *self._store.problems}
        if "_links" in self.__dict__:
            found.update((*self._parse_problems(), *self._links.problems))
        return tuple(sorted(found, key=lambda problem: (problem.path, problem.line, problem.message)))

    def _parse_problems(self) -> Iterator[Problem]:
        keys = set(self.parsed.values())
        wanted = sorted({*keys, *(f"{key}{_OVERDUE}" for key in keys)})
        kept = self._store.get_many("problems", wanted, tuple[Problem, ...])
        for path, key in self.parsed.items():
            for one in (*kept.get(key, ()), *kept.get(f"{key}{_OVERDUE}", ())):
                yield Problem(path, one.message, one.line)

    # --- facts --------------------------------------------------------------------------------------------------------

    @cached_property
    def parsed(self) -> dict[str, str]:
        """The store key of every parsed file's facts, by path; files that the store does not have are parsed now."""
        keys = {
            path: f"{parse.VERSION}:{file.language}:{file.digest}"
            for path, file in self.files.items()
            if file.role not in UNPARSED
        }
        there = self._store.has_many("facts", sorted(set(keys.values())))
        missing = {key: path for path, key in sorted(keys.items(), reverse=True) if key not in there}
        done = self._parse(missing, references=self._expecting_links)
        provisional = {key for key, encoded in done if encoded.provisional}
        return {path: f"{key}{_PROVISIONAL}" if key in provisional else key for path, key in keys.items()}

    def _parse(
        self, missing: Mapping[str, str], *, references: bool, kept: Sequence[str] = _KEPT
    ) -> Iterator[tuple[str, Encoded]]:
        """Parse the files `missing` (path by key), and store the results of the kinds `kept`."""
        batch: dict[str, Encoded] = {}
        alone = kept == ("references",)
        jobs = (
            Job(key, self.read(path), self.files[path].language, references, alone) for key, path in missing.items()
        )
        for done, (key, encoded) in enumerate(parse_many(jobs, workers=self._workers), 1):
            plain = key.removesuffix(_PROVISIONAL)
            batch[f"{plain}{_PROVISIONAL}" if encoded.provisional else plain] = encoded
            if len(batch) == _BATCH:
                self._keep(batch, kept)
                batch = {}
                self._progress("parsing", done, len(missing))
            yield key, encoded
        self._keep(batch, kept)

    def _keep(self, batch: Mapping[str, Encoded], kinds: Sequence[str]) -> None:
        for kind in kinds:
            values = {key: getattr(encoded, kind) for key, encoded in batch.items()}
            nothing = _NONE if kind == "problems" else msgspec.Raw(b"")
            self._store.put_many(kind, {key: value for key, value in values.items() if value != nothing})

    def _load(self, kind: str, paths: Iterable[str], type_: type[T]) -> dict[str, T]:
        """The store entries of one kind for some parsed files, by path; lost entries are parsed again, once."""
        keys = {path: self.parsed[path] for path in paths}
        loaded = self._store.get_many(kind, sorted(set(keys.values())), type_)
        lost = {key: path for path, key in sorted(keys.items(), reverse=True) if key not in loaded}
        if kind == "references" and lost:
            self.read_references(lost.values())
            loaded.update(self._store.get_many(kind, sorted(lost), type_))
        wanted = {key: path for key, path in lost.items() if key not in loaded and key not in self._again}
        self._again.update(self._parse(wanted, references=True))
        for key in lost:
            if key not in loaded:
                raw = getattr(self._again[key], kind)
                loaded[key] = msgspec.msgpack.decode(raw if raw != msgspec.Raw(b"") else _NONE, type=type_)
        return {path: loaded[key] for path, key in keys.items()}

    def facts(self, path: str) -> FileFacts:
        """The facts of one file, without its references; empty facts for a file that is not parsed."""
        return self.facts_of((path,)).get(path) or FileFacts(self.files[path].language)

    def facts_of(self, paths: Iterable[str]) -> dict[str, FileFacts]:
        """The facts of these files, without references, by path; files that are not parsed are left out."""
        wanted = [path for path in paths if path in self.parsed]
        self._facts.update(self._load("facts", [path for path in wanted if path not in self._facts], FileFacts))
        return {path: self._facts[path] for path in wanted}

    def expect_links(self) -> None:
        """Announce, before parsing, that links of most files will be needed, so that references are parsed at once."""
        self._expecting_links = True

    def read_references(self, paths: Iterable[str]) -> frozenset[str]:
        """Make sure that the references of these files are in the store; returns the paths for which that failed.

        They then count as none for this view. Of files whose references take too long they do so for good.
        """
        keys = {path: key for path, key in self.parsed.items() if not key.endswith(_PROVISIONAL)}
        wanted = {keys[path]: path for path in paths if path in keys}
        there = self._store.has_many("references", sorted(wanted))
        missing = {key: path for key, path in wanted.items() if key not in there}
        failed: set[str] = {key for key in missing if key in self._again and self._again[key].provisional}
        for key in failed:
            del missing[key]
        late: dict[str, msgspec.Raw] = {}
        said: dict[str, tuple[Problem, ...]] = {}
        for key, encoded in self._parse(missing, references=True, kept=("references",)):
            if encoded.provisional:
                failed.add(key)
                self._again[key] = encoded
                said[key] = msgspec.msgpack.decode(encoded.problems, type=tuple[Problem, ...])
            elif encoded.overdue:
                late[f"{key}{_OVERDUE}"] = encoded.problems
        self._store.put_many("problems", late)
        for path, key in keys.items() if said else ():
            self._problems.extend(Problem(path, one.message, one.line) for one in said.get(key, ()))
        return frozenset(path for path, key in keys.items() if key in failed)

    def references_of(self, path: str) -> tuple[Reference, ...]:
        """The references of one file, loaded each time because they are large; () for a file that is not parsed."""
        return self._load("references", [path], tuple[Reference, ...])[path] if path in self.parsed else ()

    # --- links --------------------------------------------------------------------------------------------------------

    @cached_property
    def state(self) -> str:
        """A digest of everything that the facts and the graph depend on."""
        digest = hashlib.blake2b(f"{GRAPH_VERSION}\n".encode(), digest_size=16)
        for path in sorted(self.files):
            digest.update(f"{path}\0{self.parsed.get(path, '')}\0{self.files[path].role}\n".encode())
        for path in self._settings():
            digest.update(self.files[path].digest.encode())
        return digest.hexdigest()

    def _settings(self) -> tuple[str, ...]:
        return tuple(path for path in sorted(self.files) if is_settings(path))

    @property
    def identity(self) -> str:
        """A string that identifies the repository, or the part of it."""
        return self.repository.identity

    @cached_property
    def frame(self) -> str:
        """A digest of what the links of every file depend on: the list of files, and project settings."""
        digest = hashlib.blake2b(f"{GRAPH_VERSION}\n".encode(), digest_size=16)
        for path, file in sorted(self.files.items()):
            digest.update(f"{path}\0{path in self.parsed}\0{file.language}\0{_side(file)}\n".encode())
        for path in self._settings():
            digest.update(self.files[path].digest.encode())
        return digest.hexdigest()

    @cached_property
    def keys(self) -> dict[str, str]:
        """The store key of every parsed file's facts, ordered by path."""
        return {path: self.parsed[path] for path in sorted(self.parsed)}

    @cached_property
    def tests(self) -> frozenset[str]:
        """The paths of tests."""
        return frozenset(path for path, file in self.files.items() if file.role == "test")

    def project(self) -> Project:
        """The input of the linker; the facts of each file are loaded when it needs them."""
        return Project(
            _AllFacts(self.keys, self.facts_of),
            self.text,
            self._settings(),
            tuple(path for path in sorted(self.files) if path not in self.parsed),
            self.references_of,
            {path: self.files[path].language for path in self.keys},
            self.facts_of,
            self.tests,
            frozenset(path for path, file in self.files.items() if file.role in MACHINE_MADE),
        )

    @cached_property
    def _links(self) -> Links:
        return Links(self, self._store, self._progress)

    def links_of(self, paths: Iterable[str]) -> dict[str, tuple[Link, ...]]:
        """The links of these files by path; files that are not parsed are left out."""
        return self._links.of(paths)

    def edges_from(self, paths: Iterable[str]) -> tuple[Edge, ...]:
        """The edges between files that start at these."""
        return self._links.edges_from(paths)

    def link_all(self) -> None:
        """Link every file at once, which is cheaper than file by file, if most will be needed."""
        assert self.edges is not None

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges between all files."""
        self.expect_links()
        edges = self._links.edges
        # The facts of all files are not needed again; those of a few are loaded when they are.
        self._facts.clear()
        return edges

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """Imports that should resolve inside the repository and did not."""
        return self._links.unresolved

    def let_go(self) -> None:
        """Free the memory that linking took; facts needed later are loaded again."""
        if "_links" in self.__dict__:
            self._links.let_go()
        self._facts.clear()

    def using(self, names: frozenset[str]) -> dict[str, frozenset[str]]:
        """For each file that uses any of these names, which ones (see `naming.py`), by path."""
        found: dict[str, frozenset[str]] = {}
        paths = list(self.keys)
        for start in range(0, len(paths), _BATCH):
            used = self._load("names", paths[start : start + _BATCH], frozenset[str])
            found.update((path, known) for path, all_used in used.items() if (known := names & all_used))
        return found

    # --- index and history --------------------------------------------------------------------------------------------

    @contextmanager
    def corpus(self) -> Iterator[Corpus]:
        """The input of a ranking; consistent until the context ends, whatever other processes write."""
        name = hashlib.blake2b(self.repository.identity.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        with steady_index(self._store, name, self.parsed, self._both) as index:
            parsed = {path: self.files[path] for path in self.parsed}
            others = {path: file for path, file in self.files.items() if path not in parsed}
            yield Corpus(parsed, index, self.commits, others)

    def named(self, name: str) -> list[Named]:
        """The definitions with exactly this simple name, sorted by path and position."""
        with self.corpus() as corpus:
            return corpus.index.named(well_formed(name))

    def of_kinds(self, kinds: Sequence[str]) -> list[Named]:
        """The definitions of these kinds, sorted by path and position."""
        with self.corpus() as corpus:
            return corpus.index.of_kinds(kinds)

    def _both(self, paths: Sequence[str]) -> dict[str, Parsed]:
        facts = self.facts_of(paths)
        words = self._load("words", paths, tuple[LexicalDocument, ...])
        return {path: Parsed(facts[path], words[path]) for path in paths}

    @cached_property
    def commits(self) -> tuple[Commit, ...]:
        """The latest commits up to this view, newest first."""
        return self.repository.history(_COMMITS)


def _side(file: SourceFile) -> str:
    """What linking asks of a file's role: whether it is a test, and whether people write it."""
    return "test" if file.role == "test" else "made" if file.role in MACHINE_MADE else ""


def _relative(directory: Path | None, root: Path) -> str | None:
    """A directory relative to the root, "" for the root itself; None where it is not in it."""
    if directory is None:
        return None
    base, place = root.resolve(), directory.resolve()
    if place == base:
        return ""
    return place.relative_to(base).as_posix() if place.is_relative_to(base) else None
