"""Columns in Laravel migrations: `$table->string('name')->nullable()`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datamodel.schema import AUTOINCREMENT
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults
from ctxpack.parse.schemas.php_tree import Bound, Call, Php
from ctxpack.parse.schemas.words import plural

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

TYPES = frozenset(
    """bigInteger binary boolean char computed date dateTime dateTimeTz datetime decimal double enum float foreignId
    foreignUlid foreignUuid geography geometry geometryCollection integer ipAddress json jsonb lineString longText
    macAddress mediumInteger mediumText multiLineString multiPoint multiPolygon point polygon set smallInteger string
    text time timeTz timestamp timestampTz tinyInteger tinyText ulid unsignedBigInteger unsignedDecimal unsignedInteger
    unsignedMediumInteger unsignedSmallInteger unsignedTinyInteger uuid vector year""".split()
)
"""Methods that add a column whose name is their first argument."""

COUNTING = frozenset(
    """id increments integerIncrements bigIncrements mediumIncrements smallIncrements tinyIncrements""".split()
)
"""Methods that add an auto-increment primary key."""

_NAMED = {"uuid": "uuid", "ulid": "ulid", "ipAddress": "ip_address", "macAddress": "mac_address"}
_REFERENCES = {"foreignId": "unsignedBigInteger", "foreignUuid": "uuid", "foreignUlid": "ulid"}
_MORPHS = {"morphs": "unsignedBigInteger", "numericMorphs": "unsignedBigInteger", "uuidMorphs": "uuid",
           "ulidMorphs": "ulid"}  # fmt: skip
_STAMPS = {
    "timestamps": ("created_at", "updated_at"), "timestampsTz": ("created_at", "updated_at"),
    "nullableTimestamps": ("created_at", "updated_at"), "datetimes": ("created_at", "updated_at"),
    "softDeletes": ("deleted_at",), "softDeletesTz": ("deleted_at",), "softDeletesDatetime": ("deleted_at",),
}  # fmt: skip
_STAMP_TYPES = {"timestampsTz": "timestampTz", "softDeletesTz": "timestampTz", "datetimes": "datetime",
                "softDeletesDatetime": "datetime"}  # fmt: skip
_SIZED = frozenset("string char decimal unsignedDecimal float double dateTime timestamp time binary vector".split())
_CAPITAL = re.compile(r"(?<=.)(?=[A-Z])")
_NUMBER = re.compile(r"-?\s*\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?")


def snake(name: str) -> str:
    """A class name in Laravel's snake case: each capital begins a word."""
    return _CAPITAL.sub("_", name).lower()


def columns_of(tree: Php, chain: Sequence[Call], bound: Bound) -> tuple[Column, ...]:
    """The columns that the first call of a chain adds, before its modifiers are applied."""
    first = chain[0]
    name = tree.value(first.arg(0, "column"), bound)
    line = first.line
    if first.method in TYPES:
        name = name if name is not None or first.args else _NAMED.get(first.method)
        return (Column(name, _type(tree, first, bound), False, line=line),) if name else ()
    if first.method in COUNTING:
        name = name or ("id" if first.method == "id" else "")
        kind = "bigIncrements" if first.method == "id" else first.method
        return (Column(name, kind, False, line=line, default=AUTOINCREMENT),) if name else ()
    if first.method == "foreignIdFor":
        name = tree.value(first.arg(1, "column"), bound) or referring_name(tree, first)
        model = tree.class_of(first.arg(0))
        kind = f"foreignIdFor({model}) {{{plural(snake(model))}}}"
        return (Column(name, kind, False, line=line),) if name else ()
    return _several(first, name)


def _several(first: Call, name: str | None) -> tuple[Column, ...]:
    """The columns of a method that adds several (`timestamps`), or one with a default name."""
    if first.method in _STAMPS:
        names = (name,) if name and len(_STAMPS[first.method]) == 1 else _STAMPS[first.method]
        kind = _STAMP_TYPES.get(first.method, "timestamp")
        return tuple(Column(one, kind, True, line=first.line) for one in names)
    if first.method == "rememberToken":
        return (Column("remember_token", "string(100)", True, line=first.line),)
    bare = first.method[8:9].lower() + first.method[9:] if first.method.startswith("nullable") else first.method
    if bare in _MORPHS and name:
        null = bare != first.method
        kinds = (("type", "string"), ("id", _MORPHS[bare]))
        return tuple(Column(f"{name}_{end}", kind, null, line=first.line) for end, kind in kinds)
    return ()


def morphing(method: str) -> bool:
    """Whether a method adds the two columns of a polymorphic reference."""
    return method.endswith("orphs")


def referring_name(tree: Php, call: Call) -> str:
    """The foreign key column of `foreignIdFor(Model::class)`."""
    model = tree.class_of(call.arg(0))
    return f"{snake(model)}_id" if model else ""


def _type(tree: Php, call: Call, bound: Bound) -> str:
    """The type of a column: the name of the method, with its sizes or values."""
    kind = _REFERENCES.get(call.method, call.method)
    if kind in ("enum", "set"):
        values = tree.values(call.arg(1, "allowed"), bound)
        return f"{kind}({', '.join(defaults.quoted(one) for one in values)})" if values else kind
    if kind not in _SIZED:
        return kind
    sizes = [tree.value(one, bound) for one in (*call.args[1:3], *(call.named[key] for key in _sizes(call)))]
    told = [one for one in sizes if one is not None]
    return f"{kind}({', '.join(told)})" if told else kind


def _sizes(call: Call) -> list[str]:
    return [name for name in ("length", "total", "places", "precision", "dimensions") if name in call.named]


def modified(tree: Php, column: Column, chain: Sequence[Call], bound: Bound) -> Column:
    """A column with the modifiers of a chain applied."""
    for call in chain:
        column = _modified(tree, column, call, bound)
    return column


def _modified(tree: Php, column: Column, call: Call, bound: Bound) -> Column:
    match call.method:
        case "nullable":
            return msgspec.structs.replace(column, nullable=tree.text(call.arg(0, "value")).lower() != "false")
        case "unsigned" if "nsigned" not in column.type:
            return msgspec.structs.replace(column, type=f"{column.type} unsigned")
        case "comment":
            return msgspec.structs.replace(column, doc=tree.value(call.arg(0, "comment"), bound) or "")
        case "default" | "useCurrent" | "autoIncrement":
            always = {"useCurrent": defaults.NOW, "autoIncrement": AUTOINCREMENT}.get(call.method)
            return msgspec.structs.replace(column, default=always or default_of(tree, call.arg(0, "value"), bound))
    return column


def states(chain: Sequence[Call], *methods: str) -> bool:
    """Whether a chain calls any of these methods."""
    return any(call.method in methods for call in chain)


def default_of(tree: Php, node: Node | None, bound: Bound) -> str:
    """A default in SQL; "" for null, `defaults.UNTOLD` if it is computed at run time."""
    if node is None:
        return defaults.UNTOLD
    text = tree.text(node)
    if text.lower() in ("null", "true", "false"):
        return "" if text.lower() == "null" else text.lower()
    if _NUMBER.fullmatch(text):
        return text.replace("_", "").replace(" ", "")
    call = tree.call(node)
    if call is not None and call.method == "raw" and call.scope == "DB":
        return _raw(tree.value(call.arg(0), bound))
    if node.type == "object_creation_expression" and tree.class_of(node) == "Expression":
        listed = [one for one in node.named_children if one.type == "arguments"]
        inner = [one.named_children[0] for one in listed for one in one.named_children if one.named_children]
        return _raw(tree.value(inner[0], bound) if inner else None)
    told = tree.value(node, bound)
    return defaults.quoted(told) if told is not None else defaults.UNTOLD


def _raw(text: str | None) -> str:
    return defaults.expression(text) if text is not None else defaults.UNTOLD


def keys_of(tree: Php, columns: Sequence[Column], chain: Sequence[Call], bound: Bound) -> list[str]:
    """The keys that the modifiers of a column declare."""
    names = ", ".join(one.name for one in columns)
    if not names:
        return []
    found = (
        [f"primary key ({names})"] if chain[0].method in COUNTING or states(chain, "primary", "autoIncrement") else []
    )
    if states(chain, "unique"):
        found.append(f"unique ({names})")
    target = _constrained(tree, columns[0].name, chain, bound)
    return [*found, f"foreign key ({names}) references {target}"] if target else found


def _constrained(tree: Php, name: str, chain: Sequence[Call], bound: Bound) -> str:
    """The table that a column references, with the referenced column if stated."""
    by_name = {call.method: call for call in chain}
    constrained, on = by_name.get("constrained"), by_name.get("on")
    if constrained is not None:
        stated = constrained.arg(0, "table")
        table = tree.value(stated, bound) if stated is not None and tree.text(stated) != "null" else None
        table = table or (_guessed(tree, name, chain[0]) if stated is None or tree.text(stated) == "null" else "")
        return _target(table, tree.value(constrained.arg(1, "column"), bound))
    if on is None or "references" not in by_name:
        return ""
    return _target(tree.value(on.arg(0), bound), tree.value(by_name["references"].arg(0), bound))


def _guessed(tree: Php, name: str, first: Call) -> str:
    """The referenced table by convention, from the name of the column or of its model."""
    model = tree.class_of(first.arg(0)) if first.method == "foreignIdFor" else ""
    return plural(snake(model)) if model else plural(re.sub(r"_(?:id|uuid|ulid)$", "", name))


def _target(table: str | None, column: str | None) -> str:
    return f"{table.lower()} ({column})" if table and column else (table or "").lower()


def foreign(tree: Php, chain: Sequence[Call], bound: Bound) -> str:
    """The key of `$table->foreign('user_id')->references('id')->on('users')`; "" if unknown."""
    own = tree.values(chain[0].arg(0, "columns"), bound)
    by_name: Mapping[str, Call] = {call.method: call for call in chain}
    if not own or "on" not in by_name:
        return ""
    table = tree.value(by_name["on"].arg(0), bound)
    others = tree.values(by_name["references"].arg(0), bound) if "references" in by_name else []
    name = tree.value(chain[0].arg(1, "name"), bound)
    listed = f" ({', '.join(others)})" if others else ""
    prefix = f"constraint {name} " if name else ""
    return f"{prefix}foreign key ({', '.join(own)}) references {table.lower()}{listed}" if table else ""
