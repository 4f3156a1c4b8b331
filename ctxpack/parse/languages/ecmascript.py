"""JavaScript and TypeScript: which of the many things that are given names there count as definitions.

A function inside a test's or an event's callback is found by nobody, and a local object's method neither; a function
inside a named function, a class or a wrapper around a whole module is. Imports are in `ecmascript_modules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ctxpack.model import Import
from ctxpack.parse.languages.ecmascript_modules import (
    commonjs,
    commonjs_names,
    export_statement,
    exported_names,
    import_alias,
    import_call,
    import_statement,
    is_import,
    is_imported,
)
from ctxpack.parse.languages.ecmascript_objects import literal_members
from ctxpack.parse.languages.ecmascript_text import part_signatures
from ctxpack.parse.languages.ecmascript_types import type_path, type_value
from ctxpack.parse.languages.ecmascript_values import VALUED, narrowed, taken, value
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.notation import split_type
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_MODULE_LEVEL = frozenset({"program", "export_statement", "ambient_declaration", "internal_module", "module"})
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
_CONDITIONS = frozenset({
    "if_statement", "else_clause", "try_statement", "catch_clause", "ternary_expression", "binary_expression",
    "switch_case", "switch_default", "for_statement", "for_in_statement", "while_statement", "do_statement",
})  # fmt: skip
_REFERENCE_PATH = re.compile(r"""<reference\s+path\s*=\s*["']([^"']+)["']""")
_EXPORTED_LISTS = re.compile(rb"\bexport\s*(?:type\s*)?\{([^}]*)\}|module\.exports\s*=\s*\{([^}]*)\}")
_EXPORTED_NAME = re.compile(
    rb"(?:module\.exports|export\s+default)\s*(?:=\s*)?([A-Za-z_$][\w$]*)\s*;?\s*$", re.MULTILINE
)
_MODULE_MARK = re.compile(rb"^[ \t]*(?:import\b|export\b)|\bmodule\.exports\b|\bexports\.\w|\brequire\(", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
_FUNCTIONS = frozenset({
    "function_declaration", "generator_function_declaration", "function_expression", "generator_function",
    "arrow_function", "method_definition", "class_static_block",
})  # fmt: skip
_NAMING = frozenset(
    {"variable_declarator", "assignment_expression", "public_field_definition", "field_definition", "export_statement"}
)
_CALLING = frozenset(
    {"call_expression", "parenthesized_expression", "arguments", "unary_expression", "expression_statement"}
)
_TEST = re.compile(rb"(?:describe|it|test|suite|context|bench|before|after)(?:All|Each)?\b")


_IMPORTS = {
    "import_statement": import_statement,
    "export_statement": export_statement,
    "import_alias": import_alias,
    "call_expression": import_call,
    "assignment_expression": commonjs,
}


class EcmaScriptHooks(Hooks):
    """The hooks of JavaScript and TypeScript."""

    valued = VALUED

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """See `ecmascript_values.value`."""
        return value(node, reader, depth)

    def type_value(self, text: str) -> str | None:
        """See `ecmascript_types.type_value`."""
        return type_value(text)

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """See `ecmascript_values.taken`; what a declaration takes apart is read by the table."""
        return taken(node, match) if "each" in match or "part" in match else ""

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """The new name of what is imported, which is a use of it too; members that an object gives values to."""
        if node.type == "identifier":
            yield node.start_byte, source.text(node), "", "import"
        else:
            yield from literal_members(node, source, reader)

    def narrowed(self, node: Node) -> Iterable[tuple[int, int]]:
        """See `ecmascript_values.narrowed`."""
        return narrowed(node)

    def repaired(self, data: bytes) -> bytes:
        """See `ecmascript_text.part_signatures`."""
        return part_signatures(data)

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """Drops locals of a function as definitions, members of passing objects, and names that imports bind."""
        holder = node.parent
        if holder is None or kind == "local":
            return None if is_imported(node) else (kind, node)
        if not _is_named_place(holder, kind):
            return None
        if holder.type in ("method_definition", "pair"):
            return (kind, node) if _is_member(holder) else None
        if holder.type == "member_expression":
            return _declared_by_assignment(kind, node, holder)
        declarator = None if kind in ("function", "class") else _declarator(node)
        return (kind, node) if declarator is None else _declared_value(kind, node, declarator)

    def expected(self, node: Node) -> tuple[Node | None, int] | None:
        """For a parameter without a type: the type that its function has by declaration, or that is to be returned."""
        if node.type != "required_parameter" or node.parent is None:
            return None
        function = node.parent.parent
        if function is not None and function.parent is not None and function.parent.type == "arguments":
            return None
        number = next((i for i, one in enumerate(node.parent.named_children) if one.id == node.id), 0)
        return _expected_type(function), number

    def parameters(self, node: Node) -> list[Node | None] | None:
        """Those of `type F = (a: A) => B` and of `interface F { (a: A): B }`."""
        named = node.type == "call_signature" or (
            node.type == "function_type" and node.parent is not None and node.parent.type == "type_alias_declaration"
        )
        listed = node.child_by_field_name("parameters") if named else None
        if listed is None:
            return None
        types = (_parameter_type(one) for one in listed.named_children if one.type.endswith("_parameter"))
        return [one.named_children[0] if one is not None and one.named_children else None for one in types]

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """Every form: statements, re-exports, `require`, `import()`, CommonJS exports, `/// <reference path>`."""
        read = _IMPORTS.get(node.type)
        if read is not None:
            return read(node, source)
        found = _REFERENCE_PATH.search(source.text(node))
        return (source.imported(node, found.group(1), "", "", "include"),) if found else ()

    def conditional(self, node: Node) -> bool:
        """Whether a condition, a try or a loop stands around the import."""
        above = node.parent
        while above is not None:
            if above.type in _CONDITIONS:
                return True
            above = above.parent
        return False

    def exports(self, node: Node, source: Source) -> Iterable[str]:
        """The names that an `export` or an assignment to `exports` offers; those of a namespace stay in it."""
        if node.type == "assignment_expression":
            return commonjs_names(node, source)
        if node.parent is not None and node.parent.type != "program":
            return ()
        return exported_names(node, source)

    def name(self, node: Node, source: Source) -> str:
        """The name without quotes; an ambient module goes by the last part of its path."""
        text = source.text(node).strip("\"'")
        if node.type == "string":
            text = text.rpartition("/")[2].replace(".", "_") or "module"
        return text

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Members unless private; top-level names if exported, or if the file is no module at all."""
        if name.startswith("#") or any(
            child.type == "accessibility_modifier" and source.text(child) == "private" for child in node.children
        ):
            return False
        if not _at_module_level(node):
            return True
        names = _offered(source.data)
        if names is None or name.encode() in names or node.type == "assignment_expression":
            return True
        return _under_export(node)

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """What a class extends and implements; the operands of an intersection; what an alias stands for."""
        if node.type in ("class_heritage", "extends_type_clause", "implements_clause"):
            found: list[str] = []
            for child in node.named_children:
                if child.type == "extends_clause":
                    value = child.child_by_field_name("value")
                    found.append(type_path(source.text(value)) if value is not None else "")
                else:
                    found.extend(self.bases(child, source))
            return tuple(dict.fromkeys(base for base in found if base))
        parts = split_type(source.text(node), "&")
        return tuple(dict.fromkeys(path for part in parts if (path := type_path(part))))

    def type_path(self, text: str) -> str:
        """See `ecmascript_types.type_path`."""
        return type_path(text)


# --- definitions ------------------------------------------------------------------------------------------------------


def _parameter_type(parameter: Node) -> Node | None:
    """The annotation of a parameter; one that takes the rest is of none of the types it takes."""
    pattern = parameter.child_by_field_name("pattern")
    rest = pattern is not None and pattern.type == "rest_pattern"
    return None if rest else parameter.child_by_field_name("type")


def _expected_type(function: Node | None) -> Node | None:
    """The declared type of a variable that a function is assigned to, or the return type of the one that returns it."""
    place = function.parent if function is not None else None
    while place is not None and place.type in ("parenthesized_expression", "return_statement", "statement_block"):
        place = place.parent
    if place is None:
        return None
    if place.type in ("variable_declarator", "public_field_definition"):
        declared = place.child_by_field_name("type")
    else:
        declared = place.child_by_field_name("return_type") if place.type in _FUNCTIONS else None
    return declared.named_children[0] if declared is not None and declared.named_children else None


def _declarator(node: Node) -> Node | None:
    """The declarator whose name, plain or in a pattern, a node is."""
    holder = node.parent
    while holder is not None and holder.type.endswith("pattern"):
        holder = holder.parent
    return holder if holder is not None and holder.type == "variable_declarator" else None


def _at_module_level(node: Node) -> bool:
    above = node.parent
    if above is not None and above.type in _DECLARATIONS:
        above = above.parent
    if above is not None and above.type in ("statement_block", "expression_statement"):
        above = above.parent
    return above is not None and above.type in _MODULE_LEVEL


def _declared_value(kind: str, node: Node, declarator: Node) -> tuple[str, Node] | None:
    """Values of a module, not of a function; what is bound by an import expression is an import."""
    if not _at_module_level(declarator) or is_import(declarator.child_by_field_name("value")):
        return None
    statement = declarator.parent
    constant = statement is not None and statement.children[0].type == "const"
    return ("constant" if kind == "variable" and constant else kind), node


def _is_named_place(node: Node, kind: str) -> bool:
    """Whether each function around a node is a definition or wraps a whole module; types must be outside all."""
    above = node.parent if node.type in _FUNCTIONS else node
    while (above := _function_around(above)) is not None:
        if kind in ("type", "interface", "enum", "namespace") or not (_is_definition(above) or _wraps_module(above)):
            return False
        above = above.parent
    return True


def _function_around(node: Node | None) -> Node | None:
    while node is not None and node.type not in _FUNCTIONS:
        node = node.parent
    return node


def _is_definition(function: Node) -> bool:
    holder = function.parent
    if function.type.endswith("_declaration") or function.type == "class_static_block" or holder is None:
        return True
    if function.type == "method_definition" or holder.type == "pair":
        return _is_member(function if function.type == "method_definition" else holder)
    return holder.type in _NAMING


def _wraps_module(function: Node) -> bool:
    """A function called on the spot, or handed to a call, at the top of a file; the body of a test is not meant."""
    above, callee = function.parent, None
    while above is not None and above.type in _CALLING:
        if above.type == "call_expression":
            callee = above.child_by_field_name("function")
        above = above.parent
    named_test = callee is not None and _TEST.match(callee.text or b"") is not None
    return above is not None and above.type == "program" and not named_test


def _is_member(node: Node) -> bool:
    """Whether a method or pair belongs to a class, or to an object that the module offers or names at its top."""
    body = node.parent
    if body is None or body.type == "class_body":
        return True
    owner = body.parent
    if owner is None or body.type != "object":
        return False
    if owner.type == "as_expression" and owner.parent is not None:
        owner = owner.parent
    if owner.type == "assignment_expression":
        return True
    return owner.type == "export_statement" or (owner.type == "variable_declarator" and _at_module_level(owner))


def _declared_by_assignment(kind: str, node: Node, left: Node) -> tuple[str, Node] | None:
    """Fields made through `this` belong to a class; `exports.x` counts where it is not just another name for one."""
    statement = left.parent
    if statement is None or statement.type != "assignment_expression":
        return None
    if kind == "field":
        return (kind, node) if _in_class(statement) else None
    target = left.child_by_field_name("object")
    text = target.text if target is not None else None
    if text in (b"exports", b"module", b"module.exports"):
        value = statement.child_by_field_name("right")
        alias = kind == "variable" and value is not None and (value.type == "identifier" or is_import(value))
        return None if alias else (kind, node)
    if target is not None and target.type == "member_expression":
        return kind, node
    outer = statement.parent
    return (kind, node) if outer is not None and outer.parent is not None and outer.parent.type == "program" else None


def _in_class(node: Node) -> bool:
    """Whether `this` at a node is an instance of a class: no plain function stands between."""
    above = node.parent
    while above is not None and (above.type == "arrow_function" or above.type not in _FUNCTIONS):
        above = above.parent
    return above is not None and above.parent is not None and above.parent.type == "class_body"


def _under_export(node: Node) -> bool:
    above: Node | None = node
    while above is not None and above.type != "program":
        if above.type == "export_statement":
            return True
        above = above.parent
    return False


@lru_cache(maxsize=1)
def _offered(data: bytes) -> frozenset[bytes] | None:
    """The names that a module offers in lists or as its default; None for a script, whose names all are global."""
    if _MODULE_MARK.search(data) is None:
        return None
    lists = (part for match in _EXPORTED_LISTS.finditer(data) for part in match.groups() if part)
    return frozenset(word for part in lists for word in _WORD.findall(part)) | frozenset(_EXPORTED_NAME.findall(data))


HOOKS = EcmaScriptHooks()
