"""From which of its views of the data a pack takes tables."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.datacontext.context import DataContext


def for_pack(data: DataContext, tables: Sequence[str]) -> DataContext:
    """What a pack should take its tables from, given those that its target names.

    That is all that is known, or what code declares where nothing else declares any.
    """
    if tables or data.is_there or not data.may_declare_in_code:
        return data
    from ctxpack.datacontext.in_code import DeclaredInCode

    found = DeclaredInCode(data.workspace, data.store)
    return found if found.tells_of_tables else data
