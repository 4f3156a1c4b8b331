"""A place in the tokens of one SQL statement, moved on by what is expected there."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.parse.sql.columns import unquoted
from ctxpack.parse.sql.names import Name, closers, dotted, is_mark, word_at
from ctxpack.parse.sql.tokens import STRING, Token


class Cursor:
    """Reads tokens in order; `at` is the index of the next one."""

    __slots__ = ("_closers", "at", "data", "tokens")

    def __init__(self, tokens: Sequence[Token], data: bytes, at: int = 0) -> None:
        self.tokens, self.data, self.at = tokens, data, at
        self._closers: dict[int, int] | None = None

    @property
    def done(self) -> bool:
        """Whether all tokens were read."""
        return self.at >= len(self.tokens)

    def word(self, ahead: int = 0) -> str:
        """The upper-cased word at the place or so many tokens ahead of it, "" where there is none."""
        return word_at(self.tokens, self.at + ahead)

    def take(self, *words: str) -> bool:
        """Move past these words if they are next."""
        if all(self.word(k) == word for k, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def take_any(self, words: frozenset[str]) -> str:
        """Move past a word if it is one of these; the word, or ""."""
        word = self.word()
        if word in words:
            self.at += 1
            return word
        return ""

    def mark(self, mark: str) -> bool:
        """Whether a mark is next."""
        return not self.done and is_mark(self.tokens[self.at], mark)

    def take_mark(self, mark: str) -> bool:
        """Move past a mark if it is next."""
        found = self.mark(mark)
        self.at += found
        return found

    def if_exists(self) -> bool:
        """Move past IF EXISTS or IF NOT EXISTS; whether it stood there."""
        return self.take("IF", "NOT", "EXISTS") or self.take("IF", "EXISTS")

    def name(self) -> Name | None:
        """The name that is next, any word taken for one."""
        if self.done:
            return None
        token = self.tokens[self.at]
        if token.kind == STRING:
            self.at += 1
            text = unquoted(token, self.data)
            return Name((text,), token.start, token.end, token.start, self.at) if text else None
        found = dotted(self.tokens, self.at, self.data, any_word=True)
        if found is not None:
            self.at = found.stop
        return found

    def string(self) -> str | None:
        """The text of the string literal that is next."""
        if self.done or self.tokens[self.at].kind != STRING:
            return None
        self.at += 1
        return unquoted(self.tokens[self.at - 1], self.data)

    def closing(self) -> int:
        """The index of the `)` that closes the `(` at the place."""
        if self._closers is None:
            self._closers = closers(self.tokens)
        return self._closers.get(self.at, len(self.tokens))

    def group(self) -> tuple[int, int] | None:
        """The indices of the `(` that is next and of its `)`, and move past both."""
        if not self.mark("("):
            return None
        opening, closing = self.at, self.closing()
        self.at = closing + 1
        return opening, closing
