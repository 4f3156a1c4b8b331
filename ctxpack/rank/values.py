"""What signals give: a score with what it rests on, and how that is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_FEW_NAMES = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """A score, and what it rests on in a few words."""

    score: float
    because: str


Scores = dict[str, Evidence]
"""By path."""

BySymbol = dict[tuple[str, int], Evidence]
"""By path, and index of the definition in its file."""


def scaled(scores: Scores) -> Scores:
    """The same with 1 for the best."""
    top = max((evidence.score for evidence in scores.values()), default=0.0) or 1.0
    return {path: Evidence(evidence.score / top, evidence.because) for path, evidence in scores.items()}


def saturated(found: Iterable[tuple[float, str]]) -> float:
    """Of negated worths: the best counts whole, each further one half of the one before."""
    return sum(-worth * 0.5**rank for rank, (worth, _) in enumerate(sorted(found)))


def named(found: Iterable[tuple[float, str]], written: Mapping[str, str] | None = None) -> str:
    """The names, least number first; tokens of a query as the words that they were."""
    names = [name if written is None else written.get(name, name) for _, name in sorted(found)]
    ordered = list(dict.fromkeys(names))
    more = f" and {len(ordered) - _FEW_NAMES} more" if len(ordered) > _FEW_NAMES else ""
    return ", ".join(ordered[:_FEW_NAMES]) + more
