"""Maps tables and columns to the code that stands for them: ORM classes, their attributes, models of a schema.

`parse/schemas` reads ORM classes as declarations of tables. Elsewhere another declaration of the same table (that of
the migrations) often prevails over them; here all count. Where no class declares a table, its model is sought by naming
convention (`conventions.py`), then by what classes state (`stated.py`), then by name and columns (`alike.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from ctxpack.datacontext.alike import Alike
from ctxpack.datacontext.context import DataContext
from ctxpack.datacontext.conventions import Django, Eloquent, EntityFramework, Model, Rails
from ctxpack.datacontext.stated import Stated
from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.declared.tables import DEFAULT_SCHEMAS, owner_of
from ctxpack.lineage.orm.spellings import squashed
from ctxpack.model import Column, Definition, Value

CLASSES = frozenset({"sqlalchemy", "django_models", "prisma", "typeorm", "drizzle", "jpa", "efcore"})
"""The formats in which a type of the program declares its own table."""

RAILS, LARAVEL, ENTITY_FRAMEWORK = "rails", "laravel", "efcore_migrations"
MODELS = "efcore"
_DECLARED, _SHARED, _SOMEWHERE = 0.99, 0.7, 0.6
"""Confidences of a mapping: declared, to an inherited attribute, to the class for want of an attribute."""

_ALIKE, _ONE_OF_SOME = 0.8, 0.6
"""Confidences of a class with the name and the columns of a table: the only one, one of several."""

_DEEPEST = 10


class Mapped(Value, frozen=True, array_like=True, gc=False):
    """The definition that a table or a column is mapped to.

    `symbol` is its index in the file. `owner` is the index of the definition for the whole table: the class around a
    column's attribute, otherwise the same. `origin` names the rule that found it ("mapped class").
    """

    path: str
    symbol: int
    owner: int
    line: int
    origin: str
    confidence: float


class Mappings:
    """Answers which definitions the tables of a view are mapped to."""

    def __init__(self, data: DataContext) -> None:
        self.data, self._workspace = data, data.workspace

    def meant(self, subject: str) -> tuple[str, str] | None:
        """The (dataset, column) that "table" or "table.column" means, column "" for a whole table; None if unknown."""
        return self.data.flow.meant(subject)

    def of(self, dataset: str, column: str = "") -> tuple[Mapped, ...]:
        """What a dataset with all its columns, or one column (in small letters), is mapped to; sorted."""
        known = any(self._is_same(table.name, dataset) for table in self._tables.get(_last(dataset), ()))
        found = (list(self._declared(dataset, column)) if known else []) or list(self._found(dataset, column, known))
        return tuple(sorted(set(found), key=lambda one: (one.path, one.symbol, -one.confidence)))

    # --- declared -----------------------------------------------------------------------------------------------------

    @cached_property
    def _tables(self) -> dict[str, list[DeclaredTable]]:
        """By the last part of the name, every table declared in code, also where another declaration prevails."""
        folded = self.data.folded
        found: dict[str, list[DeclaredTable]] = defaultdict(list)
        for one in (*folded.tables, *folded.others):
            if one.format in CLASSES and one.path in self._workspace.files:
                found[_last(one.name)].append(one)
        return found

    def _declared(self, dataset: str, column: str) -> Iterator[Mapped]:
        for table in self._tables.get(_last(dataset), ()):
            if not self._is_same(table.name, dataset):
                continue
            owner = self._around(table.path, table.line)
            if owner < 0:
                continue
            line = self._definitions(table.path)[owner].line
            if not column:
                yield Mapped(table.path, owner, owner, line, "mapped class", _DECLARED)
            for one in table.columns:
                if not column:
                    attribute = self._attribute(table.path, owner, one)
                    if attribute >= 0:
                        yield self._own(table.path, owner, attribute)
                elif one.name.lower() == column:
                    yield from self._of_column(table.path, owner, self._called(table, owner, one))

    def _called(self, table: DeclaredTable, owner: int, column: Column) -> Column:
        """The column renamed to its C# member, where the mapping between the two may stand in another file."""
        if table.format != MODELS:
            return column
        pairs = dict(self._entity_framework.columns_of(self._definitions(table.path)[owner].name))
        return Column(pairs.get(column.name.lower(), column.name), line=column.line)

    def _is_same(self, name: str, dataset: str) -> bool:
        """Whether a declared table is this dataset: the names agree, or one of the two leaves the schema out."""
        if self.data.flow.names.canonical(name) == dataset:
            return True
        owners = owner_of(name), owner_of(dataset)
        return owners[0] == owners[1] or any(owner in DEFAULT_SCHEMAS for owner in owners)

    def _of_column(self, path: str, owner: int, column: Column) -> Iterator[Mapped]:
        attribute = self._attribute(path, owner, column)
        if attribute >= 0:
            yield self._own(path, owner, attribute)
            return
        inherited = self._inherited(path, owner, column, 0)
        if inherited is not None:
            where, symbol = inherited
            line = self._definitions(where)[symbol].line
            yield Mapped(where, symbol, symbol, line, "mapped attribute of a base", _SHARED)
        line = self._definitions(path)[owner].line
        sure = _SHARED if inherited is not None else _SOMEWHERE
        yield Mapped(path, owner, owner, line, "class with the column", sure)

    def _own(self, path: str, owner: int, attribute: int) -> Mapped:
        line = self._definitions(path)[attribute].line
        return Mapped(path, attribute, owner, line, "mapped attribute", _DECLARED)

    def _inherited(self, path: str, owner: int, column: Column, depth: int) -> tuple[str, int] | None:
        """The (path, index) of the attribute that a class inherits for a column; None if no base has one."""
        for link in self._workspace.links_of((path,)).get(path, ()) if depth < _DEEPEST else ():
            if link.scope != owner or link.kind != "inherits" or link.symbol < 0:
                continue
            symbol = self._attribute(link.target, link.symbol, column)
            found = (link.target, symbol) if symbol >= 0 else None
            found = found or self._inherited(link.target, link.symbol, column, depth + 1)
            if found is not None:
                return found
        return None

    def _attribute(self, path: str, owner: int, column: Column) -> int:
        """The index of the attribute of a class for a column, -1 for none.

        Found by name (for a foreign key also without "id": `user` for `user_id`), or by line if the text there contains
        the column's name, or for a column that has no line by text with that name in quotes (a tag, an annotation).
        """
        members = [(index, one) for index, one in enumerate(self._definitions(path)) if one.parent == owner]
        name = column.name.lower()
        letters = squashed(name)
        of_reference = [letters.removesuffix("id")] if column.name.endswith(("_id", "Id")) else []
        for called in (name, letters, *of_reference):
            for index, one in members:
                if one.name.lower() == called or squashed(one.name) == called:
                    return index
        for index, one in members:
            if one.span[0] <= column.line <= one.span[1] and self._speaks_of(path, one, name):
                return index
        for index, one in members if not column.line else ():
            if re.search(rf"[\"':]{re.escape(name)}[\"';,]", self._lines(path, one)):
                return index
        return -1

    def _speaks_of(self, path: str, attribute: Definition, name: str) -> bool:
        """Whether the text of an attribute contains the name of a column."""
        text = self._lines(path, attribute)
        return any(re.search(rf"(?<!\w){re.escape(told)}(?!\w)", text) for told in (name, squashed(name)))

    def _lines(self, path: str, one: Definition) -> str:
        """The lines of a definition, in small letters."""
        return "\n".join(self._workspace.text(path).split("\n")[one.span[0] - 1 : one.span[1]]).lower()

    def _around(self, path: str, line: int) -> int:
        """The index of the innermost definition around a line, -1 for none."""
        definitions = self._definitions(path)
        inside = [index for index, one in enumerate(definitions) if one.span[0] <= line <= one.span[1]]
        return min(
            inside, key=lambda index: (definitions[index].span[1] - definitions[index].span[0], -index), default=-1
        )

    def _definitions(self, path: str) -> Sequence[Definition]:
        return self._workspace.facts(path).definitions

    # --- found otherwise ----------------------------------------------------------------------------------------------

    def _found(self, dataset: str, column: str, known: bool) -> Iterator[Mapped]:
        """The models of a table by naming convention, or if it is not `known` from a class by what tells of it.

        A column maps to the class, and to its attribute where found.
        """
        named = list(self._models(_last(dataset)))
        for one in named or ([] if known else self._stated_or_alike(dataset)):
            line = self._definitions(one.path)[one.symbol].line
            if not column or one.symbol != one.owner:
                yield Mapped(one.path, one.symbol, one.symbol, line, one.origin, one.confidence)
                continue
            for found in self._of_column(one.path, one.owner, Column(dict(one.columns).get(column, column))):
                yield msgspec.structs.replace(found, confidence=min(found.confidence, one.confidence))
            if named:  # frameworks that give a class attributes which nothing in it defines
                yield Mapped(one.path, one.owner, one.owner, line, "class with the column", _SOMEWHERE)

    def _models(self, table: str) -> Iterator[Model]:
        if any(RAILS in formats for formats in self.data.formats.values()):
            yield from self._rails.of(table)
        if any(LARAVEL in formats for formats in self.data.formats.values()):
            yield from self._eloquent.of(table)
        if any(ENTITY_FRAMEWORK in formats for formats in self.data.formats.values()):
            yield from self._entity_framework.of(table)
        if any("django_migrations" in formats for formats in self.data.formats.values()):
            yield from self._django.of(table)

    def _stated_or_alike(self, dataset: str) -> list[Model]:
        """The classes that state a table; for want of them those that have its name and its columns."""
        stated = self._stated.of(_last(dataset))
        if stated:
            return [Model(path, at, at, _DECLARED, origin="class that states its table") for path, at in stated]
        flow = self.data.flow
        columns = [one.name for one in flow.as_declared(dataset).columns] if dataset in flow.datasets else []
        alike = self._alike.of(dataset, columns)
        sure = _ALIKE if len(alike) == 1 else _ONE_OF_SOME
        return [Model(path, at, at, sure, origin="class with its name and columns") for path, at in alike]

    @cached_property
    def _stated(self) -> Stated:
        return Stated(self._workspace)

    @cached_property
    def _alike(self) -> Alike:
        return Alike(self._workspace)

    @cached_property
    def _rails(self) -> Rails:
        return Rails(self._workspace)

    @cached_property
    def _eloquent(self) -> Eloquent:
        return Eloquent(self._workspace)

    @cached_property
    def _entity_framework(self) -> EntityFramework:
        return EntityFramework(self._workspace)

    @cached_property
    def _django(self) -> Django:
        return Django(self._workspace)


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()
