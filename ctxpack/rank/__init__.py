"""Ranks files and symbols by how likely a change is to edit them; separately, finds the context that those need."""

from __future__ import annotations

from ctxpack.rank.corpus import Corpus
from ctxpack.rank.fuse import rank
from ctxpack.rank.lexical import LexicalIndex
from ctxpack.rank.weights import Weights, default_weights

__all__ = ["Corpus", "LexicalIndex", "Weights", "default_weights", "rank"]
