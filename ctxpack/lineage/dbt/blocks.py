"""The blocks that dbt cuts its files into before anything is rendered: macros, snapshots, pieces of documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MACRO_NAME = re.compile(r"\{%[-+]?\s*(macro|test|data_test)\s+(\w+)")
_MACRO = re.compile(r"\{%[-+]?\s*macro\s.*?\{%[-+]?\s*endmacro\s*[-+]?%\}", re.DOTALL)
_SNAPSHOT = re.compile(r"\{%[-+]?\s*snapshot\s+(\w+)\s*[-+]?%\}(.*?)\{%[-+]?\s*endsnapshot\s*[-+]?%\}", re.DOTALL)
_DOCS = re.compile(r"\{%[-+]?\s*docs\s+(\w+)\s*[-+]?%\}(.*?)\{%[-+]?\s*enddocs\s*[-+]?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


class Block(NamedTuple):
    """A named block: its body, and the lines on which it and its body begin."""

    name: str
    body: str
    line: int
    body_line: int


def macro_names(text: str) -> tuple[str, ...]:
    """The names by which the macros and tests of a file are called, in order."""
    found = (
        f"test_{match.group(2)}" if match.group(1) != "macro" else match.group(2)
        for match in _MACRO_NAME.finditer(text)
    )
    return tuple(dict.fromkeys(found))


def macro_texts(text: str) -> Iterator[str]:
    """The texts of the macros of a file, for one that cannot be read as a whole."""
    return (match.group() for match in _MACRO.finditer(text))


def snapshots(text: str) -> list[Block]:
    """The snapshots of a file."""
    return _blocks(_SNAPSHOT, _blanked(text))


def docs(text: str) -> list[Block]:
    """The pieces of documentation of a file."""
    return _blocks(_DOCS, text)


def _blocks(pattern: re.Pattern[str], text: str) -> list[Block]:
    return [
        Block(
            match.group(1),
            match.group(2),
            text.count("\n", 0, match.start()) + 1,
            text.count("\n", 0, match.start(2)) + 1,
        )
        for match in pattern.finditer(text)
    ]


def _blanked(text: str) -> str:
    """The text with its template comments as blank lines, in which nothing counts."""
    return _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)
