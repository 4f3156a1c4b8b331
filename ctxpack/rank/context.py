"""What the likely targets need: the second question, answered over the graph.

From each file that will probably be edited, and mostly from the symbols in it that will be, the links lead to the
definitions it uses (dependencies, upstream models, schemas) and back to who uses it (dependents, tests). What is found
is scored by how probably the change will use it, and is a definition rather than a file wherever the link says which.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ctxpack.model import Definition, Edge, FileFacts, ItemRole, Link, Ranking, Reason, SourceFile, Value

_SEEDS = 12
_SECOND_HOP = 40
_CALLING_FILES = 40
_KINDS = {
    "inherits": 1.2,
    "references": 1.0,
    "refs": 1.0,
    "reads": 1.0,
    "writes": 0.8,
    "includes": 0.4,
    "imports": 0.25,
}
_UPSTREAM = frozenset({"refs", "reads"})
_MOST = 0.95


class Need(Value, frozen=True, array_like=True, gc=False):
    """A definition (`symbol` >= 0) or a file (-1) that the targets need; `score` is between 0 and 1."""

    path: str
    symbol: int
    role: ItemRole
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """A probable target: how probable, and how the change is spread over its symbols (-1: outside all), sum 1."""

    path: str
    probability: float
    shares: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the closure may ask of the repository, each for a few files at a time."""

    files: Mapping[str, SourceFile]
    edges: Iterable[Edge]
    facts: Callable[[Iterable[str]], Mapping[str, FileFacts]]
    links: Callable[[Iterable[str]], Mapping[str, tuple[Link, ...]]]


def seeds(ranking: Ranking, around: Surroundings, most: int = 60) -> tuple[Seed, ...]:
    """The first files of a ranking as probable targets, best first.

    A file's probability falls with the square of its score against the best; all together they make about two files,
    as changes do. What the caller named, or a diff touches, is certain.
    """
    best = ranking.files[:most]
    facts = around.facts([one.path for one in best])
    top = best[0].score if best else 1.0
    relative = [min(1.0, one.score / top) ** 2 for one in best]
    total = sum(relative) or 1.0
    worths = _symbol_worths(ranking)
    made = []
    for one, weight in zip(best, relative, strict=True):
        certain = any(reason.signal == "given" for reason in one.reasons)
        probability = 1.0 if certain else min(_MOST, 2.0 * weight / total)
        made.append(Seed(one.path, probability, _shares(facts.get(one.path), worths.get(one.path, {}))))
    return tuple(made)


def needs(found: Iterable[Seed], around: Surroundings) -> tuple[Need, ...]:
    """The context of these targets, best first; the targets' own definitions are not in it."""
    chosen = list(found)[:_SEEDS]
    sums = _Sums()
    links = around.links([seed.path for seed in chosen])
    for seed in chosen:
        _outward(seed, links.get(seed.path, ()), sums, around)
    _second_hop(sums, around)
    _inward(chosen, sums, around)
    targets = {seed.path: seed.probability for seed in chosen}
    return sums.ordered(targets)


class _Sums:
    """Needs while they are gathered: independent chances of use, joined."""

    def __init__(self) -> None:
        self._missing: dict[tuple[str, int], float] = defaultdict(lambda: 1.0)
        self._best: dict[tuple[str, int], tuple[float, ItemRole, str]] = {}

    def add(self, path: str, symbol: int, role: ItemRole, score: float, because: str) -> None:
        """Add one chance that the change will use this."""
        key = (path, symbol)
        self._missing[key] *= 1.0 - min(_MOST, score)
        known = self._best.get(key)
        if known is None or (known[0], known[2]) < (score, because):
            self._best[key] = (score, role, because)

    def first(self, count: int) -> list[tuple[str, int, float]]:
        """The strongest definitions so far."""
        scored = sorted((self._missing[key], *key) for key in self._best if key[1] >= 0)
        return [(path, symbol, 1.0 - missing) for missing, path, symbol in scored[:count]]

    def ordered(self, targets: Mapping[str, float]) -> tuple[Need, ...]:
        """All of them, best first; those in certain targets left out, since targets are shown anyway."""
        made = []
        for (path, symbol), (_, role, because) in self._best.items():
            if targets.get(path, 0.0) >= 1.0:
                continue
            score = round(1.0 - self._missing[path, symbol], 6)
            made.append(Need(path, symbol, role, score, (Reason(role, score, because),)))
        return tuple(sorted(made, key=lambda need: (-need.score, need.path, need.symbol)))


def _outward(seed: Seed, links: Iterable[Link], sums: _Sums, around: Surroundings) -> None:
    top = max(seed.shares.values(), default=1.0) or 1.0
    counted: dict[tuple[str, int], float] = {}
    best: dict[tuple[str, int], Link] = {}
    for link in links:
        if link.target == seed.path:
            continue
        share = 0.2 + 0.8 * seed.shares.get(link.scope, 0.0) / top
        score = seed.probability * share * link.confidence * _KINDS.get(link.kind, 0.5) * 0.6
        key = (link.target, link.symbol)
        if score > counted.get(key, 0.0):
            counted[key], best[key] = score, link
    for (path, symbol), score in sorted(counted.items()):
        link = best[path, symbol]
        verb = "inherited by" if link.kind == "inherits" else "imported by" if symbol < 0 else "used by"
        sums.add(path, symbol, _role(path, link.kind, around), score, f"{verb} {seed.path}:{link.line}")


def _second_hop(sums: _Sums, around: Surroundings) -> None:
    """What the strongest definitions name in their turn, at a third of the chance."""
    strongest = sums.first(_SECOND_HOP)
    links = around.links(sorted({path for path, _, _ in strongest}))
    for path, symbol, score in strongest:
        for link in links.get(path, ()):
            if link.scope == symbol and link.symbol >= 0 and (link.target, link.symbol) != (path, symbol):
                worth = score * link.confidence * _KINDS.get(link.kind, 0.5) * 0.25
                role = _role(link.target, link.kind, around)
                sums.add(link.target, link.symbol, role, worth, f"used by {path}:{link.line}")


def _inward(chosen: list[Seed], sums: _Sums, around: Surroundings) -> None:
    """Who uses the symbols that will be edited: callers that pin the interface, and tests."""
    wanted = {seed.path: seed for seed in chosen}
    sources: dict[str, float] = defaultdict(float)
    for edge in around.edges:
        if edge.target in wanted and edge.kind in ("references", "refs", "reads", "inherits"):
            sources[edge.source] = max(sources[edge.source], wanted[edge.target].probability * edge.confidence)
    nearest = sorted(sources, key=lambda path: (-sources[path], path))[:_CALLING_FILES]
    links = around.links(nearest)
    users: dict[tuple[str, int], dict[tuple[str, int], Link]] = defaultdict(dict)
    for path in nearest:
        for link in links.get(path, ()):
            if link.target in wanted and link.target != path and link.kind != "imports":
                users[link.target, link.symbol].setdefault((path, link.scope), link)
    for (target, symbol), found in sorted(users.items()):
        seed = wanted[target]
        share = 0.1 + 0.9 * seed.shares.get(symbol, 0.0) / (max(seed.shares.values(), default=1.0) or 1.0)
        worth = 0.35 * seed.probability * share / math.sqrt(len(found))
        for (path, scope), link in sorted(found.items()):
            role: ItemRole = "test" if around.files[path].role == "test" else "dependent"
            sums.add(path, scope, role, worth * link.confidence, f"uses {link.name} of {target} at line {link.line}")


def _role(path: str, kind: str, around: Surroundings) -> ItemRole:
    file = around.files.get(path)
    if file is not None and file.role == "schema":
        return "schema"
    return "upstream" if kind in _UPSTREAM else "dependency"


def _symbol_worths(ranking: Ranking) -> dict[str, dict[str, float]]:
    """What the symbols' own signals say, by path and qualified name, without the score of their file."""
    worths: dict[str, dict[str, float]] = defaultdict(dict)
    for one in ranking.symbols:
        own = sum(reason.score for reason in one.reasons if reason.signal != "file")
        worths[one.path][one.symbol] = max(own, worths[one.path].get(one.symbol, 0.0))
    return worths


def _shares(facts: FileFacts | None, worths: Mapping[str, float]) -> dict[int, float]:
    """How a change is probably spread over the definitions of a file; the rest of the file gets a tenth."""
    if facts is None:
        return {-1: 1.0}
    raw = {
        index: worths[definition.qualname] ** 1.5
        for index, definition in enumerate(facts.definitions)
        if worths.get(definition.qualname)
    }
    total = sum(raw.values())
    if not total:
        return {-1: 1.0}
    return {-1: 0.1, **{index: 0.9 * worth / total for index, worth in raw.items()}}


def enclosing(definitions: tuple[Definition, ...], index: int) -> list[int]:
    """The indices of the definitions around a definition, innermost first."""
    found = []
    parent = definitions[index].parent
    while parent >= 0:
        found.append(parent)
        parent = definitions[parent].parent
    return found
