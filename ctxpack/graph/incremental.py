"""Linking only what is asked for, and again only what an edit may have changed.

With the links of a file is kept what they depend on besides the file (`graph/consulted.py`). As long as there are the
same files, settings and languages (`LinkTable.frame`), the links of those files hold whose own facts are the same and
that depend on nothing that changed: on the interface of a changed file, on all of it, or on what it adds to an index.
That is so for each file by itself, so that a table may have the links of few files and grow with what is asked of it.
The result is the same, byte for byte, as that of linking everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

from ctxpack.graph.consulted import body, interface
from ctxpack.graph.edges import FileLinks, Linking
from ctxpack.model import FileFacts, Unresolved, Value


class LinkTable(Value, frozen=True, array_like=True, gc=False):
    """What is known of the links of one state of a repository.

    `frame` is a digest of all that concerns every file, `facts` has the key of each file's facts. For each file that
    was linked, `keys` has the key of its links and `consulted` the positions in `tokens` of what they depend on; for
    those that have any, `unresolved` has the imports that lead nowhere. The edges of the state `before` are those of
    this one too, but for edges from the files `since`; "" where no edges are known.
    """

    frame: str
    facts: dict[str, str]
    keys: dict[str, str]
    consulted: dict[str, tuple[int, ...]]
    tokens: tuple[str, ...]
    unresolved: dict[str, tuple[Unresolved, ...]]
    before: str = ""
    since: tuple[str, ...] = ()

    def changed(self, frame: str, facts: Mapping[str, str]) -> tuple[str, ...] | None:
        """The files whose facts are others now, in order; None where nothing can be said of the others."""
        if frame != self.frame or facts.keys() != self.facts.keys():
            return None
        return tuple(path for path, key in facts.items() if self.facts[path] != key)


def stale(
    known: LinkTable, before: Mapping[str, FileFacts], after: Mapping[str, FileFacts], linking: Linking
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


class Growing:
    """A link table to which files are added."""

    def __init__(self, frame: str, facts: Mapping[str, str]) -> None:
        """Begin an empty one; `facts` are the keys of all facts."""
        self._frame, self._facts = frame, dict(facts)
        self.keys: dict[str, str] = {}
        self._consulted: dict[str, tuple[int, ...]] = {}
        self._tokens: dict[str, int] = {}
        self._unresolved: dict[str, tuple[Unresolved, ...]] = {}
        self._before = ""
        self._since: set[str] = set()

    @classmethod
    def of(cls, table: LinkTable) -> Growing:
        """Go on with a table of this very state."""
        made = cls(table.frame, table.facts)
        made.keys.update(table.keys)
        made._consulted.update(table.consulted)
        made._tokens = {token: number for number, token in enumerate(table.tokens)}
        made._unresolved.update(table.unresolved)
        made._before, made._since = table.before, set(table.since)
        return made

    @classmethod
    def after(cls, table: LinkTable, facts: Mapping[str, str], dropped: frozenset[str]) -> Growing:
        """Go on with what holds of the table of another state, which is all but what concerns the files `dropped`."""
        made = cls.of(table)
        made._facts = dict(facts)
        for path in sorted(dropped):
            for known in (made.keys, made._consulted, made._unresolved):
                known.pop(path, None)
            made._since.add(path)
        made._compact()
        return made

    def add(self, path: str, key: str, found: FileLinks) -> None:
        """Take the links of a file, which are stored under `key`."""
        self.keys[path] = key
        numbers = (self._tokens.setdefault(token, len(self._tokens)) for token in sorted(found.consulted))
        self._consulted[path] = tuple(numbers)
        if found.unresolved:
            self._unresolved[path] = found.unresolved

    def finish(self, state: str) -> None:
        """Say that the edges of `state`, which is this table's, are known."""
        self._before, self._since = state, set()

    def has_edges_of(self, path: str) -> str:
        """The state whose edges from a file are those of this one too; "" where there is none."""
        return "" if path in self._since else self._before

    def table(self) -> LinkTable:
        """The table as it stands."""
        paths = sorted(self.keys)
        return LinkTable(
            self._frame,
            self._facts,
            {path: self.keys[path] for path in paths},
            {path: self._consulted[path] for path in paths},
            tuple(self._tokens),
            {path: self._unresolved[path] for path in paths if path in self._unresolved},
            self._before,
            tuple(sorted(self._since)) if self._before else (),
        )

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """The imports that lead nowhere, by the order of their files."""
        return tuple(chain.from_iterable(found for _, found in sorted(self._unresolved.items())))

    def _compact(self) -> None:
        """Forget tokens that nothing depends on any more, where they are many."""
        used = sorted(set(chain.from_iterable(self._consulted.values())))
        if 2 * len(used) >= len(self._tokens):
            return
        tokens = tuple(self._tokens)
        place = {number: position for position, number in enumerate(used)}
        self._tokens = {tokens[number]: position for position, number in enumerate(used)}
        self._consulted = {path: tuple(place[n] for n in found) for path, found in self._consulted.items()}
