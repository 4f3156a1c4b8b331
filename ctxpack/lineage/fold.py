"""What the files of a repository declare of tables, after all migrations, and how it came to be.

Files are parted into families (`lineage/migrations.py`), each is folded by itself (`lineage/state.py`), and where
several families declare the same name one is taken, the same for all names that they share:

1. one that is not only for tests, examples or archives, as its paths say;
2. a dump of the whole schema, then migrations and SQL definitions, then what programs declare (classes of an ORM);
3. the newest version, where folders or files are named by versions;
4. the one of the most files;
5. by dialect: PostgreSQL, its kin, warehouses, MySQL, SQL Server, Oracle, SQLite, the others;
6. by path.

The others are kept in `Folded.others`, and a problem says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.datamodel.schema import DataFacts, DeclaredTable, Folded, SchemaChange, SchemaStep
from ctxpack.lineage.frameworks import framework_families
from ctxpack.lineage.migrations import Family, nearest, sql_families
from ctxpack.lineage.places import is_aside, shared_depth
from ctxpack.lineage.state import DEFAULT_SCHEMAS, State, owner_of
from ctxpack.model import Problem

_NOT_TABLES = frozenset({"mixin", "domain", "type"})


def fold(files: Sequence[tuple[str, DataFacts]]) -> Folded:
    """The tables that files declare and the changes that led to them.

    `files` are (path, facts) pairs, a path once for each format that it is of.
    """
    ordered = sorted(files, key=lambda file: (file[0], file[1].format))
    told = [file for file in ordered if file[1].steps]
    families = _with_bases(sql_families([file for file in told if file[1].format == "sql"]))
    families.extend(framework_families([file for file in told if file[1].format != "sql"]))
    families.sort(key=lambda family: family.rank)
    states = [State(family.name, history=family.history) for family in families]
    pending: list[tuple[Family, SchemaStep, str, str]] = []
    for family, state in zip(families, states, strict=True):
        pending.extend((family, *left) for left in _folded(family, state))
    state_of = {id(family): state for family, state in zip(families, states, strict=True)}
    for family, step, path, schema_format in pending:
        other = nearest([one for one in families if one.format == family.format], step.table, path)
        if other is not None:
            state_of[id(other)].apply(step, path, schema_format)
    problems = tuple(problem for _, facts in ordered for problem in facts.problems)
    return _chosen(states, problems)


def _folded(family: Family, state: State) -> list[tuple[SchemaStep, str, str]]:
    """Apply the steps of a family; those on tables that it does not know come back."""
    left: list[tuple[SchemaStep, str, str]] = []
    for path, facts in family.files:
        own = {step.table for step in facts.steps if step.kind == "create"}
        for step in facts.steps:
            # A set of definitions is no history: what one of its files drops, others may define.
            if step.kind == "drop" and not family.history and step.table not in own:
                continue
            if not state.apply(step, path, facts.format) and step.kind != "drop":
                left.append((step, path, facts.format))
    return left


def _with_bases(families: Sequence[Family]) -> list[Family]:
    """Families where those histories that change tables which they do not make stand on the definitions that do."""
    used: set[str] = set()
    joined: list[Family] = []
    for family in families:
        base = _base_of(family, families) if family.history else None
        if base is None:
            joined.append(family)
            continue
        used.add(base.name)
        files = [*base.files, *family.files]
        version = max(base.version, family.version)
        joined.append(Family(family.name, family.format, files, True, family.root, version, family.dialect))
    return [family for family in joined if family.history or family.name not in used]


def _base_of(family: Family, families: Sequence[Family]) -> Family | None:
    """The definitions that make what a history changes without making it: most of it, then nearest."""
    made = _lasts(family.created)
    named = {step.table.rpartition(".")[2] for _, facts in family.files for step in facts.steps if step.table}
    missing = named - made
    if not missing:
        return None
    best: tuple[int, int, tuple[object, ...], Family] | None = None
    for other in families:
        if other.history or other.format != family.format or (other.dialect and family.dialect != other.dialect):
            continue
        depth = shared_depth(other.root, family.root)
        hits = len(missing & _lasts(other.created))
        if not hits or _is_far(other, family):
            continue
        candidate = (-hits, -depth, other.rank, other)
        if best is None or candidate[:3] < best[:3]:
            best = candidate
    return best[3] if best else None


def _is_far(definitions: Family, history: Family) -> bool:
    """Whether two families lie in different parts of a repository: neither's folder is above or beside the other's."""
    one = definitions.root.split("/") if definitions.root else []
    two = history.root.split("/") if history.root else []
    common = shared_depth(definitions.root, history.root) if one and two else 0
    up, down = len(two) - common, len(one) - common
    return up > 2 or down > 1 or is_aside(definitions.root) != is_aside(history.root)


def _lasts(names: set[str]) -> set[str]:
    return {name.rpartition(".")[2] for name in names}


def _known_as(name: str) -> str:
    """A table's name for comparing it across families: without a schema that goes without saying."""
    return name.rpartition(".")[2] if owner_of(name) in DEFAULT_SCHEMAS else name


def _chosen(states: Sequence[State], problems: tuple[Problem, ...]) -> Folded:
    """Each name once, from the first family that has it; states come with the preferred first."""
    tables: dict[str, DeclaredTable] = {}
    bare: dict[str, DeclaredTable] = {}
    others: list[DeclaredTable] = []
    shared: dict[tuple[str, str], int] = {}
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
                shared[taken.family, table.family] = shared.get((taken.family, table.family), 0) + 1
                paths.setdefault(table.family, table.path)
    told = [
        Problem(paths[left], f"{count} of the tables declared in {left} are declared in {taken} too, which is taken")
        for (taken, left), count in sorted(shared.items())
        if taken != left
    ]
    return Folded(
        tuple(sorted(tables.values(), key=lambda one: (one.name, one.path, one.line))),
        tuple(changes),
        (*problems, *told),
        tuple(sorted(others, key=lambda one: (one.name, one.family, one.path, one.line))),
    )
