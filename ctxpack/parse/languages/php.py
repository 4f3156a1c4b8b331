r"""PHP: `use` of every form, included files, fully qualified names, constants by `define`.

A name that begins with a backslash keeps it as the first character of its qualifier (`\Acme.Shop`), since it is looked
up from the root and not from the file's namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks, follows_another
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_NAME = re.compile(r"\\?[^\W\d]\w*(?:\\\w+)*")
_OWN_FOLDER = re.compile(r"^\(?(?:__DIR__|dirname\s*\(\s*__FILE__\s*\))\s*\.\s*")
_LITERAL = re.compile(r"""^["']([^"'$]+)["']\)?$""")


class PhpHooks(Hooks):
    """The hooks of PHP."""

    unconditional = frozenset(
        {
            "namespace_definition",
            "compound_statement",
            "expression_statement",
            "assignment_expression",
            "return_statement",
        }
    )

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        r"""`use A\B`, `use A\B as C`, `use A\{B, C as D}`, with `function` and `const`; `require 'x.php'`."""
        if node.type != "namespace_use_declaration":
            yield from _included(node, source)
            return
        group = node.child_by_field_name("body")
        prefix = next((source.text(child) for child in node.named_children if child.type == "namespace_name"), "")
        for clause in (group or node).named_children:
            if clause.type == "namespace_use_clause":
                yield from _used(clause, prefix if group is not None else "", source)

    def package(self, node: Node, source: Source) -> str:
        """The namespace, dotted."""
        return _dotted(source.text(node))

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """The first namespace is the package of the file; only those after it are definitions."""
        return None if kind == "namespace" and not follows_another(node.parent) else (kind, node)

    def name(self, node: Node, source: Source) -> str:
        """The name as written, dotted; the body of an anonymous class stands for a name that it lacks."""
        return super().name(node, source) if node.type == "declaration_list" else _dotted(source.text(node))

    def qualifier(self, member: Node, source: Source) -> str | None:
        """The namespace before a qualified name."""
        outer = member.parent
        if outer is None or outer.type != "qualified_name":
            return None
        return _dotted(source.slice(outer.start_byte, member.start_byte)) or "\\"

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but what is private."""
        return not any(
            child.type == "visibility_modifier" and source.text(child) == "private" for child in node.named_children
        )

    def type_path(self, text: str) -> str:
        """The one class of a type: nullable or not, fully qualified or not; "" for unions and built-in types."""
        names = [name for name in _NAME.findall(text.partition("(")[0]) if name.lower() not in _BUILT_IN]
        return _dotted(names[0]) if len(names) == 1 else ""


_BUILT_IN = frozenset(
    {
        "int", "float", "string", "bool", "array", "object", "mixed", "void", "null", "never", "callable", "iterable",
        "true", "false", "resource", "new",
    }
)  # fmt: skip


def _dotted(name: str) -> str:
    absolute = "\\" if name.startswith("\\") else ""
    return absolute + name.strip("\\").replace("\\", ".")


def _used(clause: Node, prefix: str, source: Source) -> Iterable[Import]:
    alias = clause.child_by_field_name("alias")
    written = next((child for child in clause.named_children if child.type in ("name", "qualified_name")), None)
    if written is None:
        return
    path = f"{prefix}\\{source.text(written)}" if prefix else source.text(written)
    module, _, name = path.strip("\\").replace("\\", ".").rpartition(".")
    name_node = written.named_children[-1] if written.type == "qualified_name" else written
    yield source.imported(name_node, module, name, source.text(alias) if alias is not None else name)


def _included(node: Node, source: Source) -> Iterable[Import]:
    if not node.named_children:
        return
    path = node.named_children[0]
    text = " ".join(source.text(path).split())
    inner = _OWN_FOLDER.sub("", text.strip("()") if text.startswith("(") else text)
    literal = _LITERAL.match(inner.strip())
    if literal is None:
        return
    own = inner != text and "__" in text
    name = literal.group(1)
    yield source.imported(path, "./" + name.lstrip("/") if own else name, "", "", "include")


HOOKS = PhpHooks()
