"""The effect of staged migrations on the tables that result from the whole migration history.

A migration only says what it changes. So the schema files of both states are folded in order, and the resulting tables
are compared. That is done only if a changed file removes or changes something, which most do not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from ctxpack.check import FilePair, Kind, Shift, serves
from ctxpack.datacontext.readings import Pair, Readings
from ctxpack.datamodel.schema import ChangeKind, DataFacts, DeclaredTable, Folded, SchemaChange
from ctxpack.lineage.declared.fold import fold
from ctxpack.lineage.declared.once import Past, past
from ctxpack.lineage.declared.schema_diff import diff
from ctxpack.lineage.families.places import is_aside, undoes
from ctxpack.review.databases import Databases, compared, is_step, last
from ctxpack.store import Store
from ctxpack.workspace import Workspace

_STATED: dict[str, ChangeKind] = {
    "drop": "table dropped", "rename": "table renamed", "drop column": "column dropped",
    "rename column": "column renamed", "retype": "type changed", "nullability": "nullability changed",
}  # fmt: skip
_BREAKING: dict[str, Kind] = {
    "table dropped": "removed", "table renamed": "renamed", "column dropped": "column-removed",
    "column renamed": "column-renamed", "type changed": "column-type", "nullability changed": "column-nullable",
}  # fmt: skip


class DeclaredTables:
    """The tables that the files of a workspace declare."""

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self._workspace = workspace
        self._readings = Readings(workspace, store)

    @property
    def facts(self) -> Mapping[Pair, DataFacts]:
        """The schema facts of each file, by (path, format)."""
        return self._readings.facts(self._readings.declaring)

    def folded(self) -> Folded:
        """The tables that result from all files."""
        return fold([(path, facts) for (path, _), facts in self.facts.items()])


def alters(before: DeclaredTables, after: DeclaredTables) -> bool:
    """Whether the changed files (`before` and `after` have only these) remove or change tables or columns."""
    old, new = _altering(before), _altering(after)
    return old != new


def _altering(side: DeclaredTables) -> list[tuple[str, DataFacts]]:
    return [
        (path, facts)
        for (path, _), facts in sorted(side.facts.items(), key=lambda item: item[0])
        if any(step.kind in _STATED for step in facts.steps)
    ]


def shifts(before: Folded, after: Folded, pairs: Sequence[FilePair], steps: Mapping[Pair, DataFacts]) -> list[Shift]:
    """The changes of tables and columns between two states, each with the line of a changed file that makes it.

    `steps` are the schema facts after. Migrations among the changed files count even if their steps change nothing in
    the fold, because the tables come from a dump that is updated already. Each change is given once.
    """
    paths = {pair.after for pair in pairs if pair.after}
    made = [one for one in after.changes if one.path in paths]
    causes = [*_stated(steps, paths), *made]
    old, new = Databases(before), Databases(after)
    dropped = frozenset(last(one.table) for one in made if one.change == "table dropped")
    found: dict[tuple[str, str], Shift] = {}
    for was, now in compared(old, new, dropped, after):
        tables = {table.name: table for table in was}
        for change in diff(was, now):
            renamed = change.change == "table renamed"
            table = tables.get(change.before if renamed else change.table) or _renamed(change, tables, after)
            where = next((one for one in reversed(causes) if _is_of(one, change, table)), None)
            if table is None or where is None or not _counts(change, table, (old, new)):
                continue
            one = _shift(change, table, where, (before, after))
            same, others = old.elsewhere(table)
            also = tuple(sorted({(it.path, it.line) for it in same}))
            key = last(table.name), "" if not change.column else change.column.lower()
            found.setdefault(key, msgspec.structs.replace(one, also=also, shared=bool(others)))
    return list(found.values())


def _counts(change: SchemaChange, table: DeclaredTable, sides: tuple[Databases, Databases]) -> bool:
    """Whether a change is breaking, and is in the database that the table's name refers to."""
    kind = _BREAKING.get(change.change)
    if kind is None or (kind == "column-nullable" and change.after != "null"):
        return False
    if kind == "column-type" and serves(change.before, change.after):
        return False
    before, after = sides
    if not before.are_one(before.called(table.name)[0].family, table.family):
        return False
    # If another database still has a table of that name, readers may mean that one.
    return kind not in ("removed", "renamed") or all(
        is_aside(one.path) or before.are_one(one.family, table.family) for one in after.elsewhere(table)[1]
    )


def _shift(change: SchemaChange, table: DeclaredTable, where: SchemaChange, sides: tuple[Folded, Folded]) -> Shift:
    before, after = sides
    kind = _BREAKING[change.change]
    still = _still(after, table, change) if kind.endswith("ed") else ()
    line = _line(table, change.column, before)
    return Shift(
        kind, table.name, change.column, table.path, line, change.before, change.after, where.path, where.line, still
    )


def _stated(steps: Mapping[Pair, DataFacts], paths: Collection[str]) -> list[SchemaChange]:
    """The removals and changes that the migrations among some files state, in order."""
    found: list[SchemaChange] = []
    for (path, _), facts in sorted(steps.items(), key=lambda item: item[0]):
        if path not in paths or undoes(path) or not is_step(path, facts.format):
            continue
        for step in facts.steps:
            if step.kind in _STATED:
                column = step.name if step.kind in ("drop column", "rename column") else ""
                column = column or (step.columns[0].name if step.columns else "")
                after = step.name if step.kind == "rename" else ""
                found.append(SchemaChange(step.table, column, _STATED[step.kind], "", after, path, step.line))
    return found


def _renamed(change: SchemaChange, before: Mapping[str, DeclaredTable], after: Folded) -> DeclaredTable | None:
    """The table of a change, found by its name before it was renamed."""
    name = next(
        (one.before for one in after.changes if one.change == "table renamed" and one.after == change.table), ""
    )
    return before.get(name)


def _is_of(one: SchemaChange, change: SchemaChange, table: DeclaredTable | None) -> bool:
    """Whether the change `one`, made by a file, may be the cause of `change`, seen in the result.

    A change of a whole table may be the cause of a change of any of its columns.
    """
    names = {last(name) for name in (change.table, table.name if table is not None else change.table)}
    if not names & {last(name) for name in (one.table, one.before, one.after) if name}:
        return False
    return one.column.lower() == change.column.lower() or one.change.startswith("table")


def _line(table: DeclaredTable, name: str, before: Folded) -> int:
    """The line of a column in the file that made its table; the table's line if another file added the column."""
    brought = any(
        one.path != table.path and one.table == table.name and one.change in ("column added", "column renamed")
        for one in before.changes
    )
    lines = (one.line for one in table.columns if one.line and one.name.lower() == name.lower())
    return table.line if brought else next(lines, table.line)


def _still(after: Folded, table: DeclaredTable, change: SchemaChange) -> tuple[tuple[str, int], ...]:
    """The places of other families that still declare the same table, with the column that is gone."""
    found = []
    for one in (*after.tables, *after.others):
        if last(one.name) != last(table.name) or one.path == table.path or one.family == table.family:
            continue
        lines = [column.line for column in one.columns if column.name.lower() == change.column.lower()]
        if change.column and lines:
            found.append((one.path, lines[0] or one.line))
        elif not change.column:
            found.append((one.path, one.line))
    return tuple(sorted(found))


def history(paths: Collection[str], asked: Sequence[str], workspace: Workspace) -> Past:
    """Which of some SQL files are migrations: their statements were run once and use nothing any more.

    `asked` are the files in question; `paths` are all, which are needed to recognise histories.
    """
    from ctxpack.parse.schemas.sql import doing

    marked = [path for path in asked if doing(text := workspace.text(path)) is not text]
    return past(paths, marked)
