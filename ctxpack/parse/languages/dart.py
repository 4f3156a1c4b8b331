"""Dart: expressions whose selectors stand side by side, types in several nodes, imports with prefixes and parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ctxpack.model import Import
from ctxpack.parse.languages.generics import Holders, reader
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_HELD = reader(
    Holders(
        each=frozenset("List Iterable Set Stream Queue Iterator ValueNotifier ValueListenable Completer".split()),
        mappings=frozenset("Map HashMap LinkedHashMap SplayTreeMap".split()),
        pairs=frozenset({"MapEntry"}),
    )
)
"""The containers of dart:core, dart:async and dart:collection."""

_AWAITED = frozenset({b"Future", b"FutureOr"})
"""Types that are taken for what they give when they are awaited."""

_ACCESSES = frozenset({"unconditional_assignable_selector", "conditional_assignable_selector", "cascade_selector"})
_MADE = frozenset({"new_expression", "const_object_expression"})
_TYPE_PARTS = frozenset({"type_identifier", "type_arguments", "nullable_type", "."})
_MOST_CASCADES = 40
"""Cascades on one value that are looked past, no fewer than real code has: each step costs its place."""

_LAST = frozenset({"await_expression", "unary_expression", "parenthesized_expression", "argument"})


class DartHooks(Hooks):
    """The hooks of Dart."""

    valued = (
        frozenset(
            """selector cascade_section argument_part type_identifier type_cast_expression list_literal""".split()
        )
        | _ACCESSES
        | _MADE
    )

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """The value of a chain up to and including a selector; of a type that is named, made or cast to."""
        if node.type == "type_identifier":
            return _typed(node, reader)
        if node.type in _MADE:
            return _typed(_first(node), reader)
        if node.type == "type_cast_expression":
            return _typed(_first(node.named_children[-1]), reader) if node.named_child_count else UNKNOWN
        if node.type == "list_literal":
            given = node.named_child(0) if node.named_child_count else None
            of = _typed(_first(given), reader) if given is not None and given.type == "type_arguments" else UNKNOWN
            return UNKNOWN if of == UNKNOWN else f"[{of}]"
        return _chain(node, reader, depth)

    def stands_for(self, node: Node, source: Source) -> Node | None:
        """What is awaited or in brackets: the end of the chain."""
        if node.type in _LAST:
            return node.named_children[-1] if node.named_child_count else None
        if node.type == "if_null_expression":
            parts = node.children_by_field_name("first")
            return parts[-1] if parts else None
        return None

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """What stands before a selector, a cascade, or a name in a dotted type."""
        outer = member.parent
        if outer is None:
            return None
        if outer.type in _ACCESSES:
            return _before(_holder(outer)) or UNKNOWN
        before = member.prev_named_sibling
        if before is None or before.type in ("super", "this"):
            return before
        return source.text(before) if before.type == "type_identifier" else None

    def narrowed(self, node: Node) -> Iterable[tuple[int, int]]:
        """What is done where the test holds."""
        test = node.parent
        statement = test.parent if test is not None else None
        then = statement.child_by_field_name("consequence") if statement is not None else None
        if test is not None and then is not None and b"is!" not in (test.text or b""):
            yield then.start_byte, then.end_byte

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated."""
        return ".[of]" if "each" in match else ""

    def type_value(self, text: str) -> str | None:
        """What a container of the standard library holds."""
        return _HELD(text)

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`import 'a.dart' as b`, `show A`; `export`; `part` and `part of`, by path or by the library's name."""
        if node.type in ("part_directive", "part_of_directive"):
            place = next((one for one in node.named_children if one.type in ("uri", "dotted_identifier_list")), None)
            if place is not None:
                yield source.imported(place, _unquoted(place, source), "", "", "include")
            return
        uri = _find(node, "uri")
        if uri is None:
            return
        module, kind = _unquoted(uri, source), "reexport" if _find(node, "library_export") is not None else "import"
        holder = uri.parent.parent if uri.parent is not None and uri.parent.type == "configurable_uri" else uri.parent
        parts = holder.named_children if holder is not None else []
        prefix = next((one for one in parts if one.type == "identifier"), None)
        if prefix is not None:
            yield source.imported(uri, module, "", source.text(prefix), kind)
            return
        shown = [one for part in parts if part.type == "combinator" for one in _shown(part)]
        for name in shown:
            yield source.imported(name, module, source.text(name), source.text(name), kind)
        if not shown:
            yield source.imported(uri, module, "*", "", kind)

    def conditional(self, node: Node) -> bool:
        """Never: imports stand at the top."""
        return False

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but what begins with an underscore."""
        return not name.startswith("_")


def _chain(node: Node, reader: Qualifiers, depth: int) -> str:
    before = _before(node)
    known = reader.of(before, depth + 1) if before is not None else UNKNOWN
    inner = (node.named_child(0) if node.named_child_count else None) if node.type == "selector" else node
    if known == UNKNOWN or inner is None or node.type == "cascade_section":
        return known
    if inner.type == "argument_part":
        return f"{known}()"
    name = inner.named_child(0) if inner.type in _ACCESSES and inner.named_child_count else None
    if name is None:
        return known
    if name.type == "index_selector":
        return f"{known}.[]"
    return reader.joined(known, (name.text or b"").decode("utf-8", "replace"))


def _holder(access: Node) -> Node:
    """The sibling of what an access is made on."""
    outer = access.parent
    return outer if outer is not None and outer.type == "selector" else access


def _before(node: Node) -> Node | None:
    """What a selector is applied to; all cascades are applied to what stands before the first."""
    if node.type == "cascade_selector" and node.parent is not None:
        node = node.parent
    before, left = node.prev_named_sibling, _MOST_CASCADES
    while node.type == "cascade_section" and before is not None and before.type == "cascade_section":
        before, left = before.prev_named_sibling if left else None, left - 1
    return before


def _typed(node: Node | None, reader: Qualifiers) -> str:
    """The value of the type of which `node` is the first part or the last name; its other parts stand beside it."""
    if node is None:
        return UNKNOWN
    first = node
    if node.text in _AWAITED and (given := node.next_named_sibling) is not None and given.type == "type_arguments":
        return _typed(_first(given), reader)
    while (before := first.prev_sibling) is not None and before.type in ("type_identifier", "."):
        first = before
    text = ""
    part: Node | None = first
    while part is not None and part.type in _TYPE_PARTS:
        text += (part.text or b"").decode("utf-8", "replace")
        part = part.next_sibling
    held = _HELD(text) if "<" in text else None
    if held is not None:
        return held
    path = reader.path_of(first)
    after = text.partition("<")[0].rstrip("?").partition(".")[2]
    return UNKNOWN if path == UNKNOWN else f"{path}.{after}()" if after else f"{path}()"


def _first(node: Node) -> Node | None:
    return next((one for one in node.named_children if one.type == "type_identifier"), None)


def _find(node: Node, kind: str) -> Node | None:
    """The first node of a type, at most four levels down."""
    level = [node]
    for _ in range(4):
        level = [child for one in level for child in one.named_children]
        found = next((one for one in level if one.type == kind), None)
        if found is not None:
            return found
    return None


def _unquoted(node: Node, source: Source) -> str:
    return source.text(node).strip().strip("'\"")


def _shown(combinator: Node) -> list[Node]:
    shows = any(child.type == "show" for child in combinator.children)
    return [child for child in combinator.named_children if child.type == "identifier"] if shows else []


HOOKS = DartHooks()
