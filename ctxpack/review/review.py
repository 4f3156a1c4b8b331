"""Runs a check end to end: opens the index and the base commit, compares the changed files, and finds broken users.

The steps are in the order of their cost, so that most commits end early. First only the changed files are parsed and
compared; only if there are suspects, the files that contain their words are searched for, and only those are linked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ctxpack import check, crawl
from ctxpack.check import FilePair, Finding, Report, Suppressions, Suspect, Use, View
from ctxpack.config import Config
from ctxpack.crawl import FileChange, Repository, Staging
from ctxpack.model import Problem, SourceFile
from ctxpack.review import databases, declared
from ctxpack.review.declared import DeclaredTables
from ctxpack.review.given import Given, Upstream
from ctxpack.review.passing import Passing
from ctxpack.store import Store
from ctxpack.workspace import Progress, Workspace

_ANY_CASE = frozenset({"sql", "yaml", "php"})
"""Languages with case-insensitive names, or that refer to names in such languages."""


class Review:
    """One check of a repository with its settings; `store` is the cache, `workers` the number of parser processes."""

    def __init__(self, config: Config, store: Store, workers: int, progress: Progress | None = None) -> None:
        """`progress` is a callback, as for `Workspace`."""
        self._config, self._store, self._workers, self._progress = config, store, workers, progress
        self._problems: set[Problem] = set()
        self._migrating: frozenset[str] = frozenset()

    def report(self, root: Path, since: str | None = None) -> Report:
        """Compare the index of the repository at `root` with a revision, HEAD by default.

        Raises RepositoryError where there is no index, or no such revision.
        """
        staging = crawl.open_staging(root, since=since)
        changes = staging.changes()
        uses, suppressed = self._uses(staging, changes)
        threshold = self._config.check_fail_confidence
        findings = tuple(sorted(_findings(uses, threshold), key=_order))
        problems = tuple(sorted(self._problems, key=lambda one: (one.path, one.line, one.message)))
        return Report(staging.base, len(changes), threshold, findings, suppressed, problems, staging.prefix)

    def _uses(self, staging: Staging, changes: Sequence[FileChange]) -> tuple[list[tuple[Suspect, Use]], int]:
        """The uses of all suspects, and the number of suppressed ones."""
        first = staging.before()
        if not changes or first is None:
            return [], 0
        pairs, alters = self._pairs(staging, changes)
        before, after = self._workspace(first), self._workspace(staging.after())
        pairs = self._with_stars(pairs, before, after)
        suspects: Sequence[Suspect] = check.suspects(pairs)
        uses: list[tuple[Suspect, Use]] = []
        if alters:
            shifted, uses = self._shifted(pairs, before, after)
            suspects = check.joined((*(one for one in suspects if not _is_shifted(one, shifted)), *shifted))
        if suspects:
            suspects, candidates = self._candidates(suspects, pairs, staging, (before, after))
            if candidates:
                uses += check.find(suspects, pairs, self._view(before), self._view(after), candidates)
                self._problems.update(one for one in (*before.problems, *after.problems) if one.path in candidates)
        return self._kept(uses, after)

    def _kept(self, uses: Sequence[tuple[Suspect, Use]], after: Workspace) -> tuple[list[tuple[Suspect, Use]], int]:
        """The uses without suppressed ones and those in past migrations, and the number of suppressed ones."""
        sql = _of_sql(after.files) if uses else set()
        using = sorted({use.path for one, use in uses if one.column or one.undone} & sql)
        over = declared.history(sql, using, after) if using else None
        uses = [(one, use) for one, use in uses if over is None or not over.holds(use.path)]
        uses = [(one, use) for one, use in uses if use.path in sql or not (one.by and self._is_migration(use.path))]
        passed = Suppressions(self._config.check_ignore, _text(after))
        kept = [(one, use) for one, use in uses if not passed.suspect(one) and not passed.use(one, use)]
        return kept, len(uses) - len(kept)

    def _is_migration(self, path: str) -> bool:
        """Whether a file is in a folder of migrations, which run only once."""
        return path.rpartition("/")[0] in self._migrating

    # --- where to look ------------------------------------------------------------------------------------------------

    def _candidates(
        self,
        suspects: Sequence[Suspect],
        pairs: Sequence[FilePair],
        staging: Staging,
        sides: tuple[Workspace, Workspace],
    ) -> tuple[Sequence[Suspect], Collection[str]]:
        """The suspects plus those that follow through stars, and the files that may use one of them."""
        languages = {side.language for pair in pairs for side in (pair.old, pair.new) if side is not None}
        any_case = not languages.isdisjoint(_ANY_CASE)

        def mentioning(words: Iterable[str]) -> Collection[str]:
            found = staging.mentioning(sorted(set(words)), any_case=any_case)
            if found is None:
                # Every file is a candidate then, and those that cannot be read are reported as problems.
                self._problems.update(sides[1].snapshot.problems)
            return sides[1].files if found is None else found

        if any(one.column for one in suspects) and _of_sql(sides[1].files):
            passing = Passing(sides[1], Given(self._store, self._config.sql_dialect), mentioning)
            suspects = check.joined((*suspects, *passing.on(suspects)))
        return suspects, mentioning(word for one in suspects for word in one.words)

    def _with_stars(self, pairs: list[FilePair], before: Workspace, after: Workspace) -> list[FilePair]:
        """The pairs, with stars expanded in those queries whose stars changed."""
        starred = [pair for pair in pairs if _has_other_stars(pair)]
        if not starred:
            return pairs
        given = Given(self._store, self._config.sql_dialect)
        old, new = Upstream(before, given), Upstream(after, given)
        known = {
            pair.before: replace(pair, old_frames=old.frames(pair.before), new_frames=new.frames(pair.after))
            for pair in starred
        }
        return [known.get(pair.before, pair) for pair in pairs]

    def _shifted(
        self, pairs: Sequence[FilePair], before: Workspace, after: Workspace
    ) -> tuple[list[Suspect], list[tuple[Suspect, Use]]]:
        """The suspects from migrations, and the uses of them in code that still declares what is gone."""
        old, new = DeclaredTables(before, self._store), DeclaredTables(after, self._store)
        self._migrating = databases.migrating(new.facts)
        suspects: list[Suspect] = []
        uses: list[tuple[Suspect, Use]] = []
        for shift in declared.shifts(old.folded(), new.folded(), pairs, new.facts):
            paths = {path for path in (shift.path, *(path for path, _ in shift.also)) if path in before.files}
            one = check.shifted(shift, {path: before.facts(path).definitions for path in sorted(paths)})
            suspects.append(one)
            uses += ((one, use) for use in check.declarations(shift, self._view(after)))
        return suspects, uses

    # --- the changed files --------------------------------------------------------------------------------------------

    def _pairs(self, staging: Staging, changes: Sequence[FileChange]) -> tuple[list[FilePair], bool]:
        """The changed files in both states, and whether migrations among them change what other files declare."""
        first = staging.before({change.before for change in changes if change.before})
        if first is None:
            return [], False
        goals = {change.after: staging.goal(change) for change in changes if change.kind == "symlink" and change.before}
        second = staging.after({path for path in (*(change.after for change in changes), *goals.values()) if path})
        before, after = self._workspace(first), self._workspace(second)
        given = Given(self._store, self._config.sql_dialect)
        pairs = [pair for change in changes if (pair := _pair(change, before, after, goals)) is not None]
        alters = declared.alters(DeclaredTables(before, self._store), DeclaredTables(after, self._store))
        self._problems.update(before.problems, after.problems)
        return [self._with_frames(pair, given, (done, len(pairs))) for done, pair in enumerate(pairs)], alters

    def _with_frames(self, pair: FilePair, given: Given, place: tuple[int, int]) -> FilePair:
        """A changed SQL file with the output columns of its queries; `place` is (done, total) for the progress."""
        if self._progress is not None:
            self._progress("comparing", *place)
        if pair.old is None or pair.new is None or not pair.old.language == pair.new.language == "sql":
            return pair
        return replace(pair, old_frames=given.frames(pair.old_text), new_frames=given.frames(pair.new_text))

    def _view(self, workspace: Workspace) -> View:
        given = Given(self._store, self._config.sql_dialect)

        def computed(path: str, names: frozenset[str], column: str) -> frozenset[int] | None:
            return given.computed(workspace.text(path), names, column)

        return View(
            workspace.files, workspace.facts_of, workspace.links_of, workspace.references_of, workspace.text, computed
        )

    def _workspace(self, repository: Repository) -> Workspace:
        return Workspace(repository, self._config, self._store, self._workers, self._progress)


def _pair(change: FileChange, before: Workspace, after: Workspace, goals: Mapping[str, str]) -> FilePair | None:
    """The pair of a changed file; None where a side exists but is not listed (unreadable or excluded).

    `goals` has the targets of symbolic links that replaced files.
    """
    if change.before and change.before not in before.files:
        return None
    if change.kind != "file" and change.before:
        return _replaced(change.before, goals.get(change.after, ""), before, after)
    if change.after and change.after not in after.files:
        return None
    return FilePair(
        change.before,
        change.after,
        before.facts(change.before) if change.before else None,
        after.facts(change.after) if change.after else None,
        before.text(change.before) if change.before else "",
        after.text(change.after) if change.after else "",
    )


def _replaced(path: str, goal: str, before: Workspace, after: Workspace) -> FilePair | None:
    """The pair of a file replaced by a link or submodule: removed; None where the link's target offers the same."""
    old, text = before.facts(path), before.text(path)
    if goal in after.files:
        same = FilePair(path, goal, old, after.facts(goal), text, after.text(goal))
        if not check.suspects([replace(same, after=path)]):
            return None
    return FilePair(path, "", old, None, text, "")


def _is_shifted(one: Suspect, shifted: Sequence[Suspect]) -> bool:
    """Whether a suspect from a file's declaration is also among those from migrations."""
    return any(
        one.path in (other.path, *dict(other.also))
        and one.name.lower() == other.name.lower()
        and one.column.lower() == other.column.lower()
        and one.table.rpartition(".")[2].lower() == other.table.rpartition(".")[2].lower()
        for other in shifted
    )


def _has_other_stars(pair: FilePair) -> bool:
    """Whether a query with unknown columns (a star) is gone, has none now, or reads other sources."""
    return any(
        not one.complete and (target not in new or new[target].complete or set(new[target].reads) != set(one.reads))
        for new in (pair.new_frames or {},)
        for target, one in (pair.old_frames or {}).items()
    )


def _of_sql(files: Mapping[str, SourceFile]) -> set[str]:
    return {path for path, file in files.items() if file.language == "sql"}


def _text(workspace: Workspace) -> Callable[[str], str]:
    return lambda path: workspace.text(path) if path in workspace.files else ""


# --- findings ---------------------------------------------------------------------------------------------------------


def _findings(uses: Iterable[tuple[Suspect, Use]], threshold: float) -> Iterator[Finding]:
    """The findings: suspects that have uses, with at most one use a line, the one of highest confidence."""
    by_suspect: dict[Suspect, dict[tuple[str, int], Use]] = defaultdict(dict)
    for one, use in uses:
        place = use.path, use.line
        known = by_suspect[one].get(place)
        if known is None or (-use.confidence, use.how, use.why) < (-known.confidence, known.how, known.why):
            by_suspect[one][place] = use
    for one, found in by_suspect.items():
        ordered = tuple(sorted(found.values(), key=lambda use: (-use.confidence, use.path, use.line)))
        yield Finding(one, ordered, ordered[0].confidence >= threshold)


def _order(finding: Finding) -> tuple[bool, str, int, str, str]:
    one = finding.suspect
    return not finding.fails, one.path, one.line, one.symbol, one.kind
