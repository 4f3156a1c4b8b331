"""Walks over plans: what they read, and plans whose names and lines are those of another text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from ctxpack.datamodel.algebra import Plan, Scan
from ctxpack.model import Value


def scans(plan: Value) -> tuple[Scan, ...]:
    """Every reading of a dataset in a plan, subqueries included, each dataset once, in the order of the plan."""
    found: dict[str, Scan] = {}
    for one in _walk(plan):
        if isinstance(one, Scan):
            found.setdefault(one.dataset, one)
    return tuple(found.values())


T = TypeVar("T")


def placed(value: T, names: Mapping[str, str], lines: Sequence[int]) -> T:
    """A plan made from generated text, as if made from its source.

    `names` has the datasets that names in the text mean; `lines` has for each of its lines that of the source, 0 where
    it has none. Raises RecursionError for plans that are nested beyond all measure.
    """
    if isinstance(value, tuple):
        return type(value)(placed(one, names, lines) for one in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changed: dict[str, object] = {}
    for name in value.__struct_fields__:
        before = getattr(value, name)
        if name == "line":
            after = lines[before - 1] if 0 < before <= len(lines) else 0
        elif name == "dataset" and isinstance(before, str):
            after = names.get(before, before)
        else:
            after = placed(before, names, lines)
        if after is not before:
            changed[name] = after
    return msgspec.structs.replace(value, **changed) if changed else value


def _walk(value: object) -> Iterator[Plan]:
    """The plans in a value, the outer ones first; without recursion, since plans are as deep as programs are long."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Plan):
            yield one
        if isinstance(one, msgspec.Struct):
            stack.extend(getattr(one, name) for name in reversed(one.__struct_fields__))
        elif isinstance(one, tuple):
            stack.extend(reversed(one))
