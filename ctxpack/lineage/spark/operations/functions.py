"""Models of `pyspark.sql.functions` and `Window`.

Most functions need no entry: the first argument is a column or its name, the others are literals. The tables list
those that differ.
"""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.algebra.functions import FUNCTIONS
from ctxpack.lineage.spark.operations import columns, schemas
from ctxpack.lineage.spark.operations.columns import column, constant, made
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Bound, Function, Partial
from ctxpack.lineage.spark.values.tables import Col, Udf, Window
from ctxpack.lineage.spark.values.texts import is_known, shown

_ALL_COLUMNS = frozenset(
    "coalesce concat greatest least array struct create_map map_from_arrays map_concat arrays_zip array_union "
    "array_except array_intersect arrays_overlap max_by min_by corr covar_pop covar_samp count_distinct countdistinct "
    "hash xxhash64 datediff date_diff months_between atan2 pow power hypot nvl nvl2 ifnull nullif nanvl levenshtein "
    "grouping_id named_struct pmod equal_null contains startswith endswith ilike bitmap_construct_agg "
    "make_date make_timestamp array_contains_all".split()
)
_LITERAL_FIRST = frozenset("concat_ws format_string date_trunc locate printf timestampadd timestampdiff".split())
_NO_ARGUMENTS = frozenset(
    "current_timestamp current_date now monotonically_increasing_id input_file_name spark_partition_id rand randn uuid "
    "current_user current_timezone localtimestamp curdate row_number rank dense_rank percent_rank cume_dist pi e "
    "current_database current_catalog".split()
)
_NAMES = {
    "countdistinct": "count", "count_distinct": "count", "sumdistinct": "sum", "sum_distinct": "sum",
    "approxcountdistinct": "approx_count_distinct", "isnull": "is-null", "isnotnull": "is-not-null", "mean": "avg",
    "negate": "unary-", "signum": "sign", "toradians": "radians", "todegrees": "degrees", "shiftleft": "shiftleft",
    "bitwisenot": "unary~", "bitwise_not": "unary~", "negative": "unary-", "datediff": "datediff",
    "count_if": "count_if", "len": "length",
}  # fmt: skip
_SORTS = frozenset("asc desc asc_nulls_first asc_nulls_last desc_nulls_first desc_nulls_last".split())
_HIGHER = frozenset(
    "transform filter exists forall aggregate reduce zip_with transform_keys transform_values map_filter".split()
)


def call(machine: Machine, name: str, args: Args) -> object:
    """The result of a function of `pyspark.sql.functions`."""
    rule = _RULES.get(name)
    if rule is not None:
        return rule(machine, args)
    plain = name.lower()
    if plain in _SORTS:
        return column(args.get(0, "col"), args.line)
    if name in _HIGHER:
        return _higher(machine, name, args)
    return plain_call(plain, args)


def plain_call(plain: str, args: Args) -> Col:
    """A function without an entry of its own."""
    spelled = _NAMES.get(plain, plain)
    given = _arguments(plain, args)
    rule = FUNCTIONS.get(spelled)
    kind: to.CallKind = rule.family if rule is not None else "scalar"
    default = spelled in ("lag", "lead") and (len(args.args) > 2 or args.any_of("default") is not None)
    expression = to.Call(spelled, tuple(one.expression for one in given), kind, args.line, default=default)
    label = f"{spelled}(DISTINCT {', '.join(one.name for one in given)})" if plain != spelled == "count" else ""
    return made(expression, label or _LABELS.get(spelled, ""))


_LABELS = {"window": "window", "session_window": "session_window", "explode": "col", "explode_outer": "col"}


def _arguments(plain: str, args: Args) -> list[Col]:
    found: list[Col] = []
    for at, value in enumerate(args.everything()):
        if plain in _NO_ARGUMENTS:
            break
        as_column = plain in _ALL_COLUMNS or (at > 0 if plain in _LITERAL_FIRST else at == 0)
        for one in value if isinstance(value, (list, tuple)) and as_column else (value,):
            if isinstance(one, Col) or as_column:
                found.append(column(one, args.line))
            elif isinstance(one, (str, int, float, type(None))) and not isinstance(one, bool):
                found.append(constant(one))
    return found


def _col(machine: Machine, args: Args) -> object:
    return column(args.get(0, "col", args.any_of("colName")), args.line)


def _lit(machine: Machine, args: Args) -> object:
    return constant(args.get(0, "col"))


def _when(machine: Machine, args: Args) -> object:
    test, value = constant(args.get(0, "condition")), constant(args.get(1, "value"))
    return Col(to.Case(((test.expression, value.expression),), None, args.line), "CASE WHEN")


def _expr(machine: Machine, args: Args) -> object:
    text = args.get(0, "str")
    return parsed(machine, text, args.line)


def parsed(machine: Machine, text: object, line: int) -> Col:
    """A SQL expression as a column, with its alias."""
    if not isinstance(text, str):
        return text if isinstance(text, Col) else columns.unknown()
    if text.replace("_", "a").isalnum() and not text[0].isdigit() and text.lower() not in ("true", "false", "null"):
        return columns.reference(text, line)
    found = machine.sql.outputs(spelled(text), "spark")
    machine.budget.step(5)
    if not found:
        return Col(to.Call("unknown", (), "scalar", line), shown(text)[:60])
    first = found[0].expression
    if len(found) > 1:
        return Col(first, found[0].name, tuple(one.name for one in found))
    return Col(first, found[0].name or columns.pretty(first))


def spelled(text: str) -> str:
    """A SQL text with unknown parts turned into identifiers ("__env__"), so that it can be parsed."""
    return shown(text) if is_known(text) else shown(text).replace("{", "__").replace("}", "__")


def _count(machine: Machine, args: Args) -> object:
    value = args.get(0, "col")
    if value is None or (isinstance(value, str) and value == "*"):
        return made(to.Call("count", (to.Constant("1", False, "int"),), "aggregate", args.line), "count(1)")
    return plain_call("count", args)


def _udf(machine: Machine, args: Args) -> object:
    function = next((one for one in args.everything() if isinstance(one, (Function, Bound, Partial))), None)
    kind = schemas.type_name(args.get(1 if function is not None else 0, "returnType"))
    if function is None and not isinstance(args.get(0), Udf):
        return Udf("", kind)
    return Udf(function.name if isinstance(function, Function) else "", kind)


def call_udf(value: Udf, args: Args) -> Col:
    """A call of a user-defined function on columns."""
    given = columns.columns(args.everything(), args.line) or []
    expression: to.ExpressionTree = to.Call("udf", tuple(one.expression for one in given), "scalar", args.line)
    if value.type:
        expression = to.Cast(expression, value.type, False, args.line)
    return Col(expression, f"{value.name}({', '.join(one.name for one in given)})")


def _struct(machine: Machine, args: Args) -> object:
    """A struct of columns; its fields have the names of the columns."""
    found = columns.columns(args.args, args.line)
    if found is None or args.open:
        return plain_call("struct", args)
    parts = [part for one in found for part in (to.Constant(one.name, type="string"), one.expression)]
    made_of = to.Call("named_struct", tuple(parts), "scalar", args.line)
    return Col(made_of, f"struct({', '.join(one.name for one in found)})")


def _broadcast(machine: Machine, args: Args) -> object:
    return args.get(0, "df")


def _from_json(machine: Machine, args: Args) -> object:
    value = column(args.get(0, "col"), args.line)
    kind = schemas.type_name(args.get(1, "schema"))
    called = to.Call("from_json", (value.expression,), "scalar", args.line)
    return Col(to.Cast(called, kind, True, args.line) if kind else called, f"from_json({value.name})")


def _higher(machine: Machine, name: str, args: Args) -> object:
    """A higher-order function over the elements of an array or map."""
    value = column(args.get(0, "col"), args.line)
    found = [value]
    for one in [*args.args[1:], *args.keywords.values()]:
        if isinstance(one, Function):
            element = Col(to.Field(value.expression, "[]", args.line), "x")
            count = len(one.definition.parameters)
            made_of = machine.call(one, *([element] * count), line=args.line)
            found.append(made_of if isinstance(made_of, Col) else columns.unknown())
        elif isinstance(one, (Col, str)):
            found.append(column(one, args.line))
    return columns.call(name, *found, line=args.line)


def _call_function(machine: Machine, args: Args) -> object:
    name = args.get(0)
    if not isinstance(name, str):
        return columns.unknown()
    return plain_call(str(name).lower(), Args(args.args[1:], {}, args.line))


_RULES: dict[str, Callable[[Machine, Args], object]] = {
    "col": _col, "column": _col, "lit": _lit, "typedLit": _lit, "when": _when, "expr": _expr, "count": _count,
    "struct": _struct, "udf": _udf, "pandas_udf": _udf, "broadcast": _broadcast, "from_json": _from_json,
    "from_csv": _from_json, "call_function": _call_function, "call_udf": _call_function, "callUDF": _call_function,
}  # fmt: skip


# --- windows ----------------------------------------------------------------------------------------------------------


def window(machine: Machine, value: Window, name: str, args: Args) -> Window:
    """A method of `Window` or of a window."""
    if name in ("partitionBy", "orderBy"):
        over = tuple(one.expression for one in columns.columns(args.args, args.line) or ())
        return Window((*value.over, *over), value.partial)
    if name in ("rowsBetween", "rangeBetween"):
        start, end = args.get(0, "start"), args.get(1, "end")
        outside = (isinstance(start, int) and start > 0) or (isinstance(end, int) and end < 0)
        return Window(value.over, outside)
    return value
