"""GraphQL SDL: object types, inputs and interfaces as records; a field is nullable unless marked with `!`.

Type extensions in the same file are merged into their type. The root types (Query and the like) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column, Problem
from ctxpack.parse.schemas.shapes import facts, summary
from ctxpack.parse.schemas.tokens import Cursor, Token, tokens

_RECORDS = frozenset({"type", "input", "interface"})
_OTHERS = frozenset({"enum", "union", "scalar", "directive", "schema", "query", "mutation", "subscription", "fragment"})
_CLOSING = {"{": "}", "[": "]", "(": ")"}
_ROOTS = frozenset({"Query", "Mutation", "Subscription"})
_DEEPEST = 20


def read(text: str) -> DataFacts:
    """A step for each object type, input and interface."""
    source = tokens(text)
    problems = () if source.whole else (Problem("", "too long: only the beginning is read"),)
    made: dict[str, SchemaStep] = {}
    for step in _types(Cursor(source)):
        before = made.get(step.table)
        if before is not None:
            step = SchemaStep(  # noqa: PLW2901 - it is one type
                "create", step.table, before.line, before.columns + step.columns, kind_of="record",
                doc=before.doc or step.doc,
            )  # fmt: skip
        made[step.table] = step
    return facts("graphql", (one for one in made.values() if one.table not in _ROOTS and one.columns), problems)


def _types(cursor: Cursor) -> Iterator[SchemaStep]:
    doc = ""
    while not cursor.done:
        token = cursor.take()
        if token.kind == "text":
            doc = token.text
            continue
        if token.text == "extend":
            continue
        if token.kind == "name" and token.text in _RECORDS and cursor.here.kind == "name":
            name = cursor.name()
            if _at_fields(cursor):
                yield _type(cursor, name, token, doc or token.doc)
        elif token.sign == "{":
            cursor.skip_to("}")
            cursor.took("}")
        doc = ""


def _at_fields(cursor: Cursor) -> bool:
    """Skip `implements` and directives of a type; gives whether the brace of its fields follows."""
    while not cursor.done and cursor.here.kind != "text":
        token = cursor.here
        if token.text == "{":
            return True
        if token.text == "(":
            cursor.skip_block()
        elif token.text == "}" or token.text in _RECORDS or token.text in _OTHERS or token.text == "extend":
            return False
        else:
            cursor.take()
    return False


def _type(cursor: Cursor, name: str, head: Token, doc: str) -> SchemaStep:
    cursor.take()
    columns: list[Column] = []
    told = ""
    while not cursor.done:
        token = cursor.here
        if cursor.took("}"):
            break
        cursor.take()
        if token.kind == "text":
            told = token.text
            continue
        if token.kind == "name" and cursor.here.sign in (":", "("):
            if cursor.here.sign == "(":
                cursor.skip_block()
            if cursor.took(":"):
                kind, required = _kind(cursor, 0)
                columns.append(Column(token.text, kind, not required, summary(told or token.doc), line=token.line))
                _skip_decoration(cursor)
        elif token.sign in _CLOSING:
            cursor.skip_to(_CLOSING[token.sign])
            cursor.take()
        told = ""
    return SchemaStep("create", name, head.line, tuple(columns), kind_of="record", doc=summary(doc))


def _kind(cursor: Cursor, depth: int) -> tuple[str, bool]:
    """A type as written without its final `!`, and whether it has one."""
    if cursor.took("["):
        if depth > _DEEPEST:
            return "[...]", False
        inner, required = _kind(cursor, depth + 1)
        cursor.took("]")
        kind = f"[{inner}!]" if required else f"[{inner}]"
    else:
        kind = cursor.name()
    return kind, cursor.took("!")


def _skip_decoration(cursor: Cursor) -> None:
    """Skip a default value and directives after a type."""
    if cursor.took("="):
        if cursor.here.sign in ("{", "["):
            cursor.skip_block()
        else:
            cursor.take()
    while cursor.took("@"):
        cursor.name()
        if cursor.here.sign == "(":
            cursor.skip_block()
