"""The columns that expressions see: known ones, and relations of which not all columns are known.

A relation without a known schema is kept open: a name that no known column has is taken to be a column of the only open
relation that it can come from. That keeps lineage whole where schemas are missing, without ever choosing among several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec.structs import replace

from ctxpack.datamodel.algebra import ColumnRef
from ctxpack.lineage.evaluation.types import field_type
from ctxpack.lineage.nulls import Nullable, any_null

Source = tuple[str, str]
"""A column of a dataset: (dataset, column)."""


class Outer(msgspec.Struct, frozen=True, gc=False):
    """What a column was before an outer join made it nullable; all columns of the side have the same `join` number."""

    join: int
    nullable: Nullable
    because: str
    before: Outer | None = None


class Cell(msgspec.Struct, frozen=True, gc=False):
    """A column or a value: what it is computed from and what is known of its nulls.

    `text` is how it is computed, "" where it is passed on. `aliases` are what qualifiers may call its relation. A
    `hidden` one is found only with a qualifier and never by a star (the other side of USING). `soft` is a fact of the
    data which the schema does not show. `fields` are those of a struct that was put together in the plan itself.
    """

    name: str
    sources: frozenset[Source] = frozenset()
    text: str = ""
    type: str = ""
    nullable: Nullable = None
    because: str = ""
    line: int = 0
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    outer: Outer | None = None
    elements: Nullable = None
    soft: str = ""
    nonzero: bool = False
    found: bool = True
    fields: tuple[Cell, ...] = ()


class Open(msgspec.Struct, frozen=True, gc=False):
    """Columns that are not known: those of the datasets (none: of something not understood) but the excluded.

    `base` is what all of them are computed from where they are fields of a value or rows of a function. `place` is how
    many known columns stand before them.
    """

    datasets: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    facts: tuple[tuple[str, str], ...] = ()
    nullable: Nullable = None
    because: str = ""
    join: int = 0
    base: frozenset[Source] = frozenset()
    place: int = 0

    def column(self, name: str) -> Cell:
        """The column of this name, taken to be there."""
        key = name.lower()
        sources = self.base.union((dataset, key) for dataset in self.datasets)
        fact = dict(self.facts).get(key)
        nullable, because = (False, fact) if fact is not None else (self.nullable, self.because)
        outer = Outer(self.join, None, "") if self.join and fact is None else None
        text = f"field {name}" if self.base else ""
        return Cell(name, sources, text, nullable=nullable, because=because, aliases=self.aliases, outer=outer)


class Shape:
    """The columns of a relation in order, and what of it is not known; `empty` says that it never has a row."""

    __slots__ = ("_index", "cells", "empty", "opens")

    def __init__(self, cells: Iterable[Cell] = (), opens: Iterable[Open] = (), empty: bool = False) -> None:
        self.cells = tuple(cells)
        self.opens = tuple(opens)
        self.empty = empty
        self._index: dict[str, list[int]] | None = None

    def places(self, name: str) -> list[int]:
        """Where columns of this name are, whatever its case."""
        if self._index is None:
            self._index = {}
            for place, cell in enumerate(self.cells):
                self._index.setdefault(cell.name.lower(), []).append(place)
        return self._index.get(name.lower(), [])

    def find(self, name: str, qualifier: str = "") -> int | None:
        """The place of a column; the first, where an engine would complain of several."""
        for place in self.places(name):
            cell = self.cells[place]
            if called(cell.aliases, qualifier) if qualifier else not cell.hidden:
                return place
        return None

    def open_for(self, name: str, qualifier: str = "") -> int | None:
        """The place of the only open relation that can have a column of this name."""
        key = name.lower()
        fitting = [
            place
            for place, relation in enumerate(self.opens)
            if key not in relation.excluded and (not qualifier or called(relation.aliases, qualifier))
        ]
        named = (
            [at for at in fitting if self.opens[at].datasets or self.opens[at].base] if len(fitting) > 1 else fitting
        )
        if len(fitting) == 1 or (qualifier and named):
            return named[0] if named else fitting[0]
        return None

    def has_alias(self, qualifier: str) -> bool:
        """Whether the qualifier names a relation here."""
        return any(called(cell.aliases, qualifier) for cell in self.cells) or any(
            called(relation.aliases, qualifier) for relation in self.opens
        )

    def resolve(self, ref: ColumnRef, engine: str = "") -> Cell | None:
        """The column that a reference names, or the field of one; None where it is not here."""
        place = self.find(ref.name, ref.qualifier)
        if place is not None:
            return self.cells[place]
        place = self.open_for(ref.name, ref.qualifier)
        if place is not None:
            return self.opens[place].column(ref.name)
        return self._field(ref, engine) if ref.qualifier else None

    def _field(self, ref: ColumnRef, engine: str) -> Cell | None:
        """The column of which a reference such as `address.street` names a field."""
        if self.has_alias(ref.qualifier) and self.find(ref.qualifier) is None:
            return None
        steps = ref.qualifier.split(".")
        ways = [("", steps[0], steps[1:])]
        if len(steps) > 1:
            ways.insert(0, (steps[0], steps[1], steps[2:]))
        for qualifier, name, path in ways:
            place = self.find(name, qualifier)
            cell = self.cells[place] if place is not None else None
            if cell is None:
                opened = self.open_for(name, qualifier)
                cell = self.opens[opened].column(name) if opened is not None else None
            if cell is not None:
                for step in (*path, ref.name):
                    cell = field_of(cell, step, engine)
                return replace(cell, text=f"{ref.qualifier}.{ref.name}")
        return None

    def map(self, change: Callable[[Cell], Cell], opened: Callable[[Open], Open] | None = None) -> Shape:
        """The same shape with each column changed."""
        opens = self.opens if opened is None else tuple(opened(relation) for relation in self.opens)
        return Shape((change(cell) for cell in self.cells), opens)

    def replaced(self, cells: Sequence[Cell], opens: Sequence[Open]) -> Shape:
        """A shape whose columns have the same names in the same places."""
        shape = Shape(cells, opens)
        shape._index = self._index
        return shape

    def visible(self) -> tuple[Cell, ...]:
        """The columns that a star without qualifier gives."""
        return tuple(cell for cell in self.cells if not cell.hidden)


def field_of(cell: Cell, name: str, engine: str) -> Cell:
    """A field of the struct that a column holds; Spark takes those of a stored struct for nullable."""
    known = next((one for one in cell.fields if one.name.lower() == name.lower()), None)
    if known is not None and cell.nullable is False:
        return replace(known, name=name, sources=cell.sources, aliases=(), outer=None, hidden=False)
    nullable = True if cell.nullable or engine == "spark" else None
    because = cell.because if cell.nullable else f"{name} of {cell.name} can be missing"
    kind = known.type if known is not None else field_type(cell.type, name)
    return Cell(name, cell.sources, type=kind, nullable=nullable, because=because, line=cell.line)


def called(aliases: Sequence[str], qualifier: str) -> bool:
    """Whether a relation with these names can be called so.

    >>> called(("db.sales.orders",), "orders"), called(("o",), "orders")
    (True, False)
    """
    key = qualifier.lower()
    return any(alias == key or alias.endswith("." + key) or key.endswith("." + alias) for alias in aliases)


def merged(cells: Sequence[Cell], name: str) -> Cell:
    """One column that stands for several (a row of any of them)."""
    first = cells[0]
    sources = frozenset(source for cell in cells for source in cell.sources)
    nullable = any_null(cell.nullable for cell in cells)
    deciding = next((cell for cell in cells if cell.nullable is nullable), first)
    types = [cell.type for cell in cells if cell.type]
    texts = list(dict.fromkeys(cell.text for cell in cells if cell.text))
    return Cell(
        name,
        sources,
        text=texts[0] if len(texts) == 1 else " | ".join(texts)[:200],
        type=types[0] if types and len(types) == len(cells) and len(set(types)) == 1 else "",
        nullable=nullable,
        because=deciding.because,
        line=first.line,
        elements=any_null(cell.elements for cell in cells),
    )
