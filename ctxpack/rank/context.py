"""What the likely targets need: the second question, answered over the graph.

From each file that will probably be edited, and mostly from the symbols in it that will be, the links lead to the
definitions it uses (dependencies, upstream models, schemas) and back to who uses it (dependents, tests). What is found
is scored by how probably the change will use it, and is a definition rather than a file wherever the link says which.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ctxpack import naming
from ctxpack.model import FileFacts, ItemRole, Link, Ranking, Reason, SourceFile, Value
from ctxpack.rank.chances import of_files, of_symbol
from ctxpack.rank.overrides import overridden
from ctxpack.rank.users import Using, likely, wanted
from ctxpack.rank.weights import Weights

_SEEDS = 12  # files, the likeliest to be edited, whose needs are looked for
_SECOND_HOP = 40  # needs, the surest, whose own needs are
_KINDS = {
    "inherits": 1.2,
    "references": 1.0,
    "refs": 1.0,
    "reads": 1.0,
    "writes": 0.8,
    "includes": 0.4,
    "imports": 0.25,
}
"""What an edge says of use, by its kind."""

_PROSE = 0.1
"""What a paragraph of documentation that a target names is worth against a definition."""

_ABOUT = 8.0
"""How many of the things that a definition names an edit of it is about, at most.

Without this, what a function of two thousand lines names would stand before all that smaller ones do.
"""

_OUTSIDE = 0.2
"""The chance that what stands outside all definitions of an edited file is edited."""

_BESIDE = 0.02
"""What is named in an edited file is worth this share of the file's chance, though nothing that names it be edited."""

_AGAIN = 0.06
"""The share of a definition's worth that what it names in its turn gets."""

_USER = 0.16
_USER_OF_FILE = 0.05
"""What who uses a definition is worth against the chance that it is edited, and against that of its file."""

_OVERRIDDEN = 0.5
_OVERRIDING = 0.3
"""What the method that another overrides is worth against the chance that this one is edited, and the other way."""

_TEST_OF = 2.5
"""What a test that goes by the name of a file is worth against another that uses it."""

_TELLING = 5
"""Letters from which part of a test's name tells what it tests."""

_TEST_MARK = re.compile(r"^(?:tests?|specs?)[_-]?|[_-]?(?:tests?|specs?)$")
_MOST_LINES = 4
"""Lines told of that use a target."""

_UPSTREAM = frozenset({"refs", "reads"})
_MOST = 0.95
"""The most that one reason makes a need sure."""

_EDITED_TOGETHER = 4.0
"""Definitions of an edited file that are expected to be edited, at most; the mean of public histories is about two."""


class Need(Value, frozen=True, array_like=True, gc=False):
    """A definition (`symbol` >= 0) or a file (-1) that the targets need; `score` is between 0 and 1.

    `of` is the place it is needed for: a file, and the line that names it there (0: of no one line). Of who uses a
    target, `lines` are those on which it does.
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
    """A probable target: how probable it is that the file is edited, and each of its symbols by index."""

    path: str
    probability: float
    symbols: Mapping[int, float]

    def chance(self, symbol: int) -> float:
        """How probable it is that a symbol is edited, or with -1 what stands outside all of them."""
        if not self.symbols:
            return self.probability
        return self.symbols.get(symbol, 0.0) if symbol >= 0 else _OUTSIDE * self.probability

    def share(self, symbol: int, least: float) -> float:
        """How probable a symbol's edit is against that of the file's likeliest, between `least` and 1."""
        top = max(self.symbols.values(), default=0.0)
        return least + (1.0 - least) * (self.symbols.get(symbol, 0.0) / top if top else 1.0)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the closure may ask of the repository: for few files at a time, but for who uses some names."""

    files: Mapping[str, SourceFile]
    using: Using
    facts: Callable[[Iterable[str]], Mapping[str, FileFacts]]
    links: Callable[[Iterable[str]], Mapping[str, tuple[Link, ...]]]


def seeds(ranking: Ranking, around: Surroundings, weights: Weights, most: int = 60) -> tuple[Seed, ...]:
    """The first files of a ranking as probable targets, best first, with the chances that `weights` make of scores."""
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
    """The chances of a file's definitions, less where they are more together than the chance of the file allows.

    Definitions that have the same words, as long lists of descriptions do, are told apart by none of them, and hardly
    all edited at once.
    """
    total = sum(chance for chance in symbols.values() if chance < 1.0)
    share = min(1.0, _EDITED_TOGETHER * file / total) if total else 1.0
    return {index: chance if chance >= 1.0 else chance * share for index, chance in symbols.items()}


def needs(found: Iterable[Seed], around: Surroundings) -> tuple[Need, ...]:
    """The context of these targets, best first: of other files, and of their own what their definitions use."""
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
    """Needs while they are gathered: independent chances of use, joined."""

    def __init__(self) -> None:
        self._missing: dict[tuple[str, int], float] = defaultdict(lambda: 1.0)
        self._best: dict[tuple[str, int], tuple[float, ItemRole, str, tuple[str, int]]] = {}
        self._lines: dict[tuple[str, int], set[int]] = defaultdict(set)

    def add(self, key: tuple[str, int], role: ItemRole, score: float, because: str, of: tuple[str, int]) -> None:
        """Add one chance that the change will use a definition (or a file), and the place for which it would."""
        self._missing[key] *= 1.0 - min(_MOST, score)
        known = self._best.get(key)
        if known is None or (known[0], known[2]) < (score, because):
            self._best[key] = (score, role, because, of)

    def on(self, key: tuple[str, int], line: int) -> None:
        """Tell a line of a definition on which it uses a target."""
        self._lines[key].add(line)

    def first(self, count: int) -> list[tuple[str, int, float]]:
        """The strongest definitions so far."""
        scored = sorted((self._missing[key], *key) for key in self._best if key[1] >= 0)
        return [(path, symbol, 1.0 - missing) for missing, path, symbol in scored[:count]]

    def ordered(self, targets: Mapping[str, float]) -> tuple[Need, ...]:
        """All of them, best first.

        Of certain targets, which are shown anyway, only what they use of themselves is left, for those that are long.
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
    """What the definitions of a target name: needed as far as one of them is edited, and its edit is about that."""
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
    """What the methods of a target override or implement: the contract that an edit of them keeps or changes."""
    inherited = [link for link in links if link.kind == "inherits"]
    facts = around.facts(sorted({seed.path, *(link.target for link in inherited)})) if inherited else {}
    for method, above, link in overridden(inherited, facts, seed.path):
        score = seed.chance(method) * _OVERRIDDEN * link.confidence
        line = facts[seed.path].definitions[method].line
        role = _role(link.target, link.kind, around)
        sums.add((link.target, above), role, score, f"overridden at {seed.path}:{line}", (seed.path, line))


def _is_own(link: Link) -> bool:
    """Whether a link inside of a file is one between two of its definitions, or from outside all of them to one."""
    return link.symbol >= 0 and link.symbol != link.scope and link.kind != "imports"


def _part(links: Collection[Link], names: int, around: Surroundings) -> float:
    """The chance that an edit of a definition is about one of the `names` things that it names; `links` lead there."""
    strongest = max(_strength(link, around) for link in links)
    return min(_MOST, strongest * math.sqrt(len(links)) * min(1.0, _ABOUT / names))


def _strength(link: Link, around: Surroundings) -> float:
    prose = link.target in around.files and around.files[link.target].role == "docs"
    return link.confidence * _KINDS.get(link.kind, 0.5) * (_PROSE if prose else 1.0)


def _second_hop(sums: _Sums, around: Surroundings) -> None:
    """What the strongest definitions name in their turn."""
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
    """Who uses the symbols that will be edited: callers that pin the interface, and tests."""
    targets = {seed.path: seed for seed in chosen}
    nearest = likely(_names(chosen, around), around.files, around.using, around.facts)
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
            because = f"uses {link.name} of {target} at line {link.line}"
            more = _TEST_OF if role == "test" and _tests(path, target) else 1.0
            sums.add((path, scope), role, worth * more * link.confidence, because, (target, 0))
            sums.on((path, scope), link.line)
    _below(targets, links, sums, around)


def _below(
    targets: Mapping[str, Seed], links: Mapping[str, tuple[Link, ...]], sums: _Sums, around: Surroundings
) -> None:
    """What overrides or implements the methods of targets, which keeps to them and may have to follow their edits."""
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
    """Whether a test goes by the name of a file."""
    tested, name = _TEST_MARK.sub("", naming.of_file(path).lower()), naming.of_file(target).lower()
    return tested == name or (len(name) >= _TELLING and name in tested)


def _names(chosen: Iterable[Seed], around: Surroundings) -> dict[str, float]:
    """The names by which the targets are used, with how probably what goes by each will be edited."""
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
