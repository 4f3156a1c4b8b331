"""Classifies schema changes as compatible or breaking, by the published rules of each format.

The terms are those of schema registries. "backward": readers with the new schema can read data written with the old
one. "forward": readers with the old schema can read data written with the new one. "full": both. "breaking": neither,
or something fails in any case. For database tables the old data are the existing rows, and the readers are the queries
and programs that name columns.

Sources of the rules: Avro's specification on schema resolution; Protocol Buffers' language guide on updating a message;
the Thrift and JSON Schema documents; the protocol of Delta Lake on schema validation, column mapping and type widening
and Iceberg's specification on schema evolution; for SQL the effects of ALTER TABLE in its standard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ctxpack.datamodel.schema import SchemaChange

Compatibility = Literal["backward", "forward", "full", "breaking", ""]

_AVRO = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}
_WIRE = (
    frozenset({"int32", "uint32", "int64", "uint64", "bool"}),
    frozenset({"sint32", "sint64"}),
    frozenset({"string", "bytes"}),
    frozenset({"fixed32", "sfixed32"}),
    frozenset({"fixed64", "sfixed64"}),
)
_INTEGERS = (
    ("tinyint", "byte", "int1"),
    ("smallint", "short", "int2", "smallserial"),
    ("mediumint",),
    ("int", "integer", "int4", "serial"),
    ("bigint", "long", "int8", "bigserial", "int64"),
)
_FLOATS = (("float", "real", "float4"), ("double", "double precision", "float8", "float64"))
_TEXTS = frozenset({"text", "string", "clob", "nclob", "longtext", "mediumtext", "varchar(max)", "nvarchar(max)"})
_CHARACTERS = re.compile(
    r"(?:n?varchar2?|character varying|varying character|n?char|character|string)\s*(?:\((\d+)\D*\))?$"
)
_DECIMAL = re.compile(r"(?:decimal|numeric|number)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The compatibility of a change ("" where it is not known), and the rule that decides it, in words."""

    compatibility: Compatibility
    because: str


def classify(change: SchemaChange, schema_format: str) -> Verdict:
    """The compatibility of one change of a schema in a format (a name from the table of formats, "delta" or "iceberg").

    A format without rules of its own is judged like a database table.
    """
    rules = {"avro": _avro, "protobuf": _protobuf, "thrift": _thrift, "json_schema": _document, "openapi": _document}
    own = rules[schema_format](change) if schema_format in rules else None
    if own is None and schema_format in ("delta", "iceberg"):
        own = _lake(change)
    return own or _table(change)


def _optional(change: SchemaChange) -> bool:
    """Whether the added column may be null."""
    return not change.after.lower().endswith("not null")


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(change: SchemaChange) -> Verdict:
    """The general rules, those of database tables."""
    if change.change == "column added":
        if _optional(change):
            return Verdict(
                "full", "rows that are there get null or the default; queries that name columns do not see it"
            )
        return Verdict(
            "forward", "rows that are there have no value for it unless it has a default; nor have old inserts"
        )
    if change.change == "type changed":
        return _retyped(change)
    return _TABLE_RULES.get(change.change, {}).get(
        change.after if change.change == "nullability changed" else "", Verdict("", "no rule is known")
    )


_TABLE_RULES: dict[str, dict[str, Verdict]] = {
    "table created": {"": Verdict("full", "nothing used it before")},
    "table dropped": {"": Verdict("breaking", "whatever reads or writes it fails, and its rows are gone")},
    "table renamed": {"": Verdict("breaking", "whatever names it fails until it uses the new name")},
    "column dropped": {"": Verdict("backward", "new queries do not need it; queries that name it fail")},
    "column renamed": {"": Verdict("breaking", "queries that use the old name fail, and new ones did before")},
    "nullability changed": {
        "null": Verdict("backward", "no row breaks the wider rule; old readers may not expect null"),
        "not null": Verdict(
            "forward", "old readers are content; rows that are null, and inserts of null, break the rule"
        ),
    },
    "key added": {"": Verdict("forward", "old readers are content; rows and inserts may break the new rule")},
    "key dropped": {"": Verdict("backward", "no row breaks the wider rule; old readers may count on the key")},
}


def _retyped(change: SchemaChange) -> Verdict:
    if _is_wider(change.before, change.after):
        return Verdict("backward", f"every {change.before} is a {change.after}; old readers may not hold all values")
    if _is_wider(change.after, change.before):
        return Verdict("forward", f"every {change.after} is a {change.before}; values that are there may not fit")
    return Verdict("breaking", f"{change.before} and {change.after} do not hold each other's values")


def _is_wider(narrow: str, wide: str) -> bool:
    """Whether `wide` holds all values of `narrow`, and more."""
    one, two = " ".join(narrow.lower().split()), " ".join(wide.lower().split())
    for ladder in (_INTEGERS, _FLOATS):
        places = [_rung(ladder, one), _rung(ladder, two)]
        if min(places) >= 0:
            return places[0] < places[1]
    return _longer(one, two) or _finer(one, two)


def _rung(ladder: tuple[tuple[str, ...], ...], kind: str) -> int:
    return next((number for number, names in enumerate(ladder) if kind in names), -1)


def _longer(one: str, two: str) -> bool:
    """Whether both are text types and the second allows longer texts."""
    first = _CHARACTERS.match(one)
    if first is None or one in _TEXTS:
        return False
    if two in _TEXTS:
        return True
    second = _CHARACTERS.match(two)
    if second is None or first.group(1) is None:
        return False
    return second.group(1) is None or int(second.group(1)) > int(first.group(1))


def _finer(one: str, two: str) -> bool:
    """Whether both are decimals and the second has no fewer digits on either side of the point, and more on one."""
    first, second = _DECIMAL.match(one), _DECIMAL.match(two)
    if first is None or second is None:
        return False
    scales = int(first.group(2) or 0), int(second.group(2) or 0)
    whole = int(first.group(1)) - scales[0], int(second.group(1)) - scales[1]
    return scales[1] >= scales[0] and whole[1] >= whole[0] and (scales[1], whole[1]) != (scales[0], whole[0])


# --- other formats ----------------------------------------------------------------------------------------------------


def _lake(change: SchemaChange) -> Verdict | None:
    """The rules of Delta and Iceberg where they differ from those of database tables."""
    if change.change == "column added" and not _optional(change):
        return Verdict("breaking", "a column that came later is missing in older files, so it cannot be without nulls")
    if change.change == "column added":
        return Verdict("full", "older files lack the column and give null; readers that name columns do not see it")
    if change.change == "column renamed":
        return Verdict("breaking", "files keep it by a field id, but readers that use the old name fail")
    if change.change == "type changed" and _is_wider(change.before, change.after):
        return Verdict("backward", "widening keeps older files readable; readers need the feature")
    if change.change == "type changed":
        return Verdict("breaking", "only widening is allowed; anything else has to rewrite the files")
    return None


def _avro(change: SchemaChange) -> Verdict | None:
    if change.change == "type changed":
        return _promoted(change)
    if change.change == "column added":
        return _AVRO_RULES["added with default" if _optional(change) else "added"]
    if change.change == "column dropped":
        return _AVRO_RULES["dropped" if change.before.lower().endswith("not null") else "dropped with default"]
    if change.change == "nullability changed":
        return _AVRO_RULES[change.after]
    return _AVRO_RULES["renamed"] if change.change == "column renamed" else None


_AVRO_RULES = {
    "added with default": Verdict(
        "full", "a reader takes the default of what was not written, and skips what it lacks"
    ),
    "added": Verdict("forward", "a reader fails on a field that was not written and has no default; old ones skip it"),
    "dropped with default": Verdict("full", "a reader skips what it lacks, and old ones take the field's default"),
    "dropped": Verdict("backward", "a reader skips what it lacks; old ones fail on a field without a default"),
    "renamed": Verdict("breaking", "fields are matched by name; with the old name as an alias new readers can do"),
    "null": Verdict("backward", "a union reads what one of its branches wrote; old readers fail on null"),
    "not null": Verdict("forward", "old readers' union has the branch; a null that was written fails"),
}


def _promoted(change: SchemaChange) -> Verdict:
    before, after = change.before.lower(), change.after.lower()
    there, back = after in _AVRO.get(before, set()), before in _AVRO.get(after, set())
    if there and back:
        return Verdict("full", f"{before} and {after} are read as each other")
    if there:
        return Verdict("backward", f"{before} is promoted to {after}, but not the other way")
    if back:
        return Verdict("forward", f"{after} is promoted to {before}, but not the other way")
    return Verdict("breaking", f"{before} is not promoted to {after}")


def _protobuf(change: SchemaChange) -> Verdict | None:
    if change.change == "type changed":
        pair = {_scalar(change.before), _scalar(change.after)}
        return _PROTOBUF_RULES["same form" if any(pair <= group for group in _WIRE) else "other form"]
    required = change.after.lower().startswith("required ") or not _optional(change)
    return _PROTOBUF_RULES.get("required added" if change.change == "column added" and required else change.change)


_PROTOBUF_RULES = {
    "column added": Verdict("full", "old readers keep unknown fields, new ones take defaults; the number must be new"),
    "required added": Verdict("breaking", "messages without a required field cannot be read"),
    "column dropped": Verdict("full", "readers take the default, if the number is reserved and never used again"),
    "column renamed": Verdict("full", "the wire has numbers, not names; JSON and text forms break"),
    "nullability changed": Verdict("full", "presence changes the generated code, not what is on the wire"),
    "same form": Verdict("full", "both have the same form on the wire; values that are too large are cut off"),
    "other form": Verdict("breaking", "the forms on the wire differ"),
}


def _scalar(kind: str) -> str:
    return kind.lower().split()[-1] if kind.split() else ""


def _thrift(change: SchemaChange) -> Verdict | None:
    if change.change == "column renamed":
        return Verdict("full", "the wire has ids, not names")
    if change.change == "column added" and _optional(change):
        return Verdict("full", "readers skip ids that they do not know and leave unset what is not written")
    if change.change == "column added":
        return Verdict("forward", "a reader fails on a required field that was not written; old ones skip it")
    if change.change == "column dropped":
        return _dropped(change, "old readers fail on what is required of them", "readers skip unknown ids")
    return None


def _dropped(change: SchemaChange, required: str, otherwise: str) -> Verdict:
    """The verdict on a dropped field, by whether readers required it."""
    if change.before.lower().endswith("not null"):
        return Verdict("backward", required)
    return Verdict("full", otherwise)


def _document(change: SchemaChange) -> Verdict | None:
    """The rules of JSON Schema and OpenAPI, in which objects may have undescribed properties."""
    if change.change == "column added" and _optional(change):
        return Verdict("full", "an old document may lack it; an old reader passes over what it does not know")
    if change.change == "column added":
        return Verdict("forward", "old documents lack what is now required; old readers pass over it")
    if change.change == "column dropped":
        return _dropped(change, "old readers require it", "old readers do without it")
    return None
