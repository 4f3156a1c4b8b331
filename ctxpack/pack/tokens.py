"""Counting tokens exactly, cheaply and without a network: the hard ceiling of a pack rests on this module.

It is the only module that knows tiktoken, and it imports it at the first piece whose count is not cached. The
o200k_base vocabulary is package data, so nothing is downloaded. Three facts carry the design:

* Counts add up exactly over pieces cut after a line feed and before a line whose first character is neither blank nor
  "/". No alternative of the split pattern can match across such a point, and none looks back. So a text is counted
  piece by piece, each piece is looked up by its digest, and the parts of a prompt can be counted on their own.
* The one alternative with a look-ahead keeps a backtracking state for each character, and some hundred thousand blanks
  in a row overflow the matcher, which then panics. `_Encoder` cuts such a run where the pattern would cut it anyway,
  so the count stays exact.
* Llama 4 splits text as o200k does and differs only in its ranks. Those may not be redistributed; they are read from
  the installed `llama_models` package or from a file that the user names. Without them the o200k count stands in.
"""

from __future__ import annotations

import binascii
import hashlib
import importlib.util
import lzma
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ctxpack.errors import BudgetError, ModelError
from ctxpack.model import Budget, ModelProfile

if TYPE_CHECKING:
    import tiktoken

O200K_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""Digest of the plain o200k_base ranks, as published."""

_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_SUFFIX = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
SPLIT_PATTERN = "|".join(
    (
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_SUFFIX}",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_SUFFIX}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
"""How o200k_base and Llama 4 split text before merging bytes."""

_WHOLE = r"(?s:.+)"
_BLANK = r"\t\x0b\x0c \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# A maximal run of blanks that no line end follows: only there is the look-ahead alternative tried. The look-behind
# keeps the search from trying again at every character of a run that fails.
_LONG_BLANK = re.compile(rf"(?<![{_BLANK}])[{_BLANK}]{{50000,}}+(?![\r\n])")
_LONG = 50_000

# Python's \s contains every character that the split pattern calls blank (and four control characters more, where
# not cutting is merely cautious).
_CUT = re.compile(r"(?<=\n)(?=[^\s/])")
_SMALL, _LARGE = 400, 2000

_TOKENIZER_FILE = ("llama_models", "llama4/tokenizer.model")
_MAX_TOKENIZER_BYTES = 64_000_000

DEFAULT_RESERVE = 16_384
"""Tokens kept for the answer where the model can give as many."""


class PieceCache(Protocol):
    """A cache of token counts, kept between runs and keyed by a digest of piece and tokenizer."""

    def get_many(self, digests: Sequence[bytes]) -> Mapping[bytes, int]:
        """The known counts among `digests` (16 bytes each); unknown ones are absent."""
        ...

    def put_many(self, counts: Mapping[bytes, int]) -> None:
        """Store these counts."""
        ...


class MemoryCache:
    """A cache that lives as long as the object."""

    def __init__(self) -> None:
        self._counts: dict[bytes, int] = {}

    def get_many(self, digests: Sequence[bytes]) -> Mapping[bytes, int]:
        """The known counts among `digests`."""
        known = self._counts
        return {digest: known[digest] for digest in digests if digest in known}

    def put_many(self, counts: Mapping[bytes, int]) -> None:
        """Keep these counts."""
        self._counts.update(counts)


def split_pieces(text: str) -> Iterator[str]:
    """Split a text into pieces whose token counts add up exactly to that of the text.

    A piece has a few hundred to a few thousand characters where the text allows it. Cuts prefer an empty line, so that
    after an edit the pieces are the same again from the next definition on, and their counts are in the cache.
    """
    start = 0
    for match in _CUT.finditer(text):
        cut = match.start()
        size = cut - start
        if size >= _LARGE or (size >= _SMALL and text.endswith(("\n\n", "\n\r\n"), start, cut)):
            yield text[start:cut]
            start = cut
    if start < len(text):
        yield text[start:]


class Counter:
    """Counts the tokens of texts for one tokenizer.

    `name` is the vocabulary, with the factor on its counts if there is one; packs depend on it. `exact` says whether
    the counts are the model's own. If not, `margin` is the share of the model's limits to hold back, see `usable`. With
    the factor 1, counts are additive over `split_pieces`; with another factor each count is rounded up, so that a sum
    of parts is never less than the count of the whole.
    """

    def __init__(
        self,
        name: str,
        encoder: Callable[[], Callable[[str], int]],
        *,
        identity: str,
        exact: bool = True,
        factor: float = 1.0,
        margin: float = 0.0,
        cache: PieceCache | None = None,
    ) -> None:
        """`encoder` makes the function that counts a piece, once it is needed; `identity` keys the cache."""
        self.name = name
        self.exact = exact
        self.margin = margin
        self._factor = Fraction(str(factor))
        self._encoder = encoder
        self._encode: Callable[[str], int] | None = None
        self._key = hashlib.blake2b(identity.encode(), digest_size=16).digest()
        self._cache: PieceCache = MemoryCache() if cache is None else cache

    def count(self, text: str) -> int:
        """Tokens of `text`; control strings of a chat template count as plain text, which they are here."""
        return self.count_many((text,))[0]

    def count_many(self, texts: Iterable[str]) -> list[int]:
        """Tokens of each text, with one read and one write of the cache for all of them."""
        pieces = [list(split_pieces(text)) for text in texts]
        digests = [[self._digest(piece) for piece in group] for group in pieces]
        wanted = {
            digest: piece for a, b in zip(digests, pieces, strict=True) for digest, piece in zip(a, b, strict=True)
        }
        known = dict(self._cache.get_many(list(wanted))) if wanted else {}
        missing = [digest for digest in wanted if digest not in known]
        if missing:
            fresh = self._count_pieces({digest: wanted[digest] for digest in missing})
            self._cache.put_many(fresh)
            known.update(fresh)
        return [self._scaled(sum(known[digest] for digest in group)) for group in digests]

    def _count_pieces(self, pieces: Mapping[bytes, str]) -> dict[bytes, int]:
        # The vocabulary takes a quarter of a second to load, so a run that finds every count in the cache never does.
        if self._encode is None:
            self._encode = self._encoder()
        encode = self._encode
        return {digest: encode(piece) for digest, piece in pieces.items()}

    def _digest(self, piece: str) -> bytes:
        raw = piece.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(raw, digest_size=16, key=self._key).digest()

    def _scaled(self, tokens: int) -> int:
        return -(-tokens * self._factor.numerator // self._factor.denominator)


# --- vocabularies -----------------------------------------------------------------------------------------------------


class _Encoder:
    """Counts one piece of text with one vocabulary."""

    def __init__(self, name: str, ranks: dict[bytes, int]) -> None:
        self._name = name
        self._ranks = ranks
        self.encoding = _encoding(name, SPLIT_PATTERN, ranks)
        self._unsplit: tiktoken.Encoding | None = None

    def __call__(self, text: str) -> int:
        total = 0
        while len(text) >= _LONG and (run := _LONG_BLANK.search(text)):
            # The text before the run is split on its own. The run is one match, without its last blank if something
            # follows, since that blank may belong to the next word.
            end = run.end() if run.end() == len(text) else run.end() - 1
            total += len(self.encoding.encode_ordinary(text[: run.start()]))
            total += len(self._whole().encode_ordinary(text[run.start() : end]))
            text = text[end:]
        return total + len(self.encoding.encode_ordinary(text))

    def _whole(self) -> tiktoken.Encoding:
        if self._unsplit is None:
            self._unsplit = _encoding(f"{self._name}-unsplit", _WHOLE, self._ranks)
        return self._unsplit


def _encoding(name: str, pattern: str, ranks: dict[bytes, int]) -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


@lru_cache(maxsize=1)
def _o200k_encoder() -> _Encoder:
    packed = resources.files("ctxpack.data").joinpath("o200k_base.tiktoken.xz").read_bytes()
    plain = lzma.decompress(packed)
    if hashlib.sha256(plain).hexdigest() != O200K_SHA256:
        raise ModelError("the o200k_base vocabulary inside the installed ctxpack is damaged; install it again")
    return _Encoder("o200k_base", _parse_ranks(plain))


def o200k() -> tiktoken.Encoding:
    """The o200k_base encoding without special tokens, built once from package data.

    Raises ModelError when the installed data does not match its digest.
    """
    return _o200k_encoder().encoding


def _parse_ranks(plain: bytes) -> dict[bytes, int]:
    """Ranks from lines of "base64 rank"; raises ValueError where they are no complete byte-pair vocabulary."""
    fields = plain.split()
    if len(fields) % 2:
        raise ValueError("a line has no rank")
    ranks = dict(zip(map(binascii.a2b_base64, fields[::2]), map(int, fields[1::2]), strict=True))
    if sorted(ranks.values()) != list(range(len(fields) // 2)):
        raise ValueError("its ranks are not 0, 1, 2, ... without a gap")
    if not all(bytes((byte,)) in ranks for byte in range(256)):
        raise ValueError("it does not cover every byte")
    return ranks


def _installed_tokenizer_file() -> Path | None:
    """The tokenizer file inside an installed package, found without importing the package."""
    package, inside = _TOKENIZER_FILE
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder, inside)
        if path.is_file():
            return path
    return None


def _counter_from_file(path: Path, cache: PieceCache | None) -> Counter:
    try:
        if path.stat().st_size > _MAX_TOKENIZER_BYTES:
            raise ModelError(f"the tokenizer file {path} is too large to be a vocabulary")
        plain = path.read_bytes()
        ranks = _parse_ranks(plain)
    except OSError as error:
        raise ModelError(f"the tokenizer file {path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ModelError(f"the tokenizer file {path} is not a byte-pair vocabulary: {error}") from error
    digest = hashlib.sha256(plain).hexdigest()
    name = f"llama4:{digest[:12]}"
    return Counter(name, lambda: _Encoder(name, ranks), identity=f"llama4:{digest}", cache=cache)


def counter_for(profile: ModelProfile, tokenizer_file: Path | None = None, cache: PieceCache | None = None) -> Counter:
    """The best counter at hand for a model.

    `tokenizer_file` is a vocabulary that the user named for a Llama 4 model; without it the one of an installed
    `llama_models` package is used, and without that the o200k count stands in: over whole repositories it lies within
    about 1 % of the model's own, for the worst single file of some size 5 to 10 % below. The count is then used as it
    is against a budget given in numbers, and the profile's margin is held back from the model's own limits. For a
    model whose vocabulary is not public, the o200k count times the profile's factor is an estimate from above.

    Raises ModelError when the file cannot be read or is no vocabulary, and for an unknown `profile.tokenizer`.
    """
    if profile.tokenizer == "llama4":
        path = tokenizer_file or _installed_tokenizer_file()
        if path is not None:
            return _counter_from_file(path, cache)
    elif profile.tokenizer not in TOKENIZERS:
        raise ModelError(f"model {profile.name!r} has an unknown tokenizer {profile.tokenizer!r}")
    exact = profile.tokenizer == "o200k_base" and profile.factor == 1 and not profile.margin
    return Counter(
        "o200k_base" if profile.factor == 1 else f"o200k_base*{profile.factor:g}",
        _o200k_encoder,
        identity="o200k_base",
        exact=exact,
        factor=profile.factor,
        margin=profile.margin,
        cache=cache,
    )


TOKENIZERS = ("o200k_base", "llama4", "estimate")
"""The tokenizers that a profile may name."""

# --- budgets ----------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"([0-9]+(?:_[0-9]+)*)(?:\.([0-9]{1,6}))?([kKmM]?)", re.ASCII)
_UNITS = {"": 1, "k": 1000, "m": 1_000_000}


def usable(limit: int, margin: float) -> int:
    """How much of a model's limit may be used by a count that is off by at most `margin`: the limit less that share."""
    return int(limit * (1 - Fraction(str(margin))))


def parse_budget(text: str, profile: ModelProfile, counter: Counter | None = None) -> Budget:
    """Parse a budget for a model.

    A number, with "k" for a thousand or "M" for a million tokens, is a hard ceiling of exactly that many, to be filled
    with whatever has to do with the task. "auto" is bounded by the length up to which the model's quality was measured
    to hold, and ends where relevance does; "max" is the host's limit, filled with all files. Both leave room for the
    answer, and hold back the margin of `counter` (by default the profile's) from the host's limit.

    Raises BudgetError when the text is no budget, or is more than the model takes.
    """
    reserve = reserved_output(profile)
    limit = min(profile.max_input, profile.window - reserve)
    margin = profile.margin if counter is None else counter.margin
    held = usable(limit, margin)
    word = text.strip().lower()
    if word == "auto":
        return Budget(min(profile.effective, held), reserve, "relevance")
    if word == "max":
        return Budget(held, reserve, "window")
    total = parse_tokens(text)
    if total > profile.max_input:
        raise BudgetError(
            f"a budget of {total:,} tokens is more than the {profile.max_input:,} that model {profile.name!r} takes"
        )
    return Budget(total, min(reserve, max(0, profile.window - total)), "candidates")


def reserved_output(profile: ModelProfile) -> int:
    """Tokens of the window to keep for the answer: at most a quarter of it, and no more than the model can give."""
    return min(profile.max_output, DEFAULT_RESERVE, profile.window // 4)


def parse_tokens(text: str) -> int:
    """The number of tokens that `text` states, as 8000, 32k or 1M; raises BudgetError where it states none."""
    shown = text if len(text) <= 40 else text[:40] + "..."
    match = _NUMBER.fullmatch(text.strip()) if len(text) <= 40 else None
    if match is None:
        raise BudgetError(f"{shown!r} is not a token budget: give a number such as 8000, 32k or 1M, or auto, or max")
    whole, part, unit = match[1].replace("_", ""), match[2] or "", match[3].lower()
    total = Fraction(f"{whole}.{part}" if part else whole) * _UNITS[unit]
    if total.denominator != 1 or total <= 0:
        raise BudgetError(f"{shown!r} is not a token budget: it must be a whole number of tokens above zero")
    return int(total)
