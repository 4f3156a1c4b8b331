"""Detects renames and moves: finds the new definition with the text, or with the name, of a removed one."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from ctxpack.check.pairs import FilePair
from ctxpack.model import Definition

_LEAST = 0.6
"""The least similarity of the bodies (difflib's ratio) for a removed definition to count as renamed."""

_MOST_LINES = 300
_MOST_LIKE = 40
"""How many new definitions, those nearest to its position, a removed one is compared with."""


class Newcomers:
    """The definitions that are new in the changed files."""

    def __init__(self, pairs: Sequence[FilePair]) -> None:
        """`pairs` are all changed files."""
        self._beside: dict[tuple[str, str, str], list[Definition]] = defaultdict(list)
        self._by_name: dict[tuple[str, str, bool], list[str]] = {}
        for pair in pairs:
            if pair.new is None:
                continue
            known = frozenset(one.qualname for one in pair.old.definitions) if pair.old is not None else frozenset()
            new = [one for one in pair.new.definitions if one.qualname not in known]
            for one in sorted(new, key=_line):
                self._beside[pair.after, one.kind, _owner(one)].append(one)
            named = {_key(one) for one in pair.old.definitions} if pair.old is not None else set()
            for key in dict.fromkeys(_key(one) for one in new):
                if key not in named:
                    self._by_name.setdefault(key, []).append(pair.after)

    def successor(self, pair: FilePair, gone: Definition) -> str:
        """The qualified name of the new definition, in the same scope, to which `gone` was renamed; "" for none."""
        beside = self._beside.get((pair.after, gone.kind, _owner(gone)), [])
        place = bisect_left(beside, gone.line, key=_line)
        near = beside[max(0, place - _MOST_LIKE // 2) : place + _MOST_LIKE // 2]
        body = _body(gone, pair.old_text)
        best, found = 0.0, ""
        for one in sorted(near, key=lambda one: abs(one.line - gone.line)):
            score = _likeness(body, _body(one, pair.new_text))
            if score > best:
                best, found = score, one.qualname
            if best == 1.0:
                break
        return found if best >= _LEAST else ""

    def moved_to(self, pair: FilePair, gone: Definition) -> str:
        """The path of another changed file with a new definition of the same name and kind; "" for none."""
        return next((path for path in self._by_name.get(_key(gone), ()) if path != pair.after), "")


def _line(one: Definition) -> int:
    return one.line


def _owner(one: Definition) -> str:
    return one.qualname.rpartition(".")[0]


def _key(one: Definition) -> tuple[str, str, bool]:
    """What a definition keeps when it moves: name, kind, and whether it is at the top level of its file."""
    return one.name, one.kind, one.parent < 0


def _body(one: Definition, text: str) -> list[str]:
    """The lines of a definition, with its own name masked."""
    lines = _lines(text)[one.span[0] - 1 : one.span[1]][:_MOST_LINES]
    name = re.compile(rf"(?<!\w){re.escape(one.name)}(?!\w)")
    return [name.sub("\0", line.strip()) for line in lines if line.strip()]


@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    return text.split("\n")


def _likeness(left: list[str], right: list[str]) -> float:
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    if len(left) == len(right) == 1:
        return difflib.SequenceMatcher(None, left[0], right[0], autojunk=False).ratio()
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
