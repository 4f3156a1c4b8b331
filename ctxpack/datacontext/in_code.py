"""The tables of a repository in which nothing but code declares any: migrations of a framework, classes of an ORM.

Such a repository is not about data, and its packs have no catalogue. But who edits a model, or is asked for one more
column, wants to see the table. For that nothing is followed: the declarations are folded alone, and kept by the files
that declare something, so that an edit anywhere else costs nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datacontext.context import DataContext
from ctxpack.datacontext.state import versions_of
from ctxpack.datamodel.lineage import DataMap, TableSchema
from ctxpack.lineage.network import Network, Place
from ctxpack.lineage.spellings import squashed
from ctxpack.model import Value
from ctxpack.parse.schemas.table import OF_CODE
from ctxpack.parse.schemas.words import singular
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.datacontext.findings import Found

_NAMED_LIKE = frozenset({"ruby", "php"})
"""Languages whose frameworks map models to tables by their names."""


class _Kept(Value, frozen=True, array_like=True, gc=False):
    """The tables, and the places of the classes that are mapped to them by path, each with its line and table."""

    map: DataMap
    classes: dict[str, tuple[Place, ...]]


class DeclaredInCode(DataContext):
    """What the code of a workspace declares of tables, and nothing else."""

    def __init__(self, data: DataContext) -> None:
        """All of `data` but what it puts together is shared: of which formats its files are is asked once."""
        super().__init__(data.workspace, data.store)
        self._readings = data.readings

    @property
    def is_there(self) -> bool:
        """Never: what the code declares does not make a repository one about data."""
        return False

    @cached_property
    def tells_of_tables(self) -> bool:
        """Whether there are any tables that are not declared by tests alone."""
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
        """The tables, with the models that stand for them."""
        kept = self._store.get("tables in code", self._state, _Kept)
        if kept is None:
            kept = _Kept(self.flow.network.map, self._classes())
            self._store.put("tables in code", self._state, kept)
        return Network(kept.map, Models(self.workspace, kept.map, kept.classes).of)

    def cards(self, names: Sequence[str]) -> tuple[TableSchema, ...]:
        """As in any repository, but of how a schema came to be only the last change, whose place may be taken for a
        pattern: the code that works with a table is worth more than its past.
        """
        return tuple(msgspec.structs.replace(one, history=one.history[-1:]) for one in super().cards(names))

    def _classes(self) -> dict[str, tuple[Place, ...]]:
        """The classes that tables are mapped to, whichever declaration of these is taken."""
        from ctxpack.datacontext.mapped import CLASSES

        found: dict[str, list[Place]] = defaultdict(list)
        for one in (*self.folded.tables, *self.folded.others):
            dataset = self.flow.find(one.name) if one.format in CLASSES else None
            if dataset is not None:
                found[one.path].append((one.line, dataset))
        return {path: tuple(sorted(set(places))) for path, places in sorted(found.items())}


class Models:
    """The tables that the definitions of a file stand for."""

    def __init__(self, workspace: Workspace, tables: DataMap, classes: Mapping[str, tuple[Place, ...]]) -> None:
        """`classes` are the places at which classes declare which table is theirs, by path."""
        self._workspace, self._tables, self._classes = workspace, tables, classes

    def of(self, path: str) -> tuple[Place, ...]:
        """The lines of a file at which something stands for a table, each with that table; sorted."""
        return tuple(sorted({*self._classes.get(path, ()), *self._by_name(path)}))

    @cached_property
    def _known(self) -> tuple[dict[str, str], dict[str, str]]:
        """The tables by the last part of their names, and by what a model of theirs is called."""
        last = {one.name.rpartition(".")[2].lower(): one.name for one in reversed(self._tables.datasets)}
        return last, {squashed(singular(name)): last[name] for name in sorted(last, reverse=True)}

    def _by_name(self, path: str) -> Iterator[Place]:
        """What models state of their tables, or are called like: classes of frameworks that go by names."""
        file = self._workspace.files.get(path)
        if file is None or file.language not in _NAMED_LIKE or file.role == "test":
            return
        from ctxpack.datacontext.conventions import is_model_of_rails, stated_table

        if file.language == "ruby" and not is_model_of_rails(path):
            return
        last, called = self._known
        for one in self._workspace.facts(path).definitions:
            if one.kind != "class" or not (one.bases or file.language == "ruby"):
                continue
            stated = stated_table(file.language, self._workspace.text(path), one)
            found = last.get(stated.rpartition(".")[2].lower()) if stated else called.get(_squashed(one.qualname))
            if found is not None:
                yield one.line, found


def _squashed(qualname: str) -> str:
    return squashed(qualname.replace(".", "").replace(":", ""))
