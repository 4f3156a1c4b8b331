"""The baseline of the evaluation: plain BM25 over whole files, which are packed whole in the order of their scores.

It is the usual first thing to build, and a strong one. It uses the tokens of ctxpack's index, all fields weighted
alike, the textbook constants, and no roles. A file that does not fit is skipped, and the next one is tried.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from ctxpack import text
from ctxpack.rank import LexicalIndex
from ctxpack.rank.lexical import by_file, idf

_K1 = 1.2
_B = 0.75
_FRAME = 16
"""Tokens of the tags around a file and of its path: about as many as in a pack of ctxpack."""

_MOST_SKIPPED = 50
"""Packing ends when more files than this did not fit."""


def order(task: str, index: LexicalIndex) -> list[str]:
    """The files that contain a word of the task, best first."""
    statistics = index.statistics()
    mean = sum(statistics.mean_lengths) or 1.0
    scores: dict[str, float] = defaultdict(float)
    for term, times in sorted(Counter(text.tokens(task)).items()):
        counts = by_file(index.postings(term))
        rarity = idf(statistics.files, len(counts))
        for path, found in counts.items():
            frequency = sum(found)
            norm = 1 - _B + _B * sum(statistics.lengths[path]) / mean
            scores[path] += times * rarity * frequency * (_K1 + 1) / (frequency + _K1 * norm)
    return sorted(scores, key=lambda path: (-scores[path], path))


def packed(paths: Sequence[str], budget: int, tokens: Callable[[str], int]) -> tuple[list[str], int]:
    """The files that fit into a budget, in order, and the sum of their tokens; `tokens` counts a file's."""
    chosen: list[str] = []
    total = passed = 0
    for path in paths:
        cost = tokens(path) + _FRAME
        if total + cost <= budget:
            chosen.append(path)
            total += cost
        else:
            passed += 1
            if passed > _MOST_SKIPPED:
                break
    return chosen, total
