"""A syntax tree read into facts: the engine that every language with a grammar shares.

It turns the captures of a query file (documented in `docs/adding-a-language.md`) into definitions, imports and
references. What differs between languages is in the table, the query and the hooks; nothing here names a language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import msgspec

from ctxpack.model import Definition, FileFacts, Import, Reference
from ctxpack.parse import mentions
from ctxpack.parse.gather import CONTAINERS, VALUES, Found, Gathered, gather, key_of, nested, place_of, qualified
from ctxpack.parse.languages import Hooks, Language
from ctxpack.parse.nesting import Nesting
from ctxpack.parse.outline import head_of, outline
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers, type_name
from ctxpack.parse.scopes import Scopes
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node, Tree, leaves

_SIGNATURE_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Extracted:
    """Facts, with the byte ranges that the words of each definition are cut by."""

    facts: FileFacts
    ranges: tuple[tuple[int, int], ...]
    prose: tuple[tuple[int, int], ...]


def extract(tree: Tree, source: Source, language: Language, hooks: Hooks) -> Extracted:
    """Read one tree; `ranges` are parallel to the definitions, `prose` are the byte ranges of comments and strings."""
    gathered = gather(tree, source, language, hooks)
    ordered = sorted(
        gathered.found.values(), key=lambda f: (f.first.start_byte, -f.outer.end_byte, f.name_node.start_byte)
    )
    ranges = tuple((found.first.start_byte, found.outer.end_byte) for found in ordered)
    nesting = nested(ranges)
    names = qualified(ordered, nesting)
    owner = _Owners(ordered, nesting, names)
    scopes = Scopes(gathered.scope_set, gathered.blocks, ordered=language.ordered)
    reader = Qualifiers(source, language, hooks, scopes, owner.name)
    _bind_types(gathered, scopes, reader, source)
    _bind_locals(gathered, dict(zip(map(key_of, ordered), names, strict=True)), scopes, reader, source)
    tokens = leaves(tree, language)
    comments = _comment_lines(tokens.get("comment", []), source)
    definitions = tuple(
        _definition(found, names[index], nesting.parents[index], source, hooks, reader, comments, kind)
        for index, (found, kind) in enumerate(zip(ordered, _kinds(ordered, nesting), strict=True))
    )
    definitions, kept = _without_repeats(definitions)
    owner = _Owners([ordered[i] for i in kept], Nesting([ranges[i] for i in kept]), [names[i] for i in kept])
    doc_spans = tuple(hooks.doc_span(ordered[i].node, ordered[i].body, source) for i in kept)
    facts = FileFacts(
        language=language.name,
        definitions=definitions,
        references=_references(tokens, gathered, source, scopes, reader, owner),
        imports=_imports(gathered.imports, source, hooks, owner),
        exports=tuple(dict.fromkeys(gathered.exports)),
        package=gathered.package,
        outline=outline(definitions, doc_spans, gathered.outline, source),
        lines=source.line_count,
        mentions=mentions.in_code(tokens.get("string", ()), source, language, owner.indices),
    )
    prose = sorted((n.start_byte, n.end_byte) for kind in ("comment", "string") for n in tokens.get(kind, []))
    return Extracted(facts, tuple(ranges[i] for i in kept), tuple(prose))


class _Owners:
    """Which definition, and which class, stands around a place."""

    def __init__(self, ordered: list[Found], nesting: Nesting, names: list[str]) -> None:
        large = [index for index, found in enumerate(ordered) if found.kind not in VALUES]
        self._large, self._ordered, self._names = large, ordered, names
        self._nesting = Nesting([nesting.ranges[index] for index in large])

    def index(self, offset: int) -> int:
        """The index of the innermost definition that is not a mere value, -1 outside all."""
        inner = self._nesting.innermost(offset)
        return self._large[inner] if inner >= 0 else -1

    def indices(self, offsets: Sequence[int]) -> list[int]:
        """As `index` for each of the ascending `offsets`."""
        return [self._large[inner] if inner >= 0 else -1 for inner in self._nesting.innermost_each(offsets)]

    def name(self, offset: int) -> str:
        """The qualified name of the innermost class, or of the receiver's type, around a place."""
        inner = self._nesting.innermost(offset)
        while inner >= 0:
            found, name = self._ordered[self._large[inner]], self._names[self._large[inner]]
            if found.receiver:
                return name.rpartition(".")[0]
            if found.kind in CONTAINERS and found.kind != "namespace":
                return name
            inner = self._nesting.parents[inner]
        return ""


def _bind_types(gathered: Gathered, scopes: Scopes, reader: Qualifiers, source: Source) -> None:
    for node, bound in sorted(gathered.type_parameters, key=lambda found: found[0].start_byte):
        name = source.text(node)
        scopes.bind(name, node.start_byte, whole=True)
        path = reader.path_of(bound) if bound is not None else UNKNOWN
        scopes.bind(type_name(name), node.start_byte, path, whole=True)


def _known_last(found: tuple[Node, Node | None, Node | None, int]) -> tuple[int, bool]:
    return found[0].start_byte, found[1] is not None or found[2] is not None


def _bind_locals(
    gathered: Gathered, names: dict[tuple[int, int, int], str], scopes: Scopes, reader: Qualifiers, source: Source
) -> None:
    """Bind the locals; what a local definition is, is known: itself, by its qualified name."""
    for node in gathered.free:
        scopes.release(source.text(node), node.start_byte)
    for node, type_node, value_node, within in sorted(gathered.locals, key=_known_last):
        name, outer = source.text(node), node.parent
        qualname = names.get(place_of(outer, node), "") if outer is not None else ""
        own = bool(qualname) and outer is not None and (outer.start_byte, outer.end_byte) in gathered.scope_set
        value = qualname or _value(type_node, value_node, reader)
        since = value_node.end_byte if value_node is not None else -1
        hoisted = node.start_byte in gathered.hoisted
        scopes.bind(name, max(node.start_byte, within), value, own=own, since=since, hoisted=hoisted)
        if qualname:
            scopes.bind(type_name(name), node.start_byte, value, own=own)


def _value(type_node: Node | None, value_node: Node | None, reader: Qualifiers) -> str:
    known = reader.of_type(type_node) if type_node is not None else UNKNOWN
    if known == UNKNOWN and value_node is not None:
        known = reader.of(value_node)
    return known


def _comment_lines(comments: list[Node], source: Source) -> dict[int, tuple[int, str]]:
    """Comments by their last line: (first line, text), those on adjoining lines joined."""
    joined: dict[int, tuple[int, str]] = {}
    for node in comments:
        first, last, text = node.start_point[0] + 1, node.end_point[0] + 1, source.text(node).rstrip("\n")
        if node.end_point[1] == 0 and last > first:
            last -= 1
        if source.line(first)[: node.start_point[1]].strip():
            continue
        before = joined.pop(first - 1, None)
        joined[last] = (before[0], f"{before[1]}\n{text}") if before else (first, text)
    return joined


def _definition(
    found: Found,
    qualname: str,
    parent: int,
    source: Source,
    hooks: Hooks,
    reader: Qualifiers,
    comments: dict[int, tuple[int, str]],
    kind: str,
) -> Definition:
    line, column = source.position(found.name_node)
    first = found.first.start_point[0] + 1
    head = head_of(found.first, found.node, found.body, source)
    doc = hooks.doc(found.node, found.body, source) or _clean(comments.get(first - 1, (0, ""))[1])
    known = _value(found.type_node, found.value_node, reader)
    end = found.outer.end_point
    return Definition(
        name=found.name.rpartition(".")[2],
        qualname=qualname,
        kind=kind,
        span=(first, max(first, end[0] + (end[1] > 0))),
        head=head,
        line=line,
        column=column,
        signature=_signature(found, source),
        doc=doc,
        parent=parent,
        bases=tuple(base for _, base in sorted(found.bases, key=itemgetter(0))),
        type="" if known == UNKNOWN else known,
        exported=hooks.exported(found.name, found.node, source),
    )


def _kinds(ordered: list[Found], nesting: Nesting) -> list[str]:
    return [_kind(found, ordered[p] if p >= 0 else None) for found, p in zip(ordered, nesting.parents, strict=True)]


def _kind(found: Found, parent: Found | None) -> str:
    if found.kind == "namespace":
        return "module"
    if parent is None or parent.kind == "namespace":
        member = False
    else:
        member = parent.kind in CONTAINERS or not _inside_function(found.outer.parent)
    return "method" if found.kind == "function" and (member or found.receiver) else found.kind


def _inside_function(node: Node | None) -> bool:
    while node is not None:
        if "function" in node.type or "method" in node.type or node.type == "lambda":
            return True
        if "class" in node.type or "interface" in node.type or "impl" in node.type:
            return False
        node = node.parent
    return False


def _signature(found: Found, source: Source) -> str:
    end = found.body.start_byte if found.body is not None else found.node.end_byte
    begin = found.outer if found.outer.start_point[0] == found.node.start_point[0] else found.node
    text = " ".join(source.data[begin.start_byte : end][: _SIGNATURE_LIMIT * 4].decode("utf-8", "replace").split())
    return text.rstrip("{: =")[:_SIGNATURE_LIMIT]


def _clean(comment: str) -> str:
    lines = [line.strip().lstrip("/*#-!;").rstrip("*/").strip() for line in comment.split("\n")]
    return "\n".join(lines).strip()


def _without_repeats(definitions: tuple[Definition, ...]) -> tuple[tuple[Definition, ...], list[int]]:
    """Drop second assignments of one value, and renumber the parents."""
    kept: list[int] = []
    seen: dict[tuple[str, int], int] = {}
    for index, definition in enumerate(definitions):
        if definition.kind in VALUES:
            key = (definition.qualname, definition.parent)
            if key in seen:
                continue
            seen[key] = index
        kept.append(index)
    renumbered = {old: new for new, old in enumerate(kept)}
    return tuple(
        msgspec.structs.replace(definitions[old], parent=renumbered.get(definitions[old].parent, -1)) for old in kept
    ), kept


def _imports(nodes: list[Node], source: Source, hooks: Hooks, owner: _Owners) -> tuple[Import, ...]:
    imports: list[Import] = []
    for node in nodes:
        scope = owner.index(node.start_byte) if node.parent is not None else -1
        conditional = scope >= 0 or hooks.conditional(node)
        imports.extend(
            msgspec.structs.replace(found, scope=scope, conditional=found.conditional or conditional)
            for found in hooks.imports(node, source)
        )
    return tuple(sorted(set(imports), key=lambda i: (i.line, i.column, i.module, i.name, i.alias)))


def _references(
    tokens: dict[str, list[Node]],
    gathered: Gathered,
    source: Source,
    scopes: Scopes,
    reader: Qualifiers,
    owner: _Owners,
) -> tuple[Reference, ...]:
    members = {node.start_byte: node for node in tokens.get("member", ())}
    skip = {node.start_byte for node in tokens.get("skip", ())}
    skip.update(f.name_node.start_byte for f in gathered.found.values() if f.name_node != f.type_node)
    skip.update(
        node.start_byte
        for node in (*(found[0] for found in gathered.locals), *(found[0] for found in gathered.type_parameters))
        if node.start_byte not in members
        and (not gathered.free or scopes.lookup(source.text(node), node.start_byte) is not None)
    )
    inside = Nesting([(node.start_byte, node.end_byte) for node in tokens.get("skip_inside", ())])
    kinds = {
        node.start_byte: kind
        for kind in ("type", "call", "decorate", "inherit")
        for node in tokens.get(kind, ())
    }
    nodes = {node.start_byte: node for node in tokens.get("reference", ()) if not node.is_missing} | members
    starts = sorted(nodes.keys() - skip)
    starts = [start for start, around in zip(starts, inside.innermost_each(starts), strict=True) if around < 0]
    references: list[Reference] = []
    for start, scope in zip(starts, owner.indices(starts), strict=True):
        node = nodes[start]
        name = source.text(node).strip("`")
        if start in members:
            qualifier = reader.of_receiver(node)
        elif scopes.lookup(name, start) is not None:
            continue
        else:
            qualifier = ""
        line, column = source.position(node)
        references.append(Reference(name, qualifier, kinds.get(start, "read"), line, column, scope))
    return tuple(references)
