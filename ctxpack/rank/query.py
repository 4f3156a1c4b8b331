"""Parses the text of a task into a `Query`: weighted words, and whatever points at code directly.

People paste identifiers, dotted names, paths, error messages and stack traces into a task. These are recognised by
shape (regular expressions) alone; whether they mean anything in this repository is for the signals to find out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ctxpack import text
from ctxpack.rank import traces
from ctxpack.rank.forms import without_form
from ctxpack.rank.traces import Trace

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are aren as at be because been before being below between both
    but by can cannot could couldn did didn do does doesn doing don down during each few for from further get gets got
    had hadn has hasn have haven having he her here hers him his how i if in into is isn it its itself just let like me
    more most my need needs no nor not now of off on once one only or other our ours out over own please same shall she
    should shouldn so some such than that the their them then there these they this those through to too under until up
    use used uses using very via want wants was wasn way we were weren what when where which while who whom why will
    with won would wouldn you your""".split()
)  # fmt: skip
"""Words that say nothing about where a change belongs."""

TASK_WORDS = frozenset(
    """add adds added adding allow allows bug change changed changes chore close closes co author authored by commit
    docs ensure feat feature fix fixed fixes fixing http https com github org www implement improve issue make makes
    merge minor move moved pr pull refactor release remove removed removes rename renamed request resolve resolves
    support supports update updated updates upgrade""".split()
)  # fmt: skip
"""Words that say what is to be done rather than where; they count for less."""

_MOST_PAIRS = 40

_PAIR_WEIGHT = 0.5
"""The weight of a pair of Chinese characters, next to 1 for a word: about every other pair of a run is one."""

_PATH = re.compile(r"(?<![\w/.@-])(?:[\w.@-]+/)+[\w.@-]+|(?<![\w/.@-])[\w-]+\.[A-Za-z]{1,5}\b(?![\w(])")
_CODE = re.compile(r"(?<!`)`+([^`\n]{2,120})`+")
_IDENTIFIER = re.compile(r"(?<![\w.])[A-Za-z_$][\w$]*(?:(?:\.|::|->|#)[A-Za-z_$][\w$]*)*(?:\(\))?")
_COMPOUND = re.compile(r"[a-z0-9][A-Z]|_[A-Za-z0-9]|[A-Z]{2,}[a-z]|[.:#>]|\(\)$")
_FORGE = re.compile(
    r"https?://[^\s/]+/[^\s/]+/[^\s/]+/(?:-/)?(?:blob|blame|tree)/[^\s/]+/([^\s#?)>\]]+)(?:#L(\d+)[-L\d]*)?"
)
_URL = re.compile(r"\b(?:https?|ftp)://[^\s)>\]]+")
_TICKET = re.compile(r"^[^\w\n]*[A-Z][A-Z0-9]+-\d+\b|[\[(][A-Z][A-Z0-9]+-\d+[\])]", re.MULTILINE)
"""An issue key such as PROJ-123, at the start of a line or in brackets; elsewhere it may be a name such as SHA-256."""

_TRAILERS = re.compile(r"^(?:[a-z-]+-(?:by|id|revid)|reviewed-on):.*$", re.IGNORECASE | re.MULTILINE)
"""Trailers of a commit message, such as "Reviewed-by: ...", which say who and which, not what."""

_NUMBERED = re.compile(r"\b([^\W\d_]{2,})[ /-](\d{1,5})\b")
"""A name with a number, in two words: "Code 128", "UTF-8", "HTTP/2"; in code it is one ("code128", "utf8")."""

_HASH = re.compile(r"\b(?=[0-9]*[a-f])(?=(?:[a-f]*[0-9]){2})[0-9a-f]{7,40}\b")
"""A commit hash, which is no word."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed task, as the signals read it.

    `terms` are (token, weight) pairs, heaviest first, and `title` those of the first line alone. `pairs` are the tokens
    of adjacent words. `identifiers` are names that look like code, dotted names whole; `quoted` are those that stood
    between backticks. `said` are all words, as written, that are neither stop words nor task words. `paths` are strings
    that look like paths, and `traces` the frames of its stack traces. `written` maps each token to the word of the task
    it came from, for display.
    """

    terms: tuple[tuple[str, float], ...] = ()
    title: tuple[tuple[str, float], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    identifiers: tuple[str, ...] = ()
    quoted: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def about_tests(self) -> bool:
        """Whether the task mentions tests, so that tests may be what is to be edited."""
        return any(term in ("test", "spec") for term, _ in self.terms)


def read(task: str, *, title_weight: float = 1.5, task_word_weight: float = 0.35) -> Query:
    """Parse a task. A word of the first line counts `title_weight` times, a word of TASK_WORDS `task_word_weight`."""
    cleaned = _cleaned(task)
    identifiers, quoted = _identifiers(cleaned)
    return Query(
        terms=_terms(cleaned, title_weight, task_word_weight),
        title=_terms(cleaned.strip().partition("\n")[0], 1.0, task_word_weight),
        pairs=_pairs(cleaned),
        identifiers=identifiers,
        quoted=quoted,
        said=_said(cleaned) | quoted,
        paths=tuple(dict.fromkeys(match.strip("./") for match in _PATH.findall(cleaned))),
        traces=traces.read(cleaned),
        written=_written(cleaned),
    )


def _cleaned(task: str) -> str:
    """A task without its form, trailers, URLs, issue keys and hashes; links to files on a code host become paths."""
    plain = _TRAILERS.sub("", without_form(_without_comments(task)))
    return _HASH.sub(" ", _TICKET.sub(" ", _URL.sub(" ", _FORGE.sub(_linked, plain))))


def _without_comments(task: str) -> str:
    """A task without HTML comments: instructions in an issue template for those who fill it in."""
    kept, rest = [], task
    while (opened := rest.find("<!--")) >= 0 and (closed := rest.find("-->", opened)) >= 0:
        kept.append(rest[:opened])
        rest = rest[closed + len("-->") :]
    return " ".join([*kept, rest])


def _said(task: str) -> frozenset[str]:
    return frozenset(word for word in text.WORD.findall(task) if word.lower() not in STOP_WORDS | TASK_WORDS)


def _written(task: str) -> dict[str, str]:
    """For each token the shortest word, or part of a compound word, that it came from; the first of equals."""
    words: dict[str, str] = {}
    for word in text.WORD.findall(task):
        for part in {word: None} | dict.fromkeys(text.parts(word)):
            for token in text.expand(part)[-1:]:
                if token not in words or len(part) < len(words[token]):
                    words[token] = part.lower()
    return words


def _linked(match: re.Match[str]) -> str:
    """The path (and line) that a link to a file on a code host leads to."""
    path, line = match.groups()
    return f" {path}:{line} " if line else f" {path} "


def _terms(task: str, title_weight: float, task_word_weight: float) -> tuple[tuple[str, float], ...]:
    title, _, body = task.strip().partition("\n")
    counts: Counter[str] = Counter()
    for part, weight in ((title, title_weight), (body, 1.0)):
        for word in (*text.WORD.findall(part), *_numbered(part)):
            lower = word.lower()
            if lower in STOP_WORDS:
                continue
            worth = weight * (task_word_weight if lower in TASK_WORDS else 1.0)
            for token in text.expand(word):
                if token not in STOP_WORDS:
                    counts[token] += worth * (_PAIR_WEIGHT if text.is_pair(token) else 1.0)  # type: ignore[assignment]
    weighted = [(token, math.log1p(count)) for token, count in counts.items()]
    return tuple(sorted(weighted, key=lambda pair: (-pair[1], pair[0])))


def _numbered(task: str) -> list[str]:
    """The names with numbers of a task, each as one word.

    >>> _numbered("Read Code 128 as UTF-8")
    ['Code128', 'UTF8']
    """
    return [f"{name}{number}" for name, number in _NUMBERED.findall(task)]


def _pairs(task: str) -> tuple[tuple[str, str], ...]:
    """The first pairs of adjacent tokens within a line, neither of them a stop word."""
    pairs: dict[tuple[str, str], None] = {}
    for line in task.splitlines():
        words = text.WORD.findall(_NUMBERED.sub(r"\1\2", line))
        tokens = [token for word in words for token in text.expand(word) if "_" not in token]
        for left, right in pairwise(tokens):
            if left != right and left not in STOP_WORDS and right not in STOP_WORDS:
                pairs[left, right] = None
    return tuple(pairs)[:_MOST_PAIRS]


def _identifiers(task: str) -> tuple[tuple[str, ...], frozenset[str]]:
    quoted: list[str] = []
    for code in _CODE.findall(task):
        quoted.extend(found for found in _IDENTIFIER.findall(code) if len(found) > 2)
    loose = [found for found in _IDENTIFIER.findall(task) if len(found) > 2 and _COMPOUND.search(found)]
    names = [_dotted(name) for name in quoted + loose]
    kept = dict.fromkeys(name for name in names if name.lower() not in STOP_WORDS and not name.endswith("."))
    return tuple(kept), frozenset(map(_dotted, quoted))


def _dotted(name: str) -> str:
    """An identifier with dots as separators, whatever its language writes: "a.b" for "a::b()"."""
    return name.removesuffix("()").replace("::", ".").replace("->", ".").replace("#", ".")
