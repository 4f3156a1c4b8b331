"""Texts in the strings of programs: literals, their concatenations and the constants in them, with lines of the file.

Only strings that begin like SQL are looked at. What a program computes is a hole in the text, `{name}`. Nothing is
executed: a constant counts if the same file binds its name once, to a text that is known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_MOST = 3_000
_LONGEST = 100_000
_DEEPEST = 20
_MOST_NODES = 400_000

_VERBS = rb"(?:select|insert|update|delete|merge|with|replace|truncate|create|alter|drop)"
BEGINS = re.compile(
    rb"(?:[\"'`]|<<[<~-]?[\"']?[A-Za-z_]\w*[\"']?[^\n]*\n)(?:[\s(|;]|\\[nrt]|--[^\n]*\n)*+"
    rb"(?:(?:begin|start|pragma|set|use|commit)\b[^;\"'`\n]{0,80};(?:\s|\\[nrt]|--[^\n]*\n)*+){0,4}"
    rb"(" + _VERBS + rb")(?=\s|\\[nrt\n]|[\"'`]\s*[+.])",
    re.IGNORECASE,
)
"""The opening of a string, then a word with which a statement begins."""

_STRINGS = frozenset(
    """interpreted_string_literal raw_string_literal string template_string string_literal multiline_string_literal
    verbatim_string_literal interpolated_string_expression interpolated_string heredoc_body nowdoc_body encapsed_string
    heredoc nowdoc""".split()
)
_WITHIN = frozenset({"heredoc_body", "nowdoc_body", "interpolated_string"})
_AROUND = frozenset({"heredoc", "nowdoc", "interpolated_string_expression"})
"""Kinds of strings that may also be parts of one, which then is the string."""

_JOINED = frozenset({"binary_expression", "binary", "infix_expression", "chained_string"})
_ASIDE = frozenset({"comment", "line_comment", "block_comment", "operator_identifier"})
_TOKENS = "token_tree"
"""The arguments of a macro, of which `concat!` joins its own."""

_MOST_JOINED = 2_000
_WRAPPED = frozenset({"parenthesized_expression", "parenthesized_statements", "expression_list"})
_JOINERS = frozenset({b"+", b"."})
_CONTENT = frozenset(
    """string_fragment string_content multiline_string_fragment heredoc_content nowdoc_string raw_string_content
    interpreted_string_literal_content raw_string_literal_content string_literal_content escape_sequence
    interpolation_start interpolation_quote raw_string_start raw_string_end heredoc_start heredoc_end
    heredoc_beginning ERROR""".split()
)
"""Kinds of nodes in a string that are its own text or its delimiters; all others are computed."""

_UNESCAPED = frozenset({"raw_string_literal", "multiline_string_literal", "verbatim_string_literal", "nowdoc"})
_OPENING = re.compile(rb"(?:[A-Za-z]|\$|@)*(?P<hashes>#*)(?P<quote>\"\"\"+|[\"'`])|%[A-Za-z]?[^\w\s]")
_ESCAPE = re.compile(rb"\\(?:\r?\n[ \t]*|u\{?[0-9A-Fa-f]+\}?|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b" ", b"0": b" "}
_PLACEHOLDER = re.compile(
    rb"%(?:\[?\d+\]?\$?)?[#+-]?\d*(?:\.\d+)?[sdvqfxti](?!\w)|[#$]\{[^{}\n]*\}|(?<!')\{\d*(?::[^{}\n]*)?\}(?!')|%\((\w+)\)[sd]"
)
_QUOTED_TABLE = re.compile(rb"(\b(?:from|join|into|update)\s+)'([\w{}.]+)'", re.IGNORECASE)
"""A table's name in single quotes, which SQLite takes."""

_SIMPLE = re.compile(rb"\$([A-Za-z_]\w*)")
_MARGIN = re.compile(rb"(?m)^[ \t]*\|(?!\|)")
_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")
_NAME = re.compile(rb"[\s${(]*(?:(?:\w+|\$this|self|static|this)\s*(?:\.|::|->)\s*)*\$?([A-Za-z_]\w*)[\s})]*\Z")
_LAST = re.compile(rb"([A-Za-z_]\w*)[\s\"'\])}(]*\Z")
"""The last name of an expression: `prefix` of `options['prefix']`, `table` of `self.table()`."""

_CONSTANT = re.compile(rb"[A-Z][A-Z0-9_]*\Z|k[A-Z]\w*\Z")
_OWNED = re.compile(rb"(?:\.|::|->)")

_BINDERS: Mapping[str, tuple[str, str]] = {
    "variable_declarator": ("name", "value"), "const_spec": ("name", "value"), "var_spec": ("name", "value"),
    "short_var_declaration": ("left", "right"), "const_item": ("name", "value"), "static_item": ("name", "value"),
    "let_declaration": ("pattern", "value"), "val_definition": ("pattern", "value"), "assignment": ("left", "right"),
    "const_element": ("", ""), "property_element": ("", ""), "property_declaration": ("", ""),
    "public_field_definition": ("name", "value"), "field_definition": ("property", "value"),
}  # fmt: skip
"""Kinds of nodes that bind a name to a value, with the fields of both; "" for the first and the last child."""

_STATEMENTS = frozenset(_BINDERS) | frozenset(
    """lexical_declaration variable_declaration const_declaration var_declaration field_declaration property_declaration
    expression_statement var_spec_list export_statement local_variable_declaration declaration_list
    local_declaration_statement static_declaration companion_object class_body object_declaration""".split()
)
_NAMING = ("name", "key", "left", "property", "pattern")
_DEEP_NAMES = 12


@dataclass(frozen=True, slots=True)
class Held:
    """A text that begins like SQL.

    `start` is the byte at which its first literal begins, `names` are those of the definitions, keys and variables
    around it, innermost first.
    """

    data: bytes
    start: int
    names: tuple[str, ...]
    chunks: tuple[tuple[int, int, bool], ...]

    def line(self, offset: int) -> int:
        """The line of the file on which a byte of the text stands."""
        begin, line, verbatim = self.chunks[max(0, bisect_right(self.chunks, (offset, 1 << 60)) - 1)]
        return line + (self.data.count(b"\n", begin, offset) if verbatim else 0)

    def lines(self) -> list[int]:
        """For each line of the text, the line of the file on which what it holds begins."""
        found: list[int] = []
        place = 0
        for one in self.data.split(b"\n"):
            found.append(self.line(place + len(one) - len(one.lstrip())))
            place += len(one) + 1
        return found


class _Draft:
    """A text in the making."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.chunks: list[tuple[int, int, bool]] = []

    def add(self, text: bytes, line: int, *, verbatim: bool) -> None:
        """Append a piece that begins at a line of the file; lines of a `verbatim` one are lines of the file."""
        if text:
            self.chunks.append((len(self.data), line, verbatim))
            self.data += text

    def part(self, following: bytes, line: int, before: int) -> None:
        """Put what stands on another line of the file on another line of the text, where a blank changes nothing."""
        if line > before and self.data and (self.data[-1:] in b" \t,(" or following[:1] in (b" ", b"\t", b",", b")")):
            self.add(b"\n", before, verbatim=False)


class Strings:
    """The strings of one file that begin like SQL."""

    def __init__(self, text: str, language: str) -> None:
        self.data = text.encode("utf-8", "replace")
        self._of = language
        self._language = next(one for one in LANGUAGES if one.name == language)

    @cached_property
    def _root(self) -> Node:
        return parse(self.data, self._language).root_node

    def held(self) -> Iterator[Held]:
        """The texts, in order; each once, with all that is joined to it behind."""
        done = -1
        for count, match in enumerate(BEGINS.finditer(self.data)):
            if count >= _MOST:
                return
            if match.start() < done:
                continue
            node = self._string_at(match.start(1))
            if node is None or match.start() - node.start_byte > _longest_opening(node):
                continue
            top = _joined(node)
            done = max(done, top.end_byte)
            draft = _Draft()
            self._write(top, draft, 0)
            if 0 < len(draft.data) <= _LONGEST:
                yield Held(
                    bytes(draft.data), min(node.start_byte, match.start()), tuple(self._names(top)), tuple(draft.chunks)
                )

    # --- strings ------------------------------------------------------------------------------------------------------

    def _string_at(self, offset: int) -> Node | None:
        """The string literal around a byte that is part of its own text; None where it is none."""
        node = self._root.descendant_for_byte_range(offset, offset)
        while node is not None and node.type in _CONTENT:
            node = node.parent
        if node is None or node.type not in _STRINGS:
            return None
        parent = node.parent
        outer = node.type in _WITHIN and parent is not None and parent.type in _AROUND
        return parent if outer else node

    def _write(self, node: Node, draft: _Draft, depth: int) -> None:
        """Append what an expression comes to."""
        if depth > _DEEPEST or len(draft.data) > _LONGEST:
            return
        if node.type in _STRINGS:
            self._literal(node, draft, depth)
        elif self._joins(node):
            end = 0
            for child in self._sides(node):
                line = child.start_point[0] + 1
                if child.type in _STRINGS and end:
                    draft.part(self._start_of(child), line, end)
                self._write(child, draft, depth + 1)
                end = child.end_point[0] + 1
        elif node.type in _WRAPPED and len(node.named_children) == 1:
            self._write(node.named_children[0], draft, depth + 1)
        elif node.type in ("call_expression", "field_expression", "method_invocation", "navigation_expression") and (
            inner := _trimmed(node)
        ):
            self._write(inner, draft, depth + 1)
        else:
            self._hole(node, draft, depth)

    def _joins(self, node: Node) -> bool:
        if node.type == _TOKENS:
            return True
        return node.type in _JOINED and (node.type == "chained_string" or _operator(node, self.data) in _JOINERS)

    def _sides(self, node: Node) -> list[Node]:
        """What a concatenation joins, in order, those of a concatenation on its left among them."""
        found: list[Node] = []
        if node.type == _TOKENS:
            return list(node.named_children)
        while self._joins(node) and len(found) < _MOST_JOINED:
            sides = [child for child in node.named_children if child.type not in _ASIDE]
            found += reversed(sides[1:])
            node = sides[0]
        return [node, *reversed(found)]

    def _start_of(self, node: Node) -> bytes:
        begin, _, _ = self._range(node)
        return self.data[begin : begin + 1]

    def _range(self, node: Node) -> tuple[int, int, bool]:
        """The bytes of a literal within its delimiters, and whether escapes are to be read in it."""
        if node.type in ("heredoc", "nowdoc"):
            body = next((one for one in node.named_children if one.type.endswith("_body")), node)
            return body.start_byte, body.end_byte, node.type == "heredoc"
        if node.type == "heredoc_body":
            end = next((one.start_byte for one in node.children if one.type == "heredoc_end"), node.end_byte)
            return node.start_byte, end, True
        if node.type == "interpolated_string_expression":
            inner = next((one for one in node.named_children if one.type == "interpolated_string"), None)
            node = inner or node
        opening = _OPENING.match(self.data, node.start_byte, node.end_byte)
        if opening is None:
            return node.start_byte, node.end_byte, True
        quote, hashes = opening["quote"] or b"x", opening["hashes"] or b""
        prefix = opening[0]
        escaped = node.type not in _UNESCAPED and b"@" not in prefix and not hashes
        escaped = escaped and not (self._of in ("scala", "csharp") and len(quote) > 1)
        closing = node.end_byte - len(quote) - len(hashes)
        return opening.end(), max(opening.end(), closing), escaped

    def _literal(self, node: Node, draft: _Draft, depth: int) -> None:
        begin, end, escaped = self._range(node)
        place = begin
        children = node.named_children
        for name in ("heredoc_body", "nowdoc_body", "interpolated_string"):
            body = next((one for one in children if one.type == name), None)
            children = body.named_children if body is not None else children
        for child in children:
            if child.type in _CONTENT or child.start_byte < place or child.end_byte > end:
                continue
            self._plain(place, child.start_byte, draft, escaped=escaped, node=node)
            inner = child.named_children
            single = len(inner) == 1 and child.type in ("interpolation", "template_substitution", "block")
            self._hole(inner[0] if single else child, draft, depth)
            place = child.end_byte
        self._plain(place, end, draft, escaped=escaped, node=node)

    def _plain(self, begin: int, end: int, draft: _Draft, *, escaped: bool, node: Node) -> None:
        """Append bytes of a literal, with escapes read and placeholders made holes."""
        line = node.start_point[0] + 1 + self.data.count(b"\n", node.start_byte, begin)
        raw = self.data[begin:end]
        if self._of in ("scala", "kotlin") and b"|" in raw:
            raw = _MARGIN.sub(lambda match: b" " * len(match[0]), raw)
        if self.data[node.start_byte : node.start_byte + 2] in (b'@"', b"$@", b"@$"):
            raw = raw.replace(b'""', b'"')
        if self._of == "kotlin":
            raw = _SIMPLE.sub(lambda match: self._constant_or_hole(match[1], begin), raw)
        place = 0
        for match in _ESCAPE.finditer(raw) if escaped and b"\\" in raw else ():
            self._pieces(raw[place : match.start()], line, draft)
            line += raw.count(b"\n", place, match.start())
            what = match[0][1:]
            told = b"\n" if what[:1] in (b"\n", b"\r") and len(what) > 0 and b"\n" in what else _ESCAPES.get(what, what)
            draft.add(told, line, verbatim=False)
            line += match[0].count(b"\n")
            place = match.end()
        self._pieces(raw[place:], line, draft)

    @staticmethod
    def _pieces(raw: bytes, line: int, draft: _Draft) -> None:
        raw = _QUOTED_TABLE.sub(rb'\1"\2"', raw) if b"'" in raw else raw
        draft.add(_PLACEHOLDER.sub(_held_open, raw) if b"%" in raw or b"{" in raw else raw, line, verbatim=True)

    def _hole(self, node: Node, draft: _Draft, depth: int) -> None:
        """Append what a computed part comes to: the text of a constant, or a hole with a name."""
        line = node.start_point[0] + 1
        if node.type in _STRINGS:
            self._literal(node, draft, depth + 1)
            return
        written = self.data[node.start_byte : node.end_byte]
        match = _NAME.match(written) if len(written) < 200 else None
        if match is None:
            told = _LAST.search(written[-200:])
            draft.add(b"{" + (told[1] if told else b"_") + b"}", line, verbatim=False)
            return
        name = match[1]
        bare = _OWNED.search(written) is None
        text = self._constant(name, node.start_byte, bare=bare, depth=depth)
        draft.add(text if text is not None else b"{" + name + b"}", line, verbatim=False)

    # --- constants ----------------------------------------------------------------------------------------------------

    def _constant_or_hole(self, name: bytes, place: int) -> bytes:
        text = self._constant(name, place, bare=True, depth=0)
        return text if text is not None and b"\n" not in text else b"{" + name + b"}"

    def _constant(self, name: bytes, place: int, *, bare: bool, depth: int) -> bytes | None:
        """The text that a name is bound to where it is used; None where that is not known."""
        found = self._bound.get(name, ())
        if not (bare or _CONSTANT.match(name)):
            return None
        fitting = [one for one in found if one[0] <= place < one[1] or _CONSTANT.match(name)]
        if len(found) != 1 or not fitting or depth > _DEEPEST // 2:
            return None
        draft = _Draft()
        self._write(fitting[0][2], draft, depth + 2)
        text = bytes(draft.data)
        return None if not text or b"{" in text or len(text) > 4_000 else text

    @cached_property
    def _bound(self) -> dict[bytes, list[tuple[int, int, Node]]]:
        """By name, where it is known and the expression that it is bound to."""
        found: dict[bytes, list[tuple[int, int, Node]]] = {}
        waiting = [self._root]
        budget = _MOST_NODES
        while waiting and budget > 0:
            node = waiting.pop()
            budget -= 1
            fields = _BINDERS.get(node.type)
            if fields is not None:
                self._bind(node, fields, found)
            if node.named_child_count and node.type not in _STRINGS:
                waiting.extend(node.named_children)
        return found

    def _bind(self, node: Node, fields: tuple[str, str], found: dict[bytes, list[tuple[int, int, Node]]]) -> None:
        children = node.named_children
        name = node.child_by_field_name(fields[0]) if fields[0] else children[0] if children else None
        value = node.child_by_field_name(fields[1]) if fields[1] else children[-1] if len(children) > 1 else None
        if value is None and len(children) > 1:
            value = children[-1]
        if name is None or value is None or name == value:
            return
        while value.type in _WRAPPED and len(value.named_children) == 1:
            value = value.named_children[0]
        if value.type == "property_initializer" and value.named_children:
            value = value.named_children[-1]
        called = _IDENTIFIER.search(self.data, name.start_byte, name.end_byte)
        if called is None:
            return
        scope = node
        while scope.parent is not None and scope.type in _STATEMENTS:
            scope = scope.parent
        found.setdefault(called[0], []).append((scope.start_byte, scope.end_byte, value))

    def _names(self, node: Node) -> Iterator[str]:
        """The names of what is around a node: variables, keys, functions, classes."""
        one = node.parent
        count = 0
        while one is not None and count < _DEEP_NAMES:
            for field in _NAMING:
                named = one.child_by_field_name(field)
                if named is not None and named.end_byte <= node.start_byte and named.end_byte - named.start_byte < 80:
                    yield self.data[named.start_byte : named.end_byte].decode("utf-8", "replace")
                    count += 1
                    break
            one = one.parent


def _longest_opening(node: Node) -> int:
    """How many bytes of a string may stand before its own text begins."""
    return 60 if node.type in ("heredoc", "nowdoc") else 12


def _held_open(match: re.Match[bytes]) -> bytes:
    """A placeholder of a formatter as a hole."""
    return b"{" + (match[1] or b"_") + b"}"


def _operator(node: Node, data: bytes) -> bytes:
    """The operator of a binary expression."""
    one = node.child_by_field_name("operator") or next((child for child in node.children if not child.is_named), None)
    return data[one.start_byte : one.end_byte] if one is not None else b""


def _trimmed(node: Node) -> Node | None:
    """The string that a call only trims or takes its margin from: `"...".trimIndent()`, `"...".stripMargin`."""
    inner = node
    for _ in range(3):
        if not inner.named_children:
            return None
        inner = inner.named_children[0]
        if inner.type in _STRINGS:
            return inner
    return None


def _joined(node: Node) -> Node:
    """The outermost concatenation that begins with a string; the string itself where it begins none."""
    top = node
    while (parent := top.parent) is not None:
        first = parent.named_children[0] if parent.named_children else None
        if first is None or first.start_byte != node.start_byte:
            return top
        if parent.type == _TOKENS and parent.parent is not None and parent.parent.type == "macro_invocation":
            macro = parent.parent.child_by_field_name("macro")
            return parent if macro is not None and macro.text == b"concat" else top
        if parent.type in _JOINED or (parent.type in _WRAPPED and parent.type != "expression_list"):
            top = parent
        elif parent.type in ("field_expression", "navigation_expression", "call_expression", "method_invocation"):
            if _trimmed(parent) is None or parent.parent is None or not _goes_on(parent):
                return top
            top = parent
        else:
            return top
    return top


def _goes_on(node: Node) -> bool:
    """Whether a concatenation goes on behind a trimmed string."""
    one = node.parent
    while one is not None and one.start_byte == node.start_byte:
        if one.type in _JOINED:
            return True
        one = one.parent
    return False
