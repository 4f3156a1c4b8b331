"""Per-repository weight overrides: the built-in weights with some replaced by dotted name, as in "files.words"."""

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
    """The built-in weights, overridden by `own` (dotted name to weight).

    Raises ConfigError for an unknown name, suggesting the nearest known ones; `where` names the setting in the message.
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
