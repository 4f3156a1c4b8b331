"""What functions and operators do with nulls and types: one row each, for SQL databases and for Spark.

Two columns say when a result can be null, since the question differs. For SQL databases it is about the data: False
only where no row can have a null. For Spark it is about the schema of a DataFrame, which is what a program has to live
with: Spark's analyzer says of `sum`, `round` and `/` that they can be null whatever their arguments.

Sources: the Spark column is what the analyzer of Spark 3.5 says (bench/spark_nulls.py asks it about every function, and
tests hold this table to its answers); the SQL column follows the standard's rules for null operands and, where engines
differ, `EXCEPTIONS`, from the functions' pages in the manuals of the engines.

Rules: `any` (null if any argument is), `all` (only if all are), `first`, `last` (only by that argument), `never`,
`always` (can be null whatever the arguments), `group` (an aggregate: null if its argument is, or if it sees no row),
`rows` (an aggregate: null only if it sees no row), `parse` (strings that do not parse give null, other types follow the
argument), and special ones that `nulls.py` knows by name: `if`, `nvl2`, `decode`, `lag`, `divide`, `field`, `collect`.
Types: a type, `=` (that of the first argument), `*` (that which the arguments have in common), `` (not known).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Family = Literal["scalar", "aggregate", "window", "generator"]


class Rule(NamedTuple):
    """A function: when it gives null in SQL databases and in Spark, its type, and how it is used."""

    sql: str
    spark: str
    type: str
    family: Family = "scalar"


_TABLE = """
# --- operators
+ - * | scalar | any | any | *
/ div // | scalar | divide | always | double
% mod | scalar | divide | always | *
unary- unary~ & | ^ << >> | scalar | any | any | =
|| | scalar | any | any | string
= <> < > <= >= like ilike rlike similar between in not-in overlaps contains startswith endswith | scalar | any | any | boolean
and or not xor any-of all-of @> <@ ? match | scalar | any | any | boolean
<=> is-distinct-from is-not-distinct-from isnull is-null isnotnull is-not-null is-true is-not-true equal_null | scalar | never | never | boolean
isnan isinf is_nan is_inf | scalar | any | never | boolean
-> ->> get_path json_extract_path json_extract_path_text json_value json_query | scalar | always | always |
# --- nulls
coalesce ifnull nvl | scalar | all | all | *
nullif nullifzero try_cast safe_cast safe_divide safe_add safe_subtract safe_multiply | scalar | always | always | =
zeroifnull nullnum | scalar | never | never | =
nanvl | scalar | any | always | *
nvl2 | scalar | nvl2 | nvl2 | *
if iff iif | scalar | if | if | *
decode_cases choose | scalar | decode | decode |
greatest least | scalar | all | all | *
greatest_ignore_nulls least_ignore_nulls | scalar | all | all | *
assert_true raise_error | scalar | always | always |
# --- numbers
abs negative positive shiftleft shiftright shiftrightunsigned | scalar | any | any | =
bround round ceil ceiling floor trunc truncate rint sign signum | scalar | any | always | =
pmod | scalar | divide | always | =
acos acosh asin asinh atan atanh cbrt cos cosh cot csc degrees exp expm1 radians sec sin sinh sqrt tan tanh | scalar | any | always | double
ln log log10 log1p log2 | scalar | any | always | double
atan2 hypot pow power square | scalar | any | any | double
factorial | scalar | any | always | bigint
conv | scalar | any | always | string
bin hex char chr to_char to_varchar tochar | scalar | any | any | string
unhex | scalar | any | always | binary
bit_count bit_get getbit | scalar | any | any | int
bitmap_bit_position bitmap_bucket_number | scalar | any | any | bigint
width_bucket | scalar | any | always | bigint
rand random randn uniform seq4 seq8 seq1 seq2 uuid gen_random_uuid generate_uuid uuid_string newid newsequentialid monotonically_increasing_id nextval | scalar | never | never |
hash xxhash64 hash_agg | scalar | never | never | bigint
farm_fingerprint murmur_hash | scalar | any | any | bigint
md5 sha sha1 crc32 md5_hex md5_binary sha1_hex sha1_binary sha256 sha512 sha2_hex sha2_binary hashbytes to_hex md5_number_lower64 md5_number_upper64 | scalar | any | any | string
sha2 | scalar | any | always | string
pi e | scalar | never | never | double
to_number to_decimal to_numeric to_double to_binary | scalar | any | any |
try_to_number try_to_decimal try_to_numeric try_to_double try_to_binary try_to_boolean try_to_geography | scalar | always | always |
to_boolean | scalar | any | any | boolean
try_add try_subtract try_multiply try_divide try_mod | scalar | always | always | *
format_number | scalar | any | always | string
isnumeric isdate is_integer is_char is_array is_object | scalar | any | any | boolean
# --- strings
ascii ord unicode bit_length char_length character_length find_in_set instr len length levenshtein editdistance locate octet_length position charindex patindex strpos regexp_count regexp_instr lengthb datalength | scalar | any | any | int
base64 btrim initcap lcase left lower lpad ltrim overlay quotename repeat replace replicate reverse rpad rtrim soundex space stuff substr substring mid substring_index translate trim ucase upper strip_accents unaccent normalize insert base64_encode to_base64 from_base64 base64_decode_string to_utf8 from_utf8 | scalar | any | any | string
encode unbase64 | scalar | any | any | binary
decode | scalar | any | any | string
regexp_replace regexp_extract | scalar | any | any | string
regexp_substr regexp_substr_all | scalar | always | always | string
regexp_extract_all regexp_matches | scalar | any | any | array<string>
regexp regexp_like regexp_contains regexp_full_match starts_with ends_with luhn | scalar | any | any | boolean
right mask split_part splitpart url_encode url_decode | scalar | any | always | string
parse_url elt | scalar | always | always | string
luhn_check | scalar | any | always | boolean
concat | scalar | any | any | string
concat_ws | scalar | first | first | string
format_string printf format | scalar | first | first | string
split strtok_to_array string_to_array string_split str_split | scalar | any | any | array<string>
str_to_map | scalar | any | any | map<string,string>
sentences | scalar | any | always |
strtok | scalar | always | always | string
quote_ident quote_literal to_ascii | scalar | any | any | string
# --- dates and times
current_date curdate today | scalar | never | never | date
current_timestamp now getdate getutcdate sysdate sysdatetime sysutcdatetime systimestamp localtimestamp current_datetime current_time localtime transaction_timestamp statement_timestamp clock_timestamp utc_timestamp | scalar | never | never | timestamp
current_catalog current_database current_schema current_timezone current_user session_user system_user user suser_sname version database schema current_role current_warehouse current_account current_session input_file_name typeof | scalar | never | never | string
input_file_block_length input_file_block_start | scalar | never | never | bigint
spark_partition_id | scalar | never | never | int
add_months date_add date_sub dateadd last_day eomonth date_from_unix_date date_add_days adddate subdate | scalar | any | any | date
timestamp_add timestamp_sub datetime_add datetime_sub time_add time_sub timestampadd timeadd months_add | scalar | any | any | =
date_diff datediff datediff_big timestamp_diff timestampdiff datetime_diff timediff weekday | scalar | any | any | int
months_between | scalar | any | any | double
age | scalar | any | any | interval
next_day previous_day | scalar | any | always | date
make_date make_timestamp make_timestamp_ltz make_timestamp_ntz make_interval try_make_timestamp | scalar | any | always |
date_from_parts datefromparts datetimefromparts timestamp_from_parts time_from_parts timestamp_ntz_from_parts make_time maketime makedate date_parse | scalar | any | any |
make_dt_interval make_ym_interval | scalar | any | any |
day dayofmonth dayofweek dayofyear hour minute month quarter second week weekofyear weekiso yearofweek yearofweekiso year date_part datepart extract dayofweekiso dayofweek_iso isodow to_days to_seconds day_of_week day_of_month day_of_year week_of_year yearweek | scalar | parse | parse | int
datename dayname monthname strftime date_format format_date format_datetime format_timestamp time_format to_iso8601 format_time | scalar | any | any | string
date_trunc timestamp_trunc datetime_trunc datetrunc time_slice date_bucket date_bin | scalar | any | always | timestamp
date timestamp datetime time timestamp_tz | scalar | parse | parse | =
to_date | scalar | parse | parse | date
to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz to_time to_datetime | scalar | parse | parse | timestamp
parse_date parse_datetime parse_timestamp str_to_date strptime parse_time from_iso8601_timestamp from_iso8601_date | scalar | any | always | timestamp
try_to_date try_to_timestamp try_to_timestamp_ntz try_to_timestamp_ltz try_to_timestamp_tz try_to_time try_strptime | scalar | always | always | timestamp
timestamp_micros timestamp_millis timestamp_seconds to_utc_timestamp from_utc_timestamp convert_timezone at-time-zone timezone epoch_ms make_timestamptz switchoffset todatetimeoffset from_iso_week | scalar | any | any | timestamp
from_unixtime | scalar | any | always | string
to_unix_timestamp unix_timestamp | scalar | any | always | bigint
unix_date unix_micros unix_millis unix_seconds epoch date_part_epoch | scalar | any | always | bigint
window session_window | scalar | any | never |
window_time | scalar | any | any | timestamp
# --- structured values
array make_array array_construct struct named_struct struct_pack map object_construct object_construct_keep_null json_object json_array json_build_object json_build_array jsonb_build_object jsonb_build_array row list_value create_map create_array | scalar | never | never |
array_cat array_compact array_distinct array_except array_intersect array_remove array_sort array_union sort_array shuffle slice array_slice flatten_array flatten list_sort list_distinct filter transform list_transform list_filter list_concat | scalar | any | any | =
array_insert | scalar | any | any | =
array_append array_prepend | scalar | first | first | =
array_repeat | scalar | any | last |
arrays_zip zip_with sequence generate_array generate_date_array array_generate_range range_array map_concat map_entries map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with transform_keys transform_values | scalar | any | any |
array_contains array_has list_contains list_has arrays_overlap | scalar | any | any | boolean
map_contains_key exists forall array_exists | scalar | any | always | boolean
array_join array_to_string | scalar | any | any | string
array_position | scalar | any | any | bigint
array_size array_length map_size list_length jsonb_array_length | scalar | any | any | int
json_array_length | scalar | always | always | int
size cardinality | scalar | any | never | int
element_at get array_extract list_extract array_max array_min list_max list_min array_first array_last try_element_at get_item safe_offset safe_ordinal offset ordinal map_extract | scalar | always | always |
aggregate reduce | scalar | always | always |
get_json_object json_extract json_extract_scalar json_extract_string json_tuple jsonb_extract_path jsonb_extract_path_text get_ignore_case xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number xpath_short xpath_string xmlget json_object_keys from_json from_csv from_xml from_avro try_parse_json check_json jsonb_path_query json_keys object_keys | scalar | always | always | string
to_json to_csv to_json_string | scalar | any | always | string
parse_json to_variant to_array to_object to_jsonb row_to_json array_to_json json_parse as_varchar strip_null_value | scalar | any | any |
schema_of_json schema_of_csv json_typeof jsonb_typeof json_type | scalar | any | never | string
st_point st_makepoint st_geogpoint st_astext st_x st_y st_distance | scalar | any | any |
aes_encrypt aes_decrypt try_aes_decrypt | scalar | any | always | binary
get_field | scalar | field | field |
unpivot-values | scalar | never | any | *
# --- aggregates
count count_if countif count_star approx_count_distinct approx_distinct hll regr_count countdistinct count_distinct approx_distinct_count approxcountdistinct uniq uniqexact count_big regrcount | aggregate | never | never | bigint
sum sumdistinct sum_distinct sum0 total | aggregate | group | always | sum
avg mean | aggregate | group | always | double
min max any_value arbitrary maxif minif sumif | aggregate | group | always | =
first last first_value_agg last_value_agg | aggregate | group | always | =
try_avg try_sum avgif | aggregate | always | always |
max_by min_by arg_max arg_min argmax argmin approx_percentile percentile percentile_approx approx_quantiles approx_top_k mode median percentile_cont percentile_disc quantile approx_quantile quantile_cont quantile_disc histogram_numeric | aggregate | group | always | =
bool_and bool_or every some any logical_and logical_or booland_agg boolor_agg boolxor_agg bit_and bit_or bit_xor bitand_agg bitor_agg | aggregate | group | always | =
stddev stddev_samp std var_samp variance corr covar_samp kurtosis skewness stdev stdev_samp covar_pop covar stddev_pop var_pop stdevp varp regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy | aggregate | always | always | double
string_agg listagg group_concat xmlagg | aggregate | group | always | string
array_agg list groupdistinct array_concat_agg json_agg jsonb_agg json_object_agg jsonb_object_agg object_agg map_agg grouparray multimap_agg histogram json_group_array json_group_object array_unique_agg array_union_agg | aggregate | rows | never |
collect_list collect_set | aggregate | collect | never |
grouping grouping_id | aggregate | never | never | int
bitmap_construct_agg bitmap_or_agg hll_sketch_agg count_min_sketch | aggregate | rows | never | binary
# --- window functions
row_number rank dense_rank ntile rownumber denserank | window | never | never | int
percent_rank cume_dist | window | never | never | double
ratio_to_report | window | always | always | double
lag lead | window | lag | lag | =
first_value last_value | window | group | always | =
nth_value | window | always | always | =
conditional_true_event conditional_change_event | window | never | never | bigint
# --- generators
explode posexplode unnest flatten_rows generate_series generate_subscripts generate_date_series inline stack json_each jsonb_array_elements jsonb_array_elements_text json_array_elements json_array_elements_text jsonb_each regexp_split_to_table string_split_rows openjson | generator | field | field |
explode_outer posexplode_outer inline_outer | generator | always | always |
"""

EXCEPTIONS: dict[str, dict[str, str]] = {
    "concat": dict.fromkeys(("postgres", "tsql", "fabric", "duckdb", "sqlite"), "never"),
    "greatest": dict.fromkeys(("mysql", "snowflake", "bigquery", "oracle", "sqlite", "trino", "presto", "athena"), "any"),
    "least": dict.fromkeys(("mysql", "snowflake", "bigquery", "oracle", "sqlite", "trino", "presto", "athena"), "any"),
    "concat_ws": dict.fromkeys(("bigquery", "snowflake"), "any"),
    "regexp_extract": dict.fromkeys(("bigquery", "trino", "presto", "athena"), "always"),
    "array_agg": dict.fromkeys(("snowflake", "databricks", "hive"), "never"),
    "ln": dict.fromkeys(("mysql", "hive", "sqlite"), "always"),
    "log": dict.fromkeys(("mysql", "hive", "sqlite"), "always"),
    "log10": dict.fromkeys(("mysql", "hive", "sqlite"), "always"),
    "log2": dict.fromkeys(("mysql", "hive", "sqlite"), "always"),
    "sqrt": dict.fromkeys(("mysql", "hive", "sqlite"), "always"),
    "pow": dict.fromkeys(("sqlite",), "always"),
    "power": dict.fromkeys(("sqlite",), "always"),
    "acos": dict.fromkeys(("mysql", "sqlite"), "always"),
    "asin": dict.fromkeys(("mysql", "sqlite"), "always"),
    "date": dict.fromkeys(("sqlite", "mysql"), "always"),
    "datetime": dict.fromkeys(("sqlite",), "always"),
    "time": dict.fromkeys(("sqlite",), "always"),
    "strftime": dict.fromkeys(("sqlite",), "always"),
    "str_to_date": dict.fromkeys(("mysql",), "always"),
    "total": dict.fromkeys(("sqlite",), "never"),
}
"""Where an engine departs from the SQL column of the table: function, dialect, rule."""

ZERO_GIVES_NULL = frozenset({"mysql", "sqlite", "spark", "hive", "databricks", "duckdb", "spark2", "doris", "starrocks"})
"""Engines in which dividing by zero gives null instead of an error."""

BAD_CAST_GIVES_NULL = frozenset({"mysql", "hive", "spark2", "doris", "starrocks", "databricks"})
"""Engines (without Spark, which has rules of its own) in which a value that cannot be cast may give null."""

LENIENT_CASTS = frozenset({"sqlite"})
"""Engines in which a cast of a value that is not null always gives one."""

ALIASES_IN_SELECT = frozenset(
    {"snowflake", "databricks", "spark", "redshift", "duckdb", "teradata", "clickhouse", ""}
)
"""Engines in which a column may name an earlier one of the same SELECT."""


def _read(table: str) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for line in table.strip().splitlines():
        if line.startswith("# "):
            continue
        names, family, sql, spark, kind = (part.strip() for part in _cells(line))
        for name in names.split():
            rules[name] = Rule(sql, spark, kind, family)  # type: ignore[arg-type]
    return rules


def _cells(line: str) -> list[str]:
    """The five cells of a row, of which the first may hold bars itself."""
    return line.rsplit(" |", 4)


FUNCTIONS = _read(_TABLE)
"""The table, by lower-cased name."""


def rule_of(name: str, dialect: str) -> str | None:
    """When a function gives null in a SQL dialect, or in the schema of a DataFrame ("spark"); None if not known."""
    rule = FUNCTIONS.get(name)
    if rule is None:
        return None
    if dialect == "spark":
        return rule.spark
    return EXCEPTIONS.get(name, {}).get(dialect, rule.sql)


def is_aggregate(name: str) -> bool:
    """Whether a function of this name, used without a window, makes one row of many."""
    rule = FUNCTIONS.get(name)
    return rule is not None and rule.family == "aggregate"
