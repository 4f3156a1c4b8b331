"""A small tokenizer for block-structured schema languages: protobuf, Thrift, GraphQL and Terraform.

Every token has its line and the comments before it, which document what follows. `Cursor` walks the tokens; blocks and
lists are skipped without recursion, so no nesting is too deep.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["name", "text", "number", "sign", "end"]

MOST_TOKENS = 600_000

_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*)"
    r'|(?P<block>"""(?:[^\\]|\\.)*?(?:"""|\Z))'
    r"|<<[-~]?(?P<mark>\w+)[ \t]*\r?\n(?P<heredoc>.*?)(?:^[ \t]*(?P=mark)\b|\Z)"
    r'|(?P<text>"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?)'
    r"|(?P<name>[A-Za-z_][\w.]*)"
    r"|(?P<number>[-+]?\d[\w.]*)"
    r"|(?P<sign>\S)",
    re.DOTALL | re.MULTILINE,
)
_OPENING, _CLOSING = ("{", "[", "("), ("}", "]", ")")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `doc` is the text of the comments right before it, `last_line` the line on which it ends."""

    kind: TokenKind
    text: str
    line: int
    doc: str = ""
    last_line: int = 0

    @property
    def sign(self) -> str:
        """The token's text if it is a sign, else ""."""
        return self.text if self.kind == "sign" else ""


END = Token("end", "", 0)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text; `remarks` are the end-of-line comments by line; `whole` is False if the text was cut."""

    tokens: Sequence[Token]
    remarks: dict[int, str]
    whole: bool = True


def tokens(source: str) -> Tokens:
    """The tokens of a text."""
    starts = [match.end() for match in re.finditer("\n", source)]
    found: list[Token] = []
    remarks: dict[int, str] = {}
    docs: list[str] = []
    doc_end = 0
    for match in _TOKEN.finditer(source):
        line = bisect_right(starts, match.start()) + 1
        last = line if match.lastgroup in ("name", "sign", "number") else bisect_right(starts, match.end() - 1) + 1
        if match["comment"] is not None:
            words = _comment(match["comment"])
            if found and found[-1].last_line == line:
                remarks[line] = words
            else:
                docs = [*docs, words] if docs and line <= doc_end + 1 else [words]
                doc_end = last
            continue
        doc = "\n".join(docs).strip() if docs and line <= doc_end + 1 else ""
        docs = []
        found.append(_made(match, line, last, doc))
        if len(found) > MOST_TOKENS:
            return Tokens(found, remarks, whole=False)
    return Tokens(found, remarks)


def _made(match: re.Match[str], line: int, last: int, doc: str) -> Token:
    kind = match.lastgroup
    if kind == "block":
        return Token("text", " ".join(match[0].strip('"').split()), line, doc, last)
    if match["heredoc"] is not None:
        return Token("text", match["heredoc"], line, doc, last)
    if kind == "text":
        return Token("text", _unquoted(match["text"]), line, doc, last)
    return Token("name" if kind == "name" else "number" if kind == "number" else "sign", match[0], line, doc, last)


def _comment(raw: str) -> str:
    inner = raw.removeprefix("/*").removesuffix("*/") if raw.startswith("/*") else raw.lstrip("/#")
    return " ".join(line.strip().lstrip("*").strip() for line in inner.strip("*! \t").split("\n")).strip()


def _unquoted(raw: str) -> str:
    inner = raw[1:-1] if len(raw) > 1 and raw[-1] == raw[0] else raw[1:]
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), inner) if "\\" in inner else inner


class Cursor:
    """A position among tokens. Reading past the end never raises, but yields `END` tokens."""

    def __init__(self, source: Tokens) -> None:
        self._tokens = source.tokens
        self._remarks = source.remarks
        self._at = 0

    @property
    def here(self) -> Token:
        """The next token."""
        return self._tokens[self._at] if self._at < len(self._tokens) else END

    @property
    def done(self) -> bool:
        """Whether all tokens are consumed."""
        return self._at >= len(self._tokens)

    def ahead(self, count: int) -> Token:
        """The token `count` places after the next one."""
        at = self._at + count
        return self._tokens[at] if at < len(self._tokens) else END

    def take(self) -> Token:
        """Consume the next token and return it."""
        token = self.here
        self._at += 1
        return token

    def took(self, text: str) -> bool:
        """Consume the next token if it is this sign or name, and return whether it was."""
        if self.here.text == text and self.here.kind in ("name", "sign"):
            self._at += 1
            return True
        return False

    def name(self) -> str:
        """Consume a name and return it; "" if there is none."""
        return self.take().text if self.here.kind == "name" else ""

    def remark(self, line: int) -> str:
        """The comment at the end of a line."""
        return self._remarks.get(line, "")

    def skip_to(self, *signs: str) -> Token:
        """Move to the next of these signs outside brackets opened on the way, or to the end."""
        while not self.done:
            if self.here.sign in signs:
                break
            if self.here.sign in _OPENING:
                self.skip_block()
                continue
            self._at += 1
        return self.here

    def skip_block(self) -> None:
        """Consume a bracketed block, or a single token if it is not an opening bracket."""
        depth = 0
        while not self.done:
            token = self.take()
            if token.sign in _OPENING:
                depth += 1
            elif token.sign in _CLOSING:
                depth -= 1
            if depth <= 0:
                break

    def bracketed(self) -> str:
        """Consume `<...>`, with the cursor at the `<`, and return its text as written but without blanks."""
        parts: list[str] = []
        depth = 0
        while not self.done:
            token = self.take()
            if token.sign in ("{", "}", ";"):
                break
            parts.append(", " if token.text == "," else token.text)
            depth += {"<": 1, ">": -1}.get(token.sign, 0)
            if depth <= 0:
                break
        return "".join(parts)
