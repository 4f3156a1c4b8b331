"""The names that a Python file binds in whatever way: by patterns, loops, `with`, `import`, or from inside a function.

Facts have only those that are worth naming. Whether a name is gone altogether is a question for Python's own tables of
symbols, which are made without running anything.
"""

from __future__ import annotations

import symtable
import warnings
from collections.abc import Iterator
from functools import lru_cache

_LARGEST = 2_000_000


@lru_cache(maxsize=8)
def bound_names(text: str) -> frozenset[str]:
    """The names that a module binds, and those of its classes with the names of these before them.

    None of a text that is too large, or that this version of Python cannot parse.

    >>> sorted(bound_names("for a, *b in (): c = 1"))
    ['a', 'b', 'c']
    """
    if len(text) > _LARGEST:
        return frozenset()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return frozenset(_names(symtable.symtable(text, "<text>", "exec"), ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


def _names(table: symtable.SymbolTable, prefix: str) -> Iterator[str]:
    """`prefix` is that of a module or a class, "" for a module."""
    for one in table.get_symbols():
        if _binds(one):
            yield f"{prefix}{one.get_name()}"
    for inner in table.get_children():
        if inner.get_type() == "class":
            yield from _names(inner, f"{prefix}{inner.get_name()}.")
        else:
            yield from _outward(inner)


def _outward(table: symtable.SymbolTable) -> Iterator[str]:
    """The names that a function binds in its module."""
    yield from (one.get_name() for one in table.get_symbols() if one.is_declared_global() and _binds(one))
    for inner in table.get_children():
        yield from _outward(inner)


def _binds(one: symtable.Symbol) -> bool:
    return one.is_assigned() or one.is_imported() or one.is_namespace()
