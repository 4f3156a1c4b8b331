"""Which database a project is for, as far as its files tell: its profile, its requirements, its settings, its SQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ctxpack.lineage.dbt.documents import Entry, Unreadable, read

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
"""The dialect of SQL of each adapter."""

_REQUIREMENT = re.compile(r"\bdbt-(" + "|".join(ADAPTERS) + r")\b")
_SETTINGS = (
    ("snowflake", re.compile(r"\b(?:snowflake_warehouse|query_tag|transient|copy_grants|target_lag)\b\s*[:=]")),
    ("bigquery", re.compile(r"\b(?:hours_to_expiration|require_partition_filter|kms_key_name)\b\s*[:=]")),
    ("redshift", re.compile(r"\b(?:sort_type|diststyle)\b\s*[:=]")),
    ("databricks", re.compile(r"\b(?:liquid_clustered_by|tblproperties|databricks_compute)\b\s*[:=]")),
    ("clickhouse", re.compile(r"\bengine\s*[:=]\s*['\"]?\w*MergeTree")),
)
_MARKS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("snowflake", r"\biff\s*\(|::variant\b|\bflatten\s*\(\s*input|\bto_timestamp_ntz\b|\bparse_json\s*\(|\w:\w+::"),
        ("bigquery", r"\bsafe_cast\s*\(|\bstruct\s*<|`[\w-]+\.[\w.]+`|\bparse_date\s*\(\s*'%|\bsafe\.|\bint64\b"),
        ("postgres", r"\bjsonb\b|->>|\bregexp_matches\s*\(|\bto_tsvector\b|\bilike any\b"),
        ("databricks", r"\blateral view\b|\bexplode\s*\(|\bget_json_object\s*\(|\bfrom_json\s*\("),
        ("trino", r"\bjson_query\s*\(|\bjson_extract_scalar\s*\(|\bfrom_iso8601_\w+\s*\(|\bdate_parse\s*\("),
        ("duckdb", r"\bread_(?:csv|parquet|json)\w*\s*\(|\bstruct_pack\s*\(|\blist_transform\s*\("),
        ("sqlserver", r"\bgetdate\s*\(\)|\bisnull\s*\(\w+\s*,|\btry_convert\s*\(|\btop\s+\d+\b"),
    )
)
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
    """The values of `target` by each profiles file that knows the profile, in order.

    Values that come from the environment are not known and left out.
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
    """The target that counts: the stated one, or production's where that has another database."""
    name = stated if isinstance(outputs.get(stated), Entry) else next(iter(outputs))
    real = next((one for one in outputs if one.lower().startswith("prod") and outputs.entry(one)), name)
    return name if outputs.entry(real).text("type") == outputs.entry(name).text("type") else real


def _is_plain(value: Any) -> bool:
    return not isinstance(value, (dict, list)) and "{{" not in str(value) and "{%" not in str(value)


def profiles(texts: Mapping[str, str]) -> list[Entry]:
    """The profiles files that can be read."""
    found = []
    for text in texts.values():
        try:
            found.append(read(text))
        except Unreadable:
            continue
    return found


def by_requirements(texts: Iterable[str]) -> str:
    """The adapter that the files of Python's requirements name; "" where they name none or several."""
    named = Counter(match for text in texts for match in _REQUIREMENT.findall(text))
    return next(iter(named)) if len(named) == 1 else ""


def by_text(settings: Iterable[str], templates: Iterable[str], among: Collection[str] = ()) -> str:
    """The adapter whose settings or whose functions of SQL the texts use, clearly more than any other's; else "".

    With `among`, only these adapters come into question.
    """
    for texts, marks in ((settings, _SETTINGS), (templates, _MARKS)):
        counted: Counter[str] = Counter()
        for text in texts:
            counted.update(name for name, mark in marks if mark.search(text) and (not among or name in among))
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        if ranked and (len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1]):
            return ranked[0][0]
    return ""
