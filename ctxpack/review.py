"""A check from end to end: two views of what is about to be committed, what differs, and who uses that.

The steps are in the order of their cost, so that most commits end early: the changed files alone are parsed and
compared; only where something is suspect are files looked for that have its words, and only those files are linked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ctxpack import check, crawl
from ctxpack.check import FilePair, Finding, Report, Suppressions, Suspect, Use, View
from ctxpack.config import Config
from ctxpack.crawl import FileChange, Repository, Staging
from ctxpack.model import Problem
from ctxpack.store import Store
from ctxpack.workspace import Progress, Workspace

_ANY_CASE = frozenset({"sql", "yaml", "php"})
"""Languages in which a name is the same in capitals, or that name things of such languages."""


class Review:
    """One check of a repository with its settings; `store` keeps what was read, `workers` processes parse."""

    def __init__(self, config: Config, store: Store, workers: int, progress: Progress | None = None) -> None:
        """`progress` is told of long work as by `Workspace`."""
        self._config, self._store, self._workers, self._progress = config, store, workers, progress
        self._problems: set[Problem] = set()

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
        return Report(staging.base, len(changes), threshold, findings, suppressed, problems)

    def _uses(self, staging: Staging, changes: Sequence[FileChange]) -> tuple[list[tuple[Suspect, Use]], int]:
        """The uses of all that is suspect, and how many more were let pass."""
        pairs = self._pairs(staging, changes)
        suspects = check.suspects(pairs)
        first = staging.before()
        if not suspects or first is None:
            return [], 0
        words = sorted({word for one in suspects for word in one.words})
        languages = {side.language for pair in pairs for side in (pair.old, pair.new) if side is not None}
        candidates = staging.mentioning(words, any_case=not languages.isdisjoint(_ANY_CASE))
        if candidates is not None and not candidates:
            return [], 0
        before, after = self._workspace(first), self._workspace(staging.after())
        paths = after.files if candidates is None else candidates
        found = list(check.find(suspects, pairs, _view(before), _view(after), paths))
        passed = Suppressions(self._config.check_ignore, _text(after))
        kept = [(one, use) for one, use in found if not passed.suspect(one) and not passed.use(one, use)]
        self._problems.update(one for one in (*before.problems, *after.problems) if one.path in paths)
        return kept, len(found) - len(kept)

    # --- the changed files --------------------------------------------------------------------------------------------

    def _pairs(self, staging: Staging, changes: Sequence[FileChange]) -> list[FilePair]:
        first = staging.before({change.before for change in changes if change.before})
        if not changes or first is None:
            return []
        second = staging.after({change.after for change in changes if change.after})
        before, after = self._workspace(first), self._workspace(second)
        pairs = [pair for change in changes if (pair := _pair(change, before, after)) is not None]
        self._problems.update(before.problems, after.problems)
        return pairs

    def _workspace(self, repository: Repository) -> Workspace:
        return Workspace(repository, self._config, self._store, self._workers, self._progress)


def _pair(change: FileChange, before: Workspace, after: Workspace) -> FilePair | None:
    """The facts of a changed file; None where a side is there and cannot be read, or is not to be."""
    if change.before and change.before not in before.files:
        return None
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


def _view(workspace: Workspace) -> View:
    return View(workspace.files, workspace.facts_of, workspace.links_of, workspace.references_of, workspace.text)


def _text(workspace: Workspace) -> Callable[[str], str]:
    return lambda path: workspace.text(path) if path in workspace.files else ""


# --- findings ---------------------------------------------------------------------------------------------------------


def _findings(uses: Iterable[tuple[Suspect, Use]], threshold: float) -> Iterator[Finding]:
    """The suspects that are used, each with its uses, of which a line has one."""
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
