"""Decides which names mean the same dataset: full, short and quoted names, and templates with unresolved parts.

Names are compared part by part from the end; a part with a placeholder matches any that fits. A short name stands for a
longer one if only one fits: `orders` means `silver.orders`, but not where `bronze.orders` exists too. A table never
equals a path. The name of a dbt model is complete as it is, since dbt adds the schema at run time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://")
_HOLE = re.compile(r"\$?\{[^{}]*\}|\$\w+|[{}$]")
_QUOTES = str.maketrans("", "", "`\"'[]")
_LEAST_SHARED = 2
"""The least number of known parts, from the end, in which two names must agree."""


def is_path(name: str) -> bool:
    """Whether a name is a file path rather than a table name."""
    return "/" in name


@lru_cache(maxsize=65536)
def parts(name: str) -> tuple[str, ...]:
    """The parts of a name, in lower case; those of a path without its scheme and final slash."""
    plain = name.strip().lower()
    if is_path(plain):
        return tuple(part for part in _SCHEME.sub("", plain).split("/") if part not in ("", "."))
    return tuple(part for part in _split(plain.translate(_QUOTES)) if part)


def _split(name: str) -> list[str]:
    """Split at the dots outside braces."""
    if "{" not in name:
        return name.split(".")
    found, depth = [""], 0
    for character in name:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "." and depth <= 0:
            found.append("")
        else:
            found[-1] += character
    return found


def is_open(part: str) -> bool:
    """Whether a part contains an unresolved placeholder."""
    return "{" in part or "$" in part


class Names:
    """Maps each name in a repository to the canonical name of its dataset.

    The canonical name is the shortest fully resolved one with at least two parts: `silver.orders` rather than
    `{catalog}.silver.orders` or `lake.silver.orders`. A catalog that is omitted for one dataset is omitted for all.
    """

    def __init__(self, known: Iterable[str], whole: Iterable[str] = (), seen: Iterable[str] = ()) -> None:
        """Enter all names.

        `known` are names that are declared or written, `whole` those of them that stand for nothing but themselves (dbt
        models); `seen` are names that are only read.
        """
        self._whole = {name.lower(): name for name in sorted(whole)}
        self._first: dict[str, str] = {}
        self._members: dict[str, list[str]] = defaultdict(list)
        self._by_last: dict[tuple[bool, str], list[str]] = defaultdict(list)
        apart = {name for name in known if name.lower() not in self._whole}
        for name in sorted(apart, key=_rank):
            self._enter(name, also_short=False)
        for name in sorted({name for name in seen if name not in apart}, key=_rank):
            if name.lower() not in self._whole:
                self._enter(name, also_short=True)
        self._shown = _alike_shown(
            {first: _best(first, members) for first, members in self._members.items()}, self._members
        )

    def canonical(self, name: str) -> str:
        """The canonical name of the dataset that `name` means; `name` itself, normalised, if it matches none."""
        whole = self._whole.get(name.lower())
        if whole is not None:
            return whole
        found = self._first.get(name) or self._find(name, also_short=True)
        return self._shown.get(found, found) if found is not None else clean(name)

    def _enter(self, name: str, *, also_short: bool) -> None:
        found = self._find(name, also_short=also_short)
        if found is None:
            found = clean(name)
            own = parts(name)
            if own:
                self._by_last[is_path(name), own[-1]].append(found)
        self._first[name] = found
        if found not in self._whole.values():
            self._members[found].append(clean(name))

    def _find(self, name: str, *, also_short: bool) -> str | None:
        """The first entered name of the dataset that `name` means; None if no dataset or several fit."""
        own = parts(name)
        if not own or is_open(own[-1]):
            return None
        fitting = list(dict.fromkeys(self._fitting(name, own, also_short=also_short)))
        exact = [other for other in fitting if parts(other) == own]
        if exact:
            return exact[0]
        return fitting[0] if len(fitting) == 1 else None

    def _fitting(self, name: str, own: tuple[str, ...], *, also_short: bool) -> Iterator[str]:
        path = is_path(name)
        for other in self._by_last.get((path, own[-1]), ()):
            theirs = parts(other)
            if theirs == own or alike(own, theirs, least=1 if also_short and not path else _LEAST_SHARED):
                yield other
        if also_short and not path:
            last = self._whole.get(own[-1])
            if last is not None:
                yield last


def _best(first: str, members: Iterable[str]) -> str:
    """The canonical name of a dataset, given its first name and all its names."""
    if is_path(first):
        return first
    full = [name for name in members if len(parts(name)) > 1 and not any(is_open(part) for part in parts(name))]
    return min(full, key=lambda name: (len(parts(name)), name), default=first)


def _alike_shown(shown: dict[str, str], members: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The canonical names without catalogs that the code omits for some dataset, unless two names would be equal."""
    left_out = {
        parts(name)[:-2]
        for names in members.values()
        for name in names
        if len(parts(name)) > 2 and any(parts(other) == parts(name)[-2:] for other in names)
    }
    short = {
        first: ".".join(parts(name)[-2:])
        for first, name in shown.items()
        if not is_path(name) and parts(name)[:-2] in left_out and not any(map(is_open, parts(name)))
    }
    taken = Counter([*short.values(), *shown.values()])
    return {first: short[first] if taken[short.get(first, "")] == 1 else name for first, name in shown.items()}


def alike(one: tuple[str, ...], other: tuple[str, ...], *, least: int = _LEAST_SHARED) -> bool:
    """Whether two names can mean the same dataset: no part differs, and at least `least` known parts are equal."""
    shared = 0
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if is_open(mine) or is_open(theirs):
            if not _may_be(mine, theirs):
                return False
            continue
        if mine != theirs:
            return False
        shared += 1
    return shared >= least


def _may_be(one: str, other: str) -> bool:
    """Whether two parts, at least one of them with a placeholder, can be equal: `{env}_raw` fits `prod_raw`."""
    if is_open(one) and is_open(other):
        return True
    template, text = (one, other) if is_open(one) else (other, one)
    return _pattern(template).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(piece) for piece in _HOLE.split(template)), re.DOTALL)


def clean(name: str) -> str:
    """A normalised name: unquoted and in lower case for a table, without a final slash for a path."""
    if is_path(name):
        return name.strip().rstrip("/") or "/"
    return ".".join(parts(name)) or name.strip()


def _rank(name: str) -> tuple[int, int, str]:
    """Sort key: most resolved parts first, then the fewest parts."""
    own = parts(name)
    return -sum(not is_open(part) for part in own), len(own), name
