"""Walks over plans: what they read."""

from __future__ import annotations

from collections.abc import Iterator

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
