"""What the files of a repository declare of tables, after all migrations, and how it came to be.

Files are parted into families (`lineage/migrations.py`), each is folded by itself (`lineage/state.py`), and where
several families declare the same name one is taken, the same for all names that they share:

1. one that is not only for tests, examples or archives, as its paths say;
2. a dump of the whole schema, then migrations and SQL definitions, then what programs declare (classes of an ORM);
3. one that makes at least half as many tables as any other that makes one of them;
4. the newest version, where folders or files are named by versions;
5. by dialect: one that no name tells, PostgreSQL, its kin, warehouses, MySQL, SQL Server, Oracle, SQLite, the others
   (which are mostly there for tests);
6. the one of the most files;
7. by path.

The others are kept in `Folded.others`, and a problem says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ctxpack.datamodel.schema import ChangeKind, DataFacts, DeclaredTable, Folded, SchemaChange, SchemaStep
from ctxpack.lineage.frameworks import framework_families
from ctxpack.lineage.migrations import Family, File, nearest, sql_families, stand_on_bases
from ctxpack.lineage.records import part
from ctxpack.lineage.schema_diff import defined
from ctxpack.lineage.spellings import spelled_alike
from ctxpack.lineage.state import State
from ctxpack.lineage.tables import DEFAULT_SCHEMAS, owner_of
from ctxpack.model import Column, Problem

Left = tuple[SchemaStep, str, str]

_UNDONE = frozenset({"drop", "drop column", "drop key"})
_TOLD = 3
_NOT_TABLES = frozenset({"mixin", "domain", "type"})


def fold(files: Sequence[tuple[str, DataFacts]]) -> Folded:
    """The tables that files declare and the changes that led to them.

    `files` are (path, facts) pairs, a path once for each format that it is of.
    """
    parted = part(sorted(files, key=lambda file: (file[0], file[1].format)))
    ordered = parted.files
    # A migration without steps still tells which come before others.
    told = [file for file in ordered if file[1].steps or file[1].revision or file[1].parents]
    families = sql_families([file for file in told if file[1].format == "sql"])
    families.extend(framework_families([file for file in told if file[1].format != "sql"]))
    families = stand_on_bases(families)
    spelled_alike(families)
    families.sort(key=lambda family: family.rank)
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
    problems = tuple(problem for _, facts in ordered for problem in facts.problems)
    return msgspec.structs.replace(
        _chosen(states, problems), records=tuple(parted.records), expected=tuple(parted.expected)
    )


def _folded(family: Family, state: State) -> list[Left]:
    """Apply the steps of a family; those on tables that it does not know come back."""
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
            # A set of definitions is no history: what one of its files drops, others may define.
            if step.kind in _UNDONE and not history and step.table not in made:
                continue
            if not state.apply(step, path, facts.format) and step.kind != "drop":
                left.append((step, path, facts.format))
    return left


def _past_changes(family: Family) -> list[SchemaChange]:
    """The changes that steps tell which the definitions of a family already have."""
    past = State(family.name)
    left = _applied(family.past, past, history=True)
    return [*past.changes, *_told(left, past)]


def _told(steps: Sequence[Left], state: State) -> list[SchemaChange]:
    """The changes that steps on tables tell whose earlier states are not known."""
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
    """A table's name for comparing it across families: without a schema that goes without saying."""
    return name.rpartition(".")[2] if owner_of(name) in DEFAULT_SCHEMAS else name


def _few(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    told = sorted(set(names))
    more = f" and {len(told) - _TOLD:,} more" if len(told) > _TOLD else ""
    return f"{', '.join(told[:_TOLD])}{more}"


def _chosen(states: Sequence[State], problems: tuple[Problem, ...]) -> Folded:
    """Each name once, from the first family that has it; states come with the preferred first."""
    tables: dict[str, DeclaredTable] = {}
    bare: dict[str, DeclaredTable] = {}
    others: list[DeclaredTable] = []
    shared: dict[tuple[str, str], list[str]] = {}
    paths: dict[str, str] = {}
    changes: list[SchemaChange] = []
    for state in states:
        changes.extend(state.changes)
        for table in state.declared():
            if table.kind_of in _NOT_TABLES:
                continue
            known_as, last = _known_as(table.name), table.name.rpartition(".")[2]
            taken = tables.get(known_as)
            if taken is None and last in bare and bare[last].family != table.family:
                # One name with a schema and one without, of different families: either may be meant by the bare name.
                taken = bare[last] if known_as == last or _known_as(bare[last].name) == last else None
            if taken is None:
                tables[known_as] = table
                bare.setdefault(last, table)
            else:
                others.append(table)
                differs = {one.name.lower() for one in taken.columns} != {one.name.lower() for one in table.columns}
                shared.setdefault((taken.family, table.family), []).extend([last] if differs else [])
                paths.setdefault(table.family, table.path)
    told = [
        Problem(paths[left], f"other columns than in {taken}, which is taken: {_few(names)}")
        for (taken, left), names in sorted(shared.items())
        if taken != left and names
    ]
    return Folded(
        tuple(sorted(tables.values(), key=lambda one: (one.name, one.path, one.line))),
        tuple(changes),
        (*problems, *told),
        tuple(sorted(others, key=lambda one: (one.name, one.family, one.path, one.line))),
    )
