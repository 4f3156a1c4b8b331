"""Which datasets a change is about, and which it needs to know: those named, those that the likely files touch, and
what lies upstream of them.

A task seldom names a table, and a file that is to be edited does not say which of its tables matter; so worth is passed
on: from the task's words and from the probable files to datasets, from those upstream with less at each step, and one
step down, to whoever relies on what changes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ctxpack.lineage.names import is_open, parts
from ctxpack.lineage.network import Network
from ctxpack.lineage.spellings import squashed

# What a table is worth to the change, as the chance that who makes it looks at the table. None was fitted by itself.
_NAMED = 1.0  # the caller named it
_WRITTEN_OUT = 0.9  # the task has its name with that of its schema
_COMPOUND_WORD = 0.6  # the task has its name, of several words
_WORD = 0.3  # the task has its name, of one word
_WRITES = 1.0  # a file writes or declares it, times the chance that the file is edited there
_READS = 0.8  # a file reads it, times the same
_UPSTREAM = 0.6  # something is made from it, times what that is worth
_DOWNSTREAM = 0.25  # it is made from something, times what that is worth

_DEEPEST = 5  # steps upstream
_LEAST = 0.02  # what is worth less is left out
_MOST = 150  # tables told of
_SHORTEST_WORD = 5  # letters that a name needs to be looked for in the task
_NEARLY = 0.7  # the share of the best table's worth from which the change is about a table too

_BESIDE_NAMED = 0.05
"""The chance of a line beside a definition that was named."""

_STANDS_FOR = 0.8
_OF_CODE = 0.3
"""What a table is worth against one of a repository that is about data, where only code declares it: the code that
works with it is most of what is needed.
"""

_LEAST_OF_CODE = 0.012
_MOST_OF_CODE = 3

Side = Literal["upstream", "dependent", "related"]

Spans = Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class LikelyFile:
    """A file that is probably edited, and the spans of its definitions with their chances."""

    path: str
    probability: float
    spans: Spans


@dataclass(frozen=True, slots=True)
class Relevant:
    """A dataset with what it is worth to the change (a chance of use), and because of what.

    `side` is "upstream" of what the change is about, or that itself; "dependent" where it is made from that; "related"
    where no way leads from one to the other.
    """

    name: str
    worth: float
    because: str
    side: Side = "upstream"


def relevant(network: Network, task: str, named: Iterable[str], files: Iterable[LikelyFile]) -> tuple[Relevant, ...]:
    """The datasets that matter, upstream first.

    Args:
        network: The datasets of the repository.
        task: What is to be done, in words.
        named: Those of them that the caller named.
        files: The files that are probably edited.

    Returns:
        At most 150 datasets, each with the strongest of the reasons that speak for it.

    """
    found: dict[str, Relevant] = {}

    def note(name: str, worth: float, because: str) -> None:
        known = found.get(name)
        if worth >= _LEAST and (known is None or worth > known.worth):
            found[name] = Relevant(name, min(worth, 1.0), because)

    for name in named:
        note(name, _NAMED, "named")
    if network.in_code:
        return _in_code(network, task, files)
    for name, worth in _in_words(network, task).items():
        note(name, worth, "named in the task")
    uses = _Uses(network)
    for file in files:
        for name, worth, because in uses.of(file):
            note(name, worth, because)
    about = _about(found)
    _spread(network, found)
    _tell_sides(network, found, about)
    best = sorted(found.values(), key=lambda one: (-one.worth, one.name))[:_MOST]
    kept = {one.name: one for one in best}
    return tuple(kept[name] for name in network.in_order(kept))


def _in_code(network: Network, task: str, files: Iterable[LikelyFile]) -> tuple[Relevant, ...]:
    """The few tables that matter most where only code declares them: those named, and those that likely code is for."""
    found: dict[str, Relevant] = {}
    for name, worth in _nouns(network, task).items():
        _raise(found, Relevant(name, worth * _OF_CODE, "named in the task"))
    declared: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name, places in network.declared.items():
        for path, line in places:
            declared[path].append((line, name))
    for file in files:
        for line, name in network.models(file.path):
            worth = _STANDS_FOR * _chance(file, line) * _OF_CODE
            _raise(found, Relevant(name, worth, f"what {file.path}:{line} stands for"))
        for line, name in declared.get(file.path, ()):
            worth = _WRITES * _chance(file, line) * _OF_CODE / len(declared[file.path])
            _raise(found, Relevant(name, worth, f"declared at {file.path}:{line}"))
    best = sorted(found.values(), key=lambda one: (-one.worth, one.name))[:_MOST_OF_CODE]
    return tuple(sorted((one for one in best if one.worth >= _LEAST_OF_CODE), key=lambda one: one.name))


def _nouns(network: Network, task: str) -> dict[str, float]:
    """The tables that a text names, in the singular or the plural, in one word or in several."""
    words = [word.lower() for word in re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", task))]
    said = {"".join(words[at : at + length]): length for length in (3, 2, 1) for at in range(len(words) - length + 1)}
    found: dict[str, float] = {}
    for name in network.datasets:
        own = squashed(name.rpartition(".")[2])
        for form in (own, own.removesuffix("s"), own.removesuffix("es"), f"{own.removesuffix('ies')}y"):
            if form in said and len(form) >= _SHORTEST_WORD:
                found[name] = max(found.get(name, 0.0), _COMPOUND_WORD if said[form] > 1 else _WORD)
    return found


def _about(found: Mapping[str, Relevant]) -> list[str]:
    """The datasets that a change is about: those that matter nearly as much as the one that matters most."""
    most = max((one.worth for one in found.values()), default=0.0)
    return sorted(name for name, one in found.items() if one.worth >= most * _NEARLY)


def _tell_sides(network: Network, found: dict[str, Relevant], about: Iterable[str]) -> None:
    """Say of each dataset on which side of those of the change it lies; what is above some is not below others."""
    needed = network.around(about, "upstream")
    below = network.around(about, "downstream")
    for name, one in found.items():
        side: Side = "upstream" if name in needed else "dependent" if name in below else "related"
        found[name] = replace(one, side=side)


def _in_words(network: Network, task: str) -> dict[str, float]:
    """The datasets that a text names: written out with their schema, or by a last part that is a word of the text."""
    lowered = task.lower()
    words = set(re.findall(r"[\w$]+", lowered))
    dotted = set(re.findall(r"[\w$]+(?:[./][\w$]+)+", lowered))
    found: dict[str, float] = {}
    by_last: dict[str, list[str]] = defaultdict(list)
    for name in network.datasets:
        own = [part for part in parts(name) if not is_open(part)]
        if len(own) > 1 and any(".".join(own[-2:]) in one.replace("/", ".") for one in dotted):
            found[name] = _WRITTEN_OUT
        elif own:
            by_last[own[-1]].append(name)
    for last, names in by_last.items():
        if last in words and len(last) >= _SHORTEST_WORD:
            worth = _COMPOUND_WORD if "_" in last else _WORD
            found.update(dict.fromkeys(names, worth / len(names) ** 0.5))
    return found


class _Uses:
    """Where datasets are written, read and declared, by file."""

    def __init__(self, network: Network) -> None:
        self._by_path: dict[str, list[tuple[int, str, float, str]]] = defaultdict(list)
        for name in network.datasets:
            for use in network.written.get(name, ()):
                self._by_path[use.path].append((use.line, name, _WRITES, "written"))
            for use in network.changed.get(name, ()):
                self._by_path[use.path].append((use.line, name, _WRITES * use.confidence, "changed"))
            for use in network.read.get(name, ()):
                self._by_path[use.path].append((use.line, name, _READS * use.confidence, "read"))
            for path, line in network.declared.get(name, ()):
                self._by_path[path].append((line, name, _WRITES, "declared"))

    def of(self, file: LikelyFile) -> Iterable[tuple[str, float, str]]:
        """The datasets that a file touches, with their worth and why."""
        for line, name, worth, how in self._by_path.get(file.path, ()):
            yield name, worth * _chance(file, line), f"{how} at {file.path}:{line}"


def _chance(file: LikelyFile, line: int) -> float:
    """How probable it is that a line of a file matters: as its definition is, else half as the file is.

    Where a definition of the file is meant for certain, its other lines matter little.
    """
    inside = [chance for (first, last), chance in file.spans.items() if first <= line <= last]
    if max(file.spans.values(), default=0.0) >= 1.0:
        return max(*inside, _BESIDE_NAMED) if inside else _BESIDE_NAMED
    if inside:
        return max(*inside, file.probability * 0.5)
    return file.probability if not file.spans else file.probability * 0.6


def _spread(network: Network, found: dict[str, Relevant]) -> None:
    """Give datasets up- and downstream of the found ones their part."""
    first = sorted(found.values(), key=lambda one: (-one.worth, one.name))
    for one in first:
        for name in network.downstream.get(one.name, ()):
            _raise(found, Relevant(name, one.worth * _DOWNSTREAM, f"made from {one.name}"))
    frontier = first
    for _ in range(_DEEPEST):
        reached: list[Relevant] = []
        for one in frontier:
            for name in network.upstream.get(one.name, ()):
                more = Relevant(name, one.worth * _UPSTREAM, f"upstream of {one.name}")
                if _raise(found, more):
                    reached.append(more)
        frontier = sorted(reached, key=lambda one: (-one.worth, one.name))


def _raise(found: dict[str, Relevant], one: Relevant) -> bool:
    known = found.get(one.name)
    if one.worth < _LEAST or (known is not None and known.worth >= one.worth):
        return False
    found[one.name] = one
    return True
