"""What took the place of something that is gone: the same text under another name, or the same name elsewhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from ctxpack.check.values import FilePair
from ctxpack.model import Definition

_LEAST = 0.6
"""The share of lines that a definition has in common with the one that it was renamed to."""

_MOST_LINES = 300
_MOST_LIKE = 40
"""New definitions that a removed one is held against, the nearest first."""


class Newcomers:
    """The definitions that changed files have and did not have before."""

    def __init__(self, pairs: Sequence[FilePair]) -> None:
        """`pairs` are all changed files."""
        self._in_file: dict[str, list[Definition]] = {}
        self._by_name: dict[tuple[str, str, bool], list[str]] = {}
        for pair in pairs:
            if pair.new is None:
                continue
            known = frozenset(one.qualname for one in pair.old.definitions) if pair.old is not None else frozenset()
            new = [one for one in pair.new.definitions if one.qualname not in known]
            self._in_file[pair.after] = new
            named = {_key(one) for one in pair.old.definitions} if pair.old is not None else set()
            for key in dict.fromkeys(_key(one) for one in new):
                if key not in named:
                    self._by_name.setdefault(key, []).append(pair.after)

    def successor(self, pair: FilePair, gone: Definition) -> str:
        """The new definition beside a removed one that has its text; "" for none."""
        owner = gone.qualname.rpartition(".")[0]
        fitting = [
            one
            for one in self._in_file.get(pair.after, ())
            if one.kind == gone.kind and one.qualname.rpartition(".")[0] == owner
        ]
        near = sorted(fitting, key=lambda one: (abs(one.line - gone.line), one.line, one.qualname))[:_MOST_LIKE]
        body = _body(gone, pair.old_text)
        scores = [(_likeness(body, _body(one, pair.new_text)), one.qualname) for one in near]
        best, found = max(scores, key=lambda score: score[0], default=(0.0, ""))
        return found if best >= _LEAST else ""

    def moved_to(self, pair: FilePair, gone: Definition) -> str:
        """The other changed file that has a definition of the name and did not have one before; "" for none."""
        return next((path for path in self._by_name.get(_key(gone), ()) if path != pair.after), "")


def _key(one: Definition) -> tuple[str, str, bool]:
    """What a definition keeps when it moves: its name and kind, and whether it stands at the top of a file."""
    return one.name, one.kind, one.parent < 0


def _body(one: Definition, text: str) -> list[str]:
    """The lines of a definition, without its name."""
    lines = text.split("\n")[one.span[0] - 1 : one.span[1]][:_MOST_LINES]
    name = re.compile(rf"(?<!\w){re.escape(one.name)}(?!\w)")
    return [name.sub("\0", line.strip()) for line in lines if line.strip()]


def _likeness(left: list[str], right: list[str]) -> float:
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    if len(left) == len(right) == 1:
        return difflib.SequenceMatcher(None, left[0], right[0], autojunk=False).ratio()
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
