"""Replays commits: asks for each commit's message in the state before it, and compares with what the commit edited.

Everything is read from git objects and nothing is checked out. The view of a commit's parent has only the code and
history up to that parent, so neither contains the answer. All views share one name, so that cached indexes are updated
from one commit to the next by the files that differ, as for a changing work tree.
"""

from __future__ import annotations

from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ctxpack import crawl
from ctxpack.api import Index
from ctxpack.api.state import Reading, State
from ctxpack.config import Config
from ctxpack.crawl import Edit
from ctxpack.errors import RepositoryError
from ctxpack.evaluate import baseline
from ctxpack.evaluate.history import Passed, Task, tasks
from ctxpack.evaluate.outcome import Gold, Kind, Missing, Outcome, PackOutcome, Run, shown_lines
from ctxpack.model import Definition, FileFacts, ModelProfile, Pack, Role, SourceFile, Span
from ctxpack.pack.tokens import Counter, counter_for
from ctxpack.store import Store
from ctxpack.workspace import Progress, Workspace

LOOKED_AT = 20
"""How many commits are read for each task that is wanted, since many commits are no tasks."""

_TIERS: tuple[tuple[Kind, frozenset[Role]], ...] = (
    ("code", frozenset({"source", "schema"})),
    ("settings", frozenset({"config"})),
    ("tests", frozenset({"test"})),
)
"""What counts as edited: code and schemas; if a commit edits none, settings; if it edits neither, tests."""

_PARTS = frozenset({"field", "section", "key"})
"""Kinds of definitions that are parts of another one and do not count on their own."""

_SHOWN = 0.8
_TELLING = 4
"""The least characters of a line that counts as shown or missing: a shorter one is hardly more than a bracket."""

_NAME = "replay"


@dataclass(frozen=True, slots=True)
class View:
    """The state of the repository before a commit, and what that commit edited of it (`gold`)."""

    task: Task
    gold: Gold
    index: Index
    workspace: Workspace
    counter: Callable[[ModelProfile], Counter]


@dataclass
class Replay:
    """The history of one repository as tasks; `passed` counts the commits that are no tasks, by reason."""

    root: Path
    config: Config
    store: Store
    at: str | None = None
    workers: int = 1
    progress: Progress | None = None
    passed: Counts[str] = field(default_factory=Counts)
    looked_at: int = 0

    def views(self, most: int) -> Iterator[View]:
        """The state before each of the last `most` commits that are tasks, newest first.

        Use each before asking for the next. Raises RepositoryError where there is no history.
        """
        repository = crawl.open_repository(self.root, at=self.at)
        if not repository.is_git:
            raise RepositoryError(f"{self.root} is not in a git repository, so it has no history to replay")
        taken = 0
        for one in tasks(repository.history(LOOKED_AT * most)):
            if taken >= most:
                return
            self.looked_at += 1
            view = self._view(repository, one) if isinstance(one, Task) else one
            if isinstance(view, Passed):
                self.passed[view.reason] += 1
                continue
            taken += 1
            yield view

    def _view(self, repository: crawl.Repository, task: Task) -> View | Passed:
        before = repository.before(task.commit, _NAME)
        if before is None:
            return Passed(task.commit, "has no parent here")
        try:
            edited = repository.edits(task.commit)
        except RepositoryError:  # a partial clone
            return Passed(task.commit, "has contents that are not in this clone")
        reading = Reading(self.workers, self.progress)
        workspace = reading.workspace(before, self.config, self.store)
        kind, edits = counted(edited, workspace.files)
        if not edits:
            return Passed(task.commit, "edits no code, schema, settings or test that was there before")
        facts = workspace.facts_of([edit.path for edit in edits])
        gold = Gold(kind, tuple(edit.path for edit in edits), tuple(_definitions(edits, facts)))
        state = State(workspace, self.config, self.store, reading)
        return View(task, gold, Index(state, owns_store=False), workspace, self._counter)

    def _counter(self, profile: ModelProfile) -> Counter:
        return counter_for(profile, self.config.tokenizer_file, self.store.piece_counts("pieces"))


def counted(edits: Iterable[Edit], files: Mapping[str, SourceFile]) -> tuple[Kind, list[Edit]]:
    """The edits that count (see `_TIERS`), and their kind; edits of files that are not listed do not count."""
    there = [edit for edit in edits if edit.path in files]
    for kind, roles in _TIERS:
        if found := [edit for edit in there if files[edit.path].role in roles]:
            return kind, found
    return "code", []


def _definitions(edits: Iterable[Edit], facts: Mapping[str, FileFacts]) -> Iterator[tuple[str, str, Span]]:
    """The innermost edited definitions, as (path, qualified name, span)."""
    for edit in edits:
        if edit.path in facts:
            for one in _innermost(edit, facts[edit.path].definitions):
                yield edit.path, one.qualname, one.span


def _innermost(edit: Edit, definitions: Sequence[Definition]) -> list[Definition]:
    """The definitions in which something is edited outside of their nested definitions."""
    touched = {place: one for place, one in enumerate(definitions) if one.kind not in _PARTS and edit.touches(one.span)}
    inside: dict[int, list[Span]] = defaultdict(list)
    for one in touched.values():
        inside[one.parent].append(one.span)
    return [one for place, one in touched.items() if _beside(edit, one.span, inside[place])]


def _beside(edit: Edit, span: Span, inner: Sequence[Span]) -> bool:
    """Whether an edit touches lines of a span that are in none of the `inner` spans."""
    if not inner:
        return True
    first, last = span
    lines = (number for start, end in edit.lines for number in range(max(start, first), min(end, last) + 1))
    return any(all(not start <= number <= end for start, end in inner) for number in lines) or any(
        first <= number < last and all(not start <= number < end for start, end in inner) for number in edit.inserted
    )


# --- one task ---------------------------------------------------------------------------------------------------------

_Shown = Mapping[str, frozenset[int] | None]
"""The lines of each file that a pack shows; None for all of them."""


def replay(view: View, budgets: Sequence[str], model: str, *, compare: bool = True) -> Outcome:
    """Rank and pack for the task's text alone, and measure the result; with `compare` also for the baseline.

    Raises BudgetError and ModelError as `Index.pack` does.
    """
    target = view.index.target(task=view.task.text)
    ranking = view.index.rank(target)
    packs = [view.index.pack(target, model=model, budget=budget) for budget in budgets]
    places = {one.path: place for place, one in enumerate(ranking.files, 1)}
    ours = Run(_places(view, places), tuple(_ours(view, pack, places) for pack in packs))
    plain = _plain(view, [pack.budget.total for pack in packs], view.counter(packs[0].model)) if compare else None
    task = view.task
    return Outcome(task.commit, task.date, task.title, view.gold, ours, plain, task.withheld)


def _places(view: View, places: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(places.get(path, 0) for path in view.gold.files)


def _ours(view: View, pack: Pack, places: Mapping[str, int]) -> PackOutcome:
    shown: dict[str, frozenset[int] | None] = {}
    for item in (item for zone in pack.zones for item in zone.items if item.level != "mention"):
        shown[item.path] = shown_lines(item.spans) | (shown.get(item.path) or frozenset())
    omitted = {one.path: one.reason for one in pack.omitted}

    def why(path: str, symbol: str) -> str:
        if symbol:
            return "its file is shown without it"
        place = f"place {places[path]:,} of {len(places):,}" if path in places else "not ranked"
        return f"{place}; {omitted[path]}" if path in omitted else place

    return _outcome(view, pack.budget.total, pack.tokens, shown, why)


def _plain(view: View, budgets: Sequence[int], counter: Counter) -> Run:
    with view.workspace.corpus() as corpus:
        found = baseline.order(view.task.text, corpus.index)
    known: dict[str, int] = {}

    def tokens(path: str) -> int:
        if path not in known:
            known[path] = counter.count(view.workspace.read(path))
        return known[path]

    packs = []
    for budget in budgets:
        chosen, total = baseline.packed(found, budget, tokens)
        packs.append(_outcome(view, budget, total, dict.fromkeys(chosen), lambda _path, _symbol: ""))
    return Run(_places(view, {path: place for place, path in enumerate(found, 1)}), tuple(packs))


def _outcome(view: View, budget: int, tokens: int, shown: _Shown, why: Callable[[str, str], str]) -> PackOutcome:
    gold = view.gold
    missing = [path for path in gold.files if path not in shown]
    judged = [(path, name, _is_shown(view, path, span, shown)) for path, name, span in gold.definitions]
    held = [is_shown for _, _, is_shown in judged if is_shown is not None]
    hidden = [(path, name) for path, name, is_shown in judged if is_shown is False and path in shown]
    lost = [Missing(path, "", why(path, "")) for path in missing]
    lost += [Missing(path, name, why(path, name)) for path, name in hidden]
    files = 1 - len(missing) / len(gold.files)
    return PackOutcome(budget, tokens, files, sum(held) / len(held) if held else None, tuple(lost))


def _is_shown(view: View, path: str, span: Span, shown: _Shown) -> bool | None:
    """Whether at least the share `_SHOWN` of a definition's lines is shown; None if it has no line that counts."""
    lines = view.workspace.text(path).split("\n")[span[0] - 1 : span[1]]
    telling = [number for number, line in enumerate(lines, span[0]) if len(line.strip()) >= _TELLING]
    if not telling:
        return None
    there = shown.get(path, frozenset())
    return there is None or sum(number in there for number in telling) >= _SHOWN * len(telling)
