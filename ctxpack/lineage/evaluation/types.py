"""Infers the types of expressions from casts, constants, columns and known functions; "" where unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctxpack.lineage.algebra.functions import FUNCTIONS

_WIDENING = ("tinyint", "smallint", "int", "bigint", "int64", "float", "double", "float64")
_NAMES: dict[str, dict[str, str]] = {
    "string": {"bigquery": "string", "spark": "string", "databricks": "string", "hive": "string", "postgres": "text"}
    | {"sqlite": "text", "": "string", "clickhouse": "string"},
    "bigint": {"bigquery": "int64", "snowflake": "number", "clickhouse": "uint64"},
    "int": {"bigquery": "int64", "snowflake": "number", "spark": "int", "clickhouse": ""},
    "double": {"bigquery": "float64", "snowflake": "float", "postgres": "double precision", "clickhouse": "float64"},
    "boolean": {"clickhouse": "uint8", "bigquery": "bool"},
    "timestamp": {"clickhouse": "datetime"},
    "decimal": {"bigquery": "numeric", "snowflake": "number", "postgres": "numeric", "oracle": "number"},
}

_KINDS = {
    **dict.fromkeys("tinyint smallint mediumint int integer bigint hugeint byteint byte short long".split(), "whole"),
    **dict.fromkeys("int2 int4 int8 int16 int32 int64 uint8 uint16 uint32 uint64".split(), "whole"),
    **dict.fromkeys(("float", "double", "real", "float4", "float8", "float32", "float64", "double precision"), "real"),
    **dict.fromkeys("decimal numeric number dec bignumeric".split(), "decimal"),
    **dict.fromkeys("date time datetime datetime2 timestamp timestamptz".split(), "time"),
    **dict.fromkeys("timestamp_ntz timestamp_ltz timestamp_tz".split(), "time"),
    **dict.fromkeys(("timestamp with time zone", "timestamp without time zone"), "time"),
}
"""The kind of numeric and time types, on which the result type of arithmetic depends."""

_TRINO = frozenset({"trino", "presto", "athena"})
_WHOLE_BY_WHOLE = frozenset({"postgres", "redshift", "tsql", "fabric", "sqlite", "teradata", *_TRINO})
"""Engines in which an integer divided by an integer is an integer."""

_DECIMAL_BY_WHOLE = frozenset({"snowflake", "mysql", "doris", "starrocks", "oracle"})
"""Engines in which that is a decimal, as is the average of integers."""

_MEANS_ARE_WHOLE = frozenset({"tsql", "fabric", "redshift"})
_KEEPS_DATES = frozenset({"snowflake", "bigquery", *_TRINO})
"""Engines in which truncating a date (to its month, say) gives a date."""

_ZONED = frozenset({"postgres", "duckdb", *_TRINO})
"""Engines in which the current timestamp has a time zone."""

_COUNTS_IN_BIGINT = frozenset({"duckdb", *_TRINO})


def call_type(name: str, types: Sequence[str], engine: str) -> str:
    """The result type of a function for arguments of these types; "" if unknown."""
    rule = FUNCTIONS.get(name)
    if rule is None:
        return ""
    if rule.type == "=":
        return types[0] if types and not (engine == "clickhouse" and name == "unary-") else ""
    if rule.type == "*":
        return common_type(types[1:] if name in ("if", "iff", "iif", "nvl2") else types)
    special = _SPECIAL.get(rule.type)
    return special(types, engine) if special is not None else _named(rule.type, engine)


def _named(name: str, engine: str) -> str:
    """The engine's name for a type."""
    named = _NAMES.get(name)
    return named.get(engine, name if name != "string" else "varchar") if named else name


def constant_type(name: str, value: str, engine: str) -> str:
    """The engine's name for the type of a constant; in ClickHouse the type of an integer depends on its value."""
    if engine == "bigquery":
        return {"int": "int64", "bigint": "int64", "double": "float64", "boolean": "bool"}.get(name, name)
    if engine != "clickhouse":
        return name
    if name in ("int", "bigint") and value.isdigit():
        bits = max(8, 1 << (int(value).bit_length() - 1).bit_length())
        return f"uint{bits}" if bits <= 64 else ""
    return {"double": "float64", "boolean": "bool"}.get(name, name)


def _kind(name: str) -> str:
    """The kind of a type: "whole", "decimal", "real" or "time"; "" for all others."""
    return _KINDS.get(name.partition("(")[0].strip().lower(), "")


def common_type(types: Sequence[str]) -> str:
    """The common supertype of these types; "" if one is unknown or they are of different kinds.

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
        wide = [name for name in types if name in _WIDENING[5:]]
        return "double" if {"float", "double"} & set(wide) else wide[0] if wide else "decimal"
    return ""


def element_type(name: str, container: str) -> str:
    """The type of the elements of an array, or of the keys or values of a map, as the function `name` gives them."""
    kind, inner = _within(container)
    if kind == "array" and not name.startswith("posexplode"):
        return inner
    parts = _parts(inner) if kind == "map" else []
    wanted = {"[]": 1, "explode-value": 1, "explode-key": 0}.get(name.removesuffix("_outer"))
    return parts[wanted] if len(parts) == 2 and wanted is not None else ""


def field_names(container: str) -> tuple[tuple[str, str], ...]:
    """The (name, type) pairs of the fields in a struct type; () for any other type.

    >>> field_names("STRUCT<sku: STRING, at: ARRAY<INT>>")
    (('sku', 'STRING'), ('at', 'ARRAY<INT>'))
    """
    kind, inner = _within(container)
    if kind != "struct":
        return ()
    pairs = [part.partition(":") for part in _parts(inner)]
    return tuple((name.strip().strip("`"), kind.strip()) for name, _, kind in pairs)


def _within(container: str) -> tuple[str, str]:
    """The kind of a container type, in lower case, and what is between its angle brackets; "" and "" for others."""
    kind, opened, inner = container.partition("<")
    return (kind.strip().lower(), inner.rstrip()[:-1]) if opened and inner.rstrip().endswith(">") else ("", "")


def field_type(container: str, name: str) -> str:
    """The type of a field in a struct type; "" if unknown."""
    return next((kind for field, kind in field_names(container) if field.lower() == name.lower()), "")


def _parts(text: str) -> list[str]:
    """Split at the top-level commas."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(text):
        depth += (char in "<(") - (char in ">)")
        if char == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def _terms(types: Sequence[str], engine: str) -> str:
    """The type of a sum, difference or product; unknown for times, where it may be an interval or a number of days."""
    if engine == "clickhouse":
        # Integers are widened, and subtraction gives a signed type.
        kinds = {_kind(one) for one in types}
        return "float64" if "real" in kinds and kinds <= {"whole", "real"} else ""
    return "" if any(_kind(one) == "time" for one in types) else common_type(types)


def _quotient(types: Sequence[str], engine: str) -> str:
    kinds = {_kind(one) for one in types}
    if engine == "duckdb" or "real" in kinds:
        return _named("double", engine)
    if not kinds or not kinds <= {"whole", "decimal"}:
        return ""
    if "decimal" in kinds or engine in _DECIMAL_BY_WHOLE:
        return _named("decimal", engine)
    if engine in _WHOLE_BY_WHOLE:
        return common_type(types)
    return _named("double", engine) if engine else ""


def _quotient_cut(types: Sequence[str], engine: str) -> str:
    """The type of integer division (`a div b`), which is bigint in Spark."""
    return "bigint" if engine in ("spark", "hive") else common_type(types)


def _mean(types: Sequence[str], engine: str) -> str:
    if engine == "spark" and types and (wider := _wider(types[0], 4, 4)):
        return wider
    kind = _kind(types[0]) if types else ""
    if engine in ("duckdb", "clickhouse", "sqlite") or kind == "real":
        return _named("double", engine)
    if kind == "decimal" or (kind == "whole" and (engine == "postgres" or engine in _DECIMAL_BY_WHOLE)):
        return _named("decimal", engine)
    if kind == "whole" and engine in _MEANS_ARE_WHOLE:
        return "bigint" if engine == "redshift" else types[0]
    return _named("double", engine) if kind == "whole" and engine else ""


def _wider(kind: str, digits: int, places: int) -> str:
    """A decimal type with its precision and scale increased, at most 38 each as in Spark; "" for other types."""
    stated = kind[8:-1].split(",") if kind.startswith("decimal(") else []
    if not stated or not all(part.strip().isdigit() for part in stated):
        return ""
    scale = int(stated[1]) if len(stated) > 1 else 0
    return f"decimal({min(38, int(stated[0]) + digits)},{min(38, scale + places)})"


def _sum(types: Sequence[str], engine: str) -> str:
    kind = types[0] if types else ""
    if engine == "clickhouse":
        return _sum_in_clickhouse(kind.lower())
    if kind.lower() in ("boolean", "bool"):
        return ""
    if engine == "spark" and (wider := _wider(kind, 10, 0)):
        return wider
    if _kind(kind) == "decimal":
        return _named("decimal", engine)
    if _kind(kind) == "whole":
        return _sum_of_whole(kind.lower(), engine)
    return "double" if kind == "float" and engine == "spark" else kind


def _sum_in_clickhouse(kind: str) -> str:
    """The type of a sum in ClickHouse: the widest of its kind, nullable if the argument is."""
    if kind.startswith("nullable("):
        inner = _sum_in_clickhouse(kind[9:-1])
        return f"nullable({inner})" if inner else ""
    if _kind(kind) == "real":
        return "float64"
    if kind in ("bool", "boolean"):
        return "uint64"
    return f"{kind.rstrip('0123456789')}64" if _kind(kind) == "whole" and kind[-1].isdigit() else ""


def _sum_of_whole(kind: str, engine: str) -> str:
    if engine in ("tsql", "fabric"):
        return "bigint" if kind == "bigint" else "int"
    if engine in ("mysql", "doris", "starrocks", "oracle") or (engine in ("postgres", "redshift") and kind == "bigint"):
        return _named("decimal", engine)
    return "hugeint" if engine == "duckdb" else _named("bigint", engine)


def _whole(types: Sequence[str], engine: str) -> str:
    """The type of CEIL and FLOOR, which is an integer in Spark."""
    kind = types[0] if types else ""
    if engine == "spark":
        return "" if kind.startswith("decimal") or not kind else "bigint"
    return _rounded(types, engine)


def _rounded(types: Sequence[str], engine: str) -> str:
    """The type of ROUND and the like; the precision of a decimal then depends on values, so it is dropped."""
    kind = types[0] if types else ""
    if _kind(kind) == "decimal":
        return "" if engine == "spark" else _named("decimal", engine)
    return "" if engine == "postgres" and _kind(kind) == "whole" else kind


def _truncated(types: Sequence[str], engine: str) -> str:
    """The type of a truncated time; the unit may be the first or the last argument."""
    kind = next((one for one in types if _kind(one) == "time"), "")
    if engine in ("spark", "hive", "redshift") or (engine == "duckdb" and kind):
        return "timestamp"
    return "" if kind.lower() == "date" and engine not in _KEEPS_DATES else kind


def _now(types: Sequence[str], engine: str) -> str:
    """The type of the current timestamp."""
    del types
    return "timestamp with time zone" if engine in _ZONED else _named("timestamp", engine)


def _place(types: Sequence[str], engine: str) -> str:
    """The type of a row number or rank."""
    del types
    return _named("int" if engine in ("spark", "hive") else "bigint", engine)


def _counted(types: Sequence[str], engine: str) -> str:
    """The type of a length, or of a field of a date."""
    del types
    return _named("bigint" if engine in _COUNTS_IN_BIGINT else "int", engine)


def _part(types: Sequence[str], engine: str) -> str:
    """The type of a field of a time, which may be fractional in PostgreSQL."""
    return "" if engine == "postgres" else _counted(types, engine)


def _unknown(types: Sequence[str], engine: str) -> str:
    del types, engine
    return ""


_SPECIAL: dict[str, Callable[[Sequence[str], str], str]] = {
    "terms": _terms,
    "quotient": _quotient,
    "quotient-cut": _quotient_cut,
    "mean": _mean,
    "sum": _sum,
    "whole": _whole,
    "rounded": _rounded,
    "truncated": _truncated,
    "now": _now,
    "place": _place,
    "counted": _counted,
    "part": _part,
    "field": _unknown,
    "decode": _unknown,
}
