"""Context of the likely targets: what the code to be edited uses, and who uses it, found over the links.

The closure starts from the files that will probably be edited, weighted by which of their symbols will be. It follows
links out to the definitions they use (dependencies, upstream models, schemas) and back to their users (dependents,
tests). Each need is scored by the probability that the change will use it, and is a definition rather than a file
wherever the link says which.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ctxpack import naming
from ctxpack.model import MACHINE_MADE, FileFacts, ItemRole, Link, Ranking, Reason, SourceFile, Value
from ctxpack.rank.chances import of_files, of_symbol
from ctxpack.rank.overrides import overridden
from ctxpack.rank.users import Using, likely, wanted
from ctxpack.rank.weights import Weights

_SEEDS = 12  # how many of the likeliest files the closure starts from
_SECOND_HOP = 40  # how many of the best needs are followed one step further
_KINDS = {
    "inherits": 1.2,
    "references": 1.0,
    "refs": 1.0,
    "reads": 1.0,
    "writes": 0.8,
    "includes": 0.4,
    "imports": 0.25,
}
"""How strongly a link of each kind suggests that the change will need its target."""

_PROSE = 0.1
"""The weight of a linked section of documentation, where a definition has 1."""

_ABOUT = 8.0
"""How many of the definitions that a definition references one edit of it is about, at most.

Without this, what a function of two thousand lines references would come before what all smaller ones do.
"""

_OUTSIDE, _OUTSIDE_NAMED = 0.2, 0.05
"""The probability that code outside all definitions of an edited file is edited; where some of them were named."""

_BESIDE = 0.02
"""The share of a file's probability that anything it references gets, even if no referring definition is edited."""

_AGAIN = 0.06
"""The factor of the second hop: the share of a need's score that its own references get."""

_USER = 0.16
_USER_OF_FILE = 0.05
"""The score of a definition's users, as shares of the definition's edit probability and of its file's."""

_OVERRIDDEN = 0.5
_OVERRIDING = 0.3
"""The score of an overridden method as a share of the overriding one's edit probability, and the reverse."""

_TEST_OF = 2.5
"""The factor for a test named after the file that it uses, such as test_orders.py for orders.py."""

_TELLING = 5
"""The least length of a file's name that is recognised inside a longer test name."""

_TEST_MARK = re.compile(r"^(?:tests?|specs?)[_-]?|[_-]?(?:tests?|specs?)$")
_MOST_LINES = 4
"""How many using lines a need lists at most."""

_UPSTREAM = frozenset({"refs", "reads"})
_MOST = 0.95
"""The highest probability that a single reason can give."""

_EDITED_TOGETHER = 4.0
"""The most definitions of an edited file that are expected to be edited; public histories have about two on average."""


class Need(Value, frozen=True, array_like=True, gc=False):
    """A definition (`symbol` >= 0) or a file (-1) that the targets need; `score` is between 0 and 1.

    `of` is the place that needs it: a file, and the line that references it there (0 for no single line). For a user
    of a target, `lines` are the lines on which it uses the target.
    """

    path: str
    symbol: int
    role: ItemRole
    score: float
    reasons: tuple[Reason, ...]
    of: tuple[str, int]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """A probable target: the edit probability of the file, and of its symbols by index."""

    path: str
    probability: float
    symbols: Mapping[int, float]

    def chance(self, symbol: int) -> float:
        """The edit probability of a symbol, or for -1 of the code outside all of them."""
        if not self.symbols:
            return self.probability
        if symbol >= 0:
            return self.symbols.get(symbol, 0.0)
        return (_OUTSIDE_NAMED if max(self.symbols.values()) >= 1.0 else _OUTSIDE) * self.probability

    def share(self, symbol: int, least: float) -> float:
        """A symbol's edit probability relative to that of the file's likeliest, mapped onto `least` to 1."""
        top = max(self.symbols.values(), default=0.0)
        return least + (1.0 - least) * (self.symbols.get(symbol, 0.0) / top if top else 1.0)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the closure may ask of the repository.

    `facts` and `links` are for a few files at a time, since both are made on demand; only `using`, which gives the
    files that use some names, looks at the whole repository.
    """

    files: Mapping[str, SourceFile]
    using: Using
    facts: Callable[[Iterable[str]], Mapping[str, FileFacts]]
    links: Callable[[Iterable[str]], Mapping[str, tuple[Link, ...]]]


def seeds(ranking: Ranking, around: Surroundings, weights: Weights, most: int = 60) -> tuple[Seed, ...]:
    """The first `most` files of a ranking as probable targets, best first; `weights` turn scores into probabilities."""
    best = ranking.files[:most]
    facts = around.facts([one.path for one in best])
    chances: dict[tuple[str, str], float] = {}
    for one in ranking.symbols:
        chances.setdefault((one.path, one.symbol), of_symbol(one, weights.symbols))
    made = []
    for one, chance in zip(best, of_files(best, weights.chances), strict=True):
        definitions = facts[one.path].definitions if one.path in facts else ()
        symbols = {
            index: chances[one.path, definition.qualname]
            for index, definition in enumerate(definitions)
            if (one.path, definition.qualname) in chances
        }
        made.append(Seed(one.path, chance, _together(symbols, chance)))
    return tuple(made)


def _together(symbols: Mapping[int, float], file: float) -> dict[int, float]:
    """The probabilities of a file's definitions, scaled down where their sum exceeds what the file's own allows.

    Many definitions with the same words (long lists of descriptions, say) all score alike, but are hardly all edited
    at once.
    """
    total = sum(chance for chance in symbols.values() if chance < 1.0)
    share = min(1.0, _EDITED_TOGETHER * file / total) if total else 1.0
    return {index: chance if chance >= 1.0 else chance * share for index, chance in symbols.items()}


def needs(found: Iterable[Seed], around: Surroundings) -> tuple[Need, ...]:
    """The context of these targets, best first: definitions in other files, and those in their own that they use."""
    chosen = list(found)[:_SEEDS]
    sums = _Sums()
    links = around.links([seed.path for seed in chosen])
    for seed in chosen:
        _outward(seed, links.get(seed.path, ()), sums, around)
        _above(seed, links.get(seed.path, ()), sums, around)
    _second_hop(sums, around)
    _inward(chosen, sums, around)
    targets = {seed.path: seed.probability for seed in chosen}
    return sums.ordered(targets)


class _Sums:
    """Collects needs. Several reasons for one need are joined as independent probabilities of use (noisy or)."""

    def __init__(self) -> None:
        self._missing: dict[tuple[str, int], float] = defaultdict(lambda: 1.0)
        self._best: dict[tuple[str, int], tuple[float, ItemRole, str, tuple[str, int]]] = {}
        self._lines: dict[tuple[str, int], set[int]] = defaultdict(set)

    def add(self, key: tuple[str, int], role: ItemRole, score: float, because: str, of: tuple[str, int]) -> None:
        """Add one reason: `score` is the probability that the change uses the definition or file `key`, at `of`."""
        self._missing[key] *= 1.0 - min(_MOST, score)
        known = self._best.get(key)
        if known is None or (known[0], known[2]) < (score, because):
            self._best[key] = (score, role, because, of)

    def on(self, key: tuple[str, int], line: int) -> None:
        """Note a line of the definition `key` on which it uses a target."""
        self._lines[key].add(line)

    def first(self, count: int) -> list[tuple[str, int, float]]:
        """The `count` strongest definitions so far, as (path, symbol, probability)."""
        scored = sorted((self._missing[key], *key) for key in self._best if key[1] >= 0)
        return [(path, symbol, 1.0 - missing) for missing, path, symbol in scored[:count]]

    def ordered(self, targets: Mapping[str, float]) -> tuple[Need, ...]:
        """All needs, best first; `targets` has the edit probability of each target.

        A certain target is shown anyway, so a need inside one is kept only where that target itself has it: in a long
        file that tells which parts to show.
        """
        made = []
        for (path, symbol), (_, role, because, of) in self._best.items():
            if targets.get(path, 0.0) >= 1.0 and of[0] != path:
                continue
            score = round(1.0 - self._missing[path, symbol], 6)
            lines = tuple(sorted(self._lines[path, symbol])[:_MOST_LINES])
            made.append(Need(path, symbol, role, score, (Reason(role, score, because),), of, lines))
        return tuple(sorted(made, key=lambda need: (-need.score, need.path, need.symbol)))


def _outward(seed: Seed, links: Iterable[Link], sums: _Sums, around: Surroundings) -> None:
    """Add what a target's definitions reference.

    Something is needed if a definition that references it is edited, and the edit is about that reference.
    """
    named: dict[tuple[str, int], dict[int, list[Link]]] = defaultdict(lambda: defaultdict(list))
    for link in links:
        if link.target != seed.path or _is_own(link):
            named[link.target, link.symbol][link.scope].append(link)
    names = Counter(scope for scopes in named.values() for scope in scopes)
    for (path, symbol), scopes in sorted(named.items()):
        shares = {scope: _part(found, names[scope], around) for scope, found in sorted(scopes.items())}
        none = math.prod(1.0 - seed.chance(scope) * share for scope, share in shares.items())
        edited = min(seed.probability, 1.0 - none)
        score = edited + _BESIDE * (seed.probability * max(shares.values()) - edited)
        likeliest = max(shares, key=lambda scope: (seed.chance(scope) * shares[scope], -scope))
        link = max(scopes[likeliest], key=lambda one: (_strength(one, around), -one.line))
        verb = "inherited by" if link.kind == "inherits" else "imported by" if symbol < 0 else "used by"
        place = seed.path, link.line
        sums.add((path, symbol), _role(path, link.kind, around), score, f"{verb} {seed.path}:{link.line}", place)


def _above(seed: Seed, links: Iterable[Link], sums: _Sums, around: Surroundings) -> None:
    """Add the methods that a target's methods override or implement: the contract that an edit keeps or changes."""
    inherited = [link for link in links if link.kind == "inherits"]
    facts = around.facts(sorted({seed.path, *(link.target for link in inherited)})) if inherited else {}
    for method, above, link in overridden(inherited, facts, seed.path):
        score = seed.chance(method) * _OVERRIDDEN * link.confidence
        line = facts[seed.path].definitions[method].line
        role = _role(link.target, link.kind, around)
        sums.add((link.target, above), role, score, f"overridden at {seed.path}:{line}", (seed.path, line))


def _is_own(link: Link) -> bool:
    """Whether a link within one file leads from one definition (or top-level code) to another definition."""
    return link.symbol >= 0 and link.symbol != link.scope and link.kind != "imports"


def _part(links: Collection[Link], names: int, around: Surroundings) -> float:
    """The probability that an edit of a definition is about one given thing that it references.

    `links` are the links to that thing, and `names` the number of different things that the definition references.
    """
    strongest = max(_strength(link, around) for link in links)
    return min(_MOST, strongest * math.sqrt(len(links)) * min(1.0, _ABOUT / names))


def _strength(link: Link, around: Surroundings) -> float:
    prose = link.target in around.files and around.files[link.target].role == "docs"
    return link.confidence * _KINDS.get(link.kind, 0.5) * (_PROSE if prose else 1.0)


def _second_hop(sums: _Sums, around: Surroundings) -> None:
    """Add what the strongest needs so far reference themselves."""
    strongest = sums.first(_SECOND_HOP)
    links = around.links(sorted({path for path, _, _ in strongest}))
    for path, symbol, score in strongest:
        for link in links.get(path, ()):
            if link.scope == symbol and link.symbol >= 0 and (link.target, link.symbol) != (path, symbol):
                worth = score * link.confidence * _KINDS.get(link.kind, 0.5) * _AGAIN
                role = _role(link.target, link.kind, around)
                key = (link.target, link.symbol)
                sums.add(key, role, worth, f"used by {path}:{link.line}", (path, link.line))


def _inward(chosen: list[Seed], sums: _Sums, around: Surroundings) -> None:
    """Add the users of the symbols that will be edited: callers, which pin the interface, and tests."""
    targets = {seed.path: seed for seed in chosen}
    machine_made = any(around.files[path].role in MACHINE_MADE for path in targets)
    nearest = likely(_names(chosen, around), around.files, around.using, around.facts, machine_made=machine_made)
    links = around.links(nearest)
    users: dict[tuple[str, int], dict[tuple[str, int], Link]] = defaultdict(dict)
    for path in nearest:
        for link in links.get(path, ()):
            if link.target in targets and link.target != path and link.kind != "imports":
                users[link.target, link.symbol].setdefault((path, link.scope), link)
    for (target, symbol), found in sorted(users.items()):
        seed = targets[target]
        edited = seed.chance(symbol) + _USER_OF_FILE * seed.probability
        worth = _USER * edited / math.sqrt(len(found))
        for (path, scope), link in sorted(found.items()):
            role: ItemRole = "test" if around.files[path].role == "test" else "dependent"
            if _carries_out(path, link, around):
                because = f"carries out {link.name} of {target}"
                sums.add((path, scope), role, _OVERRIDING * seed.chance(symbol) * link.confidence, because, (target, 0))
                continue
            because = f"uses {link.name} of {target} at line {link.line}"
            more = _TEST_OF if role == "test" and _tests(path, target) else 1.0
            sums.add((path, scope), role, worth * more * link.confidence, because, (target, 0))
            sums.on((path, scope), link.line)
    _below(targets, links, sums, around)


def _carries_out(path: str, link: Link, around: Surroundings) -> bool:
    """Whether what uses a method is the statement of a mapper in XML that the method stands for."""
    if around.files[path].language != "xml" or min(link.scope, link.symbol) < 0:
        return False
    definition = around.facts((path,))[path].definitions[link.scope]
    return definition.kind == "function" and definition.line == link.line


def _below(
    targets: Mapping[str, Seed], links: Mapping[str, tuple[Link, ...]], sums: _Sums, around: Surroundings
) -> None:
    """Add the methods that override or implement those of the targets, since they may have to follow an edit."""
    found: dict[tuple[str, int], list[tuple[str, int, Link]]] = defaultdict(list)
    for path, own in sorted(links.items()):
        inherited = [link for link in own if link.kind == "inherits" and link.target in targets]
        facts = around.facts(sorted({path, *(link.target for link in inherited)})) if inherited else {}
        for method, above, link in overridden(inherited, facts, path):
            if path != link.target:
                found[link.target, above].append((path, method, link))
    for (target, above), below in sorted(found.items()):
        worth = targets[target].chance(above) * _OVERRIDING / math.sqrt(len(below))
        name = around.facts((target,))[target].definitions[above].qualname
        for path, method, link in below:
            role: ItemRole = "test" if around.files[path].role == "test" else "dependent"
            sums.add((path, method), role, worth * link.confidence, f"overrides {name} of {target}", (target, 0))


def _tests(path: str, target: str) -> bool:
    """Whether a test file is named after the file `target`."""
    tested, name = _TEST_MARK.sub("", naming.of_file(path).lower()), naming.of_file(target).lower()
    return tested == name or (len(name) >= _TELLING and name in tested)


def _names(chosen: Iterable[Seed], around: Surroundings) -> dict[str, float]:
    """The names under which other files use the targets, each with the edit probability of what it stands for."""
    names: dict[str, float] = {}
    for seed in chosen:
        facts = around.facts((seed.path,)).get(seed.path)
        if facts is None:
            continue
        for name, worth in wanted(seed.path, facts, seed.share).items():
            names[name] = max(names.get(name, 0.0), seed.probability * worth)
    return names


def _role(path: str, kind: str, around: Surroundings) -> ItemRole:
    file = around.files.get(path)
    if file is not None and file.role == "schema":
        return "schema"
    return "upstream" if kind in _UPSTREAM else "dependency"
