"""The few errors a caller can meet.

Trouble with one file is never an error: it is a `Problem` value and the run goes on. What stands here is what stops
a run: the caller asked for something that cannot be given. Each message is one sentence fit to be printed as it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


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


def hint(name: str, known: Iterable[str], *, listed: Iterable[str] = (), most: int = 1, alike: float = 0.5) -> str:
    """The end of a message on a name that is not known: what was perhaps meant, or else what there is.

    `listed` is what there is, where that is not every known name. At `most` so many are offered, each at least so
    `alike`, from 0 to 1.

    >>> hint("xmll", ("xml", "json")), hint("?", ("xml", "json"))
    ('did you mean xml?', 'known are xml, json')
    """
    names = list(known)
    near = difflib.get_close_matches(name, names, n=most, cutoff=alike)
    return f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(list(listed) or names)}"
