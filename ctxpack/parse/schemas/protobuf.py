"""Protocol buffers: messages as records; the file's syntax or edition decides the presence of fields.

A field without presence is never null: readers get the type's default. A field with presence (a message, a member of
a oneof, anything `optional`) can be missing. A type declared in another file may be a message or an enum, so for its
fields this is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column, Problem
from ctxpack.parse.schemas.shapes import facts, summary
from ctxpack.parse.schemas.tokens import Cursor, Token, tokens

_SCALARS = frozenset(
    """double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string
    bytes""".split()
)
_SKIPPED = frozenset({"option", "reserved", "extensions"})
_DEEPEST = 30
_WELL_KNOWN = "google.protobuf."
_ENUMERATIONS = frozenset({"google.protobuf.NullValue"})
_PRESENCE = {"IMPLICIT": False, "EXPLICIT": True, "LEGACY_REQUIRED": False}


def read(text: str) -> DataFacts:
    """A step for each message, nested ones included, under its full name."""
    source = tokens(text)
    problems = () if source.whole else (Problem("", "too long: only the beginning is read"),)
    reader = _Reader(Cursor(source))
    return facts("protobuf", reader.file(), problems)


class _Reader:
    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._package = ""
        self._implicit = False
        self._messages: set[str] = set()
        self._enumerations: set[str] = set()
        self._made: list[tuple[SchemaStep, list[tuple[str, bool | None]]]] = []

    def file(self) -> Iterator[SchemaStep]:
        """The messages of the file."""
        cursor = self._cursor
        while not cursor.done:
            token = cursor.take()
            if token.kind != "name":
                if token.sign == "{":
                    _skip_rest(cursor)
                continue
            self._statement(token)
        for step, stated in self._made:
            yield self._with_presence(step, stated)

    def _statement(self, token: Token) -> None:
        cursor = self._cursor
        if token.text in ("syntax", "edition"):
            cursor.took("=")
            self._implicit = cursor.take().text == "proto3"
        elif token.text == "package":
            self._package = cursor.name()
        elif token.text == "message" and cursor.here.kind == "name":
            self._message(token, self._package, 0)
        elif token.text == "enum":
            self._enumeration(self._package)
        elif token.text in ("service", "extend"):
            cursor.skip_to("{", ";")
            cursor.skip_block()
        elif token.text == "option":
            self._file_option()

    def _file_option(self) -> None:
        """`option features.field_presence = IMPLICIT;`."""
        cursor = self._cursor
        name = cursor.name()
        if name == "features.field_presence" and cursor.took("="):
            self._implicit = cursor.take().text == "IMPLICIT"
        cursor.skip_to(";")

    def _enumeration(self, owner: str) -> None:
        self._enumerations.add(_joined(owner, self._cursor.name()))
        self._cursor.skip_to("{", ";")
        self._cursor.skip_block()

    def _message(self, head: Token, owner: str, depth: int) -> None:
        """Parse `message Name { ... }`, with the cursor at the name."""
        cursor = self._cursor
        name = _joined(owner, cursor.name())
        if not cursor.took("{"):
            return
        self._messages.add(name)
        index = len(self._made)
        columns: list[Column] = []
        stated: list[tuple[str, bool | None]] = []
        step = SchemaStep("create", name, head.line, kind_of="message", doc=summary(head.doc))
        self._made.append((step, stated))
        self._body(name, columns, stated, depth)
        step = SchemaStep("create", name, head.line, tuple(columns), kind_of="message", doc=step.doc)
        self._made[index] = (step, stated)

    def _body(
        self,
        name: str,
        columns: list[Column],
        stated: list[tuple[str, bool | None]],
        depth: int,
        *,
        one_of: bool = False,
    ) -> None:
        """Parse the statements up to the closing brace."""
        cursor = self._cursor
        while not cursor.done:
            token = cursor.here
            if cursor.took("}"):
                return
            if token.kind != "name":
                if token.sign in ("{", "["):
                    cursor.skip_block()
                else:
                    cursor.take()
                continue
            after = cursor.ahead(2).sign
            if token.text in ("message", "enum", "oneof", "extend", "group") and after == "{" and depth < _DEEPEST:
                cursor.take()
                self._inner(token, name, columns, stated, depth)
            elif token.text in _SKIPPED:
                cursor.skip_to(";", "}")
            else:
                self._field(columns, stated, one_of=one_of)

    def _inner(
        self, token: Token, name: str, columns: list[Column], stated: list[tuple[str, bool | None]], depth: int
    ) -> None:
        cursor = self._cursor
        if token.text == "message":
            self._message(token, name, depth + 1)
        elif token.text == "enum":
            self._enumeration(name)
        elif token.text == "oneof":
            cursor.name()
            cursor.took("{")
            self._body(name, columns, stated, depth + 1, one_of=True)
        else:
            cursor.skip_to("{", ";")
            cursor.skip_block()

    def _field(self, columns: list[Column], stated: list[tuple[str, bool | None]], *, one_of: bool) -> None:
        """Parse `label type name = number [options];`."""
        cursor = self._cursor
        first = cursor.here
        label = cursor.take().text if first.text in ("optional", "required", "repeated") else ""
        kind, repeated = self._type()
        named = cursor.here
        name = cursor.name()
        if not kind or not name or not cursor.took("="):
            cursor.skip_to(";", "}")
            cursor.took(";")
            return
        presence = self._options()
        shown = f"repeated {kind}" if label == "repeated" else kind
        told: bool | None = None
        if label in ("required", "repeated") or repeated:
            told = False
        elif label == "optional" or one_of:
            told = True
        elif presence is not None:
            told = presence
        doc = first.doc or cursor.remark(named.line)
        columns.append(Column(name, shown, told, summary(doc), line=named.line))
        stated.append((kind, told))

    def _type(self) -> tuple[str, bool]:
        """The type of a field, and whether it is a map."""
        cursor = self._cursor
        cursor.took(".")
        name = cursor.name()
        if name == "map" and cursor.here.sign == "<":
            return name + cursor.bracketed(), True
        return name, False

    def _options(self) -> bool | None:
        """The presence that a field's options state, None for none; moves past the semicolon (or a group's body)."""
        cursor = self._cursor
        told: bool | None = None
        depth = 0
        while not cursor.done and (depth or cursor.here.sign not in (";", "}")):
            if not depth and cursor.here.sign == "{":
                cursor.skip_block()
                return told
            token = cursor.take()
            if token.kind == "sign":
                depth = max(0, depth + {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.text, 0))
            elif token.text == "features.field_presence" and cursor.took("="):
                told = _PRESENCE.get(cursor.take().text)
        cursor.took(";")
        return told

    def _with_presence(self, step: SchemaStep, stated: list[tuple[str, bool | None]]) -> SchemaStep:
        """The message with the file's default presence for fields that state none."""
        columns = tuple(
            column if told is not None else Column(
                column.name, column.type, self._presence(kind, step.table), column.doc, line=column.line
            )
            for column, (kind, told) in zip(step.columns, stated, strict=True)
        )  # fmt: skip
        return SchemaStep("create", step.table, step.line, columns, kind_of="message", doc=step.doc)

    def _presence(self, kind: str, owner: str) -> bool | None:
        if not self._implicit:
            return True
        if kind in _SCALARS:
            return False
        while True:
            name = _joined(owner, kind)
            if name in self._enumerations:
                return False
            if name in self._messages:
                return True
            if not owner:
                break
            owner = owner.rpartition(".")[0]
        return True if kind.startswith(_WELL_KNOWN) and kind not in _ENUMERATIONS else None


def _skip_rest(cursor: Cursor) -> None:
    """Move past the end of the block whose opening brace was just taken."""
    cursor.skip_to("}")
    cursor.took("}")


def _joined(owner: str, name: str) -> str:
    return f"{owner}.{name}" if owner else name
