"""Python: imports of every form, docstrings, `__all__`, quoted and optional annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ctxpack.model import Import
from ctxpack.parse.languages import python_values
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.python_dynamic import dynamic
from ctxpack.parse.languages.python_types import type_value
from ctxpack.parse.languages.python_uses import told
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern"})
_LOOPS = frozenset({"for_statement", "while_statement"})
_MOST_AROUND = 40
"""Nodes around a binding that are looked at to see where it stands."""

_FIXTURES = "<fixtures>"
"""The qualifier of a test's parameter, which a fixture of that name fills."""

_LITERALS = ("Literal[", "typing.Literal[", "t.Literal[")


class PythonHooks(Hooks):
    """The hooks of Python."""

    unconditional = frozenset({"block", "class_definition", "decorated_definition", "with_statement"})

    valued = python_values.VALUED

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """See `python_values.value`."""
        return python_values.value(node, reader, depth)

    def type_value(self, text: str) -> str | None:
        """See `python_types.type_value`."""
        return type_value(text)

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated (`@each`), a part of what is unpacked (`@part`), what a context gives."""
        if "fixture" in match:
            name = (node.text or b"").decode("utf-8", "replace")
            return f"{_FIXTURES}.{name}().[yield]"
        entered = ".[with]" if "entered" in match else ""
        return entered + (".[*]" if "each" in match else "") + (_part(node) if "part" in match else "")

    def narrowed(self, node: Node) -> Iterable[tuple[int, int]]:
        """Where a test by `isinstance` holds."""
        call = node.parent.parent if node.parent is not None else None
        return python_values.narrowed(call) if call is not None else ()

    def bound(self, name: Node, holder: Node) -> str:
        """A name of the module or of a class, but not what a loop binds anew each time, nor the throwaway name "_"."""
        if name.text == b"_":
            return ""
        around = holder.parent
        for _ in range(_MOST_AROUND):
            if around is None or around.type in _LOOPS:
                return ""
            if around.type in ("module", "class_definition"):
                return "variable" if around.type == "module" else "field"
            around = around.parent
        return ""

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """See `python_uses.told`."""
        return told(node, source, reader)

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`import a.b as c`, `from .a import b as c`, `from a import *`; __future__ brings nothing in.

        Calls that import are read by `python_dynamic`.
        """
        if node.type == "future_import_statement":
            return
        if node.type == "call":
            yield from dynamic(node, source)
            return
        module_node = node.child_by_field_name("module_name")
        module = source.text(module_node).replace(" ", "") if module_node is not None else ""
        if any(child.type == "wildcard_import" for child in node.children):
            yield source.imported(node, module, "*", "")
        for child in node.children_by_field_name("name"):
            written, alias = _aliased(child, source)
            if module:
                yield source.imported(child, module, written, alias or written)
            else:
                yield source.imported(child, written, "", alias or written.partition(".")[0])

    def exports(self, node: Node, source: Source) -> Iterable[str]:
        """The strings of a list or tuple assigned or added to `__all__`."""
        for child in node.named_children:
            if child.type == "string":
                yield source.text(child).strip("\"'")

    def doc(self, node: Node, body: Node | None, source: Source) -> str:
        """The docstring's text without its quotes."""
        string = _docstring(body)
        if string is None:
            return ""
        return "".join(source.text(part) for part in string.named_children if part.type == "string_content").strip()

    def doc_span(self, node: Node, body: Node | None, source: Source) -> tuple[int, int] | None:
        """The docstring's first line, and its second where the first holds the quotes alone."""
        string = _docstring(body)
        if string is None:
            return None
        first, last = string.start_point[0] + 1, string.end_point[0] + 1
        bare = not source.line(first).strip().strip("rRuUbB").strip("\"'")
        return first, min(last, first + bare)

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything in a Python module can be imported."""
        return True

    def type_path(self, text: str) -> str:
        """As by default, of what stands before the parameters of a generic class, and through quotes."""
        bare = text.strip("\"' \n")
        if bare.startswith(_LITERALS):
            return ""
        before = bare.partition("[")[0]
        return super().type_path(before) or super().type_path(bare)


def _part(node: Node) -> str:
    """The places in the patterns around a name, outermost first."""
    places = ""
    while (holder := node.parent) is not None and holder.type in _PATTERNS:
        number = next(index for index, child in enumerate(holder.named_children) if child.id == node.id)
        places = f".[{number}]{places}"
        node = holder
    return places


def _aliased(node: Node, source: Source) -> tuple[str, str]:
    if node.type != "aliased_import":
        return source.text(node).replace(" ", ""), ""
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    return (source.text(name).replace(" ", "") if name else "", source.text(alias) if alias else "")


def _docstring(body: Node | None) -> Node | None:
    # Asked for every definition, so that no list is made of all that is in its body.
    first = body.named_child(0) if body is not None and body.named_child_count else None
    if first is None or first.type != "expression_statement" or not first.named_child_count:
        return None
    string = first.named_child(0)
    return string if string.type == "string" else None


HOOKS = PythonHooks()
