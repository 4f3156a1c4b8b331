"""What a language may say in code, where its query file cannot: the defaults of every hook.

A language's small module makes one subclass and calls its instance `HOOKS`. Every hook sees one node at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxpack.model import Import
from ctxpack.parse.source import Source

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_TYPE_PATH = re.compile(r"[^\W\d]\w*(?:(?:\.|::|\\)[^\W\d]\w*)*")
_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "Final", "ClassVar", "const", "mut", "dyn", "readonly", "struct"})


class Hooks:
    """The defaults, right for most languages."""

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """The imports that the captured `@import` node makes, each by `source.imported`; the caller adds the scope."""
        return ()

    def exports(self, node: Node, source: Source) -> Iterable[str]:
        """The names that the captured `@export` node declares public."""
        return ()

    def package(self, node: Node, source: Source) -> str:
        """The package that the captured `@package` node declares, dotted."""
        return ".".join(_TYPE_PATH.findall(source.text(node)))

    def name(self, node: Node, source: Source) -> str:
        """The name in a captured `@name` node; dots part an owner from its member (`Foo::bar` gives "Foo.bar")."""
        return source.text(node).replace("::", ".")

    def doc(self, node: Node, body: Node | None, source: Source) -> str:
        """The documentation that stands inside a definition; "" leaves the choice to the comment above it."""
        return ""

    def doc_span(self, node: Node, body: Node | None, source: Source) -> tuple[int, int] | None:
        """The lines of that documentation which its outline keeps."""
        return None

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Whether a definition can be seen from other files."""
        return True

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """The types that a captured `@bases` node names."""
        found = self.type_path(source.text(node))
        return (found,) if found else ()

    def type_path(self, text: str) -> str:
        """The dotted name of the class that a type expression is about, "" where it is about none or several.

        Wrappers such as Optional and pointers are looked through; the parameters of a generic type are dropped.
        """
        for found in _TYPE_PATH.findall(text):
            if found.rpartition(".")[2] not in _WRAPPERS:
                return str(found.replace("::", ".").replace("\\", "."))
        return ""
