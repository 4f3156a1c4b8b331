"""Methods about datasets: lineage, schemas, and the code that they are mapped to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxpack.api import arguments
from ctxpack.api.arguments import DataDirection
from ctxpack.api.opened import Opened, alone
from ctxpack.errors import RepositoryError
from ctxpack.graph.edges import symbol_id
from ctxpack.services import targets
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.datacontext import DataContext
    from ctxpack.datamodel.lineage import Lineage, TableSchema


class AboutData(Opened):
    """Lineage and schemas."""

    @alone
    def lineage(
        self, *named: str, direction: DataDirection = "both", depth: int | None = None, columns: bool = False
    ) -> Lineage:
        """The lineage of all datasets, or the part within `depth` edges of those `named`.

        With `columns`, column lineage is included, which takes longer. Raises TargetError for a name that is no
        dataset, with the nearest names, and ArgumentError for an invalid direction or depth.
        """
        arguments.one_of("direction", direction, DataDirection)
        arguments.whole("depth", depth)
        flow = self._data.flow
        return flow.lineage(targets.datasets(named, flow), direction, depth, columns=columns)

    @alone
    def mapped(self, *named: str) -> tuple[str, ...]:
        """The definitions (`path::symbol`), such as ORM classes, that some datasets are mapped to; sorted."""
        facts = self._workspace.facts
        found = [one for name in named for one in self._mapped(name) if one.symbol == one.owner]
        return tuple(sorted({symbol_id(one.path, facts(one.path).definitions[one.symbol].qualname) for one in found}))

    @alone
    def schema(self, *named: str, history: bool = False, records: bool = False) -> tuple[TableSchema, ...]:
        """The schemas of all tables or those `named`, upstream first: columns, nullability with reasons, uses.

        With `history`, also how the schemas changed. For names that are no dataset's, records (classes, messages,
        interface types) are given; with `records`, all records, last. Raises TargetError as `lineage` does.
        """
        data = self._data
        names, others = targets.tables(named, data.flow, lambda: data.records)
        found = data.tables(data.flow.in_order(names if named else data.flow.datasets))
        shown = tuple(data.with_history(one) for one in found) if history else found
        if history and named:
            from ctxpack.datacontext.derived import with_computed

            shown = with_computed(data, shown, self._data_at)
        return (*shown, *(data.records if records and not named else others))

    def _data_at(self, commit: str, patterns: tuple[str, ...]) -> DataContext | None:
        """The data context of files matching these patterns after a commit; None where the commit cannot be read."""
        from ctxpack.datacontext import DataContext

        try:
            repository = self._workspace.repository.at(commit, "past of a table")
        except RepositoryError:
            return None
        settings = replace(self._config, include=patterns)
        return DataContext(Workspace(repository, settings, self._store, *self._reading), self._store)
