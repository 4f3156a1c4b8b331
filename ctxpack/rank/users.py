"""Candidate users of the likely targets, found by name, since files are linked only on demand.

A file that uses a definition writes its name. But most files with the name of a common method mean another method, and
large files contain many names; so a name counts less the more files use it, and the larger the file. Only the best
candidates are then linked, to see what their names refer to.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from ctxpack import naming
from ctxpack.model import MACHINE_MADE, FileFacts, SourceFile

_MOST = 60
"""How many candidate files are linked."""

_LARGE = 16_000
"""The size in bytes that scales the penalty: a file's score is divided by sqrt(1 + size / _LARGE)."""

_OF_FILE = 0.5
"""The weight of a file's own name, where the name of its likeliest definition has 1."""

_LEAST = 0.1
"""The least weight of a definition's name, where that of the likeliest in its file has 1."""

Using = Callable[[frozenset[str]], Mapping[str, frozenset[str]]]
"""Takes names; gives for each file, by path, which of these it uses."""


def wanted(path: str, facts: FileFacts, share: Callable[[int, float], float]) -> dict[str, float]:
    """The names that users of a file write, each with its weight.

    `share(symbol, least)` gives the relative weight of a definition, between `least` and 1; see `Seed.share`.
    """
    names = {naming.of_file(path): _OF_FILE * share(-1, _LEAST)}
    for index, definition in enumerate(facts.definitions):
        worth = share(index, _LEAST)
        for name in naming.of_definition(definition, facts.language):
            names[name] = max(names.get(name, 0.0), worth)
    return names


def likely(
    names: Mapping[str, float],
    files: Mapping[str, SourceFile],
    using: Using,
    facts: Callable[[Iterable[str]], Mapping[str, FileFacts]],
    *,
    machine_made: bool = False,
) -> list[str]:
    """The at most `_MOST` files that most probably use what has these names (name to weight), likeliest first.

    Files that are generated, or copied from others, count only with `machine_made`: to link them takes long, and nobody
    edits them along with what they use. Where a file found re-exports or imports something under another name, users of
    that name are looked for too.
    """

    def ranked(names: Mapping[str, float]) -> list[str]:
        used = using(frozenset(names))
        return _ranked(names, used if machine_made else _written(used, files), files)

    found = ranked(names)
    others: dict[str, float] = {}
    for one in facts(found).values():
        for name, other in naming.renamed(one, frozenset(names)):
            if other not in names:
                others[other] = max(others.get(other, 0.0), names[name])
    if not others:
        return found
    return ranked({**names, **others})


def _written(used: Mapping[str, frozenset[str]], files: Mapping[str, SourceFile]) -> dict[str, frozenset[str]]:
    """Those of the files that people write."""
    return {path: names for path, names in used.items() if files[path].role not in MACHINE_MADE}


def _ranked(
    names: Mapping[str, float], used: Mapping[str, frozenset[str]], files: Mapping[str, SourceFile]
) -> list[str]:
    counts = Counter(name for found in used.values() for name in found)
    worth = {name: names[name] / math.sqrt(count) for name, count in counts.items()}
    scores: dict[str, float] = {}
    for path, found in used.items():
        scores[path] = sum(sorted(worth[name] for name in found)) / math.sqrt(1 + files[path].size / _LARGE)
    return sorted(scores, key=lambda path: (-scores[path], path))[:_MOST]
