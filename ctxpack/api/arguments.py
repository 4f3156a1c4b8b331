"""Validates the arguments of the public methods: a wrong one raises ArgumentError and is never ignored.

The command line also checks its own options; programs and agents rely on this module alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from ctxpack.errors import ArgumentError
from ctxpack.nearest import hint

GraphLevel = Literal["file", "symbol"]
"""What the nodes of a graph are."""

GraphDirection = Literal["dependencies", "dependents", "both"]
"""The direction in which a graph is followed from its subjects."""

EdgeKind = Literal["imports", "references", "inherits", "tests", "reads", "writes", "defines", "refs", "includes"]
"""How one node of a graph depends on another."""

ImpactKind = Literal["symbols", "files", "tests", "tables"]
"""The kinds of things that a change reaches."""

DataDirection = Literal["upstream", "downstream", "both"]
"""The direction in which the data flow is followed."""

_SHOWN = 60


def one_of(name: str, value: object, allowed: Any) -> None:
    """Raise ArgumentError unless an argument is one of the words of a Literal."""
    words = get_args(allowed)
    if value not in words:
        near = hint(value, words) if isinstance(value, str) else f"known are {', '.join(words)}"
        raise ArgumentError(f"{name} cannot be {_shown(value)}; {near}")


def some_of(name: str, values: Sequence[object], allowed: Any) -> None:
    """Raise ArgumentError unless `values` is a sequence, not a string, of words of a Literal."""
    if isinstance(values, str):
        raise ArgumentError(f"{name} must be a list or tuple of words, not the text {_shown(values)}")
    for value in values:
        one_of(name, value, allowed)


def whole(name: str, value: object, least: int = 0) -> None:
    """Raise ArgumentError unless an argument is a whole number of at least `least`, or None."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise ArgumentError(f"{name} must be a whole number, {least} or more, not {_shown(value)}")


def share(name: str, value: object) -> None:
    """Raise ArgumentError unless an argument is a number from 0 to 1."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise ArgumentError(f"{name} must be a number from 0 to 1, not {_shown(value)}")


def _shown(value: object) -> str:
    text = repr(value[:_SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
