"""Compares SQL column types across their synonyms, so that a respelling is no change."""

from __future__ import annotations

import re
from functools import cache

_SAME = (
    ("smallint", "int2", "smallserial", "serial2"),
    ("integer", "int", "int4", "serial", "serial4"),
    ("bigint", "int8", "bigserial", "serial8"),
    ("boolean", "bool"),
    ("decimal", "numeric", "dec"),
    ("varchar", "character varying", "char varying"),
    ("char", "character", "bpchar"),
    ("nchar", "national character", "national char"),
    ("nvarchar", "national character varying", "national char varying"),
    ("bit varying", "varbit"),
    ("float8", "double precision", "double"),
    ("real", "float4"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("time", "time without time zone"),
    ("timetz", "time with time zone"),
)
_PLAIN = {name: names[0] for names in _SAME for name in names}
_TYPE = re.compile(
    r"^(?:pg_catalog\.)?(?P<name>[a-z_][\w ]*?)\s*(?P<size>\([^()]*\))?(?P<zone>\s+with(?:out)? time zone)?"
    r"(?P<list>(?:\s*\[\d*\])*)$"
)


def same_type(one: str, other: str) -> bool:
    """Whether two spellings mean the same SQL type.

    >>> same_type("BIGSERIAL", "bigint"), same_type("timestamp(3) with time zone", "timestamptz(3)")
    (True, True)
    >>> same_type("varchar(10)", "character varying(20)")
    False
    """
    return _plain(one) == _plain(other)


@cache
def _plain(text: str) -> str:
    """The canonical spelling of a type: the canonical name, with sizes and array dimensions."""
    words = " ".join(text.lower().replace('"', "").split())
    found = _TYPE.match(words)
    if found is None:
        return words.replace(" ", "")
    name = found["name"] + (found["zone"] or "")
    parts = (_PLAIN.get(name, name), found["size"] or "", found["list"])
    return "".join(part.replace(" ", "") for part in parts)
