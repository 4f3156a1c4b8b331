"""Thrift: structs, unions and exceptions as records.

`required` fields are never missing; `optional` ones and those of a union can be. For a field with neither keyword,
generated code differs by language, so its nullability is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column, Problem
from ctxpack.parse.schemas.shapes import facts, summary
from ctxpack.parse.schemas.tokens import Cursor, Token, tokens

_OPENING = ("{", "[", "(")
_RECORDS = frozenset({"struct", "union", "exception"})


def read(text: str) -> DataFacts:
    """A step for each struct, union and exception."""
    source = tokens(text)
    problems = () if source.whole else (Problem("", "too long: only the beginning is read"),)
    return facts("thrift", _records(Cursor(source)), problems)


def _records(cursor: Cursor) -> Iterator[SchemaStep]:
    while not cursor.done:
        token = cursor.take()
        if token.text in _RECORDS and cursor.here.kind == "name" and cursor.ahead(1).sign == "{":
            yield _record(cursor, token)
        elif token.sign == "{":
            _skip_rest(cursor)


def _skip_rest(cursor: Cursor) -> None:
    """Move past the end of the block whose opening brace was just taken."""
    cursor.skip_to("}")
    cursor.took("}")


def _record(cursor: Cursor, head: Token) -> SchemaStep:
    name = cursor.name()
    cursor.take()
    columns: list[Column] = []
    while not cursor.done:
        token = cursor.here
        if cursor.took("}"):
            break
        if token.kind == "number" and cursor.ahead(1).sign == ":":
            cursor.take()
            cursor.take()
        elif token.kind != "name":
            if token.sign in _OPENING:
                cursor.skip_block()
            else:
                cursor.take()
            continue
        column = _field(cursor, token, union=head.text == "union")
        if column is not None:
            columns.append(column)
    return SchemaStep("create", name, head.line, tuple(columns), kind_of="record", doc=summary(head.doc))


def _field(cursor: Cursor, first: Token, *, union: bool) -> Column | None:
    """The field `[required|optional] type name [= default]`; `first` is its number, which may be missing."""
    label = cursor.take().text if cursor.here.text in ("required", "optional") else ""
    kind = cursor.name()
    if cursor.here.sign == "<":
        kind += cursor.bracketed()
    named = cursor.here
    name = cursor.name()
    if not kind or not name:
        return None
    if cursor.took("="):
        if cursor.here.sign in _OPENING:
            cursor.skip_block()
        else:
            cursor.take()
    nullable = {"required": False, "optional": True}.get(label, True if union else None)
    return Column(name, kind, nullable, summary(first.doc or cursor.remark(named.line)), line=named.line)
