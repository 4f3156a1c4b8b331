"""Groups schema files into families: one history of migrations, or one set of definitions, each in order.

A repository may hold several of either: for each dialect, version or service. Their tables must not be mixed. Files are
grouped by folder, by the dialect in their names, and by content: two files or version folders that create the same
tables are alternatives, not successive steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ctxpack.datamodel.schema import DataFacts
from ctxpack.lineage.families.places import (
    Natural,
    Place,
    dialect_in,
    dialect_rank,
    is_aside,
    natural,
    place,
    undoes,
    version,
)
from ctxpack.paths import shared_depth

File = tuple[str, DataFacts]

_ALTERNATIVE = 0.5


@dataclass(slots=True)
class Family:
    """Files that are folded together; `history` says that they are ordered steps, not an unordered set of definitions.

    `base` are the definitions that a history starts from. `past` are its first steps, where `base` describes the schema
    after them; they are not in `files`. `created` are the tables that the files create. `partial` marks a family with
    less than half as many tables as another that has one of the same.
    """

    name: str
    format: str
    files: list[File]
    history: bool
    root: str = ""
    version: Natural = ()
    dialect: str = ""
    base: list[File] = field(default_factory=list)
    past: list[File] = field(default_factory=list)
    partial: bool = False
    created: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.note()

    def note(self) -> None:
        """Compute `created` again after a change of the files."""
        self.created = {table for _, facts in (*self.base, *self.files) for table in created(facts)}

    @property
    def is_dump(self) -> bool:
        """Whether the files are a generated dump of the whole schema, by their names."""
        return any(path.rpartition("/")[2].endswith("structure.sql") for path, _ in (*self.base, *self.files))

    @property
    def lasts(self) -> set[str]:
        """The created tables without their schemas."""
        return last_names(self.created)

    @property
    def rank(self) -> tuple[bool, int, bool, tuple[int, ...], int, int, str]:
        """Sort key of the preference among families that declare the same table, the preferred first (see `fold`)."""
        newest = (*(-number for _, number, _ in self.version), 1)
        return (
            all(is_aside(path) for path, _ in self.files),
            0 if self.is_dump else _FORMAT_RANK.get(self.format, 2),
            self.partial,
            newest,
            dialect_rank(self.dialect),
            -len(self.files),
            self.name,
        )


_FORMAT_RANK = {
    "rails_schema": 0, "sql": 1, "alembic": 1, "django_migrations": 1, "rails_migrations": 1, "laravel": 1,
    "typeorm_migrations": 1, "efcore_migrations": 1,
}  # fmt: skip


def created(facts: DataFacts) -> list[str]:
    """The tables that a file creates and does not drop again, under their last names."""
    made: dict[str, None] = {}
    for step in facts.steps:
        if step.kind == "create" and step.kind_of not in ("domain", "type"):
            made[step.table] = None
        elif step.kind == "drop":
            made.pop(step.table, None)
        elif step.kind == "rename" and step.table in made:
            del made[step.table]
            made[step.name] = None
    return list(made)


def sql_families(files: Sequence[File]) -> list[Family]:
    """The families of SQL files."""
    facts_of = dict(files)
    places = [place(path) for path, _ in files if not undoes(path)]
    groups = _branches(places)
    found: list[Family] = []
    for (root, branch), members in sorted(groups.items()):
        found.extend(_parted(root, branch, members, facts_of))
    return _with_common(found)


def _branches(places: Sequence[Place]) -> dict[tuple[str, str], list[Place]]:
    """The files by the folder of their history and by dialect, "" for those that are for all.

    Where the names of a folder's steps state dialects, a step without one is for all dialects that have no step of that
    name; so each dialect gets those, and there is no history of them alone.
    """
    dialects = _dialects_in_names(places)
    groups: dict[tuple[str, str], list[Place]] = {}
    for one in places:
        by_name = not one.is_step or one.dialect in dialects.get(one.root, ())
        groups.setdefault((one.root, one.branch or (one.dialect if by_name else "")), []).append(one)
    for root, those in dialects.items():
        common = groups.pop((root, ""), [])
        stepless = [one for one in common if not one.is_step]
        if stepless:
            groups[root, ""] = stepless
        for branch in those:
            own = groups[root, branch]
            known = {(one.versions, one.bare) for one in own}
            own.extend(one for one in common if one.is_step and (one.versions, one.bare) not in known)
    return groups


def _dialects_in_names(places: Sequence[Place]) -> dict[str, set[str]]:
    """The dialects that names of steps state, by the folder of the history.

    A dialect counts if one of its steps has a counterpart: a step of the same name for another dialect, or for all.
    """
    alike: dict[tuple[str, tuple[str, ...], str], set[str]] = {}
    for one in places:
        if one.is_step and not one.branch:
            alike.setdefault((one.root, one.versions, one.bare), set()).add(one.dialect)
    found: dict[str, set[str]] = {}
    for (root, _, _), dialects in alike.items():
        if len(dialects) > 1:
            found.setdefault(root, set()).update(dialects - {""})
    return found


def _parted(root: str, branch: str, members: Sequence[Place], facts_of: Mapping[str, DataFacts]) -> Iterator[Family]:
    """The families of one folder, or of one dialect (`branch`) in it."""
    told = dialect_in(branch) or next((name for part in reversed(root.split("/")) if (name := dialect_in(part))), "")
    steps = sorted((one for one in members if one.is_step), key=lambda one: one.order)
    others = sorted((one for one in members if not one.is_step), key=lambda one: natural(one.path))
    suffix = f" ({branch})" if branch else ""
    by_version = [list(group) for _, group in groupby(steps, key=lambda one: one.versions)]
    if len(by_version) > 1 and _are_alternatives([_made(group, facts_of) for group in by_version]):
        for group in by_version:
            folder = "/".join(part for part in (root, *group[0].versions) if part)
            part = _history if any(one.number is not None for one in group) else _definitions
            yield from part(folder, suffix, told, group, facts_of)
    elif steps:
        yield from _history(root, suffix, told, steps, facts_of)
    yield from _definitions(root, suffix, told, others, facts_of)


def _made(group: Sequence[Place], facts_of: Mapping[str, DataFacts]) -> set[str]:
    return {table for one in group for table in created(facts_of[one.path])}


def _surely_made(facts: DataFacts) -> set[str]:
    """The tables that a file creates without IF NOT EXISTS: in a history only one step can create each.

    Not those that it fills under another name and renames (as in SQLite, which cannot change columns): they were there.
    """
    guarded = {step.table for step in facts.steps if step.kind == "create" and step.only_if_missing}
    rebuilt = {step.name for step in facts.steps if step.kind == "rename"}
    return set(created(facts)) - guarded - rebuilt


def _are_alternatives(sets: Sequence[set[str]]) -> bool:
    """Whether groups of files are alternatives: most of their tables are created by more than one of them."""
    counts: dict[str, int] = {}
    for tables in sets:
        for table in tables:
            counts[table] = counts.get(table, 0) + 1
    return bool(counts) and sum(count > 1 for count in counts.values()) > _ALTERNATIVE * len(counts)


def _history(
    root: str, suffix: str, dialect: str, steps: Sequence[Place], facts_of: Mapping[str, DataFacts]
) -> Iterator[Family]:
    files: list[File] = []
    for _, group in groupby(steps, key=lambda one: (one.versions, one.number)):
        files.extend(_by_need([(one.path, facts_of[one.path]) for one in group]))
    if len(files) > 1 and _are_alternatives([_surely_made(facts) for _, facts in files]):
        for path, facts in files:
            yield Family(path + suffix, "sql", [(path, facts)], False, root, version(path), dialect)
    else:
        yield Family((root or ".") + suffix, "sql", files, True, root, version(root), dialect)


def _definitions(
    root: str, suffix: str, dialect: str, others: Sequence[Place], facts_of: Mapping[str, DataFacts]
) -> Iterator[Family]:
    """Sets of definitions; a file that mostly creates tables of an existing set goes to another one."""
    sets: list[tuple[set[str], list[Place]]] = []
    for one in others:
        made = set(created(facts_of[one.path]))
        fitting = next((s for s in sets if not made or len(made & s[0]) <= _ALTERNATIVE * len(made)), None)
        if fitting is None:
            fitting = (set(), [])
            sets.append(fitting)
        fitting[0].update(made)
        fitting[1].append(one)
    for number, (_, members) in enumerate(sets):
        files = _by_need([(one.path, facts_of[one.path]) for one in members])
        name = (root or ".") + suffix if number == 0 else files[0][0]
        told = version(root) or (version(files[0][0]) if len(sets) > 1 else ())
        yield Family(name, "sql", files, False, root, told, dialect)


def _by_need(files: Sequence[File]) -> list[File]:
    """The files in the order given, except that each comes after those that create the tables it alters."""
    maker: dict[str, str] = {}
    for path, facts in files:
        for table in created(facts):
            maker.setdefault(table, path)
    facts_of = dict(files)
    ordered: dict[str, None] = {}

    def visit(path: str, above: tuple[str, ...]) -> None:
        if path in ordered or path in above or len(above) > 50:
            return
        needed = {maker.get(name, path) for step in facts_of[path].steps for name in _needed(step.table, step.like)}
        for other in sorted(needed - {path}, key=natural):
            visit(other, (*above, path))
        ordered[path] = None

    for path, _ in files:
        visit(path, ())
    return [(path, facts_of[path]) for path in ordered]


def _needed(table: str, like: str) -> list[str]:
    return [table, *(part.strip() for part in like.split(",") if part.strip())]


def _with_common(found: Sequence[Family]) -> list[Family]:
    """The families, each history in a dialect sub-folder merged with the common steps in the folder above."""
    histories = {family.root: family for family in found if family.history}
    common: set[str] = set()
    joined: list[Family] = []
    for family in found:
        above, _, last = family.root.rpartition("/")
        base = histories.get(above)
        if family.history and base is not None and dialect_in(last) and family is not base:
            common.add(base.name)
            files = sorted([*base.files, *family.files], key=lambda file: _step_order(file[0]))
            joined.append(Family(family.name, "sql", files, True, family.root, family.version, family.dialect))
        else:
            joined.append(family)
    return [family for family in joined if family.name not in common or not family.history]


def _step_order(path: str) -> tuple[int, Natural, Natural, str]:
    return place(path).order


def stand_on_bases(families: Sequence[Family]) -> list[Family]:
    """Give histories that alter tables without creating them the definitions that do as their `base`.

    If those definitions already contain the columns that the first steps of the history add (a schema dump kept beside
    the migrations, perhaps not the newest), these steps become `past`.
    """
    used: set[str] = set()
    for family in families:
        base = _base_of(family, families) if family.history else None
        if base is None:
            continue
        done = _steps_in(base, family)
        used.add(base.name)
        family.base, family.past, family.files = base.files, family.files[:done], family.files[done:]
        family.version = max(base.version, family.version)
        family.created = base.created.union(*(created(facts) for _, facts in family.files))
    kept = [family for family in families if family.history or family.name not in used]
    _mark_partial(kept)
    return kept


def _mark_partial(families: Sequence[Family]) -> None:
    lasts = [family.lasts for family in families]
    largest: dict[str, int] = {}
    for family, names in zip(families, lasts, strict=True):
        if not all(is_aside(path) for path, _ in family.files):
            for name in names:
                largest[name] = max(largest.get(name, 0), len(names))
    for family, names in zip(families, lasts, strict=True):
        family.partial = 2 * len(names) < max((largest.get(name, 0) for name in names), default=0)


def _base_of(family: Family, families: Sequence[Family]) -> Family | None:
    """The definitions that create the most of the tables that a history alters without creating; ties by nearness."""
    missing = _unmade(family)
    fitting: list[tuple[int, int, Family]] = []
    for other in families:
        fits = not other.history and other.format == family.format and other.dialect in ("", family.dialect)
        hits = len(missing & other.lasts) if fits else 0
        if hits and not _is_far(other, family):
            fitting.append((-hits, -shared_depth(other.root, family.root), other))
    return min(fitting, key=lambda one: (one[0], one[1], one[2].rank))[2] if fitting else None


def _unmade(history: Family) -> set[str]:
    """The tables that a history alters before creating them, or without."""
    made: set[str] = set()
    missing: set[str] = set()
    for step in (step for _, facts in history.files for step in facts.steps if step.table):
        name = step.table.rpartition(".")[2]
        if step.kind == "create":
            made.add(name)
        elif step.kind != "drop" and name not in made:
            missing.add(name)
        if step.kind == "rename":
            made.add(step.name.rpartition(".")[2])
    return missing


def _is_far(definitions: Family, history: Family) -> bool:
    """Whether two families are unrelated: either is over two folders from the common one, or only one is for tests."""
    one = definitions.root.split("/") if definitions.root else []
    two = history.root.split("/") if history.root else []
    common = shared_depth(definitions.root, history.root) if one and two else 0
    up, down = len(two) - common, len(one) - common
    return up > 2 or down > 2 or is_aside(definitions.root) != is_aside(history.root)


def _steps_in(definitions: Family, history: Family) -> int:
    """How many of the first steps of a history the definitions already include: up to the last whose effects show."""
    there = {
        (step.table.rpartition(".")[2], column.name.lower())
        for _, facts in definitions.files
        for step in facts.steps
        for column in step.columns
        if step.kind in ("create", "add column")
    }
    known = {table for table, _ in there}
    added = {key: number for key, number in _added(history).items() if key[0] in known}
    done = max((number + 1 for key, number in added.items() if key in there), default=0)
    told = [key for key, number in added.items() if number < done]
    return done if sum(key in there for key in told) > _ALTERNATIVE * len(told) else 0


def _added(history: Family) -> dict[tuple[str, str], int]:
    """By (table, column), the index of the step that adds a column which the history does not drop again."""
    added: dict[tuple[str, str], int] = {}
    for number, (_, facts) in enumerate(history.files):
        for step in facts.steps:
            table = step.table.rpartition(".")[2]
            if step.kind in ("drop column", "rename column"):
                added.pop((table, step.name.lower()), None)
            if step.kind in ("add column", "rename column"):
                added.update(((table, column.name.lower()), number) for column in step.columns)
            elif step.kind in ("drop", "create"):
                added = {key: value for key, value in added.items() if key[0] != table}
    return added


def last_names(names: Iterable[str]) -> set[str]:
    """Table names without their schemas."""
    return {name.rpartition(".")[2] for name in names}


def nearest(families: Sequence[Family], table: str, asking: Family) -> Family | None:
    """The family that has a table which the family `asking` alters; None if there is none.

    Of those with the same format and dialect that are not far away, the one with the most folders in common, then the
    preferred one.
    """
    last = table.rpartition(".")[2]
    fitting = [
        (-shared_depth(one.root, asking.root), number, one)
        for number, one in enumerate(families)
        if one is not asking
        and one.format == asking.format
        and last in one.lasts
        and (one.dialect == asking.dialect or "" in (one.dialect, asking.dialect))
        and not _is_far(one, asking)
    ]
    return min(fitting, default=(0, 0, None), key=lambda one: one[:2])[2]


def by_parents(files: Sequence[File]) -> list[File]:
    """Migrations in topological order, each after its parents; otherwise by path, those without parents first."""
    of_revision = {facts.revision: (path, facts) for path, facts in files if facts.revision}
    ordered: dict[str, File] = {}
    for path, facts in sorted(files, key=lambda file: (bool(file[1].parents), file[0])):
        # An explicit stack, since histories of thousands of steps would exceed the recursion limit.
        stack = [(path, facts)]
        entered: set[str] = set()
        while stack:
            current = stack[-1]
            needed = [
                of_revision[p] for p in current[1].parents if p in of_revision and of_revision[p][0] not in ordered
            ]
            if current[0] in ordered or current[0] in entered or not needed:
                ordered.setdefault(current[0], current)
                stack.pop()
            else:
                entered.add(current[0])
                stack.extend(reversed(needed))
    return list(ordered.values())
