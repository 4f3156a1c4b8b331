"""SQL cut into tokens and statements, for any dialect and through templates.

No grammar reads the SQL that people keep in repositories: it mixes dialects, Jinja, shell variables and notebook
markers. Tokens are what all of it has in common. Comments and Jinja block tags are set aside; what is left is words,
quoted names, strings and a few marks, by byte offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

WORD, QUOTED, STRING, TEMPLATE, NUMBER, MARK, COMMENT, TAG, BREAK = (
    "word", "quoted", "string", "template", "number", "mark", "comment", "tag", "break"
)  # fmt: skip
"""Kinds of tokens: TEMPLATE is `{{ ... }}`, `${...}` or `{name}`, TAG is `{% ... %}`, BREAK ends a statement."""

_PATTERN = rb"""
      (?P<break>^[ \t]*(?:--[ \t]*COMMAND[ \t]-{5,}|GO(?:[ \t]+\d+)?|/|DELIMITER[ \t]\S+)[ \t]*\r?$)
    | (?P<comment>--[^\n]*+|(?:^|(?<=[;\s]))\#[ \t][^\n]*+)
    | (?P<open>/\*|\{\#|\{%|\{\{)
    | (?P<template>[$@]\{[^}\n]*+\} | \{[A-Za-z_][\w.\[\]]*+\})
    | (?P<dollar>\$(?:[A-Za-z_]\w*+)?\$)
    | (?P<string>'\\'(?=\s*[,)|])|'(?:[^'\\]++|''|\\.)*+')
    | (?P<quoted>"(?:\{\{[^{}\n]*+\}\}|[^"\n{]++|\{|"")*+"|`[^`\n]*+`|\[[A-Za-z_][^\]\[\n'"]{0,126}\])
    | (?P<number>\d[\w.]*+)
    | (?P<word>(?:@@?|:(?!:)|\#\#?)?[A-Za-z_\x80-\xff][\w$\x80-\xff]*+)
    | (?P<mark>[().,;<>=])
    | (?P<lone>')
    """
_STRING = rb"'(?:[^'\\]++|''|\\.)*+'"
_SHORT_STRING = rb"'(?:[^'\\\n]|''|\\.){0,500}+'"
_FLAGS = re.VERBOSE | re.MULTILINE | re.DOTALL | re.IGNORECASE
_TOKEN = re.compile(_PATTERN, _FLAGS)
_CAREFUL = re.compile(_PATTERN.replace(_STRING, _SHORT_STRING), _FLAGS)
"""As `_TOKEN`, for a text with many quotes that nothing closes: strings are short, so that the time stays linear."""

_CLOSERS = {b"/*": (b"*/", COMMENT), b"{#": (b"#}", COMMENT), b"{%": (b"%}", TAG), b"{{": (b"}}", TEMPLATE)}
_MOST_UNCLOSED = 50
_DEEPEST = 4
_UNQUOTE = {b'"': b'"', b"`": b"`", b"[": b"]"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL: its kind, its byte range, and its text (upper-cased for words, the mark itself for marks)."""

    kind: str
    start: int
    end: int
    text: str


def scan(data: bytes) -> list[Token]:
    """All tokens of a text, in order; the body of a dollar-quoted string is cut into tokens too.

    Around such a body stand two MARK tokens `$`, so that a statement is not ended inside.
    """
    return list(Scanner(data).tokens(0, len(data)))


class Scanner:
    """Cuts one text; what was found to be never closed is not sought again, so that the time stays linear."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._unclosed = 0
        self._lone = 0
        self._pattern = _TOKEN

    def tokens(self, place: int, stop: int, depth: int = 0) -> Iterator[Token]:
        """The tokens between two byte offsets, one at a time."""
        while (match := self._pattern.search(self._data, place, stop)) is not None:
            kind, start = match.lastgroup or "", match.start()
            place = match.end()
            if kind == "lone":
                self._lone += 1
                if self._lone > _MOST_UNCLOSED:
                    self._pattern = _CAREFUL
                continue
            if kind == "open":
                closer, kind = _CLOSERS[match.group()]
                close = self._close(closer, place, stop)
                if close >= 0:
                    place = close + len(closer)
                    yield Token(kind, start, place, "")
            elif kind == "dollar":
                close = self._close(match.group(), place, stop)
                if close >= 0:
                    yield Token(MARK, start, place, "$")
                    if depth < _DEEPEST:
                        yield from self.tokens(place, close, depth + 1)
                    place = close + len(match.group())
                    yield Token(MARK, close, place, "$")
            else:
                yield Token(kind, start, place, _text(kind, match.group()))

    def _close(self, closer: bytes, place: int, stop: int) -> int:
        if self._unclosed > _MOST_UNCLOSED:
            return -1
        found = self._data.find(closer, place, stop)
        self._unclosed += found < 0
        return found


def _text(kind: str, raw: bytes) -> str:
    if kind == WORD:
        return raw.decode("utf-8", "replace").upper()
    return raw.decode("ascii") if kind == MARK else ""


def name_text(token: Token, data: bytes) -> str:
    """The text of a name as the dialect means it: without quotes; a template as `{what stands inside}`."""
    raw = data[token.start : token.end]
    if token.kind == QUOTED and raw[-1:] == _UNQUOTE.get(raw[:1]):
        raw = raw[1:-1]
    text = raw.decode("utf-8", "replace")
    if token.kind == TEMPLATE:
        return "{" + " ".join(text.strip("{}$@-+ \t\n").split()) + "}"
    return text


def statements(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """Tokens without comments and tags, cut at `;` and at breaks; each statement's `;` is left out.

    A `;` between BEGIN and END of a routine, and one between dollar quotes, does not end a statement.
    """
    remaining = iter(tokens)
    while True:
        statement, ended = next_statement(remaining)
        if statement:
            yield [token for token in statement if token.kind not in (COMMENT, TAG)]
        if not ended:
            return


def next_statement(tokens: Iterator[Token]) -> tuple[list[Token], int]:
    """The tokens of the first statement, comments included, and the offset after what ends it, 0 at the text's end.

    No more of `tokens` is taken than that. Comments alone are no statement.
    """
    current: list[Token] = []
    code: list[Token] = []
    quoted = False
    depth = 0
    for token in tokens:
        if token.kind in (COMMENT, TAG):
            current.append(token)
            continue
        if token.kind == MARK and token.text == "$":
            quoted = not quoted
        ends = token.kind == MARK and token.text == ";" and not quoted and depth <= 0
        if ends or (token.kind == BREAK and not quoted):
            return (current if code else []), token.end
        if token.kind == WORD and not quoted:
            depth += _block_step(token.text, code)
        if token.kind != BREAK:
            current.append(token)
            code.append(token)
    return (current if code else []), 0


_ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "PACKAGE", "EVENT"})
_OTHER_OBJECTS = frozenset({"TABLE", "VIEW", "INDEX", "TYPE", "SCHEMA", "DATABASE", "SEQUENCE", "DOMAIN", "STREAM"})
_NOT_BLOCKS = frozenset({"IF", "LOOP", "WHILE", "REPEAT", "FOR"})


def _block_step(word: str, before: Sequence[Token]) -> int:
    """How a word changes the depth of BEGIN ... END blocks in the statement so far."""
    if word not in ("BEGIN", "CASE", "END", *_NOT_BLOCKS) or not is_routine(before):
        return 0
    previous = before[-1].text if before else ""
    if word == "END":
        return -1
    if word in _NOT_BLOCKS:
        return 1 if previous == "END" else 0
    return 0 if previous == "END" else 1


def is_routine(statement: Sequence[Token]) -> bool:
    """Whether a statement begins as the definition of a routine does."""
    if not statement or statement[0].text not in ("CREATE", "ALTER"):
        return False
    words = [token.text for token in statement[1:12] if token.kind == WORD]
    made = next((k for k, word in enumerate(words) if word in _ROUTINES or word in _OTHER_OBJECTS), -1)
    return made >= 0 and words[made] in _ROUTINES and words[made : made + 2] != ["EVENT", "TABLE"]
