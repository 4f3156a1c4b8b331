"""Shapes: the columns that expressions can refer to, known ones and those of open relations.

A relation whose columns are not all known is open: a name that matches no known column is resolved to the open relation
that may have it, if there is only one. So lineage stays complete where schemas are missing, without ever guessing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec.structs import replace

from ctxpack.datamodel.algebra import ColumnRef
from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.lineage.evaluation.nulls import Nullable, any_null
from ctxpack.lineage.evaluation.types import field_type

Source = tuple[str, str]
"""A column of a dataset: (dataset, column)."""


class Outer(msgspec.Struct, frozen=True, gc=False):
    """The state of a column before an outer join made it nullable; all columns of one side have the same `join` id.

    `before` is the state before an earlier outer join.
    """

    join: int
    nullable: Nullable
    cause: NullCause
    before: Outer | None = None


class Cell(msgspec.Struct, frozen=True, gc=False):
    """A column or value: its sources, its type, its nullability and the reason for that (`cause`).

    `text` is the expression that computes it, "" if it is passed on unchanged. `aliases` are the names of its relation
    for qualifiers. A `hidden` column is found only with a qualifier, never by a star (the other side of USING). `soft`
    is a reason why the data hold no nulls although Spark's schema is nullable. `elements` is the nullability of array
    elements or map values, `nonzero` marks a nonzero constant, `found` is False for an unresolved name. `fields` are
    those of a struct built in the plan itself. `line` is 0 if unknown.
    """

    name: str
    sources: frozenset[Source] = frozenset()
    text: str = ""
    type: str = ""
    nullable: Nullable = None
    cause: NullCause = UNTOLD
    line: int = 0
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    outer: Outer | None = None
    elements: Nullable = None
    soft: NullCause = UNTOLD
    nonzero: bool = False
    found: bool = True
    fields: tuple[Cell, ...] = ()


class Open(msgspec.Struct, frozen=True, gc=False):
    """An open relation: the unknown columns of `datasets` (() for something not understood), except the `excluded`.

    `facts` are columns known to be not null, each with its reason; `nullable` and `cause` hold for all others. `join`
    is the id of the outer join that made them optional, 0 for none. `base` are the sources of all of them where they
    are fields of a value or rows of a function. `place` is the number of known columns before them.
    """

    datasets: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    facts: tuple[tuple[str, NullCause], ...] = ()
    nullable: Nullable = None
    cause: NullCause = UNTOLD
    join: int = 0
    base: frozenset[Source] = frozenset()
    place: int = 0

    def column(self, name: str) -> Cell:
        """The column of this name, assumed to exist."""
        key = name.lower()
        sources = self.base.union((dataset, key) for dataset in self.datasets)
        fact = dict(self.facts).get(key)
        nullable, cause = (False, fact) if fact is not None else (self.nullable, self.cause)
        outer = Outer(self.join, None, UNTOLD) if self.join and fact is None else None
        text = f"field {name}" if self.base else ""
        return Cell(name, sources, text, nullable=nullable, cause=cause, aliases=self.aliases, outer=outer)


class Shape:
    """The known columns of a relation in order (`cells`) and its open part (`opens`).

    `empty` says that the relation never has a row.
    """

    __slots__ = ("_index", "cells", "empty", "opens")

    def __init__(self, cells: Iterable[Cell] = (), opens: Iterable[Open] = (), empty: bool = False) -> None:
        self.cells = tuple(cells)
        self.opens = tuple(opens)
        self.empty = empty
        self._index: dict[str, list[int]] | None = None

    def places(self, name: str) -> list[int]:
        """The indexes of the columns of this name, ignoring case."""
        if self._index is None:
            self._index = {}
            for place, cell in enumerate(self.cells):
                self._index.setdefault(cell.name.lower(), []).append(place)
        return self._index.get(name.lower(), [])

    def find(self, name: str, qualifier: str = "") -> int | None:
        """The index of a column, None if there is none; the first where the name is ambiguous."""
        for place in self.places(name):
            cell = self.cells[place]
            if called(cell.aliases, qualifier) if qualifier else not cell.hidden:
                return place
        return None

    def open_for(self, name: str, qualifier: str = "") -> int | None:
        """The index of the only open relation that may have a column of this name; None if there are none or several.

        With a qualifier, the first of several that have datasets or sources.
        """
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
        """Whether a qualifier names a relation in this shape."""
        return any(called(cell.aliases, qualifier) for cell in self.cells) or any(
            called(relation.aliases, qualifier) for relation in self.opens
        )

    def resolve(self, ref: ColumnRef, engine: str = "") -> Cell | None:
        """The column or struct field that a reference names; None where it is not here."""
        place = self.find(ref.name, ref.qualifier)
        if place is not None:
            return self.cells[place]
        place = self.open_for(ref.name, ref.qualifier)
        if place is not None:
            return self.opens[place].column(ref.name)
        return self._field(ref, engine) if ref.qualifier else None

    def _field(self, ref: ColumnRef, engine: str) -> Cell | None:
        """The struct field that a reference such as `address.street` names; None where it names none."""
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
        """The shape with `change` applied to each column, and `opened` to each open relation."""
        opens = self.opens if opened is None else tuple(opened(relation) for relation in self.opens)
        return Shape((change(cell) for cell in self.cells), opens)

    def replaced(self, cells: Sequence[Cell], opens: Sequence[Open]) -> Shape:
        """A copy with other cells and opens; the column names must be the same, since the index is shared."""
        shape = Shape(cells, opens)
        shape._index = self._index
        return shape

    def visible(self) -> tuple[Cell, ...]:
        """The columns that an unqualified star expands to."""
        return tuple(cell for cell in self.cells if not cell.hidden)


def field_of(cell: Cell, name: str, engine: str) -> Cell:
    """A field of a struct column; Spark takes the fields of stored structs for nullable."""
    known = next((one for one in cell.fields if one.name.lower() == name.lower()), None)
    if known is not None and cell.nullable is False:
        return replace(known, name=name, sources=cell.sources, aliases=(), outer=None, hidden=False)
    nullable = True if cell.nullable or engine == "spark" else None
    cause = cell.cause if cell.nullable else NullCause(Rule.PART, f"{name} of {cell.name}")
    kind = known.type if known is not None else field_type(cell.type, name)
    return Cell(name, cell.sources, type=kind, nullable=nullable, cause=cause, line=cell.line)


def called(aliases: Sequence[str], qualifier: str) -> bool:
    """Whether a qualifier can refer to a relation with these names.

    >>> called(("db.sales.orders",), "orders"), called(("o",), "orders")
    (True, False)
    """
    key = qualifier.lower()
    return any(alias == key or alias.endswith("." + key) or key.endswith("." + alias) for alias in aliases)


def merged(cells: Sequence[Cell], name: str) -> Cell:
    """One column that stands for several whose rows are combined (as in a union); nullable if any of them is."""
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
        cause=deciding.cause,
        line=first.line,
        elements=any_null(cell.elements for cell in cells),
    )
