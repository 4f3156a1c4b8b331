"""ctxpack: packs the part of a repository that a change needs into one token-budgeted prompt.

The public names are imported when they are first used, so that `import ctxpack` and the command line start at once.
"""

from __future__ import annotations

TYPE_CHECKING = False  # instead of that of `typing`, whose import takes longer than all else here
if TYPE_CHECKING:
    from typing import Any

    from ctxpack.api import FileList, Index, build, render
    from ctxpack.config import Config
    from ctxpack.errors import (
        ArgumentError,
        BudgetError,
        ConfigError,
        CtxpackError,
        ModelError,
        RepositoryError,
        TargetError,
    )
    from ctxpack.model import Confidence, Graph, Item, Pack, Problem, Ranked, Ranking, Reason, Rendered, Target
    from ctxpack.rank.reasons import explain

__all__ = [
    "ArgumentError",
    "BudgetError",
    "Confidence",
    "Config",
    "ConfigError",
    "CtxpackError",
    "FileList",
    "Graph",
    "Index",
    "Item",
    "ModelError",
    "Pack",
    "Problem",
    "Ranked",
    "Ranking",
    "Reason",
    "Rendered",
    "RepositoryError",
    "Target",
    "TargetError",
    "build",
    "explain",
    "render",
]

_HOMES = ("errors", "model", "config", "api", "rank.reasons")


def __getattr__(name: str) -> Any:
    if name in __all__:
        import importlib

        for home in _HOMES:
            module = importlib.import_module(f"ctxpack.{home}")
            if name in vars(module):
                return vars(module)[name]
    raise AttributeError(f"module 'ctxpack' has no attribute {name!r}")
