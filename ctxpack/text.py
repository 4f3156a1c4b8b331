"""Tokenization: how text is split into the tokens that are indexed and searched.

Both sides of a search must tokenize alike, so this one module serves the parser (which makes the documents) and the
ranker (which reads the task). An identifier gives its parts, stemmed, plus the whole identifier if it has more than one
part: `getUserNames` gives `get user name getusernames`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

import Stemmer

WORD = re.compile(r"[^\W\d]\w*")
"""An identifier or a word of prose."""

_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*|[A-Z]+\d*")
_UNSPACED = re.compile(
    r"(?P<chinese>[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)"
    r"|(?P<katakana>[\u30a1-\u30fa\u30fc]+)"
    r"|[\u3041-\u309f\u30a0\u30fb\u30fd-\u30ff]+"
)
"""Runs of the scripts that have no blanks between words: Chinese characters, katakana, hiragana."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONGEST = 64
_LONGEST_UNSPACED = 4096
"""The longest words that are read, in characters; without blanks a whole sentence is one."""
_STEMMER = Stemmer.Stemmer("english")


def well_formed(text: str) -> str:
    r"""The text with U+FFFD in place of each lone surrogate, which cannot be encoded.

    Lone surrogates come from bytes that are not UTF-8 on a command line, or from JSON.

    >>> well_formed("caf\udce9"), well_formed("\ud83d\ude00") == "\U0001f600"
    ('caf\ufffd', True)
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parts(word: str) -> list[str]:
    """The parts of a compound identifier, lower-cased, in order: `HTTPServer_v2` gives `http server v2`."""
    return [part.lower() for part in _pieces(word)]


def is_pair(token: str) -> bool:
    """Whether a token is a pair of Chinese characters: a run of n of them has n - 1 pairs, which overlap.

    >>> is_pair("時間"), is_pair("ab"), is_pair("ローン")
    (True, False, False)
    """
    found = None if token.isascii() else _UNSPACED.fullmatch(token)
    return found is not None and found["chinese"] is not None and len(token) == 2


def _pieces(word: str) -> list[str]:
    """The parts of a word, as they are written."""
    if word.isascii():
        return _PART.findall(word)
    return [piece for run in _runs_of(word) for piece in run]


def _runs_of(word: str) -> Iterator[list[str]]:
    """The parts of a word with letters beyond ASCII, for each run of one script.

    Chinese and Japanese have no blanks between words, so pairs of Chinese characters stand for their words, as is usual
    in search; a run of katakana is one word, and hiragana, in which endings and particles are written, is none.
    """
    start = 0
    for found in _UNSPACED.finditer(word):
        yield _cased(word[start : found.start()])
        start = found.end()
        if run := found["chinese"]:
            yield [run[place : place + 2] for place in range(max(1, len(run) - 1))]
        elif run := found["katakana"]:
            yield [run]
    yield _cased(word[start:])


def _cased(word: str) -> list[str]:
    """The parts of a word as `_PART` finds them, by the case that Unicode gives its letters."""
    shape = "".join("A" if c.isupper() else "a" if c.isalpha() else "0" if c.isdigit() else "_" for c in word)
    return [word[found.start() : found.end()] for found in _PART.finditer(shape)]


def snake(name: str) -> str:
    """A name in snake case.

    >>> snake("OrderLine"), snake("HTTPServer2Go")
    ('order_line', 'http_server2_go')
    """
    return _HUMP.sub("_", name).lower()


@lru_cache(maxsize=1 << 18)
def stem(word: str) -> str:
    """The stem of one lower-case word, by the English Snowball stemmer; short words stay as they are."""
    return _STEMMER.stemWord(word) if len(word) > 3 else word


@lru_cache(maxsize=1 << 18)
def expand(word: str) -> tuple[str, ...]:
    """The tokens of one word: the stems of its parts of two letters or more, then the whole if it is compound.

    >>> expand("getUserNames")
    ('get', 'user', 'name', 'getusernames')
    >>> expand("a"), expand("Orders"), expand("getGrößeÜber")
    ((), ('order',), ('get', 'größe', 'über', 'getgrößeüber'))
    >>> expand("無音時間のデータ")
    ('無音', '音時', '時間', 'データ')
    """
    return tuple(_expanded(word))


def whole(word: str) -> str:
    """The token for a whole word: itself, lower-cased, if it is compound, else its stem; "" where it has no token.

    >>> whole("getUserNames"), whole("Orders"), whole("a")
    ('getusernames', 'order', '')
    """
    return next(reversed(expand(word)), "")


def _expanded(word: str) -> list[str]:
    if len(word) > (_LONGEST if word.isascii() else _LONGEST_UNSPACED):
        return []
    pieces = _pieces(word)
    tokens = [stem(piece.lower()) for piece in pieces if 1 < len(piece) <= _LONGEST]
    if len(pieces) > 1 and (word.isascii() or not _UNSPACED.search(word)):
        tokens.append(word.strip("_").lower())
    return tokens


def tokens(text: str) -> Iterator[str]:
    """All tokens of a text, in order."""
    for word in WORD.findall(text):
        yield from expand(word)


def joined(texts: Iterable[str]) -> str:
    """The tokens of several texts as one space-separated string, as they are indexed."""
    return " ".join(tokens("\n".join(texts)))


# The same for the bytes of whole files, at a fifth of the cost: instead of matching a pattern, it splits at blanks.

_KNOWN = 1 << 17
_LONGEST_KEPT = 4 * _LONGEST  # bytes; sentences without blanks do not occur again
_BLANKS = bytes(code if code >= 0x80 or chr(code).isalnum() or chr(code) == "_" else 0x20 for code in range(256))


class _Runs(dict[bytes, str]):
    """A cache of the tokens of each run of bytes between ASCII separators; most runs are words that occur again."""

    def __missing__(self, run: bytes) -> str:
        if len(self) >= _KNOWN:
            self.clear()
        found = " ".join(chain.from_iterable(map(_expanded, WORD.findall(run.decode("utf-8", "replace")))))
        if len(run) <= _LONGEST_KEPT:
            self[run] = found
        return found


_RUNS = _Runs()


def spaced(data: bytes) -> bytes:
    """UTF-8 text with blanks in place of all ASCII characters that are not part of words; of the same length."""
    return data.translate(_BLANKS)


def joined_spaced(pieces: Sequence[bytes]) -> str:
    """As `joined`, for pieces of text that went through `spaced`.

    >>> joined_spaced([spaced(b"fn(getName)"), spaced("x-Größe 1b".encode())]) == joined(("fn(getName)", "x-Größe 1b"))
    True
    """
    return joined_runs(b" ".join(pieces).split())


def joined_runs(runs: Iterable[bytes]) -> str:
    """As `joined_spaced`, for the runs of bytes between the blanks."""
    return " ".join(filter(None, map(_RUNS.__getitem__, runs)))
