"""Plural and singular forms of English nouns, by the rules that frameworks use to name tables and columns."""

from __future__ import annotations

import re

_IRREGULAR = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "mouse": "mice",
    "tooth": "teeth",
    "foot": "feet",
    "datum": "data",
    "medium": "media",
    "index": "indices",
    "matrix": "matrices",
    "vertex": "vertices",
    "status": "statuses",
    "alias": "aliases",
    "analysis": "analyses",
    "basis": "bases",
    "crisis": "crises",
    "quiz": "quizzes",
    "ox": "oxen",
    "bus": "buses",
    "virus": "viri",
    "move": "moves",
    "shelf": "shelves",
    "leaf": "leaves",
    "knife": "knives",
    "wife": "wives",
    "life": "lives",
    "half": "halves",
}
_SINGULAR = {many: one for one, many in _IRREGULAR.items()}
_BOTH = frozenset({"equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "police", "news"})


def plural(word: str) -> str:
    """The plural of a name; only the last of several words joined by underscores changes."""
    head, last = _parted(word)
    if last in _BOTH:
        return word
    if last in _IRREGULAR:
        return head + _IRREGULAR[last]
    if re.search(r"[^aeiou]y$", last):
        return head + last[:-1] + "ies"
    if re.search(r"(?:s|x|z|ch|sh)$", last):
        return word + "es"
    return word + "s"


def singular(word: str) -> str:
    """The singular of a name; only the last of several words joined by underscores changes."""
    head, last = _parted(word)
    if last in _BOTH or last.endswith("ss"):
        return word
    if last in _SINGULAR:
        return head + _SINGULAR[last]
    if re.search(r"[^aeiou]ies$", last) and len(last) > 4:
        return head + last[:-3] + "y"
    if re.search(r"(?:ss|x|z|ch|sh)es$", last):
        return word[:-2]
    return word.removesuffix("s")


def _parted(word: str) -> tuple[str, str]:
    head, mark, last = word.rpartition("_")
    return head + mark, last
