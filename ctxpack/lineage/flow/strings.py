"""Finds where programs read and change tables by SQL in their strings, in other languages than Python.

`parse/schemas/sql_strings.py` lists the statements of each file. A name that a schema of the repository declares is
that table. Any other counts only where the string is given to what runs SQL, as in programs in Python.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from ctxpack.datamodel.lineage import ReadSite, Sites
from ctxpack.datamodel.strings import IN_STRING, SqlUse
from ctxpack.lineage.declared.tables import DEFAULT_SCHEMAS, owner_of

_DECLARED, _HANDED = 0.9, 0.8
"""The confidence in a use of a table that is declared, and of one that no schema knows."""


def string_sites(
    files: Iterable[tuple[str, Sequence[SqlUse]]], declared: Iterable[str], *, known_only: bool = False
) -> Sites:
    """The sites that read and change tables.

    Args:
        files: (path, uses of tables) pairs.
        declared: The names of the tables that some schema declares.
        known_only: Whether only uses of these are wanted.

    """
    known: dict[str, set[str]] = defaultdict(set)
    for name in declared:
        known[name.rpartition(".")[2].lower()].add(name)
    reads: list[ReadSite] = []
    changes: list[ReadSite] = []
    for path, uses in sorted(files):
        for one in uses:
            own = one.table.rpartition(".")[2]
            told = own in known
            if not told and (known_only or not one.handed or one.loose or "{" in own):
                continue
            name = _meant(one.table, known.get(own, ()))
            site = ReadSite(name, path, one.line, _DECLARED if told else _HANDED, f"{IN_STRING}: {one.verb}")
            (changes if one.writes else reads).append(site)
    return Sites(reads=tuple(reads), changes=tuple(changes))


def _meant(name: str, declared: Collection[str]) -> str:
    """The only declared table that a name can mean, where the usual schema is left out of one of the two or differs."""
    if len(declared) != 1 or owner_of(name) not in DEFAULT_SCHEMAS:
        return name
    (only,) = declared
    return only if owner_of(only) in DEFAULT_SCHEMAS else name
