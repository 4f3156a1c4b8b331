"""What is done to content before a model reads it: nothing hides, nothing steers the template, nothing breaks out.

`sanitise` is the pass over every text that is packed; `fences` keeps documents apart.
"""

from __future__ import annotations

from ctxpack.model import Problem
from ctxpack.safety.control_tokens import neutralise
from ctxpack.safety.unicode import make_visible


def sanitise(text: str, control: tuple[str, ...], path: str) -> tuple[str, tuple[Problem, ...]]:
    """The text as it may stand in a prompt, and what had to be made visible in it.

    `control` are the strings with a meaning in the prompt's template; `path` is the file that the text is of. The
    number of lines stays the same, and a second pass changes nothing.
    """
    shown, hidden = make_visible(text, path)
    clean, steering = neutralise(shown, control, path)
    return clean, (*hidden, *steering)
