"""The history of columns that nothing declares: computed again for each commit that touched the code that makes them.

The producers of a table and all that lies upstream are read from git objects as each commit left them, and the columns
after one commit are compared with those after the one before. Every commit costs a run of the lineage over those files,
so this is done for single tables, for at most `MOST_COMMITS` commits, and cached by content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

import msgspec

from ctxpack.crawl import PastStep, Repository, escaped
from ctxpack.datacontext.context import DataContext
from ctxpack.datacontext.programs import Programs
from ctxpack.datamodel.lineage import Revision, TableSchema
from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.answers.history import ComputedState, by_computed
from ctxpack.lineage.names.matching import parts
from ctxpack.model import Column

MOST_COMMITS = 30
_MOST_SEEN = 2_000
"""How many commits are searched for those that touched the sources of a table."""

_SETTINGS = ("*.yml", "*.yaml", "*.json", "*.toml", "*.tf", "*.sh", "Makefile", "macros/**", "dbt_packages/**")
"""Pathspecs of the files that may decide names and parameters; every state includes them."""

View = Callable[[str, tuple[str, ...]], DataContext | None]
"""Takes a commit and pathspecs; gives the data context of the matching files after the commit, None if none exists."""


def history(data: DataContext, table: TableSchema, view: View) -> tuple[Revision, ...]:
    """The changes of the computed columns of a table, oldest first; () for a table that nothing here writes."""
    if not table.written_by:
        return ()
    states: list[ComputedState] = []
    for step, paths in _touching(data.workspace.repository, _sources(data, table.name)):
        found = view(step.commit, (*(f"/{escaped(path)}" for path in paths), *_SETTINGS))
        if found is not None:
            states.append(ComputedState(step.commit, step.date, *_computed(found, table)))
    return by_computed(states)


def _touching(repository: Repository, paths: Sequence[str]) -> list[tuple[PastStep, tuple[str, ...]]]:
    """The last commits that touched some files, oldest first, each with the paths that the files had after it.

    Renames are followed: a file added in the commit that deletes one of the same content or the same name is that file.
    """
    endings = sorted({PurePosixPath(path).suffix for path in paths})
    patterns = [f"**/*{ending}" for ending in endings if ending]
    steps = repository.past(patterns, _MOST_SEEN) if patterns else ()
    moves = _moves(steps)
    wanted = set(paths)
    found: list[tuple[PastStep, tuple[str, ...]]] = []
    for step, moved in zip(reversed(steps), reversed(moves), strict=True):
        touched = [path for path, _ in step.changes if path in wanted]
        if not step.commit or len(found) >= MOST_COMMITS:
            break
        if touched:
            found.append((step, tuple(sorted(wanted))))
        wanted = {moved.get(path, path) for path in wanted}
    return found[::-1]


def _moves(steps: Sequence[PastStep]) -> list[dict[str, str]]:
    """For each step, oldest first, its renames: new path to old path."""
    now: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for step in steps:
        gone = {path: now[path] for path, oid in step.changes if not oid and path in now}
        by_content = {oid: path for path, oid in sorted(gone.items())}
        by_name = {PurePosixPath(path).name: path for path in sorted(gone)}
        moved: dict[str, str] = {}
        for path, oid in step.changes:
            before = by_content.get(oid) or by_name.get(PurePosixPath(path).name)
            if oid and path not in now and before is not None:
                moved[path] = before
        found.append(moved)
        for path, oid in step.changes:
            now.pop(path, None)
            if oid:
                now[path] = oid
    return found


def _sources(data: DataContext, name: str) -> list[str]:
    """The files that produce or declare a table or anything upstream of it, and the Python files that these import."""
    flow = data.flow
    upstream = flow.network.around([name], "upstream")
    found = {producer.path for one in upstream for producer in flow.producers.get(one, ())}
    found |= {declared.path for one in upstream for declared in flow.declarations.get(one, ())}
    python = sorted(path for path in found if path.endswith((".py", ".ipynb")))
    programs = Programs(data.workspace, data.program_facts, data.store)
    try:
        found |= programs.of(python, with_importers=False).keys()
    finally:
        programs.end()
    return sorted(path for path in found if path)


def _computed(data: DataContext, table: TableSchema) -> tuple[DeclaredTable | None, bool]:
    """The table with its computed columns, and whether these are complete; None where nothing makes it."""
    name = _named(data, table)
    if name is None:
        return None, False
    (found,) = data.tables([name])
    columns = tuple(Column(one.name, one.type, one.effective, line=one.line) for one in found.columns)
    return DeclaredTable(table.name, "table", columns, (), found.path, found.line), found.complete


def _named(data: DataContext, table: TableSchema) -> str | None:
    """The name that a table has in another state; None if not found.

    Its own, or the only one with the same last part that is produced in a file of the same base name.
    """
    producers = data.flow.producers
    if table.name in producers:
        return table.name
    files = {PurePosixPath(use.path).name for use in table.written_by}
    alike = [
        name
        for name, them in producers.items()
        if parts(name)[-1:] == parts(table.name)[-1:] and any(PurePosixPath(one.path).name in files for one in them)
    ]
    return alike[0] if len(alike) == 1 else None


def with_computed(data: DataContext, tables: Iterable[TableSchema], view: View) -> tuple[TableSchema, ...]:
    """The tables, those without a schema history now with that of their computed columns."""
    found: list[TableSchema] = []
    for one in tables:
        told = any(change.commit or change.change.startswith(("column", "table", "type")) for change in one.history)
        computed = () if told else history(data, one, view)
        found.append(one if not computed else _joined(one, computed))
    return tuple(found)


def _joined(table: TableSchema, computed: tuple[Revision, ...]) -> TableSchema:
    return msgspec.structs.replace(table, history=(*computed, *table.history))
