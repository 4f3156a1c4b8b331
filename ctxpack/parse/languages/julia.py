"""Julia: heads of functions and types in their many forms, docstrings before definitions, imports and includes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ctxpack.model import Import
from ctxpack.parse.languages.generics import Holders, reader
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_HELD = reader(
    Holders(
        each=frozenset(
            """Vector AbstractVector Array AbstractArray Matrix AbstractMatrix Set AbstractSet Channel Ref
            Base.RefValue""".split()
        ),
        mappings=frozenset({"Dict", "AbstractDict", "IdDict"}),
    )
)
"""The containers of Base."""

_UNION = re.compile(
    r"^Union\{\s*(?:(?:Nothing|Missing)\s*,\s*(?P<last>[\w.{}, ]+)|(?P<first>[\w.{}]+)\s*,\s*(?:Nothing|Missing)\s*)\}$"
)
_FIELD = re.compile(rb"^([ \t]+)(?:const|@atomic)(?=[ \t]+\w+(?:[ \t]*::[^=#\n]*)?(?:#[^\n]*)?$)", re.MULTILINE)
_STRUCT = re.compile(rb"\bmutable\s+struct\b")
_HEADS = frozenset({"signature", "where_expression", "typed_expression", "type_head", "parametrized_type_expression"})
_DECORATING = frozenset({"macro_argument_list", "macrocall_expression", "const_statement", "global_statement"})
_BLOCKS = _DECORATING | {"if_statement", "elseif_clause", "else_clause", "compound_statement", "try_statement"}
_OUTER = frozenset({"source_file", "module_definition"})
_CALLED = frozenset({"typed_expression", "unary_typed_expression"})
_TUPLES = frozenset({"open_tuple", "tuple_expression", "typed_expression", "splat_expression", "named_argument"})
_DEEPEST = 8
_LONGEST_DOC = 2_000


class JuliaHooks(Hooks):
    """The hooks of Julia."""

    valued = frozenset({"index_expression"})
    unconditional = frozenset({"module_definition"})

    def code(self, data: bytes) -> bytes:
        """Without `const` and `@atomic` before fields, which the grammar does not know."""
        if _STRUCT.search(data) is None:
            return data
        return _FIELD.sub(lambda found: found[0][: len(found[1])].ljust(len(found[0])), data)

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """An element of what is indexed."""
        known = reader.of(node.named_children[0], depth + 1) if node.named_child_count else UNKNOWN
        return UNKNOWN if known == UNKNOWN else f"{known}.[]"

    def type_value(self, text: str) -> str | None:
        """What a container holds; of a union with nothing, the rest."""
        union = _UNION.match(text)
        if union is not None:
            text = (union["last"] or union["first"]).strip()
        held = _HELD(text.replace("{", "<").replace("}", ">")) if "{" in text else None
        if held is not None or union is None:
            return held or (UNKNOWN if text.startswith(("Union{", "Type{", "Tuple{")) else None)
        path = self.type_path(text)
        return f"{path}()" if path and "," not in text.partition("{")[0] else UNKNOWN

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated."""
        return ".[of]" if "each" in match else ""

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """The name inside a head; no local for what is assigned outside of functions."""
        if kind == "local":
            if node.type == "signature":
                name = _named(node)
                return (kind, name) if name is not None else None
            return None if _assigned_outside(node) else (kind, node)
        if node.type == "identifier":
            return kind, node
        name = _named(node)
        return (kind, name) if name is not None else None

    def name(self, node: Node, source: Source) -> str:
        """The name with the module of its function; twice where values of a type are called; with an @ for macros."""
        text, outer = source.text(node), node.parent
        if outer is None:
            return text
        if outer.type == "field_expression":
            return source.text(outer).replace(" ", "")
        if node.start_byte != outer.start_byte and outer.type in _CALLED:
            return f"{text}.{text}"
        head = outer.parent
        of_macro = head is not None and head.parent is not None and head.parent.type == "macro_definition"
        return f"@{text}" if of_macro else text

    def doc(self, node: Node, body: Node | None, source: Source) -> str:
        """The string that stands just before a definition, or before what decorates it."""
        outer = node
        for _ in range(_DEEPEST):
            if outer.parent is None or outer.parent.type not in _DECORATING:
                break
            outer = outer.parent
        before = outer.prev_named_sibling
        if before is None or before.type != "string_literal" or outer.start_point[0] - before.end_point[0] > 1:
            return ""
        text = source.text(before).strip('"')[:_LONGEST_DOC]
        return "\n".join(line.strip() for line in text.split("\n")).strip()

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """The module that a macro is taken from."""
        if member.type != "macro_identifier":
            return None
        before = member.prev_named_sibling
        return source.text(before) if before is not None and before.type in ("identifier", "field_expression") else ""

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`using A, .B`, `import A: b as c`, `import A.b`, `include("a.jl")`."""
        if node.type == "call_expression":
            yield from _included(node, source)
            return
        wide = node.type == "using_statement"
        for one in node.named_children:
            if not one.named_child_count and one.type in ("selected_import", "import_alias"):
                continue
            if one.type == "selected_import":
                yield from _selected(one, source)
            elif one.type == "import_alias":
                first, last = one.named_children[0], one.named_children[-1]
                yield source.imported(first, source.text(first), "", source.text(last))
            elif one.type in ("identifier", "import_path", "scoped_identifier"):
                path = source.text(one).replace(" ", "")
                if wide:
                    yield source.imported(one, path, "*", "")
                yield source.imported(one, path, "", path.rpartition(".")[2])

    def exports(self, node: Node, source: Source) -> Iterable[str]:
        """The names after `export` or `public`."""
        return [source.text(child) for child in node.named_children if child.type != "line_comment"]


def _named(node: Node) -> Node | None:
    """The identifier of the function, macro or type that a head is of."""
    for _ in range(_DEEPEST):
        if not node.named_child_count:
            return None
        if node.type in _HEADS or (node.type == "binary_expression"):
            node = node.named_children[0]
        elif node.type == "call_expression":
            node = node.named_children[0]
            if node.type == "field_expression":
                node = node.named_children[-1]
            elif node.type == "parenthesized_expression":
                return _called(node)
        if node.type == "identifier":
            return node
    return None


def _called(node: Node) -> Node | None:
    """The type in `(x::T)` or `(::T)`, for which calls of its values are defined."""
    typed = node.named_children[0] if node.named_child_count == 1 else node
    if typed.type not in _CALLED or not typed.named_child_count:
        return None
    given = typed.named_children[-1]
    if given.type == "parametrized_type_expression" and given.named_child_count:
        given = given.named_children[0]
    return given if given.type == "identifier" else None


def _assigned_outside(node: Node) -> bool:
    """Whether a name is assigned at the top of a file or module, where it is no local."""
    outer = node.parent
    for _ in range(2):
        if outer is not None and outer.type in _TUPLES:
            outer = outer.parent
    if outer is None or outer.type != "assignment":
        return False
    outer = outer.parent
    while outer is not None and outer.type in _BLOCKS:
        if outer.type == "macrocall_expression" and (outer.text or b"").startswith(b"@testset"):
            return False
        outer = outer.parent
    return outer is not None and outer.type in _OUTER


def _included(node: Node, source: Source) -> Iterable[Import]:
    """`include("a/b.jl")`, also of a path that is joined to the folder of the file."""
    arguments = node.named_children[-1].named_children if node.named_child_count else []
    if not arguments:
        return
    path = arguments[-1]
    parts: list[Node] = [path]
    if path.type == "call_expression" and path.named_child_count == 2:
        function, given = path.named_children
        if source.text(function) == "joinpath" and source.text(given).startswith("(@__DIR__"):
            parts = given.named_children[1:]
    if parts and all(part.type == "string_literal" and "$" not in source.text(part) for part in parts):
        text = "/".join(source.text(part).strip('"') for part in parts)
        yield source.imported(path, text, "", "", "include")


def _selected(node: Node, source: Source) -> Iterable[Import]:
    path, *names = node.named_children
    module = source.text(path).replace(" ", "")
    for name in names:
        if name.type == "import_alias" and name.named_child_count:
            first, last = source.text(name.named_children[0]), source.text(name.named_children[-1])
            yield source.imported(name, module, first, last)
        else:
            text = source.text(name)
            yield source.imported(name, module, text, text)


HOOKS = JuliaHooks()
