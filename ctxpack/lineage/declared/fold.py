"""Folds all schema steps of a repository into the declared tables after all migrations, and their changes.

Files are grouped into families (`lineage/families`) and each family is folded by itself
(`lineage/declared/state.py`). Where several families declare the same table, one family is preferred, by these criteria
in order:

1. one that is not only for tests, examples or archives, as its paths say;
2. a dump of the whole schema, then migrations and SQL definitions, then what programs declare (classes of an ORM);
3. one that creates at least half as many tables as any other family with a table in common;
4. the newest version, where folders or files are named by versions;
5. by dialect: one that no path names, PostgreSQL, its relatives, warehouses, MySQL, SQL Server, Oracle, SQLite, the
   others (which are mostly there for tests);
6. the one with the most files;
7. by path.

The others are kept in `Folded.others`, and a problem says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ctxpack.datamodel.schema import ChangeKind, DataFacts, DeclaredTable, Folded, SchemaChange, SchemaStep
from ctxpack.lineage.declared.records import part
from ctxpack.lineage.declared.schema_diff import defined
from ctxpack.lineage.declared.state import State
from ctxpack.lineage.declared.tables import DEFAULT_SCHEMAS, owner_of
from ctxpack.lineage.families.bases import nearest, stand_on_bases
from ctxpack.lineage.families.family import Family, File
from ctxpack.lineage.families.sql_files import sql_families
from ctxpack.lineage.orm.frameworks import framework_families
from ctxpack.lineage.orm.spellings import spelled_alike
from ctxpack.model import Column, Problem

Left = tuple[SchemaStep, str, str]
"""A step on a table that its family does not have, with the path and the format of its file."""

_UNDONE = frozenset({"drop", "drop column", "drop key"})
_TOLD = 3
_NOT_TABLES = frozenset({"mixin", "domain", "type"})


def fold(files: Sequence[tuple[str, DataFacts]]) -> Folded:
    """The declared tables after all steps, and the changes that led to them.

    `files` are (path, facts) pairs, one for each format of a file.
    """
    parted = part(sorted(files, key=lambda file: (file[0], file[1].format)))
    ordered = parted.files
    # A migration without steps still links others in the order of revisions.
    told = [file for file in ordered if file[1].steps or file[1].revision or file[1].parents]
    families = sql_families([file for file in told if file[1].format == "sql"])
    families.extend(framework_families([file for file in told if file[1].format != "sql"]))
    families = stand_on_bases(families)
    spelled_alike(families)
    families.sort(key=lambda family: family.rank)
    states = _states(families)
    problems = tuple(problem for _, facts in ordered for problem in facts.problems)
    return msgspec.structs.replace(
        _chosen(states, problems), records=tuple(parted.records), expected=tuple(parted.expected)
    )


def _states(families: Sequence[Family]) -> list[State]:
    """The tables of each family; a step on a table of another family is applied to the nearest that has it."""
    states = [State(family.name) for family in families]
    pending: list[tuple[Family, Left]] = []
    for family, state in zip(families, states, strict=True):
        state.changes.extend(_past_changes(family))
        pending.extend((family, one) for one in _folded(family, state))
    state_of = {id(family): state for family, state in zip(families, states, strict=True)}
    known: dict[tuple[str, str], Family | None] = {}
    for family, (step, path, schema_format) in pending:
        asked = (family.name, step.table)
        if asked not in known:
            known[asked] = nearest(families, step.table, family)
        other = known[asked]
        if other is not None:
            state_of[id(other)].apply(step, path, schema_format)
    return states


def _folded(family: Family, state: State) -> list[Left]:
    """Apply the steps of a family to `state`; gives the steps on tables that it does not have."""
    return [
        *_applied(family.base, state, history=False),
        *_applied(family.files, state, history=family.history),
    ]


def _applied(files: Sequence[File], state: State, *, history: bool) -> list[Left]:
    left: list[Left] = []
    state.history = history
    for path, facts in files:
        made = {step.table for step in facts.steps if step.kind == "create"}
        for step in facts.steps:
            # In a set of definitions files have no order: a file may drop what another one defines.
            if step.kind in _UNDONE and not history and step.table not in made:
                continue
            if not state.apply(step, path, facts.format) and step.kind != "drop":
                left.append((step, path, facts.format))
    return left


def _past_changes(family: Family) -> list[SchemaChange]:
    """The changes in the first steps of a history, whose effects its base definitions already contain."""
    past = State(family.name)
    left = _applied(family.past, past, history=True)
    return [*past.changes, *_told(left, past)]


def _told(steps: Sequence[Left], state: State) -> list[SchemaChange]:
    """The changes described by steps on tables whose earlier states are unknown."""
    kinds: dict[str, ChangeKind] = {
        "add column": "column added",
        "drop column": "column dropped",
        "rename column": "column renamed",
        "retype": "type changed",
        "nullability": "nullability changed",
        "rename": "table renamed",
        "add key": "key added",
    }
    told: list[SchemaChange] = []
    for step, path, _ in steps:
        if step.kind not in kinds:
            continue
        column = step.columns[0] if step.columns else Column("")
        name = step.name if step.kind in ("drop column", "rename column") else column.name
        before = step.name if step.kind == "rename column" else step.table if step.kind == "rename" else ""
        after = {
            "add column": defined(column),
            "rename column": column.name,
            "retype": column.type,
            "nullability": "null" if column.nullable else "not null",
            "rename": step.name,
            "add key": ", ".join(step.keys),
        }.get(step.kind, "")
        order = len(state.changes) + len(told) + 1
        told.append(SchemaChange(step.table, name, kinds[step.kind], before, after, path, step.line, order))
    return told


def _known_as(name: str) -> str:
    """A table's name for comparison across families: without a default schema such as "public"."""
    return name.rpartition(".")[2] if owner_of(name) in DEFAULT_SCHEMAS else name


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _few(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    told = sorted(set(names))
    more = f" and {len(told) - _TOLD:,} more" if len(told) > _TOLD else ""
    return f"{', '.join(told[:_TOLD])}{more}"


class _Choice:
    """Each table name once, from the first family that offers it, and what the later ones have under that name."""

    def __init__(self) -> None:
        self.tables: dict[str, DeclaredTable] = {}
        self.others: list[DeclaredTable] = []
        self._bare: dict[str, DeclaredTable] = {}
        self._differing: dict[tuple[str, str], list[str]] = {}
        self._first_other: dict[str, str] = {}

    def offer(self, table: DeclaredTable) -> None:
        """Take a table, or put it with the others if one of its name is taken."""
        taken = self._taken(table)
        if taken is None:
            self.tables[_known_as(table.name)] = table
            self._bare.setdefault(_last(table.name), table)
            return
        self.others.append(table)
        self._first_other.setdefault(table.family, table.path)
        if {one.name.lower() for one in taken.columns} != {one.name.lower() for one in table.columns}:
            self._differing.setdefault((taken.family, table.family), []).append(_last(table.name))

    def _taken(self, table: DeclaredTable) -> DeclaredTable | None:
        known_as, last = _known_as(table.name), _last(table.name)
        bare = self._bare.get(last)
        if known_as in self.tables or bare is None or bare.family == table.family:
            return self.tables.get(known_as)
        # In different families, "silver.orders" and a bare "orders" may be the same table.
        return bare if last in (known_as, _known_as(bare.name)) else None

    def problems(self) -> tuple[Problem, ...]:
        """For each two families, the tables that both have with different columns."""
        return tuple(
            Problem(self._first_other[left], f"other columns than in {taken}, which is taken: {_few(names)}")
            for (taken, left), names in sorted(self._differing.items())
            if taken != left
        )


def _chosen(states: Sequence[State], problems: tuple[Problem, ...]) -> Folded:
    """Each table name once, from the first family that has it; `states` are sorted by preference."""
    choice = _Choice()
    changes: list[SchemaChange] = []
    for state in states:
        changes.extend(state.changes)
        for table in state.declared():
            if table.kind_of not in _NOT_TABLES:
                choice.offer(table)
    return Folded(
        tuple(sorted(choice.tables.values(), key=lambda one: (one.name, one.path, one.line))),
        tuple(changes),
        (*problems, *choice.problems()),
        tuple(sorted(choice.others, key=lambda one: (one.name, one.family, one.path, one.line))),
    )
