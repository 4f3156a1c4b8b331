"""Kotlin: imports, kinds of classes, extension functions, containers, `private`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ctxpack.model import Import
from ctxpack.parse.languages.generics import Holders, reader
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.java import HOLDERS
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_HELD = reader(
    Holders(
        each=HOLDERS.each
        | frozenset(
            """Array MutableList MutableSet MutableCollection MutableIterable MutableIterator Sequence ArrayDeque Flow
            StateFlow MutableStateFlow SharedFlow Deferred Lazy Channel""".split()
        ),
        mappings=HOLDERS.mappings | {"MutableMap"},
        pairs=frozenset({"Pair", "Triple", "Entry", "MutableEntry"}),
        given=HOLDERS.given,
    )
)
"""Besides Java's, the containers of `kotlin.collections`, `kotlin.sequences` and the coroutines."""


_PER_ELEMENT = frozenset(
    """forEach map mapNotNull filter filterNot any all none flatMap find first firstOrNull last single onEach sortedBy
    sortedByDescending groupBy associateBy associateWith associate sumOf maxByOrNull minByOrNull partition count
    takeWhile dropWhile removeAll collect distinctBy indexOfFirst joinToString""".split()
)
_ITSELF = frozenset({"let", "also", "takeIf", "takeUnless"})
"""Functions of the standard library that call their argument with an element, or with what they are called on."""

_MOST_ABOVE = 60
_ARGUMENTS = rb"\((?:[^()\"]|\"[^\"\n]*\"|\([^()]*\))*\)"
_ANNOTATED = re.compile(
    rb"^(?:@[\w.:]+(?:%s)?\s+)+(?=(?:(?:public|internal)[ \t]+)?annotation[ \t]+class\b)" % _ARGUMENTS, re.MULTILINE
)
_ANNOTATION_CLASS = re.compile(rb"\bannotation(?=[ \t]+class\b)")


class KotlinHooks(Hooks):
    """The hooks of Kotlin."""

    valued = frozenset({"index_expression", "identifier"})

    def code(self, data: bytes) -> bytes:
        """Without `annotation` before a class and what annotates it: the grammar takes both for an expression."""
        if b"annotation" not in data:
            return data
        return _ANNOTATION_CLASS.sub(_blanked, _ANNOTATED.sub(_blanked, data))

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """An element of an array, a list or a map; what `it` stands for."""
        if node.type == "identifier":
            return _implicit(node, reader, depth) if node.text == b"it" else None
        known = reader.of(node.named_children[0], depth + 1) if node.named_children else UNKNOWN
        return UNKNOWN if known == UNKNOWN else f"{known}.[]"

    def type_value(self, text: str) -> str | None:
        """What an array or a container of the standard library holds."""
        return _HELD(text)

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated (`@each`), and a part of what is taken apart (`@part`)."""
        return (".[of]" if "each" in match else "") + (_part(node) if "part" in match else "")

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`import a.b.C as D` takes C from a.b, `import a.b.*` takes all of a.b."""
        path = next((child for child in node.named_children if child.type == "qualified_identifier"), None)
        if path is None:
            return
        names = [child for child in path.named_children if child.type == "identifier"]
        if any(child.type == "*" for child in node.children):
            yield source.imported(path, ".".join(source.text(name) for name in names), "*", "")
            return
        alias = node.named_children[-1]
        name = _bare(source.text(names[-1]))
        written = _bare(source.text(alias)) if alias.type == "identifier" else name
        yield source.imported(names[-1], ".".join(_bare(source.text(n)) for n in names[:-1]), name, written)

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """Interfaces and enums by their keywords; an extension's name, which the grammar leaves in the receiver."""
        outer = node.parent
        if outer is None:
            return kind, node
        if kind == "class" and outer.type == "class_declaration":
            return _class_kind(outer), node
        if node.end_byte == node.start_byte:
            receiver = outer if outer.type != "variable_declaration" else outer.parent
            name = _extension_name(receiver) if receiver is not None else None
            return (kind, name) if name is not None else None
        return kind, node

    def name(self, node: Node, source: Source) -> str:
        """The name without backquotes."""
        return _bare(super().name(node, source))

    def qualifier(self, member: Node, source: Source) -> str | None:
        """What stands before a name in a dotted type."""
        outer = member.parent
        if outer is None or outer.type != "user_type":
            return None
        before = [child for child in outer.named_children if child.start_byte < member.start_byte]
        return ".".join(source.text(child) for child in before if child.type == "identifier")

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but what is private."""
        first = node.named_children[0] if node.named_children else None
        return first is None or first.type != "modifiers" or "private" not in source.text(first).split()


def _blanked(found: re.Match[bytes]) -> bytes:
    """Blanks in place of a match, in as many lines."""
    return re.sub(rb"[^\n]", b" ", found[0])


def _implicit(node: Node, reader: Qualifiers, depth: int) -> str:
    """What the nearest function without parameters of its own is given: an element, or what it is called on."""
    above, left = node.parent, _MOST_ABOVE
    while above is not None and left and (above.type != "lambda_literal" or _has_parameters(above)):
        above, left = above.parent, left - 1
    call = above.parent.parent if above is not None and above.parent is not None else None
    callee = call.named_child(0) if call is not None and call.type == "call_expression" else None
    if callee is None or callee.type != "navigation_expression" or callee.named_child_count < 2:
        return UNKNOWN
    method = (callee.named_children[-1].text or b"").decode("utf-8", "replace")
    known = reader.of(callee.named_children[0], depth + 1) if method in _PER_ELEMENT | _ITSELF else UNKNOWN
    return known if method in _ITSELF or known == UNKNOWN else f"{known}.[of]"


def _has_parameters(function: Node) -> bool:
    return any(child.type == "lambda_parameters" for child in function.named_children)


def _part(node: Node) -> str:
    """The place of a name among those that a value is taken apart into."""
    declared = node.parent
    if declared is None or declared.parent is None:
        return ""
    return next(f".[{number}]" for number, one in enumerate(declared.parent.named_children) if one.id == declared.id)


def _bare(name: str) -> str:
    return name.strip("`").replace(".", "_") if name.startswith("`") else name


def _class_kind(node: Node) -> str:
    if any(child.type == "interface" for child in node.children):
        return "interface"
    modifiers = node.named_children[0]
    if modifiers.type == "modifiers":
        words = {child.text for child in modifiers.named_children}
        if b"enum" in words:
            return "enum"
    return "class"


def _extension_name(node: Node) -> Node | None:
    receiver = next((child for child in node.named_children if child.type in ("user_type", "nullable_type")), None)
    parts = receiver.named_children if receiver is not None else []
    names = [child for child in parts if child.type == "identifier"]
    return names[-1] if names and len(parts) > 1 else None


HOOKS = KotlinHooks()
