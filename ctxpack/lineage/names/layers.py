"""Assigns a dataset to a layer of a lakehouse or warehouse by the words of its name and of its file's path.

Layers are those of the medallion architecture and of dbt projects. A dataset without any of their words has no layer.
"""

from __future__ import annotations

import re
from functools import lru_cache

LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("bronze", ("bronze", "brz")),
    ("silver", ("silver", "slv")),
    ("gold", ("gold", "gld")),
    ("raw", ("raw", "landing", "ingest", "l1", "inlets", "inlet", "source", "sources", "src")),
    ("staging", ("staging", "stg", "stage", "base", "cleansed", "l2", "bays")),
    ("intermediate", ("intermediate", "int", "refined", "core")),
    (
        "marts",
        ("marts", "mart", "dim", "fct", "fact", "facts", "dims", "agg", "reporting", "l3", "coves", "l4", "analytics"),
    ),
)
"""Each layer with its words."""

_NO_FOLDERS = frozenset(["src", "source", "sources", "base", "core", "stage", "int", "analytics", "l1", "l2", "l3"])
"""Layer words that do not count in folder names, where they are common with other meanings."""

_BY_WORD = {word: layer for layer, words in LAYERS for word in words}
_WORDS = re.compile(r"[a-z]+\d*|\d+")


def layer_of(name: str, path: str = "", settings: str = "") -> str:
    """The layer of a dataset, "" for none: by its name, then a setting (a dbt schema), then the folders of its file."""
    for text in _places(name, path, settings):
        found = _BY_WORD.get(text)
        if found:
            return found
    return ""


def _places(name: str, path: str, settings: str) -> list[str]:
    """The words that may name a layer, by descending weight."""
    lowered = name.lower()
    segments = re.split(r"[/.]", lowered)
    words: list[str] = [segment for segment in segments[:-1] if segment]
    words += [word for segment in segments[:-1] for word in _WORDS.findall(segment)]
    last = _WORDS.findall(segments[-1])
    words += last[:1] if len(last) > 1 else []
    words += _WORDS.findall(settings.lower())
    words += _of_folders(path.rpartition("/")[0])
    words += [word for word in last[1:] if word in ("bronze", "silver", "gold")]
    return words


@lru_cache(maxsize=4096)
def _of_folders(path: str) -> tuple[str, ...]:
    """The words of folders, the innermost first."""
    folders = reversed(path.lower().split("/"))
    return tuple(
        word for folder in folders for word in (folder, *_WORDS.findall(folder)) if word and word not in _NO_FOLDERS
    )
