"""Answers about datasets: lineage, schemas, and the code that they are mapped to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxpack.api import arguments
from ctxpack.api.arguments import DataDirection
from ctxpack.api.state import State
from ctxpack.errors import RepositoryError
from ctxpack.graph.edges import symbol_id
from ctxpack.services import targets

if TYPE_CHECKING:
    from ctxpack.datacontext import DataContext
    from ctxpack.datamodel.lineage import Lineage, TableSchema


def lineage(
    state: State, named: Sequence[str], *, direction: DataDirection, depth: int | None, columns: bool
) -> Lineage:
    """The answer to `Index.lineage`."""
    arguments.one_of("direction", direction, DataDirection)
    arguments.whole("depth", depth)
    flow = state.data.flow
    return flow.lineage(targets.datasets(named, flow), direction, depth, columns=columns)


def mapped(state: State, named: Sequence[str]) -> tuple[str, ...]:
    """The answer to `Index.mapped`."""
    facts = state.workspace.facts
    found = [one for name in named for one in state.mapped(name) if one.symbol == one.owner]
    return tuple(sorted({symbol_id(one.path, facts(one.path).definitions[one.symbol].qualname) for one in found}))


def schema(state: State, named: Sequence[str], *, history: bool, records: bool) -> tuple[TableSchema, ...]:
    """The answer to `Index.schema`."""
    data = state.data
    names, others = targets.tables(named, data.flow, lambda: data.records)
    found = data.tables(data.flow.in_order(names if named else data.flow.datasets))
    shown = tuple(data.with_history(one) for one in found) if history else found
    if history and named:
        from ctxpack.datacontext.derived import with_computed

        shown = with_computed(data, shown, lambda commit, patterns: _data_at(state, commit, patterns))
    return (*shown, *(data.records if records and not named else others))


def _data_at(state: State, commit: str, patterns: tuple[str, ...]) -> DataContext | None:
    """The data context of files matching these patterns after a commit; None where the commit cannot be read."""
    from ctxpack.datacontext import DataContext

    try:
        repository = state.workspace.repository.at(commit, "past of a table")
    except RepositoryError:
        return None
    settings = replace(state.config, include=patterns)
    return DataContext(state.reading.workspace(repository, settings, state.store), state.store)
