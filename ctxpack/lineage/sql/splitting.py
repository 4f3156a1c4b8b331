"""Splits a SQL text into statements before parsing, so that one that cannot be parsed does not affect the others.

It splits at semicolons outside strings and comments, and at the separators of tools (GO, `-- COMMAND ----------`, a
lone slash). psql commands and the data after COPY are dropped. Placeholders that a template engine or client fills at
run time (`${env}`, `$env.`, `{{ x }}`, `{name}`, `@schema.`) become identifiers that the parser accepts;
`restored` turns these back into `{env}`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ctxpack.datamodel.identifiers import identified

MAX_STATEMENT = 200_000
"""The most characters of a statement that is parsed."""

MAX_TEXT = 8_000_000
"""The most characters of a text that are read."""

_PLACEHOLDER = re.compile(r"ctxph(\d+)x", re.IGNORECASE)
_SEPARATOR_LINE = re.compile(
    r"^[ \t]*(?:GO(?:[ \t]+\d+)?[ \t]*;?|--[ \t]*COMMAND[ \t]*-{3,}.*|/)[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)
_CLIENT_LINE = re.compile(
    r"^(?:\\(?!\.)[a-z!?].*|[ \t]*DELIMITER[ \t]+\S+[ \t]*|:(?:setvar|r|connect|on)\b.*|!set\b.*"
    r"|set (?:echo|define)\b.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_COPY_DATA = re.compile(
    r"(^[ \t]*COPY\s[^;]*\sFROM\s+stdin\b[^;]*;)[^\n]*\n.*?^\\\.$", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_QUOTED = r"'(?:[^']|'')*'"
_QUOTED_BACKSLASH = r"'(?:[^'\\]|\\.|'')*'"
_BACKSLASH = frozenset(
    ("mysql", "bigquery", "snowflake", "spark", "databricks", "hive", "clickhouse", "doris", "starrocks")
)
_TEMPLATES = (
    re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL),
    re.compile(r"\{%-?.*?-?%\}|\{#.*?#\}", re.DOTALL),
    re.compile(r"\$\{\s*([^{}\n]*?)\s*\}"),
    re.compile(r"\$\(\s*(\w+)\s*\)"),
    re.compile(r"\{([^{}\n:'\",]*)\}"),
    re.compile(r"%\((\w+)\)s"),
    re.compile(r"(?<![\w@:'\"])@(\w+)(?=\s*\.)"),
    re.compile(
        r"\$(?<![\w$'\"]\$)(?:([a-z_]\w*)(?=\s*\.\s*[\w`$])|(?:(?<=\bfrom\s\$)|(?<=\bjoin\s\$)|(?<=\binto\s\$)"
        r"|(?<=\btable\s\$)|(?<=\bview\s\$))([a-z_]\w*)(?![\w$(]))",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![A-Za-z0-9)\]])&&?(\w+)\.?(?=[\w\s.])"),
)
"""Regexes of placeholders. The group (of two, the one that matched) is their name; without one, they are removed."""

_FILES = re.compile(
    r"(\b(?:from|into)\s+)((?:@[\w.~%{}$\"-]+|\$?\{[^{}\s]+\})(?:/[^\s(),;'\"]+)+)(?=[\s(),;]|$)", re.IGNORECASE
)
"""Unquoted paths after FROM or INTO (stage files), which the parser accepts only in quotes."""

_BODY = re.compile(
    r"^[ \t]*(?:CREATE|ALTER)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:PROCEDURE|PROC|FUNCTION|TRIGGER)\b[^$]*?\bBEGIN\b",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:ctxph\d+x[\s;]*)+(?=[a-z(])", re.IGNORECASE)
_WORD = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(\w+)", re.DOTALL)


class Piece(NamedTuple):
    """The text of a statement, and its first line in the whole text."""

    text: str
    line: int


def split(text: str, dialect: str) -> list[Piece]:
    """The statements of a text, without empty ones."""
    text = _CLIENT_LINE.sub("", _COPY_DATA.sub(_blanked, text))
    pieces: list[Piece] = []
    start, line = 0, 1
    for cut, end in _cuts(text, dialect):
        line = _add(pieces, text[start:cut], line) + text.count("\n", cut, end)
        start = end
    _add(pieces, text[start:], line)
    return pieces


def _add(pieces: list[Piece], text: str, line: int) -> int:
    """Append a statement unless it is empty or one comment line; gives the line on which it ends."""
    end = line + text.count("\n")
    first = _WORD.match(text) or re.search(r"\S", text)
    body = text.strip()
    if body and first is not None and not (body.startswith("--") and "\n" not in body):
        skipped = len(text) - len(text.lstrip())
        pieces.append(Piece(body, line + text.count("\n", 0, skipped)))
    return end


def _cuts(text: str, dialect: str) -> list[tuple[int, int]]:
    """The (end of a statement, start of the next) offsets."""
    quoted = _QUOTED_BACKSLASH if dialect in _BACKSLASH else _QUOTED
    double = quoted.replace("'", '"')
    hash_comment = r"|\#[^\n]*" if dialect in ("mysql", "bigquery") else ""
    bracket = r"|\[[^\]\n]*\]" if dialect in ("tsql", "fabric", "sqlite") else ""
    triple = r'"""(?s:.*?)"""|' + r"'''(?s:.*?)'''|" if dialect == "bigquery" else ""
    separator = _SEPARATOR_LINE.pattern
    pattern = re.compile(
        rf"(?P<sep>{separator})|{triple}{quoted}|{double}|`[^`]*`{bracket}{hash_comment}|--[^\n]*|/\*(?s:.*?)\*/"
        r"|\$(?P<tag>\w*)\$(?s:.*?)\$(?P=tag)\$|(?P<end>;)",
        re.IGNORECASE | re.MULTILINE,
    )
    return [match.span() for match in pattern.finditer(text) if match["end"] or match["sep"]]


def _blanked(match: re.Match[str]) -> str:
    """The COPY statement with its data replaced by as many empty lines."""
    return match[1] + "\n" * match[0].count("\n", len(match[1]))


def filled(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with placeholders replaced by identifiers, and the original names of these.

    >>> filled("select * from ${env}.orders")
    ('select * from ctxph0x.orders', ('env',))
    """
    text = identified(text)
    if not any(mark in text for mark in "{$@%&"):
        return text, ()
    text = _FILES.sub(r"\1'\2'", text)
    names: dict[str, int] = {}

    def name(match: re.Match[str]) -> str:
        lines = "\n" * match[0].count("\n")
        if not match.re.groups:
            return " " + lines
        inner = " ".join((match[1] or match[match.re.groups]).split()) or "?"
        known = _PLACEHOLDER.sub(lambda m: list(names)[int(m[1])], inner)
        return f"ctxph{names.setdefault(known, len(names))}x{lines}"

    for pattern in _TEMPLATES:
        text = pattern.sub(name, text)
    return text, tuple(names)


def restored(name: str, placeholders: tuple[str, ...]) -> str:
    """A name with replaced placeholders restored, in braces.

    >>> restored("ctxph0x.orders", ("env",))
    '{env}.orders'
    """
    if not placeholders or "ctxph" not in name.lower():
        return name
    return _PLACEHOLDER.sub(
        lambda m: "{" + placeholders[int(m[1])] + "}" if int(m[1]) < len(placeholders) else m[0], name
    )


def body_of(text: str) -> str:
    """The text from where a query may begin: after the BEGIN of a procedure, or after leading placeholders."""
    match = _BODY.match(text) or _LEADING.match(text)
    return "\n" * match[0].count("\n") + text[match.end() :] if match else text


def first_word(text: str) -> str:
    r"""The first word of a statement, in lower case; comments are skipped.

    >>> first_word("/* a */ -- b\n Select 1")
    'select'
    """
    match = _WORD.match(text)
    return match[1].lower() if match else ""
