"""What a change reaches: whoever uses what is changed, who uses those in turn, and the tests among them.

The walk goes over links, from a definition to the definitions that use it, so that a change of one method does not
reach all that imports its file. Where a language's names are not bound, and for what stands outside all definitions,
it goes from file to file. Each reached place has the shortest way to it, and of several as short the surest.

What follows here is what is asked and answered; `graph/reach.py` has the walk and its rules.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from ctxpack.graph.reach import CALLABLE, VALUES, Arrival, Place, Reached, Surroundings, Walk
from ctxpack.model import Definition, Edge, FileFacts, Graph, Node, NodeKind, Span, Value

__all__ = [
    "Arrival", "FileReached", "Impact", "Place", "Reached", "Surroundings", "graph", "impact", "joined", "members",
    "of_kinds", "paths", "touched", "without",
]  # fmt: skip


class FileReached(Value, frozen=True, array_like=True, gc=False):
    """A file with the distance and confidence of what is reached first in it; `test` where tests in it are reached."""

    path: str
    test: bool
    distance: int
    confidence: float


class Impact(Value, frozen=True, array_like=True, gc=False):
    """The ids of what is changed, sorted, and what that reaches: nearest first, then surest, then by id."""

    changed: tuple[str, ...]
    reached: tuple[Reached, ...]


def impact(
    starts: Iterable[Place],
    around: Surroundings,
    *,
    depth: int | None = None,
    min_confidence: float = 0.0,
    removed: Iterable[Arrival] = (),
) -> Impact:
    """What the change of the places `starts` reaches, and of what is `removed`, within `depth` edges (any if None).

    A place is left out whose way has a confidence below `min_confidence`. Tests that change are reached, at distance 0.
    """
    walk = Walk(around)
    gone = tuple(removed)
    begin = walk.begin(starts)
    frontier = [place for place, _ in sorted(begin.items())]
    first: Sequence[tuple[Place, Place | None, Edge]] = [(arrival.place, None, arrival.edge) for arrival in gone]
    distance = 0
    while (frontier or first) and (depth is None or distance < depth):
        distance += 1
        frontier = walk.step(distance, frontier, first, min_confidence)
        first = ()
    changed = {walk.id(place) for place in begin} | {arrival.edge.target for arrival in gone}
    found = [walk.reached(place) for place in walk.found]
    return Impact(tuple(sorted(changed)), _ordered(found, changed))


def _ordered(found: Iterable[Reached], changed: Collection[str]) -> tuple[Reached, ...]:
    """In order, each id once; no file as a whole where a definition in it is reached as near; of a change its tests."""
    best: dict[str, Reached] = {}
    inside: dict[str, int] = {}
    for one in sorted(found, key=lambda r: (r.distance, -r.confidence, r.id, r.line)):
        if one.test if one.distance == 0 else one.id not in changed:
            best.setdefault(one.id, one)
            if one.symbol:
                inside.setdefault(one.path, one.distance)
    return tuple(one for one in best.values() if one.symbol or one.distance < inside.get(one.path, one.distance + 1))


def joined(found: Impact, changed: Iterable[str], reached: Iterable[Reached]) -> Impact:
    """What a change reaches by names, and what else by other ways: what both know, by the nearer."""
    ids = tuple(sorted({*found.changed, *changed}))
    return Impact(ids, _ordered((*found.reached, *reached), ids))


def touched(facts: FileFacts, spans: Iterable[Span], text: str) -> tuple[int, ...]:
    """The definitions that lines of a file belong to, -1 for the file itself where one stands outside all of them.

    A line belongs to the innermost definitions around it, and the head of a type to all that stands inside. Blank
    lines, comments and imports outside all definitions do not count, so that there may be none.
    """
    lines = text.split("\n")
    last = len(lines)
    changed = sorted({line for first, end in spans for line in range(first, min(end, last) + 1)})
    inside: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in facts.definitions:
        inside[one.parent].append((bisect_left(changed, one.span[0]), bisect_right(changed, one.span[1])))
    found = [
        index
        for index, one in enumerate(facts.definitions)
        if _uncovered(bisect_left(changed, one.span[0]), bisect_right(changed, one.span[1]), inside[index])
    ]
    quiet = {found.line for found in facts.imports}
    outside = [changed[at] for at in _uncovered(0, len(changed), inside[-1])]
    speaks = any(line not in quiet and not _says_nothing(lines[line - 1]) for line in outside)
    heads = [index for index in found if _has_head_in(facts.definitions[index], changed)]
    whole = {inner for index in heads for inner in members(facts, index)}
    return (*((-1,) if speaks else ()), *sorted({*found, *whole}))


def whole(path: str, facts: FileFacts) -> list[Place]:
    """A file and all that stands in it."""
    return [(path, -1), *((path, index) for index in range(len(facts.definitions)))]


def members(facts: FileFacts, symbol: int) -> tuple[int, ...]:
    """A definition and all that stands inside it."""
    inside = [symbol]
    for index, definition in enumerate(facts.definitions):
        if definition.parent in inside:
            inside.append(index)
    return tuple(inside)


def of_kinds(found: Impact, kinds: Iterable[str]) -> Impact:
    """What is reached of these kinds alone (symbols, files, tests, tables); all of it where no kind is named."""
    wanted = frozenset(kinds)
    if not wanted:
        return found
    return Impact(found.changed, tuple(one for one in found.reached if wanted.intersection(_kinds(one))))


def without(found: Impact, ids: Collection[str]) -> Impact:
    """What is reached but for some ids, which may still stand on the way to others."""
    return Impact(found.changed, tuple(one for one in found.reached if one.id not in ids)) if ids else found


def paths(found: Impact) -> tuple[FileReached, ...]:
    """The files of all that is reached, nearest first, then surest, then by path."""
    best: dict[str, FileReached] = {}
    testing = {one.path for one in found.reached if one.test}
    for one in found.reached:
        known = best.get(one.path)
        if known is None or (one.distance, -one.confidence) < (known.distance, -known.confidence):
            best[one.path] = FileReached(one.path, one.path in testing, one.distance, one.confidence)
    return tuple(sorted(best.values(), key=lambda one: (one.distance, -one.confidence, one.path)))


def graph(found: Impact) -> Graph:
    """The ways from the change to all that is reached, as a graph."""
    edges = {(edge.source, edge.target, edge.kind, edge.line): edge for one in found.reached for edge in one.via}
    kinds: dict[str, NodeKind] = {one.id: one.kind for one in found.reached}
    ends = {end for edge in edges.values() for end in (edge.source, edge.target)} | set(found.changed)
    nodes = (Node(end, kinds.get(end, "symbol" if "::" in end else "file")) for end in sorted(ends))
    return Graph(tuple(nodes), tuple(edge for _, edge in sorted(edges.items())))


def _kinds(one: Reached) -> tuple[str, ...]:
    own = {"file": "files", "symbol": "symbols", "dataset": "tables"}[one.kind]
    return (own, "tests") if one.test else (own,)


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(("#", "//", "/*", "*", "--", ";", "<!--"))


def _has_head_in(definition: Definition, lines: Sequence[int]) -> bool:
    """Whether one of these lines, which are sorted, is in the head of a type."""
    if definition.kind in CALLABLE or definition.kind in VALUES:
        return False
    return bisect_left(lines, definition.head[0]) < bisect_right(lines, definition.head[1])


def _uncovered(first: int, end: int, inner: Iterable[tuple[int, int]]) -> list[int]:
    """The numbers from `first` to before `end` that lie in none of the inner ranges."""
    found: list[int] = []
    at = first
    for low, high in sorted(inner):
        found.extend(range(at, min(low, end)))
        at = max(at, high)
    return [*found, *range(at, end)]
