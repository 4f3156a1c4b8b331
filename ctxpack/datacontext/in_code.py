"""The data context of a repository whose tables are declared in code alone: framework migrations, ORM classes.

Such a repository is not about data, and its packs have no catalogue. Still, whoever edits a model or adds a column
needs to see its table. So the declarations are folded, with no lineage, and cached by the declaring files alone: an
edit anywhere else costs nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datacontext.context import DataContext
from ctxpack.datacontext.models import Models
from ctxpack.datacontext.state import versions_of
from ctxpack.datamodel.lineage import DataMap, TableSchema
from ctxpack.lineage.flow.network import Network, Place
from ctxpack.model import Value
from ctxpack.parse.schemas.table import OF_CODE

if TYPE_CHECKING:
    from ctxpack.datacontext.findings import Found


class _Kept(Value, frozen=True, array_like=True, gc=False):
    """The cached tables; `classes` are the (line, table) pairs of the classes mapped to them, by path."""

    map: DataMap
    classes: dict[str, tuple[Place, ...]]


class DeclaredInCode(DataContext):
    """A data context with only the tables that code declares."""

    def __init__(self, data: DataContext) -> None:
        """Take over the workspace, store and readings of `data`, so that the formats of files are detected once."""
        super().__init__(data.workspace, data.store)
        self._readings = data.readings

    @property
    def is_there(self) -> bool:
        """Always False: tables declared in code alone do not make a repository one about data."""
        return False

    @cached_property
    def tells_of_tables(self) -> bool:
        """Whether there are tables, and a file that is no test declares some."""
        files = self.workspace.files
        declaring = (path for path, names in self._readings.formats.items() if not OF_CODE.isdisjoint(names))
        return any(files[path].role != "test" for path in declaring) and bool(self.network.datasets)

    @cached_property
    def _state(self) -> str:
        digest = hashlib.blake2b(repr(versions_of(self.workspace)).encode(), digest_size=16)
        for path, names in self._readings.formats.items():
            file = self.workspace.files[path]
            told = f"{path}\0{file.digest}\0{file.role}\0{file.language}\0{' '.join(names)}\n"
            digest.update(told.encode("utf-8", "surrogateescape"))
        return f"declared in code:{digest.hexdigest()}"

    @cached_property
    def _found(self) -> Found:
        from ctxpack.datacontext.findings import Findings

        return Findings(self.workspace, self._store, self._readings, self._plans).declared(self._state)

    @cached_property
    def network(self) -> Network:
        """The graph of the tables, with the models mapped to them."""
        kept = self._store.get("tables in code", self._state, _Kept)
        if kept is None:
            kept = _Kept(self.flow.network.map, self._classes())
            self._store.put("tables in code", self._state, kept)
        return Network(kept.map, Models(self.workspace, kept.map, kept.classes).of, in_code=True)

    def cards(self, names: Sequence[str]) -> tuple[TableSchema, ...]:
        """As in the base class, with the last schema change alone.

        That one may serve as a pattern for the next; the code that uses a table is worth more tokens than its past.
        """
        return tuple(msgspec.structs.replace(one, history=one.history[-1:]) for one in super().cards(names))

    def _classes(self) -> dict[str, tuple[Place, ...]]:
        """By path, the (line, table) pairs of mapped classes, also where another declaration of the table prevails."""
        from ctxpack.datacontext.mapped import CLASSES

        found: dict[str, list[Place]] = defaultdict(list)
        for one in (*self.folded.tables, *self.folded.others):
            dataset = self.flow.find(one.name) if one.format in CLASSES else None
            if dataset is not None:
                found[one.path].append((one.line, dataset))
        return {path: tuple(sorted(set(places))) for path, places in sorted(found.items())}
