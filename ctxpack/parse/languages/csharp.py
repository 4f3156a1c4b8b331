"""C#: using directives of every form, namespaces in blocks, containers, what is private by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ctxpack.model import Import
from ctxpack.parse.languages.generics import Holders, reader
from ctxpack.parse.languages.hooks import Hooks, follows_another
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_ACCESS = frozenset({"public", "internal", "protected", "private"})
_MEMBERS = frozenset(
    {"method_declaration", "field_declaration", "property_declaration", "constructor_declaration",
     "event_field_declaration", "event_declaration"}
)  # fmt: skip


_HELD = reader(
    Holders(
        each=frozenset(
            """IEnumerable ICollection IReadOnlyCollection IReadOnlyList IList List LinkedList HashSet SortedSet ISet
            IReadOnlySet Queue Stack PriorityQueue ConcurrentBag ConcurrentQueue ConcurrentStack BlockingCollection
            ObservableCollection ReadOnlyCollection Collection ImmutableArray ImmutableList ImmutableHashSet IQueryable
            IAsyncEnumerable IEnumerator Span ReadOnlySpan Memory DbSet IOrderedEnumerable""".split()
        ),
        mappings=frozenset(
            """Dictionary IDictionary IReadOnlyDictionary SortedDictionary SortedList ConcurrentDictionary
            ImmutableDictionary ReadOnlyDictionary""".split()
        ),
        pairs=frozenset({"KeyValuePair", "Tuple", "ValueTuple"}),
        given=frozenset({"Func"}),
        itself=frozenset({"Task", "ValueTask"}),
    )
)
"""Containers of `System.Collections.Generic` and its neighbours; a task is taken for what is awaited."""


class CSharpHooks(Hooks):
    """The hooks of C#."""

    unconditional = frozenset({"namespace_declaration", "declaration_list"})

    valued = frozenset({"element_access_expression"})

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """An element of an array, a list or a dictionary."""
        held = node.child_by_field_name("expression")
        known = reader.of(held, depth + 1) if held is not None else UNKNOWN
        return UNKNOWN if known == UNKNOWN else f"{known}.[]"

    def type_value(self, text: str) -> str | None:
        """What an array or a container of the standard library holds."""
        return _HELD(text)

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated (`@each`)."""
        return ".[of]" if "each" in match else ""

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`using A.B;` takes all of A.B, as does `using static A.C;`; `using X = A.C;` takes C from A.

        A `global using` holds for every file of its project and is of kind "reexport".
        """
        words = {child.type for child in node.children}
        kind = "reexport" if "global" in words else "import"
        alias = node.child_by_field_name("name")
        path = node.named_children[-1] if node.named_children else None
        if path is None:
            return
        dotted = self.type_path(source.text(path))
        if alias is None:
            yield source.imported(path, dotted, "*", "", kind)
            return
        module, _, name = dotted.rpartition(".")
        yield source.imported(path.child_by_field_name("name") or path, module, name, source.text(alias), kind)

    def package(self, node: Node, source: Source) -> str:
        """The namespace with those around it."""
        names = [super().package(node, source)]
        outer = node.parent.parent if node.parent is not None else None
        while outer is not None:
            name = outer.child_by_field_name("name") if outer.type == "namespace_declaration" else None
            if name is not None:
                names.append(super().package(name, source))
            outer = outer.parent
        return ".".join(reversed(names))

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """The first namespace is the package of the file; only those after it are definitions."""
        return None if kind == "namespace" and not follows_another(node.parent) else (kind, node)

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """A type in the list of bases, without the arguments of a primary constructor."""
        return () if node.type == "argument_list" else super().bases(node, source)

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Members of classes are private unless they say otherwise."""
        words = {source.text(child) for child in node.named_children if child.type == "modifier"}
        if words & _ACCESS:
            return bool(words & (_ACCESS - {"private"}))
        body = node.parent
        owner = body.parent if body is not None else None
        return not (node.type in _MEMBERS and owner is not None and owner.type != "interface_declaration")

    def type_path(self, text: str) -> str:
        """As by default; an array is not an instance of its elements' class, and `var` says nothing."""
        text = text.rstrip("?")
        if text.endswith("]") or text in ("var", "dynamic"):
            return ""
        if text.startswith(("Task<", "ValueTask<")):
            text = text.partition("<")[2]
        return super().type_path(text)


HOOKS = CSharpHooks()
