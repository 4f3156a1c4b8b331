"""Fits the weights of the ranking's signals, and says what each is good for.

    python bench/fit/fit.py FEATURES.npz [FEATURES.npz ...] [--ablate] [--write]
    python bench/fit/fit.py FEATURES.npz [FEATURES.npz ...] --committed

The features come from `features.py`. A file's score is the weighted sum of what the signals say of it, scaled down by
its role but for the signals that point at it outright. The weights, none below 0, are those that make it likeliest that
each file of the answer is picked out of all that are not (a softmax), with a little pull towards 0. Roles are not
fitted, because the answers of mined cases hold no tests by construction.

Printed: how well weights fitted on the mined cases do on the others, by repository; how well they do on each repository
when they are fitted on all other repositories; with --ablate, what is lost without each signal, as paired differences
with 95 % bootstrap intervals. --write puts the weights fitted on the mined cases into `ctxpack/rank/weights.json`.
The weights of paths and stack traces in the task stay as they are: commit messages say little of them. --committed fits
nothing, and says how the committed weights do on these cases: of repositories that no fit has seen, how well they hold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from features import POINTERS, ROLES, SIGNALS

WEIGHTS = Path(__file__).parents[2] / "ctxpack" / "rank" / "weights.json"
FIXED = ("mentioned", "stack trace")
"""What commit messages hardly have, and what somebody who writes it into a task means."""
_STEPS = 120
_RATE = 0.1
_PULL = 3e-3
_FOLDS = 4
_SUM_OF_TEXT = ("words", "title", "symbol")
"""The weights are scaled so that these are 1 together."""

Measures = dict[str, np.ndarray]


class Cases:
    """The features of all cases, one row a file."""

    def __init__(self, paths: Sequence[Path]) -> None:
        parts = [np.load(path) for path in paths]
        if any(list(part["signals"]) != list(SIGNALS) for part in parts):
            raise SystemExit("the features are of other signals: make them again")
        for name in ("values", "role", "answer", "repository", "identifier", "wanted", "mined", "about_tests"):
            setattr(self, name, np.concatenate([part[name] for part in parts]))
        sizes = np.concatenate([np.diff(part["starts"]) for part in parts])
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        self.case = np.repeat(np.arange(len(sizes)), sizes)
        self.spread = np.maximum(self.values.std(0), 1e-6)
        roles = json.loads(WEIGHTS.read_text())["roles"]
        factor = np.array([roles[name] for name in ROLES])[self.role]
        test = (self.role == ROLES.index("test")) & self.about_tests[self.case]
        factor = np.where(test, (1 + factor) / 2, factor)
        pointing = np.array([name in POINTERS for name in SIGNALS])
        self.scaled = (self.values * np.where(pointing[None, :], 1.0, factor[:, None])).astype(np.float32)


def fit(cases: Cases, chosen: np.ndarray, used: np.ndarray) -> np.ndarray:
    """The weights of the signals `used`, 0 for others, by the cases `chosen`: Adam on standardised signals."""
    x = cases.scaled / cases.spread.astype(np.float32) * used.astype(np.float32)
    found = np.add.reduceat(cases.answer.astype(float), cases.starts[:-1])
    worth = np.where(chosen & (found > 0), 1.0 / np.maximum(found, 1), 0.0)[cases.case] / max(1, chosen.sum())
    weights, mean, square = np.full(len(SIGNALS), 0.2) * used, np.zeros(len(SIGNALS)), np.zeros(len(SIGNALS))
    for step in range(1, _STEPS + 1):
        scores = x @ weights.astype(np.float32)
        slope = _slopes(scores, cases, worth).astype(np.float32) @ x + 2 * _PULL * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        moved = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
        weights = np.maximum(0.0, weights - _RATE * (1 - step / (_STEPS + 1)) * moved) * used
    return weights / cases.spread


def _slopes(scores: np.ndarray, cases: Cases, worth: np.ndarray) -> np.ndarray:
    """How the loss changes with each file's score."""
    first = cases.starts[:-1]
    power = np.exp(scores - np.maximum.reduceat(scores, first)[cases.case])
    others = np.where(cases.answer, 0.0, power)
    rest = np.add.reduceat(others, first)
    pulled = np.where(cases.answer, worth / (power + rest[cases.case]), 0.0)
    return np.where(cases.answer, -pulled * rest[cases.case], others * np.add.reduceat(pulled, first)[cases.case])


def measure(cases: Cases, scores: np.ndarray) -> Measures:
    """acc@k (the whole answer among the first k), and the reciprocal rank of its first file, of each case."""
    made: dict[str, list[float]] = {"acc@1": [], "acc@5": [], "acc@10": [], "mrr": []}
    for case, (start, end) in enumerate(zip(cases.starts, cases.starts[1:], strict=False)):
        order = np.argsort(-np.round(scores[start:end], 6), kind="stable")
        ranks = np.nonzero(cases.answer[start:end][order])[0]
        whole = len(ranks) == cases.wanted[case]
        for k in (1, 5, 10):
            made[f"acc@{k}"].append(float(whole and (ranks < k).all()))
        made["mrr"].append(1 / (1 + ranks[0]) if len(ranks) else 0.0)
    return {name: np.array(values) for name, values in made.items()}


def interval(differences: np.ndarray) -> str:
    draws = np.random.default_rng(0).integers(0, len(differences), (1000, len(differences)))
    means = np.sort(differences[draws].mean(1))
    return f"{100 * differences.mean():+.1f} ({100 * means[25]:+.1f} to {100 * means[974]:+.1f})"


def row(name: str, found: Mapping[str, np.ndarray], chosen: np.ndarray) -> str:
    means = " | ".join(f"{values[chosen].mean():.3f}" for values in found.values())
    return f"| {name} | {chosen.sum()} | {means} |"


def by_repository(title: str, cases: Cases, found: Measures, chosen: np.ndarray) -> None:
    print(f"\n{title}\n\n| repository | cases | " + " | ".join(found) + " |\n|" + "---|" * (2 + len(found)))
    for name in sorted(set(cases.repository[chosen])):
        print(row(name, found, chosen & (cases.repository == name)))
    print(row("all", found, chosen))


def ablate(cases: Cases, whole: Measures, used: np.ndarray) -> None:
    names = ("acc@1", "acc@5", "mrr")
    print("\nWithout one signal, in points\n\n| signal | " + " | ".join(names) + " |\n|---|---|---|---|")
    for place, signal in enumerate(SIGNALS):
        if signal not in FIXED:
            left = used.copy()
            left[place] = 0.0
            found = held_out(cases, left, folds=_FOLDS)
            print(
                f"| {signal} | " + " | ".join(interval(found[name] - whole[name]) for name in names) + " |", flush=True
            )


def held_out(cases: Cases, used: np.ndarray, folds: int | None = None) -> Measures:
    """Each repository by weights fitted without it; with `folds`, several repositories at a time."""
    names = sorted(set(cases.repository))
    group = {name: place % (folds or len(names)) for place, name in enumerate(names)}
    of_case = np.array([group[name] for name in cases.repository])
    scores = np.zeros(len(cases.answer))
    for fold in range(folds or len(names)):
        own = (of_case == fold)[cases.case]
        scores[own] = (cases.scaled @ _with_fixed(fit(cases, of_case != fold, used)))[own]
    return measure(cases, scores)


def hold(cases: Cases) -> None:
    """Say how the committed weights do, and how much that differs between repositories."""
    present = json.loads(WEIGHTS.read_text())["files"]
    found = measure(cases, cases.scaled @ np.array([present[name] for name in SIGNALS]))
    by_repository("By the committed weights", cases, found, np.ones_like(cases.mined))
    names = sorted(set(cases.repository))
    for name, values in found.items():
        means = [values[cases.repository == repository].mean() for repository in names]
        quarters = ", ".join(f"{value:.3f}" for value in np.percentile(means, (25, 50, 75)))
        error = values.std() / np.sqrt(len(values))
        print(f"{name}: {values.mean():.3f}, standard error {error:.3f}; quarters of the repositories {quarters}")


def _with_fixed(weights: np.ndarray) -> np.ndarray:
    """The weights scaled, and those that are not fitted put in."""
    present = json.loads(WEIGHTS.read_text())["files"]
    scaled = weights / max(sum(weights[SIGNALS.index(name)] for name in _SUM_OF_TEXT), 1e-9)
    return np.array([present[n] if n in FIXED else w for n, w in zip(SIGNALS, scaled, strict=True)])


def write(weights: np.ndarray) -> None:
    found = json.loads(WEIGHTS.read_text())
    found["files"].update({name: round(float(weight), 3) for name, weight in zip(SIGNALS, weights, strict=True)})
    save_weights(found)


def save_weights(found: Mapping[str, Mapping[str, float]]) -> None:
    """Write the committed weights anew, as they are laid out."""
    lines = [f"  {json.dumps(key)}: {_shown(value)}" for key, value in found.items()]
    WEIGHTS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _shown(table: Mapping[str, float]) -> str:
    if len(table) <= 5:
        return json.dumps(table)
    return "{\n" + ",\n".join(f"    {json.dumps(key)}: {value}" for key, value in table.items()) + "\n  }"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features", type=Path, nargs="+")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--committed", action="store_true")
    arguments = parser.parse_args()
    cases = Cases(arguments.features)
    if arguments.committed:
        hold(cases)
        return
    used = np.array([float(name not in FIXED) for name in SIGNALS])
    weights = _with_fixed(fit(cases, cases.mined, used))
    print("weights:", {name: round(float(weight), 3) for name, weight in zip(SIGNALS, weights, strict=True)})
    if not cases.mined.all():
        found = measure(cases, cases.scaled @ weights)
        by_repository("Fitted on the mined cases, measured on the others", cases, found, ~cases.mined)
    by_repository("Fitted on all other repositories", cases, held_out(cases, used), np.ones_like(cases.mined))
    if arguments.ablate:
        ablate(cases, held_out(cases, used, folds=_FOLDS), used)
    if arguments.write:
        write(weights)


if __name__ == "__main__":
    main()
