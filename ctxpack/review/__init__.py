"""Runs a check end to end: compares what is staged with the base commit.

`review` reads both states and runs the steps. `declared` folds migrations into tables, `given` computes the output
columns of queries; both pass their results to `check`, which knows neither files nor SQL.
"""

from __future__ import annotations

from ctxpack.review.review import Review

__all__ = ["Review"]
