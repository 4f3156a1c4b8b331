"""Kotlin: imports, kinds of classes, extension functions, `private`."""

from __future__ import annotations

from collections.abc import Iterable

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node


class KotlinHooks(Hooks):
    """The hooks of Kotlin."""

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
