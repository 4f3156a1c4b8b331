"""Lua: what is required and what a file returns, tables that serve as classes, and values made by `setmetatable`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

REQUIRED = "require/"
"""Begins the alias of a module that is required where it is used: that and its name with slashes."""

ANNOTATED = "class/"
"""Begins the name of a class as annotations write it (`---@param order shop.Order`), with slashes for its dots."""

_PARAMETER = re.compile(r"^---\s*@param\s+(\w+)\??\s+([A-Za-z_][\w.]*)(?:\?|\|nil)?(?=\s|$)")
_PLAIN = frozenset("any boolean fun function integer lightuserdata nil number string table thread unknown".split())
_HOLDER = re.compile(
    rb"\bfunction[ \t]+(?P<dot>\w+)[.:]\w|^(?P<index>\w+)\.__index\b|^(?P<set>\w+)\.\w+[ \t]*=[ \t]*function\b",
    re.MULTILINE,
)
_CLASS = re.compile(rb"\bfunction[ \t]+(\w+):\w|^(\w+)\.__index\b", re.MULTILINE)
_INDEXES = ("dot_index_expression", "method_index_expression")
_MOST_ABOVE = 40
_MOST_STATEMENTS = 1_000
"""Statements beside a function that are gone through to find the comments above it."""

_MOST_NAMES = 50
"""Names that one statement assigns to."""


class LuaHooks(Hooks):
    """The hooks of Lua."""

    unconditional = frozenset(
        {"variable_declaration", "assignment_statement", "expression_list", "return_statement", *_INDEXES, "arguments",
         "function_call", "table_constructor", "field"}
    )  # fmt: skip
    valued = frozenset({"function_call"})

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """A table that has functions is a module or a class; what a module is required as is an import, no name."""
        if kind in ("variable", "local", "class") and _is_required(_given(node)):
            return None
        if kind == "variable" and node.type == "identifier":
            kind = _held(node)
        elif kind == "variable":
            kind = "field"
        named = node.child_by_field_name("field") or node.child_by_field_name("method")
        return kind, named if named is not None else node

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """The class that an annotation gives a parameter."""
        parameters = node.parent
        function = parameters.parent if parameters is not None and parameters.type == "parameters" else None
        return _annotated(function, _text(node)) if function is not None else ""

    def name(self, node: Node, source: Source) -> str:
        """The dotted name; a field of `self` belongs to the table whose function sets it."""
        above = node.parent
        if above is None or above.type not in _INDEXES:
            return source.text(node)
        table = above.child_by_field_name("table")
        if table is None or table == node or "(" in source.text(above):
            return source.text(node)
        if source.text(table) != "self":
            return source.text(above).replace(":", ".")
        owner = _owner(node, source)
        return f".{owner}.{source.text(node)}" if owner else ""

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Whether a definition is not local to its file."""
        return not source.text(node).startswith("local ") or "." in name

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`require "a.b"` with the local that it is given to, `pcall(require, "a.b")`; what the file returns."""
        if node.type == "return_statement":
            yield from _returned(node, source)
            return
        verb, arguments = node.child_by_field_name("name"), _arguments(node)
        if verb is None or not arguments:
            return
        kind, text = source.text(verb), arguments[0]
        if kind == "pcall":
            if len(arguments) != 2 or source.text(arguments[0]) != "require":
                return
            text = arguments[1]
        module = _literal(text, source)
        if not module:
            return
        if kind in ("dofile", "loadfile"):
            yield source.imported(text, module, "", "", "include")
            return
        member, alias = _alias(node, 1 if kind == "pcall" else 0, source)
        yield source.imported(text, module, member, alias or f"{REQUIRED}{module.replace('.', '/')}", "require")

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """The module that is required; an instance of what `setmetatable` is given."""
        verb, arguments = _text(node.child_by_field_name("name")), _arguments(node)
        if verb == "require" and len(arguments) == 1:
            module = _text(arguments[0]).strip("\"'[]")
            return (
                f"{REQUIRED}{module.replace('.', '/')}" if module.replace(".", "").replace("_", "").isalnum() else None
            )
        if verb != "setmetatable" or len(arguments) != 2:
            return None
        index = _index(arguments[1])
        known = reader.of(index, depth + 1) if index is not None else "?"
        return known if known == "?" or known.endswith("()") else f"{known}()"


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def _arguments(call: Node) -> list[Node]:
    found = call.child_by_field_name("arguments")
    return found.named_children if found is not None else []


def _literal(node: Node, source: Source) -> str:
    """The text of a string."""
    content = node.child_by_field_name("content") if node.type == "string" else None
    return source.text(content) if content is not None else ""


def _given(name: Node) -> Node | None:
    """The value that an assignment gives to one of its names."""
    names = name.parent
    if names is None or names.type != "variable_list" or names.parent is None or names.named_child_count > _MOST_NAMES:
        return None
    values = next((one for one in names.parent.named_children if one.type == "expression_list"), None)
    place = names.named_children.index(name) if values is not None else 0
    return values.named_children[place] if values is not None and place < values.named_child_count else None


def _annotated(function: Node, name: str) -> str:
    """The class of a parameter by the comments above its function."""
    statement = function
    while statement.type in ("function_definition", "expression_list", "assignment_statement", "field"):
        above = statement.parent
        if above is None or above.type not in ("expression_list", "assignment_statement", "variable_declaration"):
            break
        statement = above
    around = statement.parent
    before = statement.prev_sibling if around is not None and around.child_count <= _MOST_STATEMENTS else None
    while before is not None and before.type == "comment":
        found = _PARAMETER.match(_text(before))
        if found is not None and found[1] == name:
            return f"{ANNOTATED}{found[2].replace('.', '/')}()" if found[2] not in _PLAIN else ""
        before = before.prev_sibling
    return ""


def _is_required(value: Node | None) -> bool:
    while value is not None and value.type == "dot_index_expression":
        value = value.child_by_field_name("table")
    verb = value.child_by_field_name("name") if value is not None and value.type == "function_call" else None
    return verb is not None and verb.text == b"require"


def _alias(call: Node, place: int, source: Source) -> tuple[str, str]:
    """The member that is taken from what a call gives, and the local that holds it."""
    value, member = call, ""
    above = call.parent
    if above is not None and above.type == "dot_index_expression":
        field = above.child_by_field_name("field")
        value, member = above, source.text(field) if field is not None else ""
    values = value.parent
    statement = values.parent if values is not None and values.type == "expression_list" else None
    if values is None or statement is None or statement.type != "assignment_statement":
        return "", ""
    names = next((one for one in statement.named_children if one.type == "variable_list"), None)
    place += values.named_children.index(value)
    named = names.named_children[place] if names is not None and place < names.named_child_count else None
    return (member, source.text(named)) if named is not None and named.type == "identifier" else ("", "")


def _returned(statement: Node, source: Source) -> Iterator[Import]:
    """What a file gives to those that require it: a name of its own, another module, or a table of these."""
    values = next((one for one in statement.named_children if one.type == "expression_list"), None)
    value = values.named_child(0) if values is not None and values.named_child_count else None
    if value is None:
        return
    if value.type == "table_constructor":
        for field in value.named_children:
            name, held = field.child_by_field_name("name"), field.child_by_field_name("value")
            if name is not None and held is not None and name.type == "identifier":
                yield from _offered(held, source.text(name), source)
        return
    if value.type == "function_call" and _text(value.child_by_field_name("name")) == "setmetatable":
        arguments = _arguments(value)
        value = arguments[0] if arguments else value
    yield from _offered(value, "", source)


def _offered(value: Node, alias: str, source: Source) -> Iterator[Import]:
    if value.type == "identifier":
        yield source.imported(value, "", source.text(value), alias, "reexport")
    elif _is_required(value) and value.type == "function_call":
        arguments = _arguments(value)
        module = _literal(arguments[0], source) if arguments else ""
        if module:
            yield source.imported(arguments[0], module, "", alias, "reexport")


def _index(metatable: Node) -> Node | None:
    """Where the fields of a table are looked for that it has not: the metatable itself, or its `__index`."""
    if metatable.type != "table_constructor":
        return metatable
    for field in metatable.named_children:
        if _text(field.child_by_field_name("name")) == "__index":
            return field.child_by_field_name("value")
    return None


def _owner(node: Node, source: Source) -> str:
    """The table whose function stands around a place."""
    above = node.parent
    for _ in range(_MOST_ABOVE):
        if above is None:
            return ""
        name = above.child_by_field_name("name") if above.type == "function_declaration" else None
        table = name.child_by_field_name("table") if name is not None else None
        if table is not None:
            return source.text(table)
        above = above.parent
    return ""


def _held(name: Node) -> str:
    """What a variable at the top of a file is: a class, a module, or just a variable."""
    value = _given(name)
    if value is None or value.type not in ("table_constructor", "function_call"):
        return "variable"
    root = name
    while root.parent is not None:
        root = root.parent
    modules, classes = _holders(root.text or b"")
    text = name.text or b""
    return "class" if text in classes else "module" if text in modules else "variable"


@lru_cache(maxsize=4)
def _holders(data: bytes) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The names of tables that functions are put into, and of those whose functions take an instance."""
    modules = frozenset(name for found in _HOLDER.findall(data) for name in found if name)
    return modules, frozenset(name for found in _CLASS.findall(data) for name in found if name)


HOOKS = LuaHooks()
