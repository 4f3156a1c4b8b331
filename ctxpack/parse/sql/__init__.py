"""SQL of any dialect, with or without templates, read by a scanner of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctxpack.model import Parsed
from ctxpack.parse.languages.table import Language
from ctxpack.parse.plain import Plain
from ctxpack.parse.source import Source
from ctxpack.parse.sql.statements import StatementReader
from ctxpack.parse.sql.templates import is_dbt, read_templates
from ctxpack.parse.sql.tokens import BREAK, COMMENT, STRING, Token, scan, statements

__all__ = ["read"]

_RUN = re.compile(rb"^-- MAGIC\s+%run\s+(\S+)", re.MULTILINE)
_SCRIPT = re.compile(rb"^(?:\\ir?|@@?|SOURCE|\.read)[ \t]+([\w./${}-]+\.sql)\b", re.MULTILINE | re.IGNORECASE)


def read(source: Source, language: Language) -> Parsed:
    """The facts of a SQL file."""
    plain = Plain(source, language)
    tokens = scan(source.data)
    trailing, above = _comments(tokens, plain)
    read_templates(plain, above)
    fragments = [(draft.start, draft.end) for draft in plain.drafts]
    if is_dbt(source.data):
        fragments = [(0, len(source.data))]
    reader = StatementReader(plain, trailing, above, fragments)
    for statement in statements(tokens):
        reader.read(statement)
    for pattern in (_RUN, _SCRIPT):
        for match in pattern.finditer(source.data):
            plain.bring_in(source.slice(*match.span(1)).strip('"'), "include", match.start(1))
    return plain.finish()


def _comments(tokens: Sequence[Token], plain: Plain) -> tuple[dict[int, str], dict[int, str]]:
    """Comments that end a line of code, by line; those on lines of their own, adjoining ones joined, by last line."""
    trailing: dict[int, str] = {}
    above: dict[int, tuple[int, str]] = {}
    code_line = 0
    for token in tokens:
        if token.kind in (COMMENT, STRING):
            plain.prose.append((token.start, token.end))
        if token.kind == COMMENT:
            first, last = plain.lines_of(token.start, token.end)
            text = _cleaned(plain.source.data[token.start : token.end].decode("utf-8", "replace"))
            if first == code_line:
                trailing[first] = text
                continue
            joined = above.pop(first - 1, None)
            above[last] = (joined[0], f"{joined[1]}\n{text}") if joined else (first, text)
        elif token.kind != BREAK:
            code_line = plain.line(token.end - 1)
    return trailing, {last: text for last, (_, text) in above.items()}


def _cleaned(comment: str) -> str:
    lines = [line.strip().lstrip("-/*#{").rstrip("*/#}").strip() for line in comment.split("\n")]
    return "\n".join(line for line in lines if line)
