"""Rust's attributes that say what a definition is for: which are tests, and which tables their types stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ctxpack.model import Definition
from ctxpack.parse.source import Source

_TEST = re.compile(
    r"#\s*\[\s*(?:(?:\w+\s*::\s*)*(?:\w+_)?(?:test|rstest|test_case|bench|quickcheck|proptest)\s*[\](]"
    r"|cfg\s*\(\s*(?:all\s*\((?:[^()]*,)?\s*)?test\s*[,)])"
)
_WHOLE = re.compile(rb"^[ \t]*#!\[\s*cfg\s*\(\s*test\s*\)\s*\]", re.MULTILINE)
_TABLE_NAME = re.compile(rb"\b(?:diesel\s*\(|sea_orm\s*\()[^()]{0,200}?\btable_name\s*=\s*\"?([A-Za-z_][\w.:]{0,100})")
_LONGEST = 40
"""Lines of attributes that are read above a name."""


def tests(definitions: Sequence[Definition], source: Source) -> Iterator[int]:
    """The definitions under `#[test]` and its like, or `#[cfg(test)]`; all of a file that is itself under that."""
    if b"test" not in source.data and b"bench" not in source.data and b"quickcheck" not in source.data:
        return
    whole = _WHOLE.search(source.data) is not None
    for index, one in enumerate(definitions):
        first = max(one.span[0], one.line - _LONGEST)
        if whole or (first < one.line and _TEST.search(_lines(source, first, one.line - 1)) is not None):
            yield index


def tables(data: bytes) -> Iterator[tuple[int, str]]:
    """The tables that types stand for by an attribute (`#[diesel(table_name = orders)]`), as mentions."""
    if b"table_name" in data:
        for match in _TABLE_NAME.finditer(data):
            name = match[1].replace(b"::", b".").rpartition(b".schema.")[2]
            yield match.start(1), f"TABLE {name.decode('ascii', 'replace')}"


def _lines(source: Source, first: int, last: int) -> str:
    return b"\n".join(source.lines[first - 1 : last]).decode("utf-8", "replace")
