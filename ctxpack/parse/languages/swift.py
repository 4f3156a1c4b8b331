"""Swift: kinds of types by their keyword, extensions as parts of types, sugared types, labels, what `$0` stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from ctxpack.model import Definition, Import
from ctxpack.parse.languages.generics import Holders, reader
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.notation import split_type
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_HELD = reader(
    Holders(
        each=frozenset(
            """Array Set ArraySlice ContiguousArray Collection Sequence AnyCollection AnySequence AsyncStream
            AsyncThrowingStream""".split()
        ),
        mappings=frozenset({"Dictionary", "KeyValuePairs"}),
        itself=frozenset({"Optional"}),
    )
)
"""The containers of the standard library."""

_PREFIX = re.compile(r"^(?:@[\w.]+(?:\([^()]*\))?\s*|(?:inout|some|any|borrowing|consuming|sending|isolated)\s+)+")
_KINDS = {"class": "class", "struct": "struct", "enum": "enum", "actor": "class", "extension": "impl"}
_HIDDEN = re.compile(r"\b(?:private|fileprivate)\b(?!\()")
_TEST = re.compile(r"^\s*@(?:Test|Suite)\b")
_PER_ELEMENT = frozenset(
    """map compactMap flatMap filter forEach first contains allSatisfy firstIndex lastIndex last removeAll drop prefix
    min max""".split()
)
_BINDING = frozenset({"pattern", "parameter", "lambda_parameter", "if_statement", "guard_statement", "while_statement"})
_TYPES = frozenset(
    """user_type optional_type array_type dictionary_type tuple_type function_type opaque_type existential_type
    protocol_composition_type metatype""".split()
)
_GIVING = frozenset({"function_declaration", "computed_property", "lambda_literal", "init_declaration"})
_MOST_ABOVE, _DEEPEST = 60, 8


_UNIT = re.compile(rb"(?:(?<=\()|(?<=\w: ))\(\)(?=\s*[,)])")
_UNKNOWN_TO_GRAMMAR = re.compile(
    rb"^[ \t]*#(?:warning|error)[ \t]*\(\"[^\n]*\"\)[ \t]*$|\bnonisolated\(unsafe\)(?=[ \t]+(?:let|var)\b)",
    re.MULTILINE,
)


class SwiftHooks(Hooks):
    """The hooks of Swift."""

    valued = frozenset({"call_expression", "simple_identifier"})
    unconditional = frozenset({"source_file"})

    def repaired(self, data: bytes) -> bytes:
        """Without what the grammar does not know: `()` as an argument, messages to who builds, an unsafe local."""
        return _UNKNOWN_TO_GRAMMAR.sub(lambda found: b" " * len(found[0]), _UNIT.sub(b"0 ", data))

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """An element of what is subscripted; what `$0` stands for."""
        if node.type == "simple_identifier":
            return _implicit(node, reader, depth) if node.text == b"$0" else None
        given = node.named_child(1) if node.named_child_count > 1 else None
        arguments = given.named_child(0) if given is not None and given.named_child_count else None
        if arguments is None or arguments.type != "value_arguments" or (arguments.text or b"")[:1] != b"[":
            return None
        known = reader.of(node.named_children[0], depth + 1)
        return UNKNOWN if known == UNKNOWN else f"{known}.[]"

    def type_value(self, text: str) -> str | None:
        """What an array, a dictionary or an optional holds, however it is written; nothing of tuples and functions."""
        if not any(mark in text for mark in "[(?!>&") and " " not in text:
            return None
        plain = _plain(text, 0)
        if not plain:
            return UNKNOWN
        known = _HELD(plain)
        if known is not None:
            return known
        path = self.type_path(plain)
        return f"{path}()" if path else UNKNOWN

    def type_path(self, text: str) -> str:
        """The path without what is before and after it."""
        return super().type_path(_PREFIX.sub("", text.strip()))

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated (`@each`), and a part of it (`@part`)."""
        return (".[of]" if "each" in match else "") + (_part(node) if "part" in match else "")

    def stands_for(self, node: Node, source: Source) -> Node | None:
        """What is tried, awaited or unwrapped."""
        if node.type in ("try_expression", "await_expression"):
            return node.child_by_field_name("expr")
        return node.child_by_field_name("target") if node.type == "postfix_expression" else None

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`import A` brings all of A, `import struct A.B` only B; `@_exported` offers it on."""
        path = next((child for child in node.named_children if child.type == "identifier"), None)
        if path is None:
            return
        names = [source.text(child) for child in path.named_children]
        text = source.text(node)
        kind = "reexport" if "@_exported" in text else "type" if "@testable" in text else "import"
        single = any(not child.is_named and child.type != "import" for child in node.children)
        if single and len(names) > 1:
            yield source.imported(path, ".".join(names[:-1]), names[-1], names[-1], kind)
        else:
            yield source.imported(path, names[0], "*", "", kind)

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """What a class declaration declares by its keyword; `error` is bound by a catch without a pattern alone."""
        if kind == "class":
            keyword = node.parent.child_by_field_name("declaration_kind") if node.parent is not None else None
            return _KINDS.get(keyword.type if keyword is not None else "", kind), node
        if kind == "local" and node.text == b"error" and not _bound(node):
            return None
        return kind, node

    def name(self, node: Node, source: Source) -> str:
        """The name without backquotes, and of an extended type without what it is given."""
        text = re.sub(r"<[^<>]*>", "", source.text(node)) if node.type == "user_type" else source.text(node)
        return text.replace("`", "").rstrip("?")

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """What stands before a name in a dotted type; before a leading dot, the type that its place expects."""
        outer = member.parent
        if outer is None or outer.type == "navigation_suffix":
            return None
        if outer.type == "user_type":
            before = [child for child in outer.named_children if child.start_byte < member.start_byte]
            return ".".join(source.text(child) for child in before if child.type == "type_identifier")
        expected = _matched(outer, member) if outer.type != "prefix_expression" else _expected(outer)
        if expected is None or expected.type not in _TYPES:
            return expected or UNKNOWN
        plain = _plain(source.text(expected), 0)
        return plain if plain and "<" not in plain else UNKNOWN

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but what is private to its type or file."""
        first = node.named_children[0] if node.named_children else None
        return first is None or first.type != "modifiers" or _HIDDEN.search(source.text(first)) is None

    def tests(self, definitions: Sequence[Definition], source: Source) -> Iterable[int]:
        """What is marked with `@Test` or `@Suite`, and the methods of test cases that are called so."""
        if b"@Test" not in source.data and b"@Suite" not in source.data and b"XCTestCase" not in source.data:
            return
        for index, one in enumerate(definitions):
            owner = definitions[one.parent] if one.parent >= 0 else None
            case = owner is not None and "XCTestCase" in owner.bases
            marked = any(_TEST.match(source.line(number)) for number in range(one.span[0], one.line + 1))
            if marked or "XCTestCase" in one.bases or (case and one.name.startswith("test")):
                yield index


def _plain(text: str, depth: int) -> str:
    """A type in the words of generic types, "" for what is none: a tuple, a function, several at once."""
    text = _PREFIX.sub("", text.strip()).rstrip("?!").strip()
    if depth > _DEEPEST or not text:
        return ""
    if text[0] == "(" and text[-1] == ")":
        inside = split_type(text[1:-1], ",")
        return _plain(inside[0], depth + 1) if len(inside) == 1 and "->" not in text else ""
    if "->" in text or len(split_type(text, "&")) != 1:
        return ""
    if text[0] == "[" and text[-1] == "]":
        parts = [_plain(part, depth + 1) or "T" for part in split_type(text[1:-1], ":")]
        return f"{'Array' if len(parts) == 1 else 'Dictionary'}<{', '.join(parts)}>" if 0 < len(parts) < 3 else ""
    head, angle, rest = text.partition("<")
    if not angle or not rest.endswith(">"):
        return text
    return f"{head}<{', '.join(_plain(part, depth + 1) or 'T' for part in split_type(rest[:-1], ','))}>"


def _implicit(node: Node, reader: Qualifiers, depth: int) -> str:
    """What the closure around gives its first parameter: an element of what a function of containers is called on."""
    above, left = node.parent, _MOST_ABOVE
    while above is not None and left and above.type != "lambda_literal":
        above, left = above.parent, left - 1
    suffix = above.parent if above is not None else None
    while suffix is not None and suffix.type in ("value_arguments", "value_argument"):
        suffix = suffix.parent
    call = suffix.parent if suffix is not None and suffix.type == "call_suffix" else None
    callee = call.named_child(0) if call is not None and call.named_child_count else None
    if callee is None or callee.type != "navigation_expression":
        return UNKNOWN
    target, method = callee.child_by_field_name("target"), callee.child_by_field_name("suffix")
    name = (method.text or b"").decode("utf-8", "replace").lstrip("?.") if method is not None else ""
    known = reader.of(target, depth + 1) if target is not None and name in _PER_ELEMENT else UNKNOWN
    return UNKNOWN if known == UNKNOWN else f"{known}.[of]"


def _matched(outer: Node, member: Node) -> Node | None:
    """The value that a case is matched with, or the type that it names."""
    if outer.type == "pattern":
        first = outer.named_child(0)
        if first is not None and first.type == "user_type":
            return first
        entry = outer.parent.parent if outer.parent is not None and outer.parent.type == "switch_pattern" else None
        return entry.parent.child_by_field_name("expr") if entry is not None and entry.parent is not None else None
    after = member.next_sibling
    while after is not None and after.type != "=":
        after = after.next_sibling
    return after.next_named_sibling if after is not None else None


def _expected(node: Node) -> Node | None:
    """The type, or a value of the type, that the place of an expression with a leading dot expects."""
    outer = node.parent
    if outer is not None and outer.type == "call_expression":
        node, outer = outer, outer.parent
    find = _EXPECTING.get(outer.type) if outer is not None else None
    return find(outer, node) if find is not None and outer is not None else None


def _assigned(outer: Node) -> Node | None:
    target = outer.child_by_field_name("target")
    return target.named_child(0) if target is not None and target.named_child_count else None


def _compared(outer: Node, node: Node) -> Node | None:
    left = outer.child_by_field_name("lhs")
    return left if left is not None and left.id != node.id else outer.child_by_field_name("rhs")


def _defaulted(node: Node) -> Node | None:
    """The type of the parameter whose default a value is."""
    before = node.prev_named_sibling
    found = before.named_children if before is not None and before.type == "parameter" else []
    return found[-1] if found else None


def _returned(node: Node | None) -> Node | None:
    """The type that the function or property around a statement gives."""
    left = _MOST_ABOVE
    while node is not None and left and node.type not in _GIVING:
        node, left = node.parent, left - 1
    if node is not None and node.type == "computed_property":
        return _annotated(node.parent) if node.parent is not None else None
    if node is None or node.type != "function_declaration":
        return None
    arrow = next((child for child in node.children if child.type == "->"), None)
    return arrow.next_named_sibling if arrow is not None else None


def _annotated(declaration: Node) -> Node | None:
    typed = next((child for child in declaration.named_children if child.type == "type_annotation"), None)
    return typed.named_children[-1] if typed is not None and typed.named_child_count else None


_EXPECTING: Mapping[str, Callable[[Node, Node], Node | None]] = {
    "property_declaration": lambda outer, _: _annotated(outer),
    "assignment": lambda outer, _: _assigned(outer),
    "equality_expression": _compared,
    "nil_coalescing_expression": lambda outer, _: outer.child_by_field_name("value"),
    "function_declaration": lambda _, node: _defaulted(node),
    "init_declaration": lambda _, node: _defaulted(node),
    "control_transfer_statement": lambda outer, _: _returned(outer),
}
"""By the place of an expression, what tells the type that is expected there."""


def _part(node: Node) -> str:
    """The place of a name among those that a value is taken apart into."""
    one = node.parent
    if one is None or one.parent is None:
        return ""
    return next(f".[{number}]" for number, other in enumerate(one.parent.named_children) if other.id == one.id)


def _bound(node: Node) -> bool:
    """Whether a name is bound where it stands, or as that of what is caught without a pattern around it."""
    above, left = node.parent, _MOST_ABOVE
    if above is not None and above.type in _BINDING:
        return True
    while above is not None and left and above.type not in ("catch_block", "function_declaration", "lambda_literal"):
        above, left = above.parent, left - 1
    return above is not None and above.type == "catch_block"


HOOKS = SwiftHooks()
