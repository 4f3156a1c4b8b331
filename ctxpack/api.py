"""The stages in a row: what the command line, and a program that uses ctxpack, ask for.

`Index` opens a repository once and answers questions about it; `build` is the whole way in one call.

    with Index.open("path/to/repository") as index:
        target = index.target("src/orders.py::Order.total", task="round to cents")
        pack = index.pack(target, budget="16k")
        prompt = index.render(pack).text
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, wraps
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import msgspec

from ctxpack import briefing, crawl, formats, prefix, subjects, views
from ctxpack import config as configuration
from ctxpack import rank as ranking
from ctxpack.affected import Reach
from ctxpack.check import Report
from ctxpack.config import Config
from ctxpack.errors import RepositoryError, TargetError
from ctxpack.graph import impact as reach
from ctxpack.graph import query
from ctxpack.graph.edges import graph_of, symbol_edges
from ctxpack.graph.impact import Impact
from ctxpack.model import (
    Budget,
    Change,
    Graph,
    ModelProfile,
    Pack,
    Problem,
    Ranking,
    Rendered,
    Skipped,
    SourceFile,
    Target,
    Value,
)
from ctxpack.pack import cards, models
from ctxpack.pack.assemble import Frame, Sources, assemble
from ctxpack.pack.tokens import Counter, counter_for, parse_budget
from ctxpack.rank.adjusted import adjusted
from ctxpack.rank.confidence import confidence, shown_of
from ctxpack.rank.local_reranker import load_reranker
from ctxpack.rank.rerank import Reranker, reordered
from ctxpack.review import Review
from ctxpack.safety import fences, sanitise
from ctxpack.store import Store
from ctxpack.views import View
from ctxpack.wishes import Wishes
from ctxpack.workspace import Progress, Workspace

if TYPE_CHECKING:
    from ctxpack.agents import Answer, Meter
    from ctxpack.datacontext import DataContext
    from ctxpack.datamodel.lineage import Lineage, TableSchema
    from ctxpack.lineage.flow import Flow

ANSWER_BUDGET = 4000
"""Tokens of an answer for an agent where nothing else is said."""

_TASK_STEP = 256

P = ParamSpec("P")
R = TypeVar("R")


def _alone(question: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """A method that is answered for one thread at a time: what an index has read so far belongs to no thread."""

    @wraps(question)
    def answered(self: Index, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            return question(self, *args, **kwargs)

    return answered


class FileList(Value, frozen=True, array_like=True, gc=False):
    """The files of a repository, what was skipped, and the tokens of each file by path (0 for binary files)."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    tokens: dict[str, int]


class Index:
    """One view of a repository, open to questions; a context manager.

    Its methods may be called from any thread; questions are answered one after another.
    """

    def __init__(
        self,
        workspace: Workspace,
        config: Config,
        store: Store,
        reading: tuple[int, Progress | None],
        *,
        owns_store: bool,
    ) -> None:
        """Use `Index.open`."""
        self._lock = RLock()
        self._workspace = workspace
        self._data_context: DataContext | None = None
        self._ranked: tuple[Workspace, Target, Ranking] | None = None
        self._reading = reading
        self._config = config
        self._store = store
        self._owns_store = owns_store
        self._seen: set[Problem] = set()

    @classmethod
    def open(
        cls,
        root: Path | str = ".",
        *,
        at: str | None = None,
        staged: bool = False,
        config: Config | None = None,
        store: Store | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> Index:
        """Open the repository, part of one, or plain directory at `root`; with `at`, its state at a revision.

        With `staged` it is opened as it would be committed now, without what is only in the work tree and without its
        history. `config` defaults to the repository's own settings, `store` to one in memory that lasts as long as
        the index, `workers` to the setting or else one process a CPU. `progress` is told (stage, done, total) of long
        work.

        Raises RepositoryError where there is nothing to open and ConfigError for settings that are wrong.
        """
        repository = crawl.open_staging(Path(root)).after() if staged else crawl.open_repository(Path(root), at=at)
        settings = config or configuration.load(repository.root)
        own = store or Store.open(None)
        processes = workers if workers is not None else settings.workers or os.cpu_count() or 1
        workspace = Workspace(repository, settings, own, processes, progress)
        return cls(workspace, settings, own, (processes, progress), owns_store=store is None)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @_alone
    def close(self) -> None:
        """Close the store, if the index made it."""
        if self._owns_store:
            self._store.close()

    @_alone
    def refresh(self) -> None:
        """Look at the repository anew; the next answers are about its present state."""
        self._workspace.refresh()
        self._data_context = None
        self._ranked = None
        self._seen.clear()

    @_alone
    def refresh_if_changed(self) -> bool:
        """Look whether files were added, changed or removed, and `refresh` if so; cheap where nothing was.

        It lists the repository and opens only files whose size or time has changed. New commits of unchanged files are
        not noticed. A view of a revision never changes.
        """
        if self.revision is not None:
            return False
        before = self._workspace
        now = Workspace(before.repository, self._config, self._store, *self._reading)
        if now.snapshot.files == before.snapshot.files:
            return False
        self._workspace = now
        self._data_context = None
        self._seen.clear()
        return True

    @property
    def root(self) -> Path:
        """The directory that paths are relative to."""
        return self._workspace.repository.root

    @property
    def revision(self) -> str | None:
        """The commit that is viewed; None for a work tree or plain directory."""
        return self._workspace.repository.revision

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All trouble met so far that did not stop anything, sorted by path."""
        data = self._data_context.problems if self._data_context is not None else ()
        found = {*self._workspace.problems, *data, *self._seen}
        return tuple(sorted(found, key=lambda p: (p.path, p.line, p.message)))

    @property
    def _data(self) -> DataContext:
        """What is said of datasets; made when it is first asked for, since most questions are not about data."""
        if self._data_context is None:
            from ctxpack.datacontext import DataContext

            self._data_context = DataContext(self._workspace, self._store)
        return self._data_context

    # --- questions ----------------------------------------------------------------------------------------------------

    @_alone
    def files(self, *, model: str | None = None) -> FileList:
        """Every file with its role and tokens as the model counts them, and every skipped path with its reason."""
        counter = self._counter(self._profile(model or self._config.model))
        listed = self._workspace.snapshot.files
        texts = [file for file in listed if file.role != "binary"]
        tokens = dict.fromkeys((file.path for file in listed), 0)
        for start in range(0, len(texts), 200):
            batch = texts[start : start + 200]
            counts = counter.count_many([self._workspace.read(file.path) for file in batch])
            tokens.update({file.path: count for file, count in zip(batch, counts, strict=True)})
        return FileList(listed, self._workspace.snapshot.skipped, tokens)

    @_alone
    def text(self, path: str) -> str:
        """The text of one listed file, as packs show it; raises TargetError for a path that is not listed."""
        if path not in self._workspace.files:
            raise TargetError(f"no such file: {path}")
        return self._workspace.text(path)

    @_alone
    def target(
        self, *named: str, task: str = "", staged: bool = False, since: str | None = None, diff: str | None = None
    ) -> Target:
        """The change that context is wanted for.

        `named` are subjects: `path`, `path::symbol`, `dir/`, `table:NAME` (or `table:NAME.column`). `task` is the
        text of the task. At most one of `staged` (the index against HEAD), `since` (a revision against the work tree)
        and `diff` (the text of a unified diff) gives the change's lines.

        Raises TargetError for a subject that names nothing, with the nearest names, and RepositoryError where there
        are no staged changes to be had or no such revision.
        """
        if sum((staged, since is not None, diff is not None)) > 1:
            raise TargetError("give one of staged, since and diff, not several")
        repository = self._workspace.repository
        text = repository.diff_staged() if staged else repository.diff_since(since) if since is not None else diff or ""
        found = subjects.resolve(named, self._workspace, lambda: self._flow)
        changes = tuple(change for change in crawl.parse_diff(text) if change.path in self._workspace.files)
        return msgspec.structs.replace(found, task=task, diff=text, changes=changes)

    @_alone
    def rank(self, target: Target, *, reranker: Reranker | None = None) -> Ranking:
        """Which files and symbols the change will edit, best first, each with the reasons that make its score.

        `reranker` has a say in the order of the first ones, see `ctxpack.rank.rerank`; without it, the one of the
        settings has, if there is one. Raises ConfigError where it, or a weight of the settings, is not usable.
        """
        found = self._rank(target)
        chosen = reranker or self._reranker
        return found if chosen is None else reordered(found, target, self._source, chosen)

    def _rank(self, target: Target) -> Ranking:
        """The ranking before any re-ranker, made once for the same target."""
        workspace = self._workspace
        if self._ranked is None or self._ranked[0] is not workspace or self._ranked[1] != target:
            with workspace.corpus() as corpus:
                self._ranked = workspace, target, ranking.rank(target, corpus, self._weights)
        return self._ranked[2]

    @cached_property
    def _weights(self) -> ranking.Weights:
        return adjusted(self._config.weights, where=self._config.origins.get("weights", "weights"))

    @cached_property
    def _reranker(self) -> Reranker | None:
        place = self._config.reranker
        return load_reranker(place) if place is not None else None

    def _source(self, path: str, symbol: str) -> str:
        """The text of a file, or of the first definition of that name in it."""
        text = self._workspace.text(path)
        definitions = self._workspace.facts(path).definitions if symbol else ()
        span = next((one.span for one in definitions if one.qualname == symbol), None)
        return text if span is None else "\n".join(text.split("\n")[span[0] - 1 : span[1]])

    def _deciding(self) -> str:
        """A digest of the content of the repository, and of the settings that its ranking follows."""
        own = [f"{name}={worth!r}" for name, worth in self._config.weights.items()]
        if self._config.sql_dialect:
            own.append(f"sql-dialect={self._config.sql_dialect}")
        if self._reranker is not None:
            own.append(self._reranker.identity)
        if not own:
            return self._workspace.state
        return hashlib.blake2b("\n".join((self._workspace.state, *own)).encode(), digest_size=16).hexdigest()

    @_alone
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
    ) -> Pack:
        """The context for a target, within a budget of tokens, for a model, in a format, as a view deals it out.

        The arguments default to the repository's settings. `cache_prefix` is the share of the budget for an outline of
        the repository at the front, which is the same for every task. `about` is what the choice goes by instead of
        the words of the task, so that a task in other words gets the same prompt up to them. `specialists` are the
        packs that an orchestrator is told of; without them, those that its own model would get. Raises ModelError,
        BudgetError or ConfigError.
        """
        profile = self._profile(model or self._config.model)
        counter = self._counter(profile)
        share = self._config.cache_prefix if cache_prefix is None else cache_prefix
        seen = views.with_prefix(views.find(view or self._config.view), share)
        limit = _limited(parse_budget(str(self._config.budget if budget is None else budget), profile, counter), seen)
        format_name = format or self._config.format
        formats.control(format_name, profile)
        subject = msgspec.structs.replace(target, task=about) if about else target
        found = self.rank(subject)
        room = int(limit.total * seen.prefix_share)
        lists = [prefix.outline(self._workspace, room)] if room else []
        if seen.list_share:
            lists += briefing.lists(found, self._specialists(subject, model) if specialists is None else specialists)
        wishes = Wishes(self._workspace, self._data, subject, found, self._weights)
        if limit.until == "window":
            wishes.with_all_others()
        sources = wishes.sources(int(limit.total * seen.tables_most / views.CODER.tables_most))
        self._report(sources, formats.control(format_name, profile))
        made = [cards.text(one.table) for one in sources.tables]
        told = [line for one in lists for line in one.lines]
        fence = fences.choose((*sources.texts.values(), *made, *told), target)
        renderer = formats.renderer(format_name, profile, fence)
        frame = Frame(
            item=renderer.item,
            preamble=renderer.preamble(),
            task=renderer.task(target),
            zone_open=renderer.zone_open,
            zone_close=renderer.zone_close,
            overhead=renderer.overhead_tokens,
            count=counter.count_many,
        )
        pack = assemble(
            wishes.wanted,
            sources,
            frame,
            target=target,
            model=profile,
            budget=limit,
            format_name=format_name,
            state=f"{self._deciding()}\n{about}" if about else self._deciding(),
            view=seen,
            lists=lists,
            held=_held(counter.count(frame.task)) if about else 0,
        )
        self._workspace.let_go()
        sure = confidence(found, subject, shown_of(pack)) if seen.bodies and seen.files else None
        return msgspec.structs.replace(
            pack, problems=self.problems, fence=(fence.document, fence.task), confidence=sure
        )

    def _specialists(self, target: Target, model: str | None) -> list[Pack]:
        """The packs that an orchestrator can ask for; those about data only where there is any."""
        names = [name for name in views.SPECIALISTS if name == views.CODER.name or self._data.is_there]
        return [self.pack(target, model=model, budget="auto", view=name) for name in names]

    def render(self, pack: Pack) -> Rendered:
        """The text of a pack made by this index, in the pack's own format."""
        return render(pack)

    @_alone
    def graph(
        self,
        *named: str,
        kinds: tuple[str, ...] = (),
        level: str = "file",
        direction: str = "both",
        depth: int | None = None,
    ) -> Graph:
        """The graph between files or symbols; with subjects, the part within `depth` edges of them.

        `direction` is dependencies, dependents or both. Raises TargetError as `target` does.
        """
        workspace = self._workspace
        workspace.link_all()
        if level == "symbol":
            paths = sorted(workspace.parsed)
            edges = symbol_edges(workspace.links_of(paths), workspace.facts_of(paths))
        else:
            edges = workspace.edges
        whole = query.of_kinds(graph_of(edges, workspace.parsed, workspace.unresolved), kinds)
        if not named:
            return whole
        starts = subjects.nodes(subjects.resolve(named, workspace, lambda: self._flow), workspace, level)
        return query.around(whole, starts, query.direction(direction), depth)

    @_alone
    def impact(
        self,
        *named: str,
        staged: bool = False,
        since: str | None = None,
        diff: str | None = None,
        depth: int | None = None,
        min_confidence: float = 0.0,
        kinds: tuple[str, ...] = (),
    ) -> Impact:
        """What a change reaches: the definitions, files, tests and tables that depend on it, nearest first.

        The change is given as for `target`. Of a file all definitions change, of a diff those that its lines belong
        to; what a diff removes is looked for in the revision before it (HEAD, but for `since`). `depth` is the
        greatest number of edges, `min_confidence` the least product of their confidences, and `kinds` (symbols,
        files, tests, tables) says what is wanted. Raises TargetError and RepositoryError as `target` does.
        """
        self._workspace.expect_links()
        target = self.target(*named, staged=staged, since=since, diff=diff)
        workspace = self._workspace
        changes = crawl.parse_diff(target.diff)
        with self._before(changes, since or "HEAD") as before:
            starts = subjects.places(target, changes, workspace, before)
            removed = subjects.removed(changes, before, workspace) if before is not None else []
        tests = frozenset(path for path, file in workspace.files.items() if file.role == "test")
        around = reach.Surroundings(workspace.edges, tests, workspace.facts_of, workspace.links_of)
        found = reach.impact(starts, around, depth=depth, min_confidence=min_confidence, removed=removed)
        if target.tables and self._data.is_there:
            by_data = Reach(self._data.flow, tests.__contains__, depth, min_confidence).of(target.tables)
            found = reach.joined(found, *by_data)
        return reach.of_kinds(found, kinds)

    @_alone
    def check(self, *, since: str | None = None) -> Report:
        """What the staged content breaks for users that the commit does not touch.

        The index is compared with a revision, HEAD by default; what is in the work tree makes no difference. The
        settings `check.fail-confidence` and `check.ignore` hold. Raises RepositoryError where there is no index, as in
        a bare repository or a plain directory, or no such revision.
        """
        report = Review(self._config, self._store, *self._reading).report(self.root, since)
        self._seen.update(report.problems)
        return report

    @contextmanager
    def _before(self, changes: Sequence[Change], revision: str) -> Iterator[Workspace | None]:
        """A view of the state at a revision, for what a diff changed; None where there is no such state."""
        if not changes or not self._workspace.repository.is_git:
            yield None
            return
        try:
            before = Index.open(self.root, at=revision, config=self._config, store=self._store)
        except RepositoryError:
            yield None
            return
        with before:
            yield before._workspace

    @_alone
    def lineage(self, *named: str, direction: str = "both", depth: int | None = None, columns: bool = False) -> Lineage:
        """Which datasets are made from which: all of them, or what lies within `depth` edges of those `named`.

        `direction` is upstream, downstream or both; with `columns`, columns are followed too, which takes longer.
        Raises TargetError for a name that is no dataset, with the nearest names.
        """
        flow = self._data.flow
        return flow.lineage(subjects.datasets(named, flow), direction, depth, columns=columns)

    @_alone
    def schema(self, *named: str, history: bool = False, records: bool = False) -> tuple[TableSchema, ...]:
        """What is known of tables, all of them or those `named`, upstream first: columns, nullability and why, uses.

        With `history`, also how their schemas changed. Records (classes, messages, types of an interface) are given
        for names that are no dataset's, and with `records` all of them, last. Raises TargetError as `lineage` does.
        """
        data = self._data
        names, others = subjects.tables(named, data.flow, lambda: data.records)
        found = data.tables(data.flow.in_order(names if named else data.flow.datasets))
        shown = tuple(data.with_history(one) for one in found) if history else found
        if history and named:
            from ctxpack.datacontext.derived import with_computed

            shown = with_computed(data, shown, self._data_at)
        return (*shown, *(data.records if records and not named else others))

    def _data_at(self, commit: str, patterns: tuple[str, ...]) -> DataContext | None:
        """What files of these patterns say of datasets after a commit; None where that cannot be seen."""
        from ctxpack.datacontext import DataContext

        try:
            repository = self._workspace.repository.at(commit, "past of a table")
        except RepositoryError:
            return None
        settings = replace(self._config, include=patterns)
        return DataContext(Workspace(repository, settings, self._store, *self._reading), self._store)

    def links(self) -> Iterator[dict[str, str | int]]:
        """Every reference that is bound inside the repository, in order: the contract `graph --format jsonl`."""
        workspace = self._workspace
        workspace.link_all()
        for path in sorted(workspace.parsed):
            links = [link for link in workspace.links_of((path,)).get(path, ()) if link.symbol >= 0]
            facts = workspace.facts_of(sorted({link.target for link in links}))
            for link in links:
                definition = facts[link.target].definitions[link.symbol]
                yield {
                    "ref_file": path,
                    "ref_line": link.line,
                    "ref_col": link.column,
                    "name": link.name.rpartition(".")[2],
                    "def_file": link.target,
                    "def_line": definition.line,
                    "def_symbol": definition.qualname,
                }

    # --- answers for agents -------------------------------------------------------------------------------------------

    @_alone
    def symbol(
        self,
        name: str,
        *,
        start_line: int | None = None,
        offset: int = 0,
        budget: int = ANSWER_BUDGET,
        model: str | None = None,
    ) -> Answer:
        """The source of a definition with its signature, documentation and lines, in at most `budget` tokens.

        `name` is `path::symbol`, or a name that is looked for everywhere. A source that is too long is cut between
        lines; `start_line` goes on with it, and `offset` with other definitions of the name. Raises TargetError and
        BudgetError.
        """
        from ctxpack import agents

        meter = self._meter(budget, model)
        return agents.read_symbol(self._workspace, name, meter, start_line=start_line, offset=offset)

    @_alone
    def references(
        self, name: str, *, offset: int = 0, budget: int = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """Who uses a definition, a file or a table (`table:NAME`), with the line of each use.

        `offset` goes on where an answer was cut. Raises TargetError and BudgetError.
        """
        from ctxpack import agents

        return agents.references(self._workspace, self._flow, name, self._meter(budget, model), offset=offset)

    @_alone
    def upstream(
        self, name: str, *, depth: int = 2, offset: int = 0, budget: int = ANSWER_BUDGET, model: str | None = None
    ) -> Answer:
        """What a dataset is made from and where, or which definitions a definition uses, within `depth` steps.

        Raises TargetError and BudgetError.
        """
        from ctxpack import agents

        return agents.upstream(self._workspace, self._flow, name, depth, self._meter(budget, model), offset=offset)

    @_alone
    def map(self, *, budget: int = ANSWER_BUDGET, model: str | None = None) -> Answer:
        """The folders of the repository with what is in them, and its datasets by layer, as deep as `budget` allows."""
        from ctxpack import agents

        datasets = tuple(self._flow.datasets.values()) if self._flow is not None else ()
        return agents.map_answer(self._workspace, datasets, self._meter(budget, model))

    @_alone
    def meter(self, budget: int = ANSWER_BUDGET, model: str | None = None) -> Meter:
        """What counts answers of at most `budget` tokens for a model; raises ModelError."""
        return self._meter(budget, model)

    def _meter(self, budget: int, model: str | None) -> Meter:
        from ctxpack.agents import Meter

        profile = self._profile(model or self._config.model)
        return Meter(self._counter(profile).count_many, budget, profile.control)

    @property
    def _flow(self) -> Flow | None:
        """The data flow; None where there are no datasets."""
        return self._data.flow if self._data.is_there else None

    # --- parts of a pack ----------------------------------------------------------------------------------------------

    def _report(self, sources: Sources, control: tuple[str, ...]) -> None:
        for path, text in sources.texts.items():
            self._seen.update(sanitise(text, control, path)[1])

    def _profile(self, name: str) -> ModelProfile:
        extra = {key: models.from_config(key, table) for key, table in self._config.models.items()}
        profile = models.find(name, extra)
        if self._config.reserve_output is not None:
            profile = msgspec.structs.replace(profile, max_output=self._config.reserve_output)
        return profile

    def _counter(self, profile: ModelProfile) -> Counter:
        return counter_for(profile, self._config.tokenizer_file, self._store.piece_counts("pieces"))


def _held(tokens: int) -> int:
    """Tokens to leave unused, so that tasks of much the same length leave the same room."""
    return -tokens % _TASK_STEP


def _limited(budget: Budget, view: View) -> Budget:
    """A budget, of which a view may take less where nobody gave a number."""
    if not view.auto or budget.until != "relevance":
        return budget
    return msgspec.structs.replace(budget, total=min(budget.total, view.auto))


def render(pack: Pack) -> Rendered:
    """The text of a pack in the pack's own format, with the byte offsets where a prefix cache may end."""
    return formats.renderer(pack.format, pack.model, fences.Fence(*pack.fence)).render(pack)


def build(
    root: Path | str = ".",
    *named: str,
    task: str = "",
    model: str | None = None,
    budget: str | int | None = None,
    format: str | None = None,
    view: str | None = None,
    store: Store | None = None,
) -> Pack:
    r"""Open a repository and pack the context for a change: `Index.open`, `target` and `pack` in one call.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "shop.py").write_text("def total(order):\n    return order.price\n")
    ...     pack = build(folder, task="round the total of an order", budget=1000)
    >>> [(item.path, item.role, item.level) for zone in pack.zones for item in zone.items]
    [('shop.py', 'target', 'full')]
    >>> pack.tokens <= 1000
    True
    """
    with Index.open(root, store=store) as index:
        target = index.target(*named, task=task)
        return index.pack(target, model=model, budget=budget, format=format, view=view)
