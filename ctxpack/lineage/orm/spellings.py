"""Corrects guessed table and column names of ORM classes by the spelling in SQL definitions and migrations.

An ORM derives names from classes and members by a naming strategy (camel case, snake case, lower case) that is set at
run time. So if no definition or migration has a table of the guessed name, but one has the same letters, that one is
meant; likewise for columns. If these files declare most tables of the ORM's classes, a class whose guessed table none
of them declares is taken for the result type of a query, and dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.families.family import Family
from ctxpack.model import Column

GUESSED = frozenset({"typeorm", "drizzle", "jpa"})
"""Formats whose classes may leave names to a naming strategy."""

_NOT_TOLD = frozenset({"sqlalchemy", "django_models", "prisma"}) | GUESSED
_WORD = re.compile(r"\w+")

Spelled = Mapping[str, dict[str, str]]
"""By table (its last name), the column names by their letters (`squashed`)."""


def squashed(name: str) -> str:
    """A name reduced for comparison across naming strategies: in lower case, without underscores."""
    return name.replace("_", "").lower()


def spelled_alike(families: Sequence[Family]) -> None:
    """Rename the tables and columns of guessing classes to the declared spelling; changes the families in place."""
    guessing = [one for one in families if one.format in GUESSED]
    known = _declared(one for one in families if one.format not in _NOT_TOLD) if guessing else {}
    if not known:
        return
    by_letters: dict[str, str] = {}
    for name in sorted(known):
        by_letters.setdefault(squashed(name), name)
    for family in guessing:
        family.files = [(path, _spelled(facts, known, by_letters)) for path, facts in family.files]
    for mapper in sorted(GUESSED):
        own = [family for family in guessing if family.format == mapper]
        tables = [_last(step.table) in known for family in own for step in _created(family)]
        if 2 * sum(tables) > len(tables):
            for family in own:
                family.files = [(path, _without_guesses(facts, known)) for path, facts in family.files]
    for family in guessing:
        family.note()


def _created(family: Family) -> list[SchemaStep]:
    return [step for _, facts in family.files for step in facts.steps if step.kind == "create"]


def _without_guesses(facts: DataFacts, known: Spelled) -> DataFacts:
    """The facts of a file without tables whose names are guessed and not declared elsewhere."""
    kept = tuple(
        step
        for step in facts.steps
        if step.kind != "create" or _last(step.table) in known or squashed(_last(step.table)) != squashed(step.name)
    )
    return msgspec.structs.replace(facts, steps=kept)


def _declared(families: Iterable[Family]) -> Spelled:
    """All tables and columns that definitions and migrations ever declared."""
    known: dict[str, dict[str, str]] = {}
    for family in families:
        for _, facts in (*family.base, *family.past, *family.files):
            for step in facts.steps:
                if step.kind == "rename":
                    known[_last(step.name)] = dict(known.get(_last(step.table), {}))
                if step.kind in ("create", "add column", "rename column") and step.table:
                    columns = known.setdefault(_last(step.table), {})
                    columns.update((squashed(column.name), column.name) for column in step.columns)
    return known


def _spelled(facts: DataFacts, known: Spelled, by_letters: Mapping[str, str]) -> DataFacts:
    return msgspec.structs.replace(facts, steps=tuple(_step(step, known, by_letters) for step in facts.steps))


def _step(step: SchemaStep, known: Spelled, by_letters: Mapping[str, str]) -> SchemaStep:
    table = _table(step.table, known, by_letters)
    theirs = known.get(_last(table))
    if theirs is None:
        return step
    names = {column.name: _column(column, theirs) for column in step.columns}
    columns = tuple(msgspec.structs.replace(column, name=names[column.name]) for column in step.columns)
    keys = tuple(_key(key, names, known, by_letters) for key in step.keys)
    return msgspec.structs.replace(step, table=table, columns=columns, keys=keys)


def _table(name: str, known: Spelled, by_letters: Mapping[str, str]) -> str:
    """A table's name in the declared spelling, keeping its schema."""
    owner, dot, last = name.rpartition(".")
    return name if last.lower() in known else owner + dot + by_letters.get(squashed(last), last)


def _column(column: Column, theirs: Mapping[str, str]) -> str:
    return theirs.get(squashed(column.name), column.name)


def _key(key: str, names: Mapping[str, str], known: Spelled, by_letters: Mapping[str, str]) -> str:
    """A key with its columns and the referenced table in the declared spelling."""
    own, mark, other = key.partition(" references ")
    table, space, rest = other.partition(" ")
    own = _WORD.sub(lambda match: names.get(match[0], match[0]), own)
    return f"{own}{mark}{_table(table, known, by_letters)}{space}{rest}" if mark else own


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()
