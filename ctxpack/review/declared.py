"""What migrations that are staged do to the tables that the whole history before them left.

A migration only says what it changes, so the files of both states are folded, each in its order, and the tables that
come out are compared. That is done only where a changed file takes something away or changes it: most do not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ctxpack.check import FilePair, Kind, Shift
from ctxpack.datacontext.readings import Pair, Readings
from ctxpack.datamodel.schema import DataFacts, DeclaredTable, Folded, SchemaChange
from ctxpack.lineage.fold import fold
from ctxpack.lineage.once import Past, past
from ctxpack.lineage.schema_diff import diff
from ctxpack.store import Store
from ctxpack.workspace import Workspace

_ALTERING = frozenset({"drop", "rename", "drop column", "rename column", "retype", "nullability"})
_BREAKING: dict[str, Kind] = {
    "table dropped": "removed", "table renamed": "renamed", "column dropped": "column-removed",
    "column renamed": "column-renamed", "type changed": "column-type", "nullability changed": "column-nullable",
}  # fmt: skip


class Declared:
    """The tables that the files of a workspace declare."""

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self._workspace = workspace
        self._readings = Readings(workspace, store)

    @property
    def facts(self) -> Mapping[Pair, DataFacts]:
        """What each file says of schemas."""
        return self._readings.facts(self._readings.declaring)

    def folded(self) -> Folded:
        """The tables as all files leave them."""
        return fold([(path, facts) for (path, _), facts in self.facts.items()])


def alters(before: Declared, after: Declared) -> bool:
    """Whether the steps of changed files, of which the two hold these alone, take away or change what is there."""
    old, new = _altering(before), _altering(after)
    return old != new


def _altering(side: Declared) -> list[tuple[str, DataFacts]]:
    return [
        (path, facts)
        for (path, _), facts in sorted(side.facts.items(), key=lambda item: item[0])
        if any(step.kind in _ALTERING for step in facts.steps)
    ]


def shifts(before: Folded, after: Folded, pairs: Sequence[FilePair]) -> Iterator[Shift]:
    """What happened to tables and columns between two states, with the line of a changed file that does it."""
    paths = {pair.after for pair in pairs if pair.after}
    told = [one for one in after.changes if one.path in paths]
    old = {table.name: table for table in before.tables}
    for change in diff(before.tables, after.tables):
        kind = _BREAKING.get(change.change)
        if kind is None or (kind == "column-nullable" and change.after != "null"):
            continue
        table = old.get(change.before if kind == "renamed" else change.table) or _renamed(change, before, after)
        where = next((one for one in reversed(told) if _is_of(one, change, table)), None)
        if table is not None and where is not None:
            yield Shift(
                kind, table.name, change.column, table.path, _line(table, change.column, before), change.before,
                change.after, where.path, where.line, _still(after, table, change) if kind.endswith("ed") else (),
            )  # fmt: skip


def _renamed(change: SchemaChange, before: Folded, after: Folded) -> DeclaredTable | None:
    """The table of a change under the name that it had before."""
    name = next(
        (one.before for one in after.changes if one.change == "table renamed" and one.after == change.table), ""
    )
    return next((table for table in before.tables if table.name == name), None)


def _is_of(one: SchemaChange, change: SchemaChange, table: DeclaredTable | None) -> bool:
    """Whether a change that a file makes may be the one that is seen in what comes out; a new table stands for all."""
    names = {change.table, table.name} if table is not None else {change.table}
    if not names & {one.table, one.before, one.after}:
        return False
    return one.column.lower() == change.column.lower() or one.change.startswith("table")


def _line(table: DeclaredTable, name: str, before: Folded) -> int:
    """Where a column stood in the file that made its table; the line of the table where another file brought it."""
    brought = any(
        one.path != table.path and one.table == table.name and one.change in ("column added", "column renamed")
        for one in before.changes
    )
    lines = (one.line for one in table.columns if one.line and one.name.lower() == name.lower())
    return table.line if brought else next(lines, table.line)


def _still(after: Folded, table: DeclaredTable, change: SchemaChange) -> tuple[tuple[str, int], ...]:
    """Where programs declare the same table, with the column that is gone."""
    found = []
    for one in after.others:
        if one.name.rpartition(".")[2].lower() != table.name.rpartition(".")[2].lower() or one.path == table.path:
            continue
        lines = [column.line for column in one.columns if column.name.lower() == change.column.lower()]
        if change.column and lines:
            found.append((one.path, lines[0] or one.line))
        elif not change.column:
            found.append((one.path, one.line))
    return tuple(sorted(found))


def history(paths: Collection[str], asked: Sequence[str], workspace: Workspace) -> Past:
    """Which of some files of SQL are steps of migrations, whose statements were run once and use nothing any more.

    `asked` are those of which it is to be known; the others tell what is a history beside what.
    """
    from ctxpack.parse.schemas.sql import doing

    marked = [path for path in asked if doing(text := workspace.text(path)) is not text]
    return past(paths, marked)
