"""Drops the one-time data movements of SQL migrations from the data flow, keeping what still exists after all have run.

A migration runs once: the rows that it copies were copied once, into tables that may have been renamed or dropped
since, so its statements are no pipeline, and a down migration never ran at all. Kept are views, tables known only
through their query (CREATE TABLE AS), and procedures. Numbered scripts that are no migrations (`01_load.sql`,
`02_clean.sql`) run repeatedly and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.lineage import PlannedWrite, Sites
from ctxpack.datamodel.schema import DeclaredTable, Folded
from ctxpack.lineage.algebra.plans import scans, with_names
from ctxpack.lineage.declared.tables import DEFAULT_SCHEMAS, owner_of
from ctxpack.lineage.families.places import UNDOING_FOLDERS, Natural, Place, place, undoes

_FOLDER = re.compile(
    r"^(?:(?!data)[a-z0-9]+[._-]?)?(?:migrations?|migrate|changelogs?|changesets?|evolutions|flyway|goose|drizzle)"
    r"(?:[._-]?(?:up|sql|do|[a-z]*sql|postgres|sqlite3?))?$",
    re.IGNORECASE,
)
_UPDATES = re.compile(r"^(?:(?:sql|db|schema)[._-]?)?(?:updates?|upgrades?|patch(?:es)?|deltas?)$", re.IGNORECASE)
"""Folders that hold migrations only if their files are in version folders or begin with dates."""

_DATED = re.compile(r"^\d{8}(?!\d)")
_FLYWAY = re.compile(r"^V\d[\d._]*__\w")
_TIMED = re.compile(r"^(?:\d{12,17}|\d{4}-\d\d-\d\d-\d{4,6})(?:\D|$)")
_UP = re.compile(r"\.(?:up|do)\.sql$", re.IGNORECASE)
_DEEPEST = 3
"""How many of the innermost folders of a history are searched for a name such as "migrations"."""

_ROUTINE = re.compile(
    r"^[ \t]*(?:CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:PROCEDURE|PROC|TRIGGER)"
    r"|ALTER\s+(?:PROCEDURE|PROC)(?![^\n;]*;))"
    r"\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?P<name>[\w.\[\]\"`]+)"
    r"|^[ \t]*DROP\s+(?:PROCEDURE|PROC|TRIGGER)\s+(?:IF\s+EXISTS\s+)?(?P<dropped>[\w.\[\]\"`]+)"
    r"|^[ \t]*(?:GO|/|DELIMITER[ \t]+;|END[ \t]*(?:;|\$\$|//)?)[ \t]*$"
    r"|\$\w*\$[ \t]*(?:LANGUAGE\b[^\n]*|;)?$"
    r"|\bEXECUTE\s+(?:FUNCTION|PROCEDURE)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the definition of a procedure or trigger begins, is dropped, or ends."""


@dataclass(frozen=True, slots=True)
class Past:
    """The files of migration histories: `steps` gives the position of each step, `undoing` the down migrations."""

    steps: Mapping[str, int]
    undoing: frozenset[str]

    def holds(self, path: str) -> bool:
        """Whether a file is a migration, up or down."""
        return path in self.steps or path in self.undoing


def past(paths: Iterable[str], marked: Collection[str] = ()) -> Past:
    """Find the migrations among SQL files.

    `marked` are the files with a migration tool's markers between their up and down parts.
    """
    places = [place(path) for path in sorted(paths)]
    undoing = [one for one in places if undoes(one.path)]
    others = [one for one in places if not undoes(one.path)]
    roots = {one.root for one in others if one.is_step and (one.path in marked or _tells(one))}
    undone_in = {folder for one in undoing if _last(one.root) != "verify" for folder in _counterparts(one)}
    undone = {_step(one) for one in undoing if one.is_step}
    roots |= {one.root for one in others if one.is_step and (one.root in undone_in or _step(one) in undone)}
    deployed = {one.root for one in others if _last(one.root) == "deploy" and one.root in undone_in}
    steps = [one for one in others if (one.root in roots and one.is_step) or one.root in deployed]
    known = {one.root for one in steps}
    beside = (one.path for one in undoing if one.root in known or any(f in known for f in _counterparts(one)))
    steps.sort(key=lambda one: (one.root, one.order))
    return Past({one.path: at for at, one in enumerate(steps)}, frozenset(beside))


def _last(folder: str) -> str:
    return folder.rpartition("/")[2].lower()


def _tells(one: Place) -> bool:
    """Whether a path alone shows that it is a migration: by folder, or by a tool's naming scheme."""
    folders = one.root.split("/")[-_DEEPEST:]
    name = one.path.rpartition("/")[2]
    own = (name, *one.versions)
    told_when = bool(one.versions) or _DATED.match(name) is not None
    return (
        any(_FOLDER.match(folder) or (told_when and _UPDATES.match(folder)) for folder in folders)
        or _FLYWAY.match(name) is not None
        or any(_TIMED.match(part) for part in own)
        or (_UP.search(name) is not None and one.number is not None)
    )


def _step(one: Place) -> tuple[str, tuple[str, ...], Natural | None]:
    """The key that a step shares with the down migration beside it."""
    return one.root, one.versions, one.number


def _counterparts(one: Place) -> list[str]:
    """The folders that may hold the steps that a file undoes, if it is in a folder for down migrations."""
    above, _, last = one.root.rpartition("/")
    if last.lower() not in UNDOING_FOLDERS:
        return []
    return ["/".join(part for part in (above, folder) if part) for folder in ("deploy", "up", "do", "")]


def present(sites: Sites, found: Past, folded: Folded, text_of: Callable[[str], str]) -> Sites:
    """The sites without the one-time reads and writes of migrations.

    Args:
        sites: What all SQL files write and read.
        found: Which files are migrations.
        folded: The tables as all steps leave them.
        text_of: Gives the text of a step by path.

    """
    if not found.steps:
        return sites
    standing = _standing(sites.writes, found, folded)
    inside = _Routines(found, text_of)
    writes: list[PlannedWrite] = []
    for one in sites.writes:
        if not found.holds(one.path) or inside.are_at(one.path, one.line):
            writes.append(one)
        elif id(one) in standing:
            plan = _as_now(one, found, folded)
            writes.append(msgspec.structs.replace(one, target=standing[id(one)], plan=plan))
    reads = [one for one in sites.reads if not found.holds(one.path) or inside.are_at(one.path, one.line)]
    return msgspec.structs.replace(sites, writes=tuple(writes), reads=tuple(reads))


def _standing(writes: Sequence[PlannedWrite], found: Past, folded: Folded) -> dict[int, str]:
    """The statements (by `id`) that created the views and CTAS tables that still exist, with their current names."""
    made: dict[tuple[str, str], list[PlannedWrite]] = {}
    for one in writes:
        if one.path in found.steps and one.mode == "create":
            made.setdefault((one.path, _known_as(one.target)), []).append(one)
    gone, former = _gone(folded), _former_names(folded)
    standing: dict[int, str] = {}
    for table in folded.tables:
        names = (table.name, *former.get(table.name, ()))
        before = [
            one for name in names for one in made.get((table.path, _known_as(name)), ()) if one.line <= table.line
        ]
        if before and not _is_described(table):
            last = max(before, key=lambda one: one.line)
            if last.kind != "view" or not any(_known_as(scan.dataset) in gone for scan in scans(last.plan)):
                standing[id(last)] = table.name
    return standing


def _former_names(folded: Folded) -> dict[str, tuple[str, ...]]:
    """The former names of tables, by current name."""
    former: dict[str, tuple[str, ...]] = {}
    for one in folded.changes:
        if one.change == "table renamed":
            former[one.after] = (one.before, *former.pop(one.before, ()))
    return former


def _as_now(view: PlannedWrite, found: Past, folded: Folded) -> PlanTree:
    """The plan of a statement, reading tables under the names that later migrations gave them."""
    here = (found.steps[view.path], view.line)
    names = {_known_as(scan.dataset): scan.dataset for scan in scans(view.plan)}
    meant = dict(zip(names.values(), names, strict=True))
    for change in folded.changes:
        at = (found.steps.get(change.path, -1), change.line)
        if change.change == "table renamed" and at > here:
            for name, known_as in meant.items():
                if known_as == _known_as(change.before):
                    meant[name] = _known_as(change.after)
    renamed = {name: known_as for name, known_as in meant.items() if known_as != _known_as(name)}
    return with_names(view.plan, renamed) if renamed else view.plan


def _is_described(table: DeclaredTable) -> bool:
    """Whether steps add untyped columns to a table, so that it is not one that only its query describes."""
    return table.kind_of == "table" and any(not column.type for column in table.columns)


def _gone(folded: Folded) -> frozenset[str]:
    """The tables that were dropped for good; a view that reads one cannot exist."""
    dropped = {_known_as(one.table) for one in folded.changes if one.change == "table dropped"}
    return frozenset(dropped - {_known_as(one.name) for one in folded.tables})


def _known_as(name: str) -> str:
    lowered = name.lower()
    return lowered.rpartition(".")[2] if owner_of(lowered) in DEFAULT_SCHEMAS else lowered


class _Routines:
    """The current definitions of procedures and triggers in migrations: those that no later step replaces or drops."""

    def __init__(self, found: Past, text_of: Callable[[str], str]) -> None:
        self._found, self._text_of = found, text_of
        self._known: dict[str, list[tuple[int, int]]] | None = None

    def are_at(self, path: str, line: int) -> bool:
        """Whether a line is inside such a definition."""
        if self._known is None:
            self._known = self._spans()
        return any(first <= line <= last for first, last in self._known.get(path, ()))

    def _spans(self) -> dict[str, list[tuple[int, int]]]:
        latest: dict[str, tuple[str, int, int]] = {}
        for path in self._found.steps:
            text = self._text_of(path)
            for name, first, last in _routines(text):
                latest.pop(name, None)
                if last:
                    latest[name] = (path, first, last)
        spans: dict[str, list[tuple[int, int]]] = {}
        for path, first, last in latest.values():
            spans.setdefault(path, []).append((first, last))
        return spans


def _routines(text: str) -> list[tuple[str, int, int]]:
    """(name, first line, last line) of the routines that a text defines or drops; the last line is 0 for a drop."""
    lowered = text.lower()
    if "proc" not in lowered and "trigger" not in lowered:
        return []
    found = list(_ROUTINE.finditer(text))
    lines = [text.count("\n", 0, match.end()) + 1 for match in found]
    ends = [*lines, text.count("\n") + 1][1:]
    return [
        ((match["name"] or match["dropped"]).lower(), line, end if match["name"] else 0)
        for match, line, end in zip(found, lines, ends, strict=True)
        if match["name"] or match["dropped"]
    ]
