"""Uses of names: which of the captured identifiers use something that is not local, and what stands before their dot.

Of a chain like `a.b.c` every part is captured. Where a language's record says that it reads that way (`dotted`), the
qualifier of each part is made from the part before it, which spares going up and down the tree for most members.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import msgspec

from ctxpack.model import Import, Reference
from ctxpack.parse.arguments import arguments
from ctxpack.parse.definitions import Owners
from ctxpack.parse.gather import Gathered
from ctxpack.parse.languages import Hooks, Language
from ctxpack.parse.nesting import Nesting
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.scopes import Scopes
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node, Tokens, by_start, in_order

_KINDS = ("type", "call", "decorate", "inherit")
"""The captures that say how a name is used; of several for one name the last counts."""

_LONGEST_CHAIN = 20
"""Parts of a chain that are read from part to part; the tree is asked after as many, which cuts what is too long."""

_DOT = ord(".")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a file when its references are read."""

    source: Source
    language: Language
    hooks: Hooks
    gathered: Gathered
    scopes: Scopes
    qualifiers: Qualifiers
    owners: Owners


def references(tokens: Tokens, around: Surroundings) -> tuple[Reference, ...]:
    """The references of a file, in order."""
    kinds: dict[int, str] = {}
    for kind in _KINDS:
        kinds.update(dict.fromkeys([node.start_byte for node in tokens.get(kind, ())], kind))
    uses = _uses(tokens, around)
    if told := _told(tokens, around):
        uses = sorted({use[0]: use for use in (*uses, *(one[:3] for one in told))}.values())
        kinds.update({start: kind for start, _, _, kind in told})
    starts = [start for start, _, _ in uses]
    language, data = around.language, around.source.data
    given = arguments(tokens, data, around.qualifiers, language.labels) if language.overloads else {}
    return tuple(
        [
            Reference(name, qualifier, kinds.get(start, "read"), line, column, scope, given.get(start, -1))
            for (start, name, qualifier), (line, column), scope in zip(
                uses, around.source.positions(starts), around.owners.indices(starts), strict=True
            )
        ]
    )


def imports(nodes: Iterable[Node], hooks: Hooks, source: Source, owners: Owners) -> tuple[Import, ...]:
    """What the captured import nodes bring in, sorted."""
    found: set[Import] = set()
    for node in nodes:
        scope = owners.index(node.start_byte) if node.parent is not None else -1
        conditional = owners.in_function(node.start_byte) or hooks.conditional(node)
        found.update(
            msgspec.structs.replace(one, scope=scope, conditional=one.conditional or conditional)
            for one in hooks.imports(node, source)
        )
    return tuple(sorted(found, key=lambda i: (i.line, i.column, i.module, i.name, i.alias)))


def _told(tokens: Tokens, around: Surroundings) -> list[tuple[int, str, str, str]]:
    """What the language's own hook has to tell: (first byte, name, qualifier, kind) of each use."""
    nodes = {(node.start_byte, node.end_byte): node for node in tokens.get("told", ())}
    return [use for node in nodes.values() for use in around.hooks.told(node, around.source, around.qualifiers)]


def _uses(tokens: Tokens, around: Surroundings) -> list[tuple[int, str, str]]:
    """(first byte, name, qualifier) of each use, in order."""
    members = by_start(tokens.get("member", ()))
    nodes = by_start(tokens.get("reference", ())) | members
    starts = _outside(sorted(nodes.keys() - _no_uses(tokens, members, around)), tokens.get("skip_inside", ()))
    data, texts, binds, reader = around.source.data, around.source.texts, around.scopes.binds, around.qualifiers
    longest = _LONGEST_CHAIN if around.language.dotted and not around.scopes.narrows_members else 0
    found: list[tuple[int, str, str]] = []
    # The part before: its node, its name, where it ends, its place in the chain (0: no member), and its qualifier.
    node, name, end, place, qualifier = None, "", -1, 0, ""
    for start, scope in zip(starts, around.scopes.around(starts), strict=True):
        part, before, dot = node, name, end
        node = nodes[start]
        end = node.end_byte
        name = texts[data[start:end]].strip("`")
        if start in members:
            if part is not None and place < longest and dot + 1 == start and data[dot] == _DOT:
                qualifier = reader.joined(qualifier, before) if place else reader.of(part)
                place += 1
            else:
                qualifier, place = reader.of_receiver(node), 1
            found.append((start, name, qualifier))
        else:
            place = 0
            # What the grammar inserted to go on after an error is a name without a letter.
            if name and not binds(name, scope, start):
                found.append((start, name, ""))
    return found


def _no_uses(tokens: Tokens, members: dict[int, Node], around: Surroundings) -> set[int]:
    """Where the names of definitions and locals stand as they are declared, and what the query skips."""
    gathered, source = around.gathered, around.source
    skip = {node.start_byte for node in tokens.get("skip", ())}
    skip.update(
        found.place[2]
        for found in gathered.found.values()
        # What makes a field by assigning to it (`self.x = 1`) may be a use of a field that is declared elsewhere.
        if found.name_node != found.type_node and (found.kind != "field" or found.place[2] not in members)
    )
    declared = chain((local.node for local in gathered.locals), (node for node, _ in gathered.type_parameters))
    for node in declared:
        start = node.start_byte
        # A name that is declared not to be local is used where it is assigned.
        if start not in members and (not gathered.free or around.scopes.lookup(source.text(node), start) is not None):
            skip.add(start)
    return skip


def _outside(starts: list[int], skipped: Iterable[Node]) -> list[int]:
    """Those of the ascending `starts` that are in none of the `skipped` nodes."""
    inside = Nesting([(node.start_byte, node.end_byte) for node in in_order(skipped)])
    return [start for start, within in zip(starts, inside.innermost_each(starts), strict=True) if within < 0]
