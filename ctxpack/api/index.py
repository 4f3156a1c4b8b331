"""`Index`: every question about a repository, one method each, and the lock that lets any thread ask.

The methods are answered by the other modules of this package, as functions of a `State`. An index holds the present
state, makes a new one when the repository is read again, and closes the store.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from ctxpack import config as configuration
from ctxpack import crawl
from ctxpack.api import answers, arguments, data, files, packing, ranking, targeting, uses
from ctxpack.api.answers import ANSWER_BUDGET
from ctxpack.api.arguments import DataDirection, EdgeKind, GraphDirection, GraphLevel, ImpactKind
from ctxpack.api.files import FileList
from ctxpack.api.packing import Wishes
from ctxpack.api.state import Reading, State
from ctxpack.api.targeting import Edits
from ctxpack.check import Report
from ctxpack.config import Config
from ctxpack.errors import ConfigError, RepositoryError
from ctxpack.graph.impact import Impact
from ctxpack.model import Graph, Pack, Problem, Ranking, Rendered, Target
from ctxpack.rank.rerank import Reranker
from ctxpack.store import Store, default_directory, whatever_was_kept
from ctxpack.workspace import Progress, Workspace

if TYPE_CHECKING:
    from ctxpack.agents import Answer, Meter
    from ctxpack.datamodel.lineage import Lineage, TableSchema

Settled = Callable[[], tuple[Config, int]]
"""Gives the present settings and number of parser processes."""


P = ParamSpec("P")
R = TypeVar("R")


def _question(question: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Decorates a question, which is asked once more without what was cached where a damaged cache makes it fail."""

    @wraps(question)
    def answered(self: Index, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            return self._soundly(lambda: question(self, *args, **kwargs))

    return answered


class Index:
    """One view of a repository that answers questions; a context manager.

    Its methods may be called from any thread; they run one after another.
    """

    def __init__(self, state: State, settled: Settled | None = None, *, owns_store: bool) -> None:
        """Use `open` instead; `refresh` asks `settled`, by default for what `state` has. An owned store is closed."""
        self._lock = RLock()
        self._state = state
        self._settled: Settled = settled or (lambda: (state.config, state.reading.processes))
        self._owns_store = owns_store
        self._closed = False
        self._asking = False

    @contextmanager
    def _alone(self) -> Iterator[State]:
        """The present state, for one thread at a time, since it is shared; RepositoryError once the index is closed."""
        with self._lock:
            if self._closed:
                raise RepositoryError(
                    f"the index of {self.root} is closed: ask before the end of its with, or open it again"
                )
            yield self._state

    def _soundly(self, work: Callable[[], R]) -> R:
        """The result of `work`, for which a damaged cache is set aside; what another question asks is part of it."""
        if self._asking:
            return work()

        def again() -> R:
            self._turn_to(self._state.config, self._state.reading.processes)
            return work()

        self._asking = True
        try:
            return whatever_was_kept(self._state.store, work, again)
        finally:
            self._asking = False

    # --- opening and closing ------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        root: Path | str = ".",
        *,
        at: str | None = None,
        staged: bool = False,
        config: Config | Callable[[], Config] | None = None,
        cache: bool | Path | str = False,
        store: Store | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open the repository, part of one, or plain directory at `root`; with `at`, its state at a revision.

        With `staged`, the view is that of the index (what would be committed now), without history. `config` defaults
        to the repository's own settings, which `refresh` reads again; a function that gives settings is then called
        again too. `workers` defaults to the setting, or else to one process per CPU. `progress` is called with (stage,
        done, total) during long work.

        By default, what is read is kept in memory until the index is closed. With a directory as `cache` it is stored
        there for later runs, and with True in the directory that the command line uses, which depends on the
        environment. `store` is instead an open store, which the caller closes.

        Raises RepositoryError where there is nothing to open, ConfigError for wrong settings, or where both `cache` and
        `store` are given, and ArgumentError for an invalid number of workers.
        """
        if store is not None and cache is not False:
            raise ConfigError("give one of cache and store, not both")
        repository = crawl.open_staging(Path(root)).after() if staged else crawl.open_repository(Path(root), at=at)
        arguments.whole("workers", workers)

        def settled() -> tuple[Config, int]:
            given = config() if callable(config) else config
            settings = given if given is not None else configuration.load(repository.root)
            return settings, workers if workers is not None else settings.workers or os.cpu_count() or 1

        settings, processes = settled()
        reading = Reading(processes, progress)
        own = store or Store.open(_directory(cache))
        state = State(reading.workspace(repository, settings, own), settings, own, reading)
        return cls(state, settled, owns_store=store is None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index, and its store if the index opened it."""
        with self._lock:
            self._closed = True
            if self._owns_store:
                self._state.store.close()

    @_question
    def refresh(self) -> None:
        """Read the repository and its settings again; later answers are about the present state.

        Raises ConfigError for wrong settings; the index then keeps its previous state.
        """
        with self._alone():
            self._turn_to(*self._settled())

    @_question
    def refresh_if_changed(self) -> bool:
        """`refresh` if files were added, changed or removed, or settings changed; says whether it did.

        It is cheap if nothing changed: it lists the repository and opens only files whose size or time is different.
        New commits without changed files are not noticed. The files of a revision never change. Raises ConfigError as
        `refresh` does.
        """
        with self._alone() as state:
            config, processes = self._settled()
            same = config == state.config and config.problems == state.config.problems
            if same and self.revision is not None:
                return False
            now = Reading(processes, state.reading.progress).workspace(state.workspace.repository, config, state.store)
            if same and now.snapshot.files == state.workspace.snapshot.files:
                return False
            self._turn_to(config, processes, now)
            return True

    def _turn_to(self, config: Config, processes: int, workspace: Workspace | None = None) -> None:
        """Go on with these settings and the repository's present state, which `workspace` has if it was listed."""
        before = self._state
        before.workspace.let_go()
        reading = Reading(processes, before.reading.progress)
        now = workspace or reading.workspace(before.workspace.repository, config, before.store)
        self._state = State(now, config, before.store, reading)

    @property
    def root(self) -> Path:
        """The directory that paths are relative to."""
        return self._state.workspace.repository.root

    @property
    def revision(self) -> str | None:
        """The full id of the commit that is viewed; None for a work tree, index or plain directory."""
        return self._state.workspace.repository.revision

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far, sorted by path; none of them stopped a question."""
        with self._lock:
            return self._soundly(lambda: self._state.problems)

    # --- files, targets and packs -------------------------------------------------------------------------------------

    @_question
    def files(self, *, model: str | None = None) -> FileList:
        """Every file with its role and tokens as the model counts them, and every skipped path with its reason."""
        with self._alone() as state:
            return files.files(state, model)

    @_question
    def text(self, path: str) -> str:
        """The text of one listed file, as packs show it; raises TargetError for a path that is not listed."""
        with self._alone() as state:
            return files.text(state, path)

    @_question
    def target(
        self,
        *named: str,
        task: str = "",
        staged: bool = False,
        since: str | None = None,
        diff: str | None = None,
        diff_folder: str = "",
    ) -> Target:
        """The change that context is wanted for.

        `named` are subjects: `path`, `path::symbol`, `dir/`, `table:NAME` (or `table:NAME.column`). `task` is the
        text of the task. At most one of `staged` (the index against HEAD), `since` (a revision against the work tree)
        and `diff` (the text of a unified diff) gives the changed lines. The names in `diff` may begin at the top of the
        work tree, at this root, or in `diff_folder` (relative to it), with any prefixes or none:
        they are read in the way that fits the most files.

        Raises TargetError for a subject that names nothing, with the nearest names, and RepositoryError where the view
        has no index or there is no such revision.
        """
        with self._alone() as state:
            return targeting.target(state, named, Edits(staged, since, diff, diff_folder).read(state), task)

    @_question
    def rank(self, target: Target, *, reranker: Reranker | None = None) -> Ranking:
        """The files and symbols that the change will probably edit, best first, each with the reasons for its score.

        `reranker` re-ranks the first ones, see `ctxpack.rank.rerank`; by default the one in the settings, if there is
        one. Raises ConfigError where it, or a weight in the settings, is not usable, and TargetError where a file or
        symbol that the target names is gone meanwhile.
        """
        with self._alone() as state:
            return ranking.rank(state, target, reranker)

    @_question
    def pack(
        self,
        target: Target,
        *,
        model: str | None = None,
        budget: str | int | None = None,
        format: str | None = None,
        view: str | None = None,
        cache_prefix: float | None = None,
        about: str = "",
        specialists: Sequence[Pack] | None = None,
        reranker: Reranker | None = None,
    ) -> Pack:
        """The context for a target, within a token budget, for a model, in a format, from a view.

        The arguments default to the repository's settings. `cache_prefix` is the share of the budget for an outline of
        the repository at the front, which is the same for every task. `about` is a text that replaces the task for
        ranking and selection, so that differently worded tasks get the same prompt up to the task itself. `specialists`
        are the packs that an orchestrator's pack lists; by default those that its own model would get.
        `reranker` is used as by `rank`. Raises
        ModelError, BudgetError or ConfigError, and TargetError as `rank` does.
        """
        with self._alone() as state:
            wishes = Wishes(model, budget, format, view, cache_prefix, about)
            return packing.pack(state, target, wishes, specialists, reranker)

    def render(self, pack: Pack) -> Rendered:
        """The text of a pack made by this index, in the pack's own format."""
        return packing.render(pack)

    # --- uses ---------------------------------------------------------------------------------------------------------

    @_question
    def graph(
        self,
        *named: str,
        kinds: Sequence[EdgeKind] = (),
        level: GraphLevel = "file",
        direction: GraphDirection = "both",
        depth: int | None = None,
        by_name: bool = False,
    ) -> Graph:
        """The graph between files or symbols; with subjects, the part within `depth` edges of them.

        `kinds` selects kinds of edges, all by default. `by_name` adds calls that nothing but the name of the method
        leads to its only definition; they are in what `impact` and `references` say in any case.
        Raises TargetError as `target` does, and ArgumentError for an invalid kind, level, direction or depth.
        """
        with self._alone() as state:
            return uses.graph(state, named, kinds=kinds, level=level, direction=direction, depth=depth, by_name=by_name)

    @_question
    def links(self, *, by_name: bool = False) -> Iterator[dict[str, str | int]]:
        """Every reference that is bound inside the repository, in order: the contract `graph --format jsonl`.

        `by_name` is as for `graph`.

        All files are linked before this returns; each file's links are then loaded lazily, for the state at the time of
        the call. Iterating raises RepositoryError once the index is closed.
        """
        with self._alone() as state:
            paths = uses.linked(state.workspace)
            return (link for path in paths for link in self._links_in(path, state.workspace, by_name))

    @_question
    def _links_in(self, path: str, workspace: Workspace, by_name: bool) -> list[dict[str, str | int]]:
        with self._alone():
            return uses.links_in(workspace, path, by_name=by_name)

    @_question
    def impact(
        self,
        *named: str,
        staged: bool = False,
        since: str | None = None,
        diff: str | None = None,
        diff_folder: str = "",
        depth: int | None = None,
        min_confidence: float = 0.0,
        kinds: Sequence[ImpactKind] = (),
    ) -> Impact:
        """What a change reaches: the definitions, files, tests and tables that depend on it, nearest first.

        The change is given as for `target`. For a file, all its definitions count as changed; for a diff, those that
        its lines belong to. The users of what a diff removes are found in the revision before it (`since`, or HEAD).
        `depth` is the greatest number of edges, `min_confidence` the least product of their confidences, and `kinds`
        (symbols, files, tests, tables) selects what is returned. A table reaches the class that it is mapped to, a
        column the attribute, and both their users. Raises TargetError and RepositoryError as `target` does, and
        ArgumentError for an invalid depth, confidence or kind.
        """
        with self._alone() as state:
            edits = Edits(staged, since, diff, diff_folder)
            return uses.impact(state, named, edits, depth=depth, min_confidence=min_confidence, kinds=kinds)

    @_question
    def check(self, *, since: str | None = None) -> Report:
        """What the staged content breaks in code that the commit does not touch.

        The index is compared with a revision, HEAD by default; the work tree is not read. The settings
        `check.fail-confidence` and `check.ignore` apply. Raises RepositoryError where there is no index, as in a bare
        repository or a plain directory, or no such revision.
        """
        with self._alone() as state:
            return uses.check(state, since)

    # --- datasets -----------------------------------------------------------------------------------------------------

    @_question
    def lineage(
        self, *named: str, direction: DataDirection = "both", depth: int | None = None, columns: bool = False
    ) -> Lineage:
        """The lineage of all datasets, or the part within `depth` edges of those `named`.

        With `columns`, column lineage is included, which takes longer. Raises TargetError for a name that is no
        dataset, with the nearest names, and ArgumentError for an invalid direction or depth.
        """
        with self._alone() as state:
            return data.lineage(state, named, direction=direction, depth=depth, columns=columns)

    @_question
    def mapped(self, *named: str) -> tuple[str, ...]:
        """The definitions (`path::symbol`), such as ORM classes, that some datasets are mapped to; sorted."""
        with self._alone() as state:
            return data.mapped(state, named)

    @_question
    def schema(self, *named: str, history: bool = False, records: bool = False) -> tuple[TableSchema, ...]:
        """The schemas of all tables or those `named`, upstream first: columns, nullability with reasons, uses.

        With `history`, also how the schemas changed. For names that are no dataset's, records (classes, messages,
        interface types) are given; with `records`, all records, last. Raises TargetError as `lineage` does.
        """
        with self._alone() as state:
            return data.schema(state, named, history=history, records=records)

    # --- answers for agents, within a token budget (a number, or a text such as "16k") --------------------------------

    @_question
    def symbol(
        self,
        name: str,
        *,
        start_line: int | None = None,
        offset: int = 0,
        budget: int | str = ANSWER_BUDGET,
        model: str | None = None,
    ) -> Answer:
        """The source of a definition with its signature, documentation and lines, in at most `budget` tokens.

        `name` is `path::symbol`, or a name that is searched everywhere. A source that is too long is cut between lines;
        `start_line` continues it, and `offset` continues with other definitions of the name. Raises TargetError,
        BudgetError, and ArgumentError for an offset or line below the first.
        """
        from ctxpack import agents

        with self._alone() as state:
            arguments.whole("start_line", start_line, least=1)
            arguments.whole("offset", offset)
            meter = answers.meter(state, budget, model)
            return agents.read_symbol(state.workspace, name, meter, start_line=start_line, offset=offset)

    @_question
    def references(
        self, name: str, *, offset: int = 0, budget: int | str = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """The users of a definition, a file or a table (`table:NAME`), with the line of each use.

        `offset` continues an answer that was cut. Raises TargetError, BudgetError and ArgumentError as `symbol` does.
        """
        from ctxpack import agents

        with self._alone() as state:
            arguments.whole("offset", offset)
            flow = state.flow
            meter = answers.meter(state, budget, model)
            return agents.references(state.workspace, flow, name, meter, offset=offset)

    @_question
    def upstream(
        self, name: str, *, depth: int = 2, offset: int = 0, budget: int | str = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """The datasets that a dataset is made from, or the definitions that a definition uses, within `depth` steps.

        Raises TargetError, BudgetError and ArgumentError as `symbol` does.
        """
        from ctxpack import agents

        with self._alone() as state:
            arguments.whole("depth", depth)
            arguments.whole("offset", offset)
            flow = state.flow
            meter = answers.meter(state, budget, model)
            return agents.upstream(state.workspace, flow, name, depth, meter, offset=offset)

    @_question
    def map(self, *, budget: int | str = ANSWER_BUDGET, model: str | None = None) -> Answer:
        """The folders with their contents, and the datasets by layer, in as much detail as `budget` allows."""
        from ctxpack import agents

        with self._alone() as state:
            datasets = tuple(state.flow.datasets.values()) if state.flow is not None else ()
            return agents.map_answer(state.workspace, datasets, answers.meter(state, budget, model))

    @_question
    def meter(self, budget: int | str = ANSWER_BUDGET, model: str | None = None) -> Meter:
        """The meter for answers of at most `budget` tokens, counted for a model; raises BudgetError and ModelError."""
        with self._alone() as state:
            return answers.meter(state, budget, model)


def _directory(cache: bool | Path | str) -> Path | None:
    """The directory for the argument `cache`; None for no cache."""
    if cache is True:
        return default_directory(os.environ)
    return None if cache is False else Path(cache)
