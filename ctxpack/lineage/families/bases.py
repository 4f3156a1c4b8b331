"""Finds the definitions that a history of migrations begins with, and the family of a table that another alters."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.lineage.families.family import Family, created
from ctxpack.lineage.families.places import is_aside
from ctxpack.paths import shared_depth

_MOST = 0.5
"""Steps are past where more than this share of the columns that they add is in the definitions."""


def stand_on_bases(families: Sequence[Family]) -> list[Family]:
    """Give histories that alter tables without creating them the definitions that do as their `base`.

    If those definitions already contain the columns that the first steps of the history add (a schema dump kept beside
    the migrations, perhaps not the newest), these steps become `past`.
    """
    used: set[str] = set()
    for family in families:
        base = _base_of(family, families) if family.history else None
        if base is None:
            continue
        done = _steps_in(base, family)
        used.add(base.name)
        family.base, family.past, family.files = base.files, family.files[:done], family.files[done:]
        family.version = max(base.version, family.version)
        family.created = base.created.union(*(created(facts) for _, facts in family.files))
    kept = [family for family in families if family.history or family.name not in used]
    _mark_partial(kept)
    return kept


def _mark_partial(families: Sequence[Family]) -> None:
    lasts = [family.lasts for family in families]
    largest: dict[str, int] = {}
    for family, names in zip(families, lasts, strict=True):
        if not all(is_aside(path) for path, _ in family.files):
            for name in names:
                largest[name] = max(largest.get(name, 0), len(names))
    for family, names in zip(families, lasts, strict=True):
        family.partial = 2 * len(names) < max((largest.get(name, 0) for name in names), default=0)


def _base_of(family: Family, families: Sequence[Family]) -> Family | None:
    """The definitions that create the most of the tables that a history alters without creating; ties by nearness."""
    missing = _unmade(family)
    fitting: list[tuple[int, int, Family]] = []
    for other in families:
        fits = not other.history and other.format == family.format and other.dialect in ("", family.dialect)
        hits = len(missing & other.lasts) if fits else 0
        if hits and not _is_far(other, family):
            fitting.append((-hits, -shared_depth(other.root, family.root), other))
    return min(fitting, key=lambda one: (one[0], one[1], one[2].rank))[2] if fitting else None


def _unmade(history: Family) -> set[str]:
    """The tables that a history alters before creating them, or without."""
    made: set[str] = set()
    missing: set[str] = set()
    for step in (step for _, facts in history.files for step in facts.steps if step.table):
        name = step.table.rpartition(".")[2]
        if step.kind == "create":
            made.add(name)
        elif step.kind != "drop" and name not in made:
            missing.add(name)
        if step.kind == "rename":
            made.add(step.name.rpartition(".")[2])
    return missing


def _is_far(definitions: Family, history: Family) -> bool:
    """Whether two families are unrelated: either is over two folders from the common one, or only one is for tests."""
    one = definitions.root.split("/") if definitions.root else []
    two = history.root.split("/") if history.root else []
    common = shared_depth(definitions.root, history.root) if one and two else 0
    up, down = len(two) - common, len(one) - common
    return up > 2 or down > 2 or is_aside(definitions.root) != is_aside(history.root)


def _steps_in(definitions: Family, history: Family) -> int:
    """How many of the first steps of a history the definitions already include: up to the last whose effects show."""
    there = {
        (step.table.rpartition(".")[2], column.name.lower())
        for _, facts in definitions.files
        for step in facts.steps
        for column in step.columns
        if step.kind in ("create", "add column")
    }
    known = {table for table, _ in there}
    added = {key: number for key, number in _added(history).items() if key[0] in known}
    done = max((number + 1 for key, number in added.items() if key in there), default=0)
    told = [key for key, number in added.items() if number < done]
    return done if sum(key in there for key in told) > _MOST * len(told) else 0


def _added(history: Family) -> dict[tuple[str, str], int]:
    """By (table, column), the index of the step that adds a column which the history does not drop again."""
    added: dict[tuple[str, str], int] = {}
    for number, (_, facts) in enumerate(history.files):
        for step in facts.steps:
            table = step.table.rpartition(".")[2]
            if step.kind in ("drop column", "rename column"):
                added.pop((table, step.name.lower()), None)
            if step.kind in ("add column", "rename column"):
                added.update(((table, column.name.lower()), number) for column in step.columns)
            elif step.kind in ("drop", "create"):
                added = {key: value for key, value in added.items() if key[0] != table}
    return added


def nearest(families: Sequence[Family], table: str, asking: Family) -> Family | None:
    """The family that has a table which the family `asking` alters; None if there is none.

    Of those with the same format and dialect that are not far away, the one with the most folders in common, then the
    preferred one.
    """
    last = table.rpartition(".")[2]
    fitting = [
        (-shared_depth(one.root, asking.root), number, one)
        for number, one in enumerate(families)
        if one is not asking
        and one.format == asking.format
        and last in one.lasts
        and (one.dialect == asking.dialect or "" in (one.dialect, asking.dialect))
        and not _is_far(one, asking)
    ]
    return min(fitting, default=(0, 0, None), key=lambda one: one[:2])[2]
