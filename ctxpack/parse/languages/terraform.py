"""Terraform and its kin in HCL: blocks are named by their addresses, as expressions write them (`var.region`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ctxpack.model import Definition, Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_KINDS = {
    "resource": "object",
    "data": "object",
    "ephemeral": "object",
    "module": "module",
    "variable": "variable",
    "output": "constant",
    "run": "object",
}
_ROOTS = {"resource": "", "variable": "var"}
"""What the address of a block begins with, where that is not the block's own type."""

_SOURCES = {"module": "source", "terraform": "source", "dependency": "config_path"}
"""The attribute of a block that names a folder."""

_OF_BLOCKS = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
"""Attributes of a module's block that are none of its variables."""

_MOST_PARTS = 100
"""Parts of an expression that are looked at: to find what stands before one costs as many steps."""


class TerraformHooks(Hooks):
    """The hooks of Terraform."""

    unconditional = frozenset({"body", "block", "attribute", "expression", "function_call", "function_arguments"})
    valued = frozenset({"get_attr"})

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """The address up to an attribute; an index in between is left out."""
        before, name = _before(node), _child(node, 0)
        if before is None or name is None:
            return "?"
        return reader.joined(reader.of(before, depth + 1), (name.text or b"").decode("utf-8", "replace"))

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """What stands before an attribute's dot."""
        return _before(member.parent) or "?" if member.parent is not None else "?"

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """A block's kind by its type; its name without quotes."""
        block = node.parent
        if kind == "section" and block is not None:
            kind = _KINDS.get(_text(_child(block, 0)), kind)
        named = _child(node, 1) if node.type == "string_lit" else node
        return (kind, named) if named is not None and named.type in ("identifier", "template_literal") else None

    def name(self, node: Node, source: Source) -> str:
        """The address of a block, a local value or a plain key."""
        holder = node.parent.parent if node.type == "template_literal" and node.parent is not None else node.parent
        if holder is None or holder.type != "block":
            around = holder.parent.parent if holder is not None and holder.parent is not None else None
            name = source.text(node)
            return f".local.{name}" if around is not None and around.type == "block" else name
        first, *labels = _labels(holder)
        parts = [_ROOTS.get(first, first), *labels, _alias(holder) if first == "provider" else ""]
        return ".".join(part for part in parts if part)

    def doc(self, node: Node, body: Node | None, source: Source) -> str:
        """The `description` of a variable or an output."""
        if _text(_child(node, 0)) not in ("variable", "output"):
            return ""
        return _literal(_attribute(node, "description"))

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`source` of a module, in Terragrunt also of `terraform`, and the `config_path` of a dependency.

        A file that is looked for in the folders above has those as "...": `find_in_parent_folders("env.hcl")`.
        """
        if node.type == "function_call":
            named = _looked_for(node)
            if named is not None:
                yield source.imported(named, f".../{source.text(named)}", "", "", "include")
            return
        body = node.parent
        block = body.parent if body is not None else None
        named = _string(node)
        if block is None or named is None or _SOURCES.get(_text(_child(block, 0))) != _text(_child(node, 0)):
            return
        yield source.imported(named, source.text(named), "", "", "include")

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """What names a variable to give it a value: arguments of modules, files of values, Terragrunt's inputs."""
        key = _child(node, 0)
        if key is None:
            return
        if node.type == "object_elem":
            yield key.start_byte, source.text(key).strip('"'), "inputs", "keyword"
            return
        block = node.parent.parent if node.parent is not None else None
        name = source.text(key)
        if block is None or block.type != "block":
            yield key.start_byte, name, "var", "keyword"
        elif name not in _OF_BLOCKS and len(labels := _labels(block)) == 2:
            yield key.start_byte, name, f"module.{labels[1]}", "keyword"

    def tests(self, definitions: Sequence[Definition], source: Source) -> Iterable[int]:
        """The runs of a test."""
        return (index for index, one in enumerate(definitions) if one.signature.startswith('run "'))


def _child(node: Node, index: int) -> Node | None:
    return node.named_child(index) if node.named_child_count > index else None


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def _before(node: Node | None) -> Node | None:
    """What an attribute is taken from: the attribute before it, or the name that the address begins with."""
    while node is not None and node.parent is not None and node.parent.named_child_count <= _MOST_PARTS:
        before = node.prev_named_sibling
        if before is None:
            # Inside the star of `a.*.b` stands what is taken of each.
            outer = node.parent
            node = outer if outer is not None and outer.type in ("splat", "full_splat", "attr_splat") else None
        elif before.type in ("variable_expr", "get_attr"):
            return before
        elif before.type in ("index", "new_index", "legacy_index", "splat"):
            node = before
        else:
            return None
    return None


def _labels(block: Node) -> list[str]:
    """The type of a block and its labels."""
    found: list[str] = []
    for child in block.named_children:
        if child.type == "block_start":
            break
        found.append(_text(child).strip('"'))
    return found or [""]


def _attributes(block: Node) -> Iterator[Node]:
    for body in block.named_children:
        if body.type == "body":
            yield from (child for child in body.named_children if child.type == "attribute")


def _attribute(block: Node, name: str) -> Node | None:
    return next((one for one in _attributes(block) if _text(_child(one, 0)) == name), None)


def _string(attribute: Node | None) -> Node | None:
    """The text between the quotes of an attribute that is a plain string."""
    node = _child(attribute, 1) if attribute is not None else None
    while node is not None and node.type in ("expression", "literal_value"):
        node = _child(node, 0)
    if node is None or node.type != "string_lit":
        return None
    return next((child for child in node.named_children if child.type == "template_literal"), None)


def _looked_for(call: Node) -> Node | None:
    """The name that a call looks for in the folders above, where what it finds is the value of an attribute."""
    arguments, above = _child(call, 1), call.parent
    for _ in range(3):
        if above is not None and above.type in ("expression", "function_arguments", "function_call"):
            above = above.parent
    if above is not None and above.type == "expression":
        above = above.parent
    if above is None or above.type != "attribute" or arguments is None:
        return None
    node = _child(arguments, 0)
    while node is not None and node.type in ("expression", "literal_value", "string_lit"):
        inner = [child for child in node.named_children if not child.type.startswith("quoted_template_")]
        node = inner[0] if len(inner) == 1 else None
    return node if node is not None and node.type == "template_literal" else None


def _literal(attribute: Node | None) -> str:
    return _text(_string(attribute))


def _alias(block: Node) -> str:
    return _literal(_attribute(block, "alias"))


HOOKS = TerraformHooks()
