"""Rankings: the files and symbols that a change will probably edit."""

from __future__ import annotations

import hashlib

from ctxpack.api.state import State
from ctxpack.api.targeting import present
from ctxpack.model import Ranking, Target
from ctxpack.rank import rank as ranked
from ctxpack.rank.rerank import Reranker, reordered
from ctxpack.services import targets


def rank(state: State, target: Target, reranker: Reranker | None = None) -> Ranking:
    """The answer to `Index.rank`."""
    target = present(state, target)
    found = _first(state, target)
    chosen = reranker or state.reranker
    if chosen is None:
        return found
    return reordered(found, target, lambda path, symbol: _source(state, path, symbol), chosen)


def _first(state: State, target: Target) -> Ranking:
    """The ranking before any re-ranking; the last one is cached."""
    if state.ranked is None or state.ranked[0] != target:
        workspace = state.workspace
        asked = targets.with_makers(target, workspace, state.data.flow) if target.tables else target
        with workspace.corpus() as corpus:
            state.ranked = target, ranked(asked, corpus, state.weights)
    return state.ranked[1]


def _source(state: State, path: str, symbol: str) -> str:
    """The text of a file, or of its first definition with the qualified name `symbol`."""
    text = state.workspace.text(path)
    definitions = state.workspace.facts(path).definitions if symbol else ()
    span = next((one.span for one in definitions if one.qualname == symbol), None)
    return text if span is None else "\n".join(text.split("\n")[span[0] - 1 : span[1]])


def deciding(state: State, reranker: Reranker | None = None) -> str:
    """A digest of the repository's content and of the settings that affect ranking, for a pack's fingerprint.

    `reranker` is the one that was used instead of that of the settings.
    """
    own = [f"{name}={worth!r}" for name, worth in state.config.weights.items()]
    if state.config.sql_dialect:
        own.append(f"sql-dialect={state.config.sql_dialect}")
    chosen = reranker or state.reranker
    if chosen is not None:
        own.append(str(chosen.identity))
    if not own:
        return state.workspace.state
    return hashlib.blake2b("\n".join((state.workspace.state, *own)).encode(), digest_size=16).hexdigest()
