"""What the SQL of migrations still says of the flow of data once all of them have run.

A migration runs once, at its place in a history: the rows that it copies were copied once, into tables that may have
been renamed or dropped since, so its statements are no pipeline, and what undoes a migration never ran. What a history
leaves standing are views, tables that only their query describes, and procedures; these alone are kept. Numbered
scripts that are no migrations (`01_load.sql`, `02_clean.sql`) are run again and again and stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.lineage import PlannedWrite, Sites
from ctxpack.datamodel.schema import DeclaredTable, Folded
from ctxpack.lineage.places import UNDOING_FOLDERS, Natural, Place, place, undoes
from ctxpack.lineage.plans import scans, with_names
from ctxpack.lineage.tables import DEFAULT_SCHEMAS, owner_of

_FOLDER = re.compile(
    r"^(?:(?!data)[a-z0-9]+[._-]?)?(?:migrations?|migrate|changelogs?|changesets?|evolutions|flyway|goose|drizzle)"
    r"(?:[._-]?(?:up|sql|do|[a-z]*sql|postgres|sqlite3?))?$",
    re.IGNORECASE,
)
_UPDATES = re.compile(r"^(?:(?:sql|db|schema)[._-]?)?(?:updates?|upgrades?|patch(?:es)?|deltas?)$", re.IGNORECASE)
"""Folders that hold steps where these lie in folders of versions, or begin with dates."""

_DATED = re.compile(r"^\d{8}(?!\d)")
_FLYWAY = re.compile(r"^V\d[\d._]*__\w")
_TIMED = re.compile(r"^(?:\d{12,17}|\d{4}-\d\d-\d\d-\d{4,6})(?:\D|$)")
_UP = re.compile(r"\.(?:up|do)\.sql$", re.IGNORECASE)
_DEEPEST = 3
"""In how many of the last folders above a history the word for one may stand."""

_ROUTINE = re.compile(
    r"^\s*(?:CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:PROCEDURE|PROC|TRIGGER)|ALTER\s+(?:PROCEDURE|PROC)(?![^\n;]*;))"
    r"\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?P<name>[\w.\[\]\"`]+)"
    r"|^\s*DROP\s+(?:PROCEDURE|PROC|TRIGGER)\s+(?:IF\s+EXISTS\s+)?(?P<dropped>[\w.\[\]\"`]+)"
    r"|^[ \t]*(?:GO|/|DELIMITER[ \t]+;|END[ \t]*(?:;|\$\$|//)?)[ \t]*$"
    r"|\$\w*\$[ \t]*(?:LANGUAGE\b[^\n]*|;)?$"
    r"|\bEXECUTE\s+(?:FUNCTION|PROCEDURE)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a procedure or a trigger begins, goes, or ends."""


@dataclass(frozen=True, slots=True)
class Past:
    """Which files are of histories of migrations: the steps in their order, and those that undo some."""

    steps: Mapping[str, int]
    undoing: frozenset[str]

    def holds(self, path: str) -> bool:
        """Whether a file is a step or undoes one."""
        return path in self.steps or path in self.undoing


def past(paths: Iterable[str], marked: Collection[str] = ()) -> Past:
    """Which of some SQL files are of histories of migrations.

    `marked` are those whose text has the marks by which a tool parts what does a step from what undoes it.
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
    """Whether a path says by itself that it is one of a migration."""
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
    """What a step has in common with what undoes it and lies beside it."""
    return one.root, one.versions, one.number


def _counterparts(one: Place) -> list[str]:
    """The folders that hold what a file undoes, where it is in a folder for undoing."""
    above, _, last = one.root.rpartition("/")
    if last.lower() not in UNDOING_FOLDERS:
        return []
    return ["/".join(part for part in (above, folder) if part) for folder in ("deploy", "up", "do", "")]


def present(sites: Sites, found: Past, folded: Folded, text_of: Callable[[str], str]) -> Sites:
    """The sites without what migrations did and does no more.

    Args:
        sites: What all SQL files write and read.
        found: Which of them are of histories.
        folded: The tables as all steps leave them.
        text_of: Gives the text of a step.

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
    """The statements, by identity, that made views, and tables that only they describe, which are still there.

    Each with the name that what it made has now.
    """
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
    """The names that tables had before, by the name that they have now."""
    former: dict[str, tuple[str, ...]] = {}
    for one in folded.changes:
        if one.change == "table renamed":
            former[one.after] = (one.before, *former.pop(one.before, ()))
    return former


def _as_now(view: PlannedWrite, found: Past, folded: Folded) -> PlanTree:
    """What a statement computes, of tables under the names that they were given after it."""
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
    """Whether the columns that a query gave to a table are known without it."""
    return table.kind_of == "table" and any(not column.type for column in table.columns)


def _gone(folded: Folded) -> frozenset[str]:
    """The tables that were dropped and are not there any more: no view can stand that reads one."""
    dropped = {_known_as(one.table) for one in folded.changes if one.change == "table dropped"}
    return frozenset(dropped - {_known_as(one.name) for one in folded.tables})


def _known_as(name: str) -> str:
    lowered = name.lower()
    return lowered.rpartition(".")[2] if owner_of(lowered) in DEFAULT_SCHEMAS else lowered


class _Routines:
    """Where migrations define procedures and triggers whose definition no later one replaces."""

    def __init__(self, found: Past, text_of: Callable[[str], str]) -> None:
        self._found, self._text_of = found, text_of
        self._known: dict[str, list[tuple[int, int]]] | None = None

    def are_at(self, path: str, line: int) -> bool:
        """Whether a line is in such a procedure."""
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
    """The routines that a text defines, with their first and last line, and those that it drops, with 0."""
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
