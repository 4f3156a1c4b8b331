"""JavaScript and TypeScript: imports and exports of ES and CommonJS modules, what is a definition, type expressions.

Conventions of the imports: `import d from` takes the name "default", `import * as ns` and `require` the module itself.
A name that a module offers under another name (`export { a as b }`, `export default a`, `module.exports = a`) is a
re-export from the module "", which means this very file; what `module.exports =` assigns is offered as `export=`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ctxpack.model import Import
from ctxpack.parse.languages.ecmascript_text import part_signatures
from ctxpack.parse.languages.ecmascript_types import split_type, type_path
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_MODULE_LEVEL = frozenset({"program", "export_statement", "ambient_declaration", "internal_module", "module"})
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
_CONDITIONS = frozenset({
    "if_statement", "else_clause", "try_statement", "catch_clause", "ternary_expression", "binary_expression",
    "switch_case", "switch_default", "for_statement", "for_in_statement", "while_statement", "do_statement",
})  # fmt: skip
_IMPORTED = re.compile(rb"(?:await\s+import|require)\(\s*(?:'[^'\n]*'|\"[^\"\n]*\")\s*\)(?:\.\w+)*\s*$")
_REFERENCE_PATH = re.compile(r"""<reference\s+path\s*=\s*["']([^"']+)["']""")
_EXPORTED_LISTS = re.compile(rb"\bexport\s*(?:type\s*)?\{([^}]*)\}|module\.exports\s*=\s*\{([^}]*)\}")
_EXPORTED_NAME = re.compile(rb"(?:module\.exports|export\s+default)\s*(?:=\s*)?([A-Za-z_$][\w$]*)\s*;?\s*$", re.MULTILINE)
_MODULE_MARK = re.compile(rb"^\s*(?:import\b|export\b)|\bmodule\.exports\b|\bexports\.\w|\brequire\(", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
_FUNCTIONS = frozenset({
    "function_declaration", "generator_function_declaration", "function_expression", "generator_function",
    "arrow_function", "method_definition", "class_static_block",
})  # fmt: skip


class EcmaScriptHooks(Hooks):
    """The hooks of JavaScript and TypeScript."""

    def repaired(self, data: bytes) -> bytes:
        """See `ecmascript_text.part_signatures`."""
        return part_signatures(data)

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """Drops locals of a function as definitions, members of passing objects, and names that imports bind."""
        holder = node.parent
        if holder is None:
            return kind, node
        if kind == "local":
            return None if holder.type == "variable_declarator" and _binds_import(holder) else (kind, node)
        if holder.type in ("method_definition", "pair"):
            return (kind, node) if _is_member(holder) else None
        if holder.type == "member_expression":
            return _declared_by_assignment(kind, node, holder)
        declarator = _declarator(node)
        if declarator is None or kind == "function":
            return kind, node
        if not _at_module_level(declarator) or _binds_import(declarator):
            return None if kind != "class" else (kind, node)
        return _value_kind(kind, declarator), node

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """Every form: statements, re-exports, `require`, `import()`, CommonJS exports, `/// <reference path>`."""
        if node.type == "import_statement":
            return _import_statement(node, source)
        if node.type == "export_statement":
            return _export_statement(node, source)
        if node.type == "call_expression":
            return _import_call(node, source)
        if node.type == "assignment_expression":
            return _commonjs(node, source)
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
        """The names that an `export` statement or an assignment to `exports` offers."""
        if node.type == "assignment_expression":
            return _commonjs_names(node, source)
        return _exported_names(node, source)

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
        return names is None or _under_export(node) or node.type == "assignment_expression" or name.encode() in names

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


def _binds_import(declarator: Node) -> bool:
    value = declarator.child_by_field_name("value")
    if value is None or value.type not in ("call_expression", "await_expression", "member_expression"):
        return False
    return value.end_byte - value.start_byte < 400 and _IMPORTED.match(value.text or b"") is not None


def _value_kind(kind: str, declarator: Node) -> str:
    statement = declarator.parent
    constant = statement is not None and statement.children[0].type == "const"
    return "constant" if kind == "variable" and constant else kind


def _is_member(node: Node) -> bool:
    """Whether a method or pair belongs to a class, or to an object that the module offers or names at its top."""
    body = node.parent
    if body is None or body.type == "class_body":
        return True
    owner = body.parent
    if owner is None or body.type != "object":
        return False
    if owner.type == "assignment_expression":
        return True
    return owner.type == "export_statement" or owner.type == "variable_declarator" and _at_module_level(owner)


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
        alias = kind == "variable" and value is not None and (value.type == "identifier" or _IMPORTED.match(value.text or b""))
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


# --- imports ----------------------------------------------------------------------------------------------------------


def _string(node: Node | None, source: Source) -> str:
    return source.text(node)[1:-1] if node is not None and node.type in ("string", "template_string") else ""


def _marked_type(node: Node) -> bool:
    return any(child.type in ("type", "typeof") for child in node.children)


def _import_statement(node: Node, source: Source) -> Iterator[Import]:
    clause = next((c for c in node.named_children if c.type in ("import_clause", "import_require_clause")), None)
    kind = "type" if _marked_type(node) else "import"
    if clause is not None and clause.type == "import_require_clause":
        name = clause.named_children[0]
        yield source.imported(name, _string(clause.child_by_field_name("source"), source), "", source.text(name), "require")
        return
    module_node = node.child_by_field_name("source")
    module = _string(module_node, source)
    if not module or module_node is None:
        return
    if clause is None:
        yield source.imported(module_node, module, "", "", kind)
        return
    empty = True
    for child in clause.named_children:
        for found in _clause(child, module, kind, source):
            empty = False
            yield found
    if empty:
        yield source.imported(module_node, module, "", "", kind)


def _clause(node: Node, module: str, kind: str, source: Source) -> Iterator[Import]:
    if node.type == "identifier":
        yield source.imported(node, module, "default", source.text(node), kind)
    elif node.type == "namespace_import":
        name = node.named_children[-1]
        yield source.imported(name, module, "", source.text(name), kind)
    elif node.type == "named_imports":
        for specifier in node.named_children:
            written, alias = _specifier(specifier, source)
            if written is not None:
                own = "type" if _marked_type(specifier) else kind
                name_text = source.text(written).strip("\"'")
                yield source.imported(written, module, name_text, alias or name_text, own)


def _specifier(node: Node, source: Source) -> tuple[Node | None, str]:
    if node.type not in ("import_specifier", "export_specifier"):
        return None, ""
    alias = node.child_by_field_name("alias")
    return node.child_by_field_name("name"), source.text(alias).strip("\"'") if alias is not None else ""


def _export_statement(node: Node, source: Source) -> Iterator[Import]:
    module_node = node.child_by_field_name("source")
    module = _string(module_node, source)
    listed = False
    for child in node.named_children:
        if child.type == "namespace_export":
            listed = True
            name = child.named_children[-1]
            yield source.imported(name, module, "", source.text(name).strip("\"'"), "reexport")
        elif child.type == "export_clause":
            listed = True
            for specifier in child.named_children:
                written, alias = _specifier(specifier, source)
                if written is not None:
                    name_text = source.text(written).strip("\"'")
                    yield source.imported(written, module, name_text, alias or name_text, "reexport")
    if module_node is not None and not listed:
        yield source.imported(module_node, module, "*", "", "reexport")
    if module_node is None and not listed:
        yield from _default_export(node, source)


def _default_export(node: Node, source: Source) -> Iterator[Import]:
    tokens = {child.type for child in node.children}
    offered = "default" if "default" in tokens else "export=" if "=" in tokens else ""
    if not offered:
        return
    named = node.child_by_field_name("value") or node.child_by_field_name("declaration")
    if named is None and offered == "export=":
        named = node.named_children[-1] if node.named_children else None
    if named is not None and named.type != "identifier":
        named = named.child_by_field_name("name") if named.type.endswith(("_declaration", "_signature")) else None
    if named is not None:
        yield source.imported(named, "", source.text(named), offered, "reexport")


def _import_call(node: Node, source: Source) -> Iterator[Import]:
    """`require("x")` and `import("x")`, with what is taken from it at once or bound to a name."""
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    module = _string(first, source)
    if first is None or callee is None or not module or "${" in module:
        return
    kind = "dynamic" if callee.type == "import" else "require"
    holder = node.parent
    while holder is not None and holder.type in ("await_expression", "parenthesized_expression", "as_expression"):
        holder = holder.parent
    if kind == "dynamic" and holder is not None and "type" in holder.type:
        kind = "type"
    if holder is not None and holder.type == "member_expression":
        yield from _taken(holder, first, module, kind, source)
    elif holder is not None and holder.type == "variable_declarator":
        yield from _bound(holder, first, module, kind, source)
    else:
        yield source.imported(first, module, "", "", kind)


def _taken(access: Node, place: Node, module: str, kind: str, source: Source) -> Iterator[Import]:
    """`require("x").y`, `import("x").then((m) => m.y)`, the type `import("x").Y`."""
    member, holder = access.child_by_field_name("property"), access.parent
    name = source.text(member) if member is not None else ""
    if kind == "dynamic" and name == "then":
        yield source.imported(place, module, _then(holder, source), "", kind)
        return
    if holder is not None and "type" in holder.type:
        kind = "type"
    target = holder.child_by_field_name("name") if holder is not None and holder.type == "variable_declarator" else None
    alias = source.text(target) if target is not None and target.type == "identifier" else ""
    yield source.imported(member or place, module, name, alias, kind)


def _then(call: Node | None, source: Source) -> str:
    arguments = call.child_by_field_name("arguments") if call is not None else None
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    body = first.child_by_field_name("body") if first is not None and first.type == "arrow_function" else None
    if body is None or body.type != "member_expression":
        return ""
    return source.text(body.child_by_field_name("property") or body)


def _bound(declarator: Node, place: Node, module: str, kind: str, source: Source) -> Iterator[Import]:
    target = declarator.child_by_field_name("name")
    if target is None or target.type not in ("identifier", "object_pattern"):
        yield source.imported(place, module, "", "", kind)
    elif target.type == "identifier":
        yield source.imported(place, module, "", source.text(target), kind)
    else:
        for child in target.named_children:
            key, value = child, child
            if child.type == "pair_pattern":
                key, value = child.child_by_field_name("key") or child, child.child_by_field_name("value") or child
            if value.type in ("shorthand_property_identifier_pattern", "identifier"):
                yield source.imported(key, module, source.text(key), source.text(value), kind)
        if not target.named_children:
            yield source.imported(place, module, "", "", kind)


# --- CommonJS ---------------------------------------------------------------------------------------------------------


def _commonjs(node: Node, source: Source) -> Iterator[Import]:
    """What an assignment to `module.exports` or to a member of it offers under that name."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    text = source.text(left)
    offered = "export=" if text == "module.exports" else text.rpartition(".")[2]
    if right.type == "identifier":
        yield source.imported(right, "", source.text(right), offered, "reexport")
    elif text == "module.exports" and right.type in ("function_expression", "arrow_function", "class"):
        yield source.imported(right, "", "exports", offered, "reexport")
    elif right.type == "call_expression" and _IMPORTED.match(right.text or b""):
        arguments = right.child_by_field_name("arguments")
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        if first is not None and (module := _string(first, source)):
            name = "*" if offered == "export=" else ""
            yield source.imported(first, module, name, "" if name else offered, "reexport")
    elif text == "module.exports" and right.type == "object":
        yield from _commonjs_object(right, source)


def _commonjs_object(node: Node, source: Source) -> Iterator[Import]:
    for child in node.named_children:
        if child.type == "shorthand_property_identifier":
            yield source.imported(child, "", source.text(child), source.text(child), "reexport")
        elif child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None and value.type == "identifier":
                yield source.imported(value, "", source.text(value), source.text(key).strip("\"'"), "reexport")


def _commonjs_names(node: Node, source: Source) -> Iterator[str]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    text = source.text(left)
    if text != "module.exports":
        if text != "exports":
            yield text.rpartition(".")[2]
        return
    for child in right.named_children if right.type == "object" else ():
        key = child.child_by_field_name("key") or child.child_by_field_name("name") or child
        if key.type in ("property_identifier", "shorthand_property_identifier"):
            yield source.text(key)


def _exported_names(node: Node, source: Source) -> Iterator[str]:
    if any(child.type == "default" for child in node.children):
        yield "default"
        return
    declaration = node.child_by_field_name("declaration")
    if declaration is not None:
        yield from _declared_names(declaration, source)
    for found in _export_statement(node, source):
        if found.alias:
            yield found.alias


def _declared_names(node: Node, source: Source) -> Iterator[str]:
    name = node.child_by_field_name("name")
    if name is not None and name.child_count == 0:
        yield source.text(name)
    elif name is not None and node.type == "variable_declarator":
        yield from _pattern_names(name, source)
    for child in node.named_children:
        if child.type in ("variable_declarator", "function_signature", "class_declaration", "internal_module"):
            yield from _declared_names(child, source)


def _pattern_names(node: Node, source: Source) -> Iterator[str]:
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield source.text(node)
        return
    for child in node.named_children:
        kept = child.child_by_field_name("value") if child.type == "pair_pattern" else child
        kept = kept.child_by_field_name("left") if kept is not None and "assignment" in kept.type else kept
        if kept is not None:
            yield from _pattern_names(kept, source)


HOOKS = EcmaScriptHooks()
