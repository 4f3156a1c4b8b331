"""Jinja templates in strings of programs, which workflow engines render when a task runs: their parts are holes."""

from __future__ import annotations

import re

from ctxpack.lineage.spark.values.texts import Text, hole

_BLOCKS = re.compile(r"\{%(?P<first>[^%]*)%\}.*\{%[^%]*%\}", re.DOTALL)
_OPENED = re.compile(r"\{\{(?P<inner>[^{}]*)\}\}")
_NAME = re.compile(r"[A-Za-z_][\w.]*(?:\[['\"][\w.-]+['\"]\])*")
_KEYWORD = re.compile(r"^[-\s]*(?:if|for|set|elif|with|block|raw)\b")
_MOST = 100_000
_DEEPEST = 6


def symbolic(text: Text) -> Text:
    """A string with Jinja expressions replaced by holes; everything between two block tags becomes one hole."""
    if ("{{" not in text and "{%" not in text) or len(text) > _MOST:
        return text
    opened = _BLOCKS.sub(lambda match: _hole(_KEYWORD.sub("", match["first"])), text)
    opened = _OPENED.sub(lambda match: _hole(match["inner"]), opened)
    return text if opened == text else text.like(opened, folded=True)


def _hole(inner: str) -> str:
    name = _NAME.search(inner)
    return hole(re.sub(r"\W+", "_", name[0])) if name is not None else hole("value")


def filled_later(value: object, depth: int = 0) -> object:
    """The arguments of a task with Jinja templates replaced by holes, also inside lists and dictionaries."""
    if isinstance(value, Text):
        return symbolic(value)
    if depth < _DEEPEST and isinstance(value, dict):
        return {key: filled_later(one, depth + 1) for key, one in value.items()}
    if depth < _DEEPEST and isinstance(value, (list, tuple)):
        made = [filled_later(one, depth + 1) for one in value]
        return tuple(made) if isinstance(value, tuple) else made
    return value
