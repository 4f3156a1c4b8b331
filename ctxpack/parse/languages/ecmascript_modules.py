"""The statements and calls by which JavaScript and TypeScript bring names in and offer them, as imports.

`import d from` takes the name "default", `import * as ns` and `require` the module itself. A name that a module offers
under another name (`export { a as b }`, `export default a`, `module.exports = a`) is a re-export from the module "",
which means this very file; what `module.exports =` assigns is offered as `export=`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxpack.model import Import
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_IMPORTED = re.compile(rb"(?:await\s+import|require)\(\s*(?:'[^'\n]*'|\"[^\"\n]*\"|`[^`$\n]*`)\s*\)(?:\.\w+)*\s*$")
_LONGEST_IMPORT = 400


def is_import(value: Node | None) -> bool:
    """Whether an expression is a `require` or an awaited `import()`, or a member taken from one."""
    if value is None or value.type not in ("call_expression", "await_expression", "member_expression"):
        return False
    return value.end_byte - value.start_byte < _LONGEST_IMPORT and _IMPORTED.match(value.text or b"") is not None


def is_imported(name: Node) -> bool:
    """Whether a declared name is bound by an import expression, itself or one level into a pattern."""
    holder = name.parent
    if holder is not None and holder.type == "pair_pattern":
        holder = holder.parent
    if holder is not None and holder.type == "object_pattern":
        holder = holder.parent
    declared = holder is not None and holder.type == "variable_declarator"
    return holder is not None and declared and is_import(holder.child_by_field_name("value"))


def _string(node: Node | None, source: Source) -> str:
    return source.text(node)[1:-1] if node is not None and node.type in ("string", "template_string") else ""


def _begun(node: Node | None, source: Source) -> str:
    """The constant beginning of a sum, as a template would have it."""
    summed = node is not None and node.type == "binary_expression" and any(one.type == "+" for one in node.children)
    left = node.child_by_field_name("left") if node is not None and summed else None
    begun = (_string(left, source) or _begun(left, source)) if left is not None else ""
    return f"{begun}${{}}" if begun else ""


def _marked_type(node: Node) -> bool:
    return any(child.type in ("type", "typeof") for child in node.children)


def import_statement(node: Node, source: Source) -> Iterator[Import]:
    """The names that an `import` statement brings in; the module alone where it brings none."""
    clause = next((c for c in node.named_children if c.type in ("import_clause", "import_require_clause")), None)
    kind = "type" if _marked_type(node) else "import"
    if clause is not None and clause.type == "import_require_clause":
        name = clause.named_children[0]
        module = _string(clause.child_by_field_name("source"), source)
        yield source.imported(name, module, "", source.text(name), "require")
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


def import_alias(node: Node, source: Source) -> Iterator[Import]:
    """`import A = N.B`: a name of a namespace that is in sight, or with `N` alone a name of this file."""
    if len(node.named_children) < 2:
        return
    alias, target = node.named_children[0], node.named_children[-1]
    module, _, name = "".join(source.text(target).split()).rpartition(".")
    yield source.imported(target.named_children[-1] if module else target, module, name, source.text(alias), "alias")


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


def export_statement(node: Node, source: Source) -> Iterator[Import]:
    """The names that an `export` statement offers and that are not declared in it."""
    module_node = node.child_by_field_name("source")
    module = _string(module_node, source)
    listed = False
    for child in node.named_children:
        if child.type == "namespace_export":
            listed = True
            name = child.children[-1]  # `default` is no named node
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
    yield from _offered_objects(node, offered, source)
    if not offered:
        return
    named = node.child_by_field_name("value") or node.child_by_field_name("declaration")
    if named is None and offered == "export=":
        named = node.named_children[-1] if node.named_children else None
    if named is not None and named.type != "identifier":
        named = named.child_by_field_name("name") if named.type.endswith(("_declaration", "_signature")) else None
    if named is not None:
        yield source.imported(named, "", source.text(named), offered, "reexport")


def _offered_objects(node: Node, offered: str, source: Source) -> Iterator[Import]:
    """What the members of an offered object are that it takes from its file: `default.a` for `export default { a }`."""
    value = node.child_by_field_name("value")
    if value is not None and value.type == "object" and offered == "default":
        yield from _object(value, "default.", source)
    declared = node.child_by_field_name("declaration")
    if declared is None or declared.type != "lexical_declaration":
        return
    for one in declared.named_children:
        name, value = one.child_by_field_name("name"), one.child_by_field_name("value")
        if value is not None and value.type in ("as_expression", "satisfies_expression"):
            value = value.named_children[0]
        if name is not None and value is not None and value.type == "object":
            yield from _object(value, f"{source.text(name)}.", source)


def import_call(node: Node, source: Source) -> Iterator[Import]:
    """`require("x")` and `import("x")`, with what is taken from it at once or bound to a name."""
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    module = _string(first, source) or _begun(first, source)
    if first is None or callee is None or not module or module.startswith("${"):
        return
    kind = "dynamic" if callee.type == "import" else "require"
    if kind == "require" and _is_bundled(node):
        return
    holder = node.parent
    while holder is not None and holder.type in ("await_expression", "parenthesized_expression", "as_expression"):
        holder = holder.parent
    if kind == "dynamic" and holder is not None and "type" in holder.type:
        kind = "type"
    if holder is not None and holder.type == "member_expression":
        yield from _taken(holder, first, module, kind, source)
    elif holder is not None and holder.type == "variable_declarator" and is_import(holder.child_by_field_name("value")):
        yield from _bound(holder, first, module, kind, source)
    else:
        yield source.imported(first, module, "", "", kind)


def _is_bundled(call: Node) -> bool:
    """Whether `require` is a parameter of a function around, as bundlers make it; AMD's `define` loads what it says."""
    above = call.parent
    while above is not None:
        parameters = above.child_by_field_name("parameters")
        if parameters is not None and any(child.text == b"require" for child in parameters.named_children):
            outer = above.parent.parent if above.parent is not None else None
            defining = outer.child_by_field_name("function") if outer is not None else None
            return defining is None or defining.text != b"define"
        above = above.parent
    return False


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


def commonjs(node: Node, source: Source) -> Iterator[Import]:
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
    elif right.type == "call_expression" and is_import(right):
        arguments = right.child_by_field_name("arguments")
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        if first is not None and (module := _string(first, source)):
            name = "*" if offered == "export=" else ""
            yield source.imported(first, module, name, "" if name else offered, "reexport")
    elif text == "module.exports" and right.type == "object":
        yield from _object(right, "", source)


def _object(node: Node, owner: str, source: Source) -> Iterator[Import]:
    """The members of an object that are names of its file."""
    for child in node.named_children:
        if child.type == "shorthand_property_identifier":
            yield source.imported(child, "", source.text(child), owner + source.text(child), "reexport")
        elif child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None and value.type == "identifier":
                yield source.imported(value, "", source.text(value), owner + source.text(key).strip("\"'"), "reexport")


def commonjs_names(node: Node, source: Source) -> Iterator[str]:
    """The names that an assignment to `module.exports` or to a member of it offers."""
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


def exported_names(node: Node, source: Source) -> Iterator[str]:
    """The names that an `export` statement offers, "default" among them; not those of `export *`."""
    if any(child.type == "default" for child in node.children):
        yield "default"
        return
    declaration = node.child_by_field_name("declaration")
    if declaration is not None:
        yield from _declared_names(declaration, source)
    for found in export_statement(node, source):
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
