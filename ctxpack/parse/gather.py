"""What the structure section of a query says of one file, gathered match by match.

The captures are documented in `docs/adding-a-language.md`; nothing here names a language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from ctxpack.model import Span
from ctxpack.parse.languages import Hooks, Language
from ctxpack.parse.nesting import Nesting
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Match, Node, Tree, structure

CONTAINERS = frozenset(
    {"class", "interface", "enum", "struct", "trait", "impl", "object", "module", "namespace", "type", "table"}
)
"""Kinds of definitions whose members belong to them by name; a namespace is a module whose functions are no methods."""

VALUES = frozenset({"field", "variable", "constant"})
"""Kinds of definitions that hold a value and are too small to be read alone."""


@dataclass(slots=True)
class Found:
    """One definition while it is being gathered."""

    node: Node
    outer: Node
    first: Node
    name_node: Node
    kind: str
    name: str
    body: Node | None
    bases: list[tuple[int, str]]
    type_node: Node | None
    value_node: Node | None
    receiver: str


@dataclass(slots=True)
class Gathered:
    """What the structure section of a query says of one file."""

    found: dict[tuple[int, int, int], Found] = field(default_factory=dict)
    locals: list[tuple[Node, Node | None, Node | None, int]] = field(default_factory=list)
    type_parameters: list[tuple[Node, Node | None]] = field(default_factory=list)
    scope_set: set[tuple[int, int]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    hoisted: set[int] = field(default_factory=set)
    free: list[Node] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    outline: list[Span] = field(default_factory=list)
    package: str = ""


def gather(tree: Tree, source: Source, language: Language, hooks: Hooks) -> Gathered:
    """Read the structure section of the language's query over one tree."""
    gathered = Gathered()
    for match in structure(tree, language):
        kind = _definition_in(tuple(match))
        if kind:
            _gather_definition(match, kind, gathered, source, language, hooks)
        elif "local" in match:
            _gather_local(match, gathered, hooks)
        elif "type_parameter" in match:
            gathered.type_parameters.append((match["type_parameter"][0], _only(match, "type")))
        else:
            _gather_other(match, gathered, source, hooks)
    return gathered


@lru_cache(maxsize=1024)
def _definition_in(names: tuple[str, ...]) -> str:
    """The capture that makes a match a definition; matches of one pattern have few different sets of names."""
    return next((name for name in names if name.startswith("definition.")), "")


def _gather_local(match: Match, gathered: Gathered, hooks: Hooks) -> None:
    within = _only(match, "within")
    gathered.hoisted.update(node.start_byte for node in match.get("hoisted", ()))
    for captured in match["local"]:
        declared = hooks.declared("local", captured)
        if declared is not None:
            place = within.start_byte if within is not None else -1
            gathered.locals.append((declared[1], _only(match, "type"), _only(match, "value"), place))


def _gather_other(match: Match, gathered: Gathered, source: Source, hooks: Hooks) -> None:
    for key, nodes in match.items():
        if key == "scope":
            gathered.scope_set.update((node.start_byte, node.end_byte) for node in nodes)
        elif key == "scope.block":
            gathered.blocks.update((node.start_byte, node.end_byte) for node in nodes)
        elif key == "free":
            gathered.free.extend(nodes)
        elif key == "import":
            gathered.imports.extend(nodes)
        elif key == "export":
            gathered.exports.extend(name for node in nodes for name in hooks.exports(node, source))
        elif key == "package":
            gathered.package = gathered.package or hooks.package(nodes[0], source)
        elif key == "outline":
            gathered.outline.extend((node.start_point[0] + 1, node.end_point[0] + 1) for node in nodes)


def _gather_definition(
    match: Match, kind: str, gathered: Gathered, source: Source, language: Language, hooks: Hooks
) -> None:
    node = match[kind][0]
    declared = hooks.declared(kind.partition(".")[2], match["name"][0])
    if declared is None:
        return
    name_node = declared[1]
    key = place_of(node, name_node)
    bases = [(found.start_byte, base) for found in match.get("bases", []) for base in hooks.bases(found, source)]
    known = gathered.found.get(key)
    if known is not None and (known.kind not in VALUES or declared[0] in VALUES):
        known.bases.extend(base for base in bases if base not in known.bases)
        if known.kind == declared[0]:
            known.body = known.body or _only(match, "body")
            known.type_node = known.type_node or _only(match, "type")
            known.value_node = known.value_node or _only(match, "value")
        return
    receiver, name = _only(match, "receiver"), hooks.name(name_node, source)
    if not name:
        return
    owner = hooks.type_path(source.text(receiver)) if receiver is not None else ""
    if declared[0] == "function" and not owner:
        owner, _, name = name.rpartition(".")
    outer = _wrapped(node, language)
    gathered.found[key] = Found(
        node=node,
        outer=outer,
        first=_led(outer, language),
        name_node=name_node,
        kind=declared[0],
        name=name,
        body=_only(match, "body"),
        bases=bases,
        type_node=_only(match, "type"),
        value_node=_only(match, "value"),
        receiver=owner,
    )


def place_of(node: Node, name_node: Node) -> tuple[int, int, int]:
    """What tells one definition from the others: its range, and where its name stands."""
    return node.start_byte, node.end_byte, name_node.start_byte


def key_of(found: Found) -> tuple[int, int, int]:
    """The place of what was found."""
    return place_of(found.node, found.name_node)


def _only(match: Match, name: str) -> Node | None:
    nodes = match.get(name)
    return nodes[0] if nodes else None


def _wrapped(node: Node, language: Language) -> Node:
    """The outermost wrapper; one that holds several of the same type (`const a = 1, b = 2`) belongs to none of them."""
    while (parent := node.parent) is not None and parent.type in language.wrappers:
        if _bracketed(parent) or _accompanied(node):
            break
        node = parent
    return node


def _bracketed(node: Node) -> bool:
    for index in range(min(2, node.child_count)):
        child = node.child(index)
        if child is not None and child.type == "(":
            return True
    return False


def _accompanied(node: Node) -> bool:
    return any(
        other is not None and other.type == node.type for other in (node.next_named_sibling, node.prev_named_sibling)
    )


def _led(node: Node, language: Language) -> Node:
    first, before = node, node.prev_sibling if language.leading else None
    while before is not None and (before.type in language.leading or "comment" in before.type):
        if before.type in language.leading:
            first = before
        before = before.prev_sibling
    return first


def nested(ranges: tuple[tuple[int, int], ...]) -> Nesting:
    """Their nesting; names declared side by side in one statement are not inside each other, and the first holds."""
    nesting = Nesting(ranges)
    for index, parent in enumerate(nesting.parents):
        if parent >= 0 and ranges[parent] == ranges[index]:
            nesting.parents[index] = nesting.parents[parent]
            continue
        first = parent
        while first > 0 and ranges[first - 1] == ranges[parent]:
            first -= 1
        nesting.parents[index] = first
    return nesting


def qualified(ordered: list[Found], nesting: Nesting) -> list[str]:
    """The dotted names; a field belongs to the nearest container, and the parent links are moved accordingly."""
    names: list[str] = []
    for index, found in enumerate(ordered):
        parent = nesting.parents[index]
        if found.kind == "field":
            while parent >= 0 and ordered[parent].kind not in CONTAINERS:
                parent = nesting.parents[parent]
            nesting.parents[index] = parent
        outer = names[parent] if parent >= 0 and not found.name.startswith(".") else ""
        parts = (outer, found.receiver, found.name.removeprefix("."))
        names.append(".".join(part for part in parts if part))
    return names
