"""One state of a repository, with its settings, and what answers to questions about it share.

`Index` has one `State` at a time and makes a new one when the repository is read again, so nothing here is ever out of
date. The other modules of this package answer the questions, as functions of a state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from ctxpack.config import Config
from ctxpack.crawl import Repository
from ctxpack.model import ModelProfile, Problem, Ranking, Target
from ctxpack.pack import models
from ctxpack.pack.tokens import Counter, counter_for
from ctxpack.rank import Weights
from ctxpack.rank.adjusted import adjusted
from ctxpack.rank.local_reranker import load_reranker
from ctxpack.rank.rerank import Reranker
from ctxpack.store import Store
from ctxpack.workspace import Progress, Workspace

if TYPE_CHECKING:
    from ctxpack.datacontext import DataContext
    from ctxpack.datacontext.mapped import Mapped, Mappings
    from ctxpack.lineage.flow.columns import Flow


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: the number of parser processes, and the callback during long work, if any."""

    processes: int
    progress: Progress | None = None

    def workspace(self, repository: Repository, config: Config, store: Store) -> Workspace:
        """A workspace of the repository's present state."""
        return Workspace(repository, config, store, self.processes, self.progress)


@dataclass(eq=False)
class State:
    """A repository as it was when it was listed, its settings, and what was derived from them so far.

    `seen` are problems found by questions, besides those of the workspace and of the data context. `ranked` is the last
    ranking, before any re-ranking, with its target.
    """

    workspace: Workspace
    config: Config
    store: Store
    reading: Reading
    seen: set[Problem] = field(default_factory=set)
    ranked: tuple[Target, Ranking] | None = None

    @cached_property
    def data(self) -> DataContext:
        """The data context; made on first use, since most questions are not about data."""
        from ctxpack.datacontext import DataContext

        return DataContext(self.workspace, self.store)

    @property
    def flow(self) -> Flow | None:
        """The data flow; None where there are no datasets."""
        return self.data.flow if self.data.is_there else None

    @cached_property
    def mappings(self) -> Mappings:
        """The mappings of tables to definitions in code."""
        from ctxpack.datacontext.mapped import Mappings

        return Mappings(self.data)

    def mapped(self, table: str) -> tuple[Mapped, ...]:
        """The definitions that a table, or `table.column`, is mapped to."""
        meant = self.mappings.meant(table)
        return self.mappings.of(*meant) if meant is not None else ()

    @cached_property
    def weights(self) -> Weights:
        """The weights of the signals; raises ConfigError where one in the settings is not usable."""
        return adjusted(self.config.weights, where=self.config.origins.get("weights", "weights"))

    @cached_property
    def reranker(self) -> Reranker | None:
        """The re-ranker in the settings, if there is one; raises ConfigError where it is not usable."""
        place = self.config.reranker
        return load_reranker(place) if place is not None else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far, sorted by path."""
        data = self.data.problems if "data" in vars(self) else ()
        found = {*self.workspace.problems, *data, *self.seen}
        return tuple(sorted(found, key=lambda p: (p.path, p.line, p.message)))

    def profile(self, model: str | None = None) -> ModelProfile:
        """A model, by default that of the settings; raises ModelError for an unknown one."""
        extra = {key: models.from_config(key, table) for key, table in self.config.models.items()}
        profile = models.find(model or self.config.model, extra)
        if self.config.reserve_output is not None:
            profile = msgspec.structs.replace(profile, max_output=self.config.reserve_output)
        return profile

    def counter(self, profile: ModelProfile) -> Counter:
        """Counts tokens as a model does."""
        return counter_for(profile, self.config.tokenizer_file, self.store.piece_counts("pieces"))
