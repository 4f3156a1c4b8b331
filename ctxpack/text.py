"""Words: how text is cut into the tokens that are indexed and searched.

Both sides of a search must cut alike, so that this one module serves the parser (which makes the documents) and the
ranker (which reads the task). An identifier gives its parts, stemmed, and beside them itself, exact, where it has
more than one part: `getUserNames` gives `get user name getusernames`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

WORD = re.compile(r"[^\W\d]\w*")
"""An identifier or a word of prose."""

_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*|[A-Z]+\d*|[^\W\d_a-zA-Z]+")
_LONGEST = 64
_STEMMER = Stemmer.Stemmer("english")


def parts(word: str) -> list[str]:
    """The parts of a compound identifier, lower-cased, in order: `HTTPServer_v2` gives `http server v2`."""
    return [part.lower() for part in _PART.findall(word)]


@lru_cache(maxsize=1 << 18)
def stem(word: str) -> str:
    """The stem of one lower-case word, by the English Snowball stemmer; short words stay as they are."""
    return _STEMMER.stemWord(word) if len(word) > 3 else word


@lru_cache(maxsize=1 << 18)
def expand(word: str) -> tuple[str, ...]:
    """The tokens of one word: the stems of its parts of two letters or more, then the whole if it is compound.

    >>> expand("getUserNames")
    ('get', 'user', 'name', 'getusernames')
    >>> expand("a"), expand("Orders")
    ((), ('order',))
    """
    if len(word) > _LONGEST:
        return ()
    pieces = parts(word)
    tokens = tuple(stem(piece) for piece in pieces if len(piece) > 1)
    if len(pieces) > 1:
        tokens += (word.strip("_").lower(),)
    return tokens


def tokens(text: str) -> Iterator[str]:
    """All tokens of a text, in order."""
    for word in WORD.findall(text):
        yield from expand(word)


def joined(texts: Iterable[str]) -> str:
    """The tokens of several texts as one space-separated string, the form in which they are indexed."""
    return " ".join(filter(None, map(_expanded, WORD.findall("\n".join(texts)))))


@lru_cache(maxsize=1 << 16)
def _expanded(word: str) -> str:
    return " ".join(expand(word))
