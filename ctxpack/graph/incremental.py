"""Linking again only what an edit may have changed.

With the links of a repository is kept, for each file, what they depend on besides the file (`graph/consulted.py`). As
long as there are the same files, settings and languages (`Basis.frame`), those files are linked again whose own facts
changed and those that depend on something that did: on the interface of a changed file, on all of it, or on what it
adds to an index. The result is the same, byte for byte, as that of linking everything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ctxpack.graph.consulted import body, interface
from ctxpack.graph.edges import FileEdges, FileLinks, Linking
from ctxpack.model import Edge, FileFacts, Problem, Unresolved, Value


class LinkTable(Value, frozen=True, array_like=True, gc=False):
    """What linking found of one state of a repository: for each file the key of its links, and what concerns all."""

    keys: dict[str, str]
    unresolved: tuple[Unresolved, ...]
    problems: tuple[Problem, ...]
    edges: tuple[Edge, ...]


class Basis(Value, frozen=True, array_like=True, gc=False):
    """What the links of a state of a repository were made from.

    `frame` is a digest of all that concerns every file, `facts` has the key of each file's facts. `consulted` has for
    each file the positions in `tokens` of what its links depend on.
    """

    frame: str
    facts: dict[str, str]
    tokens: tuple[str, ...]
    consulted: dict[str, tuple[int, ...]]

    def changed(self, frame: str, facts: Mapping[str, str]) -> tuple[str, ...] | None:
        """The files whose facts are others now, in order; None where everything is to be linked again."""
        if frame != self.frame or facts.keys() != self.facts.keys():
            return None
        return tuple(path for path, key in facts.items() if self.facts[path] != key)

    def consulted_by(self, path: str) -> frozenset[str]:
        """The tokens that the links of a file depend on."""
        return frozenset(self.tokens[position] for position in self.consulted[path])


def basis(frame: str, facts: Mapping[str, str], consulted: Mapping[str, Iterable[str]]) -> Basis:
    """The basis of a state; `facts` has the keys of facts, `consulted` the tokens, both by path."""
    tokens = sorted({token for found in consulted.values() for token in found})
    position = {token: number for number, token in enumerate(tokens)}
    by_path = {path: tuple(sorted(position[token] for token in found)) for path, found in consulted.items()}
    return Basis(frame, dict(facts), tuple(tokens), by_path)


def stale(
    known: Basis, before: Mapping[str, FileFacts], after: Mapping[str, FileFacts], linking: Linking
) -> frozenset[str]:
    """The files whose links may have changed, where `before` and `after` have the facts of the changed files."""
    dirty = {token for path, facts in before.items() for token in _dirty(path, facts, after[path], linking)}
    numbers = {number for number, token in enumerate(known.tokens) if token in dirty}
    concerned = (path for path, found in known.consulted.items() if not numbers.isdisjoint(found))
    return frozenset((*before, *concerned))


def _dirty(path: str, before: FileFacts, after: FileFacts, linking: Linking) -> Iterable[str]:
    """The tokens for what is not as it was."""
    yield body(path)
    if interface(before) != interface(after):
        yield path
    offered, offers = Counter(linking.offers(path, before)), Counter(linking.offers(path, after))
    yield from (token for token, _ in (offered - offers) + (offers - offered))


class Known(NamedTuple):
    """What linking found of an earlier state, and the files for which that may no longer hold."""

    table: LinkTable
    basis: Basis
    stale: frozenset[str]


class Making:
    """A link table in the making: what holds of an earlier one, and what is linked again."""

    def __init__(self, known: Known | None, again: frozenset[str], tests: frozenset[str]) -> None:
        """The files `again` are to be linked in any case."""
        self._known, self._again = known, again
        self._edges = FileEdges(tests)
        self._keys: dict[str, str] = {}
        self._unresolved: dict[str, list[Unresolved]] = defaultdict(list)
        self.consulted: dict[str, frozenset[str]] = {}
        if known is not None:
            for lost in known.table.unresolved:
                self._unresolved[lost.path].append(lost)

    def holds(self, path: str) -> bool:
        """Whether the earlier links of a file hold; they are then taken."""
        known = self._known
        if known is None or path in self._again or path in known.stale:
            return False
        self._keys[path] = known.table.keys[path]
        self.consulted[path] = known.basis.consulted_by(path)
        return True

    def add(self, path: str, key: str, found: FileLinks) -> None:
        """Take the new links of a file, which are stored under `key`."""
        self._keys[path] = key
        self._unresolved[path] = list(found.unresolved)
        self.consulted[path] = found.consulted
        self._edges.add(path, found.links)

    def table(self, paths: Iterable[str], problems: tuple[Problem, ...]) -> LinkTable:
        """The finished table."""
        edges = self._edges.edges()
        if self._known is not None:
            again = self._known.stale | self._again
            kept = (edge for edge in self._known.table.edges if edge.source not in again)
            edges = tuple(sorted((*kept, *edges), key=lambda edge: (edge.source, edge.target, edge.kind)))
        unresolved = tuple(lost for path in paths for lost in self._unresolved.get(path, ()))
        return LinkTable(self._keys, unresolved, problems, edges)
