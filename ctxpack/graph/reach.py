"""The walk behind `graph/impact.py`: from places that change, against the links, to the places that use them.

A definition inside a function counts as that function. A change of what a class runs without its being named (its
constructor, its operators, its fields) reaches who uses the class; a change of a method reaches who calls the method
of a base or interface that it overrides; a change of a statement reaches who reads the tables that it writes; that of
a statement in a mapper reaches the method that runs it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctxpack.graph.edges import statement, symbol_id
from ctxpack.model import Definition, Edge, FileFacts, Link, NodeKind, Value

CALLABLE = frozenset({"function", "method", "macro"})
TABLES = frozenset({"table", "view"})
VALUES = frozenset({"field", "variable", "constant"})
_CONSTRUCTORS = frozenset({"constructor", "initialize", "init", "new", "__construct"})
_FILE_KINDS = frozenset({"refs", "reads", "writes", "includes", "defines"})
_OVERRIDE = 0.8
_UNNAMED = 0.95

Place = tuple[str, int]
"""A file and the index of a definition in it, -1 for the file itself."""


class Reached(Value, frozen=True, array_like=True, gc=False):
    """A place that a change reaches.

    `symbol` is the qualified name of a definition ("" for a file) and `line` where it stands (0 for a file); `test`
    says that it is one, or in a file of them. `distance` is the number of edges in `via`, which lead from the change to
    here one after another, each in the direction of dependence; `confidence` is the product of theirs.
    """

    id: str
    kind: NodeKind
    path: str
    symbol: str
    line: int
    test: bool
    distance: int
    confidence: float
    via: tuple[Edge, ...]

    @property
    def because(self) -> str:
        """The last edge of the way here, in words."""
        if not self.via:
            return "changes itself"
        last = self.via[-1]
        if last.source == self.id:
            return f"{last.kind} {last.target} at line {last.line}"
        return f"{last.source} {last.kind} it at line {last.line}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What may be asked of the repository: the edges between files, and for a few files their facts and links."""

    edges: Iterable[Edge]
    tests: frozenset[str]
    facts: Callable[[Iterable[str]], Mapping[str, FileFacts]]
    links: Callable[[Iterable[str]], Mapping[str, tuple[Link, ...]]]


class Arrival(Value, frozen=True, array_like=True, gc=False):
    """A place that an edge from a definition which is there no longer leads to."""

    place: Place
    edge: Edge


@dataclass(frozen=True, slots=True)
class _Found:
    distance: int
    confidence: float
    edge: Edge | None
    before: Place | None
    kind: NodeKind


class Walk:
    """One walk: what was found so far, and the links read for it, by what they lead to."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._users: dict[str, list[str]] = defaultdict(list)
        for edge in around.edges:
            self._users[edge.target].append(edge.source)
        self._read: set[str] = set()
        self._facts: dict[str, FileFacts] = {}
        self._incoming: dict[Place, list[tuple[Place, Link]]] = defaultdict(list)
        self._outgoing: dict[Place, list[Link]] = defaultdict(list)
        self._named: dict[str, set[str]] = defaultdict(set)
        self.found: dict[Place, _Found] = {}

    def begin(self, starts: Iterable[Place]) -> dict[Place, _Found]:
        """Start at these places."""
        given = list(starts)
        self._load({path for path, _ in given})
        for path, symbol in given:
            place = self._whole((path, symbol))
            self.found[place] = _Found(0, 1.0, None, None, self._kind(place, ""))
        return dict(self.found)

    def step(
        self,
        distance: int,
        frontier: list[Place],
        first: Sequence[tuple[Place, Place | None, Edge]],
        min_confidence: float,
    ) -> list[Place]:
        """Go one edge further from the places of the frontier, and give the places that were not known before."""
        self._load({path for path, _ in frontier}, users=True)
        self._load({place[0] for place, _, _ in first})
        best: dict[Place, _Found] = {}
        for place, before, edge in (*first, *self._arrivals(frontier)):
            sure = edge.confidence * (self.found[before].confidence if before is not None else 1.0)
            if place in self.found or sure < min_confidence:
                continue
            known = best.get(place)
            if known is None or (-sure, _order(edge)) < (-known.confidence, _order(known.edge)):
                best[place] = _Found(distance, sure, edge, before, self._kind(place, edge.kind))
        self.found.update(best)
        return sorted(place for place in best if self._goes_on(place, best[place]))

    def reached(self, place: Place) -> Reached:
        """A found place with its way."""
        found = self.found[place]
        via: list[Edge] = []
        at: _Found | None = found
        while at is not None and at.edge is not None:
            via.append(at.edge)
            at = self.found[at.before] if at.before is not None else None
        path, symbol = place
        definition = self._facts[path].definitions[symbol] if symbol >= 0 else None
        return Reached(
            self.id(place), found.kind, path, definition.qualname if definition else "",
            definition.line if definition else 0, self._is_test(place), found.distance,
            round(found.confidence, 4), tuple(reversed(via)),
        )  # fmt: skip

    def _is_test(self, place: Place) -> bool:
        path, symbol = place
        return path in self._around.tests or symbol in self._facts[path].tests

    def id(self, place: Place) -> str:
        """The id of a place's node."""
        path, symbol = place
        return symbol_id(path, self._facts[path].definitions[symbol].qualname) if symbol >= 0 else path

    # --- places -------------------------------------------------------------------------------------------------------

    def _whole(self, place: Place) -> Place:
        """The outermost function around a place inside one, the statement around a query in it, else the place."""
        path, symbol = place
        definitions = self._facts[path].definitions
        whole = inner = statement(self._facts[path], symbol)
        while inner >= 0:
            if definitions[inner].kind in CALLABLE:
                whole = inner
            inner = definitions[inner].parent
        return path, whole

    def _kind(self, place: Place, arrived_by: str) -> NodeKind:
        path, symbol = place
        if symbol < 0:
            return "dataset" if arrived_by == "refs" and self._facts[path].language == "sql" else "file"
        said = arrived_by == "refs" and self._facts[path].language == "yaml"
        return "dataset" if self._facts[path].definitions[symbol].kind in TABLES and not said else "symbol"

    def _load(self, paths: set[str], *, users: bool = False) -> None:
        """Read the facts and links of these files, and of those that use them."""
        wanted = paths | {user for path in paths for user in self._users.get(path, ())} if users else paths
        missing = sorted(wanted - self._read)
        self._read.update(missing)
        facts, links = self._around.facts(missing), self._around.links(missing)
        for path in missing:
            self._facts[path] = facts.get(path) or FileFacts("")
        targets = {link.target for path in missing for link in links.get(path, ())}
        more = sorted(target for target in targets if target not in self._facts)
        others = self._around.facts(more)
        self._facts.update({path: others.get(path) or FileFacts("") for path in more})
        for path in missing:
            self._enter(path, links.get(path, ()))

    def _enter(self, path: str, links: Iterable[Link]) -> None:
        imported = {(found.line, found.column) for found in self._facts[path].imports}
        for link in links:
            by_import = link.symbol >= 0 and link.scope < 0 and (link.line, link.column) in imported
            source = (path, -1) if by_import else self._whole((path, self._scope(path, link)))
            self._incoming[self._whole((link.target, link.symbol))].append((source, link))
            if link.kind in ("writes", "inherits", "defines") or self._carries_out(source, link):
                self._outgoing[source].append(link)
            if link.symbol >= 0 and not by_import:
                self._named[path].add(link.target)

    def _carries_out(self, source: Place, link: Link) -> bool:
        """Whether a link leads from a statement of a mapper in XML to the method that it is run by."""
        path, symbol = source
        if self._facts[path].language != "xml" or min(symbol, link.symbol) < 0:
            return False
        return self._facts[path].definitions[symbol].line == link.line

    def _run_by(self, statement: Place, link: Link) -> Edge:
        """The edge from a method to the statement of a mapper that it runs."""
        method = (link.target, link.symbol)
        line = self._facts[statement[0]].definitions[statement[1]].line
        return Edge(self.id(method), self.id(statement), "maps", line, link.origin, link.confidence)

    def _scope(self, path: str, link: Link) -> int:
        """The definition that a link stands in: where that is none, the value that the line gives a name to."""
        if link.scope >= 0:
            return link.scope
        for index, definition in enumerate(self._facts[path].definitions):
            if definition.kind in VALUES and definition.span[0] <= link.line <= definition.span[1]:
                return index
        return -1

    # --- edges --------------------------------------------------------------------------------------------------------

    def _arrivals(self, frontier: list[Place]) -> Iterator[tuple[Place, Place, Edge]]:
        for place in frontier:
            for source, link in self._incoming.get(place, ()):
                if source != place and self._counts(place, source, link):
                    yield source, place, self._edge(source, place, link)
            yield from self._along(place)

    def _counts(self, place: Place, source: Place, link: Link) -> bool:
        """Whether a link carries a change: an import does not, where the names that are used say more.

        A change of the file itself, outside its definitions, is what the import runs.
        """
        if link.kind != "imports":
            return True
        if self._is_declared(source, link):
            return False
        if self.found[place].distance == 0:
            return True
        return place[0] not in self._named[source[0]]

    def _is_declared(self, source: Place, link: Link) -> bool:
        """Whether an import only says that a module belongs to its parent (`mod name;`), which uses nothing of it."""
        definition = self._facts[source[0]].definitions[source[1]] if source[1] >= 0 else None
        return definition is not None and definition.kind == "module" and definition.line == link.line

    def _goes_on(self, place: Place, found: _Found) -> bool:
        """Whether a change spreads from here: not from code outside definitions whose names others take one by one.

        Nor from what a settings file says of a table, such as a test that reads another one: it makes nothing.
        """
        if self._is_said(place, found):
            return False
        if place[1] >= 0 or found.edge is None or found.edge.kind in _FILE_KINDS:
            return True
        return found.edge.kind == "imports" and found.before is not None and self._counts_whole(place, found.before)

    def _is_said(self, place: Place, found: _Found) -> bool:
        """Whether a place is an entry about a table, and was reached because a test in it names another table."""
        return found.edge is not None and found.edge.kind == "refs" and self._facts[place[0]].language == "yaml"

    def _counts_whole(self, place: Place, before: Place) -> bool:
        return before[1] < 0 and before[0] not in self._named[place[0]]

    def _of_statement(self, place: Place) -> list[Link]:
        """The links out of a place; of a script of SQL, those of the statement by which it was reached.

        A statement that writes a table reads none of it, so none of the others follows. One that reads it is the one
        that begins to write nearest above, or without any above, below.
        """
        links, found = self._outgoing.get(place, []), self.found[place]
        is_script = place[1] < 0 and self._facts[place[0]].language == "sql"
        if not is_script or found.edge is None or found.edge.kind not in ("reads", "writes"):
            return links
        writes = [link for link in links if link.kind == "writes"] if found.edge.kind == "reads" else []
        above = [link.line for link in writes if link.line <= found.edge.line]
        line = max(above) if above else min((link.line for link in writes), default=0)
        return [link for link in links if link.kind != "writes" or link.line == line]

    def _along(self, place: Place) -> Iterator[tuple[Place, Place, Edge]]:
        """Ways that do not go from a use to its user.

        They lead to tables that are written, to classes, to methods that are overridden or that run a statement.
        """
        for link in self._of_statement(place):
            if link.kind in ("writes", "defines"):
                target = self._whole((link.target, link.symbol))
                if target != place:
                    yield target, place, self._edge(place, target, link)
            elif self._carries_out(place, link):
                yield (link.target, link.symbol), place, self._run_by(place, link)
        path, symbol = place
        if symbol < 0:
            return
        definition = self._facts[path].definitions[symbol]
        owner = definition.parent
        if owner < 0 or self._facts[path].definitions[owner].kind in CALLABLE:
            return
        if _runs_unnamed(definition, self._facts[path].definitions[owner]):
            edge = Edge(
                self.id((path, owner)), self.id(place), "defines", definition.line, "part of the class", _UNNAMED
            )
            yield (path, owner), place, edge
        if definition.kind in CALLABLE:
            yield from self._overridden(place, owner, definition)

    def _overridden(self, place: Place, owner: int, definition: Definition) -> Iterator[tuple[Place, Place, Edge]]:
        for link in self._outgoing.get((place[0], owner), ()):
            if link.kind != "inherits" or link.symbol < 0:
                continue
            facts = self._facts[link.target]
            for index, one in enumerate(facts.definitions):
                if one.parent == link.symbol and one.name == definition.name and one.kind in CALLABLE:
                    target = (link.target, index)
                    sure = min(link.confidence, _OVERRIDE)
                    edge = Edge(self.id(target), self.id(place), "inherits", one.line, "overridden", sure)
                    yield target, place, edge
                    break

    def _edge(self, source: Place, target: Place, link: Link) -> Edge:
        return Edge(self.id(source), self.id(target), link.kind, link.line, link.origin, link.confidence)


def _order(edge: Edge | None) -> tuple[str, str, str, int]:
    assert edge is not None
    return edge.target, edge.kind, edge.source, edge.line


def _runs_unnamed(member: Definition, owner: Definition) -> bool:
    """Whether a member takes effect where only its class is named."""
    if member.kind in VALUES:
        return True
    operator = member.name.startswith("__") and member.name.endswith("__")
    return operator or member.name in _CONSTRUCTORS or member.name == owner.name
