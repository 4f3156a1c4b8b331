"""Explains a ranked file or symbol in words, for people and agents, instead of by numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.model import Ranked

SHOWN = 3
"""How many reasons are given by default."""


def explain(ranked: Ranked, most: int = SHOWN) -> tuple[str, ...]:
    """The `most` reasons with the largest scores, each with its signal; signals with the same reason are merged."""
    signals: dict[tuple[str, bool], list[str]] = {}
    for reason in sorted(ranked.reasons, key=lambda reason: -abs(reason.score)):
        signals.setdefault((reason.because or reason.signal, reason.score < 0), []).append(reason.signal)
    first = list(signals.items())[:most]
    return tuple(_reason(said, names, lowers=lowers) for (said, lowers), names in first)


def _reason(said: str, names: Sequence[str], *, lowers: bool) -> str:
    """A reason prefixed with the names of its signals, unless it begins with the first name anyway."""
    named = said if said.startswith(names[0]) else f"{', '.join(names)}: {said}"
    return f"lowered by {named}" if lowers else named
