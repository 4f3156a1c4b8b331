"""How the schema of one table came to be: commit by commit, migration by migration.

Where migrations make a table they tell its changes themselves, and git only adds when each of them came. All other
declarations are compared between the states that commits left; a table that is renamed is followed under its old names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ctxpack.datamodel.lineage import Evolution, Revision
from ctxpack.datamodel.schema import DeclaredTable, SchemaChange
from ctxpack.lineage.compatibility import classify
from ctxpack.lineage.schema_diff import diff
from ctxpack.lineage.timeline import Timeline
from ctxpack.model import Value


def by_migrations(
    changes: Iterable[SchemaChange], name: str, arrivals: Mapping[str, tuple[str, str]]
) -> tuple[Revision, ...]:
    """The changes of a table that migrations tell, oldest first; `arrivals` has the commit and date of each file."""
    told = sorted(changes, key=lambda one: one.order)
    names = _names_before(told, name)
    kept = [change for change in told if change.table in names]
    return tuple(_revision(change, *arrivals.get(change.path, ("", ""))) for change in kept)


def by_commits(timeline: Timeline, name: str, schema_format: str) -> tuple[Revision, ...]:
    """The changes of a table between the states that commits left, oldest first."""
    found: list[Revision] = []
    before: tuple[DeclaredTable, ...] = ()
    for step, after in timeline.of(name):
        if step is not None:
            found.extend(_revision(change, step.commit, step.date, schema_format) for change in diff(before, after))
        before = after
    return tuple(found)


class ComputedState(Value, frozen=True, array_like=True, gc=False):
    """A table as its code computes it after one commit; None where nothing makes it, or nothing of it can be told.

    `complete` says that it has no columns but these.
    """

    commit: str
    date: str
    table: DeclaredTable | None
    complete: bool = True


def by_computed(states: Iterable[ComputedState]) -> tuple[Revision, ...]:
    """The changes between the computed columns of states, which are given oldest first, oldest first.

    Columns that are not all known tell nothing by what is missing: such a state is compared with its like alone.
    """
    found: list[Revision] = []
    before: dict[bool, DeclaredTable] = {}
    for state in states:
        table = state.table
        if table is None or not table.columns:
            continue
        known = before.get(state.complete)
        if known is not None or not before:
            changes = diff([known] if known is not None else [], [table])
            found.extend(_revision(change, state.commit, state.date) for change in changes if _is_told(change))
        before = {state.complete: table}
    return tuple(found)


def _is_told(change: SchemaChange) -> bool:
    """Whether both sides of a change are known; a type that could not be told before has not changed."""
    return change.change != "type changed" or bool(change.before and change.after)


def by_marks(marks: Iterable[Evolution]) -> tuple[Revision, ...]:
    """What lets a table's schema change without a definition that says so, after which no commit tells what it did."""
    return tuple(Revision("", "", one.sentence, one.path, one.line) for one in marks)


def _names_before(changes: Sequence[SchemaChange], name: str) -> frozenset[str]:
    """A table's name and those that it had before it was renamed."""
    names = {name}
    for change in reversed(changes):
        if change.change == "table renamed" and change.after in names:
            names.add(change.before)
    return frozenset(names)


def _revision(change: SchemaChange, commit: str, date: str, schema_format: str = "sql") -> Revision:
    verdict = classify(change, schema_format)
    return Revision(commit, date, sentence(change), change.path, change.line, verdict.compatibility, verdict.because)


def sentence(change: SchemaChange) -> str:
    """A change in words: "column city added: text not null", "column a renamed to b"."""
    what = f"column {change.column}" if change.column else ""
    verb = change.change.partition(" ")[2]
    if change.change.startswith("key"):
        return f"key {verb}: {change.before or change.after}"
    if change.change in ("table renamed", "column renamed"):
        return f"{what or f'table {change.before}'} renamed to {change.after}"
    if change.change in ("type changed", "nullability changed"):
        subject = "type of " if change.change == "type changed" else "nullability of "
        return f"{subject}{what} changed from {change.before} to {change.after}"
    detail = f": {change.after or change.before}" if change.column and (change.after or change.before) else ""
    return f"{what or 'table'} {verb}{detail}"
