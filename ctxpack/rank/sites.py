"""The uses of a definition that a task removes, renames or replaces by name: they have to be edited too.

Such a change is incomplete until every use of the definition has changed, wherever it is. Uses of definitions that are
merely edited hardly ever change, and so are only context (`context.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ctxpack import naming
from ctxpack.model import Reason, Value
from ctxpack.rank.context import Seed, Surroundings
from ctxpack.rank.users import likely

_EDITED = 0.7
"""The share of such uses that change with the definition."""

_LEAST = 0.25
"""The least edit probability of a definition for a task with its name to be taken to mean it."""

_MOST_NAMES = 8
_VERB = re.compile(
    r"\b(?:(?:renam|remov|delet|replac|deprecat|inlin)(?:e|es|ed|ing)|drop(?:s|ped|ping)?|unexport(?:s|ed|ing)?"
    r"|get(?:s|ting)? rid of|instead of)\b(.*)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w$]+(?:(?:\.|::|->|#)[\w$]+)*|[.;:!?](?=\s|$)")
_LAST = re.compile(r"[\w$]+$")
_ENDS = frozenset(
    """. ; : ! ? at because before but by everywhere for from if in inside into of on since so than that to unless
    use used uses using via when where which while with within without""".split()
)  # fmt: skip
"""Words and punctuation that end the list of what is removed: "drop Writer.ping from the client" ends at "from"."""


class Site(Value, frozen=True, array_like=True, gc=False):
    """The lines of a definition (`symbol`; -1: outside of all) that use what the task takes away.

    `score` is the probability that they change; `of` is the file of the definition they use, with line 0.
    """

    path: str
    symbol: int
    lines: tuple[int, ...]
    score: float
    reasons: tuple[Reason, ...]
    of: tuple[str, int]


def replaced(task: str) -> frozenset[str]:
    """The names that a task says to remove, rename or replace, as written; may contain ordinary words.

    >>> sorted(replaced("http: drop Writer.ping and pong from the client"))
    ['and', 'ping', 'pong']
    """
    return frozenset(name for line in task.splitlines() for name in _named(line))


def _named(line: str) -> Iterator[str]:
    for match in _VERB.finditer(line):
        for name in _WORD.findall(match[1])[:_MOST_NAMES]:
            last = _LAST.search(name)
            if name.lower() in _ENDS or last is None:
                break
            yield last[0]
        yield from _named(match[1])


def sites(task: str, found: Iterable[Seed], around: Surroundings) -> tuple[Site, ...]:
    """The uses of what a task removes, renames or replaces, likeliest first; those in tests are left out.

    `found` are the probable targets, among which the definition must be.
    """
    names = replaced(task)
    meant = dict(_meant(names, found, around)) if names else {}
    if not meant:
        return ()
    facts = around.facts(sorted({path for path, _ in meant}))
    written = {
        name: chance
        for (path, symbol), chance in sorted(meant.items(), key=lambda one: (one[1], one[0]))
        for name in naming.of_definition(facts[path].definitions[symbol], facts[path].language)
    }
    using = likely(written, around.files, around.using, around.facts)
    made = [site for path in sorted({*using, *(path for path, _ in meant)}) for site in _in(path, meant, around)]
    return tuple(sorted(made, key=lambda site: (-site.score, site.path, site.symbol)))


def _meant(
    names: frozenset[str], found: Iterable[Seed], around: Surroundings
) -> Iterator[tuple[tuple[str, int], float]]:
    """The likely definitions with one of the names, as ((path, symbol), edit probability)."""
    for seed in found:
        likeliest = [symbol for symbol, chance in seed.symbols.items() if chance >= _LEAST]
        definitions = around.facts((seed.path,))[seed.path].definitions if likeliest else ()
        for symbol in likeliest:
            if definitions[symbol].name in names:
                yield (seed.path, symbol), seed.symbols[symbol]


def _in(path: str, meant: Mapping[tuple[str, int], float], around: Surroundings) -> Iterator[Site]:
    """The uses in one file, one site for each using definition."""
    if around.files[path].role == "test":
        return
    lines: dict[int, set[int]] = defaultdict(set)
    best: dict[int, tuple[float, str, str]] = {}
    for link in around.links((path,)).get(path, ()):
        chance = meant.get((link.target, link.symbol))
        if chance is None or (path, link.scope) == (link.target, link.symbol):
            continue
        lines[link.scope].add(link.line)
        best[link.scope] = max(best.get(link.scope, (0.0, "", "")), (chance * link.confidence, link.name, link.target))
    for scope, (chance, name, target) in sorted(best.items()):
        score = round(chance * _EDITED, 6)
        reason = Reason("dependent", score, f"uses {name} of {target}, which the task takes away")
        yield Site(path, scope, tuple(sorted(lines[scope])), score, (reason,), (target, 0))
