"""What a language may say in code, where its query file cannot: the defaults of every hook.

A language's small module makes one subclass and calls its instance `HOOKS`. Every hook sees one node at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ctxpack.model import Definition, Import, Parsed
from ctxpack.parse.source import Source

if TYPE_CHECKING:
    from ctxpack.parse.languages.table import Language
    from ctxpack.parse.qualifiers import Qualifiers
    from ctxpack.parse.treesitter import Node

_TYPE_PATH = re.compile(r"[^\W\d]\w*(?:(?:\.|::|\\)[^\W\d]\w*)*")
_MOST_ABOVE = 40
"""Nodes around an import that are looked at, no fewer than real code has: each step costs its depth."""

_WRAPPERS = frozenset(
    {"Optional", "Union", "Annotated", "Final", "ClassVar", "const", "mut", "dyn", "readonly", "struct"}
)


class Hooks:
    """The defaults, right for most languages."""

    def overrides(self, name: str) -> bool:
        """Whether the hook of that name is the language's own, and so worth asking for each of many nodes."""
        return getattr(type(self), name) is not getattr(Hooks, name)

    def read(self, source: Source, language: Language) -> Parsed | None:
        """All that there is to read in a text, for languages that no query can describe; None leaves it to the engine.

        Asked first, for texts that are not too large. Never raises for any text.
        """
        return None

    def code(self, data: bytes) -> bytes:
        """A text with all that is not in the language blanked out; of the same length, with the same lines."""
        return data

    def repaired(self, data: bytes) -> bytes:
        """A text that the grammar could not parse, changed where the grammar is known to fall short.

        Of the same length, with the same lines. Asked again for what it gave while there are errors and it changes.
        """
        return data

    valued: frozenset[str] = frozenset()
    """The types of nodes that `value` is asked about."""

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """The qualifier of the value of an expression whose type is among `valued`; None goes by the table.

        `reader` tells the qualifiers of its parts, to be asked with `depth + 1`.
        """
        return None

    def type_value(self, text: str) -> str | None:
        """The qualifier of a value annotated with the type `text`; None, for a plain name, goes by `type_path`."""
        return None

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """What a captured `@local` takes out of its `@value`, beginning with a dot, or what it holds without one."""
        return ""

    def narrowed(self, node: Node) -> Iterable[tuple[int, int]]:
        """The byte ranges where what a captured `@narrowed` name was tested for holds."""
        return ()

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """Uses of names that a captured `@told` node makes: first byte, name, qualifier and kind of each."""
        return ()

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """The imports that the captured `@import` node makes, each by `source.imported`; the caller adds the scope."""
        return ()

    unconditional: frozenset[str] = frozenset()
    """The types of nodes around an import inside which it is made whatever happens: namespaces, bodies of classes."""

    def conditional(self, node: Node) -> bool:
        """Whether a captured `@import` node stands under a condition: by default, in anything but `unconditional`."""
        above = node.parent
        for _ in range(_MOST_ABOVE):
            if above is None or (outer := above.parent) is None:
                return False
            if above.type not in self.unconditional:
                return True
            above = outer
        return True

    def exports(self, node: Node, source: Source) -> Iterable[str]:
        """The names that the captured `@export` node declares public."""
        return ()

    def package(self, node: Node, source: Source) -> str:
        """The package that the captured `@package` node declares, dotted."""
        return ".".join(_TYPE_PATH.findall(source.text(node)))

    def tests(self, definitions: Sequence[Definition], source: Source) -> Iterable[int]:
        """The indices of definitions that are marked as tests, where these may stand in any file."""
        return ()

    def mentioned(self, data: bytes) -> Iterable[tuple[int, str]]:
        """What a text names outside of strings (see `Mention.text`), with the offset of each."""
        return ()

    def condition(self, source: Source) -> str:
        """What a build must be like for the file to be part of it; "" for any."""
        return ""

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """The kind ("local" for an `@local`) and the identifier of a captured `@name` or `@local` node.

        For languages that wrap the name of what they declare; None drops the match.
        """
        return kind, node

    def bound(self, name: Node, holder: Node) -> str:
        """The kind of the definition that a captured `@bound` node makes of a name outside all scopes; "" for none."""
        return ""

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """What stands before a `@member`, read or to be read, where its access expression does not say it.

        None goes by the table.
        """
        return None

    def stands_for(self, node: Node, source: Source) -> Node | None:
        """The expression whose value `node` has, where `transparent` does not say it (`x.unwrap()`)."""
        return None

    def expected(self, node: Node) -> tuple[Node | None, int] | None:
        """The function type that the place of a function gives its parameter `node`, and the parameter's number.

        (None, 0) for a parameter of which nothing is known; None for a node that is no such parameter.
        """
        return None

    def leads(self, node: Node, source: Source) -> bool:
        """Whether a node among those that are `leading` belongs to the definition after it."""
        return True

    def parameters(self, node: Node) -> list[Node | None] | None:
        """The types of the parameters, where the type at `node` is a function type that a definition names."""
        return None

    def name(self, node: Node, source: Source) -> str:
        """The name in a captured `@name` node; dots part an owner from its member (`Foo::bar` gives "Foo.bar").

        A body in braces, captured for want of a name, is an anonymous class and named after its line. A name that
        begins with a dot stands outside every container (a macro).
        """
        text = source.text(node)
        return f"<anonymous:{node.start_point[0] + 1}>" if text.startswith("{") else text.replace("::", ".")

    def signature(self, node: Node, body: Node | None, source: Source) -> str:
        """The signature of a definition whose parameters stand after documentation; "" for its text up to its body."""
        return ""

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


def follows_another(node: Node | None) -> bool:
    """Whether a sibling of the same kind stands before a node."""
    before = node.prev_named_sibling if node is not None else None
    while node is not None and before is not None:
        if before.type == node.type:
            return True
        before = before.prev_named_sibling
    return False
