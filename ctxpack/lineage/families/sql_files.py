"""Groups SQL files into families: one history of migrations, or one set of definitions, each in order.

A repository may hold several of either: for each dialect, version or service. Their tables must not be mixed. Files are
grouped by folder, by the dialect in their names, and by content: two files or version folders that create the same
tables are alternatives, not successive steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ctxpack.datamodel.schema import DataFacts
from ctxpack.lineage.families.family import Family, File, created
from ctxpack.lineage.families.ordering import by_need
from ctxpack.lineage.families.places import Natural, Place, dialect_in, natural, place, undoes, version

_ALTERNATIVE = 0.5


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
        files.extend(by_need([(one.path, facts_of[one.path]) for one in group]))
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
        files = by_need([(one.path, facts_of[one.path]) for one in members])
        name = (root or ".") + suffix if number == 0 else files[0][0]
        told = version(root) or (version(files[0][0]) if len(sets) > 1 else ())
        yield Family(name, "sql", files, False, root, told, dialect)


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
