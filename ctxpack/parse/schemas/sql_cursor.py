"""A cursor over the tokens of one SQL statement."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.parse.sql.columns import unquoted
from ctxpack.parse.sql.names import Name, closers, dotted, is_mark, word_at
from ctxpack.parse.sql.tokens import STRING, Token


class Cursor:
    """Consumes tokens in order; `at` is the index of the next one."""

    __slots__ = ("_closers", "at", "data", "tokens")

    def __init__(self, tokens: Sequence[Token], data: bytes, at: int = 0) -> None:
        self.tokens, self.data, self.at = tokens, data, at
        self._closers: dict[int, int] | None = None

    @property
    def done(self) -> bool:
        """Whether all tokens are consumed."""
        return self.at >= len(self.tokens)

    def word(self, ahead: int = 0) -> str:
        """The upper-cased word `ahead` tokens after the next one, "" if there is none."""
        return word_at(self.tokens, self.at + ahead)

    def take(self, *words: str) -> bool:
        """Move past these words if they are next."""
        if all(self.word(k) == word for k, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def take_any(self, words: frozenset[str]) -> str:
        """Move past the next word if it is one of these, and return it, else ""."""
        word = self.word()
        if word in words:
            self.at += 1
            return word
        return ""

    def mark(self, mark: str) -> bool:
        """Whether a punctuation mark is next."""
        return not self.done and is_mark(self.tokens[self.at], mark)

    def take_mark(self, mark: str) -> bool:
        """Move past a punctuation mark if it is next."""
        found = self.mark(mark)
        self.at += found
        return found

    def if_exists(self) -> bool:
        """Move past IF EXISTS or IF NOT EXISTS, and return whether it was there."""
        return self.take("IF", "NOT", "EXISTS") or self.take("IF", "EXISTS")

    def name(self) -> Name | None:
        """Consume the next name, which may be any word."""
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
        """Consume the next string literal and return its text."""
        if self.done or self.tokens[self.at].kind != STRING:
            return None
        self.at += 1
        return unquoted(self.tokens[self.at - 1], self.data)

    def closing(self) -> int:
        """The index of the `)` that closes the `(` at the cursor."""
        if self._closers is None:
            self._closers = closers(self.tokens)
        return self._closers.get(self.at, len(self.tokens))

    def group(self) -> tuple[int, int] | None:
        """Move past the next parenthesized group, and return the indices of its `(` and `)`."""
        if not self.mark("("):
            return None
        opening, closing = self.at, self.closing()
        self.at = closing + 1
        return opening, closing
