"""Ruby: what is required and autoloaded, and names that are symbols or constants with a scope."""

from __future__ import annotations

from collections.abc import Iterable

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node


class RubyHooks(Hooks):
    """The hooks of Ruby."""

    unconditional = frozenset({"module", "class", "body_statement"})

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`require "a/b"`, `require_relative "b"` (as "./b"), `load "x.rb"`, `autoload :B, "a/b"`."""
        method, arguments = node.child_by_field_name("method"), node.child_by_field_name("arguments")
        if method is None or arguments is None:
            return
        texts = [_literal(child, source) for child in arguments.named_children]
        path = texts[-1] if texts else ""
        if not path:
            return
        verb = source.text(method)
        name = texts[0] if verb == "autoload" and len(texts) == 2 else ""
        relative = verb == "require_relative" and not path.startswith(("./", "../", "/"))
        kind = "include" if verb == "load" else "require"
        yield source.imported(arguments.named_children[-1], f"./{path}" if relative else path, name, "", kind)

    def name(self, node: Node, source: Source) -> str:
        """The name without the colon of a symbol; dots for `::`."""
        return super().name(node, source).lstrip(":.").strip("\"'")

    def type_path(self, text: str) -> str:
        """The dotted path of a constant; nothing else is one."""
        path = text.lstrip(":")
        return path.replace("::", ".") if path[:1].isupper() and path.replace("::", "").isidentifier() else ""


def _literal(node: Node, source: Source) -> str:
    if node.type == "simple_symbol":
        return source.text(node).lstrip(":")
    if node.type != "string" or any(child.type != "string_content" for child in node.named_children):
        return ""
    return "".join(source.text(child) for child in node.named_children)


HOOKS = RubyHooks()
