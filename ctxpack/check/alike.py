"""What took the place of something that is gone: the same text under another name, or the same name elsewhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from ctxpack.check.values import FilePair
from ctxpack.model import Definition, FileFacts

_LEAST = 0.6
"""The share of lines that a definition has in common with the one that it was renamed to."""

_MOST_LINES = 300


def successor(pair: FilePair, index: int) -> str:
    """The new definition beside a removed one that has its text, or its parameters and its place; "" for none."""
    old, new = pair.old, pair.new
    if old is None or new is None:
        return ""
    gone = old.definitions[index]
    owner = gone.qualname.rpartition(".")[0]
    known = {one.qualname for one in old.definitions}
    best, found = 0.0, ""
    for one in new.definitions:
        if one.qualname in known or one.kind != gone.kind or one.qualname.rpartition(".")[0] != owner:
            continue
        score = _likeness(_body(gone, pair.old_text), _body(one, pair.new_text))
        if score > best:
            best, found = score, one.qualname
    return found if best >= _LEAST else ""


def moved_to(pair: FilePair, index: int, pairs: Sequence[FilePair]) -> str:
    """The other changed file that has a definition of the name which it did not have before; "" for none."""
    if pair.old is None:
        return ""
    gone = pair.old.definitions[index]
    for other in pairs:
        if other is pair or other.new is None:
            continue
        if _defines(other.new, gone) and not (other.old is not None and _defines(other.old, gone)):
            return other.after
    return ""


def _defines(facts: FileFacts, wanted: Definition) -> bool:
    return any((one.name, one.kind, one.parent < 0) == (wanted.name, wanted.kind, wanted.parent < 0)
               for one in facts.definitions)  # fmt: skip


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
