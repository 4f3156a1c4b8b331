"""The base of `Index`: opening, closing and refreshing, its workspace, settings and store, and the lock.

The methods that answer questions are in the other modules, one for each kind.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

import msgspec

from ctxpack import config as configuration
from ctxpack import crawl
from ctxpack.api import arguments
from ctxpack.config import Config
from ctxpack.errors import ConfigError, RepositoryError
from ctxpack.model import ModelProfile, Problem, Ranking, Target
from ctxpack.pack import models
from ctxpack.pack.tokens import Counter, counter_for
from ctxpack.store import Store, default_directory, whatever_was_kept
from ctxpack.workspace import Progress, Workspace

if TYPE_CHECKING:
    from ctxpack.datacontext import DataContext
    from ctxpack.datacontext.mapped import Mapped, Mappings
    from ctxpack.lineage.flow import Flow


Settled = Callable[[], tuple[Config, int]]
"""Gives the present settings and number of parser processes."""

_OF_SETTINGS = ("_weights", "_reranker")
"""Cached properties that depend on the settings, cleared when those are read again."""

P = ParamSpec("P")
R = TypeVar("R")
Opening = TypeVar("Opening", bound="Opened")


def alone(question: Callable[Concatenate[Opening, P], R]) -> Callable[Concatenate[Opening, P], R]:
    """Decorates a method of an index so that one thread at a time runs it, since the index's state is shared.

    The method raises RepositoryError once the index is closed. Where a damaged cache makes it fail, it is run once more
    without what was cached.
    """

    @wraps(question)
    def answered(self: Opening, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            self._must_be_open()
            return self._whatever_was_kept(lambda: question(self, *args, **kwargs))

    return answered


class Opened:
    """An open repository: its workspace, settings and store, and what is derived from them."""

    def __init__(
        self,
        workspace: Workspace,
        config: Config,
        store: Store,
        reading: tuple[int, Progress | None],
        *,
        owns_store: bool,
        present: Settled | None = None,
    ) -> None:
        """Use `open` instead; `present` gives the present settings and number of processes, for `refresh`."""
        self._lock = RLock()
        self._workspace = workspace
        self._data_context: DataContext | None = None
        self._kept_mappings: Mappings | None = None
        self._ranked: tuple[Workspace, Target, Ranking] | None = None
        self._reading = reading
        self._config = config
        self._settled: Settled = present or (lambda: (config, reading[0]))
        self._store = store
        self._owns_store = owns_store
        self._closed = False
        self._asking = False
        self._seen: set[Problem] = set()

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
        own = store or Store.open(_directory(cache))
        workspace = Workspace(repository, settings, own, processes, progress)
        return cls(workspace, settings, own, (processes, progress), owns_store=store is None, present=settled)

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
                self._store.close()

    def _whatever_was_kept(self, work: Callable[[], R]) -> R:
        """The result of `work`, for which a damaged cache is set aside; what another question asks is part of it."""
        if self._asking:
            return work()

        def again() -> R:
            self._turn_to(self._config, self._reading[0])
            return work()

        self._asking = True
        try:
            return whatever_was_kept(self._store, work, again)
        finally:
            self._asking = False

    def _must_be_open(self) -> None:
        if self._closed:
            raise RepositoryError(
                f"the index of {self.root} is closed: ask before the end of its with, or open it again"
            )

    @alone
    def refresh(self) -> None:
        """Read the repository and its settings again; later answers are about the present state.

        Raises ConfigError for wrong settings; the index then keeps its previous state.
        """
        self._turn_to(*self._settled())

    @alone
    def refresh_if_changed(self) -> bool:
        """`refresh` if files were added, changed or removed, or settings changed; says whether it did.

        It is cheap if nothing changed: it lists the repository and opens only files whose size or time is different.
        New commits without changed files are not noticed. The files of a revision never change. Raises ConfigError as
        `refresh` does.
        """
        config, processes = self._settled()
        same = config == self._config and config.problems == self._config.problems
        if same and self.revision is not None:
            return False
        before = self._workspace
        now = Workspace(before.repository, config, self._store, processes, self._reading[1])
        if same and now.snapshot.files == before.snapshot.files:
            return False
        self._turn_to(config, processes, now)
        return True

    def _turn_to(self, config: Config, processes: int, workspace: Workspace | None = None) -> None:
        """Switch to these settings and to the present state of the repository; clears all caches."""
        self._workspace.let_go()
        self._reading = (processes, self._reading[1])
        self._workspace = workspace or Workspace(self._workspace.repository, config, self._store, *self._reading)
        self._config = config
        self._data_context = None
        self._ranked = None
        self._seen.clear()
        for name in _OF_SETTINGS:
            self.__dict__.pop(name, None)

    @property
    def root(self) -> Path:
        """The directory that paths are relative to."""
        return self._workspace.repository.root

    @property
    def revision(self) -> str | None:
        """The full id of the commit that is viewed; None for a work tree, index or plain directory."""
        return self._workspace.repository.revision

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far, sorted by path; none of them stopped a question."""
        with self._lock:
            return self._whatever_was_kept(self._all_problems)

    def _all_problems(self) -> tuple[Problem, ...]:
        data = self._data_context.problems if self._data_context is not None else ()
        found = {*self._workspace.problems, *data, *self._seen}
        return tuple(sorted(found, key=lambda p: (p.path, p.line, p.message)))

    @property
    def _data(self) -> DataContext:
        """The data context; made on first use, since most questions are not about data."""
        if self._data_context is None:
            from ctxpack.datacontext import DataContext

            self._data_context = DataContext(self._workspace, self._store)
        return self._data_context

    @property
    def _mappings(self) -> Mappings:
        """The mappings of tables to definitions in code."""
        if self._kept_mappings is None or self._kept_mappings.data is not self._data:
            from ctxpack.datacontext.mapped import Mappings

            self._kept_mappings = Mappings(self._data)
        return self._kept_mappings

    def _mapped(self, table: str) -> tuple[Mapped, ...]:
        """The definitions that a table, or `table.column`, is mapped to."""
        meant = self._mappings.meant(table)
        return self._mappings.of(*meant) if meant is not None else ()

    @property
    def _flow(self) -> Flow | None:
        """The data flow; None where there are no datasets."""
        return self._data.flow if self._data.is_there else None

    def _profile(self, name: str) -> ModelProfile:
        extra = {key: models.from_config(key, table) for key, table in self._config.models.items()}
        profile = models.find(name, extra)
        if self._config.reserve_output is not None:
            profile = msgspec.structs.replace(profile, max_output=self._config.reserve_output)
        return profile

    def _counter(self, profile: ModelProfile) -> Counter:
        return counter_for(profile, self._config.tokenizer_file, self._store.piece_counts("pieces"))


def _directory(cache: bool | Path | str) -> Path | None:
    """The directory for the argument `cache`; None for no cache."""
    if cache is True:
        return default_directory(os.environ)
    return None if cache is False else Path(cache)
