"""Elixir: what modules bring in, documentation and marks in attributes, and uses of modules, types and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_PRIVATE = frozenset({"defp", "defmacrop", "defguardp", "defnp"})
_LEADING = frozenset({"spec", "impl", "deprecated", "dialyzer", "since", "tag", "attr", "slot", "decorate"})
"""Attributes, and the calls that declare what a component takes, which belong to the function after them."""

_RESERVED = frozenset(
    {
        "after_compile", "before_compile", "behaviour", "callback", "compile", "deprecated", "derive", "describetag",
        "dialyzer", "doc", "enforce_keys", "external_resource", "foreign_key_type", "impl", "macrocallback",
        "moduledoc", "moduletag", "nifs", "on_definition", "on_load", "opaque", "optional_callbacks", "primary_key",
        "recursive", "requirements", "schema_prefix", "shortdoc", "since", "spec", "tag", "timestamps_opts", "type",
        "typedoc", "typep", "vsn",
    }
)  # fmt: skip
"""Attributes that the compiler and well-known libraries read, and that are no constants."""

_BRINGING = frozenset({"alias", "import", "use", "require", "defmodule", "defprotocol"})
_DOCUMENTED = frozenset({"defmodule", "defprotocol"})
_HOLDERS = frozenset({"defmodule", "defprotocol", "defimpl", "describe"})
_COMPONENT = re.compile(rb"</?(?:(?P<module>[A-Z][\w.]*)\.|\.)(?P<name>[a-z_]\w*)")
_MODULE = "__MODULE__"
_LONGEST_TEST = 100
_MOST_NODES = 4_000


class ElixirHooks(Hooks):
    """The hooks of Elixir."""

    unconditional = frozenset({"do_block", "call"})

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`alias A.{B, C}`, `alias A, as: B`, `import A, only: [f: 1]`, `use A` (as include), `require A`."""
        verb, arguments = _callee(node), _arguments(node)
        if verb is None or not arguments:
            return
        kind, options = source.text(verb), _options(arguments, source)
        for place, module in _modules(arguments[0], source):
            if kind == "alias":
                yield source.imported(place, module, "", options.get("as") or module.rpartition(".")[2])
            elif kind == "import":
                for name in _only(arguments, source) or ["*"]:
                    yield source.imported(place, module, name, "" if name == "*" else name)
            elif kind == "use":
                which = source.text(arguments[1]).lstrip(":") if len(arguments) > 1 else ""
                yield source.imported(place, module, which if which.isidentifier() else "", "", "include")
            else:
                yield source.imported(place, module, "", options.get("as", ""), "require")

    def leads(self, node: Node, source: Source) -> bool:
        """Whether an attribute, or a call, belongs to the function that follows."""
        attribute = node.child_by_field_name("operand") if node.type == "unary_operator" else node
        callee = _callee(attribute) if attribute is not None else None
        return source.text(callee if callee is not None else attribute or node) in _LEADING

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """An attribute is a constant in the body of a module, unless it has a meaning of its own."""
        return None if kind == "constant" and not _is_constant(node) else (kind, node)

    def name(self, node: Node, source: Source) -> str:
        """The name of a module or function; "@" before that of an attribute; what a test says, without dots."""
        text = source.text(node)
        above = node.parent
        if node.type == "string":
            verb = _callee(above.parent) if above is not None and above.parent is not None else None
            said = " ".join(text.strip('"').replace(".", " ").split())
            return f"{source.text(verb) if verb is not None else 'test'} {said}"[:_LONGEST_TEST].strip()
        if node.type == "atom":
            return text.lstrip(":").strip('"')
        if text == "using":
            return "__using__"
        if above is not None and above.type == "arguments" and above.parent is not None:
            return _module_name(above.parent, text, source)
        outer = above.parent if above is not None and above.type == "call" else None
        if outer is not None and outer.type == "unary_operator":
            return f"@{text}"
        return text

    def doc(self, node: Node, body: Node | None, source: Source) -> str:
        """`@moduledoc` inside a module; `@doc` or `@typedoc` among the attributes above anything else."""
        if body is not None and source.text(_callee(node) or node) in _DOCUMENTED:
            return next((text for child in body.named_children if (text := _said(child, ("moduledoc",), source))), "")
        before = node.prev_named_sibling
        while before is not None and before.type in ("unary_operator", "call"):
            if text := _said(before, ("doc", "typedoc"), source):
                return text
            if not self.leads(before, source):
                return ""
            before = before.prev_named_sibling
        return ""

    def doc_span(self, node: Node, body: Node | None, source: Source) -> tuple[int, int] | None:
        """The first line of a module's documentation, and the next where the first opens the text."""
        for child in (
            body.named_children if body is not None and source.text(_callee(node) or node) in _DOCUMENTED else ()
        ):
            if _said(child, ("moduledoc",), source):
                first, last = child.start_point[0] + 1, child.end_point[0] + 1
                return first, min(first + 1, last)
        return None

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Whether a function is public."""
        return source.text(_callee(node) or node) not in _PRIVATE

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """The behaviour, or the protocol that is implemented."""
        return (source.text(node),)

    def qualifier(self, member: Node, source: Source) -> str | Node | None:
        """The module before a function's dot; nothing is known of other values."""
        left = member.parent.child_by_field_name("left") if member.parent is not None else None
        return _module(left, source) or "?"

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """Uses of modules, attributes and types, of what is delegated to, and of components in markup."""
        if node.type == "alias":
            yield from _alias(node, source)
        elif node.type == "identifier":
            yield node.start_byte, f"@{source.text(node)}", "", "read"
        elif node.type == "arguments":
            yield from _types(node, source)
        elif node.type == "call":
            yield from _delegated(node, source)
        else:
            for found in _COMPONENT.finditer(node.text or b""):
                module = (found["module"] or b"").decode("utf-8", "replace")
                yield node.start_byte + found.start("name"), found["name"].decode("utf-8", "replace"), module, "call"


def _is_constant(name: Node) -> bool:
    above = name
    for _ in range(4):
        if above.parent is None:
            return False
        above = above.parent
    around = _callee(above)
    holder = (around.text or b"").decode("utf-8", "replace") if around is not None else ""
    return holder in _HOLDERS and (name.text or b"").decode("utf-8", "replace") not in _RESERVED


def _child(node: Node, index: int) -> Node | None:
    return node.named_child(index) if node.named_child_count > index else None


def _callee(node: Node) -> Node | None:
    return node.child_by_field_name("target") if node.type == "call" else None


def _arguments(call: Node) -> list[Node]:
    for child in call.named_children:
        if child.type == "arguments":
            return child.named_children
    return []


def _pairs(node: Node | None, source: Source) -> Iterator[tuple[str, Node]]:
    """The keys and values of a keyword list."""
    while node is not None and node.type == "list":
        node = _child(node, 0)
    for pair in node.named_children if node is not None and node.type == "keywords" else ():
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None:
            yield source.text(key).rstrip(": "), value


def _options(arguments: list[Node], source: Source) -> dict[str, str]:
    return {key: source.text(value) for key, value in _pairs(arguments[-1], source)}


def _only(arguments: list[Node], source: Source) -> list[str]:
    """The functions that an import is restricted to."""
    for key, value in _pairs(arguments[-1], source):
        if key == "only":
            return list(dict.fromkeys(name for name, _ in _pairs(value, source)))
    return []


def _module(node: Node | None, source: Source) -> str:
    """The name of a module as it is written, "" for any other expression."""
    if node is not None and node.type == "call" and source.text(node) == f"unquote({_MODULE})":
        return _MODULE
    if node is None or node.type not in ("alias", "identifier", "dot"):
        return ""
    text = source.text(node)
    named = node.type == "alias" or text == _MODULE or (text.startswith(f"{_MODULE}.") and text[11:12].isupper())
    return text if named and "{" not in text else ""


def _modules(node: Node, source: Source) -> Iterator[tuple[Node, str]]:
    """The modules of one argument, with the place of each: several in braces."""
    if module := _module(node, source):
        yield node, module
        return
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    base = _module(left, source)
    if base and node.type == "dot" and right is not None and right.type == "tuple":
        for one in right.named_children:
            if one.type == "alias":
                yield one, f"{base}.{source.text(one)}"


def _module_name(call: Node, text: str, source: Source) -> str:
    """A module's name; an implementation is called by its protocol and its type, wherever it stands."""
    verb = _callee(call)
    if verb is None or source.text(verb) != "defimpl":
        return text.removeprefix(f"{_MODULE}.")
    kind = _options(_arguments(call), source).get("for", "")
    return f".{text}.{kind}" if kind.replace(".", "").isalnum() and kind[:1].isupper() else f".{text}"


def _said(node: Node, names: tuple[str, ...], source: Source) -> str:
    """The text that an attribute of one of these names holds."""
    operand = node.child_by_field_name("operand") if node.type == "unary_operator" else None
    callee = _callee(operand) if operand is not None else None
    if operand is None or callee is None or source.text(callee) not in names:
        return ""
    for argument in _arguments(operand):
        parts = [source.text(part) for part in argument.named_children if part.type == "quoted_content"]
        if argument.type in ("string", "sigil") and parts:
            return "\n".join(line.strip() for line in "".join(parts).strip().split("\n"))
    return ""


def _alias(node: Node, source: Source) -> Iterator[tuple[int, str, str, str]]:
    """The use of a module: its last name, after those before it."""
    above = node.parent
    if above is not None and above.type == "dot":
        left, right = above.child_by_field_name("left"), above.child_by_field_name("right")
        if left == node and right is not None and right.type == "tuple":
            return
    named = above.parent if above is not None and above.type == "pair" else None
    if named is not None and named.parent is not None:
        above = named.parent
    holder = above.parent if above is not None and above.type == "arguments" else None
    verb = _callee(holder) if holder is not None else None
    how = source.text(verb) if verb is not None else ""
    if how in _BRINGING and (named is None or how in ("alias", "require")):
        return
    if above is not None and above.type == "tuple" and above.parent is not None and above.parent.type == "dot":
        return
    outer, _, name = source.text(node).rpartition(".")
    kind = "inherit" if how in ("behaviour", "defimpl") and named is None else "read"
    if above is not None and above.type == "dot" and above.child_by_field_name("right") == node:
        outer = _module(above.child_by_field_name("left"), source) or "?"
    yield node.end_byte - len(name.encode()), name, outer, kind


def _types(arguments: Node, source: Source) -> Iterator[tuple[int, str, str, str]]:
    """The types in a specification: all that is called there but the name that is specified."""
    first = _child(arguments, 0)
    waiting, own = [first] if first is not None else [], _specified(first)
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        callee = _callee(node)
        if callee is not None and callee.type == "identifier" and callee.start_byte != own:
            yield callee.start_byte, source.text(callee), "", "type"
        elif callee is not None and callee.type == "dot":
            name, module = callee.child_by_field_name("right"), callee.child_by_field_name("left")
            if name is not None and name.type == "identifier":
                yield name.start_byte, source.text(name), _module(module, source) or "?", "type"
        elif node.type == "identifier" and node.start_byte != own and source.text(node) != _MODULE:
            yield node.start_byte, source.text(node), "", "type"
        waiting.extend(child for child in node.named_children if child != callee)


def _specified(node: Node | None) -> int:
    """Where the name stands that a specification is of."""
    while node is not None and node.type == "binary_operator":
        node = node.child_by_field_name("left")
    callee = _callee(node) if node is not None else None
    named = callee if callee is not None else node
    return named.start_byte if named is not None else -1


def _delegated(call: Node, source: Source) -> Iterator[tuple[int, str, str, str]]:
    """The function of another module that a definition stands for."""
    arguments = _arguments(call)
    options = _options(arguments, source) if arguments else {}
    callee = _callee(arguments[0]) if arguments else None
    named = callee if callee is not None else arguments[0] if arguments else None
    if named is not None and named.type == "identifier" and options.get("to", "")[:1].isupper():
        yield named.start_byte, options.get("as", source.text(named)).lstrip(":"), options["to"], "call"


HOOKS = ElixirHooks()
