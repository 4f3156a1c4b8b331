"""What signals give: a score with what it rests on, and how that is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_FEW_NAMES = 6
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """A score, and what it rests on in a few words; `names` are the words of the task behind it, where kept."""

    score: float
    because: str
    names: tuple[str, ...] = ()


Scores = dict[str, Evidence]
"""By path."""

BySymbol = dict[tuple[str, int], Evidence]
"""By path, and index of the definition in its file."""


def rounded(score: float) -> float:
    """A score, or a part of one, as it is told: the noise of floating point is none of its places."""
    return round(score, _PLACES)


def scaled(scores: Scores) -> Scores:
    """The same with 1 for the best."""
    top = max((evidence.score for evidence in scores.values()), default=0.0) or 1.0
    return {path: Evidence(evidence.score / top, evidence.because, evidence.names) for path, evidence in scores.items()}


def saturated(found: Iterable[tuple[float, str]]) -> float:
    """Of negated worths: the best counts whole, each further one half of the one before."""
    return sum(-worth * 0.5**rank for rank, (worth, _) in enumerate(sorted(found)))


def named(found: Iterable[tuple[float, str]], written: Mapping[str, str] | None = None) -> str:
    """The first names, least number first, as people read them."""
    return listed(names_of(found, written))


def names_of(found: Iterable[tuple[float, str]], written: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The names, least number first; tokens of a query as the words that they were."""
    names = (name if written is None else written.get(name, name) for _, name in sorted(found))
    return tuple(dict.fromkeys(names))


def listed(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - _FEW_NAMES} more" if len(names) > _FEW_NAMES else ""
    return ", ".join(names[:_FEW_NAMES]) + more
