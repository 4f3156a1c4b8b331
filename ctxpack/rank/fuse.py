"""From signals to one ranking: a weighted sum whose every summand is kept as a reason.

Most signals are scaled so that the best file has 1. The role of a file then scales down what they give together, which
shows as a negative summand; what points at a file outright (its path in the task, a stack trace, the caller) is not
scaled down. What is known of a file whatever the task (its size, how often it was touched lately, what was done in its
folder) counts for files that something else speaks for. The weights are data, in `weights.json`, fitted by
`bench/fit/fit.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from ctxpack.model import Ranked, Ranking, Reason, Target
from ctxpack.rank import query as queries
from ctxpack.rank import signals
from ctxpack.rank.corpus import Corpus
from ctxpack.rank.lexical import Named
from ctxpack.rank.past import Past
from ctxpack.rank.query import Query
from ctxpack.rank.values import BySymbol, Evidence, Scores, scaled

_FILES_WITH_SYMBOLS = 40
_FILES_BY_SYMBOLS = 300
"""How many files, first by their words, are looked at definition by definition."""

_NOT_RANKED = frozenset({"field", "section", "key"})
_ROUND = 6


class Weights(msgspec.Struct, frozen=True):
    """What each signal is worth; see `weights.json`."""

    fields: dict[str, float]
    files: dict[str, float]
    roles: dict[str, float]
    symbols: dict[str, float]

    @property
    def field_weights(self) -> tuple[float, float, float]:
        """The weights of the index's fields, in its order."""
        return self.fields["names"], self.fields["docs"], self.fields["body"]


@cache
def default_weights() -> Weights:
    """The committed weights."""
    return msgspec.json.decode(files("ctxpack.rank").joinpath("weights.json").read_bytes(), type=Weights)


@dataclass(frozen=True, slots=True)
class _Question:
    """A task as it is read, where it is asked, and what each signal is worth."""

    target: Target
    query: Query
    corpus: Corpus
    weights: Weights


def rank(target: Target, corpus: Corpus, weights: Weights | None = None) -> Ranking:
    """Which files, and which symbols in them, the change described by `target` will edit; best first."""
    asked = _Question(target, queries.read(_text(target)), corpus, weights or default_weights())
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
    told = _Told(named_symbols, framed_symbols, adjacent, dict(asked.query.terms))
    return Ranking(ranked, _symbols(asked, ranked[:_FILES_WITH_SYMBOLS], told))


def evidence(
    query: Query, corpus: Corpus, field_weights: tuple[float, float, float], defined: Scores, adjacent: BySymbol
) -> Iterator[tuple[str, Scores]]:
    """Each signal that a file's role scales down, by the name of its weight, as it is weighed."""
    words = signals.words(query.terms, corpus, field_weights, query.written)
    first = sorted(words, key=lambda path: (-words[path].score, path))[:_FILES_BY_SYMBOLS]
    symbols = signals.symbol_words(query, corpus, first, field_weights)
    past = Past(query, corpus)
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
    """Each signal that points at a file outright, whatever its role."""
    yield "mentioned", signals.mentions(query, corpus)
    yield "stack trace", framed


def _text(target: Target) -> str:
    """The task; where there is none, the lines that the diff adds or removes."""
    if target.task.strip() or not target.diff:
        return target.task
    changed = (line[1:] for line in target.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---"))
    return "\n".join(["", *changed])[:20_000]


def _add_demotion(reasons: dict[str, list[Reason]], asked: _Question) -> None:
    about_tests = any(term in ("test", "spec") for term, _ in asked.query.terms)
    for path, found in reasons.items():
        role = asked.corpus.files[path].role
        factor = asked.weights.roles.get(role, 1.0)
        if role == "test" and about_tests:
            factor = (1.0 + factor) / 2
        if factor != 1.0:
            total = sum(reason.score for reason in found)
            found.append(Reason("role", round((factor - 1.0) * total, _ROUND), f"{role} file"))


def _add(reasons: dict[str, list[Reason]], name: str, scores: Scores, weight: float) -> None:
    for path, evidence in scores.items():
        score = round(weight * evidence.score, _ROUND)
        if score:
            reasons[path].append(Reason(name, score, evidence.because))


def _ordered(found: Iterable[Ranked]) -> tuple[Ranked, ...]:
    scored = [
        msgspec.structs.replace(one, score=round(sum(reason.score for reason in one.reasons), _ROUND)) for one in found
    ]
    return tuple(sorted((one for one in scored if one.score > 0), key=lambda one: (-one.score, one.path, one.line)))


@dataclass(frozen=True, slots=True)
class _Told:
    """What signals say of definitions, by (path, qualified name) or (path, index in the file), and the wanted terms."""

    named: Mapping[tuple[str, str], Evidence]
    framed: Mapping[tuple[str, str], Evidence]
    adjacent: BySymbol
    wanted: Mapping[str, float]


def _symbols(asked: _Question, best: Sequence[Ranked], told: _Told) -> tuple[Ranked, ...]:
    """The symbols of the best files, by their own words, their names, and the score of their file."""
    worth, index = asked.weights, asked.corpus.index
    found = signals.symbol_words(asked.query, asked.corpus, (one.path for one in best), worth.field_weights)
    tops = max(found.values(), default=0.0) or 1.0, _top(told.adjacent)
    made = []
    for one in best:
        of_file = Reason("file", round(worth.symbols["file"] * one.score / best[0].score, _ROUND), "rank of its file")
        for symbol in index.symbols_of(one.path):
            own = found.get((symbol.path, symbol.symbol), 0.0) / tops[0]
            reasons = [*_of_words(asked, symbol, own, told, tops[1]), *_pointed(asked, symbol, told)]
            if reasons and symbol.kind not in _NOT_RANKED:
                made.append(Ranked(symbol.path, symbol.qualname, symbol.line, 0.0, (*reasons, of_file)))
    return _ordered(made)


def _of_words(asked: _Question, symbol: Named, own: float, told: _Told, top: float) -> Iterator[Reason]:
    worth = asked.weights.symbols
    if not own:
        return
    yield Reason("words", round(worth["words"] * own, _ROUND), "words of the task")
    if share := signals.name_share(symbol.name, told.wanted):
        yield Reason("name", round(worth["name"] * share, _ROUND), "parts of its name")
    if near := told.adjacent.get((symbol.path, symbol.symbol)):
        yield Reason("adjacent", round(worth["adjacent"] * near.score / top, _ROUND), near.because)


def _pointed(asked: _Question, symbol: Named, told: _Told) -> Iterator[Reason]:
    worth, key = asked.weights.symbols, (symbol.path, symbol.qualname)
    for name, evidence in (("named", told.named.get(key)), ("stack trace", told.framed.get(key))):
        if evidence is not None:
            yield Reason(name, round(worth[name] * evidence.score, _ROUND), evidence.because)
    if key in asked.target.symbols or _changed(asked.target, symbol.path, symbol.span):
        yield Reason("given", worth["given"], "named as target or changed")


def _top(found: BySymbol) -> float:
    return max((evidence.score for evidence in found.values()), default=0.0) or 1.0


def _changed(target: Target, path: str, span: tuple[int, int]) -> bool:
    return any(
        first <= span[1] and last >= span[0]
        for change in target.changes
        if change.path == path
        for first, last in change.spans
    )
