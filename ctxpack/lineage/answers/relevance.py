"""Ranks the datasets relevant to a change: those named, those that the likely files use, and what is upstream of them.

A task rarely names a table, and a file to be edited does not say which of its tables matter. So relevance propagates:
from the words of the task and the likely files to datasets, from those upstream with less at each step, and one step
downstream, to what relies on the change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ctxpack.lineage.flow.network import Network
from ctxpack.lineage.names.matching import is_open, parts
from ctxpack.lineage.orm.spellings import squashed

# The worth of a table: the probability that whoever makes the change looks at it. No constant was fitted by itself.
_NAMED = 1.0  # the caller named it
_WRITTEN_OUT = 0.9  # the task contains its name with the schema
_COMPOUND_WORD = 0.6  # the task contains its name, of several words
_WORD = 0.3  # the task contains its name, of one word
_WRITES = 1.0  # a file writes or declares it; times the probability that the file is edited there
_READS = 0.8  # a file reads it; times the same
_UPSTREAM = 0.6  # it is upstream of a dataset; times the worth of that
_DOWNSTREAM = 0.25  # it is downstream of a dataset; times the worth of that

_DEEPEST = 5  # steps upstream
_LEAST = 0.02  # tables worth less are left out
_MOST = 150  # tables given at most
_SHORTEST_WORD = 5  # letters; shorter names are not searched for in the task
_NEARLY = 0.7  # the share of the best table's worth from which on the change is about a table too

_BESIDE_NAMED = 0.05
"""The probability of a line outside the definitions, in a file where a definition was named."""

_FEW = 5
"""How many datasets a file or a definition may use before an edit of it tells less of each.

A dump with all tables, or a list of all migrations, tells of none.
"""

_MAKES = frozenset({"written", "changed", "declared"})

_STANDS_FOR = 0.8
"""The worth of a table whose model class is likely edited."""

_OF_CODE = 0.3
"""The factor on the worth of tables declared in code alone: most of what a change needs is the code that uses them."""

_MOST_OF_CODE = 3
"""How many such tables are given at most."""

Side = Literal["upstream", "dependent", "related"]

Spans = Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class LikelyFile:
    """A likely edited file with its probability, and the probabilities of its definitions by span."""

    path: str
    probability: float
    spans: Spans


@dataclass(frozen=True, slots=True)
class Relevant:
    """A dataset with its worth to the change (a probability of use), and the reason.

    `side` is "upstream" for the datasets that the change is about and what they are made from, "dependent" for what is
    made from them, "related" for datasets with no path to them.
    """

    name: str
    worth: float
    because: str
    side: Side = "upstream"


def relevant(network: Network, task: str, named: Iterable[str], files: Iterable[LikelyFile]) -> tuple[Relevant, ...]:
    """The datasets relevant to a change, upstream first.

    Args:
        network: The datasets of the repository.
        task: The task, in words.
        named: The datasets that the caller named.
        files: The files that are likely edited.

    Returns:
        At most 150 datasets, each with the strongest reason for it.

    """
    found: dict[str, Relevant] = {}

    def note(name: str, worth: float, because: str) -> None:
        known = found.get(name)
        if worth >= _LEAST and (known is None or worth > known.worth):
            found[name] = Relevant(name, min(worth, 1.0), because)

    named = tuple(named)
    for name in named:
        note(name, _NAMED, "named")
    if network.in_code:
        return _in_code(network, task, files)
    for name, (worth, said) in _in_words(network, task).items():
        note(name, worth, _told(name, said))
    uses = _Uses(network)
    for file in files:
        for name, worth, because in uses.of(file, beside=named):
            note(name, worth, because)
        for line, name in network.models(file.path):
            chance = _chance(file, line)
            if chance > _BESIDE_NAMED:
                note(name, _STANDS_FOR * chance, f"what {file.path}:{line} stands for")
    about = _about(found)
    _spread(network, found)
    _tell_sides(network, found, about, certain=bool(named))
    best = sorted(found.values(), key=lambda one: (-one.worth, one.name))[:_MOST]
    kept = {one.name: one for one in best}
    return tuple(kept[name] for name in network.in_order(kept))


def with_needed(
    found: Iterable[Relevant], needed: Iterable[tuple[str, float, str]], network: Network
) -> tuple[Relevant, ...]:
    """The relevant datasets and those that code around the likely files uses, upstream first.

    `needed` has each of the latter with its probability and the reason. What is upstream of them is not added: the code
    that uses a table needs its columns alone.
    """
    known = {one.name: one for one in found}
    for name, worth, because in needed:
        _raise(known, Relevant(name, worth, because, known[name].side if name in known else "upstream"))
    return tuple(known[name] for name in network.in_order(known))


def _in_code(network: Network, task: str, files: Iterable[LikelyFile]) -> tuple[Relevant, ...]:
    """The few most relevant tables declared in code: those that the task names, those of models and users to be edited.

    Of users only statements in strings are known.
    """
    found: dict[str, Relevant] = {}
    for name, (worth, said) in _nouns(network, task).items():
        _raise(found, Relevant(name, worth * _OF_CODE, _told(name, said)))
    declared: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name, places in network.declared.items():
        for path, line in places:
            declared[path].append((line, name))
    uses = _Uses(network, declared=False)
    for file in files:
        for line, name in network.models(file.path):
            worth = _STANDS_FOR * _chance(file, line) * _OF_CODE
            _raise(found, Relevant(name, worth, f"what {file.path}:{line} stands for"))
        for line, name in declared.get(file.path, ()):
            worth = _WRITES * _chance(file, line) * _OF_CODE / len(declared[file.path])
            _raise(found, Relevant(name, worth, f"declared at {file.path}:{line}"))
        for name, worth, because in uses.of(file):
            _raise(found, Relevant(name, worth * _OF_CODE, because))
    best = sorted(found.values(), key=lambda one: (-one.worth, one.name))[:_MOST_OF_CODE]
    return tuple(sorted(best, key=lambda one: one.name))


def _told(name: str, said: str) -> str:
    """The reason for a dataset that a task speaks of in the words `said`: named only if they can mean nothing else."""
    return "named in the task" if said == name and not said.isalpha() else f"the task says {said}"


def _nouns(network: Network, task: str) -> dict[str, tuple[float, str]]:
    """The tables that a text names, in the singular or plural, as one word or several: their worth, and the words."""
    words = [word.lower() for word in re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", task))]
    parts = (words[at : at + length] for length in (3, 2, 1) for at in range(len(words) - length + 1))
    said = {"".join(part): part for part in parts}
    whole = frozenset(re.findall(r"\w+", task.lower()))
    found: dict[str, tuple[float, str]] = {}
    for name in network.datasets:
        own = squashed(name.rpartition(".")[2])
        for form in (own, own.removesuffix("s"), own.removesuffix("es"), f"{own.removesuffix('ies')}y"):
            if form in said and len(form) >= _SHORTEST_WORD:
                worth = _COMPOUND_WORD if len(said[form]) > 1 else _WORD
                if name not in found or worth > found[name][0]:
                    found[name] = worth, name if name in whole else " ".join(said[form])
    return found


def _about(found: Mapping[str, Relevant]) -> list[str]:
    """The datasets that a change is about: those worth at least `_NEARLY` times the best."""
    most = max((one.worth for one in found.values()), default=0.0)
    return sorted(name for name, one in found.items() if one.worth >= most * _NEARLY)


def _tell_sides(network: Network, found: dict[str, Relevant], about: Iterable[str], *, certain: bool) -> None:
    """Set the side of each dataset relative to those of `about`; upstream wins over dependent.

    Where it is not `certain` what the change is about, a dataset on no side may still be upstream of it.
    """
    needed = network.around(about, "upstream")
    below = network.around(about, "downstream")
    aside: Side = "related" if certain else "upstream"
    for name, one in found.items():
        side: Side = "upstream" if name in needed else "dependent" if name in below else aside
        found[name] = replace(one, side=side)


def _in_words(network: Network, task: str) -> dict[str, tuple[float, str]]:
    """The datasets that a text names, with schema or by their last part alone: their worth, and the words."""
    lowered = task.lower()
    words = set(re.findall(r"[\w$]+", lowered))
    dotted = set(re.findall(r"(?<![\w$])[\w$]+(?:[./][\w$]+)+", lowered))
    found: dict[str, tuple[float, str]] = {}
    by_last: dict[str, list[str]] = defaultdict(list)
    for name in network.datasets:
        own = [part for part in parts(name) if not is_open(part)]
        if len(own) > 1 and any(".".join(own[-2:]) in one.replace("/", ".") for one in dotted):
            found[name] = _WRITTEN_OUT, name
        elif own:
            by_last[own[-1]].append(name)
    for last, names in by_last.items():
        if last in words and len(last) >= _SHORTEST_WORD:
            worth = _COMPOUND_WORD if "_" in last else _WORD
            found.update(dict.fromkeys(names, (worth / len(names) ** 0.5, last)))
    return found


class _Uses:
    """The places where datasets are written, changed, read and declared, by file."""

    def __init__(self, network: Network, *, declared: bool = True) -> None:
        """With `declared`, declarations count as uses too."""
        self._by_path: dict[str, list[tuple[int, str, float, str]]] = defaultdict(list)
        for name in network.datasets:
            for use in network.written.get(name, ()):
                self._by_path[use.path].append((use.line, name, _WRITES, "written"))
            for use in network.changed.get(name, ()):
                self._by_path[use.path].append((use.line, name, _WRITES * use.confidence, "changed"))
            for use in network.read.get(name, ()):
                self._by_path[use.path].append((use.line, name, _READS * use.confidence, "read"))
            for path, line in network.declared.get(name, ()) if declared else ():
                self._by_path[path].append((line, name, _WRITES, "declared"))

    def of(self, file: LikelyFile, beside: Collection[str] = ()) -> Iterable[tuple[str, float, str]]:
        """(dataset, worth, reason) of each use of a dataset in a file.

        Where the file makes one of the datasets `beside`, which the caller named, others that it makes count little.
        """
        uses = self._by_path.get(file.path, ())
        datasets = {line: name for line, name, _, _ in uses}
        made = any(how in _MAKES and name in beside for _, name, _, how in uses)
        little = _BESIDE_NAMED * _share(set(datasets.values()))
        for line, name, worth, how in uses:
            chance = little if made and how in _MAKES else _chance(file, line, datasets)
            yield name, worth * chance, f"{how} at {file.path}:{line}"


def _chance(file: LikelyFile, line: int, datasets: Mapping[int, str] | None = None) -> float:
    """The probability that a line is relevant: that of the definitions around it, but at least half that of the file.

    Outside definitions it is 0.6 times that of the file. Where a definition of the file is certain (1.0), its other
    lines have only `_BESIDE_NAMED`. What the file, or a definition, tells of a line is the less, the more `datasets`
    (by line) it uses.
    """
    used = datasets or {}
    whole = _share(set(used.values()))
    inside = [
        chance * _share({name for at, name in used.items() if first <= at <= last})
        for (first, last), chance in file.spans.items()
        if first <= line <= last
    ]
    if max(file.spans.values(), default=0.0) >= 1.0:
        return max(*inside, _BESIDE_NAMED * whole) if inside else _BESIDE_NAMED * whole
    if inside:
        return max(*inside, file.probability * 0.5 * whole)
    return (file.probability if not file.spans else file.probability * 0.6) * whole


def _share(datasets: Collection[str]) -> float:
    """What an edit of something that uses these datasets tells of each."""
    return min(1.0, _FEW / max(1, len(datasets)))


def _spread(network: Network, found: dict[str, Relevant]) -> None:
    """Propagate worth from the found datasets: one step downstream, and `_DEEPEST` steps upstream."""
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
