"""The exceptions that a caller can get.

Trouble with one file is never an exception: it is a `Problem` value, and the run goes on. These exceptions end a run
because the caller asked for something impossible. Each message is one sentence that can be printed as it is.
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
    """A method was called with an argument that it does not accept."""


class BudgetError(CtxpackError):
    """The token budget is invalid, or too small for any pack or answer."""


class ModelError(CtxpackError):
    """The model is unknown, not released, or its tokenizer file is unusable."""
