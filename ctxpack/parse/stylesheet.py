"""Stylesheets (CSS, SCSS, Less) by their braces: selectors, custom properties, mixins, keyframes and imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxpack.model import Parsed
from ctxpack.parse.languages.table import Language
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.source import Source

_PIECE = re.compile(
    rb"""/\*|(?<![:\w])//[^\n]*|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|url\([^()\n]{0,2000}\)|\#\{[^{}\n]{0,300}\}|[{};]""",
    re.DOTALL,
)
_IMPORT = re.compile(rb"""@(?:import|use|forward)\s+(?:\([^)]*\)\s*)?(?:url\(\s*)?["']?([^"'()\s;]+)""")
_NAMED = re.compile(rb"^@(?:mixin|function|keyframes|-webkit-keyframes|layer|container|property)\s+([\w-]+)")
_PROPERTY = re.compile(rb"^(--[\w-]+|\$[\w-]+|@[\w-]+)\s*:")
_SCHEME = re.compile(rb"^(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_MOST = 1_000
_OUTLINED = 60
_LONGEST = 120


def read(source: Source, language: Language) -> Parsed:
    """The facts of a stylesheet; rules beyond the first thousand are left out."""
    plain = Plain(source, language)
    data = source.data
    blocks: list[Draft | None] = []
    start = 0
    for piece, first, end in _pieces(data):
        if piece.startswith((b"/*", b"//")):
            plain.prose.append((first, end))
            start = end if not data[start:first].strip() else start
            continue
        if piece == b"{":
            blocks.append(_rule(plain, start, first))
        elif piece == b"}":
            draft = blocks.pop() if blocks else None
            if draft is not None:
                draft.end = end
        elif piece == b";":
            _declaration(plain, start, first, nested=bool(blocks))
        else:
            continue
        start = end
    for import_ in _IMPORT.finditer(data):
        if not _SCHEME.match(import_.group(1)):
            plain.bring_in(import_.group(1).decode("utf-8", "replace"), "include", import_.start(1))
    return plain.finish()


def _pieces(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Comments, strings and marks with their byte ranges; a comment that is never closed is a mere mark."""
    place, comments_end = 0, data.rfind(b"*/")
    while (match := _PIECE.search(data, place)) is not None:
        place = match.end()
        if match.group() == b"/*" and place <= comments_end:
            place = data.find(b"*/", place) + 2
        yield match.group(), match.start(), place


def _rule(plain: Plain, start: int, end: int) -> Draft | None:
    prelude = plain.source.data[start:end]
    begins = start + len(prelude) - len(prelude.lstrip())
    text = prelude.strip()
    named = _NAMED.match(text)
    if not text or len(plain.drafts) >= _MOST or (text.startswith(b"@") and named is None):
        return None
    name = " ".join((named.group(1) if named else text).decode("utf-8", "replace").split())[:_LONGEST]
    kind = "function" if text.startswith((b"@mixin", b"@function")) else "section"
    return _define(plain, name, kind, begins, end + 1)


def _declaration(plain: Plain, start: int, end: int, *, nested: bool) -> None:
    """Custom properties anywhere, and variables of the preprocessors at the top."""
    text = plain.source.data[start : min(end, start + 400)]
    begins = start + len(text) - len(text.lstrip())
    found = _PROPERTY.match(text.strip())
    if found is not None and len(plain.drafts) < _MOST and (found.group(1).startswith(b"--") or not nested):
        _define(plain, found.group(1).decode(), "variable", begins, end)


def _define(plain: Plain, name: str, kind: str, start: int, end: int) -> Draft:
    doc = plain.comment_above(plain.line(start), (b"//", b"/*"))
    draft = Draft(name, kind, start, end, start, doc=doc.removesuffix("*/").strip())
    draft.outlined = len(plain.drafts) < _OUTLINED
    plain.drafts.append(draft)
    return draft
