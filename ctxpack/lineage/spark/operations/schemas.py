"""Schemas stated in programs: StructType, data types, and DDL strings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import DataType, Schema, StructField
from ctxpack.lineage.spark.values.texts import shown
from ctxpack.lineage.spark.values.uncertain import Unknown
from ctxpack.model import Column

_NAMES = {
    "StringType": "string", "VarcharType": "string", "CharType": "string", "IntegerType": "int", "LongType": "bigint",
    "ShortType": "smallint", "ByteType": "tinyint", "DoubleType": "double", "FloatType": "float", "DateType": "date",
    "BooleanType": "boolean", "TimestampType": "timestamp", "TimestampNTZType": "timestamp_ntz", "NullType": "void",
    "BinaryType": "binary", "VariantType": "variant", "DayTimeIntervalType": "interval", "DecimalType": "decimal",
}  # fmt: skip
_SHORT = {
    "integer": "int",
    "long": "bigint",
    "short": "smallint",
    "byte": "tinyint",
    "str": "string",
    "bool": "boolean",
}
_FIELD = re.compile(r"\s*`?([\w.$ -]+?)`?\s*(?::|\s)\s*(.+)", re.DOTALL)
_NOT_NULL = re.compile(r"\s+not\s+null\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s+comment\s+(['\"])(.*?)\1", re.IGNORECASE | re.DOTALL)
_BRACKETS = {"(": 1, "<": 1, "[": 1, ")": -1, ">": -1, "]": -1}


def type_name(value: object) -> str:
    """The SQL name of a type; "" if unknown."""
    if isinstance(value, DataType):
        return value.name
    if isinstance(value, Schema):
        return struct_name(value.columns)
    if isinstance(value, str):
        text = " ".join(shown(value).split())
        columns = columns_of(text)
        single = " " not in text.split("<")[0].strip() and ":" not in text.split("<")[0]
        return _SHORT.get(text.lower(), text.lower()) if single or not columns else struct_name(columns)
    return ""


def struct_name(columns: Iterable[Column]) -> str:
    """The type of a struct with these fields."""
    return f"struct<{', '.join(f'{one.name}: {one.type}' for one in columns)}>"


def columns_of(value: object) -> tuple[Column, ...]:
    """The columns of a schema given as a StructType, a DDL string, or a list of names."""
    if isinstance(value, Schema):
        return value.columns
    if isinstance(value, str):
        return tuple(_read_fields(shown(value)))
    if isinstance(value, (list, tuple)):
        found = [one.column if isinstance(one, StructField) else one for one in value]
        return tuple(
            one if isinstance(one, Column) else Column(shown(one)) for one in found if isinstance(one, (Column, str))
        )
    if isinstance(value, dict):
        return tuple(Column(key, type_name(kind)) for key, kind in value.items() if isinstance(key, str))
    return ()


def _read_fields(text: str) -> Iterator[Column]:
    inner = text.strip()
    if inner.lower().startswith("struct<") and inner.endswith(">"):
        inner = inner[7:-1]
    for part in _split(inner):
        match = _FIELD.fullmatch(part)
        if match is None:
            continue
        rest, doc = match[2], ""
        comment = _COMMENT.search(rest)
        if comment is not None:
            rest, doc = rest[: comment.start()], comment[2]
        required = _NOT_NULL.search(rest) is not None
        kind = " ".join(_NOT_NULL.sub("", rest).split()).lower()
        yield Column(match[1].strip(), _SHORT.get(kind, kind), not required, doc)


def _split(text: str) -> Iterator[str]:
    """Split at the commas outside of brackets."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += _BRACKETS.get(character, 0)
        if character == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    if text[start:].strip():
        yield text[start:]


# --- pyspark.sql.types ------------------------------------------------------------------------------------------------


def made(machine: Machine, name: str, args: Args) -> object:
    """The result of calling a name of `pyspark.sql.types`."""
    rule = _RULES.get(name)
    if rule is not None:
        return rule(args)
    return DataType(_NAMES[name]) if name in _NAMES else Unknown(name)


def _struct(args: Args) -> object:
    fields = args.get(0, "fields")
    return Schema(columns_of(fields)) if isinstance(fields, (list, tuple)) else Schema()


def _struct_field(args: Args) -> object:
    name = args.get(0, "name")
    nullable = args.get(2, "nullable", True)
    column = Column(
        shown(name) if isinstance(name, str) else "",
        type_name(args.get(1, "dataType")),
        nullable if isinstance(nullable, bool) else None,
        line=args.line,
    )
    return StructField(column)


def _decimal(args: Args) -> object:
    precision, scale = args.get(0, "precision", 10), args.get(1, "scale", 0)
    known = isinstance(precision, int) and isinstance(scale, int)
    return DataType(f"decimal({precision},{scale})" if known else "decimal")


def _array(args: Args) -> object:
    return DataType(f"array<{type_name(args.get(0, 'elementType'))}>")


def _map(args: Args) -> object:
    return DataType(f"map<{type_name(args.get(0, 'keyType'))}, {type_name(args.get(1, 'valueType'))}>")


TYPES = (*_NAMES, "StructType", "StructField", "ArrayType", "MapType")
"""The names of `pyspark.sql.types`."""

_RULES: dict[str, Callable[[Args], object]] = {
    "StructType": _struct,
    "StructField": _struct_field,
    "DecimalType": _decimal,
    "ArrayType": _array,
    "MapType": _map,
}


def method(machine: Machine, value: Schema, name: str, args: Args) -> object:
    """A method of a StructType."""
    if name == "add":
        first = args.get(0, "field")
        field = first if isinstance(first, StructField) else _struct_field(args)
        assert isinstance(field, StructField)
        return Schema((*value.columns, field.column))
    if name == "fieldNames":
        return [machine.text(one.name) for one in value.columns]
    return value if name in ("simpleString", "jsonValue") else Unknown()
