"""Output columns of a select, and references to columns of a specific frame (`frame.column`).

Such a reference is qualified by a tag, which the plan of that frame has as an alias. If it is used with a frame whose
plan lacks the tag (it referred to an earlier state of the frame), the reference falls back to the bare name.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ctxpack.datamodel import algebra as to
from ctxpack.lineage.algebra.generators import POSITIONED, TUPLE, made_of
from ctxpack.lineage.spark.operations import columns
from ctxpack.lineage.spark.values.tables import Col, Frame

_SEVERAL = POSITIONED | {"stack", TUPLE}


def bound(expression: to.ExpressionTree, *frames: Frame) -> to.ExpressionTree:
    """An expression without the tags that none of these frames has."""
    known = frozenset(tag for frame in frames for tag in frame.tags)
    return _bind(expression, known)  # type: ignore[return-value]


def _bind(value: object, known: frozenset[str]) -> object:
    if isinstance(value, to.ColumnRef):
        stray = "#" in value.qualifier and value.qualifier not in known
        return to.ColumnRef(value.name, "", value.line) if stray else value
    if isinstance(value, tuple):
        items = tuple(_bind(one, known) for one in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if isinstance(value, to.Expression) and not isinstance(value, to.Scalar):
        changes = {}
        for name in value.__struct_fields__:
            before = getattr(value, name)
            after = _bind(before, known)
            if after is not before:
                changes[name] = after
        return msgspec.structs.replace(value, **changes) if changes else value
    return value


def outputs(frame: Frame, found: Sequence[Col], line: int) -> tuple[to.Output, ...]:
    """The outputs of a select; a generator with several names gives several."""
    made: list[to.Output] = []
    for one in found:
        expression = bound(one.expression, frame)
        if isinstance(expression, to.Call) and (one.names or (expression.name in _SEVERAL and not _is_keyed(one))):
            made.extend(made_of(expression, one.names, line))
        elif one.names:
            made.extend(to.Output(name, expression, line) for name in one.names)
        else:
            made.append(to.Output("" if isinstance(expression, to.Star) else one.name, expression, line))
    return tuple(made)


def _is_keyed(one: Col) -> bool:
    """Whether a generator was given a single alias."""
    return len(one.names) == 0 and one.name not in ("", columns.pretty(one.expression))


def dropped(frame: Frame, values: Sequence[object], line: int) -> Frame:
    """The frame without some columns, given by name or as columns of one of the frames that were joined."""
    found = columns.columns(values, line)
    if found is None:
        return frame.opaque("columns that are not known are dropped", line, keeps=True)
    plain: list[str] = []
    plan = frame.plan
    for one in found:
        expression = one.expression
        qualifier = expression.qualifier if isinstance(expression, to.ColumnRef) else ""
        name = expression.name if isinstance(expression, to.ColumnRef) else one.name
        reduced = _drop_inside(plan, qualifier, name) if qualifier in frame.tags else None
        if reduced is not None:
            plan = reduced
        else:
            plain.append(name)
    return frame.step(to.Drop(plan, tuple(plain)) if plain else plan)


def _drop_inside(plan: to.PlanTree, tag: str, name: str) -> to.PlanTree | None:
    """The plan with a column dropped from its part with the alias `tag`; None if there is no such part."""
    if isinstance(plan, to.Named) and plan.alias == tag:
        return to.Named(to.Drop(plan.plan, (name,)), tag)
    if isinstance(plan, to.Join):
        if name in plan.using:
            return None
        left = _drop_inside(plan.left, tag, name)
        if left is not None:
            return msgspec.structs.replace(plan, left=left)
        right = _drop_inside(plan.right, tag, name)
        return msgspec.structs.replace(plan, right=right) if right is not None else None
    if isinstance(plan, (to.Filter, to.Named, to.DropNull, to.FillNull)) or (
        isinstance(plan, to.Project) and plan.keep
    ):
        inner = _drop_inside(plan.plan, tag, name)
        return msgspec.structs.replace(plan, plan=inner) if inner is not None else None
    return None
