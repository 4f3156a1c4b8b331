"""The links of one view of a repository: computed on demand, file by file, and cached in the store.

A pack asks for the links of a few dozen files, a graph for those of all. Both add to the same link table, and a later
view of the repository reuses the entries that are still valid. An answer never depends on what was linked before.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Protocol

import msgspec

from ctxpack.graph.edges import FileEdges, Linking
from ctxpack.graph.incremental import Growing, LinkTable, stale
from ctxpack.graph.project import Project
from ctxpack.model import Edge, FileFacts, Link, Problem, Unresolved
from ctxpack.store import Store

_BATCH = 400

_encode = msgspec.msgpack.Encoder().encode


class View(Protocol):
    """What linking needs of a view; see `Workspace`."""

    @property
    def identity(self) -> str:
        """A string that identifies the repository, or the part of it."""

    @property
    def state(self) -> str:
        """A digest of everything that the links depend on."""

    @property
    def frame(self) -> str:
        """A digest of what the links of every file depend on: the list of files, and project settings."""

    @property
    def keys(self) -> Mapping[str, str]:
        """The key of each file's facts, ordered by path."""

    @property
    def tests(self) -> frozenset[str]:
        """The paths of tests."""

    def project(self) -> Project:
        """The input of the linker."""

    def facts_of(self, paths: Iterable[str]) -> Mapping[str, FileFacts]:
        """The facts of some files."""

    def read_references(self, paths: Iterable[str]) -> frozenset[str]:
        """Make sure that the references of these files are in the store; returns the paths for which that failed."""


@contextmanager
def _without_gc() -> Iterator[None]:
    """Switch the cyclic garbage collector off: it would scan all facts again and again, and they form no cycles."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class Links:
    """The links of a view, and the edges between files that follow from them."""

    def __init__(self, view: View, store: Store, progress: Callable[[str, int, int], None]) -> None:
        """`progress` is called during long work with the stage, the number done and the total."""
        self._view, self._store, self._progress = view, store, progress
        self._read: dict[str, tuple[Link, ...]] = {}
        self._linker: Linking | None = None
        self.problems: list[Problem] = []

    def of(self, paths: Iterable[str]) -> dict[str, tuple[Link, ...]]:
        """The links of these files by path; files that are not parsed are left out."""
        wanted = [path for path in paths if path in self._view.keys]
        self._read.update(self._stored([path for path in wanted if path not in self._read]))
        missing = [path for path in dict.fromkeys(wanted) if path not in self._read]
        if missing:
            self._read.update(self._link(missing))
            self._save()
        return {path: self._read[path] for path in wanted}

    def edges_from(self, paths: Iterable[str]) -> tuple[Edge, ...]:
        """The edges that start at these files."""
        edges = FileEdges(self._view.tests)
        for path, links in self.of(paths).items():
            edges.add(path, links)
        return edges.edges()

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The edges between all files; links every file that is not linked yet."""
        known = self._store.get("edges", self._view.state, tuple[Edge, ...])
        if known is not None and self._table.keys.keys() == self._view.keys.keys():
            return known
        return self._complete()

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """Imports that should resolve inside the repository and did not."""
        return self._table.unresolved if self.edges is not None else ()

    def let_go(self) -> None:
        """Free the linker and its indexes, which take much memory and are needed only to link more files."""
        if self._linker is not None:
            self._linker.end()
            self._linker = None

    # --- making -------------------------------------------------------------------------------------------------------

    @property
    def _linking(self) -> Linking:
        if self._linker is None:
            self._linker = Linking(self._view.project())
        return self._linker

    def _link(self, paths: Sequence[str]) -> dict[str, tuple[Link, ...]]:
        """Link these files, and store their links, except where the references could not be read this time."""
        failed = self._view.read_references(paths)
        self._view.facts_of(paths)
        made: dict[str, tuple[Link, ...]] = {}
        blobs: dict[str, msgspec.Raw] = {}
        with _without_gc():
            for path in paths:
                try:
                    found = self._linking.of(path)
                except RecursionError:
                    self.problems.append(Problem(path, "its names lead in circles; what it uses is not known"))
                    made[path] = ()
                    continue
                made[path] = found.links
                if path in failed:
                    continue
                blob = _encode(found.links)
                key = hashlib.blake2b(blob, digest_size=16).hexdigest()
                blobs[key] = msgspec.Raw(blob)
                self._table.add(path, key, found)
        there = self._store.has_many("links", sorted(blobs))
        self._store.put_many("links", {key: blob for key, blob in sorted(blobs.items()) if key not in there})
        return made

    def _stored(self, paths: Iterable[str]) -> dict[str, tuple[Link, ...]]:
        """The links of these files that are in the link table and the store."""
        keys = {path: self._table.keys[path] for path in paths if path in self._table.keys}
        loaded = self._store.get_many("links", sorted(set(keys.values())), tuple[Link, ...])
        return {path: loaded[key] for path, key in keys.items() if key in loaded}

    def _complete(self) -> tuple[Edge, ...]:
        """Link all files that are not linked yet; stored edges of an earlier state plus those of files linked since."""
        table, paths = self._table, list(self._view.keys)
        known = {path for path in paths if path in table.keys and table.has_edges_of(path)}
        before = table.has_edges_of(min(known)) if known else ""
        kept = self._store.get("edges", before, tuple[Edge, ...]) if before else None
        todo = [path for path in paths if kept is None or path not in known]
        edges = FileEdges(self._view.tests)
        for start in range(0, len(todo), _BATCH):
            batch = todo[start : start + _BATCH]
            links = self._stored(batch)
            links.update(self._link([path for path in batch if path not in links]))
            for path in batch:
                edges.add(path, links[path])
            self._progress("linking", len(paths) - len(todo) + start + len(batch), len(paths))
        whole = edges.edges()
        if kept is not None:
            held = (edge for edge in kept if edge.source in known)
            whole = tuple(sorted((*held, *whole), key=lambda edge: (edge.source, edge.target, edge.kind)))
        self.let_go()
        if table.keys.keys() == self._view.keys.keys():
            self._store.put("edges", self._view.state, whole)
            table.finish(self._view.state)
        self._save()
        return whole

    # --- what is known ------------------------------------------------------------------------------------------------

    @cached_property
    def _table(self) -> Growing:
        view = self._view
        found = self._store.get("link table", view.state, LinkTable)
        if found is None:
            return self._carried() or Growing(view.frame, view.keys)
        if self._store.get("linked state", view.identity, str) != view.state:
            self._store.put("linked state", view.identity, view.state)
        return Growing.of(found)

    def _carried(self) -> Growing | None:
        """The table of the state that was linked last, without stale entries; None where nothing can be reused."""
        view, store = self._view, self._store
        state = store.get("linked state", view.identity, str)
        table = store.get("link table", state, LinkTable) if state else None
        changed = table.changed(view.frame, view.keys) if table is not None else None
        if table is None or changed is None:
            return None
        keys = sorted({table.facts[path] for path in changed})
        before = store.get_many("facts", keys, FileFacts)
        if len(before) < len(keys):
            return None
        old = {path: before[table.facts[path]] for path in changed}
        return Growing.after(table, view.keys, stale(table, old, view.facts_of(changed), self._linking))

    def _save(self) -> None:
        self._store.put("link table", self._view.state, self._table.table())
        self._store.put("linked state", self._view.identity, self._view.state)
