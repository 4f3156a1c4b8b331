"""What holds of a column of which several places tell: declarations, tests, and all that computes it.

Two questions are kept apart: what was meant (`nullable`, as declared) and what is to be expected (`effective`), which
depends on the engine that writes. Spark writes whatever its frame holds and reads all that it has stored back as
nullable, but for what a constraint checks; a database enforces what is declared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from ctxpack.datamodel.dbt import STAND_IN
from ctxpack.datamodel.lineage import PHANTOM, ColumnState, Declaration, DerivedColumn, Frame, Relation
from ctxpack.lineage.producers import Producer
from ctxpack.model import Column

_SPARK = "spark"
_NAME = re.compile(r"\w+")
_LINE = re.compile(r"([^;]*?)(\bat |\()line (\d+)\b(?! of )")
_TESTED_NOT_NULL = frozenset({"not_null", "primary_key", "expect_column_values_to_not_be_null"})


def as_read(relation: Relation, engine: str) -> Relation:
    """A relation as an engine finds it when it reads it: what a constraint forbids is not there.

    All else that Spark has stored it takes for nullable.
    """
    return Relation(relation.name, tuple(_column_read(one, engine) for one in relation.columns), relation.complete)


def _column_read(one: ColumnState, engine: str) -> ColumnState:
    if one.nullable is False:
        effective, because = False, one.because if one.effective is False else "declared NOT NULL"
    elif engine == _SPARK:
        effective, because = True, "as Spark reads it back"
    else:
        return one
    return msgspec.structs.replace(one, effective=effective, because=because)


@dataclass(slots=True)
class Told:
    """What is told of one column: by declarations, by what computes it, and by what passes on columns not known.

    One that is `absent` is not among those that the only query for the table gives.
    """

    declared: list[tuple[Declaration, Column]] = field(default_factory=list)
    computed: list[tuple[Producer, DerivedColumn]] = field(default_factory=list)
    passed_on: list[Producer] = field(default_factory=list)
    absent: bool = False

    def state(self) -> ColumnState:
        """All of it together."""
        columns, outs = [column for _, column in self.declared], [out for _, out in self.computed]
        types = [column.type for column in columns] + [out.type for out in outs]
        nullable = next((column.nullable for column in columns if column.nullable is not None), None)
        effective, because = (None, PHANTOM) if self.absent else self._effective(nullable)
        return ColumnState(
            columns[0].name if columns else outs[0].name,
            next((type_ for type_ in types if type_), ""),
            nullable,
            effective,
            because,
            next((column.doc for column in columns if column.doc), ""),
            tuple(dict.fromkeys(test for column in columns for test in column.tests)),
            columns[0].line if columns else outs[0].line,
            next((column.default for column in columns if column.default), ""),
        )

    def _effective(self, nullable: bool | None) -> tuple[bool | None, str]:
        """Whether nulls have to be expected, and what decides it: the engine that writes, a constraint, or a test.

        Spark writes whatever its frame holds, so there a constraint says what was meant; a database enforces it.
        """
        written = _decisive([(one, out) for one, out in self.computed if one.engine == _SPARK])
        if written is not None and written[1].nullable is not None:
            return written[1].nullable, _because(*written)
        if any(one.engine == _SPARK for one in self.passed_on):
            return True, "from a schema that is not known"
        stated = self._stated()
        if stated:
            return False, stated
        computed = _decisive(self.computed)
        if computed is not None and (computed[1].nullable is not None or nullable is None):
            return computed[1].nullable, _because(*computed)
        for one, column in self.declared:
            if column.nullable:
                return True, f"declared nullable at {one.place(column)}"
        return nullable, ""

    def _stated(self) -> str:
        """Where a constraint, or else a test, says that there are no nulls; "" where none does.

        A test of a column that is declared as nullable in the same place changes nothing of what is stored.
        """
        for one, column in self.declared:
            if column.nullable is False:
                return f"NOT NULL at {one.place(column)}"
        for one, column in self.declared:
            if column.nullable is not True and any(_tests_not_null(test) for test in column.tests):
                return f"not_null test at {one.place(column)}"
        return ""


_Computed = tuple[Producer, DerivedColumn]


def _decisive(computed: Sequence[_Computed]) -> _Computed | None:
    """Of several that write a column, the one by which it can be null; else one of which that is not known."""
    by_answer = {one[1].nullable: one for one in reversed(computed)}
    return by_answer.get(True) or by_answer.get(None) or by_answer.get(False)


def _because(producer: Producer, out: DerivedColumn) -> str:
    """What decides whether a column can be null, with the file of each line: reasons go on to readers elsewhere."""
    if "line " not in out.because:
        return out.because

    def placed(match: re.Match[str]) -> str:
        said, begin, line = match.groups()
        path = producer.placed(said, int(line))
        place = f"{path}:{line}" if path else f"line {line} of {producer.path} or of code that it uses"
        return f"{said}{begin}{place}"

    return _LINE.sub(placed, out.because)


def passes_on(producer: Producer, found: Frame, told: Told) -> bool:
    """Whether a column that is declared can only come from a source whose columns are not known."""
    return takes_all(producer, found) and all(one is not producer for one, _ in told.computed)


def is_phantom(name: str, told: Told, made: Sequence[tuple[Producer, Frame]]) -> bool:
    """Whether a column is only documented, the one query that makes its table being known whole.

    Fields of a column are documented as columns are ("address.city"), and a name in quotes may be any. What a
    constraint says of a column is more than documentation.
    """
    if told.computed or not _NAME.fullmatch(name) or len(made) != 1:
        return False
    producer, found = made[0]
    if not found.columns or not found.complete or producer.adds:
        return False
    return all(not one.complete and column.nullable is None for one, column in told.declared)


def takes_all(producer: Producer, found: Frame) -> bool:
    """Whether a frame has more columns than are known, and all of those as they are in what is read."""
    return not found.complete and not producer.adds and not is_open(producer, found)


def is_open(producer: Producer, found: Frame) -> bool:
    """Whether there may be columns in a frame of which nothing but a run of what makes it could tell."""
    return producer.open or any(column.name.startswith(STAND_IN) for column in found.columns)


def without_phantoms(relation: Relation) -> Relation:
    """A relation as whoever reads it finds it: without columns that are only documented."""
    if all(one.because != PHANTOM for one in relation.columns):
        return relation
    columns = tuple(one for one in relation.columns if one.because != PHANTOM)
    return Relation(relation.name, columns, relation.complete)


def _tests_not_null(test: str) -> bool:
    return test.partition("(")[0].rpartition(".")[2].strip() in _TESTED_NOT_NULL
