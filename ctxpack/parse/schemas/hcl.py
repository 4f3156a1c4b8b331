"""A parser of Terraform's language, as far as schemas need it: blocks with attributes, values as trees of `documents`.

Nothing is evaluated. A reference that the same file binds to a literal (a local, the default of a variable, an
attribute of another resource) is replaced by it; any other expression becomes its text in braces, as a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ctxpack.parse.schemas.documents import Fields, Kind, Listing, Scalar, Value
from ctxpack.parse.schemas.tokens import Cursor, Token, Tokens

_DEEPEST = 30
_TEMPLATE = re.compile(r"(?<!\$)\$\{\s*([^{}]*?)\s*\}")
_KINDS: Mapping[str, Kind] = {"true": "true", "false": "false", "null": "null"}
_FILES = frozenset({"file", "templatefile"})
_WRAPPERS = frozenset({"jsonencode", "tolist", "toset", "tomap", "lower", "upper", "trimspace", "jsondecode"})


@dataclass(slots=True)
class Block:
    """`kind "label" { name = value, inner blocks }`."""

    kind: str
    labels: tuple[str, ...]
    line: int
    attributes: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def inner(self, *kinds: str) -> list[Block]:
        """The blocks of these kinds inside."""
        return [one for one in self.blocks if one.kind in kinds]


class Module:
    """One file."""

    def __init__(self, source: Tokens) -> None:
        self._cursor = Cursor(source)
        self.top = Block("", (), 1)
        self._body(self.top, 0)
        self._bound = self._bindings()

    # --- reading ------------------------------------------------------------------------------------------------------

    def _body(self, block: Block, depth: int) -> None:
        cursor = self._cursor
        while not cursor.done:
            token = cursor.here
            if token.sign == "}":
                cursor.take()
                return
            if token.kind not in ("name", "text"):
                cursor.take()
            elif cursor.ahead(1).sign in ("=", ":"):
                cursor.take()
                cursor.take()
                block.attributes[token.text] = self._value(depth + 1)
                block.lines[token.text] = token.line
            else:
                self._block(block, token, depth)

    def _block(self, owner: Block, head: Token, depth: int) -> None:
        cursor = self._cursor
        cursor.take()
        labels: list[str] = []
        while cursor.here.kind in ("name", "text") and cursor.here.line == head.line:
            labels.append(cursor.take().text)
        if cursor.here.sign != "{":
            return
        made = Block(head.text, tuple(labels), head.line)
        owner.blocks.append(made)
        if depth > _DEEPEST:
            cursor.skip_block()
            return
        cursor.take()
        self._body(made, depth + 1)

    def _value(self, depth: int) -> Value:
        """Parse an expression and move past it; an unsupported one becomes a scalar in braces."""
        cursor = self._cursor
        token = cursor.here
        if depth > _DEEPEST:
            cursor.skip_block()
            return Scalar("{...}", "text", token.line)
        if token.sign == "[" and cursor.ahead(1).text != "for":
            return self._list(depth)
        if token.sign == "{" and cursor.ahead(1).text != "for":
            return self._object(depth)
        if token.kind == "name" and token.text in _FILES and cursor.ahead(2).kind == "text":
            cursor.take()
            cursor.take()
            named = cursor.take()
            cursor.skip_to(")", "}")
            cursor.took(")")
            return Scalar(f"{{{token.text} {named.text}}}", "text", token.line)
        called = token.text if token.kind == "name" and cursor.ahead(1).sign == "(" else ""
        if called in _WRAPPERS:
            return self._wrapped(depth)
        return self._merged(depth) if called == "merge" else self._scalar()

    def _wrapped(self, depth: int) -> Value:
        """The argument of a function that does not change its content (`jsonencode`)."""
        cursor = self._cursor
        cursor.take()
        cursor.take()
        value = self._value(depth + 1)
        cursor.skip_to(")", "}")
        cursor.took(")")
        return value

    def _merged(self, depth: int) -> Value:
        """`merge(a, {...})`: the entries of the literal objects; the last of duplicate keys wins."""
        cursor = self._cursor
        made = Fields(cursor.take().line)
        cursor.take()
        while not cursor.done and not cursor.took(")"):
            if cursor.here.sign in ("}", "]"):
                break
            if cursor.took(","):
                continue
            one = self._value(depth + 1)
            if isinstance(one, Fields):
                made.entries.update(one.entries)
                made.lines.update(one.lines)
        return made

    def _list(self, depth: int) -> Value:
        cursor = self._cursor
        made = Listing([], cursor.take().line)
        while not cursor.done:
            if cursor.took("]"):
                break
            if cursor.here.sign == "}":
                break
            if not cursor.took(","):
                made.items.append(self._value(depth + 1))
        return made

    def _object(self, depth: int) -> Value:
        cursor = self._cursor
        made = Fields(cursor.take().line)
        while not cursor.done:
            token = cursor.take()
            if token.sign == "}":
                break
            if token.kind in ("name", "text") and cursor.here.sign in ("=", ":"):
                cursor.take()
                made.entries[token.text] = self._value(depth + 1)
                made.lines[token.text] = token.line
        return made

    def _scalar(self) -> Scalar:
        """A literal or other expression, up to the end of the line or an enclosing closing bracket."""
        cursor = self._cursor
        first = cursor.here
        parts: list[Token] = []
        while not cursor.done:
            token = cursor.here
            ends = token.sign in ("}", "]", ")", ",")
            if ends or (parts and token.line > parts[-1].last_line and not _goes_on(parts[-1])):
                break
            if token.sign in ("{", "[", "("):
                cursor.skip_block()
                parts.append(Token("sign", f"{token.text}...", token.line, "", max(token.line, cursor.here.line - 1)))
                continue
            parts.append(cursor.take())
        if not parts:
            cursor.take()
            return Scalar("", "null", first.line)
        if len(parts) > 1:
            return Scalar("{" + "".join(part.text for part in parts) + "}", "text", first.line)
        return _literal(first)

    # --- names --------------------------------------------------------------------------------------------------------

    def _bindings(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for block in self.top.blocks:
            if block.kind == "locals":
                found.update((f"local.{name}", value) for name, value in block.attributes.items())
            elif block.kind == "variable" and block.labels and "default" in block.attributes:
                found[f"var.{block.labels[0]}"] = block.attributes["default"]
            elif block.kind == "resource" and len(block.labels) == 2:
                owner = ".".join(block.labels)
                found.update((f"{owner}.{name}", value) for name, value in block.attributes.items())
        return found

    def seen_through(self, value: Value | None) -> Value | None:
        """The value that a reference is bound to in this file; any other value unchanged."""
        for _ in range(_DEEPEST):
            if not (isinstance(value, Scalar) and value.text.startswith("{") and value.text.endswith("}")):
                break
            known = self._bound.get(value.text[1:-1])
            if known is None:
                break
            value = known
        return value

    def text(self, value: Value | None, depth: int = 0) -> str:
        """The text of a scalar, with unknown parts in braces; "" for anything else."""
        value = self.seen_through(value)
        if not isinstance(value, Scalar) or value.kind == "null" or depth > _DEEPEST:
            return ""

        def filled(match: re.Match[str]) -> str:
            known = self.seen_through(self._bound.get(match[1]))
            if isinstance(known, Scalar) and known.kind == "text":
                return self.text(known, depth + 10)
            return "{" + match[1] + "}"

        return _TEMPLATE.sub(filled, value.text)


def _goes_on(token: Token) -> bool:
    """Whether an expression continues on the next line after this token."""
    return token.kind == "sign" and token.text in ("?", ":", "+", "-", "*", "/", "%", "&", "|", "=", "<", ">", "!")


def _literal(token: Token) -> Scalar:
    if token.kind == "text":
        return Scalar(token.text, "text", token.line)
    if token.kind == "number":
        return Scalar(token.text, "number", token.line)
    if token.text in _KINDS:
        return Scalar(token.text, _KINDS[token.text], token.line)
    return Scalar("{" + token.text + "}", "text", token.line)
