"""Makes characters visible that hide text or change its direction.

Source that a reviewer sees in one order and a model reads in another is a known way to smuggle instructions. What is
replaced: embeddings, overrides and isolates of the bidirectional algorithm, tag characters other than those of the
three flags that are spelled with them, runs of variation selectors (a lone one only chooses a glyph), and surrogates,
which stand for undecodable bytes and cannot be encoded. Marks that right-to-left scripts and emoji need stay.
"""

from __future__ import annotations

import re

from ctxpack.model import Problem
from ctxpack.safety.visible import replace_reported

_VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# A black flag, the tags of gbeng, gbsct or gbwls, and the cancel tag: the only tag sequences in general use.
_FLAGS = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in code) for code in ("gbeng", "gbsct", "gbwls"))
_HIDING = r"\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\ud800-\udfff"
_HIDDEN = re.compile(rf"\U0001f3f4(?:{_FLAGS})\U000e007f|[{_HIDING}]|[{_VARIATION}]{{2,}}")


def make_visible(text: str, path: str) -> tuple[str, tuple[Problem, ...]]:
    """The text with every such character written as in `[U+202E]`, and a Problem for each found.

    `path` is the file of the text, for the problems. The result has as many lines as `text`, can be encoded, and a
    second pass changes nothing.
    """
    if text.isascii():
        return text, ()
    what = "a character that hides or turns text"
    return replace_reported(text, _HIDDEN, _mark, path=path, what=what)


def _mark(hidden: str) -> str:
    if hidden[0] == "\U0001f3f4":
        return hidden
    return "".join(f"[U+{ord(character):04X}]" for character in hidden)
