"""Who may use the likely targets: found by the names that files use, since links are made only where they are wanted.

A file that uses a definition writes its name. Most files that write the name of a common method mean another, and large
files write many names; so a name counts the less the more files use it, and the larger the file. Those files that most
speaks for are linked, to see what they mean.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from ctxpack import naming
from ctxpack.model import FileFacts, SourceFile

_MOST = 60
"""Files that are linked to see whether they use a target."""

_LARGE = 16_000
"""Bytes of a file whose names say less than all they could."""

_OF_FILE = 0.5
"""How much the name of a file says against that of its likeliest definition."""

_LEAST = 0.1
"""What a definition that will hardly be edited is worth against the likeliest of its file."""

Using = Callable[[frozenset[str]], Mapping[str, frozenset[str]]]
"""Gives by path which of some names each file uses."""


def wanted(path: str, facts: FileFacts, share: Callable[[int, float], float]) -> dict[str, float]:
    """The names that users of a file write, with what each is worth; `share` is that of a definition, or a least."""
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
) -> list[str]:
    """The files that most probably use what goes by these names, most probable first."""
    found = _ranked(names, using(frozenset(names)), files)
    others: dict[str, float] = {}
    for one in facts(found).values():
        for name, other in naming.renamed(one, frozenset(names)):
            if other not in names:
                others[other] = max(others.get(other, 0.0), names[name])
    if not others:
        return found
    every = {**names, **others}
    return _ranked(every, using(frozenset(every)), files)


def _ranked(
    names: Mapping[str, float], used: Mapping[str, frozenset[str]], files: Mapping[str, SourceFile]
) -> list[str]:
    counts = Counter(name for found in used.values() for name in found)
    worth = {name: names[name] / math.sqrt(count) for name, count in counts.items()}
    scores: dict[str, float] = {}
    for path, found in used.items():
        scores[path] = sum(sorted(worth[name] for name in found)) / math.sqrt(1 + files[path].size / _LARGE)
    return sorted(scores, key=lambda path: (-scores[path], path))[:_MOST]
