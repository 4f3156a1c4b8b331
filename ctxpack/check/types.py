"""Compares SQL column types across their synonyms: neither a respelling nor more room breaks what uses a column."""

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

_LONGER = (
    ("tinytext", "text", "mediumtext", "longtext"),
    ("tinyblob", "blob", "mediumblob", "longblob"),
    ("varchar", "text"),
)
_CHARACTERS = frozenset({"varchar", "nvarchar", "varchar2", "nvarchar2", "varbinary", "bitvarying"})
_WIDTHS = frozenset({"tinyint", "smallint", "mediumint", "integer", "bigint"})
"""Types whose number in brackets says how they are displayed (MySQL)."""


def same_type(one: str, other: str) -> bool:
    """Whether two spellings mean the same SQL type.

    >>> same_type("BIGSERIAL", "bigint"), same_type("timestamp(3) with time zone", "timestamptz(3)")
    (True, True)
    >>> same_type("varchar(10)", "character varying(20)")
    False
    """
    return _plain(one) == _plain(other)


def serves(before: str, after: str) -> bool:
    """Whether a type holds what another one does, in the same way, and at most has more room for it.

    >>> serves("varchar(100)", "varchar(200)"), serves("decimal(8, 2)", "decimal(10, 2)")
    (True, True)
    >>> serves("varchar(200)", "varchar(100)"), serves("decimal(8, 2)", "decimal(10, 4)")
    (False, False)
    """
    return same_type(before, after) or _is_longer(before, after)


def _is_longer(before: str, after: str) -> bool:
    (name, size), (other, room) = _sized(before), _sized(after)
    if name != other:
        return not room and any(name in one[: one.index(other)] for one in _LONGER if other in one)
    if name in _WIDTHS:
        return True
    if name == "decimal" and len(size) == len(room) == 2:
        return size[1] == room[1] and size[0] <= room[0]
    return name in _CHARACTERS and len(size) == 1 and (not room or size <= room)


def _sized(text: str) -> tuple[str, tuple[int, ...]]:
    """The canonical name of a type, or all of it where it is no plain one, and the numbers in its brackets."""
    found = re.fullmatch(r"([a-z_][\w ]*?)(?:\((\d+(?:,\d+)?)\))?", _plain(text))
    if found is None:
        return text, ()
    return found[1], tuple(int(number) for number in found[2].split(",")) if found[2] else ()


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
