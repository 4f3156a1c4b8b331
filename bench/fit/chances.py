"""Fits the chances that scores stand for (`ctxpack/rank/chances.py`), and says how well they hold.

    python bench/fit/chances.py gather CASES.jsonl [CASES.jsonl ...] --mirrors DIR --out ROWS.npz [--most 28] [--jobs 2]
    python bench/fit/chances.py fit ROWS.npz [--write]
    python bench/fit/chances.py committed ROWS.npz

Takes cases as `mine.py` makes them and as `bench/ranking.py` reads them. Of mined cases the answer is what of the
modified files is source or schema, and in those the innermost definitions around what was changed. `gather` ranks each
case and writes down the evidence for every definition of the first files, and for the first files themselves; `fit`
fits a logistic function to each, by the mined cases alone. Printed: the weights; the loss, and the share of the edited
definitions that fit into so many tokens when they are taken by chance a token, of mined repositories by a fit to others
and of the other cases; and how often what was said to have some chance came true. --write puts the weights into
`ctxpack/rank/weights.json`. Run it again whenever the weights of the files' signals have changed.
`committed` fits nothing, and says how well the committed chances hold on these cases.

Not fitted, since commit messages hardly have them or the answers of mined cases exclude them: stack traces, what the
caller names, and roles.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from features import MOST_MINED, answers, by_repository
from fit import WEIGHTS, save_weights

from ctxpack.api import Index
from ctxpack.model import Definition, Ranked, Ranking, Target
from ctxpack.rank import Corpus, Weights, default_weights, rank
from ctxpack.store import Store

SIGNALS = ("words", "share", "order", "name", "adjacent", "named", "said", "file", "place", "among", "size", "variable")
OF_FILES = ("score", "share", "place")
FILES = 60
FOLDS = 8
RIDGE = 10.0
ROOMS = (2_500, 5_000, 20_000)
_TOKENS_OF_LINE, _TOKENS_OF_PLACE = 11, 20
_NOT_RANKED = ("field", "section", "key")
_NEAR = 3

Edited = tuple[str, str, int]
"""A path, a simple name, and the first line."""


# --- gather -----------------------------------------------------------------------------------------------------------


def listing_all() -> Weights:
    """The present weights, so changed that every signal counts, and no definition is too unlikely to be listed."""
    weights = default_weights()
    return msgspec.structs.replace(weights, symbols={**weights.symbols, **dict.fromkeys(SIGNALS, 1.0), "even": -1e3})


def edited(case: Mapping[str, Any], index: Index) -> set[Edited]:
    """The definitions that a case edits."""
    if "hunks" not in case:
        return {(path, name.rpartition(".")[2], first) for path, name, first, _ in case["gold_symbols"]}
    found = set()
    for path, spans in case["hunks"].items():
        definitions = index._state.workspace.facts(path).definitions if path in index._state.workspace.parsed else ()
        for first, last in spans:
            for inner in innermost(definitions, first, last):
                found.add((path, inner.name, inner.span[0]))
    return found


def is_edited(one: Ranked, first: int, definitions: set[Edited]) -> bool:
    """Whether a definition that begins on a line is among these; decorators and comments may count to it or not."""
    name = one.symbol.rpartition(".")[2]
    return any((one.path, name, first + by) in definitions for by in range(-_NEAR, _NEAR + 1))


def innermost(definitions: Sequence[Definition], first: int, last: int) -> Iterator[Definition]:
    """What is edited by a hunk that replaces these lines, or that inserts between two (`last` < `first`)."""
    if last < first:
        first, last = last, first
    around = [one for one in definitions if one.kind not in _NOT_RANKED]
    whole = [one for one in around if one.span[0] <= first and last <= one.span[1]]
    if whole:
        yield min(whole, key=lambda one: one.span[1] - one.span[0])
        return
    for line in range(first, last + 1):
        touched = [one for one in around if one.span[0] <= line <= one.span[1]]
        if touched:
            yield min(touched, key=lambda one: one.span[1] - one.span[0])


def evidence(one: Ranked, weights: Mapping[str, float]) -> list[float]:
    found = {reason.signal: reason.score / weights[reason.signal] for reason in one.reasons}
    return [found.get(name, 0.0) for name in SIGNALS]


def replay(task: tuple[list[Mapping[str, Any]], Path, Path, int]) -> list[dict[str, Any]]:
    cases, mirrors, cache, most = task
    made: list[dict[str, Any]] = []
    weights = listing_all()
    with Store.open(cache) as store:
        for case in cases:
            if "hunks" in case and len(made) == most:
                break
            mirror = mirrors / case["repo"].replace("/", "+") / "repo"
            with (
                Index.open(mirror, at=case["base"], store=store, workers=1) as index,
                index._state.workspace.corpus() as corpus,
            ):
                found = rank(Target(task=case["query"]), corpus, weights)
                if found.files and answers(case, corpus):
                    made.append(row(case, index, corpus, found, weights))
    return made


def row(case: Mapping[str, Any], index: Index, corpus: Corpus, found: Ranking, weights: Weights) -> dict[str, Any]:
    wanted, definitions = answers(case, corpus), edited(case, index)
    files, first = found.files[:FILES], found.files[0].score
    spans = {(one.path, one.qualname, one.line): one.span for path in {o.path for o in found.symbols}
             for one in corpus.index.symbols_of(path)}  # fmt: skip
    placed = [(one, spans[one.path, one.symbol, one.line]) for one in found.symbols]
    return {
        "repository": case["repo"],
        "mined": "hunks" in case,
        "files": [[one.score, one.score / first, math.log(place)] for place, one in enumerate(files, 1)],
        "file_answers": [one.path in wanted for one in files],
        "symbols": [evidence(one, weights.symbols) for one, _ in placed],
        "symbol_answers": [is_edited(one, span[0], definitions) for one, span in placed],
        "lines": [span[1] - span[0] + 1 for _, span in placed],
        "edited": len(definitions),
    }


def gather(arguments: argparse.Namespace) -> None:
    tasks = [(cases, arguments.mirrors, arguments.cache, arguments.most) for cases in by_repository(arguments.cases)]
    with multiprocessing.Pool(arguments.jobs) as pool:
        made = [one for part in pool.imap(replay, tasks, chunksize=1) for one in part]
    made.sort(key=lambda one: one["repository"])
    columns: dict[str, Any] = {
        name: np.array([one[name] for one in made]) for name in ("repository", "mined", "edited")
    }
    for name, width in (("files", len(OF_FILES)), ("symbols", len(SIGNALS))):
        columns[name] = np.array([v for one in made for v in one[name]], dtype=np.float32).reshape(-1, width)
        columns[f"{name}_of"] = np.repeat(np.arange(len(made)), [len(one[name]) for one in made])
        columns[f"{name}_answer"] = np.array([v for one in made for v in one[f"{name[:-1]}_answers"]], dtype=bool)
    columns["lines"] = np.array([v for one in made for v in one["lines"]], dtype=np.int32)
    np.savez_compressed(arguments.out, **columns)
    print(f"{len(made)} cases")


# --- fit --------------------------------------------------------------------------------------------------------------


def logistic(values: np.ndarray, answer: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights, and the odds that are added: Newton's method, no step that makes it worse, with a pull towards 0."""
    mean, spread = values.astype(float).mean(0), values.astype(float).std(0) + 1e-9
    x = np.column_stack([(values - mean) / spread, np.ones(len(values))])
    pull = np.array([RIDGE] * values.shape[1] + [0.0])
    weights = np.zeros(x.shape[1])

    def cost(at: np.ndarray) -> float:
        odds = x @ at
        return float((np.logaddexp(0, odds) - np.where(answer, odds, 0.0)).sum() + (pull * at**2).sum())

    now = cost(weights)
    for _ in range(60):
        chance = 1 / (1 + np.exp(-(x @ weights)))
        slope = x.T @ (chance - answer) + 2 * pull * weights
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(2 * pull + 1e-9)
        step = np.linalg.solve(curve, slope)
        while (then := cost(weights - step)) > now and np.abs(step).max() > 1e-9:
            step = step / 2
        weights, gained, now = weights - step, now - then, then
        if gained < 1e-6:
            break
    plain = weights[:-1] / spread
    return plain, float(weights[-1] - (plain * mean).sum())


def chances(values: np.ndarray, fitted: tuple[np.ndarray, float]) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(values @ fitted[0] + fitted[1], -30, 30)))


def held_out(
    values: np.ndarray, answer: np.ndarray, of: np.ndarray, repository: np.ndarray, mined: np.ndarray
) -> np.ndarray:
    """The chances of each mined repository by a fit to the others, and of the other cases by a fit to all mined."""
    names = sorted(set(repository[mined]))
    fold = np.array([names.index(name) % FOLDS if own else -1 for name, own in zip(repository, mined, strict=True)])[of]
    said = chances(values, logistic(values[fold >= 0], answer[fold >= 0]))
    for number in range(FOLDS):
        others = (fold >= 0) & (fold != number)
        said[fold == number] = chances(values[fold == number], logistic(values[others], answer[others]))
    return said


def loss(said: np.ndarray, answer: np.ndarray, cases: int) -> float:
    kept = np.clip(said, 1e-9, 1 - 1e-9)
    return float(-np.log(np.where(answer, kept, 1 - kept)).sum() / max(1, cases))


def calibration(said: np.ndarray, answer: np.ndarray) -> None:
    print("\n| said | how many | mean | came true |\n|---|---|---|---|")
    edges = (0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1.01)
    for low, high in pairwise(edges):
        inside = (said >= low) & (said < high)
        if inside.any():
            means = f"{said[inside].mean():.4f} | {answer[inside].mean():.4f}"
            print(f"| {low} to {min(high, 1)} | {inside.sum()} | {means} |")


def shown(worth: np.ndarray, found: Mapping[str, np.ndarray], case: int, room: int) -> float:
    """The share of a case's edited definitions among those that fit when they are taken by worth a token."""
    own = np.nonzero(found["symbols_of"] == case)[0]
    cost = found["lines"][own] * _TOKENS_OF_LINE + _TOKENS_OF_PLACE
    left, hits = room, 0
    for place in np.argsort(-worth[own] / cost, kind="stable"):
        if cost[place] <= left:
            left -= cost[place]
            hits += bool(found["symbols_answer"][own[place]])
    return min(1.0, hits / found["edited"][case])


def tell(name: str, said: np.ndarray, found: Mapping[str, np.ndarray]) -> None:
    of, answer, mined = found[f"{name}_of"], found[f"{name}_answer"], found["mined"]
    for title, chosen in (("mined", mined), ("other cases", ~mined)):
        if chosen.any():
            own = chosen[of]
            print(
                f"\n{name}, {title}: {chosen.sum()} cases, loss {loss(said[own], answer[own], chosen.sum()):.3f} a case"
            )
            if name == "symbols":
                cases = np.nonzero(chosen & (found["edited"] > 0))[0]
                means = np.mean([[shown(said, found, case, room) for room in ROOMS] for case in cases], axis=0)
                print(
                    "edited definitions within",
                    ", ".join(f"{r} tokens: {m:.3f}" for r, m in zip(ROOMS, means, strict=True)),
                )
            calibration(said[own], answer[own])


def committed(arguments: argparse.Namespace) -> None:
    """Say how the committed chances hold."""
    found = rows(arguments.rows)
    weights = default_weights()
    for name, signals, present in (("files", OF_FILES, weights.chances), ("symbols", SIGNALS, weights.symbols)):
        fitted = np.array([present[signal] for signal in signals]), -present["even"]
        tell(name, chances(found[name], fitted), found)


def rows(path: Path) -> dict[str, np.ndarray]:
    loaded = np.load(path)
    return {name: loaded[name] for name in loaded.files}


def fit(arguments: argparse.Namespace) -> None:
    found = rows(arguments.rows)
    made = {}
    for name, signals in (("files", OF_FILES), ("symbols", SIGNALS)):
        values, answer, of = found[name], found[f"{name}_answer"], found[f"{name}_of"]
        own = found["mined"][of]
        made[name] = logistic(values[own], answer[own])
        table = {signal: round(float(weight), 3) for signal, weight in zip(signals, made[name][0], strict=True)}
        made[name] = {**table, "even": round(-made[name][1], 3)}
        print(name, made[name])
        tell(name, held_out(values, answer, of, found["repository"], found["mined"]), found)
    if arguments.write:
        weights = json.loads(WEIGHTS.read_text())
        weights["chances"].update(made["files"])
        weights["symbols"].update(made["symbols"])
        save_weights(weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    first = commands.add_parser("gather")
    first.add_argument("cases", type=Path, nargs="+")
    first.add_argument("--mirrors", type=Path, required=True)
    first.add_argument("--out", type=Path, required=True)
    first.add_argument("--cache", type=Path, default=Path(".bench-cache"))
    first.add_argument("--most", type=int, default=MOST_MINED)
    first.add_argument("--jobs", type=int, default=2)
    first.set_defaults(run=gather)
    second = commands.add_parser("fit")
    second.add_argument("rows", type=Path)
    second.add_argument("--write", action="store_true")
    second.set_defaults(run=fit)
    third = commands.add_parser("committed")
    third.add_argument("rows", type=Path)
    third.set_defaults(run=committed)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
