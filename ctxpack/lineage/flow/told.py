"""Merges all that is known of one column: its declarations, its tests, and every producer that computes it.

Declared nullability (`nullable`) is kept apart from effective nullability (`effective`), which depends on the engine
that writes. Spark writes whatever its frame holds and reads stored columns back as nullable, except where a constraint
is checked; a database enforces the declaration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.datamodel.dbt import STAND_IN
from ctxpack.datamodel.lineage import ColumnState, Declaration, DerivedColumn, Frame, Relation
from ctxpack.lineage.flow.producers import Producer
from ctxpack.model import Column

_SPARK = "spark"
_NAME = re.compile(r"\w+")
_OF_LITERALS = (Rule.CONSTANT, Rule.NULL_CONSTANT)
_TESTED_NOT_NULL = frozenset({"not_null", "primary_key", "expect_column_values_to_not_be_null"})


def as_read(relation: Relation, engine: str) -> Relation:
    """A stored relation as an engine reads it back: columns declared NOT NULL hold no nulls.

    Spark takes all other stored columns for nullable; other engines read the effective nullability.
    """
    return Relation(relation.name, tuple(_column_read(one, engine) for one in relation.columns), relation.complete)


def _column_read(one: ColumnState, engine: str) -> ColumnState:
    if one.nullable is False:
        effective, cause = False, one.cause if one.effective is False else NullCause(Rule.DECLARED_NOT_NULL)
    elif engine == _SPARK:
        effective, cause = True, NullCause(Rule.READ_BY_SPARK)
    else:
        return one
    return msgspec.structs.replace(one, effective=effective, cause=cause)


@dataclass(slots=True)
class Told:
    """All that is known of one column.

    `declared` and `computed` are its declarations and computations. `passed_on` are producers that pass on unknown
    columns of their source, this one among them. `absent` marks a documented column that the table's only query
    does not have.
    """

    declared: list[tuple[Declaration, Column]] = field(default_factory=list)
    computed: list[tuple[Producer, DerivedColumn]] = field(default_factory=list)
    passed_on: list[Producer] = field(default_factory=list)
    absent: bool = False

    def state(self) -> ColumnState:
        """The merged state of the column."""
        columns, outs = [column for _, column in self.declared], [out for _, out in self.computed]
        types = [column.type for column in columns] + [out.type for out in outs]
        nullable = next((column.nullable for column in columns if column.nullable is not None), None)
        effective, cause = (None, NullCause(Rule.PHANTOM)) if self.absent else self._effective(nullable)
        return ColumnState(
            columns[0].name if columns else outs[0].name,
            next((type_ for type_ in types if type_), ""),
            nullable,
            effective,
            cause,
            next((column.doc for column in columns if column.doc), ""),
            tuple(dict.fromkeys(test for column in columns for test in column.tests)),
            columns[0].line if columns else outs[0].line,
            next((column.default for column in columns if column.default), ""),
        )

    def _effective(self, nullable: bool | None) -> tuple[bool | None, NullCause]:
        """The effective nullability, and the reason for it; `nullable` is the declared one.

        In order of precedence: what Spark computes (constraints do not bind it), a NOT NULL declaration or test, what
        other engines compute, a declaration as nullable. That the rows written are without nulls counts only where
        they are all the rows that there are (`_decides`).
        """
        written = _decisive([(one, out) for one, out in self.computed if one.engine == _SPARK])
        if written is not None and self._decides(written[1].nullable, nullable):
            return written[1].nullable, _placed(written[0], written[1].cause)
        if any(one.engine == _SPARK for one in self.passed_on):
            return True, NullCause(Rule.PASSED_ON)
        stated = self._stated()
        if stated:
            return False, stated
        computed = _decisive(self.computed)
        if computed is not None and computed[1].nullable is False and not self._decides(False, nullable):
            computed = None if nullable else (computed[0], _unseen(*computed))
        if computed is not None and (computed[1].nullable is not None or nullable is None):
            return computed[1].nullable, _placed(computed[0], computed[1].cause)
        for one, column in self.declared:
            if column.nullable:
                return True, NullCause(Rule.DECLARED_NULLABLE, one.place(column))
        return nullable, UNTOLD

    def _decides(self, computed: bool | None, nullable: bool | None) -> bool:
        """Whether what the producers of the column give decides it; `nullable` is what is declared.

        Nulls do wherever they come from, their absence only if it is that of all rows: rows that are added to a table
        say nothing about those that others add, unless nothing declares that the column may be null and each producer
        adds whole rows that it computes from datasets.
        """
        if computed is not False:
            return bool(computed)
        producers = [one for one, _ in self.computed]
        return any(one.whole for one in producers) or (not nullable and not any(one.constant for one in producers))

    def _stated(self) -> NullCause:
        """The reason by which a constraint, or else a test, excludes nulls; untold without one.

        A test on a column that the same declaration calls nullable does not count: it does not change what is stored.
        """
        for one, column in self.declared:
            if column.nullable is False:
                return NullCause(Rule.NOT_NULL, one.place(column))
        for one, column in self.declared:
            if column.nullable is not True and any(_tests_not_null(test) for test in column.tests):
                return NullCause(Rule.TESTED, one.place(column))
        return UNTOLD


_Computed = tuple[Producer, DerivedColumn]


def _decisive(computed: Sequence[_Computed]) -> _Computed | None:
    """The computation that decides nullability: the first that is nullable, else unknown, else not null."""
    by_answer = {one[1].nullable: one for one in reversed(computed)}
    return by_answer.get(True) or by_answer.get(None) or by_answer.get(False)


def _unseen(producer: Producer, out: DerivedColumn) -> DerivedColumn:
    """The column of a producer that shows only some rows: whether others hold nulls is not known."""
    cause = NullCause(Rule.ROWS_UNSEEN, f"{producer.path}:{producer.line}")
    return msgspec.structs.replace(out, nullable=None, cause=cause)


def _placed(producer: Producer, cause: NullCause) -> NullCause:
    """The reason of a computed column with the file of its line; downstream, a line alone would say nothing.

    The rows of VALUES have no lines of their own, so a constant among them has that of the statement.
    """
    if cause.also is not None:
        cause = msgspec.structs.replace(cause, also=_placed(producer, cause.also))
    if cause.rule in _OF_LITERALS and not cause.line:
        return msgspec.structs.replace(cause, line=producer.line, path=producer.path)
    if not cause.line or cause.path:
        return cause
    path = producer.placed(cause)
    return msgspec.structs.replace(cause, path=path or producer.path, sure=bool(path))


def passes_on(producer: Producer, found: Frame, told: Told) -> bool:
    """Whether a declared column can only come to `producer` from a source with unknown columns."""
    return takes_all(producer, found) and all(one is not producer for one, _ in told.computed)


def is_phantom(name: str, told: Told, made: Sequence[tuple[Producer, Frame]]) -> bool:
    """Whether a column is only documented: the one query that makes its table is fully known and does not have it.

    Names that are no plain identifiers do not count: struct fields are documented like columns ("address.city"), and
    quoted names may be anything. Nor does a column with a declared constraint.
    """
    if told.computed or not _NAME.fullmatch(name) or len(made) != 1:
        return False
    producer, found = made[0]
    if not found.columns or not found.complete or producer.adds:
        return False
    return all(not one.complete and column.nullable is None for one, column in told.declared)


def takes_all(producer: Producer, found: Frame) -> bool:
    """Whether a frame has unknown columns, all passed on unchanged from what the producer reads."""
    return not found.complete and not producer.adds and not is_open(producer, found)


def is_open(producer: Producer, found: Frame) -> bool:
    """Whether a frame may have columns that are known only at run time."""
    return producer.open or any(column.name.startswith(STAND_IN) for column in found.columns)


def without_phantoms(relation: Relation) -> Relation:
    """The relation without columns that are only documented, as readers find it."""
    if not any(one.phantom for one in relation.columns):
        return relation
    columns = tuple(one for one in relation.columns if not one.phantom)
    return Relation(relation.name, columns, relation.complete)


def _tests_not_null(test: str) -> bool:
    return test.partition("(")[0].rpartition(".")[2].strip() in _TESTED_NOT_NULL
