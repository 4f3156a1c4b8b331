"""Makes content safe to put into a prompt: no hidden characters, no control tokens, no closing of the document's tag.

`sanitise` is applied to every packed text; `fences` chooses tags that no content can close.
"""

from __future__ import annotations

from ctxpack.model import Problem
from ctxpack.safety.control_tokens import neutralise
from ctxpack.safety.unicode import make_visible


def sanitise(text: str, control: tuple[str, ...], path: str) -> tuple[str, tuple[Problem, ...]]:
    """The text with hidden characters and control strings made visible, and a Problem for each kind and line.

    `control` are the control strings of the chat template; `path` is the file of the text, for the problems. The number
    of lines stays the same, and a second pass changes nothing.
    """
    shown, hidden = make_visible(text, path)
    clean, steering = neutralise(shown, control, path)
    return clean, (*hidden, *steering)
