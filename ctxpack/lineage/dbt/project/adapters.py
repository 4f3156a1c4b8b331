"""Detects the database adapter of a dbt project from its profile, its Python requirements, its settings and its SQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ctxpack.datamodel.dialects import canonical
from ctxpack.lineage.documents import Entry, Unreadable, read

ADAPTERS: dict[str, str] = {
    "athena": "athena",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "databricks": "databricks",
    "doris": "doris",
    "dremio": "dremio",
    "duckdb": "duckdb",
    "exasol": "exasol",
    "fabric": "tsql",
    "fabricspark": "spark",
    "glue": "spark",
    "hive": "hive",
    "materialize": "materialize",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    "redshift": "redshift",
    "risingwave": "risingwave",
    "singlestore": "singlestore",
    "snowflake": "snowflake",
    "spark": "spark",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
    "starrocks": "starrocks",
    "synapse": "tsql",
    "teradata": "teradata",
    "trino": "trino",
}
"""The SQL dialect of each adapter."""

_REQUIREMENT = re.compile(r"\bdbt-(" + "|".join(ADAPTERS) + r")\b")
_SETTINGS = (
    ("snowflake", re.compile(r"\b(?:snowflake_warehouse|query_tag|transient|copy_grants|target_lag)\b\s*[:=]")),
    ("bigquery", re.compile(r"\b(?:hours_to_expiration|require_partition_filter|kms_key_name)\b\s*[:=]")),
    ("redshift", re.compile(r"\b(?:sort_type|diststyle)\b\s*[:=]")),
    ("databricks", re.compile(r"\b(?:liquid_clustered_by|tblproperties|databricks_compute)\b\s*[:=]")),
    ("clickhouse", re.compile(r"\bengine\s*[:=]\s*['\"]?\w*MergeTree")),
)
_MARKS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (name, needed, re.compile(pattern))
    for name, *marks in (
        (
            "snowflake", ("iff", r"\biff\s*\("), ("::", r"::variant\b|\w:\w+::"),
            ("flatten", r"\bflatten\s*\(\s*input"), ("to_timestamp_ntz", r"\bto_timestamp_ntz\b"),
            ("parse_json", r"\bparse_json\s*\("),
        ),
        (
            "bigquery", ("safe", r"\bsafe_cast\s*\(|\bsafe\."), ("struct", r"\bstruct\s*<"), ("`", r"`[\w-]+\.[\w.]+`"),
            ("parse_date", r"\bparse_date\s*\(\s*'%"), ("int64", r"\bint64\b"),
        ),
        (
            "postgres", ("jsonb", r"\bjsonb\b"), ("->>", "->>"), ("regexp_matches", r"\bregexp_matches\s*\("),
            ("to_tsvector", r"\bto_tsvector\b"), ("ilike any", r"\bilike any\b"),
        ),
        (
            "databricks", ("lateral view", r"\blateral view\b"), ("explode", r"\bexplode\s*\("),
            ("get_json_object", r"\bget_json_object\s*\("), ("from_json", r"\bfrom_json\s*\("),
        ),
        (
            "trino", ("json_", r"\bjson_(?:query|extract_scalar)\s*\("), ("from_iso8601_", r"\bfrom_iso8601_\w+\s*\("),
            ("date_parse", r"\bdate_parse\s*\("),
        ),
        (
            "duckdb", ("read_", r"\bread_(?:csv|parquet|json)\w*\s*\("), ("struct_pack", r"\bstruct_pack\s*\("),
            ("list_transform", r"\blist_transform\s*\("),
        ),
        (
            "sqlserver", ("getdate", r"\bgetdate\s*\(\)"), ("isnull", r"\bisnull\s*\(\w+\s*,"),
            ("try_convert", r"\btry_convert\s*\("), ("top", r"\btop\s+\d+\b"),
        ),
    )
    for needed, pattern in marks
)  # fmt: skip
"""(adapter, literal, regex) of functions in lower-case SQL that only one adapter has.

The literal must occur before the regex is tried, which is much faster.
"""

_LINTED = re.compile(r"^dialect\s*[:=]\s*[\"']?(\w+)", re.MULTILINE)
_TARGET_PARTS = (
    "type",
    "schema",
    "dataset",
    "database",
    "dbname",
    "project",
    "catalog",
    "host",
    "warehouse",
    "threads",
)


def profile_targets(profile: str, documents: Iterable[Entry]) -> list[dict[str, Any]]:
    """The values of `target` from each profiles file that has the profile, in order.

    Values computed by templates (from environment variables) are unknown and left out.
    """
    found = []
    for document in documents:
        known = document.entry(profile)
        outputs = known.entry("outputs")
        if not outputs:
            continue
        name = _target_of(outputs, known.text("target"))
        output = outputs.entry(name)
        values = {key: output[key] for key in _TARGET_PARTS if key in output and _is_plain(output[key])}
        found.append({"name": name, "profile_name": profile, **values})
    return found


def _target_of(outputs: Entry, stated: str) -> str:
    """The target to assume: the stated one, but production's if that has another type of database."""
    name = stated if isinstance(outputs.get(stated), Entry) else next(iter(outputs))
    real = next((one for one in outputs if one.lower().startswith("prod") and outputs.entry(one)), name)
    return name if outputs.entry(real).text("type") == outputs.entry(name).text("type") else real


def _is_plain(value: Any) -> bool:
    return not isinstance(value, (dict, list)) and "{{" not in str(value) and "{%" not in str(value)


def profiles(texts: Mapping[str, str]) -> list[Entry]:
    """The documents of the readable profiles files."""
    found = []
    for text in texts.values():
        try:
            found.append(read(text))
        except Unreadable:
            continue
    return found


def by_requirements(texts: Iterable[str]) -> str:
    """The adapter that Python requirement files name (dbt-snowflake); "" if they name none or several."""
    named = Counter(match for text in texts for match in _REQUIREMENT.findall(text))
    return next(iter(named)) if len(named) == 1 else ""


def by_linter(texts: Iterable[str]) -> str:
    """The adapter for the dialect in the settings of a SQL linter; "" if they name none or several."""
    named = {canonical(word) for text in texts for word in _LINTED.findall(text)}
    name = "" if len(named) != 1 else named.pop() or ""
    return "sqlserver" if name == "tsql" else name if name in ADAPTERS else ""


def by_text(settings: Iterable[str], templates: Iterable[str], among: Collection[str] = ()) -> str:
    """The adapter whose settings, or else whose SQL functions, the texts use clearly more than any other's; else "".

    With `among`, only these adapters are considered.
    """
    stated: Counter[str] = Counter()
    for text in settings:
        stated.update(name for name, mark in _SETTINGS if mark.search(text))
    used: Counter[str] = Counter()
    for text in () if _clear(stated, among) else templates:
        used.update(_used(text.lower()))
    return _clear(stated, among) or _clear(used, among)


def _used(text: str) -> set[str]:
    """The adapters whose functions a lower-case text uses."""
    return {name for name, needed, mark in _MARKS if needed in text and mark.search(text)}


def _clear(counted: Counter[str], among: Collection[str]) -> str:
    """The name counted at least twice as often as any other; "" if there is none."""
    ranked = sorted((-number, name) for name, number in counted.items() if not among or name in among)
    return ranked[0][1] if ranked and (len(ranked) == 1 or ranked[0][0] <= 2 * ranked[1][0]) else ""
