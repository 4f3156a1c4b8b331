"""Fits and checks how sure a pack says it is (`ctxpack/rank/confidence.py`).

    python bench/confidence.py gather --mirrors DIR --each 12 --out ROWS.jsonl OWNER/NAME [OWNER/NAME ...]
    python bench/confidence.py gather --mirrors DIR --cases CASES.jsonl --stride 4 --out ROWS.jsonl
    python bench/confidence.py fit ROWS.jsonl [ROWS.jsonl ...] [--write]

DIR holds bare clones as OWNER+NAME/repo. `gather` replays commits that edit code as `ctxpack eval` does (or the cases
that `bench/ranking.py` reads), packs each at three sizes, and writes a line for each pack: its features, and whether
all edited files were shown. Each repository is also asked with the tasks of the one before it, whose answer it cannot
have. `fit` leaves out one repository at a time, fits to the others, and prints how the chances that were told for the
one left out agree with what came of it; with --write, the fit to all goes into the package. Run it again whenever the
weights of the ranking have changed.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ctxpack.api import Index
from ctxpack.config import Config
from ctxpack.evaluate.replay import Replay
from ctxpack.model import Ranking, Target
from ctxpack.rank.confidence import Logistic, Model, Shown, features, shown_of
from ctxpack.store import Store

BUDGETS = (8_000, 32_000, 128_000)
PLACE = Path(__file__).parents[1] / "ctxpack" / "rank" / "confidence.json"
OF_RANKING = ("anywhere", "score", "margin", "fifth", "tenth", "found", "named", "past", "agreeing", "words")
NOTHING = Shown(frozenset(), 0, 0)
RIDGE = 10.0
FALSE_ALARMS = 0.02

Row = Mapping[str, Any]


# --- gather -----------------------------------------------------------------------------------------------------------


def asked(
    repository: str, index: Index, task: str, edited: Iterable[str], budgets: Sequence[int] = BUDGETS
) -> Iterator[Row]:
    """A row for the ranking, and one for each size of pack."""
    target = index.target(task=task)
    ranking = index.rank(target)
    if not ranking.files:
        return
    yield row(repository, ranking, target, NOTHING, budget=0, whole=False, belongs=True)
    for budget in budgets:
        shown = shown_of(index.pack(target, budget=budget))
        whole = all(path in shown.paths for path in edited)
        yield row(repository, ranking, target, shown, budget=budget, whole=whole, belongs=True)


def row(repository: str, ranking: Ranking, target: Target, shown: Shown, **more: object) -> Row:
    found = {name: round(value, 5) for name, value in features(ranking, target, shown).items()}
    return {"repo": repository, "title": target.task.partition("\n")[0][:80], **more, "features": found}


def foreign(repository: str, index: Index, task: str) -> Iterator[Row]:
    """A row for a task of another repository."""
    target = index.target(task=task)
    ranking = index.rank(target)
    if ranking.files:
        yield row(repository, ranking, target, NOTHING, budget=0, whole=False, belongs=False)


def replayed(
    mirrors: Path, repository: str, each: int, store: Store, others: Sequence[str]
) -> Iterator[tuple[str, list[Row]]]:
    """The task of each commit that edits code, evenly spaced over the latest, and its rows."""
    root = mirrors / repository.replace("/", "+") / "repo"
    history = Replay(root, Config(), store, at="HEAD")
    taken = 0
    for place, view in enumerate(history.views(each * 8)):
        if view.gold.kind != "code" or place % 4 or taken >= each:
            continue
        rows = list(asked(repository, view.index, view.task.text, view.gold.files))
        if taken < len(others):
            rows += foreign(repository, view.index, others[taken])
        taken += 1
        yield view.task.text, rows


def of_cases(mirrors: Path, cases: Sequence[Mapping[str, Any]], store: Store) -> Iterator[list[Row]]:
    for case in cases:
        root = mirrors / case["repo"].replace("/", "+") / "repo"
        with Index.open(root, at=case["base"], config=Config(), store=store, workers=1) as index:
            yield list(asked(case["repo"], index, case["query"], case["gold_files"]))


def gather(arguments: argparse.Namespace) -> None:
    with Store.open(arguments.cache) as store, arguments.out.open("a") as out:

        def keep(rows: Iterable[Row]) -> None:
            out.writelines(json.dumps(one) + "\n" for one in rows)
            out.flush()

        if arguments.cases:
            cases = sorted(
                map(json.loads, arguments.cases.read_text().splitlines()), key=lambda c: (c["repo"], c["id"])
            )
            for rows in of_cases(arguments.mirrors, cases[:: arguments.stride], store):
                keep(rows)
        before: list[str] = []
        for repository in arguments.repositories:
            tasks = []
            for task, rows in replayed(arguments.mirrors, repository, arguments.each, store, before):
                tasks.append(task)
                keep(rows)
            before = tasks or before
            print(repository, len(tasks), flush=True)


# --- fit --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    group: str
    found: Mapping[str, float]
    truth: bool


def logistic(cases: Sequence[Case], names: Sequence[str]) -> Logistic:
    """Newton's method with a ridge on the scaled weights."""
    columns = {name: [case.found[name] for case in cases] for name in names}
    means = [sum(columns[name]) / len(cases) for name in names]
    spreads = [
        max(1e-3, math.sqrt(sum((value - mean) ** 2 for value in columns[name]) / len(cases)))
        for name, mean in zip(names, means, strict=True)
    ]
    rows = [[1.0, *((case.found[n] - m) / s for n, m, s in zip(names, means, spreads, strict=True))] for case in cases]
    weights = [0.0] * (len(names) + 1)
    for _ in range(30):
        step = newton(rows, [case.truth for case in cases], weights)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-9:
            break
    digits = [round(weight, 5) for weight in weights]
    return Logistic(
        tuple(names),
        tuple(round(m, 5) for m in means),
        tuple(round(s, 5) for s in spreads),
        tuple(digits[1:]),
        digits[0],
    )


def newton(rows: Sequence[Sequence[float]], truths: Sequence[bool], weights: Sequence[float]) -> list[float]:
    size = len(weights)
    gradient = [0.0] + [-RIDGE * weight for weight in weights[1:]]
    curvature = [[RIDGE if i == j and i else 0.0 for j in range(size)] for i in range(size)]
    for row, truth in zip(rows, truths, strict=True):
        chance = 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row, strict=True))))
        for i in range(size):
            gradient[i] += (truth - chance) * row[i]
            scaled = chance * (1 - chance) * row[i]
            for j in range(size):
                curvature[i][j] += scaled * row[j]
    return solved(curvature, gradient)


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination with pivots."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(size):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def left_out(cases: Sequence[Case], names: Sequence[str]) -> list[tuple[float, bool]]:
    """For each case the chance told by a fit that has not seen its repository, and the truth."""
    told = []
    for group in sorted({case.group for case in cases}):
        model = logistic([case for case in cases if case.group != group], names)
        told += [(model(case.found), case.truth) for case in cases if case.group == group]
    return told


def above(told: Sequence[tuple[float, bool]]) -> float:
    """How often a true case was told a greater chance than a false one."""
    ordered = sorted(told)
    places: dict[float, list[int]] = defaultdict(list)
    for place, (chance, _) in enumerate(ordered, 1):
        places[chance].append(place)
    ranks = [sum(places[chance]) / len(places[chance]) for chance, truth in ordered if truth]
    true, false = len(ranks), len(told) - len(ranks)
    return (sum(ranks) - true * (true + 1) / 2) / (true * false)


def reliability(told: Sequence[tuple[float, bool]]) -> None:
    ordered = sorted(told)
    base = sum(truth for _, truth in told) / len(told)
    brier = sum((chance - truth) ** 2 for chance, truth in told) / len(told)
    print("| told | packs | mean told | came true | 95 % interval |\n|---|---|---|---|---|")
    error = 0.0
    bounds = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
    for low, high in pairwise(bounds):
        some = [one for one in ordered if low <= one[0] < high]
        if some:
            mean, true = (sum(one[at] for one in some) / len(some) for at in (0, 1))
            error += abs(mean - true) * len(some) / len(told)
            first, last = wilson(true, len(some))
            edge = f"{100 * low:.0f} to {min(100, 100 * high):.0f} %"
            print(f"| {edge} | {len(some)} | {mean:.3f} | {true:.3f} | {first:.3f} to {last:.3f} |")
    print(f"\nBrier score {brier:.3f} ({base * (1 - base):.3f} for always telling the mean, {base:.3f});")
    print(f"mean distance of told and true {error:.3f};")
    print(f"how often a pack that was whole was told more than one that was not: {above(told):.3f}")


def wilson(share: float, count: int) -> tuple[float, float]:
    middle = (share + 1.92 / count) / (1 + 3.84 / count)
    width = 1.96 * math.sqrt(share * (1 - share) / count + 0.96 / count**2) / (1 + 3.84 / count)
    return max(0.0, middle - width), min(1.0, middle + width)


def fit(arguments: argparse.Namespace) -> None:
    rows = [json.loads(line) for file in arguments.rows for line in file.read_text().splitlines()]
    own = [one for one in rows if one["budget"]]
    names = tuple(own[0]["features"])
    whole = [Case(one["repo"], one["features"], one["whole"]) for one in own]
    repositories = len({case.group for case in whole})
    print(f"{len(whole)} packs of {len(whole) // len(BUDGETS)} tasks of {repositories} repositories\n")
    reliability(left_out(whole, names))
    belongs = [Case(one["repo"], one["features"], one["belongs"]) for one in rows if not one["budget"]]
    told = left_out(belongs, OF_RANKING)
    strange = threshold([chance for chance, truth in told if truth], FALSE_ALARMS)
    print(f"\na task of its own repository is told more than a foreign one {above(told):.3f};")
    foreign_share, own_share = (share(told, truth, strange) for truth in (False, True))
    print(f"taken for foreign: {foreign_share:.3f} of the foreign, {own_share:.3f} of the own")
    if arguments.write:
        model = Model(
            len(whole), repositories, logistic(whole, names), logistic(belongs, OF_RANKING), round(strange, 4)
        )
        PLACE.write_text(json.dumps(plain(model), indent=1) + "\n")


def threshold(chances: Sequence[float], alarms: float) -> float:
    """The chance below which so small a share lies."""
    return sorted(chances)[int(alarms * len(chances))]


def share(told: Sequence[tuple[float, bool]], truth: bool, below: float) -> float:
    some = [chance for chance, its in told if its is truth]
    return sum(chance < below for chance in some) / max(1, len(some))


def plain(model: Model) -> Any:
    import msgspec

    return msgspec.to_builtins(model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    gathering = verbs.add_parser("gather")
    gathering.add_argument("repositories", nargs="*")
    gathering.add_argument("--mirrors", type=Path, required=True)
    gathering.add_argument("--each", type=int, default=12)
    gathering.add_argument("--cases", type=Path)
    gathering.add_argument("--stride", type=int, default=1)
    gathering.add_argument("--cache", type=Path, default=Path(".bench-cache"))
    gathering.add_argument("--out", type=Path, required=True)
    gathering.set_defaults(run=gather)
    fitting = verbs.add_parser("fit")
    fitting.add_argument("rows", type=Path, nargs="+")
    fitting.add_argument("--write", action="store_true")
    fitting.set_defaults(run=fit)
    arguments = parser.parse_args()
    run: Callable[[argparse.Namespace], None] = arguments.run
    run(arguments)


if __name__ == "__main__":
    main()
