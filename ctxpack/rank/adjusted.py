"""Weights of a repository's own: the built-in ones with some replaced, by dotted name ("files.words", "roles.test")."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import msgspec

from ctxpack.errors import ConfigError
from ctxpack.rank.weights import Weights, default_weights


def flat(weights: Weights) -> dict[str, float]:
    """Every weight by its dotted name, in the order of `weights.json`."""
    groups: dict[str, dict[str, float]] = msgspec.to_builtins(weights)
    return {f"{group}.{name}": worth for group, found in groups.items() for name, worth in found.items()}


def adjusted(own: Mapping[str, float], *, where: str = "weights") -> Weights:
    """The built-in weights with these in place of theirs.

    Raises ConfigError for a name that is none of theirs, with the nearest one; `where` says where it was given.
    """
    known = flat(default_weights())
    for name in own:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise ConfigError(f"{where}: unknown weight {name!r}; {hint}")
    groups: dict[str, dict[str, float]] = {}
    for name, worth in {**known, **own}.items():
        group, _, rest = name.partition(".")
        groups.setdefault(group, {})[rest] = worth
    return msgspec.convert(groups, Weights)
