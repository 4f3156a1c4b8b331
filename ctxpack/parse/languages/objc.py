"""Objective-C: methods by their selectors, messages with what they are sent to, and macros that the grammar lacks.

A definition of a class is its `@interface`; an `@implementation`, a category and a class extension are blocks of
members of that class. The macros of Apple's headers (nullability, availability, enumerations) are written as plain C
for the grammar, which knows some of them and stumbles over the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ctxpack.parse.languages.c import CHooks
from ctxpack.parse.languages.c_text import one_branch
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_PLAIN = re.compile(
    rb"""
    (?P<kept>//[^\n]* | /\*.*?(?:\*/|\Z) | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | ^[ \t]*\#(?:[^\n\\]|\\.)*)
    | \btypedef\s+(?P<enum>(?:NS|CF)_(?:CLOSED_|ERROR_)?(?:ENUM|OPTIONS)[ \t]*\([^(),;{}\n]*,[ \t]*)
        \w+[ \t]*(?P<close>\))
    | (?P<extern>\b(?:[A-Z][A-Z0-9]*_(?:EXTERN|EXPORT)(?!_C)|NS_INLINE|CF_INLINE)\b)
    | (?P<mark>\b(?:_N(?:ullable|onnull|ull_unspecified)|__deprecated|__unused
        |__(?:nullable|nonnull|kindof|unsafe_unretained|weak|strong|block|autoreleasing|covariant|contravariant))\b)
    | (?P<given>\b(?:(?:NS|API|UI|CF|DEPRECATED|AVAILABLE|SWIFT)_(?!(?:ENUM|OPTIONS|CLOSED_ENUM|ERROR_ENUM)\b)[A-Z0-9_]+
        |[A-Z][A-Z0-9_]*_(?:API_)?(?:UN)?(?:AVAILABLE|DEPRECATED)\w*|__(?:IOS|OSX|TVOS|WATCHOS)_[A-Z]+|__deprecated_msg
        |__attribute__)\b
        (?:[ \t]*\((?:[^()"\n]|"(?:\\.|[^"\\\n])*"|\((?:[^()"\n]|"(?:\\.|[^"\\\n])*"|\([^()\n]*\))*\))*\))?)
    | (?<=\()[ \t]*(?P<null>(?:nullable|nonnull|null_unspecified))(?=\s+\w)
    | ^(?P<alone>(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Za-z]\w*(?:Begin|End)\b)(?:[ \t]*\([^()\n]*\))?)(?=[ \t]*$)
    | (?P<at>@)(?=weakify|strongify|onExit)
    | ^[ \t]*(?P<using>using[ \t]+namespace[ \t]+[\w:]+[ \t]*;)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""Macros and marks that stand where the grammar expects nothing or something else."""

_BLANK = re.compile(rb"[^\s]")
_NULLABILITY = re.compile(
    r"\b(?:nullable|nonnull|null_unspecified|_Nullable|_Nonnull|_Null_unspecified|__\w+|IBOutlet|IBAction|oneway|"
    r"in|out|inout|byref|bycopy)\b"
)
_PROTOCOL = re.compile(r"^id\s*<\s*(\w+)")
_METHODS = frozenset({"method_declaration", "method_definition"})
_TYPES = frozenset({"class_interface", "class_implementation", "protocol_declaration"})
_OWNED = frozenset({"property_declaration", "instance_variable"})
_MADE = re.compile(r"^(?:alloc|new|self|copy|mutableCopy|autorelease|retain|init|init[A-Z].*|allocWithZone:)$")
_MOST_DECLARATORS = 8
_MOST_PARTS = 40
_LONGEST_SIGNATURE = 400


class ObjcHooks(CHooks):
    """The hooks of Objective-C, where it is not C."""

    valued = frozenset({"message_expression"})

    def code(self, data: bytes) -> bytes:
        """The text with its macros written as plain C."""
        return _PLAIN.sub(_plain, data)

    def repaired(self, data: bytes) -> bytes:
        """One branch of each condition."""
        return one_branch(data)

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """A message by its selector; a variable of the instance by its underscore."""
        if node.type == "message_expression":
            parts, receiver = node.children_by_field_name("method"), node.child_by_field_name("receiver")
            if parts and receiver is not None:
                yield parts[0].start_byte, _selector(node, source), reader.of(receiver), "call"
        elif node.type == "identifier" and (node.parent is None or not node.parent.type.endswith("declarator")):
            owner = reader.above(node).removesuffix("^")
            if owner != "?" and not reader.is_local(source.text(node), node):
                yield node.start_byte, source.text(node), owner, "read"

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """What a message gives: an instance where it is sent to a class to make one, else what the method returns."""
        receiver = node.child_by_field_name("receiver")
        if receiver is None or not node.children_by_field_name("method"):
            return "?"
        known = reader.of(receiver, depth + 1)
        if known == "?":
            return known
        selector = _selector(node, None)
        if _MADE.match(selector):
            return known.removesuffix("^") if known.endswith((")", "^")) else f"{known}()"
        return f"{known}.{selector}()"

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """As in C; an interface that names no superclass and no category is that of a root class."""
        parent = node.parent
        above = parent.type if parent is not None else ""
        if parent is not None and above == "class_interface" and kind == "impl":
            return ("impl" if any(one.type == "(" for one in parent.children[:4]) else "class"), node
        if above in _METHODS or above in _TYPES or above == "method_parameter":
            return kind, node
        if node.type != "struct_declarator":
            return super().declared(kind, node)
        found: Node | None = node
        for _ in range(_MOST_DECLARATORS):
            if found is None or found.type == "identifier":
                break
            found = found.child_by_field_name("declarator") or next(iter(found.named_children), None)
        return (kind, found) if found is not None and found.type == "identifier" else None

    def name(self, node: Node, source: Source) -> str:
        """The selector of a method; functions and constants in an implementation stand outside of the class."""
        if node.parent is not None and node.parent.type in _METHODS:
            return _selector(node.parent, source)
        name = super().name(node, source)
        plain = node.type == "identifier" and not name.startswith(("_", ".")) and "." not in name
        return f".{name}" if plain and _in_implementation(node) else name

    def signature(self, node: Node, body: Node | None, source: Source) -> str:
        """The first line of a class, a category or a protocol."""
        if node.type not in _TYPES:
            return ""
        line = source.text(node).partition("\n")[0].partition("{")[0]
        return " ".join(line.split())[:_LONGEST_SIGNATURE]

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """The superclass, and the protocols in a list of them."""
        if node.type in ("protocol_reference_list", "parameterized_arguments"):
            return tuple(re.findall(r"\w+", source.text(node)))
        return super().bases(node, source)

    def type_path(self, text: str) -> str:
        """The class of a pointer, the protocol of an `id`; `instancetype` is the class that a message is sent to."""
        plain = _NULLABILITY.sub("", text).strip().removeprefix("(").removesuffix(")").strip()
        protocol = _PROTOCOL.match(plain)
        if protocol:
            return protocol[1]
        first = plain.partition("*")[0].strip()
        if first in ("id", "Class", "SEL", "BOOL", "IMP"):
            return ""
        return "Self" if first == "instancetype" else super().type_path(plain)


def _in_implementation(name: Node) -> bool:
    """Whether what a name declares is no method and no field, and stands in the implementation of a class."""
    above = name.parent
    for _ in range(_MOST_DECLARATORS):
        if above is None or above.type in _OWNED or above.type in _TYPES:
            return False
        if above.type == "implementation_definition":
            return True
        above = above.parent
    return False


def _plain(found: re.Match[bytes]) -> bytes:
    kind = found.lastgroup or "kept"
    text = found[0]
    if kind == "kept":
        return text
    first = "enum" if kind == "close" else kind
    start, end = found.start(first) - found.start(), found.end(first) - found.start()
    part = text[start:end]
    if kind == "close":
        # `typedef NS_ENUM(NSInteger, State)` becomes `enum State`, its name in its place.
        head = b"enum" + b" " * (start - 4)
        return head + _BLANK.sub(b" ", part) + text[end : found.start("close") - found.start()] + b" "
    if kind == "extern":
        word = b"static" if part.endswith(b"INLINE") else b"extern"
        return text[:start] + word + b" " * (len(part) - len(word)) + text[end:]
    return text[:start] + _BLANK.sub(b" ", part) + text[end:]


def _selector(node: Node, source: Source | None) -> str:
    """The selector of a message or a method: `make` or `add:to:`."""
    parts: list[str] = []
    waiting = ""
    for place, one in enumerate(node.children[: _MOST_PARTS * 4]):
        named = node.field_name_for_child(place) == "method" or (node.type in _METHODS and one.type == "identifier")
        if named:
            if waiting:
                parts.append(waiting)
            waiting = source.text(one) if source is not None else (one.text or b"").decode("utf-8", "replace")
        elif waiting and (one.type in ("method_parameter", ":")):
            parts.append(f"{waiting}:")
            waiting = ""
    if waiting:
        parts.append(waiting)
    return "".join(parts)


HOOKS = ObjcHooks()
