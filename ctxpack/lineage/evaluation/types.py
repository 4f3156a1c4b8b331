"""Types of expressions, where they are evident: from casts, constants, columns and well-known functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctxpack.lineage.functions import FUNCTIONS

_WIDENING = ("tinyint", "smallint", "int", "bigint", "float", "double")
_NAMES: dict[str, dict[str, str]] = {
    "string": {"bigquery": "string", "spark": "string", "databricks": "string", "hive": "string", "postgres": "text"}
    | {"sqlite": "text", "": "string"},
    "bigint": {"bigquery": "int64", "snowflake": "number"},
    "int": {"bigquery": "int64", "snowflake": "number", "spark": "int"},
    "double": {"bigquery": "float64", "snowflake": "float", "postgres": "double precision"},
}


def call_type(name: str, types: Sequence[str], engine: str) -> str:
    """The type that a function gives for arguments of these types; "" where it is not known."""
    rule = FUNCTIONS.get(name)
    if rule is None:
        return ""
    if rule.type == "=":
        return types[0] if types else ""
    if rule.type == "*":
        return common_type(types[1:] if name in ("if", "iff", "iif", "nvl2") else types)
    special = _SPECIAL.get(rule.type)
    if special is not None:
        return special(types[0] if types else "", engine)
    named = _NAMES.get(rule.type)
    return named.get(engine, rule.type if rule.type != "string" else "varchar") if named else rule.type


def common_type(types: Sequence[str]) -> str:
    """The type of what may be any of these; "" where one is not known or they are of different kinds.

    >>> common_type(["int", "bigint"]), common_type(["int", "date"])
    ('bigint', '')
    """
    if not types or not all(types):
        return ""
    if len(set(types)) == 1:
        return types[0]
    if all(name in _WIDENING for name in types):
        return max(types, key=_WIDENING.index)
    if all(name in _WIDENING or name.startswith("decimal") for name in types):
        return "double" if {"float", "double"} & set(types) else "decimal"
    return ""


def element_type(name: str, container: str) -> str:
    """The type of the elements of an array, or of the values of a map."""
    inner = container[container.find("<") + 1 : -1] if container.endswith(">") else ""
    if container.startswith("array<") and not name.startswith("posexplode"):
        return inner
    parts = _parts(inner) if container.startswith("map<") else []
    wanted = {"[]": 1, "explode-value": 1, "explode-key": 0}.get(name.removesuffix("_outer"))
    return parts[wanted] if len(parts) == 2 and wanted is not None else ""


def field_names(container: str) -> tuple[tuple[str, str], ...]:
    """The names and types of the fields of a struct, as far as its type tells them."""
    if not container.startswith("struct<") or not container.endswith(">"):
        return ()
    pairs = [part.partition(":") for part in _parts(container[7:-1])]
    return tuple((name.strip(), kind.strip()) for name, _, kind in pairs)


def field_type(container: str, name: str) -> str:
    """The type of a field of a struct."""
    return next((kind for field, kind in field_names(container) if field.lower() == name.lower()), "")


def _parts(text: str) -> list[str]:
    """What stands between the commas at the top level."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(text):
        depth += (char in "<(") - (char in ">)")
        if char == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def _sum(kind: str, engine: str) -> str:
    if kind in ("tinyint", "smallint", "int", "bigint"):
        return "bigint"
    if kind == "float":
        return "double"
    if kind.startswith("decimal(") and engine == "spark":
        digits = kind[8:-1].split(",")
        return f"decimal({min(38, int(digits[0]) + 10)},{digits[1].strip() if len(digits) > 1 else '0'})"
    return kind


def _whole(kind: str, engine: str) -> str:
    """The type of CEIL and FLOOR, which Spark makes whole numbers."""
    if engine != "spark":
        return kind
    return "" if kind.startswith("decimal") or not kind else "bigint"


def _rounded(kind: str, engine: str) -> str:
    return "" if kind.startswith("decimal") and engine == "spark" else kind


def _unknown(kind: str, engine: str) -> str:
    del kind, engine
    return ""


_SPECIAL: dict[str, Callable[[str, str], str]] = {
    "sum": _sum,
    "whole": _whole,
    "rounded": _rounded,
    "field": _unknown,
    "decode": _unknown,
}
