"""The table of functions and operators: nullability and type of each result, in SQL databases and in Spark.

Nullability has two columns, since the question differs. For SQL databases it is about the data: False only where no row
can hold a null. For Spark it is about the schema of a DataFrame, as its analyzer states it: there `sum`, `round` and
`/` are nullable whatever their arguments.

Sources: the Spark column is what the analyzer of Spark 3.5 says (bench/spark_nulls.py asks it about every function, and
tests hold this table to its answers); the SQL column follows the standard's rules for null operands and, where engines
differ, `EXCEPTIONS`, from the functions' pages in the manuals of the engines.

Rules: `any` (null if any argument is), `all` (only if all are), `either` (by the engine's version), `first`,
`last` (only by that argument), `never`, `always` (nullable whatever the arguments), `unsure` (null if any argument
is, and perhaps for some values too), `group` (an aggregate: null if its argument is, or over no rows), `by` (an
aggregate that picks a row by its second argument), `some` (an aggregate that may see no row of a non-empty group),
`rows` (an aggregate: null only over no rows), `parse` (strings that do not parse give null, other types follow the
argument), and those that `nulls.py` implements by name: `if`, `nvl2`, `decode`, `lag`, `divide`, `field`, `part`,
`flattened`.
Types: a type, `=` (that of the first argument), `*` (the common type of the arguments), `` (unknown), and those that
`evaluation/types.py` implements by name (`_SPECIAL` there).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Family = Literal["scalar", "aggregate", "window", "generator"]


class Rule(NamedTuple):
    """The rules of a function: its nullability in SQL databases and in Spark, its result type, and its family."""

    sql: str
    spark: str
    type: str
    family: Family = "scalar"


_ROWS: tuple[tuple[Family, str, str, str, str], ...] = (
    # operators
    ("scalar", "any", "any", "terms", "+ - *"),
    ("scalar", "divide", "always", "quotient", "/"),
    ("scalar", "divide", "always", "quotient-cut", "div //"),
    ("scalar", "divide", "always", "*", "% mod"),
    ("scalar", "any", "any", "=", "unary- unary~ & | ^ << >>"),
    ("scalar", "any", "any", "string", "||"),
    (
        "scalar",
        "any",
        "any",
        "boolean",
        "= <> < > <= >= like ilike rlike similar between in not-in overlaps contains startswith endswith",
    ),
    ("scalar", "any", "any", "boolean", "and or not xor any-of all-of @> <@ ? match"),
    (
        "scalar",
        "never",
        "never",
        "boolean",
        "<=> is-distinct-from is-not-distinct-from isnull is-null isnotnull is-not-null is-true is-false equal_null",
    ),
    ("scalar", "any", "never", "boolean", "isnan isinf is_nan is_inf"),
    (
        "scalar",
        "always",
        "always",
        "",
        "-> ->> get_path json_extract_path json_extract_path_text json_value json_query",
    ),
    # nulls
    ("scalar", "all", "all", "*", "coalesce ifnull nvl"),
    (
        "scalar",
        "always",
        "always",
        "=",
        "nullif nullifzero try_cast safe_cast",
    ),
    ("scalar", "always", "always", "terms", "safe_add safe_subtract safe_multiply"),
    ("scalar", "always", "always", "quotient", "safe_divide"),
    ("scalar", "never", "never", "=", "zeroifnull nullnum"),
    ("scalar", "any", "always", "*", "nanvl"),
    ("scalar", "nvl2", "nvl2", "*", "nvl2"),
    ("scalar", "if", "if", "*", "if iff iif"),
    ("scalar", "decode", "decode", "", "decode_cases choose"),
    ("scalar", "all", "all", "*", "greatest least"),
    ("scalar", "all", "all", "*", "greatest_ignore_nulls least_ignore_nulls"),
    ("scalar", "always", "always", "", "assert_true raise_error"),
    # numbers
    ("scalar", "any", "any", "=", "abs negative positive shiftleft shiftright shiftrightunsigned"),
    ("scalar", "any", "always", "=", "rint sign signum"),
    ("scalar", "divide", "always", "=", "pmod"),
    (
        "scalar",
        "any",
        "always",
        "double",
        "acos acosh asin asinh atan atanh cbrt cos cosh cot csc degrees exp expm1 radians sec sin sinh sqrt tan tanh",
    ),
    ("scalar", "any", "always", "double", "ln log log10 log1p log2"),
    ("scalar", "any", "any", "double", "atan2 hypot pow power square"),
    ("scalar", "any", "always", "bigint", "factorial"),
    ("scalar", "any", "always", "string", "conv"),
    ("scalar", "any", "any", "string", "bin hex char chr to_char to_varchar tochar"),
    ("scalar", "any", "always", "binary", "unhex"),
    ("scalar", "any", "any", "int", "bit_count"),
    ("scalar", "any", "any", "bigint", "bitmap_bit_position bitmap_bucket_number"),
    ("scalar", "any", "always", "bigint", "width_bucket"),
    (
        "scalar",
        "never",
        "never",
        "",
        "rand random randn uniform seq4 seq8 seq1 seq2 uuid gen_random_uuid generate_uuid uuid_string newid "
        "newsequentialid monotonically_increasing_id nextval",
    ),
    ("scalar", "never", "never", "bigint", "xxhash64 hash_agg"),
    ("scalar", "any", "any", "bigint", "farm_fingerprint murmur_hash"),
    (
        "scalar",
        "any",
        "any",
        "string",
        "md5 sha sha1 md5_hex md5_binary sha1_hex sha1_binary sha256 sha512 sha2_hex sha2_binary hashbytes to_hex "
        "md5_number_lower64 md5_number_upper64",
    ),
    ("scalar", "any", "always", "string", "sha2"),
    ("scalar", "never", "never", "double", "pi e"),
    ("scalar", "any", "any", "", "to_number to_decimal to_numeric to_double to_binary"),
    (
        "scalar",
        "always",
        "always",
        "",
        "try_to_number try_to_decimal try_to_numeric try_to_double try_to_binary try_to_boolean try_to_geography",
    ),
    ("scalar", "any", "any", "boolean", "to_boolean"),
    ("scalar", "always", "always", "*", "try_add try_subtract try_multiply try_mod"),
    ("scalar", "any", "always", "string", "format_number"),
    ("scalar", "any", "any", "boolean", "isnumeric isdate is_integer is_char is_array is_object"),
    # strings
    (
        "scalar",
        "any",
        "any",
        "counted",
        "ascii ord unicode bit_length char_length character_length find_in_set instr len length levenshtein "
        "editdistance locate octet_length position charindex patindex strpos regexp_count regexp_instr lengthb "
        "datalength",
    ),
    (
        "scalar",
        "any",
        "any",
        "string",
        "base64 btrim initcap lcase left lower lpad ltrim overlay quotename repeat replace replicate reverse rpad "
        "rtrim soundex space stuff substr substring mid substring_index translate trim ucase upper strip_accents "
        "unaccent normalize insert base64_encode to_base64 from_base64 base64_decode_string to_utf8 from_utf8",
    ),
    ("scalar", "any", "any", "binary", "encode unbase64"),
    ("scalar", "any", "any", "string", "decode"),
    ("scalar", "any", "any", "string", "regexp_replace regexp_extract"),
    ("scalar", "always", "always", "string", "regexp_substr regexp_substr_all"),
    ("scalar", "any", "any", "array<string>", "regexp_extract_all regexp_matches"),
    (
        "scalar",
        "any",
        "any",
        "boolean",
        "regexp regexp_like regexp_contains regexp_full_match starts_with ends_with luhn",
    ),
    ("scalar", "any", "always", "string", "right mask split_part splitpart url_encode url_decode"),
    ("scalar", "always", "always", "string", "parse_url elt"),
    ("scalar", "any", "always", "boolean", "luhn_check"),
    ("scalar", "any", "any", "string", "concat"),
    ("scalar", "first", "first", "string", "concat_ws"),
    ("scalar", "first", "first", "string", "format_string printf format"),
    ("scalar", "any", "any", "array<string>", "split strtok_to_array string_to_array string_split str_split"),
    ("scalar", "any", "any", "map<string,string>", "str_to_map"),
    ("scalar", "any", "always", "", "sentences"),
    ("scalar", "always", "always", "string", "strtok"),
    ("scalar", "any", "any", "string", "quote_ident quote_literal to_ascii"),
    # dates and times
    ("scalar", "never", "never", "date", "current_date curdate today"),
    (
        "scalar",
        "never",
        "never",
        "now",
        "current_timestamp now getdate getutcdate sysdate sysdatetime sysutcdatetime systimestamp "
        "current_datetime current_time localtime transaction_timestamp statement_timestamp clock_timestamp "
        "utc_timestamp",
    ),
    (
        "scalar",
        "never",
        "never",
        "string",
        "current_catalog current_database current_schema current_timezone current_user session_user system_user "
        "user suser_sname version database schema current_role current_warehouse current_account current_session "
        "input_file_name typeof",
    ),
    ("scalar", "never", "never", "bigint", "input_file_block_length input_file_block_start"),
    ("scalar", "never", "never", "int", "spark_partition_id"),
    (
        "scalar",
        "any",
        "any",
        "date",
        "add_months date_add date_sub dateadd last_day eomonth date_from_unix_date date_add_days adddate subdate",
    ),
    (
        "scalar",
        "any",
        "any",
        "=",
        "timestamp_add timestamp_sub datetime_add datetime_sub time_add time_sub timestampadd timeadd months_add",
    ),
    (
        "scalar",
        "any",
        "any",
        "counted",
        "date_diff datediff datediff_big timestamp_diff timestampdiff datetime_diff timediff weekday",
    ),
    ("scalar", "any", "any", "double", "months_between"),
    ("scalar", "any", "any", "interval", "age"),
    ("scalar", "any", "always", "date", "next_day previous_day"),
    (
        "scalar",
        "any",
        "always",
        "",
        "make_date make_timestamp make_timestamp_ltz make_timestamp_ntz make_interval try_make_timestamp",
    ),
    (
        "scalar",
        "any",
        "any",
        "",
        "date_from_parts datefromparts datetimefromparts timestamp_from_parts time_from_parts "
        "timestamp_ntz_from_parts make_time maketime makedate date_parse",
    ),
    ("scalar", "any", "any", "", "make_dt_interval make_ym_interval"),
    ("scalar", "part", "part", "part", "date_part datepart extract"),
    (
        "scalar",
        "parse",
        "parse",
        "counted",
        "day dayofmonth dayofweek dayofyear hour minute month quarter second week weekofyear weekiso yearofweek "
        "yearofweekiso year dayofweekiso dayofweek_iso isodow to_days to_seconds "
        "day_of_week day_of_month day_of_year week_of_year yearweek",
    ),
    (
        "scalar",
        "any",
        "any",
        "string",
        "datename dayname monthname strftime date_format format_date format_datetime format_timestamp time_format "
        "to_iso8601 format_time",
    ),
    (
        "scalar",
        "any",
        "always",
        "truncated",
        "date_trunc timestamp_trunc datetime_trunc datetrunc time_slice date_bucket date_bin",
    ),
    ("scalar", "parse", "parse", "date", "date"),
    ("scalar", "parse", "parse", "timestamp", "timestamp"),
    ("scalar", "parse", "parse", "datetime", "datetime"),
    ("scalar", "parse", "parse", "time", "time"),
    ("scalar", "parse", "parse", "", "timestamp_tz"),
    ("scalar", "parse", "parse", "date", "to_date"),
    ("scalar", "parse", "parse", "timestamp", "to_timestamp to_timestamp_ltz to_timestamp_tz to_time to_datetime"),
    (
        "scalar",
        "any",
        "always",
        "timestamp",
        "parse_date parse_datetime parse_timestamp str_to_date strptime parse_time from_iso8601_timestamp "
        "from_iso8601_date",
    ),
    (
        "scalar",
        "always",
        "always",
        "timestamp",
        "try_to_date try_to_timestamp try_to_timestamp_ntz try_to_timestamp_ltz try_to_timestamp_tz try_to_time "
        "try_strptime",
    ),
    (
        "scalar",
        "any",
        "any",
        "timestamp",
        "timestamp_micros timestamp_millis timestamp_seconds to_utc_timestamp from_utc_timestamp at-time-zone "
        "timezone epoch_ms make_timestamptz switchoffset todatetimeoffset from_iso_week",
    ),
    ("scalar", "any", "always", "string", "from_unixtime"),
    ("scalar", "any", "always", "bigint", "to_unix_timestamp unix_timestamp"),
    ("scalar", "any", "always", "bigint", "unix_micros unix_millis unix_seconds epoch date_part_epoch"),
    ("scalar", "any", "never", "", "window session_window"),
    ("scalar", "any", "any", "timestamp", "window_time"),
    # structured values
    (
        "scalar",
        "never",
        "never",
        "",
        "array make_array array_construct struct named_struct struct_pack map object_construct "
        "object_construct_keep_null json_object json_array json_build_object json_build_array jsonb_build_object "
        "jsonb_build_array row list_value create_map create_array",
    ),
    (
        "scalar",
        "any",
        "any",
        "=",
        "array_cat array_compact array_distinct array_except array_intersect array_remove array_sort array_union "
        "sort_array shuffle slice array_slice flatten_array list_sort list_distinct filter transform "
        "list_transform list_filter list_concat",
    ),
    ("scalar", "any", "any", "=", "array_insert"),
    ("scalar", "any", "flattened", "", "flatten"),
    ("scalar", "first", "first", "", "with-field"),
    ("scalar", "first", "first", "=", "array_append array_prepend"),
    ("scalar", "any", "last", "", "array_repeat"),
    (
        "scalar",
        "any",
        "any",
        "",
        "arrays_zip zip_with sequence generate_array generate_date_array array_generate_range range_array "
        "map_concat map_entries map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with "
        "transform_keys transform_values mapfromarrays",
    ),
    ("scalar", "any", "any", "boolean", "array_contains array_has list_contains list_has arrays_overlap"),
    ("scalar", "any", "always", "boolean", "map_contains_key exists forall array_exists"),
    ("scalar", "any", "any", "string", "array_join array_to_string"),
    ("scalar", "any", "any", "bigint", "array_position"),
    ("scalar", "any", "any", "int", "array_size array_length map_size list_length jsonb_array_length"),
    ("scalar", "always", "always", "int", "json_array_length"),
    ("scalar", "any", "never", "int", "size cardinality"),
    (
        "scalar",
        "always",
        "always",
        "",
        "element_at get array_extract list_extract array_max array_min list_max list_min array_first array_last "
        "try_element_at get_item safe_offset safe_ordinal offset ordinal map_extract",
    ),
    ("scalar", "always", "always", "", "aggregate reduce"),
    (
        "scalar",
        "always",
        "always",
        "string",
        "get_json_object json_extract json_extract_scalar json_extract_string json_tuple jsonb_extract_path "
        "jsonb_extract_path_text get_ignore_case xpath_string check_json",
    ),
    ("scalar", "any", "always", "string", "to_json to_csv to_json_string"),
    (
        "scalar",
        "any",
        "any",
        "",
        "parse_json to_variant to_array to_object to_jsonb row_to_json array_to_json json_parse",
    ),
    ("scalar", "always", "any", "", "as_varchar strip_null_value"),
    ("scalar", "any", "always", "quotient", "div0"),
    ("scalar", "first", "always", "quotient", "div0null"),
    # ClickHouse's own: null only for a null argument; a failed conversion is an error
    (
        "scalar",
        "any",
        "always",
        "",
        "touint8 touint16 touint32 touint64 touint128 touint256 toint8 toint16 toint32 toint64 toint128 toint256 "
        "tofloat32 tofloat64 todecimal32 todecimal64 todecimal128 todecimal256 touint8orzero touint16orzero "
        "touint32orzero touint64orzero touint128orzero touint256orzero toint8orzero toint16orzero toint32orzero "
        "toint64orzero toint128orzero toint256orzero tofloat32orzero tofloat64orzero reinterpretasint256 "
        "reinterpretasuint256 siphash64 cityhash64 tonullable arrayreverse arrayslice arraydistinct arrayconcat "
        "tounixtimestamp tohour tominute tosecond todayofweek todayofmonth todayofyear tomonth toquarter toyear "
        "toyyyymm toyyyymmdd lengthutf8",
    ),
    ("scalar", "any", "always", "date", "todate todate32 tostartofweek tostartofmonth tostartofquarter tostartofyear"),
    (
        "scalar",
        "any",
        "always",
        "timestamp",
        "todatetime todatetime64 tostartofday tostartofhour tostartofminute tostartofinterval totimezone",
    ),
    (
        "scalar",
        "any",
        "always",
        "=",
        "addseconds addminutes addhours adddays addweeks addmonths addquarters addyears subtractseconds "
        "subtractminutes subtracthours subtractdays subtractweeks subtractmonths subtractquarters subtractyears",
    ),
    (
        "scalar",
        "any",
        "always",
        "string",
        "tostring replaceall replaceone replaceregexpall replaceregexpone leftpad rightpad leftutf8 rightutf8 "
        "substringutf8 lowerutf8 upperutf8 arraystringconcat base58encode",
    ),
    ("scalar", "any", "always", "boolean", "has"),
    ("scalar", "never", "always", "=", "assumenotnull"),
    (
        "scalar",
        "always",
        "always",
        "",
        "touint8ornull touint16ornull touint32ornull touint64ornull touint128ornull touint256ornull toint8ornull "
        "toint16ornull toint32ornull toint64ornull toint128ornull toint256ornull tofloat32ornull tofloat64ornull "
        "todateornull todatetimeornull",
    ),
    ("scalar", "any", "never", "string", "schema_of_json schema_of_csv json_typeof jsonb_typeof json_type"),
    ("scalar", "any", "any", "", "st_point st_makepoint st_geogpoint st_astext st_x st_y st_distance"),
    ("scalar", "any", "always", "binary", "aes_encrypt aes_decrypt try_aes_decrypt"),
    ("scalar", "field", "field", "", "get_field"),
    ("scalar", "never", "any", "*", "unpivot-values"),
    ("scalar", "any", "any", "*", "unpivot-nulls"),
    ("scalar", "never", "never", "int", "explode-position"),
    ("scalar", "any", "always", "*", "stack"),
    (
        "scalar",
        "always",
        "always",
        "",
        "xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number xpath_short "
        "json_object_keys from_json from_csv from_xml from_avro json_keys object_keys jsonb_path_query "
        "try_parse_json xmlget",
    ),
    ("scalar", "any", "always", "whole", "ceil ceiling floor"),
    ("scalar", "any", "always", "rounded", "bround round trunc truncate"),
    ("scalar", "always", "always", "double", "try_divide"),
    ("scalar", "any", "any", "tinyint", "bit_get getbit"),
    ("scalar", "never", "never", "int", "hash"),
    ("scalar", "any", "any", "bigint", "crc32"),
    ("scalar", "parse", "parse", "timestamp_ntz", "to_timestamp_ntz"),
    ("scalar", "never", "never", "", "localtimestamp"),
    ("scalar", "any", "any", "", "convert_timezone"),
    ("scalar", "any", "always", "int", "unix_date"),
    # aggregates
    (
        "aggregate",
        "never",
        "never",
        "bigint",
        "count count_if countif count_star approx_count_distinct approx_distinct hll regr_count countdistinct "
        "count_distinct approx_distinct_count approxcountdistinct uniq uniqexact count_big regrcount uniqif "
        "uniqexactif",
    ),
    ("aggregate", "group", "always", "sum", "sum sumdistinct sum_distinct sum0 total"),
    ("aggregate", "group", "always", "mean", "avg mean"),
    ("aggregate", "group", "always", "=", "min max any_value arbitrary anylast"),
    ("aggregate", "some", "always", "=", "maxif minif sumif anyif anylastif argmaxif argminif"),
    ("aggregate", "group", "always", "=", "first last first_value_agg last_value_agg"),
    ("aggregate", "always", "always", "", "try_avg try_sum avgif"),
    ("aggregate", "group", "always", "=", "mode percentile_disc quantile_disc"),
    ("aggregate", "by", "always", "=", "max_by min_by arg_max arg_min argmax argmin"),
    (
        "aggregate",
        "group",
        "always",
        "=",
        "bool_and bool_or every some any logical_and logical_or booland_agg boolor_agg boolxor_agg bit_and bit_or "
        "bit_xor bitand_agg bitor_agg",
    ),
    (
        "aggregate",
        "always",
        "always",
        "double",
        "stddev stddev_samp std var_samp variance corr covar_samp kurtosis skewness stdev stdev_samp covar_pop "
        "covar regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy",
    ),
    ("aggregate", "group", "always", "double", "stddev_pop var_pop stdevp varp"),
    ("aggregate", "group", "always", "string", "string_agg listagg group_concat xmlagg"),
    (
        "aggregate",
        "rows",
        "never",
        "",
        "array_agg list groupdistinct array_concat_agg json_agg jsonb_agg json_object_agg jsonb_object_agg "
        "object_agg map_agg grouparray multimap_agg histogram json_group_array json_group_object array_unique_agg "
        "array_union_agg",
    ),
    ("aggregate", "rows", "never", "", "collect_list collect_set"),
    ("aggregate", "never", "never", "int", "grouping grouping_id"),
    ("aggregate", "rows", "never", "binary", "bitmap_construct_agg bitmap_or_agg hll_sketch_agg count_min_sketch"),
    (
        "aggregate",
        "group",
        "always",
        "",
        "approx_percentile percentile percentile_approx histogram_numeric approx_quantiles approx_top_k quantile "
        "approx_quantile quantile_cont percentile_cont",
    ),
    ("aggregate", "group", "always", "double", "median"),
    # window functions
    ("window", "never", "never", "place", "row_number rank dense_rank ntile rownumber denserank"),
    ("window", "never", "never", "double", "percent_rank cume_dist"),
    ("window", "always", "always", "double", "ratio_to_report"),
    ("window", "lag", "lag", "=", "lag lead"),
    ("window", "group", "always", "=", "first_value last_value"),
    ("window", "always", "always", "=", "nth_value"),
    ("window", "never", "never", "bigint", "conditional_true_event conditional_change_event"),
    # generators
    (
        "generator",
        "field",
        "field",
        "",
        "explode posexplode unnest flatten_rows generate_series generate_subscripts generate_date_series inline "
        "explode-value json_each jsonb_array_elements jsonb_array_elements_text json_array_elements "
        "json_array_elements_text jsonb_each regexp_split_to_table string_split_rows openjson",
    ),
    ("generator", "never", "never", "", "explode-key"),
    (
        "generator",
        "always",
        "always",
        "",
        "explode_outer posexplode_outer inline_outer explode-key_outer explode-value_outer",
    ),
)
"""Rows of: family, rule in SQL databases, rule in Spark, type, and the functions that they apply to."""

_NULL_WINS = tuple("mysql snowflake bigquery oracle sqlite trino presto athena hive teradata doris starrocks".split())
_TRINO = ("trino", "presto", "athena")
_OF_MYSQL = ("mysql", "doris", "starrocks")
_LENIENT = (*_OF_MYSQL, "hive")

EXCEPTIONS: dict[str, dict[str, str]] = {
    "||": {"oracle": "all"},
    "concat": {**dict.fromkeys(("postgres", "tsql", "fabric", "duckdb", "sqlite"), "never"), "oracle": "all"},
    # In Oracle the empty string is null.
    **{
        name: {"oracle": "unsure"}
        for name in "trim ltrim rtrim substr substring regexp_replace translate lpad rpad".split()
    },
    "replace": {"oracle": "unsure"},
    **{name: dict.fromkeys(("tsql", "fabric"), "unsure") for name in "stuff quotename replicate space char".split()},
    "split_part": dict.fromkeys((*_TRINO, "doris", "starrocks"), "always"),
    "array_length": dict.fromkeys(("postgres", "redshift"), "always"),
    "array_position": dict.fromkeys(("postgres", "snowflake", "duckdb"), "always"),
    "format": {"bigquery": "any"},
    "parse_json": {"snowflake": "unsure"},
    **{
        name: {"snowflake": "never"}
        for name in "listagg string_agg object_agg array_unique_agg array_union_agg".split()
    },
    **{name: dict.fromkeys(_LENIENT, "always") for name in ("unhex", "unbase64", "from_base64")},
    **{
        name: dict.fromkeys(_LENIENT, "parse")
        for name in "date_add date_sub adddate subdate datediff date_diff timestampdiff date_format last_day".split()
    },
    **{
        name: {"clickhouse": "unsure"}
        for name in "json_extract json_extract_scalar json_extract_string json_value json_query".split()
    },
    **{
        name: {"clickhouse": "group"}
        for name in "std stddev stddev_pop stddev_samp var_pop var_samp covar_pop covar_samp corr".split()
    },
    "avgif": {"clickhouse": "some"},
    "xxhash64": {"clickhouse": "any"},
    "count_if": {"duckdb": "group"},
    "countif": {"duckdb": "group"},
    "greatest": {**dict.fromkeys(_NULL_WINS, "any"), "clickhouse": "either"},
    "least": {**dict.fromkeys(_NULL_WINS, "any"), "clickhouse": "either"},
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
    "date": {"sqlite": "always"},
    "datetime": dict.fromkeys(("sqlite",), "always"),
    "time": dict.fromkeys(("sqlite",), "always"),
    "strftime": dict.fromkeys(("sqlite",), "always"),
    "str_to_date": dict.fromkeys((*_OF_MYSQL, "clickhouse"), "always"),
    "total": dict.fromkeys(("sqlite",), "never"),
}
"""Exceptions to the SQL column of the table: by function and dialect, the rule."""

ZERO_GIVES_NULL = frozenset({"mysql", "sqlite", "spark", "hive", "databricks", "duckdb", "doris", "starrocks"})
"""Engines in which division by zero gives null instead of an error."""

BAD_CAST_GIVES_NULL = frozenset({"mysql", "hive", "doris", "starrocks", "databricks"})
"""Engines in which a failed cast may give null; Spark has rules of its own."""

BAD_TIME_GIVES_NULL = frozenset(_LENIENT)
"""Engines in which parsing a string as a date or time gives null on failure; Spark has rules of its own."""

MISSING_IS_DEFAULT = frozenset({"clickhouse"})
"""Engines in which a missing value is the default of its type, null only for nullable types or by a setting.

Missing are the unmatched side of an outer join, an absent element, and an aggregate over no rows.
"""

LENIENT_CASTS = frozenset({"sqlite"})
"""Engines in which a cast of a non-null value never gives null."""

ALIASES_IN_SELECT = frozenset({"snowflake", "databricks", "spark", "redshift", "duckdb", "teradata", "clickhouse", ""})
"""Engines in which a SELECT item may refer to the alias of an earlier one (lateral column aliases)."""

ALIASES_FIRST = frozenset({"clickhouse"})
"""Of these, the engines in which the alias shadows an input column of the same name."""


FUNCTIONS: dict[str, Rule] = {
    name: Rule(sql, spark, kind, family) for family, sql, spark, kind, names in _ROWS for name in names.split()
}
"""The table, by lower-cased name."""


def rule_of(name: str, dialect: str) -> str | None:
    """The nullability rule of a function in a SQL dialect or in "spark"; None for an unknown function."""
    rule = FUNCTIONS.get(name)
    if rule is None:
        return None
    if dialect == "spark":
        return rule.spark
    return EXCEPTIONS.get(name, {}).get(dialect, rule.sql)


def is_aggregate(name: str) -> bool:
    """Whether a function is an aggregate when used without a window."""
    rule = FUNCTIONS.get(name)
    return rule is not None and rule.family == "aggregate"
