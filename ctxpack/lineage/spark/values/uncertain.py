"""Values that are not known, or one of several; every other value of a program is known.

Numbers, booleans, None, lists, tuples and dictionaries are Python's own; strings are in `texts`, all else in `objects`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ctxpack.lineage.spark.values.objects import Bound, Class, External, Function, Instance, Module
from ctxpack.lineage.spark.values.texts import Text, is_known

MOST_ALTERNATIVES: Final = 6


@dataclass(frozen=True, slots=True)
class Unknown:
    """An unknown value; `hint` is its name in the source, `parent` the value that it is an attribute of."""

    hint: str = ""
    parent: object = field(default=None, compare=False, repr=False)


GIVEN: Final = object()
"""The parent of an unknown required argument, which is assumed not to be None."""


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """One of several alternative values."""

    options: tuple[object, ...]


def options(value: object) -> tuple[object, ...]:
    """The alternatives of a value; a single value as a tuple of one."""
    return value.options if isinstance(value, Either) else (value,)


def either(values: Iterable[object]) -> object:
    """One value for several alternatives, without duplicates; unknown for more than MOST_ALTERNATIVES."""
    found: list[object] = []
    for value in values:
        for one in options(value):
            if not any(_same(one, other) for other in found):
                found.append(one)
    if not found:
        return None
    if len(found) > MOST_ALTERNATIVES:
        return Unknown(_common_hint(found))
    return found[0] if len(found) == 1 else Either(tuple(found))


def _common_hint(values: list[object]) -> str:
    return next((value.hint for value in values if isinstance(value, Unknown) and value.hint), "")


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    if isinstance(one, (str, bool, int, float, Unknown, External)) and type(one) is type(other):
        return bool(one == other)
    return False


def truth(value: object) -> bool | None:
    """The truth of a value; None if it cannot be decided."""
    if isinstance(value, Either):
        found = [truth(one) for one in value.options]
        return found[0] if all(one is found[0] for one in found) else None
    if isinstance(value, Text) and (value.soft or not is_known(value)):
        return None
    if value is None or isinstance(value, (bool, int, float, str, list, tuple, dict)):
        return bool(value)
    return True if isinstance(value, (Function, Class, Instance, Bound, Module)) else None
