"""The schema history of one table, by migration or by commit.

Migrations state the changes of a table themselves; git only dates them. All other declarations are compared between
one commit and the next. Renames are followed back to the old names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ctxpack.datamodel.lineage import Evolution, Revision
from ctxpack.datamodel.schema import DeclaredTable, SchemaChange
from ctxpack.lineage.answers.compatibility import classify
from ctxpack.lineage.answers.timeline import Timeline
from ctxpack.lineage.declared.schema_diff import diff
from ctxpack.model import Value


def by_migrations(
    changes: Iterable[SchemaChange], name: str, arrivals: Mapping[str, tuple[str, str]]
) -> tuple[Revision, ...]:
    """The changes of a table in migrations, oldest first; `arrivals` has, by path, the commit and date of each file."""
    told = sorted(changes, key=lambda one: one.order)
    names = _names_before(told, name)
    kept = [change for change in told if change.table in names]
    return tuple(_revision(change, *arrivals.get(change.path, ("", ""))) for change in kept)


def by_commits(timeline: Timeline, name: str, schema_format: str) -> tuple[Revision, ...]:
    """The changes of a table's declarations from commit to commit, oldest first."""
    found: list[Revision] = []
    before: tuple[DeclaredTable, ...] = ()
    for step, after in timeline.of(name):
        if step is not None:
            found.extend(_revision(change, step.commit, step.date, schema_format) for change in diff(before, after))
        before = after
    return tuple(found)


class ComputedState(Value, frozen=True, array_like=True, gc=False):
    """A table with its computed columns after one commit; `complete` says that it has no others.

    `table` is None where nothing produces it, or nothing of it is known.
    """

    commit: str
    date: str
    table: DeclaredTable | None
    complete: bool = True


def by_computed(states: Iterable[ComputedState]) -> tuple[Revision, ...]:
    """The changes of computed columns from state to state; `states` and the result are oldest first.

    A column missing from an incomplete state need not have been dropped, so complete states are compared only with
    complete ones and incomplete ones only with incomplete ones.
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
    """Whether a change is real: a type that was unknown on one side has not changed."""
    return change.change != "type changed" or bool(change.before and change.after)


def by_marks(marks: Iterable[Evolution]) -> tuple[Revision, ...]:
    """Schema evolution options as undated entries of a history: no commit shows what they changed."""
    return tuple(Revision("", "", one.sentence, one.path, one.line) for one in marks)


def _names_before(changes: Sequence[SchemaChange], name: str) -> frozenset[str]:
    """The name of a table and all its former names."""
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
