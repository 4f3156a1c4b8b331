"""The blocks that dbt extracts from files before rendering: macros, snapshots, docs."""

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
    """A named block with its body, and the first lines of the block and of its body."""

    name: str
    body: str
    line: int
    body_line: int


def macro_names(text: str) -> tuple[str, ...]:
    """The names of the macros in a file, in order; a generic test x is the macro test_x."""
    found = (
        f"test_{match.group(2)}" if match.group(1) != "macro" else match.group(2)
        for match in _MACRO_NAME.finditer(text)
    )
    return tuple(dict.fromkeys(found))


def macro_texts(text: str) -> Iterator[str]:
    """The text of each macro of a file, for a file that cannot be parsed as a whole."""
    return (match.group() for match in _MACRO.finditer(text))


def snapshots(text: str) -> list[Block]:
    """The snapshots of a file."""
    return _blocks(_SNAPSHOT, _blanked(text))


def docs(text: str) -> list[Block]:
    """The docs blocks of a file."""
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
    """The text with template comments replaced by as many empty lines."""
    return _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)
