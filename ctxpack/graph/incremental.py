"""Linking again only what an edit may have changed.

With the links of a repository is kept, for each file, what they depend on besides the file (`graph/consulted.py`). As
long as there are the same files, settings and languages (`Basis.frame`), those files are linked again whose own facts
changed and those that depend on something that did: on the interface of a changed file, on all of it, or on what it
adds to an index. The result is the same, byte for byte, as that of linking everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ctxpack.graph.consulted import body, interface
from ctxpack.graph.edges import Linking
from ctxpack.model import FileFacts, Value


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
