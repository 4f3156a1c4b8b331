"""Detects the dialect of a SQL text by constructs that only some engines have.

Each construct found adds its weight to the scores of those engines. Without any, the parser's lenient default is used.
"""

from __future__ import annotations

import re

_MARKS: tuple[tuple[str, int, str], ...] = (
    (r"::\s*\w", 2, "postgres snowflake redshift duckdb databricks"),
    (r"\\\\'", 2, "snowflake mysql bigquery spark databricks hive"),
    (r"\bregexp_substr\s*\(", 1, "snowflake oracle mysql"),
    (r"\b(?:dateadd|datediff)\s*\(\s*['\"]?[a-z]+['\"]?\s*,", 1, "snowflake redshift databricks tsql"),
    (r"\bilike\b", 1, "postgres snowflake redshift duckdb databricks"),
    (r"\bqualify\b", 2, "snowflake bigquery databricks duckdb"),
    (r"`[\w\-. ]+`", 2, "bigquery spark databricks mysql hive"),
    (r"`[\w-]+\.[\w-]+\.[\w-]+`", 3, "bigquery"),
    (r"\blateral\s+flatten\s*\(", 6, "snowflake"),
    (r"\b(?:iff|zeroifnull|try_to_\w+|object_construct|array_construct|parse_json|listagg)\s*\(", 2, "snowflake"),
    (r"\b(?:safe_cast|safe_divide|generate_date_array|struct<|array<struct)\b", 4, "bigquery"),
    (r"\bfarm_fingerprint\s*\(|\bexcept\s*\(|\bunnest\s*\(", 2, "bigquery"),
    (r"\blateral\s+view\b", 5, "spark databricks hive"),
    (r"\busing\s+(?:delta|parquet|iceberg|csv|json|orc)\b", 5, "spark databricks"),
    (r"\b(?:zorder|optimize)\b|\bstreaming\s+table\b|\blive\.", 4, "databricks"),
    (r"\b(?:merge|insert)\s+with\s+schema\s+evolution\b", 6, "databricks spark"),
    (r"\binsert\s+overwrite\b", 3, "spark databricks hive"),
    (
        r"\bcreate\s+(?:or\s+replace\s+)?(?:global\s+)?temp(?:orary)?\s+view\b|\bcollect_(?:list|set)\s*\(",
        3,
        "spark databricks",
    ),
    (r"^[ \t]*--\s*databricks notebook source|^--\s*command\s*-", 6, "databricks"),
    (r"^[ \t]*go\s*$", 5, "tsql"),
    (r"\[\w[\w ]*\]\s*\.\s*\[|\[dbo\]|\bdbo\.", 4, "tsql"),
    (r"\b(?:cross|outer)\s+apply\b|\bselect\s+top\b|\bnvarchar\b|\bgetdate\s*\(|\bisnull\s*\(", 2, "tsql"),
    (r"\bdeclare\s+@|\bset\s+@|\bfrom\s+\#\w|\binto\s+\#\w", 4, "tsql"),
    (r"\bengine\s*=\s*(?:innodb|myisam)|\bauto_increment\b|\bon duplicate key\b", 5, "mysql"),
    (r"\bengine\s*=?\s*\w*mergetree|\barrayjoin\s*\(|\bfinal\s+(?:where|prewhere)\b|\btouint\d+\s*\(", 5, "clickhouse"),
    (r"\bvarchar2\b|\bnumber\s*\(\d|\bnvl2?\s*\(|\bfrom\s+dual\b|\bconnect\s+by\b|\bsysdate\b", 2, "oracle"),
    (r"\bdistkey\b|\bsortkey\b|\bdiststyle\b|\bgetdate\s*\(\)", 3, "redshift"),
    (r"\bread_(?:parquet|csv|json)(?:_auto)?\s*\(|\bexclude\s*\(|\bgroup\s+by\s+all\b", 2, "duckdb"),
    (r"\bautoincrement\b|\bwithout\s+rowid\b|\bpragma\s+\w", 4, "sqlite"),
    (
        r"\$\$|\blanguage\s+plpgsql\b|\bjsonb\b|\bserial\b|\bdistinct\s+on\b|\btimestamptz\b|\bowner\s+to\b",
        3,
        "postgres",
    ),
    (r"(?<![\w'%])%s(?![\w'%])|%\(\w+\)s", 2, "postgres"),
    (r"\bvariant\b|\btransient\b|\btimestamp_[nlt]tz\b|\bcopy\s+into\b|\bfile_format\b|\$\d\b", 3, "snowflake"),
    (r"\bapprox_distinct\s*\(|\bfrom_iso8601_|\bcross\s+join\s+unnest\b|\bdate_parse\s*\(", 3, "trino"),
)
_PREFERRED = ("postgres", "snowflake", "databricks", "bigquery", "spark", "tsql", "mysql", "duckdb", "redshift")
"""The order of preference among dialects with equal scores."""

_COMPILED = tuple(
    (re.compile(mark, re.IGNORECASE | re.MULTILINE), weight, names.split()) for mark, weight, names in _MARKS
)


def detect(text: str) -> str:
    """The dialect with the highest score in the first 20,000 characters; "" if no score reaches 2.

    >>> detect("select a from t, lateral flatten(input => x) f")
    'snowflake'
    """
    head = text[:20_000]
    scores: dict[str, int] = {}
    for pattern, weight, names in _COMPILED:
        if pattern.search(head):
            for name in names:
                scores[name] = scores.get(name, 0) + weight
    if not scores:
        return ""
    best = min(scores, key=lambda name: (-scores[name], _PREFERRED.index(name) if name in _PREFERRED else 99, name))
    return best if scores[best] >= 2 else ""
