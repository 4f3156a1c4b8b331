"""The few errors a caller can meet.

Trouble with one file is never an error: it is a `Problem` value and the run goes on. What stands here is what stops
a run: the caller asked for something that cannot be given. Each message is one sentence fit to be printed as it is.
"""

from __future__ import annotations


class CtxpackError(Exception):
    """Anything that stops a run; its text is one sentence for the user."""


class RepositoryError(CtxpackError):
    """The root, the revision or the diff cannot be read as a repository."""


class ConfigError(CtxpackError):
    """A setting is unknown, of the wrong type, or contradicts another."""


class TargetError(CtxpackError):
    """A target names nothing in the repository, or more than one thing."""


class ArgumentError(CtxpackError):
    """A question was asked with an argument that it does not take."""


class BudgetError(CtxpackError):
    """The token budget is not a budget, or too small for any pack at all."""


class ModelError(CtxpackError):
    """The model is unknown, not released, or its tokenizer file is unusable."""
