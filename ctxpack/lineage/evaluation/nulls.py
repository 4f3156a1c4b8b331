"""Nullability of calls and casts in three-valued logic: False is never null, True can be null, None is unknown.

The answer depends on the engine. For "spark" it is `nullable` in the schema of a DataFrame (as the analyzer states it,
with non-ANSI casts); for a SQL dialect it is whether the data can hold a null. Unknown stays None and is never rounded
to either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ctxpack.lineage.algebra.functions import (
    BAD_CAST_GIVES_NULL,
    BAD_TIME_GIVES_NULL,
    LENIENT_CASTS,
    MISSING_IS_DEFAULT,
    ZERO_GIVES_NULL,
    rule_of,
)

Nullable = bool | None

_INTEGERS = ("tinyint", "smallint", "int", "bigint", "integer", "byte", "short", "long")
_FRACTIONS = ("float", "double", "real")
_STRINGS = ("string", "varchar", "char", "text", "nvarchar", "nchar", "character varying", "character")
_ELEMENTS_NEVER_NULL = frozenset(
    "split collect_list collect_set sequence generate_array generate_date_array generate_series regexp_extract_all"
    " sentences map_keys string_to_array range_array array_compact generate_subscripts".split()
)
_ELEMENTS_OF_ARGUMENTS = frozenset(("array", "make_array", "array_construct", "list_value"))
_MAPS_OF_ARRAYS = frozenset(("map", "map_from_arrays"))
"""Functions that make a map of an array of keys and one of values; the parser reads SQL's `map(k, v, ...)` so."""

_ELEMENTS_OF_ALL = frozenset(("concat", "array_union", "array_cat", "array_concat", "list_concat", "map_concat"))


class Argument(NamedTuple):
    """What is known of an argument: nullability, type, nullability of its elements, whether a nonzero constant."""

    nullable: Nullable
    type: str = ""
    elements: Nullable = None
    nonzero: bool = False


def any_null(values: Iterable[Nullable]) -> Nullable:
    """The nullability of a result that is null if any of the values is.

    >>> any_null([True, False]), any_null([False, None]), any_null([True, None])
    (True, None, True)
    """
    result: Nullable = False
    for value in values:
        if value:
            return True
        if value is None:
            result = None
    return result


def all_null(values: Iterable[Nullable]) -> Nullable:
    """The nullability of a result that is null only if all values are.

    >>> all_null([True, False]), all_null([True, None]), all_null([True, True])
    (False, None, True)
    """
    result: Nullable = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def missing(nullable: Nullable, engine: str) -> Nullable:
    """The nullability of a value that may be missing (an unmatched join side); `nullable` is that of a present value.

    >>> missing(False, "postgres"), missing(False, "clickhouse"), missing(True, "clickhouse")
    (True, None, True)
    """
    return True if nullable or engine not in MISSING_IS_DEFAULT else None


def call_nullable(
    name: str, args: Sequence[Argument], engine: str, *, no_rows: bool = False, default: bool = False
) -> Nullable:
    """Whether a call can give null.

    Args:
        name: The function, lower-cased.
        args: Its arguments.
        engine: "spark" or the name of a SQL dialect.
        no_rows: An aggregate or window function may be given no row (no GROUP BY, a FILTER).
        default: A window function (LAG, LEAD) states a default for rows outside of the window.

    """
    rule = _overloaded(name, args, rule_of(name, engine), engine)
    if rule is None:
        return True if engine == "spark" else None
    return _RULES[rule](_Asked(args, [arg.nullable for arg in args], engine, no_rows, default))


_BY_COUNT = {
    ("isnull", 2): "all",
    ("json_type", 2): "always",
    ("if", 2): "always",
    ("iff", 2): "always",
    ("iif", 2): "always",
}
"""The rules of overloaded functions, by name and number of arguments."""


def _overloaded(name: str, args: Sequence[Argument], rule: str | None, engine: str) -> str | None:
    """The rule of a function, where it depends on the number or the types of the arguments; otherwise `rule`."""
    if name == "decode" and len(args) > 2 and engine != "bigquery":
        return "decode"
    if name == "log" and len(args) == 2 and engine != "spark":
        return "any"
    if name == "substring" and len(args) > 1 and engine == "postgres" and _is_string(args[1].type):
        return "always"
    return _BY_COUNT.get((name, len(args)), rule)


class _Asked(NamedTuple):
    """A call that a rule is applied to; `nulls` are the nullabilities of its arguments."""

    args: Sequence[Argument]
    nulls: list[Nullable]
    engine: str
    no_rows: bool
    default: bool


def _decode(asked: _Asked) -> Nullable:
    """DECODE(value, search, result, ..., default): null where nothing is found and there is no default."""
    nulls = asked.nulls
    return any_null([*nulls[2::2], *nulls[-1:]]) if len(nulls) % 2 == 0 else True


def _lag(asked: _Asked) -> Nullable:
    if not asked.default or not asked.nulls:
        return missing(any_null(asked.nulls[:1]), asked.engine)
    return any_null([asked.nulls[0], *asked.nulls[2:]])


def _divide(asked: _Asked) -> Nullable:
    constant = len(asked.args) > 1 and asked.args[1].nonzero
    if asked.engine == "spark" or (asked.engine in ZERO_GIVES_NULL and not constant):
        return True
    return any_null(asked.nulls)


def _parse(asked: _Asked) -> Nullable:
    text = bool(asked.args) and _is_string(asked.args[0].type)
    if text and (asked.engine == "spark" or asked.engine in BAD_TIME_GIVES_NULL):
        return True
    known = not asked.args or asked.args[0].type or asked.engine not in BAD_TIME_GIVES_NULL
    return any_null(asked.nulls) if known else _unsure(asked)


def _unsure(asked: _Asked) -> Nullable:
    return any_null([*asked.nulls, None])


def _group(asked: _Asked, deciding: int = 1) -> Nullable:
    found = any_null(asked.nulls[:deciding])
    return missing(found, asked.engine) if asked.no_rows else found


_RULES: dict[str, Callable[[_Asked], Nullable]] = {
    "any": lambda asked: any_null(asked.nulls),
    "all": lambda asked: all_null(asked.nulls),
    "either": lambda asked: any_null(asked.nulls),
    "never": lambda _: False,
    "always": lambda _: True,
    "first": lambda asked: any_null(asked.nulls[:1]),
    "last": lambda asked: any_null(asked.nulls[-1:]),
    "group": _group,
    "by": lambda asked: _group(asked, 2),
    "some": lambda asked: _group(asked._replace(no_rows=True)),
    "rows": lambda asked: missing(False, asked.engine) if asked.no_rows else False,
    "unsure": _unsure,
    "if": lambda asked: any_null(asked.nulls[1:]),
    "nvl2": lambda asked: any_null(asked.nulls[1:]),
    "field": lambda asked: asked.args[0].elements if asked.args else None,
    "flattened": lambda asked: any_null([*asked.nulls[:1], *(arg.elements for arg in asked.args[:1])]),
    "decode": _decode,
    "lag": _lag,
    "divide": _divide,
    "parse": _parse,
    "part": lambda asked: _parse(asked._replace(args=asked.args[-1:])),
}
"""The implementation of each rule of the table in `functions.py`."""


def elements_nullable(name: str, args: Sequence[Argument]) -> Nullable:
    """Whether elements of the array (or values of the map) that a call gives can be null."""
    if name in _ELEMENTS_NEVER_NULL:
        return False
    if name in _ELEMENTS_OF_ARGUMENTS:
        return any_null(arg.nullable for arg in args)
    if name == "create_map":
        return any_null(arg.nullable for arg in args[1::2])
    if name in _MAPS_OF_ARRAYS and len(args) == 2:
        return args[1].elements
    if name in _ELEMENTS_OF_ALL:
        return any_null(arg.elements for arg in args)
    return args[0].elements if args else None


def cast_nullable(arg: Argument, target: str, engine: str, *, safe: bool) -> Nullable:
    """Whether a cast can give null; `safe` is a cast that gives null instead of an error."""
    if arg.nullable or (safe and target != arg.type and not (_is_string(target) and not arg.type.startswith("array"))):
        return True
    if engine == "spark":
        return _spark_cast(arg, target)
    if engine in LENIENT_CASTS or _is_string(target) or engine not in BAD_CAST_GIVES_NULL:
        return arg.nullable
    return True if _is_string(arg.type) or not arg.type else arg.nullable


def _spark_cast(arg: Argument, target: str) -> Nullable:
    """Spark's rule for casts that are not ANSI, for an argument that is not known to be nullable."""
    source, base = _base(arg.type), _base(target)
    if base == source or _is_string(base):
        return arg.nullable
    if not source:
        # A cast to date from nearly any type gives null for a value that is no date.
        return True if base == "date" else None
    forced = (
        (_is_string(source) and base != "binary")
        or (source == "timestamp" and base in ("tinyint", "smallint", "int", "integer", "byte", "short"))
        or (source in _FRACTIONS and (base == "timestamp" or base in _INTEGERS))
        or (source.startswith("decimal") and base in _INTEGERS)
        or (base == "date" and not source.startswith("timestamp"))
        or (base == "decimal" and not _fits(source, target))
    )
    return True if forced else arg.nullable


def _fits(source: str, target: str) -> bool:
    """Whether every value of a numeric type fits a decimal type."""
    digits = {"tinyint": 3, "byte": 3, "smallint": 5, "short": 5, "int": 10, "integer": 10, "bigint": 20, "long": 20}
    inner = target[target.find("(") + 1 : target.find(")")] if "(" in target else "10,0"
    parts = [int(part) for part in inner.split(",") if part.strip().isdigit()]
    if not parts or source not in digits:
        return False
    return parts[0] - (parts[1] if len(parts) > 1 else 0) >= digits[source]


def _base(name: str) -> str:
    return name.split("(", 1)[0].split("<", 1)[0].strip().lower()


def _is_string(name: str) -> bool:
    return _base(name) in _STRINGS
