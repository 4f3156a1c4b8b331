"""Stand-ins for common macros: those of dbt itself, and of well-known packages that are often not installed.

They give SQL with the same columns and reads as the real macros, as far as that is possible without a database, in a
form that the parsers of all dialects accept. Macros that query the database for columns or values give a star or
nothing. Arguments are evaluated before the call, so the datasets in them are recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ctxpack.lineage.dbt.rendering.asking import LISTS

Stub = Callable[..., Any]


def _text(value: Any) -> str:
    return str(value)


def members(values: Any) -> list[Any]:
    """The members of an iterable as a list; a single value or text as a list of one."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        return [values]
    return list(values)


def _call(name: str) -> Stub:
    """A macro that prints a SQL call of a function with its arguments."""

    def stub(*args: Any, **settings: Any) -> str:
        given = [*args, *settings.values()]
        return f"{name}({', '.join(_text(one) for one in given)})"

    return stub


def _fixed(text: Any) -> Stub:
    def stub(*_args: Any, **_settings: Any) -> Any:
        return text

    return stub


def _keys(fields: Any = (), *more: Any, **settings: Any) -> str:
    """A surrogate key: a hash over fields with nulls replaced."""
    listed = [*members(settings.get("field_list", fields)), *more]
    return f"md5({_concat([f'coalesce(cast({field} as varchar), {chr(39) * 2})' for field in listed])})"


def _concat(fields: Any = (), **settings: Any) -> str:
    return " || ".join(_text(field) for field in members(settings.get("fields", fields))) or "''"


def _dateadd(datepart: Any = "day", interval: Any = 0, from_date_or_timestamp: Any = "", **_settings: Any) -> str:
    return f"dateadd({datepart}, {interval}, {from_date_or_timestamp})"


def _datediff(first_date: Any = "", second_date: Any = "", datepart: Any = "day", **_settings: Any) -> str:
    return f"datediff({datepart}, {first_date}, {second_date})"


def _date_trunc(datepart: Any = "day", date: Any = "", **_settings: Any) -> str:
    return f"date_trunc('{datepart}', {date})"


def _last_day(date: Any = "", datepart: Any = "month", **_settings: Any) -> str:
    return f"last_day({date})" if _text(datepart) == "month" else f"date_trunc('{datepart}', {date})"


def _cast(kind: str) -> Stub:
    def stub(field: Any = "", type: Any = "varchar", **_settings: Any) -> str:
        return f"{kind}({field} as {type})"

    return stub


def _literal(value: Any = "", **_settings: Any) -> str:
    return f"'{value}'"


def _escaped(expression: Any = "", **_settings: Any) -> str:
    return _text(expression).replace("'", "''")


def _listagg(measure: Any = "", delimiter_text: Any = "','", order_by_clause: Any = "", **_settings: Any) -> str:
    order = f" within group ({order_by_clause})" if order_by_clause else ""
    return f"listagg({measure}, {delimiter_text}){order}"


def _split_part(string_text: Any = "", delimiter_text: Any = "''", part_number: Any = 1, **_settings: Any) -> str:
    return f"split_part({string_text}, {delimiter_text}, {part_number})"


def _array(inputs: Any = (), *_args: Any, **_settings: Any) -> str:
    return f"array({', '.join(_text(one) for one in members(inputs))})"


def _spine(datepart: Any = "day", start_date: Any = "", end_date: Any = "", **_settings: Any) -> str:
    """A date spine, one row per date, as the body of a CTE."""
    return f"select cast({start_date} as date) as date_{datepart} where {start_date} < {end_date}"


def _series(*_args: Any, **_settings: Any) -> str:
    return "select 1 as generated_number"


def _star(*args: Any, **settings: Any) -> str:
    """A star with exceptions; prefixed or suffixed names are unknown without the table's columns (see `asks`)."""
    given = dict(zip(("from", "relation_alias", "except"), args, strict=False)) | settings
    alias = given.get("relation_alias") or ""
    left_out = [_text(one).strip('"`') for one in members(given.get("except") or ())]
    star = f"{alias}.*" if alias else "*"
    return star + (f" except ({', '.join(left_out)})" if left_out else "")


def union(relations: Any = (), *_args: Any, **settings: Any) -> str:
    """The union by name of several relations, with a column for the relation of each row."""
    column = settings.get("source_column_name", "_dbt_source_relation")
    first = f"'' as {column}, " if column is not None else ""
    condition = f" where {settings['where']}" if settings.get("where") else ""
    left_out = [_text(one) for one in members(settings.get("exclude") or ())]
    star = "*" + (f" except ({', '.join(left_out)})" if left_out else "")
    parts = [f"select {first}{star} from {one}{condition}" for one in members(settings.get("relations", relations))]
    return "(" + " union all by name ".join(parts) + ")" if parts else ""


def _deduplicate(relation: Any = "", partition_by: Any = "", order_by: Any = "", **settings: Any) -> str:
    order = settings.get("order_by", order_by) or "1"
    rank = f"row_number() over (partition by {partition_by} order by {order})"
    return f"select * from {relation} qualify {rank} = 1"


_PIVOT = {"alias": True, "agg": "sum", "cmp": "=", "prefix": "", "suffix": "", "then_value": 1, "else_value": 0}
_PIVOT_ARGUMENTS = ("column", "values", *_PIVOT, "quote_identifiers", "distinct")


def _pivot(*args: Any, **settings: Any) -> str:
    """One aggregate for each value of a column."""
    given = _PIVOT | dict(zip(_PIVOT_ARGUMENTS, args, strict=False)) | settings
    quote = '"' if given.get("quote_identifiers", True) else ""
    unique = "distinct " if given.get("distinct") else ""
    otherwise = "" if unique else f" else {given['else_value']}"
    lines = []
    for value in members(given.get("values", ())):
        shown = f" as {quote}{given['prefix']}{value}{given['suffix']}{quote}" if given["alias"] else ""
        when = f"{given.get('column', '')} {given['cmp']} '{_escaped(value)}'"
        lines.append(f"{given['agg']}({unique}case when {when} then {given['then_value']}{otherwise} end){shown}")
    return ", ".join(lines)


def _unpivot(relation: Any = "", *_args: Any, **settings: Any) -> str:
    kept = [_text(one) for one in members(settings.get("exclude") or ())]
    type_of = settings.get("cast_to", "varchar")
    field, value = settings.get("field_name", "field_name"), settings.get("value_name", "value")
    outputs = [*kept, f"cast(null as varchar) as {field}", f"cast(null as {type_of}) as {value}"]
    return f"select {', '.join(outputs)} from {relation}"


def _group_by(n: Any = 1, **_settings: Any) -> str:
    return "group by " + ", ".join(str(number) for number in range(1, min(int(n), 10_000) + 1))


def _joined(operator: str, default: str) -> Stub:
    def stub(field_list: Any = (), *more: Any, **_settings: Any) -> str:
        listed = [*members(field_list), *more]
        return operator.join(f"coalesce({field}, {default})" for field in listed)

    return stub


def _safe_divide(numerator: Any = "", denominator: Any = "", **_settings: Any) -> str:
    return f"({numerator}) / nullif(({denominator}), 0)"


def _slugify(string: Any = "", **_settings: Any) -> str:
    letters = [letter if letter.isalnum() or letter == "_" else "_" if letter in " -" else "" for letter in str(string)]
    slug = "".join(letters).lower()
    return f"_{slug}" if slug[:1].isdigit() else slug


def _quoted(name: Any = "", **_settings: Any) -> str:
    return f'"{name}"'


def _converted(column: Any = "", target_tz: Any = None, **_settings: Any) -> str:
    return f"convert_timezone('{target_tz or 'UTC'}', {column})"


def _json_extract(string: Any = "", string_path: Any = "", **_settings: Any) -> str:
    return f"json_extract_path_text({string}, '{string_path}')"


def _pivot_json(string: Any = "", list_of_properties: Any = (), **_settings: Any) -> str:
    """One column for each property of a JSON object."""
    columns = []
    for one in members(list_of_properties):
        name = one["name"] if isinstance(one, Mapping) else _text(one)
        alias = (one.get("alias") if isinstance(one, Mapping) else "") or name.replace(" ", "_").replace(".", "_")
        columns.append(f"replace({_json_extract(string, name)}, '\"', '') as {alias.lower()}")
    return ", ".join(columns)


def _first_value(field: Any = "", partition: Any = "", order_by: Any = "", order: Any = "asc") -> str:
    return f"first_value({field} ignore nulls) over (partition by {partition} order by {order_by} {order})"


def _percentile(field: Any = "", partition: Any = "", percent: Any = 0.5) -> str:
    """A percentile as a window function; the real macro gives an aggregate in PostgreSQL, in a grouped query."""
    return f"percentile_cont({percent}) within group (order by {field}) over (partition by {partition})"


_TYPES = {
    "type_string": "varchar",
    "type_timestamp": "timestamp",
    "type_float": "float",
    "type_numeric": "numeric(28, 6)",
    "type_bigint": "bigint",
    "type_int": "int",
    "type_boolean": "boolean",
}
_TYPES_OF: Mapping[str, Mapping[str, str]] = {
    "bigquery": {
        "type_string": "string",
        "type_float": "float64",
        "type_numeric": "numeric",
        "type_bigint": "int64",
        "type_int": "int64",
        "type_boolean": "bool",
    },
    "spark": {"type_string": "string"},
    "databricks": {"type_string": "string"},
    "snowflake": {"type_timestamp": "timestamp_ntz"},
}

_DBT: dict[str, Stub] = {
    "dateadd": _dateadd,
    "datediff": _datediff,
    "date_trunc": _date_trunc,
    "last_day": _last_day,
    "date": lambda year=1, month=1, day=1: f"cast('{int(year):04d}-{int(month):02d}-{int(day):02d}' as date)",
    "concat": _concat,
    "hash": lambda field="", **_settings: f"md5(cast({field} as varchar))",
    "length": lambda expression="", **_settings: f"length({expression})",
    "position": lambda substring_text="", string_text="", **_settings: f"strpos({string_text}, {substring_text})",
    "replace": _call("replace"),
    "right": _call("right"),
    "split_part": _split_part,
    "cast_bool_to_text": lambda field="", **_settings: f"cast({field} as varchar)",
    "string_literal": _literal,
    "escape_single_quotes": _escaped,
    "listagg": _listagg,
    "any_value": _call("any_value"),
    "bool_or": _call("bool_or"),
    "except": _fixed("except"),
    "intersect": _fixed("intersect"),
    "array_construct": _array,
    "array_append": _call("array_append"),
    "array_concat": _call("array_concat"),
    "safe_cast": _cast("try_cast"),
    "cast": _cast("cast"),
    "current_timestamp": _fixed("current_timestamp"),
    "current_timestamp_backcompat": _fixed("current_timestamp"),
    "current_timestamp_in_utc": _fixed("current_timestamp"),
    "current_timestamp_in_utc_backcompat": _fixed("current_timestamp"),
    "date_spine": _spine,
    "generate_series": _series,
    "get_powers_of_two": _fixed(1),
    "get_intervals_between": _fixed(1),
    "equals": lambda expr1="", expr2="": f"({expr1} is not distinct from {expr2})",
    "is_incremental": _fixed(False),
    "should_full_refresh": _fixed(False),
    "noop_statement": _fixed(""),
    "get_columns_in_relation": _fixed([]),
    "get_columns_in_query": _fixed([]),
    "load_cached_relation": _fixed(None),
    "load_relation": _fixed(None),
    "check_schema_exists": _fixed(False),
    "create_schema": _fixed(""),
    "drop_relation": _fixed(""),
    "drop_relation_if_exists": _fixed(""),
    "run_hooks": _fixed(""),
    "set_sql_header": _fixed(""),
    "partition_range": _fixed([]),
    "dates_in_range": _fixed([]),
}

_UTILS: dict[str, Stub] = {
    "star": _star,
    "union_relations": union,
    "union_tables": union,
    "surrogate_key": _keys,
    "generate_surrogate_key": _keys,
    "pivot": _pivot,
    "unpivot": _unpivot,
    "date_spine": _spine,
    "deduplicate": _deduplicate,
    "group_by": _group_by,
    "generate_series": _series,
    "safe_add": _joined(" + ", "0"),
    "safe_subtract": _joined(" - ", "0"),
    "safe_divide": _safe_divide,
    "get_column_values": _fixed([]),
    "get_filtered_columns_in_relation": _fixed([]),
    "get_relations_by_pattern": _fixed([]),
    "get_relations_by_prefix": _fixed([]),
    "get_tables_by_pattern_sql": _fixed(""),
    "get_query_results_as_dict": _fixed({}),
    "get_single_value": lambda *args, default=None, **_settings: args[1] if len(args) > 1 else default,
    "nullcheck": lambda cols=(): ", ".join(f"nullif({name}, '') as {name}" for name in members(cols)),
    "slugify": _slugify,
    "pretty_time": _fixed("00:00:00"),
    "pretty_log_format": _text,
    "log_info": _fixed(""),
    "get_url_host": lambda field="": f"split_part({field}, '/', 1)",
    "get_url_path": lambda field="": f"split_part({field}, '?', 1)",
    "get_url_parameter": lambda field="", url_parameter="": f"split_part({field}, '{url_parameter}=', 2)",
    "haversine_distance": _call("haversine_distance"),
    "width_bucket": _call("width_bucket"),
    "identifier": _text,
    "quote": _quoted,
}

_DATE: dict[str, Stub] = {
    "convert_timezone": _converted,
    "now": _fixed("current_timestamp"),
    "today": _fixed("current_date"),
    "yesterday": _fixed("dateadd(day, -1, current_date)"),
    "tomorrow": _fixed("dateadd(day, 1, current_date)"),
    "get_base_dates": lambda *_args, **_settings: "select current_date as date_day",
    "date_part": lambda datepart="day", date="": f"date_part('{datepart}', {date})",
    "day_name": lambda date="", **_settings: f"dayname({date})",
    "month_name": lambda date="", **_settings: f"monthname({date})",
    "n_days_ago": lambda n=0, **_settings: f"dateadd(day, -{n}, current_date)",
    "n_days_away": lambda n=0, **_settings: f"dateadd(day, {n}, current_date)",
}

_FIVETRAN: dict[str, Stub] = {
    "array_agg": _call("array_agg"),
    "ceiling": _call("ceil"),
    "empty_variable_warning": _fixed(""),
    "extract_url_parameter": lambda field="", url_parameter="": f"split_part({field}, '{url_parameter}=', 2)",
    "first_value": _first_value,
    "fivetran_date_spine": _spine,
    "json_extract": _json_extract,
    "json_parse": lambda string="", string_path=(): _json_extract(string, ".".join(map(_text, members(string_path)))),
    "max_bool": _call("bool_or"),
    "percentile": _percentile,
    "pivot_json_extract": _pivot_json,
    "string_agg": _call("string_agg"),
    "timestamp_add": _dateadd,
    "timestamp_diff": _datediff,
    "try_cast": _cast("try_cast"),
    "union_relations": union,
}

ASKING = frozenset(
    """star union_relations union_tables get_column_values get_filtered_columns_in_relation get_relations_by_pattern
    get_relations_by_prefix get_query_results_as_dict get_single_value unpivot deduplicate nullcheck_table""".split()
)
"""dbt_utils macros that query the database: stand-ins are preferred, since the real ones give nothing without it."""


_RENAMING = ("prefix", "suffix")


def asks(name: str, args: tuple[Any, ...], settings: Mapping[str, Any], given: Any) -> bool:
    """Whether columns may depend on database answers that the real macro would have got; `given` is the stand-in's."""
    if name == "star":
        return any(settings.get(one) for one in _RENAMING) or any(args[3:5])
    return name in LISTS or (name == "pivot" and not given)


def stub_of(package: str, name: str, adapter: str) -> Stub | None:
    """The stand-in for a macro of a package ("dbt" for dbt's own); None if there is none."""
    if package in ("dbt", "dbt_utils") and name in _TYPES:
        return _fixed(_TYPES_OF.get(adapter, {}).get(name, _TYPES[name]))
    if package == "dbt":
        return _DBT.get(name)
    if package == "dbt_utils":
        return _UTILS.get(name) or _DBT.get(name)
    if package == "dbt_date":
        return _DATE.get(name) or _DBT.get(name)
    if package == "fivetran_utils":
        return _FIVETRAN.get(name)
    return None
