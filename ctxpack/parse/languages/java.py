"""Java: imports of types, members and wildcards; arrays and `var`; what `private` hides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node


class JavaHooks(Hooks):
    """The hooks of Java."""

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`import a.b.C` takes C from a.b, `import static a.B.m` takes m from a.B, `.*` takes all.

        The classes around what is taken are used too, though no name is bound to them.
        """
        path = next((child for child in node.named_children if child.type in ("scoped_identifier", "identifier")), None)
        if path is None:
            return
        dotted = "".join(source.text(path).split())
        if node.named_children[-1].type == "asterisk":
            yield source.imported(path, dotted, "*", "")
            yield from _classes(path, source)
            return
        module, _, name = dotted.rpartition(".")
        yield from _classes(path.child_by_field_name("scope"), source)
        name_node = path.child_by_field_name("name") or path
        yield source.imported(name_node, module, name, name)

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but what is private."""
        first = node.named_children[0] if node.named_children else None
        return first is None or first.type != "modifiers" or "private" not in source.text(first).split()

    def type_path(self, text: str) -> str:
        """As by default; an array is not an instance of its elements' class, and `var` says nothing."""
        if text.endswith("]") or text == "var":
            return ""
        return super().type_path(text)


def _classes(path: Node | None, source: Source) -> Iterator[Import]:
    """The classes at the end of a dotted path, which is packages first, as imports that bind nothing."""
    while path is not None and path.type == "scoped_identifier":
        scope, name_node = path.child_by_field_name("scope"), path.child_by_field_name("name")
        if scope is None or name_node is None or not source.text(name_node)[:1].isupper():
            return
        yield source.imported(name_node, "".join(source.text(scope).split()), source.text(name_node), "")
        path = scope


HOOKS = JavaHooks()
