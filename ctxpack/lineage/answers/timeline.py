"""The declared state of a table after each commit that touched a file mentioning it.

There are many tables and many commits, but each commit changes few files. So the content of a file is indexed once per
commit that changes it, under the last part of each table name in it, and a table is folded again only after commits
that changed content under one of its names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ctxpack.datamodel.schema import DataFacts, DeclaredTable
from ctxpack.lineage.declared.fold import fold
from ctxpack.lineage.names.matching import alike, is_open, parts
from ctxpack.model import Value

_ANY = ""
"""The index key of names whose last part is unresolved, and which may therefore mean any table."""


class FileDeclarations(Value, frozen=True, array_like=True, gc=False):
    """What one file declares: its facts, and tables that need no folding (those of dbt property files)."""

    facts: tuple[DataFacts, ...] = ()
    tables: tuple[DeclaredTable, ...] = ()


class Step(Value, frozen=True, array_like=True, gc=False):
    """What one commit (id and ISO date) left in the files that it changed; both "" for the state before the first.

    `changed` is sorted by path; a deleted file declares nothing.
    """

    commit: str
    date: str
    changed: tuple[tuple[str, FileDeclarations], ...]


@dataclass(slots=True)
class _Entered:
    """The index of one file, by the last part of table names.

    `facts` has the facts with the full names in them, `tables` the tables with their position in the file.
    """

    facts: dict[str, list[tuple[DataFacts, set[str]]]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, list[tuple[int, DeclaredTable]]] = field(default_factory=lambda: defaultdict(list))


_NOTHING = _Entered()


class Timeline:
    """The states of tables after commits; `steps` are given oldest first."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = list(steps)
        self._content: list[dict[str, _Entered]] = []
        self._touched: dict[str, dict[int, list[str]]] = defaultdict(dict)
        self._folded: dict[tuple[tuple[str, int], ...], dict[str, list[tuple[int, DeclaredTable]]]] = {}
        self._renames = _Renames()
        now: dict[str, _Entered] = {}
        for number, step in enumerate(self._steps):
            after = {path: _entered(declared) for path, declared in step.changed}
            self._content.append(after)
            for path, entered in after.items():
                before = now.get(path, _NOTHING)
                for last in {*before.facts, *before.tables, *entered.facts, *entered.tables}:
                    self._touched[last].setdefault(number, []).append(path)
            now.update(after)
            self._renames.enter(step.changed)

    def of(self, name: str) -> Iterator[tuple[Step | None, tuple[DeclaredTable, ...]]]:
        """The states of a table, under all its names, after each commit that touched a file mentioning it.

        The commit of a state is None for the state before the first known commit, whose date is unknown.
        """
        mine = _Mine(name, self._renames)
        lasts = mine.lasts(self._touched)
        touched: dict[int, set[str]] = defaultdict(set)
        for last in lasts:
            for number, paths in self._touched.get(last, {}).items():
                touched[number].update(paths)
        now: dict[str, _Entered] = {}
        for number in sorted(touched):
            now.update((path, self._content[number][path]) for path in touched[number])
            step = self._steps[number]
            paths = sorted(now)
            declared = [table for path in paths for table in mine.among(now[path].tables, lasts)]
            told = step if step.commit or number else None
            yield told, (*self._fold(mine, [(path, now[path]) for path in paths], lasts), *declared)

    def _fold(self, mine: _Mine, files: Iterable[tuple[str, _Entered]], lasts: Sequence[str]) -> list[DeclaredTable]:
        """The table folded from the facts that mention it; cached, since other tables may need the same facts."""
        spoken = [(path, facts) for path, entered in files for facts in mine.spoken_of(entered, lasts)]
        if not spoken:
            return []
        key = tuple((path, id(facts)) for path, facts in spoken)
        known = self._folded.get(key)
        if known is None:
            known = self._folded[key] = _by_last(fold(spoken).tables)
        return mine.among(known, lasts)


class _Renames:
    """The table renames in migrations: (new name, old name) pairs, in the order of files, after each commit.

    `runs` holds each state of the pairs once, with the number of successive commits that left it. `lasts` are the last
    parts of all names that tables were renamed to.
    """

    def __init__(self) -> None:
        self.runs: list[tuple[tuple[tuple[str, str], ...], int]] = []
        self.lasts: set[str] = set()
        self._now: dict[str, tuple[tuple[str, str], ...]] = {}

    def enter(self, changed: Iterable[tuple[str, FileDeclarations]]) -> None:
        """Add the changes of the next commit."""
        same = bool(self.runs)
        for path, declared in changed:
            pairs = tuple(
                (step.name, step.table) for facts in declared.facts for step in facts.steps if step.kind == "rename"
            )
            same = same and pairs == self._now.get(path, ())
            self._now[path] = pairs
            self.lasts.update(_last(name) for name, _ in pairs)
        if same:
            self.runs[-1] = (self.runs[-1][0], self.runs[-1][1] + 1)
        else:
            self.runs.append((tuple(pair for path in sorted(self._now) for pair in self._now[path]), 1))


class _Mine:
    """Recognises one table under all names that it ever had."""

    def __init__(self, name: str, renames: _Renames) -> None:
        self._names = {parts(name)}
        if _ANY in renames.lasts or _last(name) == _ANY or _last(name) in renames.lasts:
            for pairs, times in renames.runs:
                self._learn(pairs, times)

    def _learn(self, pairs: Iterable[tuple[str, str]], times: int) -> None:
        """Add the former names by a state's renames, once for each commit with that state, until no more are found."""
        for _ in range(times):
            before = len(self._names)
            for name, table in pairs:
                if self._is(name):
                    self._names.add(parts(table))
            if len(self._names) == before:
                return

    def lasts(self, known: Iterable[str]) -> list[str]:
        """The index keys under which the table may be found, sorted; `known` are all keys."""
        own = {_last_of(name) for name in self._names}
        return sorted(known) if _ANY in own else sorted({_ANY, *own})

    def among(
        self, tables: Mapping[str, Sequence[tuple[int, DeclaredTable]]], lasts: Iterable[str]
    ) -> list[DeclaredTable]:
        """The tables of an index that are this one, in the order of their declaration."""
        found = [(at, table) for last in lasts for at, table in tables.get(last, ()) if self._is(table.name)]
        return [table for _, table in sorted(found, key=lambda one: one[0])]

    def spoken_of(self, entered: _Entered, lasts: Iterable[str]) -> list[DataFacts]:
        """The facts of a file that mention this table, in the order of their formats."""
        found = {
            id(facts): facts
            for last in lasts
            for facts, names in entered.facts.get(last, ())
            if any(self._is(name) for name in names)
        }
        return sorted(found.values(), key=lambda facts: facts.format)

    def _is(self, name: str) -> bool:
        own = parts(name)
        return any(own == known or alike(own, known, least=min(len(own), len(known), 2)) for known in self._names)


def _entered(declared: FileDeclarations) -> _Entered:
    found = _Entered()
    for facts in declared.facts:
        names: dict[str, set[str]] = defaultdict(set)
        for step in facts.steps:
            names[_last(step.table)].add(step.table)
            if step.kind == "rename":
                names[_last(step.name)].add(step.name)
        for last, those in names.items():
            found.facts[last].append((facts, those))
    found.tables.update(_by_last(declared.tables))
    return found


def _by_last(tables: Iterable[DeclaredTable]) -> dict[str, list[tuple[int, DeclaredTable]]]:
    found: dict[str, list[tuple[int, DeclaredTable]]] = defaultdict(list)
    for at, table in enumerate(tables):
        found[_last(table.name)].append((at, table))
    return found


def _last(name: str) -> str:
    return _last_of(parts(name))


def _last_of(own: tuple[str, ...]) -> str:
    return own[-1] if own and not is_open(own[-1]) else _ANY
