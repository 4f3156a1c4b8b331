"""A check from end to end: what is about to be committed, held against what it is compared with.

`review` reads both states and puts the steps in a row. `declared` has the tables as all migrations leave them, and
`given` the columns that queries give; both hand what they find to `check`, which knows neither files nor SQL.
"""

from __future__ import annotations

from ctxpack.review.review import Review

__all__ = ["Review"]
