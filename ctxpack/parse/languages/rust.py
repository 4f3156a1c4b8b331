"""Rust: use trees, submodules, impl blocks, and types seen through references, boxes, options and results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ctxpack.model import Definition, Import
from ctxpack.parse.languages import rust_marks
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.notation import split_type
from ctxpack.parse.languages.rust_macros import declaring
from ctxpack.parse.languages.rust_text import described, open_items, wrapped
from ctxpack.parse.languages.rust_types import type_value
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_MODIFIERS = re.compile(r"(?:&|\*|'\w+|\b(?:const|mut|dyn|impl|unsafe|for<[^>]*>)(?![\w:])|\?|\s|\(|->)*")
_POINTER = re.compile(r"\s*\*\s*(?:const|mut)\b")
POINTER = "*pointer"
"""The name given to raw pointers, whose methods are never those of what they point to."""

_PATH = re.compile(r"(?:::)?(?:\$?[^\W\d]\w*)(?:\s*::\s*[^\W\d]\w*)*")
_HOLDERS = frozenset(
    {
        "Box", "Rc", "Arc", "Pin", "Cow", "Option", "Result", "Ref", "RefMut", "RefCell", "Cell", "UnsafeCell", "Mutex",
        "RwLock", "MutexGuard", "NonNull", "ManuallyDrop", "MaybeUninit", "OnceCell", "OnceLock", "LazyLock", "Lazy",
    }
)  # fmt: skip
"""Types that are taken for what they hold, as their values are most often used through them."""

_SAME = frozenset(
    {
        "unwrap", "expect", "unwrap_unchecked", "unwrap_or_default", "unwrap_or_else", "clone", "cloned", "to_owned",
        "as_ref", "as_mut", "as_deref", "as_deref_mut", "borrow", "borrow_mut", "by_ref", "lock", "ok_or", "ok_or_else",
        "map_err", "context", "with_context",
    }
)  # fmt: skip
"""Methods whose result is what they are called on, give or take a holder."""

_WRAP = re.compile(
    r"(?:\w+\s*::\s*)*(?:Some|Ok|(?:" + "|".join(sorted(_HOLDERS)) + r")\s*(?:::\s*<[^>]*>)?\s*::\s*new)"
)
_OPENING = ("(", "[", "{")
_DEEPEST = 40
_ROOTS = re.compile(r"(?:self|super|crate|\$crate)\b")
_MODULE = re.compile(r"[a-z_]\w*\Z")
_PARAMETERS = re.compile(r"<[^<>]*>")


class RustHooks(Hooks):
    """The hooks of Rust."""

    unconditional = frozenset({"mod_item", "declaration_list"})

    def code(self, data: bytes) -> bytes:
        """See `rust_text.open_items`."""
        return open_items(data)

    def tests(self, definitions: Sequence[Definition], source: Source) -> Iterable[int]:
        """See `rust_marks.tests`."""
        return rust_marks.tests(definitions, source)

    def mentioned(self, data: bytes) -> Iterable[tuple[int, str]]:
        """The tables of attributes, and those that `table!` describes."""
        return (*rust_marks.tables(data), *described(data))

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """A use tree, `extern crate`, or `mod name;`; on condition inside a macro call that may leave it out."""
        conditional = wrapped(source.data, node.start_byte)
        for found in self._imports(node, source):
            yield msgspec.structs.replace(found, conditional=True) if conditional else found

    def _imports(self, node: Node, source: Source) -> Iterable[Import]:
        """What is brought in; the module of `mod name;` is its file where `#[path]` says so."""
        if node.type == "mod_item":
            name_node = node.child_by_field_name("name")
            if name_node is not None:
                name = source.text(name_node)
                yield source.imported(name_node, _path_attribute(node, source) or name, "", name, "mod")
            return
        if node.type == "extern_crate_declaration":
            name_node, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
            if name_node is not None:
                name = source.text(name_node)
                yield source.imported(name_node, name, "", source.text(alias) if alias is not None else name)
            return
        public = any(child.type == "visibility_modifier" for child in node.named_children)
        tree = node.child_by_field_name("argument")
        if tree is not None:
            yield from _used(tree, "", source, "reexport" if public else "import")

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """What a query takes for a type among tokens is one that a keyword makes, or the first name of its call."""
        if kind != "struct" or node.parent is None or node.parent.type != "token_tree":
            return kind, node
        before = node.prev_sibling
        return (kind, node) if before is not None and before.type in ("struct", "union", *_OPENING) else None

    def name(self, node: Node, source: Source) -> str:
        """The type of an impl block, whose keyword stands for its name; the place of a nameless field.

        "" for what looks like an item among the tokens of a call, unless the call stands where items do.
        """
        holder = node.parent
        if holder is not None and holder.type == "token_tree" and not _is_item(node, holder, source):
            return ""
        if holder is not None and holder.type == "ordered_field_declaration_list":
            fields = [child for child in holder.children_by_field_name("type") if child.is_named]
            return str(fields.index(node))
        if node.type != "impl" or node.parent is None:
            return source.text(node).removeprefix("r#")
        typed = node.parent.child_by_field_name("type")
        text = source.text(typed) if typed is not None else ""
        return self.type_path(text) or " ".join(text.split())[:40]

    def type_path(self, text: str) -> str:
        """The type's path, seen through references, pointers, `dyn`, `impl` and holders such as Box and Option."""
        if text.startswith(":"):
            return _bounds([self.type_path(bound) for bound in split_type(text[1:], "+")])
        if _POINTER.match(text):
            return POINTER
        rest = text
        for _ in range(6):
            rest = rest[_MODIFIERS.match(rest).end() :]  # type: ignore[union-attr]
            if rest.startswith("<"):
                rest = rest[1:]
                continue
            found = _PATH.match(rest)
            if found is None:
                return ""
            path = re.sub(r"\s", "", found[0]).replace("::", ".").strip(".")
            after = rest[found.end() :].lstrip()
            if path.rpartition(".")[2] not in _HOLDERS or not after.startswith("<"):
                return path if not after.startswith(",") or not text.lstrip().startswith("(") else ""
            rest = after[1:].lstrip()
            if rest.startswith("'"):
                rest = rest.partition(",")[2]
        return ""

    valued = frozenset({"index_expression"})

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """An element, or a part of the same kind where the index is a range."""
        held, index = (*node.named_children, None, None)[:2]
        known = reader.of(held, depth + 1) if held is not None else UNKNOWN
        return known if known == UNKNOWN or index is None or index.type == "range_expression" else f"{known}.[]"

    def type_value(self, text: str) -> str | None:
        """See `rust_types.type_value`."""
        return type_value(text, _HOLDERS, self.type_path)

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated (`@each`), and a part of a tuple (`@part`), variant or struct (`@payload`)."""
        if "payload" in match:
            return _held(node)
        return (".[of]" if "each" in match else "") + (_part(node) if "part" in match else "")

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """What a path says of the name at its end; the type of fields in braces; in macros what precedes."""
        parent = member.parent
        if parent is None:
            return None
        if parent.type in ("scoped_identifier", "scoped_type_identifier"):
            path = parent.child_by_field_name("path")
            return self._before(path, source) if path is not None else None
        if parent.type == "field_initializer" and parent.parent is not None and parent.parent.parent is not None:
            return parent.parent.parent.child_by_field_name("name") or "?"
        if parent.type == "field_pattern" and parent.parent is not None:
            return parent.parent.child_by_field_name("type") or "?"
        return _in_macro(member, source) if parent.type == "token_tree" else None

    def _before(self, path: Node, source: Source) -> str | None:
        """A path from `crate`, `self`, `super` or a module, which no local name hides; in `<A as B>` the trait."""
        if path.type == "bracketed_type":
            qualified = path.named_children[0] if path.named_children else path
            trait = qualified.child_by_field_name("alias")
            return self.type_path(source.text(trait)) or UNKNOWN if trait is not None else None
        text = source.text(path)
        if path.type == "identifier":
            return text if _MODULE.match(text) and text not in ("self", "super", "crate") else None
        return _plain(text) if _ROOTS.match(text) else None

    def stands_for(self, node: Node, source: Source) -> Node | None:
        """What a borrow, a dereference, a block, a holder's constructor or a call such as `unwrap()` is about."""
        if node.type == "reference_expression":
            return node.child_by_field_name("value")
        if node.type == "unary_expression" and node.children[0].type == "*":
            return node.named_children[0]
        if node.type in ("unsafe_block", "block") and node.named_children:
            last = node.named_children[-1]
            return last if last.type.endswith(("expression", "identifier", "block")) else None
        return _unwrapped(node, source) if node.type == "call_expression" else None


def _is_item(name: Node, tokens: Node, source: Source) -> bool:
    """Whether the tokens belong to a call that stands where items do, and the name to an item that it makes."""
    call: Node | None = tokens
    while call is not None and call.type == "token_tree":
        call = call.parent
    around = call.parent if call is not None else None
    if around is not None and around.type == "expression_statement":
        around = around.parent
    if call is None or around is None or around.type not in ("source_file", "declaration_list"):
        return False
    if _is_declared(name, tokens):
        return True
    macro = call.child_by_field_name("macro")
    grouped = tokens.parent is not None and tokens.parent.type == "token_tree"
    return macro is not None and declaring(source.data).get(source.text(macro)) is grouped


def _is_declared(name: Node, tokens: Node) -> bool:
    """Whether a keyword, a value or the enumeration around it says what a name among tokens is."""
    before, after = name.prev_sibling, name.next_sibling
    if (before is not None and before.type not in _OPENING) or (after is not None and after.type == "="):
        return True
    head = tokens.prev_sibling
    while head is not None and head.type in ("token_tree", "identifier"):
        head = head.prev_sibling
    return head is not None and head.type == "enum"


def _bounds(traits: list[str]) -> str:
    """One of the traits that a type parameter has to have, as far as they are paths."""
    known = list(dict.fromkeys(trait for trait in traits if trait))
    return f"{{{'|'.join(known)}}}" if len(known) > 1 else known[0] if known else ""


def _part(node: Node) -> str:
    """The place of a name in the pattern of a tuple."""
    before = (child for child in node.parent.children if child.end_byte <= node.start_byte) if node.parent else ()
    return f".[{sum(child.type == ',' for child in before)}]"


def _held(node: Node) -> str:
    """The field that a name in the pattern of a variant or struct stands for."""
    if node.type == "shorthand_field_identifier":
        return f".{node.text.decode()}" if node.text is not None else ""
    around = node.parent
    while around is not None and around.type != "tuple_struct_pattern":
        node, around = around, around.parent
    before = (child for child in around.children if child.end_byte <= node.start_byte) if around is not None else ()
    return f".{sum(child.type == ',' for child in before)}"


def _unwrapped(call: Node, source: Source) -> Node | None:
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    if function.type == "field_expression":
        field = function.child_by_field_name("field")
        same = field is not None and source.text(field) in _SAME
        return function.child_by_field_name("value") if same else None
    if len(arguments.named_children) == 1 and _WRAP.fullmatch(source.text(function)):
        return arguments.named_children[0]
    return None


def _plain(path: str) -> str:
    """A path without generic arguments and blanks, dotted."""
    while (shorter := _PARAMETERS.sub("", path)) != path:
        path = shorter
    return re.sub(r"\s|::(?=::|$)", "", path).replace("::", ".").strip(".")


def _in_macro(member: Node, source: Source) -> str | Node:
    """What stands before a name among the tokens of a macro call: a path, a single name, or something unknown."""
    parts: list[str] = []
    mark = member.prev_sibling
    if mark is not None and mark.type == ".":
        before = mark.prev_sibling
        single = before is not None and (before.prev_sibling is None or before.prev_sibling.type not in (".", "::"))
        return before if before is not None and single and before.type in ("identifier", "self") else "?"
    while mark is not None and mark.type == "::":
        before = mark.prev_sibling
        if before is None or before.type not in ("identifier", "self", "super", "crate", "metavariable"):
            return "?" if before is not None and before.type == ">" else ".".join(parts)
        parts.insert(0, source.text(before))
        mark = before.prev_sibling
    return ".".join(parts)


def _used(tree: Node, prefix: str, source: Source, kind: str, depth: int = 0) -> Iterable[Import]:
    """The names that a use tree brings in, each below the path `prefix`."""
    if depth > _DEEPEST:
        return
    if tree.type == "use_list":
        for child in tree.named_children:
            yield from _used(child, prefix, source, kind, depth + 1)
    elif tree.type == "scoped_use_list":
        path, inner = tree.child_by_field_name("path"), tree.child_by_field_name("list")
        if inner is not None:
            yield from _used(inner, _joined(prefix, path, source), source, kind, depth + 1)
    elif tree.type == "use_wildcard":
        path = tree.named_children[0] if tree.named_children else None
        yield source.imported(path or tree, _joined(prefix, path, source), "*", "", kind)
    elif tree.type == "use_as_clause":
        path, alias = tree.child_by_field_name("path"), tree.child_by_field_name("alias")
        if path is not None:
            bound = source.text(alias) if alias is not None else ""
            yield _used_name(path, prefix, "" if bound == "_" else bound, source, kind)
    elif tree.type in ("identifier", "scoped_identifier", "self", "crate", "super"):
        yield _used_name(tree, prefix, None, source, kind)


def _used_name(path: Node, prefix: str, alias: str | None, source: Source, kind: str) -> Import:
    if path.type == "self" and prefix:
        own = prefix.rpartition("::")[2]
        return source.imported(path, prefix, "", own if alias is None else alias, kind)
    if path.type == "scoped_identifier":
        name_node = path.child_by_field_name("name") or path
        module = _joined(prefix, path.child_by_field_name("path"), source)
    else:
        name_node, module = path, prefix
    name = source.text(name_node)
    bound = name if alias is None else alias
    if not module:
        return source.imported(path, name, "", bound, kind)
    return source.imported(name_node, module, name, bound, kind)


def _joined(prefix: str, path: Node | None, source: Source) -> str:
    text = re.sub(r"\s", "", source.text(path)) if path is not None else ""
    return f"{prefix}::{text}" if prefix and text else prefix or text


def _path_attribute(node: Node, source: Source) -> str:
    before = node.prev_sibling
    while before is not None and (before.type == "attribute_item" or "comment" in before.type):
        found = re.fullmatch(r'#\s*\[\s*path\s*=\s*"([^"]+)"\s*\]', source.text(before))
        if found:
            return found[1]
        before = before.prev_sibling
    return ""


HOOKS = RustHooks()
