"""From signals to one ranking: a weighted sum whose every summand is kept as a reason.

The text signals (words and path words) are scaled so that the best file has 1; the others come in units of that. The
role of a file then scales its text down, which shows as a negative summand. The weights are data, in `weights.json`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from ctxpack.model import Ranked, Ranking, Reason, Target
from ctxpack.rank import query as queries
from ctxpack.rank import signals
from ctxpack.rank.corpus import Corpus
from ctxpack.rank.query import Query
from ctxpack.rank.signals import Evidence, Scores

_FILES_WITH_SYMBOLS = 40
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
    _add_text(reasons, asked)
    _add_demotion(reasons, asked)
    for name, scores in (
        ("defines", named_files),
        ("mentioned", signals.mentions(asked.query, corpus)),
        ("stack trace", framed_files),
        ("history", _scaled(signals.history(asked.query, corpus))),
        ("given", signals.given(target)),
    ):
        _add(reasons, name, scores, asked.weights.files[name])
    ranked = _ordered(Ranked(path, "", 0, 0.0, tuple(found)) for path, found in reasons.items())
    return Ranking(ranked, _symbols(asked, ranked[:_FILES_WITH_SYMBOLS], named_symbols, framed_symbols))


def _text(target: Target) -> str:
    """The task; where there is none, the lines that the diff adds or removes."""
    if target.task.strip() or not target.diff:
        return target.task
    changed = (line[1:] for line in target.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---"))
    return "\n".join(["", *changed])[:20_000]


def _add_text(reasons: dict[str, list[Reason]], asked: _Question) -> None:
    worth = asked.weights
    found = signals.words(asked.query, asked.corpus, worth.field_weights)
    paths = signals.path_words(asked.query, asked.corpus)
    totals = [
        worth.files["words"] * found[path].score + worth.files["path"] * (paths[path].score if path in paths else 0.0)
        for path in found
    ]
    top = max(totals, default=0.0) or 1.0
    _add(reasons, "words", found, worth.files["words"] / top)
    _add(reasons, "path", paths, worth.files["path"] / top)


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


def _scaled(scores: Scores) -> Scores:
    top = max((evidence.score for evidence in scores.values()), default=0.0) or 1.0
    return {path: Evidence(evidence.score / top, evidence.because) for path, evidence in scores.items()}


def _ordered(found: Iterable[Ranked]) -> tuple[Ranked, ...]:
    scored = [
        msgspec.structs.replace(one, score=round(sum(reason.score for reason in one.reasons), _ROUND)) for one in found
    ]
    return tuple(sorted((one for one in scored if one.score > 0), key=lambda one: (-one.score, one.path, one.line)))


_BySymbol = Mapping[tuple[str, str], Evidence]


def _symbols(asked: _Question, best: Sequence[Ranked], named: _BySymbol, framed: _BySymbol) -> tuple[Ranked, ...]:
    """The symbols of the best files, by their own words, their names, and the score of their file."""
    worth, index = asked.weights, asked.corpus.index
    found = signals.symbol_words(asked.query, asked.corpus, (one.path for one in best), worth.field_weights)
    top_words = max(found.values(), default=0.0) or 1.0
    made = []
    for one in best:
        of_file = worth.symbols["file"] * one.score / best[0].score
        for symbol in index.symbols_of(one.path):
            key = (symbol.path, symbol.qualname)
            own = worth.symbols["words"] * found.get((symbol.path, symbol.symbol), 0.0) / top_words
            reasons = [Reason("words", round(own, _ROUND), "words of the task")] if own else []
            for name, evidence in (("named", named.get(key)), ("stack trace", framed.get(key))):
                if evidence is not None:
                    reasons.append(Reason(name, round(worth.symbols[name] * evidence.score, _ROUND), evidence.because))
            if key in asked.target.symbols or _changed(asked.target, symbol.path, symbol.span):
                reasons.append(Reason("given", worth.symbols["given"], "named as target or changed"))
            if reasons and symbol.kind not in _NOT_RANKED:
                reasons.append(Reason("file", round(of_file, _ROUND), "rank of its file"))
                made.append(Ranked(symbol.path, symbol.qualname, symbol.line, 0.0, tuple(reasons)))
    return _ordered(made)


def _changed(target: Target, path: str, span: tuple[int, int]) -> bool:
    return any(
        first <= span[1] and last >= span[0]
        for change in target.changes
        if change.path == path
        for first, last in change.spans
    )
