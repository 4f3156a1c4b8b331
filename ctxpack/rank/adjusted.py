"""Weights of a repository's own: the built-in ones with some replaced, by dotted name ("files.words", "roles.test")."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ctxpack.errors import ConfigError
from ctxpack.nearest import nearest, perhaps
from ctxpack.rank.weights import Weights, default_weights


def flat(weights: Weights) -> dict[str, float]:
    """Every weight by its dotted name, in the order of `weights.json`."""
    groups: dict[str, dict[str, float]] = msgspec.to_builtins(weights)
    return {f"{group}.{name}": worth for group, found in groups.items() for name, worth in found.items()}


def adjusted(own: Mapping[str, float], *, where: str = "weights") -> Weights:
    """The built-in weights with these in place of theirs.

    Raises ConfigError for a name that is none of theirs, with the nearest ones; `where` says where it was given.
    """
    known = flat(default_weights())
    for name in own:
        if name not in known:
            near = nearest(name, known, alike=0.3) or nearest(name, known, alike=0)
            raise ConfigError(f"{where}: unknown weight {name!r}{perhaps(near)}")
    groups: dict[str, dict[str, float]] = {}
    for name, worth in {**known, **own}.items():
        group, _, rest = name.partition(".")
        groups.setdefault(group, {})[rest] = worth
    return msgspec.convert(groups, Weights)
