"""Column expressions of Spark, pandas and Polars: references, operators and methods."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Col, DataType, Frame, Window
from ctxpack.lineage.spark.values.texts import Text, is_known, shown
from ctxpack.lineage.spark.values.uncertain import Either, Unknown

_PARTS = re.compile(r"`([^`]*)`|([^.`]+)")
_OPERATORS = {
    "==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "&": "and", "|": "or", "+": "+", "-": "-",
    "*": "*", "/": "/", "%": "%", "//": "div", "**": "power", "^": "xor", "in": "in", "not in": "not-in",
}  # fmt: skip
_UNARY = {"~": "not", "not": "not", "-": "unary-", "+": ""}
_DEEPEST = 3
_WORDY = frozenset({"and", "or"})


def unknown() -> Col:
    """A column of which nothing is known."""
    return Col(to.Call("unknown", ()))


def reference(name: str, line: int = 0) -> Col:
    """The column reference of a name: `a`, `alias.a`, `struct.field`, `*` or `alias.*`."""
    text = shown(name).strip()
    parts = [quoted or plain for quoted, plain in _PARTS.findall(text)] or [text]
    if parts[-1] == "*":
        return Col(to.Star(".".join(parts[:-1])))
    *qualifier, last = [part.split("[", 1)[0].strip() for part in parts]
    return Col(to.ColumnRef(last, ".".join(qualifier), line), last)


def constant(value: object) -> Col:
    """A value as a literal column."""
    if isinstance(value, Col):
        return value
    if isinstance(value, Text) and not is_known(value):
        return Col(to.Constant(shown(value), False, "string"), shown(value))
    if isinstance(value, bool):
        return Col(to.Constant(str(value).lower(), False, "boolean"), str(value).lower())
    if isinstance(value, Unknown) and value.hint:
        return Col(to.Constant(f"{{{value.hint}}}"), value.hint)
    kinds = ((str, "string"), (int, "int"), (float, "double"))
    for kind, name in kinds:
        if isinstance(value, kind):
            return Col(to.Constant(str(value)[:200], False, name), str(value)[:60])
    return Col(to.Constant("null", True), "NULL") if value is None else unknown()


def column(value: object, line: int = 0) -> Col:
    """A value as a column: a column itself, a string as a reference, anything else as a literal."""
    if isinstance(value, Either):
        value = value.options[0]
    if isinstance(value, Col):
        return value
    return reference(value, line) if isinstance(value, str) else constant(value)


def columns(values: Iterable[object], line: int = 0, depth: int = 0) -> list[Col] | None:
    """Columns given one by one or in lists; None if some are unknown."""
    found: list[Col] = []
    for value in values:
        if isinstance(value, (list, tuple)):
            inner = columns(value, line, depth + 1) if depth < _DEEPEST else None
            if inner is None:
                return None
            found.extend(inner)
        elif isinstance(value, (Col, str)):
            found.append(column(value, line))
        elif isinstance(value, Either) and all(isinstance(one, (Col, str)) for one in value.options):
            found.append(column(value.options[0], line))
        elif value is not None and not isinstance(value, bool):
            return None
    return found


def names(values: Iterable[object]) -> list[str] | None:
    """The names of columns given by name or as columns, one by one or in lists; None if some are unknown."""
    found = columns(values)
    if found is None:
        return None
    return [one.expression.name if isinstance(one.expression, to.ColumnRef) else one.name for one in found]


def pretty(expression: to.ExpressionTree) -> str:
    """The default name that Spark gives an unnamed column."""
    match expression:
        case to.ColumnRef() | to.Field():
            return expression.name
        case to.Constant():
            return "NULL" if expression.null else expression.value[:60]
        case to.Cast():
            inner = expression.arg
            named = isinstance(inner, (to.ColumnRef, to.Field))
            return pretty(inner) if named else f"CAST({pretty(inner)} AS {expression.type.upper()})"
        case to.Call():
            return _pretty_call(expression)
        case to.Star():
            return "1"
        case _:
            return ""


def _pretty_call(one: to.Call) -> str:
    parts = [pretty(arg) for arg in one.args]
    if one.name in _OPERATORS.values() and len(parts) == 2:
        name = one.name.upper() if one.name in _WORDY else one.name
        return f"({parts[0]} {name} {parts[1]})"[:120]
    if one.name in ("is-null", "is-not-null"):
        return f"({parts[0]} {one.name.upper().replace('-', ' ')})"
    if one.name == _UNARY["-"] and len(parts) == 1:
        return f"(- {parts[0]})"[:120]
    return f"{one.name}({', '.join(parts)})"[:120]


def made(expression: to.ExpressionTree, name: str = "") -> Col:
    """A column with its default name in Spark, unless `name` is given."""
    return Col(expression, name or pretty(expression))


def call(name: str, *args: Col, line: int = 0, kind: to.CallKind = "scalar", default: bool = False) -> Col:
    """A function call over columns."""
    return made(to.Call(name, tuple(arg.expression for arg in args), kind, line, default=default))


def operation(machine: Machine, name: str, left: object, right: object) -> object:
    """A binary operator on columns; with a whole frame as an operand, an opaque frame."""
    line = machine.stack.here.line
    for frame in (left, right):
        if isinstance(frame, Frame):
            return frame.opaque(f"operator {name}", line, keeps=True)
    spelled = _OPERATORS.get(name)
    if spelled is None:
        return Unknown()
    frame = next((one.frame for one in (left, right) if isinstance(one, Col) and one.frame is not None), None)
    one, other = constant(left), constant(right)
    made_of = to.Call(spelled, (one.expression, other.expression), "scalar", line)
    return Col(made_of, pretty(made_of), frame=frame)


def unary(name: str, value: Col) -> Col:
    """`~column` or `-column`."""
    spelled = _UNARY.get(name, "")
    return made(to.Call(spelled, (value.expression,)), "") if spelled else value


# --- methods ----------------------------------------------------------------------------------------------------------


def method(machine: Machine, value: Col, name: str, args: Args) -> object:
    """A method of a column."""
    rule = _METHODS.get(name)
    if rule is not None:
        return rule(value, args)
    function = _FUNCTIONS.get(name)
    if function is not None:
        others = tuple(constant(one).expression for one in args.args if not isinstance(one, (list, dict)))
        kind: to.CallKind = "aggregate" if name in _AGGREGATES else "scalar"
        return Col(to.Call(function, (value.expression, *others), kind, args.line), value.name, frame=value.frame)
    if name in _SAME:
        return value
    return Col(to.Call("udf", (value.expression,), "scalar", args.line), value.name, frame=value.frame)


def _alias(value: Col, args: Args) -> Col:
    given = [str(shown(one)) for one in args.args if isinstance(one, str)]
    if not given:
        return value
    return Col(value.expression, given[0], tuple(given) if len(given) > 1 else (), frame=value.frame)


def _cast(value: Col, args: Args) -> Col:
    kind = args.get(0, "dataType", args.any_of("dtype"))
    name = kind.name if isinstance(kind, DataType) else shown(kind).lower() if isinstance(kind, str) else ""
    cast = to.Cast(value.expression, name, False, args.line)
    return Col(cast, value.name if isinstance(value.expression, to.ColumnRef) else pretty(cast), frame=value.frame)


def _is_in(value: Col, args: Args) -> Col:
    listed = args.args[0] if len(args.args) == 1 and isinstance(args.args[0], (list, tuple)) else args.args
    others = [constant(one).expression for one in listed][:50]
    return made(to.Call("in", (value.expression, *others), "scalar", args.line))


def _when(value: Col, args: Args) -> Col:
    """Add a branch to a CASE."""
    case = value.expression
    if not isinstance(case, to.Case) or len(args.args) < 2:
        return unknown()
    branch = (constant(args.args[0]).expression, constant(args.args[1]).expression)
    return Col(to.Case((*case.branches, branch), None, case.line), value.name)


def _otherwise(value: Col, args: Args) -> Col:
    case = value.expression
    if not isinstance(case, to.Case):
        return unknown()
    return Col(to.Case(case.branches, constant(args.get(0, "value")).expression, case.line), value.name)


def _field(value: Col, args: Args) -> Col:
    key = args.get(0, "name", args.any_of("key"))
    return element(value, key, args.line)


def element(value: Col, key: object, line: int) -> Col:
    """A field of a struct, or an element of a map or array."""
    if isinstance(key, str) and is_known(key) and key.isidentifier():
        return Col(to.Field(value.expression, str(key), line), str(key))
    return Col(to.Field(value.expression, "[]", line), f"{value.name}[{key if isinstance(key, int) else ''}]")


def _over(value: Col, args: Args) -> Col:
    window = args.get(0, "window")
    over: tuple[to.ExpressionTree, ...]
    if isinstance(window, Window):
        over, partial = window.over, window.partial
    else:  # Polars passes the partition columns directly
        over, partial = tuple(one.expression for one in columns(args.args) or ()), False
    return Col(windowed(value.expression, over, partial), value.name)


def windowed(expression: to.ExpressionTree, over: tuple[to.ExpressionTree, ...], partial: bool) -> to.ExpressionTree:
    """An aggregate or ranking call turned into a window function; any other expression unchanged."""
    if not isinstance(expression, to.Call):
        return expression
    return to.Call(
        expression.name, expression.args, "window", expression.line, "", expression.filtered or partial,
        expression.default, over,
    )  # fmt: skip


def _with_value(name: str) -> Callable[[Col, Args], Col]:
    def rule(value: Col, args: Args) -> Col:
        others = [constant(one).expression for one in args.everything() if not isinstance(one, (list, dict))]
        return made(to.Call(name, (value.expression, *others), "scalar", args.line))

    return rule


def _filled(value: Col, args: Args) -> Col:
    filling = constant(args.get(0, "value"))
    return Col(to.Call("coalesce", (value.expression, filling.expression), "scalar", args.line), value.name)


def _with_field(value: Col, args: Args) -> Col:
    name, field = args.get(0, "fieldName"), constant(args.get(1, "col"))
    parts = (value.expression, constant(name).expression, field.expression)
    return Col(to.Call("with-field", parts, "scalar", args.line), value.name)


_METHODS: dict[str, Callable[[Col, Args], Col]] = {
    "alias": _alias, "name": _alias, "rename": _alias, "cast": _cast, "astype": _cast, "try_cast": _cast,
    "isin": _is_in, "is_in": _is_in, "when": _when, "otherwise": _otherwise, "getField": _field, "getItem": _field,
    "over": _over, "fillna": _filled, "fill_null": _filled, "fill_nan": _filled, "withField": _with_field,
    "isNull": _with_value("is-null"), "isNotNull": _with_value("is-not-null"), "between": _with_value("between"),
    "is_null": _with_value("is-null"), "is_not_null": _with_value("is-not-null"), "isnull": _with_value("is-null"),
    "isna": _with_value("is-null"), "notnull": _with_value("is-not-null"), "notna": _with_value("is-not-null"),
    "is_between": _with_value("between"), "like": _with_value("like"), "rlike": _with_value("rlike"),
    "ilike": _with_value("ilike"), "contains": _with_value("contains"), "startswith": _with_value("startswith"),
    "endswith": _with_value("endswith"), "eqNullSafe": _with_value("<=>"), "isNaN": _with_value("isnan"),
    "eq": _with_value("="), "ne": _with_value("<>"), "gt": _with_value(">"), "lt": _with_value("<"),
    "ge": _with_value(">="), "le": _with_value("<="), "bitwiseAND": _with_value("&"), "bitwiseOR": _with_value("|"),
    "add": _with_value("+"), "sub": _with_value("-"), "mul": _with_value("*"), "div": _with_value("/"),
    "truediv": _with_value("/"), "mod": _with_value("%"), "pow": _with_value("power"),
    "starts_with": _with_value("startswith"), "ends_with": _with_value("endswith"), "is_nan": _with_value("isnan"),
}  # fmt: skip

_AGGREGATES = frozenset("sum mean min max count std var median first last nunique n_unique mode any all size".split())
_FUNCTIONS = {
    "substr": "substring", "sum": "sum", "mean": "avg", "min": "min", "max": "max", "count": "count", "abs": "abs",
    "std": "stddev", "var": "variance", "median": "median", "first": "first", "last": "last", "nunique": "count",
    "n_unique": "count", "mode": "mode", "round": "round", "upper": "upper", "lower": "lower", "strip": "trim",
    "to_uppercase": "upper", "to_lowercase": "lower", "strip_chars": "trim", "lstrip": "ltrim", "rstrip": "rtrim",
    "shift": "lag", "replace": "replace", "len": "length", "len_chars": "length", "year": "year", "month": "month",
    "title": "initcap", "to_date": "to_date", "to_datetime": "to_timestamp", "strptime": "to_timestamp",
    "strftime": "date_format", "split": "split", "slice": "substring", "zfill": "lpad", "any": "bool_or",
    "all": "bool_and", "floor": "floor", "ceil": "ceil", "sqrt": "sqrt", "log": "log", "exp": "exp",
    "clip": "greatest", "rank": "rank", "cum_sum": "sum", "cumsum": "sum", "extract": "regexp_extract",
    "str_replace": "regexp_replace", "replace_all": "regexp_replace", "diff": "-", "day": "day", "hour": "hour",
}  # fmt: skip
_SAME = frozenset(
    "asc desc asc_nulls_first asc_nulls_last desc_nulls_first desc_nulls_last copy to_frame reset_index sort_values "
    "sort implode head tail drop_nulls dropna unique to_physical keep_name reverse outer dropFields bfill ffill".split()
)


def is_method(name: str) -> bool:
    """Whether an attribute of a column is a method, by its name."""
    return name in _METHODS or name in _FUNCTIONS or name in _SAME or name in _UNFOLLOWED


def tagged(value: Col, tag: str, line: int) -> to.ExpressionTree:
    """The expression of a column, qualified by the alias `tag` of its frame."""
    one = value.expression
    if isinstance(one, to.ColumnRef):
        if not one.qualifier:
            return to.ColumnRef(one.name, tag, line)
        return to.Field(to.ColumnRef(one.qualifier.rpartition(".")[2], tag, line), one.name, line)
    return to.Star(tag) if isinstance(one, to.Star) else one


_UNFOLLOWED = frozenset({"map", "apply", "map_elements", "map_batches", "transform", "pipe"})
