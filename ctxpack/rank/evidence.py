"""The result of a signal (a score and the reason for it), and how reasons are worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_FEW_NAMES = 6
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """A score and the reason for it in a few words; `names` are the words of the task behind it, where kept."""

    score: float
    because: str
    names: tuple[str, ...] = ()


Scores = dict[str, Evidence]
"""Evidence for files, by path."""

BySymbol = dict[tuple[str, int], Evidence]
"""Evidence for definitions, by (path, index of the definition in its file)."""


def rounded(score: float) -> float:
    """A score, or a summand of one, rounded so that floating-point noise does not show."""
    return round(score, _PLACES)


def scaled(scores: Scores) -> Scores:
    """The same scores divided by the highest, so that the best is 1."""
    top = max((evidence.score for evidence in scores.values()), default=0.0) or 1.0
    return {path: Evidence(evidence.score / top, evidence.because, evidence.names) for path, evidence in scores.items()}


def saturated(found: Iterable[tuple[float, str]]) -> float:
    """A saturating sum of (negated score, name) pairs: the best counts in full, each next one half the one before."""
    return sum(-worth * 0.5**rank for rank, (worth, _) in enumerate(sorted(found)))


def named(found: Iterable[tuple[float, str]], written: Mapping[str, str] | None = None) -> str:
    """The names of (negated score, name) pairs, best first, as text; see `listed`."""
    return listed(names_of(found, written))


def names_of(found: Iterable[tuple[float, str]], written: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The names of (negated score, name) pairs, best first; `written` maps tokens back to the words of the task."""
    names = (name if written is None else written.get(name, name) for _, name in sorted(found))
    return tuple(dict.fromkeys(names))


def listed(names: Sequence[str]) -> str:
    """The first six names, and how many more there are: "a, b, c, d, e, f and 2 more"."""
    more = f" and {len(names) - _FEW_NAMES} more" if len(names) > _FEW_NAMES else ""
    return ", ".join(names[:_FEW_NAMES]) + more
