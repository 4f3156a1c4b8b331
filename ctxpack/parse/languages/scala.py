"""Scala: imports with selectors, renames and wildcards; packages in several clauses; anonymous classes."""

from __future__ import annotations

from collections.abc import Iterable

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node


class ScalaHooks(Hooks):
    """The hooks of Scala."""

    unconditional = frozenset(
        {
            "package_clause",
            "package_object",
            "object_definition",
            "class_definition",
            "trait_definition",
            "template_body",
        }
    )

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`import a.b`, `import a.{b, c => d, e as f}`, `import a._`, `import a.*`, several parted by commas."""
        path: list[Node] = []
        for child in (*node.children, None):
            if child is None or child.type == ",":
                if path:
                    names = [_bare(part, source) for part in path]
                    yield source.imported(path[-1], ".".join(names[:-1]), names[-1], names[-1])
                path = []
            elif child.type == "identifier":
                path.append(child)
            elif child.type == "namespace_wildcard":
                yield source.imported(child, _dotted(path, source), "*", "")
                path = []
            elif child.type == "namespace_selectors":
                yield from _selected(child, _dotted(path, source), source)
                path = []
            elif child.type in ("as_renamed_identifier", "arrow_renamed_identifier"):
                yield from _renamed(child, _dotted(path, source), source)
                path = []

    def package(self, node: Node, source: Source) -> str:
        """All clauses that stand one after another at the top of the file, joined."""
        clause = node.parent
        names = [super().package(node, source)]
        following = clause.next_named_sibling if clause is not None else None
        while following is not None and following.type == "package_clause":
            name = following.child_by_field_name("name")
            if name is not None:
                names.append(super().package(name, source))
            following = following.next_named_sibling
        return ".".join(names)

    def name(self, node: Node, source: Source) -> str:
        """As by default; the body of an anonymous class may begin with a colon."""
        if node.type == "template_body":
            return f"<anonymous:{node.start_point[0] + 1}>"
        return super().name(node, source).strip("`")

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """A type that is extended, without the arguments of its constructor."""
        return () if node.type == "arguments" else super().bases(node, source)

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but what is private without a qualifier."""
        modifiers = next((child for child in node.named_children if child.type == "modifiers"), None)
        return modifiers is None or "private" not in source.text(modifiers).split()


def _dotted(path: list[Node], source: Source) -> str:
    return ".".join(_bare(part, source) for part in path)


def _bare(name: Node, source: Source) -> str:
    """A name without backquotes."""
    return source.text(name).strip("`")


def _selected(selectors: Node, module: str, source: Source) -> Iterable[Import]:
    for child in selectors.named_children:
        if child.type == "namespace_wildcard":
            yield source.imported(child, module, "*", "")
        elif child.type == "identifier":
            yield source.imported(child, module, _bare(child, source), _bare(child, source))
        else:
            yield from _renamed(child, module, source)


def _renamed(node: Node, module: str, source: Source) -> Iterable[Import]:
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if name is not None and alias is not None:
        written = "" if alias.type == "wildcard" else _bare(alias, source)
        if written:
            yield source.imported(name, module, _bare(name, source), written)


HOOKS = ScalaHooks()
