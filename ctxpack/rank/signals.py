"""The ranking signals: each scores how much a task is about some files, and says why.

A signal is a function from the query and the corpus to scores by path. Scores are comparable only within one signal;
the weights of the signals are in `weights.json`. Formulas: BM25 over weighted fields (BM25F) after
Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (2004), with one length
normalisation for the file.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ctxpack import text
from ctxpack.model import Target
from ctxpack.rank.corpus import Corpus
from ctxpack.rank.evidence import BySymbol, Evidence, Scores, listed, named, names_of, saturated
from ctxpack.rank.lexical import Named, idf
from ctxpack.rank.query import Query
from ctxpack.rank.traces import Frame

_K1 = 1.2
_B = 0.4
_COMMON = 0.2
"""A name that occurs in more than this share of the files (plus 3) is too common to point anywhere."""

_MOST_NAME = 6.0

_CLASSES = frozenset({"class", "enum", "interface", "object", "struct", "trait"})
"""Kinds of definitions that have members."""


def words(
    terms: Iterable[tuple[str, float]],
    corpus: Corpus,
    field_weights: tuple[float, float, float],
    written: Mapping[str, str],
) -> Scores:
    """BM25F of weighted terms over the fields names, docs and body of each file; `written` is that of the query."""
    statistics = corpus.statistics
    mean = sum(statistics.mean_lengths) or 1.0
    sums: dict[str, float] = defaultdict(float)
    best: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for term, weight in terms:
        counts = corpus.frequencies(term)
        rarity = idf(statistics.files, len(counts))
        for path, found in counts.items():
            frequency = sum(w * c for w, c in zip(field_weights, found, strict=True))
            norm = 1 - _B + _B * sum(statistics.lengths[path]) / mean
            worth = weight * rarity * frequency / (frequency + _K1 * norm)
            sums[path] += worth
            best[path].append((-worth, term))
    scores: Scores = {}
    for path, score in sums.items():
        names = names_of(best[path], written)
        scores[path] = Evidence(score, listed(names), names)
    return scores


def path_words(query: Query, corpus: Corpus) -> Scores:
    """Files whose path contains words of the task, by the words' IDF among paths."""
    holding: Counter[str] = Counter(token for tokens in corpus.path_tokens.values() for token in tokens)
    wanted = {term: weight * idf(len(corpus.files), holding[term]) for term, weight in query.terms if holding[term]}
    scores: Scores = {}
    for path, tokens in corpus.path_tokens.items():
        found = sorted((-wanted[token], token) for token in tokens if token in wanted)
        if found:
            scores[path] = Evidence(-sum(worth for worth, _ in found), named(found, query.written))
    return scores


def file_names(query: Query, corpus: Corpus) -> Scores:
    """Files whose whole name is in the task, by the IDF of its words among file names."""
    wanted = dict(query.terms)
    holding: Counter[str] = Counter(token for tokens in corpus.stem_tokens.values() for token in tokens)
    scores: Scores = {}
    for path, tokens in corpus.stem_tokens.items():
        if tokens and all(token in wanted for token in tokens):
            found = sorted((-wanted[token] * idf(len(corpus.files), holding[token]), token) for token in tokens)
            worth = min(_MOST_NAME, -sum(part for part, _ in found))
            scores[path] = Evidence(worth, "all of its name: " + named(found, query.written))
    return scores


def uses(query: Query, corpus: Corpus) -> Scores:
    """Files that contain rare identifiers of the task, wherever those are defined."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    total = corpus.statistics.files
    for name in dict.fromkeys(identifier.rpartition(".")[2] for identifier in query.identifiers):
        paths = corpus.frequencies(text.whole(name))
        if paths and len(paths) <= _COMMON * total + 3:
            for path in paths:
                found[path].append((-idf(total, len(paths)), name))
    return {path: Evidence(-sum(worth for worth, _ in each), "has " + named(each)) for path, each in found.items()}


def definitions(query: Query, corpus: Corpus) -> tuple[Scores, dict[tuple[str, str], Evidence]]:
    """Files, and symbols by (path, qualname), that define an identifier of the task; rarer names score higher.

    A file of SQL defines the relation that it is called after, and then YAML merely describes it.
    """
    files: dict[str, list[tuple[float, str]]] = defaultdict(list)
    symbols: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for identifier in query.identifiers:
        made = corpus.relations.get(identifier.lower(), ())
        found = _defined(identifier, corpus)
        if made:
            found = [one for one in found if corpus.files[one.path].language != "yaml"]
        paths = {*made, *(one.path for one in found)}
        if not paths or len(paths) > 30:
            continue
        worth = (1.0 if identifier in query.quoted else 0.8) / math.sqrt(len(paths))
        for path in sorted(paths):
            files[path].append((-worth, identifier))
        for one in found:
            symbols[one.path, one.qualname].append((-worth, identifier))
    return (
        {path: Evidence(saturated(found), "defines " + named(found)) for path, found in files.items()},
        {key: Evidence(saturated(found), "is named: " + named(found)) for key, found in symbols.items()},
    )


def _defined(identifier: str, corpus: Corpus) -> list[Named]:
    """The definitions that an identifier names; of a member that its class does not define itself, the class too.

    Such a member is inherited, or the one that the task asks for.
    """
    owner, _, name = identifier.rpartition(".")
    found = [one for one in corpus.index.named(name) if one.kind not in ("section", "key")]
    if not owner:
        return found
    last = owner.rpartition(".")[2]
    owned = [n for n in found if last in n.qualname.split(".")[:-1] or last in n.path.replace(".", "/").split("/")]
    if owned:
        return owned
    classes = [one for one in corpus.index.named(last) if one.kind in _CLASSES]
    return [*classes, *(found if len({one.path for one in found}) <= 2 else ())]


def mentions(query: Query, corpus: Corpus) -> Scores:
    """Files whose path, or a suffix of it, is in the task; several matching files share the score.

    The paths in stack traces are left to `frames`.
    """
    framed = {name for trace in query.traces for frame in trace for name in (frame.path.strip("./"), _last(frame.path))}
    return _by_suffix(((path, 1.0, "its path is in the task") for path in query.paths if path not in framed), corpus)


def frames(query: Query, corpus: Corpus) -> tuple[Scores, dict[tuple[str, str], Evidence]]:
    """Files, and symbols by (path, qualname), in the stack traces of the task.

    Of each trace, the innermost frame that lies in this repository counts in full, the one that called it half, the
    next a third, and so on.
    """
    files: list[tuple[str, float, str]] = []
    symbols: dict[tuple[str, str], Evidence] = {}
    for trace in query.traces:
        depth = 0
        for frame in trace:
            if found := _matching(frame.path, corpus):
                because = f"line {frame.line} is in the stack trace"
                files.append((frame.path, 1.0 / (1 + depth), because))
                symbols.update((key, Evidence(1.0, because)) for key in _around(frame, found, corpus))
                depth += 1
    return _by_suffix(files, corpus), symbols


def _around(frame: Frame, paths: Sequence[str], corpus: Corpus) -> Iterator[tuple[str, str]]:
    """The innermost definition around a frame's line, in each of the first files that it may be in."""
    for path in paths[:3]:
        inner = [one for one in corpus.index.symbols_of(path) if one.span[0] <= frame.line <= one.span[1]]
        if inner and (not frame.function or inner[-1].name in frame.function):
            yield path, inner[-1].qualname


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
            share = worth / len(found)
            if path not in scores or scores[path].score < share:
                scores[path] = Evidence(share, because)
    return scores


def _matching(written: str, corpus: Corpus) -> list[str]:
    """The files with the longest common suffix, in path segments, with a path as written; at least the name matches."""
    parts = written.replace("\\", "/").strip("/").split("/")
    candidates = [path for path in corpus.files if _last(path) == parts[-1]]
    if not candidates:
        return []
    depth = {path: _common_end(path.split("/"), parts) for path in candidates}
    longest = max(depth.values())
    return sorted(path for path, common in depth.items() if common == longest)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _common_end(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return count


def best_symbols(found: Mapping[tuple[str, int], float], corpus: Corpus) -> Scores:
    """Files by the score of their best definition; `found` comes from `symbol_words`."""
    best: dict[str, tuple[float, int]] = {}
    for (path, symbol), score in found.items():
        if corpus.is_definition(path, symbol):
            best[path] = min(best.get(path, (0.0, 0)), (-score, symbol))
    return {path: Evidence(-worth, corpus.qualname(path, symbol)) for path, (worth, symbol) in best.items()}


def adjacent_words(query: Query, corpus: Corpus) -> BySymbol:
    """Definitions, by (path, symbol), in whose names or prose two words are adjacent that are so in the task."""
    wanted = dict(query.terms)
    found: dict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
    for left, right in query.pairs:
        places = corpus.adjacent(left, right)
        worth = min(wanted.get(left, 0.0), wanted.get(right, 0.0)) * idf(corpus.statistics.documents, len(places))
        words = f"{query.written.get(left, left)} {query.written.get(right, right)}"
        for place in places:
            found[place].append((-worth, words))
    return {place: Evidence(-sum(worth for worth, _ in parts), named(parts)) for place, parts in found.items()}


def best_of(found: BySymbol) -> Scores:
    """Files by the evidence of their best definition."""
    best: dict[str, Evidence] = {}
    for (path, _), evidence in sorted(found.items()):
        if path not in best or best[path].score < evidence.score:
            best[path] = evidence
    return best


def name_words(name: str, wanted: Mapping[str, float], corpus: Corpus) -> float:
    """The score of a name by the parts of it that the task contains, each by its IDF among the names in files."""
    parts = sorted({text.stem(part) for part in text.parts(name) if len(part) > 1})
    return sum(wanted[part] * idf(corpus.statistics.files, corpus.naming(part)) for part in parts if part in wanted)


def sizes(corpus: Corpus) -> Scores:
    """The logarithm of each file's word count: long files are changed more often."""
    return {
        path: Evidence(math.log1p(sum(lengths)), f"{sum(lengths)} words")
        for path, lengths in corpus.statistics.lengths.items()
    }


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
                norm = 1 - _B + _B * lengths.get(key, 0) / mean
                sums[key] += weight * rarity * frequency / (frequency + _K1 * norm)
    return sums
