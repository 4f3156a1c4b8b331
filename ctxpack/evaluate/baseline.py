"""What ctxpack is compared with: plain BM25 over the words of whole files, packed whole in the order of their scores.

It is the usual first thing to build, and hard to beat by little: the same words as ctxpack's index cuts them, all
fields alike, with the textbook constants, and no knowledge of what a file is for. A file that no longer fits is passed
over, and the next one is tried.
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
"""Tokens of the tags around a file and of its path: about what they take in a pack of ctxpack's."""

_PASSED_OVER = 50
"""Files that are tried after the first that does not fit."""


def order(task: str, index: LexicalIndex) -> list[str]:
    """The files that hold a word of the task, best first."""
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
    """The files that fit into a budget, whole and in order, and their tokens together; `tokens` are those of a file."""
    chosen: list[str] = []
    total = passed = 0
    for path in paths:
        cost = tokens(path) + _FRAME
        if total + cost <= budget:
            chosen.append(path)
            total += cost
        else:
            passed += 1
            if passed > _PASSED_OVER:
                break
    return chosen, total
