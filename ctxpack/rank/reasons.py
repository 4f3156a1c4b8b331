"""Why something is ranked where it is, in words: what people and agents are told instead of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.model import Ranked

SHOWN = 3
"""So many reasons are told."""


def explain(ranked: Ranked, most: int = SHOWN) -> tuple[str, ...]:
    """The weightiest reasons, each with its signal; signals that say the same are told together.

    `most` is how many reasons are told.
    """
    signals: dict[tuple[str, bool], list[str]] = {}
    for reason in sorted(ranked.reasons, key=lambda reason: -abs(reason.score)):
        signals.setdefault((reason.because or reason.signal, reason.score < 0), []).append(reason.signal)
    told = list(signals.items())[:most]
    return tuple(_reason(said, names, lowers=lowers) for (said, lowers), names in told)


def _reason(said: str, names: Sequence[str], *, lowers: bool) -> str:
    """A reason that does not begin with the name of its signal anyway, with that name before it."""
    named = said if said.startswith(names[0]) else f"{', '.join(names)}: {said}"
    return f"lowered by {named}" if lowers else named
