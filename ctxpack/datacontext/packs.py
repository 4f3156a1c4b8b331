"""Chooses the data context of a pack: the full one, or the one that holds only tables declared in code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctxpack.datacontext.context import DataContext
from ctxpack.parse.schemas.table import FORMATS, OF_CODE, SQL_IN_STRINGS, formats_of

_CREATES = re.compile(r"\bcreate\s+(?:\w+\s+){0,3}?(?:table|view)\b", re.IGNORECASE)
"""What a file has that declares tables by SQL in its strings."""


def for_pack(data: DataContext, tables: Sequence[str]) -> DataContext:
    """The data context to take a pack's tables from; `tables` are those that its target names.

    That is `data` itself if the target names tables or the repository is about data. Otherwise, if code declares
    tables (ORM classes, framework migrations), it is a `DeclaredInCode` with those alone.
    """
    if tables or data.is_there or not _declares(data):
        return data
    from ctxpack.datacontext.in_code import DeclaredInCode

    found = DeclaredInCode(data)
    return found if found.tells_of_tables else data


def _declares(data: DataContext) -> bool:
    """Whether code seems to declare tables; stops at the first such file, before any is parsed for its tables."""
    files = data.workspace.files
    for path in data.signs_of_tables:
        possible = [
            one
            for one in FORMATS
            if one.name in OF_CODE
            and files[path].language in one.languages
            and (one.path is None or one.path.search(path) is not None)
        ]
        text = data.workspace.read(path) if possible else ""
        found = formats_of(possible, text)
        if any(name not in SQL_IN_STRINGS for name in found) or (found and _CREATES.search(text)):
            return True
    return False
