"""Go: import specs, receivers, composite literals whose keys are fields, build constraints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.notation import UNKNOWN, pair, split_type
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_VERSION = re.compile(r"v\d+")
_SUFFIX = re.compile(r"\.v\d+$")
_NAMED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)?")
_NAMED_RESULT = re.compile(r"\s*(?!chan\b|func\b|map\b|interface\b|struct\b)\w+\s+(\S.*)")
_ELEMENT = re.compile(r"\s*(?:\*|&|\.\.\.|\[[^\]]*\]|(?:<-\s*)?chan\b(?:\s*<-)?|map\[(?:[^\[\]]|\[[^\[\]]*\])*\])\s*")
_BUILD = re.compile(r"//(?:go:build\s+(\S.*)|\s*\+build\s+(\S.*))")
_MOST_ABOVE = 200
"""Lines above a package clause that are read."""

_PLAIN = frozenset(
    """any bool byte complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune string uint uint16
    uint32 uint64 uint8 uintptr""".split()
)
_DEEPEST = 8
_NAMES = frozenset({"type_identifier", "qualified_type", "generic_type"})
_INDEXED = frozenset({"map_type", "array_type", "slice_type", "implicit_length_array_type"})
_UNARY = frozenset({"&", "*", "<-"})


class GoHooks(Hooks):
    """The hooks of Go."""

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """One import spec: plain, renamed, for its effects (`_`), or into the file's own names (`.`)."""
        path_node = node.child_by_field_name("path")
        if path_node is None:
            return
        path = source.text(path_node).strip('"`')
        name_node = node.child_by_field_name("name")
        written = source.text(name_node) if name_node is not None else ""
        if written == ".":
            yield source.imported(path_node, path, "*", "")
        else:
            alias = "" if written == "_" else written or package_name(path)
            yield source.imported(path_node, path, "", alias)

    def conditional(self, node: Node) -> bool:
        """Never: imports stand at the top."""
        return False

    def package(self, node: Node, source: Source) -> str:
        """The name in the package clause."""
        return source.text(node.named_children[0]) if node.named_children else ""

    def condition(self, source: Source) -> str:
        """The `//go:build` line, or else the older `// +build` lines, as one expression."""
        older: list[str] = []
        for line in source.lines[:_MOST_ABOVE]:
            if line.startswith(b"package "):
                break
            said = _BUILD.match(line.decode("utf-8", "replace"))
            if said is not None and said[1]:
                return " ".join(said[1].split())
            if said is not None:
                older.append(_older(said[2]))
        return " && ".join(f"({one})" for one in older if one) if len(older) > 1 else "".join(older)

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """The embedded type, or the type that an alias stands for."""
        found = self.type_path(source.text(node))
        return (found,) if found else ()

    def type_path(self, text: str) -> str:
        """The type, or that of its elements or of a function's first result; "" for function and literal types.

        Slices, maps and channels without a name have no members, so that a member after one is always an element's.
        """
        text = text.strip()
        if text.startswith("("):
            text = _first_result(text[1:])
        while (before := _ELEMENT.match(text)) is not None:
            text = text[before.end() :]
        found = _NAMED.match(text)
        if found is None or found[0] in ("map", "chan", "func", "struct", "interface"):
            return ""
        return found[0]

    def type_value(self, text: str) -> str | None:
        """Several results as a tuple, where another than the first may have members."""
        if not text.startswith("(") or "," not in text:
            return None
        paths = [self.type_path(result) for result in _results(text)]
        known = [UNKNOWN if not path or path in _PLAIN else f"{path}()" for path in paths]
        return pair(known) if any(one != UNKNOWN for one in known[1:]) else None

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """Which of several results, by the place of the name among those that take them; the first needs no word."""
        value = node.parent.next_named_sibling if node.parent is not None else None
        if value is None or node.parent is None or node.parent.type != "expression_list" or "value" not in match:
            return ""
        if node.parent.named_child_count < 2 or value.named_child_count != 1:
            return ""
        place = sum(child.type == "," for child in node.parent.children if child.end_byte <= node.start_byte)
        return f".[#{place}]" if place and value.named_children[0].type == "call_expression" else ""

    def qualifier(self, member: Node, source: Source) -> str | None:
        """For a key of a composite literal, the literal's type; nothing for what is no field, but an index or key."""
        element = member.parent
        if element is None or element.type != "literal_element":
            return None
        body = element.parent.parent if element.parent is not None else None
        typed, named = _literal_type(body)
        if typed is not None and typed.type in _INDEXED:
            # Whether a name is local is not asked of fields; but locals are not written like this.
            return "" if source.text(member)[:1].isupper() else "?"
        path = self.type_path(source.text(typed)) if typed is not None else ""
        return f"{path}()^" if path and named else f"{path}()" if path else "?"

    def stands_for(self, node: Node, source: Source) -> Node | None:
        """A pointer to a value, or what a pointer points to, for the value; for `make` and `new` the type."""
        if node.type == "call_expression":
            function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            made = function is not None and source.text(function) in ("make", "new")
            first = arguments.named_children[0] if made and arguments is not None and arguments.named_children else None
            typed = first is not None and (first.type == "type_identifier" or first.type.endswith("_type"))
            return first if typed else None
        if node.type == "unary_expression":
            operator = node.child_by_field_name("operator")
            if operator is not None and operator.type in _UNARY:
                return node.child_by_field_name("operand")
        return None


def _older(line: str) -> str:
    """A line of `// +build` as an expression: blanks stand for "or", commas for "and"."""
    either = [" && ".join(part for part in one.split(",") if part) for one in line.split()]
    return " || ".join(one for one in either if one)


def package_name(path: str) -> str:
    """The package name that an import path suggests: its last part, major versions left out."""
    parts = [part for part in path.split("/") if part]
    if len(parts) > 1 and _VERSION.fullmatch(parts[-1]):
        parts.pop()
    return _SUFFIX.sub("", parts[-1]) if parts else ""


def _first_result(text: str) -> str:
    """The type of the first of several results, which may be named."""
    results = re.split(r"[,)]", text)
    for result in results:
        named = _NAMED_RESULT.match(result)
        if named:
            return named[1]
    return results[0]


def _results(text: str) -> list[str]:
    """The types of several results; where they are named, several names may stand before one type."""
    parts = split_type(text.strip()[1:-1], ",")
    named = [_NAMED_RESULT.match(part) for part in parts]
    if not any(named):
        return parts
    types: list[str] = []
    for match in reversed(named):
        types.append(match[1] if match is not None else types[-1] if types else "")
    return types[::-1]


def _literal_type(body: Node | None, depth: int = 0) -> tuple[Node | None, bool]:
    """The type of the values in a literal body: its own, or the element type of the literal around it.

    A literal without a type stands in a slice, an array or a map. Where that goes by a name, the name is given, and
    True: the values are then of the type of its elements.
    """
    outer = body.parent if body is not None else None
    if outer is None or depth > _DEEPEST:
        return None, False
    if outer.type == "composite_literal":
        return outer.child_by_field_name("type"), False
    if outer.type != "literal_element" or outer.parent is None:
        return None, False
    holder = outer.parent.parent if outer.parent.type == "keyed_element" else outer.parent
    around, named = _literal_type(holder, depth + 1)
    if around is None or around.type in _NAMES:
        return around, not named
    return around.child_by_field_name("element") or around.child_by_field_name("value"), False


HOOKS = GoHooks()
