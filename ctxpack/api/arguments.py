"""What the arguments of questions may be, and their one check: a wrong one is told, and never answered as if it held.

The command line checks what it is given as well, with words of its own; programs and agents come here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from ctxpack.errors import ArgumentError
from ctxpack.nearest import hint

GraphLevel = Literal["file", "symbol"]
"""What the nodes of a graph are."""

GraphDirection = Literal["dependencies", "dependents", "both"]
"""Which way a graph is followed from its subjects."""

EdgeKind = Literal["imports", "references", "inherits", "tests", "reads", "writes", "defines", "refs", "includes"]
"""How one node of a graph depends on another."""

ImpactKind = Literal["symbols", "files", "tests", "tables"]
"""What of the things that a change reaches is wanted."""

DataDirection = Literal["upstream", "downstream", "both"]
"""Which way the data flow is followed from its datasets."""

_SHOWN = 60


def one_of(name: str, value: object, allowed: Any) -> None:
    """Raise ArgumentError unless an argument is one of the words of a Literal."""
    words = get_args(allowed)
    if value not in words:
        near = hint(value, words) if isinstance(value, str) else f"known are {', '.join(words)}"
        raise ArgumentError(f"{name} cannot be {_shown(value)}; {near}")


def some_of(name: str, values: Sequence[object], allowed: Any) -> None:
    """Raise ArgumentError unless all of some values are words of a Literal; a text is no list of them."""
    if isinstance(values, str):
        raise ArgumentError(f"{name} must be a list or tuple of words, not the text {_shown(values)}")
    for value in values:
        one_of(name, value, allowed)


def whole(name: str, value: object, least: int = 0) -> None:
    """Raise ArgumentError unless an argument is a whole number that is not below `least`, or None."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise ArgumentError(f"{name} must be a whole number, {least} or more, not {_shown(value)}")


def share(name: str, value: object) -> None:
    """Raise ArgumentError unless an argument is a number from 0 to 1."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise ArgumentError(f"{name} must be a number from 0 to 1, not {_shown(value)}")


def _shown(value: object) -> str:
    text = repr(value[:_SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
