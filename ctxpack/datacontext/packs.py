"""From which of its views of the data a pack takes tables."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.datacontext.context import DataContext
from ctxpack.parse.schemas.table import FORMATS, OF_CODE, formats_of


def for_pack(data: DataContext, tables: Sequence[str]) -> DataContext:
    """What a pack should take its tables from, given those that its target names.

    That is all that is known, or what code declares where nothing else declares any.
    """
    if tables or data.is_there or not _declares(data):
        return data
    from ctxpack.datacontext.in_code import DeclaredInCode

    found = DeclaredInCode(data)
    return found if found.tells_of_tables else data


def _declares(data: DataContext) -> bool:
    """Whether code seems to declare tables, which is told by few files before all are asked what they declare."""
    files = data.workspace.files
    for path in data.signs_of_tables:
        possible = [
            one
            for one in FORMATS
            if one.name in OF_CODE
            and files[path].language in one.languages
            and (one.path is None or one.path.search(path) is not None)
        ]
        if possible and formats_of(possible, data.workspace.read(path)):
            return True
    return False
