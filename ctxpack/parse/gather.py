"""What the structure section of a query says of one file, match by match, before any of it is put into relation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ctxpack.model import Span
from ctxpack.parse.languages import Hooks, Language
from ctxpack.parse.nesting import Nesting
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Match, Node, Tokens, Tree, structure

VALUES = frozenset({"field", "variable", "constant"})
"""Kinds of definitions that hold a value, most of them too small to be read alone."""

Place = tuple[int, int, int]
"""What tells definitions apart: where the node begins and ends, and where its name begins."""


@dataclass(slots=True)
class Found:
    """One definition, for which several matches may speak; `first` and `last` are what its span begins and ends with.

    `receiver` is the type whose member it is by its own words (`func (r *T) f`), not by where it stands. `given` is
    what is taken out of the value (see `Local.given`). `outward` says that it belongs to the file, wherever it stands,
    and `buried` that this is inside a scope.
    """

    place: Place
    node: Node
    outer: Node
    first: Node
    last: Node
    name_node: Node
    kind: str
    name: str
    body: Node | None
    bases: list[tuple[int, str]]
    type_node: Node | None
    value_node: Node | None
    receiver: str
    given: str = ""
    outward: bool = False
    buried: bool = False

    @property
    def range(self) -> tuple[int, int]:
        """Its bytes, with all that belongs to it."""
        return self.first.start_byte, self.last.end_byte


class Local(NamedTuple):
    """A name that is bound in the scope around `start`, or around `within` where that is later.

    `given` is what the local holds whatever its value, or, where that begins with a dot, what is taken out of it.

    Locals sort as they are to be bound: in document order, and of several matches for one name (`order` counts the
    matches) those that tell a type or a value (`known`) last, because the last counts.
    """

    start: int
    known: bool
    order: int
    node: Node
    type_node: Node | None
    value_node: Node | None
    within: int
    given: str = ""


class Bound(NamedTuple):
    """A local that is a definition where no scope is around it; `holder` is the statement or expression that binds."""

    local: Local
    holder: Node


@dataclass(slots=True)
class Gathered:
    """All that was found; the ranges and offsets are in bytes.

    `prose` are the comments and strings; `own` is where the names stand of local functions and types. `outward` are
    names that the scope around them says it binds in the file (Python's `global`).
    """

    prose: Tokens
    found: dict[Place, Found] = field(default_factory=dict)
    locals: list[Local] = field(default_factory=list)
    type_parameters: list[tuple[Node, Node | None]] = field(default_factory=list)
    scopes: set[tuple[int, int]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    hoisted: set[int] = field(default_factory=set)
    own: set[int] = field(default_factory=set)
    free: list[Node] = field(default_factory=list)
    bound: list[Bound] = field(default_factory=list)
    outward: list[Node] = field(default_factory=list)
    narrowed: list[tuple[Node, Node]] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    outline: list[Span] = field(default_factory=list)
    package: str = ""


def gather(tree: Tree, source: Source, language: Language, hooks: Hooks) -> Gathered:
    """Read the matches of one tree."""
    found = structure(tree, language)
    gatherer = _Gatherer(source, language, hooks, Gathered(found.prose))
    for match in found.matches:
        if "local" in match:
            gatherer.local(match)
        elif kind := _definition_in(tuple(match)):
            gatherer.definition(match, kind)
        else:
            gatherer.other(match)
    gatherer.file_names()
    return gatherer.gathered


def place(node: Node, name_node: Node) -> Place:
    """The place of a definition."""
    return node.start_byte, node.end_byte, name_node.start_byte


@lru_cache(maxsize=1024)
def _definition_in(names: tuple[str, ...]) -> str:
    """The capture that makes a match a definition; matches of one pattern have few different sets of names."""
    return next((name for name in names if name.startswith("definition.")), "")


class _Gatherer:
    def __init__(self, source: Source, language: Language, hooks: Hooks, gathered: Gathered) -> None:
        self.gathered = gathered
        self._source, self._hooks = source, hooks
        self._declared = hooks.declared if hooks.overrides("declared") else None
        self._taken = hooks.taken if hooks.overrides("taken") else None
        self._wrappers, self._leading = frozenset(language.wrappers), frozenset(language.leading)
        self._trailing = frozenset(language.trailing)
        self._chosen = hooks.overrides("leads")

    def local(self, match: Match) -> None:
        """Add a name bound in a scope."""
        gathered, not_before, type_node, value_node = self.gathered, -1, None, None
        if len(match) > 1:
            type_node, value_node = _only(match, "type"), _only(match, "value")
            not_before = match["within"][0].start_byte if "within" in match else -1
            if "hoisted" in match:
                gathered.hoisted.update([node.start_byte for node in match["hoisted"]])
            if "own" in match:
                gathered.own.update([node.start_byte for node in match["own"]])
        known = type_node is not None or value_node is not None
        for node in match["local"]:
            if self._declared is not None:
                declared = self._declared("local", node)
                if declared is None:
                    continue
                node = declared[1]  # noqa: PLW2901 - what is captured may wrap the name
            order = len(gathered.locals)
            given = self._taken(node, match) if known and self._taken is not None else ""
            local = Local(node.start_byte, known, order, node, type_node, value_node, not_before, given)
            gathered.locals.append(local)
            if "bound" in match:
                gathered.bound.append(Bound(local, match["bound"][0]))

    def other(self, match: Match) -> None:
        """Add a scope, an import and the like."""
        gathered, source, hooks = self.gathered, self._source, self._hooks
        for key, nodes in match.items():
            if key == "scope":
                gathered.scopes.update([(node.start_byte, self._trailed(node).end_byte) for node in nodes])
            elif key == "scope.block":
                gathered.blocks.update([(node.start_byte, node.end_byte) for node in nodes])
            elif key == "type_parameter":
                gathered.type_parameters.append((nodes[0], _only(match, "type")))
            elif key in ("free", "outward", "import"):
                {"free": gathered.free, "outward": gathered.outward, "import": gathered.imports}[key].extend(nodes)
            elif key == "narrowed":
                gathered.narrowed.append((nodes[0], match["type"][0]))
            elif key == "export":
                gathered.exports.extend(name for node in nodes for name in hooks.exports(node, source))
            elif key == "package":
                gathered.package = gathered.package or hooks.package(nodes[0], source)
            elif key == "outline":
                gathered.outline.extend((node.start_point[0] + 1, node.end_point[0] + 1) for node in nodes)

    def definition(self, match: Match, capture: str) -> None:
        """Add a definition, or what another match says of one that is known."""
        node, kind, name_node = match[capture][0], capture.partition(".")[2], match["name"][0]
        if self._declared is not None:
            declared = self._declared(kind, name_node)
            if declared is None:
                return
            kind, name_node = declared
        bases = [
            (found.start_byte, base)
            for found in match.get("bases", ())
            for base in self._hooks.bases(found, self._source)
        ]
        here = place(node, name_node)
        known = self.gathered.found.get(here)
        if known is not None and (known.kind not in VALUES or kind in VALUES):
            _merge(known, match, kind, bases)
            return
        name = self._hooks.name(name_node, self._source)
        if name:
            found = self.gathered.found[here] = self._found(match, kind, name, node, name_node)
            found.bases = bases

    def file_names(self) -> None:
        """Make definitions of what is bound outside all scopes, and of what a scope binds for the file."""
        gathered = self.gathered
        bound = sorted(gathered.bound)
        if not bound:
            return
        around = Nesting(sorted(gathered.scopes, key=lambda r: (r[0], -r[1])))
        scopes = around.innermost_each([one.local.start for one in bound])
        for one, scope in zip(bound, scopes, strict=True):
            kind = self._hooks.bound(one.local.node, one.holder) if scope < 0 and not self._is_known(one) else ""
            if kind:
                self._bound(one, kind, self._source.text(one.local.node))
        if gathered.outward:
            self._outward(bound, scopes, around)

    def _outward(self, bound: Sequence[Bound], scopes: Sequence[int], around: Nesting) -> None:
        """Define the names that scopes bind for the file, where they do first, unless the file does so itself."""
        source = self._source
        declared = {(source.text(node), around.innermost(node.start_byte)) for node in self.gathered.outward}
        known = {one.name for one in self.gathered.found.values() if around.innermost(one.place[2]) < 0}
        for one, scope in zip(bound, scopes, strict=True):
            name = source.text(one.local.node)
            if (name, scope) in declared and name not in known:
                known.add(name)
                self._bound(one, "variable", name).buried = True

    def _is_known(self, one: Bound) -> bool:
        return place(one.holder, one.local.node) in self.gathered.found

    def _bound(self, one: Bound, kind: str, name: str) -> Found:
        local, holder = one
        match: Match = {"name": [local.node]}
        match |= {"type": [local.type_node]} if local.type_node is not None else {}
        match |= {"value": [local.value_node]} if local.value_node is not None else {}
        found = self._found(match, kind, name, holder, local.node)
        found.given, found.outward = local.given, kind == "variable"
        self.gathered.found[found.place] = found
        return found

    def _found(self, match: Match, kind: str, name: str, node: Node, name_node: Node) -> Found:
        receiver = _only(match, "receiver")
        owner = self._hooks.type_path(self._source.text(receiver)) if receiver is not None else ""
        if kind == "function" and not owner and not name.startswith("."):
            owner, _, name = name.rpartition(".")
        outer = self._wrapped(node)
        last = self._trailed(outer)
        return Found(
            place=place(node, name_node),
            node=node,
            outer=outer,
            first=self._led(outer),
            last=last,
            name_node=name_node,
            kind=kind,
            name=name,
            body=_only(match, "body") or (last if last is not outer else None),
            bases=[],
            type_node=_only(match, "type"),
            value_node=_only(match, "value"),
            receiver=owner,
        )

    def _wrapped(self, node: Node) -> Node:
        """The outermost wrapper; one around several of the same type (`const a = 1, b = 2`) belongs to none of them."""
        while self._wrappers and (parent := node.parent) is not None and parent.type in self._wrappers:
            if _bracketed(parent) or _accompanied(node):
                break
            node = parent
        return node

    def _trailed(self, node: Node) -> Node:
        """What ends a node: the sibling just after it that belongs to it, if there is one."""
        after = node.next_named_sibling if self._trailing else None
        return after if after is not None and after.type in self._trailing else node

    def _led(self, node: Node) -> Node:
        """The first of the leading nodes just before a definition; comments may stand among them."""
        first, before = node, node.prev_sibling if self._leading else None
        while before is not None and ((leads := self._leads(before)) or "comment" in before.type):
            first = before if leads else first
            before = before.prev_sibling
        return first

    def _leads(self, node: Node) -> bool:
        return node.type in self._leading and (not self._chosen or self._hooks.leads(node, self._source))


def _merge(known: Found, match: Match, kind: str, bases: list[tuple[int, str]]) -> None:
    known.bases.extend(base for base in bases if base not in known.bases)
    if known.kind == kind:
        known.body = known.body or _only(match, "body")
        known.type_node = known.type_node or _only(match, "type")
        known.value_node = known.value_node or _only(match, "value")


def _only(match: Match, name: str) -> Node | None:
    nodes = match.get(name)
    return nodes[0] if nodes else None


def _bracketed(node: Node) -> bool:
    return any(node.child(index).type == "(" for index in range(min(2, node.child_count)))


def _accompanied(node: Node) -> bool:
    beside = (node.next_named_sibling, node.prev_named_sibling)
    return any(other is not None and other.type == node.type for other in beside)
