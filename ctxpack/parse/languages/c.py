"""C and C++: names wrapped in declarators, includes, `using`, out-of-line members, linkage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ctxpack.model import ANNOUNCED, Import
from ctxpack.parse.languages.c_text import announced, includes, marks, one_branch, unmarked, without_attributes
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_NAMES = frozenset(
    {
        "identifier", "type_identifier", "field_identifier", "namespace_identifier", "nested_namespace_specifier",
        "destructor_name", "operator_name", "operator_cast",
    }
)  # fmt: skip
_INNER = ("declarator", "name")
_DEEPEST = 12
_MOST_ABOVE = 40
_ENDS = frozenset({"translation_unit", "field_declaration_list", "declaration_list"})
_QUALIFIERS = re.compile(
    r"(?:\s|[*&]|\b(?:struct|union|enum|class|typename|const|constexpr|volatile|static|inline|register|restrict|extern|"
    r"unsigned|signed|long|short|mutable|_Atomic|__restrict)\b)*"
)
_PATH = re.compile(r"(?:::)?[^\W\d]\w*(?:\s*::\s*~?[^\W\d]\w*)*")
_ARGUMENTS = re.compile(r"<[^<>]*>")
_HOLDERS = frozenset({"unique_ptr", "shared_ptr", "weak_ptr", "optional", "reference_wrapper", "atomic"})
_PLAIN = frozenset(
    {
        "auto", "void", "char", "int", "float", "double", "bool", "wchar_t", "char8_t", "char16_t", "char32_t",
        "decltype", "size_t",
    }
)  # fmt: skip


class CHooks(Hooks):
    """The hooks of C and C++."""

    unconditional = frozenset({"namespace_definition", "declaration_list", "linkage_specification"})

    def code(self, data: bytes) -> bytes:
        """See `c_text.unmarked`."""
        return unmarked(data)

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """The macros that `code` leaves out."""
        yield from ((start, name, "", "read") for start, name in marks(source.data))

    def repaired(self, data: bytes) -> bytes:
        """See `c_text.one_branch` and then `c_text.without_attributes`."""
        plain = one_branch(data)
        return plain if plain != data else without_attributes(data)

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """An include (a system one keeps its angle brackets), a using declaration, a namespace alias; `class Shop;`."""
        if node.type == "translation_unit":
            for line, column, written, conditional in includes(source.data):
                yield Import(written, "", "", "include", line, column, conditional=conditional)
            for line, column, name in announced(source.data):
                yield Import(name, "", name, ANNOUNCED, line, column)
        elif node.type == "namespace_alias_definition":
            alias, target = node.child_by_field_name("name"), node.named_children[-1]
            if alias is not None:
                yield source.imported(alias, source.text(target), "", source.text(alias))
        elif node.named_children:
            path = node.named_children[-1]
            text = re.sub(r"\s", "", source.text(path)).removeprefix("::")
            module, _, name = text.rpartition("::")
            if any(child.type == "namespace" for child in node.children):
                yield source.imported(path, text, "*", "")
            elif module and name:
                yield source.imported(path, module, name, name)

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """The identifier inside a declarator; what declares a function is one, what stands in a body is local."""
        found, wrapper = _dug(node)
        if found is None:
            return None
        if kind in ("struct", "enum"):
            return _record(kind, node, found)
        if kind in ("field", "variable"):
            fits = _owned(node) if kind == "field" else not _in_body(node)
            return ("function" if wrapper == "function_declarator" else kind, found) if fits else None
        whole = _ancestor(node, "function_definition", 6) if kind == "function" else None
        return None if whole is not None and _in_body(whole) else (kind, found)

    def name(self, node: Node, source: Source) -> str:
        """The identifier, after the scopes that qualify it in a definition out of line; macros are in no scope."""
        if node.parent is not None and node.parent.type.startswith("preproc_"):
            return f".{source.text(node)}"
        scopes = _scopes(node)
        return ".".join([*(self.type_path(source.text(scope)) for scope in scopes), _written(node, source)])

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but static functions and variables of a file, and what stands in a nameless namespace."""
        if any(n.type == "namespace_definition" and n.child_by_field_name("name") is None for n in _above(node)):
            return False
        if node.type not in ("function_definition", "declaration") or _is_member(node):
            return True
        return not any(c.type == "storage_class_specifier" and source.text(c) == "static" for c in node.children)

    def type_path(self, text: str) -> str:
        """The type's path without qualifiers, pointers and arguments; smart pointers stand for what they hold."""
        for _ in range(4):
            text = _QUALIFIERS.sub("", text, count=1)
            found = _PATH.match(text)
            if found is None or found[0] in _PLAIN:
                return ""
            path = re.sub(r"\s", "", found[0])
            after = text[found.end() :].lstrip()
            if path.rpartition("::")[2] in _HOLDERS and after.startswith("<"):
                text = after[1:]
                continue
            if after.startswith("<") and (member := _PATH.search(_without_arguments(text))):
                path = re.sub(r"\s", "", member[0])
            return path.replace("::", ".").strip(".")
        return ""

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """The scopes before a name, and for a designated initialiser nothing."""
        parent = member.parent
        if parent is not None and parent.type == "field_designator":
            return "?"
        scopes = _scopes(member)
        return ".".join(self.type_path(source.text(scope)) for scope in scopes) if scopes else None


def _dug(node: Node) -> tuple[Node | None, str]:
    """The identifier in a declarator, and the type of the node that wraps it most closely but for parentheses."""
    wrapper, found = "", node
    while found.type not in _NAMES:
        if found.type not in ("parenthesized_declarator", "qualified_identifier", "template_function", "template_type"):
            wrapper = found.type
        inner = next((child for name in _INNER if (child := found.child_by_field_name(name)) is not None), None)
        if inner is None:
            inner = next((c for c in found.named_children if c.type in _NAMES or c.type.endswith("declarator")), None)
        if inner is None:
            return None, ""
        found = inner
    return found, wrapper


def _record(kind: str, node: Node, found: Node) -> tuple[str, Node] | None:
    """A typedef of a record: none of its own where it repeats the record's name, else what its type is."""
    typedef = _ancestor(node, "type_definition", 3) if node.parent is not None else None
    typed = typedef.child_by_field_name("type") if typedef is not None else None
    if typed is None or _inside(found, typed):
        return kind, found
    tag = typed.child_by_field_name("name")
    if tag is not None and tag.text == found.text:
        return None
    return "enum" if typed.type == "enum_specifier" else "struct", found


def _ancestor(node: Node, kind: str, steps: int) -> Node | None:
    parent = node.parent
    while parent is not None and steps:
        if parent.type == kind:
            return parent
        parent, steps = parent.parent, steps - 1
    return None


def _inside(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def _owned(node: Node) -> bool:
    """Whether the record around a field has a name to belong to."""
    for parent in _above(node):
        if parent.type in ("translation_unit", "compound_statement", "parameter_list"):
            break
        if parent.type == "type_definition":
            return True
        if parent.type.endswith("_specifier") and parent.child_by_field_name("name") is not None:
            return True
    return False


def _in_body(node: Node) -> bool:
    for parent in _above(node):
        if parent.type in _ENDS:
            break
        if parent.type in ("compound_statement", "parameter_list", "for_statement", "function_definition"):
            return True
    return False


def _above(node: Node) -> Iterator[Node]:
    """The nodes around a node from the nearest outwards, no more than real code has (each step costs its depth)."""
    parent = node.parent
    for _ in range(_MOST_ABOVE):
        if parent is None:
            return
        yield parent
        parent = parent.parent


def _is_member(node: Node) -> bool:
    parent = node.parent
    while parent is not None and (parent.type.startswith("preproc") or parent.type == "template_declaration"):
        parent = parent.parent
    return parent is not None and parent.type == "field_declaration_list"


def _scopes(node: Node) -> list[Node]:
    """The scopes before a name, outermost first; those of a qualified name nest to the right."""
    found: list[Node] = []
    while (parent := node.parent) is not None and len(found) < _DEEPEST:
        if parent.type == "qualified_identifier":
            scope = parent.child_by_field_name("scope")
            if scope is not None and scope != node:
                found.append(scope)
        elif parent.type not in ("template_function", "template_type") or parent.named_children[0] != node:
            break
        node = parent
    return found[::-1]


def _written(node: Node, source: Source) -> str:
    return re.sub(r"\s+", " ", source.text(node)).replace("::", ".")


def _without_arguments(text: str) -> str:
    while (shorter := _ARGUMENTS.sub("", text)) != text:
        text = shorter
    return text.partition("<")[0]


HOOKS = CHooks()
