"""Splits a SQL file into the statements that can affect schemas, skipping all others.

Dumps hold far more data than definitions, so a statement is tokenized only if its first word calls for it: INSERT, COPY
and the like are skipped by one search in the bytes. Scripts without semicolons, blocks such as `DO $$ ... $$` and
`IF ... THEN ... END IF`, and executed strings are cut at the words that begin a definition. Routines are ignored, since
their statements run only when called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctxpack.parse.sql.names import is_mark, word_at
from ctxpack.parse.sql.tokens import COMMENT, STRING, TAG, WORD, Scanner, Token, is_routine, next_statement

_BLANK = re.compile(
    rb"""(?: [\s;]++ | \xef\xbb\xbf | --[^\n]*+ | \#[^\n]*+ | /\*.*?\*/ | \{%.*?%\} | \{\#.*?\#\}
           | \\[^\n]*+ | (?<![^\n])(?:GO(?:[ \t]+\d+)?|/)[ \t]*+\r?(?=\n|\Z) )++""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_HEAD = re.compile(rb"[A-Za-z]+")
_DATA = re.compile(
    rb"""(?: [^;'"`$\-/\n\\]++
           | '[^'\\\n]*+\\'(?=\s*+[,)])      # a path that ends in a backslash, where it escapes nothing
           | '(?:[^'\\]++|''|\\.)*+(?:'|\Z)
           | "(?:[^"\n]++|"")*+" | `[^`\n]*+` | --[^\n]*+ | /\*.*?\*/
           | \n(?![ \t]*+(?:GO[ \t]*+\r?$|(?:DELIMITER|CREATE|ALTER|DROP|EXEC|COMMENT[ \t]ON)\b))
           | [^;\n]
         )*+;?""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
_STDIN = re.compile(rb"COPY\b[^;']{1,20000}?\bFROM\s+STDIN\b[^;]*;", re.IGNORECASE)
_END_OF_DATA = re.compile(rb"^\\\.[ \t]*\r?$", re.MULTILINE)
_DELIMITER = re.compile(rb"DELIMITER[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_PASSED = frozenset(
    b"""insert update delete select with values merge grant revoke lock unlock truncate analyze vacuum call print
    refresh start commit rollback savepoint pragma cluster reindex load optimize explain show describe raiserror prompt
    deny flush checkpoint reset discard listen notify put get remove list unload""".split()
)
_SETTINGS = frozenset({b"use", b"set"})
_OBJECTS = frozenset(
    {"TABLE", "VIEW", "INDEX", "DOMAIN", "TYPE", "SCHEMA", "DATABASE", "STREAM", "PROJECTION", "KEYSPACE"}
)
_ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "PACKAGE", "EVENT"})
_STARTS = frozenset({"THEN", "BEGIN", "ELSE", "LOOP", "DO"})
_FIRST = frozenset({"CREATE", "ALTER", "DROP", "COMMENT", "RENAME", "EXEC", "EXECUTE", "REPLACE"})
_ENDS = frozenset(
    """INSERT UPDATE DELETE SELECT EXEC EXECUTE PRINT IF GRANT DECLARE BEGIN END MERGE TRUNCATE RETURN EXCEPTION COMMIT
    GO CALL""".split()
)
_GOES_ON = frozenset({"ON", "AS", "OR", "BEFORE", "AFTER", "FOR"})
_HEAD_WORDS = 8
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's tokens without comments; `docs` are the end-of-line comments by the offset of their line."""

    tokens: Sequence[Token]
    docs: Mapping[int, str]


def statements(data: bytes) -> Iterator[Statement]:
    """The statements that create, alter or drop something, and USE and SET, in order."""
    yield from _Splitter(data).within(0, len(data))


class _Splitter:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._scanner = Scanner(data)

    def within(self, place: int, stop: int) -> Iterator[Statement]:
        """The statements between two offsets."""
        while place < stop:
            blank = _BLANK.match(self._data, place, stop)
            place = blank.end() if blank else place
            head = _HEAD.match(self._data, place, stop)
            word = head.group().lower() if head else b""
            if word in _PASSED or (word == b"replace" and self._data[place : place + 13].lower().endswith(b" into")):
                place = self._after_data(place, stop)
            elif word == b"copy":
                place = self._after_copy(place, stop)
            elif word == b"delimiter" and (match := _DELIMITER.match(self._data, place, stop)):
                place, inner = self._delimited(match, stop)
                for first, last in inner:
                    yield from self.within(first, last)
            elif place < stop:
                tokens, end = next_statement(self._scanner.tokens(place, stop))
                place = end or stop
                yield from self._parts(tokens, 0)

    def _after_data(self, place: int, stop: int) -> int:
        match = _DATA.match(self._data, place, stop)
        return max(match.end() if match else stop, place + 1)

    def _after_copy(self, place: int, stop: int) -> int:
        match = _STDIN.match(self._data, place, stop)
        if match is None:
            return self._after_data(place, stop)
        end = _END_OF_DATA.search(self._data, match.end(), stop)
        return end.end() if end else match.end()

    def _delimited(self, match: re.Match[bytes], stop: int) -> tuple[int, list[tuple[int, int]]]:
        """The end of the scope of a `DELIMITER x`, and the ranges between the delimiters up to there."""
        mark = match.group(1)
        if mark == b";":
            return match.end(), []
        following = _DELIMITER.search(self._data, match.end(), stop)
        end = following.start() if following else stop
        ranges = []
        place = match.end()
        while place < end:
            found = self._data.find(mark, place, end)
            ranges.append((place, found if found >= 0 else end))
            place = found + len(mark) if found >= 0 else end
        return end, ranges

    def _parts(self, tokens: Sequence[Token], depth: int) -> Iterator[Statement]:
        """A statement cut at the words that begin a definition."""
        code = [token for token in tokens if token.kind not in (COMMENT, TAG)]
        if not code or is_routine(code):
            return
        docs = self._docs(tokens)
        inside_block = word_at(code, 0) == "DO"
        starts = list(_starts(code, inside_block=inside_block))
        for number, start in enumerate(starts):
            stop = starts[number + 1] if number + 1 < len(starts) else len(code)
            part = code[start : self._stop(code, start, stop)]
            if part[0].text in ("EXEC", "EXECUTE") and (literal := _literal(part)) is not None and depth < _DEEPEST:
                inner, _ = next_statement(self._scanner.tokens(literal.start + 1, literal.end - 1))
                yield from self._parts(inner, depth + 1)
            elif not is_routine(part):
                yield Statement(part, docs)

    def _stop(self, code: Sequence[Token], start: int, stop: int) -> int:
        """The end of a part: a `;`, or a line that begins with the first word of another statement."""
        depth = 0
        ends_early = code[start].text in ("CREATE", "ALTER", "DROP")
        for index in range(start + 1, stop):
            token = code[index]
            depth += is_mark(token, "(") - is_mark(token, ")")
            if depth <= 0 and (is_mark(token, ";") or is_mark(token, "$")):
                return index
            if not ends_early or depth > 0 or token.kind != WORD or token.text not in _ENDS:
                continue
            before = code[index - 1]
            if b"\n" in self._data[before.end : token.start] and before.text not in _GOES_ON and before.text != ",":
                return index
        return stop

    def _docs(self, tokens: Sequence[Token]) -> dict[int, str]:
        docs: dict[int, str] = {}
        before: Token | None = None
        for token in tokens:
            if token.kind != COMMENT:
                before = token
            elif before is not None and b"\n" not in self._data[before.end : token.start]:
                line_start = self._data.rfind(b"\n", 0, before.end) + 1
                docs[line_start] = _cleaned(self._data[token.start : token.end])
        return docs


def _cleaned(comment: bytes) -> str:
    text = comment.decode("utf-8", "replace")
    return " ".join(text.strip().lstrip("-/*#{").rstrip("*/#}").split())


def _literal(part: Sequence[Token]) -> Token | None:
    """The string of `EXEC('...')`, `EXECUTE IMMEDIATE '...'`, `EXEC sp_executesql N'...'`."""
    named = part[1:5]
    if any(token.text == "SP_RENAME" for token in named):
        return None
    return next((token for token in named if token.kind == STRING), None)


def _starts(code: Sequence[Token], *, inside_block: bool) -> Iterator[int]:
    """The indices of the words that begin definitions in a statement."""
    depth = 0
    in_routine = False
    for index, token in enumerate(code):
        if token.kind != WORD:
            depth += is_mark(token, "(") - is_mark(token, ")")
            continue
        if depth > 0 or in_routine or token.text not in _FIRST:
            if index == 0 and token.text.lower().encode() in _SETTINGS:
                yield 0
            continue
        before = code[index - 1] if index else None
        opens = before is None or before.text in _STARTS or (inside_block and before.text in (";", "$"))
        if opens or (before is not None and before.text not in (",", "GRANT", ".") and _is_plain_start(code, index)):
            in_routine = is_routine(code[index : index + _HEAD_WORDS + 4])
            yield index


def _is_plain_start(code: Sequence[Token], index: int) -> bool:
    """Whether a word inside a statement can only begin another one: `CREATE TABLE`, `EXEC sp_rename`."""
    word = code[index].text
    following = word_at(code, index + 1)
    if word in ("ALTER", "DROP"):
        return following in ("TABLE", "VIEW", *_ROUTINES)
    if word == "COMMENT":
        return following == "ON"
    if word in ("EXEC", "EXECUTE"):
        return index + 1 < len(code) and code[index + 1].kind == WORD and following not in ("FUNCTION", "PROCEDURE")
    if word != "CREATE":
        return False
    words = [word_at(code, k) for k in range(index + 1, index + _HEAD_WORDS)]
    return any(one in _OBJECTS or one in _ROUTINES for one in words)
