"""Fuses the signals into one ranking: a weighted sum in which every summand is kept as a reason.

Most signals are scaled so that the best file has 1. A file's role (a test, say) then scales their sum down, which shows
as a negative summand. Direct pointers (its path in the task, a stack trace, the caller) are added afterwards and are
not scaled down. Signals that do not depend on the task's words (size, recent changes, commits on its folder) count only
for files that another signal found. The weights are in `weights.json`, fitted by `bench/fit/fit.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from ctxpack.model import Ranked, Ranking, Reason, Target
from ctxpack.rank import definitions, signals
from ctxpack.rank import query as queries
from ctxpack.rank.commits import CommitSignals
from ctxpack.rank.corpus import Corpus
from ctxpack.rank.definitions import Question, Told
from ctxpack.rank.evidence import BySymbol, Scores, rounded, scaled
from ctxpack.rank.query import Query
from ctxpack.rank.weights import Weights, default_weights

_FILES_BY_SYMBOLS = 300
"""How many files, the best by the signal `words`, have their definitions scored."""


def rank(target: Target, corpus: Corpus, weights: Weights | None = None) -> Ranking:
    """Rank the files, and the symbols in them, by how likely the change `target` edits them; best first.

    `weights` replace the committed ones.
    """
    asked = Question(target, queries.read(_text(target)), corpus, weights or default_weights())
    named_files, named_symbols = signals.definitions(asked.query, corpus)
    framed_files, framed_symbols = signals.frames(asked.query, corpus)
    reasons: dict[str, list[Reason]] = defaultdict(list)
    adjacent = signals.adjacent_words(asked.query, corpus)
    for name, scores in evidence(asked.query, corpus, asked.weights.field_weights, named_files, adjacent):
        _add(reasons, name, scores, asked.weights.files[name])
    _add_demotion(reasons, asked)
    for name, scores in pointers(asked.query, corpus, framed_files):
        _add(reasons, name, scores, asked.weights.files[name])
    _add(reasons, "given", signals.given(target), asked.weights.files["given"])
    ranked = _ordered(Ranked(path, "", 0, 0.0, tuple(found)) for path, found in reasons.items())
    return Ranking(ranked, definitions.rank(asked, ranked, Told(named_symbols, framed_symbols, adjacent)))


def evidence(
    query: Query, corpus: Corpus, field_weights: tuple[float, float, float], defined: Scores, adjacent: BySymbol
) -> Iterator[tuple[str, Scores]]:
    """The signals that a file's role scales down, as (name of the weight, scores before weighting)."""
    words = signals.words(query.terms, corpus, field_weights, query.written)
    first = sorted(words, key=lambda path: (-words[path].score, path))[:_FILES_BY_SYMBOLS]
    symbols = signals.symbol_words(query, corpus, first, field_weights)
    past = CommitSignals(query, corpus)
    made = {
        "words": words,
        "title": signals.words(query.title, corpus, field_weights, query.written),
        "symbol": signals.best_symbols(symbols, corpus),
        "adjacent": signals.best_of(adjacent),
        "path": signals.path_words(query, corpus),
        "file name": signals.file_names(query, corpus),
        "uses": signals.uses(query, corpus),
        "similar commits": past.similar(),
        "messages": past.messages(),
    }
    spoken_for = dict.fromkeys(path for scores in (*made.values(), defined) for path in scores)
    for name, scores in made.items():
        yield name, scaled(scores)
    yield "defines", defined
    yield "folder", scaled(past.folders(spoken_for))
    for name, scores in (("recent", past.recent()), ("size", signals.sizes(corpus))):
        yield name, {path: scores[path] for path in spoken_for if path in scores}


def pointers(query: Query, corpus: Corpus, framed: Scores) -> Iterator[tuple[str, Scores]]:
    """The signals that point directly at a file, and count in full whatever its role."""
    yield "mentioned", signals.mentions(query, corpus)
    yield "stack trace", framed


def _text(target: Target) -> str:
    """The task's text; without one, the lines that the diff adds or removes."""
    if target.task.strip() or not target.diff:
        return target.task
    changed = (line[1:] for line in target.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---"))
    return "\n".join(["", *changed])[:20_000]


def _add_demotion(reasons: dict[str, list[Reason]], asked: Question) -> None:
    for path, found in reasons.items():
        role = asked.corpus.file(path).role
        factor = asked.weights.roles.get(role, 1.0)
        if role == "test" and asked.query.about_tests:
            factor = (1.0 + factor) / 2
        if factor != 1.0:
            total = sum(reason.score for reason in found)
            found.append(Reason("role", rounded((factor - 1.0) * total), f"{role} file"))


def _add(reasons: dict[str, list[Reason]], name: str, scores: Scores, weight: float) -> None:
    for path, evidence in scores.items():
        score = rounded(weight * evidence.score)
        if score:
            reasons[path].append(Reason(name, score, evidence.because, evidence.names))


def _ordered(found: Iterable[Ranked]) -> tuple[Ranked, ...]:
    scored = [msgspec.structs.replace(one, score=rounded(sum(reason.score for reason in one.reasons))) for one in found]
    return tuple(sorted((one for one in scored if one.score > 0), key=lambda one: (-one.score, one.path, one.line)))
