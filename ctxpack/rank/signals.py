"""The signals: each says of some files how much, by its lights, a task is about them, and because of what.

A signal is a function from the query and the corpus to scores by path. Scores of one signal are comparable with each
other; what a signal is worth beside the others is in `weights.json`. Formulas: BM25 over weighted fields after
Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (2004), with one length
normalisation for the file.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ctxpack import text
from ctxpack.model import Target
from ctxpack.rank.corpus import Corpus
from ctxpack.rank.lexical import Named, by_file, idf
from ctxpack.rank.query import STOP_WORDS, Query


@dataclass(frozen=True, slots=True)
class Evidence:
    """A score, and what it rests on in a few words."""

    score: float
    because: str


Scores = dict[str, Evidence]

_K1 = 1.2
_B = 0.4
_SIMILAR_COMMITS = 40
_FEW_NAMES = 6


def words(query: Query, corpus: Corpus, field_weights: tuple[float, float, float]) -> Scores:
    """BM25F of the task's words over names, documentation and code of each file."""
    statistics = corpus.statistics
    mean = sum(statistics.mean_lengths) or 1.0
    sums: dict[str, float] = defaultdict(float)
    best: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for term, weight in query.terms:
        counts = by_file(corpus.postings(term))
        rarity = idf(statistics.files, len(counts))
        for path, found in counts.items():
            frequency = sum(w * c for w, c in zip(field_weights, found, strict=True))
            norm = 1 - _B + _B * sum(statistics.lengths[path]) / mean
            worth = weight * rarity * frequency / (frequency + _K1 * norm)
            sums[path] += worth
            best[path].append((-worth, term))
    return {path: Evidence(score, _named(best[path], query)) for path, score in sums.items()}


def path_words(query: Query, corpus: Corpus) -> Scores:
    """The task's words that stand in the path itself, by their rarity among paths."""
    holding: Counter[str] = Counter(token for tokens in corpus.path_tokens.values() for token in tokens)
    wanted = {term: weight * idf(len(corpus.files), holding[term]) for term, weight in query.terms if holding[term]}
    scores: Scores = {}
    for path, tokens in corpus.path_tokens.items():
        found = sorted((-wanted[token], token) for token in tokens if token in wanted)
        if found:
            scores[path] = Evidence(-sum(worth for worth, _ in found), _named(found, query))
    return scores


def definitions(query: Query, corpus: Corpus) -> tuple[Scores, dict[tuple[str, str], Evidence]]:
    """Files, and symbols by (path, qualname), that define what the task names; the rarer the name the more."""
    files: dict[str, list[tuple[float, str]]] = defaultdict(list)
    symbols: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for identifier in query.identifiers:
        found = _defined(identifier, corpus)
        paths = {named.path for named in found}
        if not found or len(paths) > 30:
            continue
        worth = (1.0 if identifier in query.quoted else 0.8) / math.sqrt(len(paths))
        for path in sorted(paths):
            files[path].append((-worth, identifier))
        for named in found:
            symbols[named.path, named.qualname].append((-worth, identifier))
    return (
        {path: Evidence(_saturated(found), "defines " + _named(found)) for path, found in files.items()},
        {key: Evidence(_saturated(found), "is named: " + _named(found)) for key, found in symbols.items()},
    )


def _defined(identifier: str, corpus: Corpus) -> list[Named]:
    owner, _, name = identifier.rpartition(".")
    found = [named for named in corpus.index.named(name) if named.kind not in ("section", "key")]
    if not owner:
        return found
    last = owner.rpartition(".")[2]
    owned = [n for n in found if last in n.qualname.split(".")[:-1] or last in n.path.replace(".", "/").split("/")]
    if owned:
        return owned
    return found if len({named.path for named in found}) <= 2 else []


def mentions(query: Query, corpus: Corpus) -> Scores:
    """Files whose path, or the end of it, is written in the task; several that fit share the credit."""
    return _by_suffix(((path, 1.0, "its path is in the task") for path in query.paths), corpus)


def frames(query: Query, corpus: Corpus) -> tuple[Scores, dict[tuple[str, str], Evidence]]:
    """Files and symbols that stand in a stack trace of the task; the innermost frame counts most."""
    files = _by_suffix(
        ((frame.path, 1.0 / math.sqrt(1 + rank), f"line {frame.line} is in the stack trace")
         for rank, frame in enumerate(reversed(query.frames))), corpus,
    )  # fmt: skip
    symbols: dict[tuple[str, str], Evidence] = {}
    for frame in query.frames:
        for path in _matching(frame.path, corpus)[:3]:
            inner = [n for n in corpus.index.symbols_of(path) if n.span[0] <= frame.line <= n.span[1]]
            if inner and (not frame.function or inner[-1].name in frame.function):
                symbols[path, inner[-1].qualname] = Evidence(1.0, f"line {frame.line} is in the stack trace")
    return files, symbols


def history(query: Query, corpus: Corpus) -> Scores:
    """Files that past commits with a similar message touched, by the cosine of the messages' words."""
    wanted = dict(query.terms)
    documents = [frozenset(text.tokens(commit.message)) - STOP_WORDS for commit in corpus.commits]
    holding: Counter[str] = Counter(token for tokens in documents for token in tokens)
    similar = []
    for index, tokens in enumerate(documents):
        shared = [token for token in sorted(tokens) if token in wanted]
        if not shared or not corpus.commits[index].paths:
            continue
        worth = sum(wanted[token] * idf(len(documents), holding[token]) for token in shared)
        similar.append((-worth / math.sqrt(4 + len(tokens)), index))
    sums: dict[str, float] = defaultdict(float)
    reason: dict[str, str] = {}
    for negative, index in sorted(similar)[:_SIMILAR_COMMITS]:
        commit = corpus.commits[index]
        for path in commit.paths:
            if path in corpus.files:
                sums[path] += -negative / math.sqrt(len(commit.paths))
                reason.setdefault(path, commit.message.partition("\n")[0][:60])
    return {path: Evidence(score, f'touched by "{reason[path]}"') for path, score in sums.items()}


def given(target: Target) -> Scores:
    """Files that the caller named, or that the diff touches."""
    scores = {change.path: Evidence(1.0, f"{change.status} in the diff") for change in target.changes}
    scores.update((path, Evidence(1.0, "named as target")) for path in target.paths)
    scores.update((path, Evidence(1.0, f"target {name}")) for path, name in target.symbols)
    return scores


def _by_suffix(wanted: Iterable[tuple[str, float, str]], corpus: Corpus) -> Scores:
    scores: Scores = {}
    for written, worth, because in wanted:
        found = _matching(written, corpus)
        for path in found[:8]:
            share = worth / math.sqrt(len(found))
            if path not in scores or scores[path].score < share:
                scores[path] = Evidence(share, because)
    return scores


def _matching(written: str, corpus: Corpus) -> list[str]:
    """The files that a path as somebody wrote it can mean: the longest common end, at least the file's name."""
    parts = written.replace("\\", "/").strip("/").split("/")
    candidates = [path for path in corpus.files if path.rpartition("/")[2] == parts[-1]]
    if not candidates:
        return []
    depth = {path: _common_end(path.split("/"), parts) for path in candidates}
    longest = max(depth.values())
    return sorted(path for path, common in depth.items() if common == longest)


def _common_end(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return count


def _saturated(found: Iterable[tuple[float, str]]) -> float:
    """The best counts whole, each further one half of the one before."""
    return sum(-worth * 0.5**rank for rank, (worth, _) in enumerate(sorted(found)))


def _named(found: Iterable[tuple[float, str]], query: Query | None = None) -> str:
    """The names, heaviest first; tokens of a query as the words that they were."""
    names = [name for _, name in sorted(found)]
    ordered = list(dict.fromkeys(names if query is None else [query.written.get(name, name) for name in names]))
    more = f" and {len(ordered) - _FEW_NAMES} more" if len(ordered) > _FEW_NAMES else ""
    return ", ".join(ordered[:_FEW_NAMES]) + more


def symbol_words(
    query: Query, corpus: Corpus, paths: Iterable[str], field_weights: tuple[float, float, float]
) -> Mapping[tuple[str, int], float]:
    """BM25F of the task's words over the definitions of some files, by (path, symbol); -1 is the rest of a file."""
    chosen = frozenset(paths)
    lengths = corpus.index.document_lengths(sorted(chosen))
    mean = sum(lengths.values()) / max(1, len(lengths)) or 1.0
    sums: dict[tuple[str, int], float] = defaultdict(float)
    for term, weight in query.terms:
        postings = corpus.postings(term)
        rarity = idf(corpus.statistics.files, len({posting.path for posting in postings}))
        for posting in postings:
            if posting.path in chosen:
                key = (posting.path, posting.symbol)
                frequency = sum(w * c for w, c in zip(field_weights, posting.counts, strict=True))
                norm = 1 - _B + _B * lengths[key] / mean
                sums[key] += weight * rarity * frequency / (frequency + _K1 * norm)
    return sums
