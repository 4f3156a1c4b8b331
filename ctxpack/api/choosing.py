"""Methods about files: listing, targets, and rankings by how likely a change edits them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from ctxpack import crawl
from ctxpack import rank as ranking
from ctxpack.api.opened import Opened, alone
from ctxpack.errors import TargetError
from ctxpack.model import Ranking, Skipped, SourceFile, Target, Value
from ctxpack.rank.adjusted import adjusted
from ctxpack.rank.local_reranker import load_reranker
from ctxpack.rank.rerank import Reranker, reordered
from ctxpack.services import targets
from ctxpack.text import well_formed

if TYPE_CHECKING:
    from ctxpack.datacontext.mapped import Mapped


class FileList(Value, frozen=True, array_like=True, gc=False):
    """The files of a repository, what was skipped, and the tokens of each file by path (0 for binary files)."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    tokens: dict[str, int]


class Choosing(Opened):
    """Files, targets and rankings."""

    @alone
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

    @alone
    def text(self, path: str) -> str:
        """The text of one listed file, as packs show it; raises TargetError for a path that is not listed."""
        if path not in self._workspace.files:
            raise TargetError(f"no such file: {path}")
        return self._workspace.text(path)

    @alone
    def target(
        self, *named: str, task: str = "", staged: bool = False, since: str | None = None, diff: str | None = None
    ) -> Target:
        """The change that context is wanted for.

        `named` are subjects: `path`, `path::symbol`, `dir/`, `table:NAME` (or `table:NAME.column`). `task` is the
        text of the task. At most one of `staged` (the index against HEAD), `since` (a revision against the work tree)
        and `diff` (the text of a unified diff) gives the changed lines.

        Raises TargetError for a subject that names nothing, with the nearest names, and RepositoryError where the view
        has no index or there is no such revision.
        """
        text = self._diff(staged=staged, since=since, diff=diff)
        return self._target(named, text, self._mapped, task)

    def _diff(self, *, staged: bool, since: str | None, diff: str | None) -> str:
        """The text of the requested diff; "" for none."""
        if sum((staged, since is not None, diff is not None)) > 1:
            raise TargetError("give one of staged, since and diff, not several")
        repository = self._workspace.repository
        return repository.diff_staged() if staged else repository.diff_since(since) if since is not None else diff or ""

    def _target(
        self, named: Sequence[str], text: str, mapped: Callable[[str], Iterable[Mapped]], task: str = ""
    ) -> Target:
        """The target for subjects, a diff and a task; the classes that tables are `mapped` to are added."""
        found = targets.resolve(named, self._workspace, lambda: self._data.flow, mapped)
        changes = tuple(change for change in crawl.parse_diff(text) if change.path in self._workspace.files)
        return msgspec.structs.replace(found, task=well_formed(task), diff=well_formed(text), changes=changes)

    @alone
    def rank(self, target: Target, *, reranker: Reranker | None = None) -> Ranking:
        """The files and symbols that the change will probably edit, best first, each with the reasons for its score.

        `reranker` re-ranks the first ones, see `ctxpack.rank.rerank`; by default the one in the settings, if there is
        one. Raises ConfigError where it, or a weight in the settings, is not usable, and TargetError where a file or
        symbol that the target names is gone meanwhile.
        """
        target = self._present(target)
        found = self._rank(target)
        chosen = reranker or self._reranker
        return found if chosen is None else reordered(found, target, self._source, chosen)

    def _present(self, target: Target) -> Target:
        """A target without changes of files that are gone meanwhile.

        Raises TargetError for a named file or symbol that does not exist any more.
        """
        workspace = self._workspace
        for path in dict.fromkeys((*target.paths, *(path for path, _ in target.symbols))):
            if path not in workspace.files:
                raise TargetError(f"{path}, which the target names, is no file here (any more)")
        for path, symbol in target.symbols:
            if all(one.qualname != symbol for one in workspace.facts(path).definitions):
                raise TargetError(f"{path}::{symbol}, which the target names, is not defined there (any more)")
        changes = tuple(change for change in target.changes if change.path in workspace.files)
        return target if changes == target.changes else msgspec.structs.replace(target, changes=changes)

    def _rank(self, target: Target) -> Ranking:
        """The ranking before any re-ranking; the last one is cached."""
        workspace = self._workspace
        if self._ranked is None or self._ranked[0] is not workspace or self._ranked[1] != target:
            asked = targets.with_makers(target, workspace, self._data.flow) if target.tables else target
            with workspace.corpus() as corpus:
                self._ranked = workspace, target, ranking.rank(asked, corpus, self._weights)
        return self._ranked[2]

    @cached_property
    def _weights(self) -> ranking.Weights:
        return adjusted(self._config.weights, where=self._config.origins.get("weights", "weights"))

    @cached_property
    def _reranker(self) -> Reranker | None:
        place = self._config.reranker
        return load_reranker(place) if place is not None else None

    def _source(self, path: str, symbol: str) -> str:
        """The text of a file, or of its first definition with the qualified name `symbol`."""
        text = self._workspace.text(path)
        definitions = self._workspace.facts(path).definitions if symbol else ()
        span = next((one.span for one in definitions if one.qualname == symbol), None)
        return text if span is None else "\n".join(text.split("\n")[span[0] - 1 : span[1]])

    def _deciding(self) -> str:
        """A digest of the repository's content and of the settings that affect ranking, for the fingerprint."""
        own = [f"{name}={worth!r}" for name, worth in self._config.weights.items()]
        if self._config.sql_dialect:
            own.append(f"sql-dialect={self._config.sql_dialect}")
        if self._reranker is not None:
            own.append(self._reranker.identity)
        if not own:
            return self._workspace.state
        return hashlib.blake2b("\n".join((self._workspace.state, *own)).encode(), digest_size=16).hexdigest()
