"""How well ranking and packing find what real changes touched.

    python bench/ranking.py CASES.jsonl --mirrors DIR [--budgets 8000,32000] [--jobs 2] [--stride N] [--csv FILE]
                            [--golden bench/golden/ranking.csv] [--by-repository]

A case is one line of JSON: `repo` ("owner/name"), `base` (the commit before the change), `query` (the task text),
`gold_files`, `gold_symbols` and `used_definitions` (lists of [path, qualified name, first line, last line]; the last
are definitions outside the edited files that the patch uses), and where they are known `own_definitions` (such that
stand in the edited files), `edited_lines` and `edited_tests` (spans of lines by path; tests are no `gold_files`).
DIR holds bare clones as OWNER+NAME/repo; every case is read from git objects at `base`, so nothing is checked out and
no later history can be seen.

Printed, as means over the cases with a 95 % bootstrap interval: acc@k (all edited files among the first k), mrr,
symacc@10, and per budget files (share of edited files of which something is shown), all_in, bodies (share of edited
definitions of which at least 80 % of the lines are shown), used and own (share of the used definitions whose first line
is shown, of other files and of the edited ones), lines (share of the changed lines that is shown, the mean over the
hunks), tests (share of the edited tests of which at least eight lines are shown), tokens, and over (packs above their
budget, which must be none).

With --golden, the ranks of every case are compared with those in the file, what changed is told, and the file is
written anew: a change of the ranking shows in review as the cases that it moves.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ctxpack.api import Index
from ctxpack.model import Pack, Ranking
from ctxpack.store import Store

Case = Mapping[str, Any]
Result = tuple[str, str, dict[str, float]]
"""A repository, the id of a case, and its scores."""

_SEEN_OF_TEST = 8


def score_ranking(case: Case, found: Ranking) -> dict[str, float]:
    place = {one.path: position for position, one in enumerate(found.files)}
    ranks = [place.get(path, 10**9) for path in case["gold_files"]]
    scores = {f"acc@{k}": float(all(rank < k for rank in ranks)) for k in (1, 5, 10) if ranks}
    if ranks:
        scores["mrr"] = 1 / (1 + min(ranks)) if min(ranks) < 10**9 else 0.0
        scores["recall@10"] = sum(rank < 10 for rank in ranks) / len(ranks)
    gold = {(path, name.rpartition(".")[2]) for path, name, *_ in case["gold_symbols"]}
    if gold:
        listed = list(dict.fromkeys((one.path, one.symbol.rpartition(".")[2]) for one in found.symbols))
        scores["symacc@10"] = float(gold <= set(listed[:10]))
    return scores


def score_pack(case: Case, pack: Pack, index: Index, budget: int) -> dict[str, float]:
    items = [item for zone in pack.zones for item in zone.items if item.level != "mention"]
    shown = {(item.path, number) for item in items for first, last in item.spans for number in range(first, last + 1)}
    paths = {item.path for item in items}
    tag = f"@{budget // 1000}k"
    scores = {f"tokens{tag}": float(pack.tokens), f"over{tag}": float(pack.tokens > budget)}
    hits = [path in paths for path in case["gold_files"]]
    if hits:
        scores |= {f"files{tag}": sum(hits) / len(hits), f"all_in{tag}": float(all(hits))}
    bodies = []
    for path, _, first, last in case["gold_symbols"]:
        lines = [number for number in range(first, last + 1) if len(line_of(index, path, number)) >= 4]
        if lines:
            bodies.append(sum((path, number) in shown for number in lines) / len(lines) >= 0.8)
    if bodies:
        scores[f"bodies{tag}"] = sum(bodies) / len(bodies)
    for name, key in (("used", "used_definitions"), ("own", "own_definitions")):
        seen = [
            any((path, line) in shown for line in range(first, min(last, first + 8) + 1) if heads(index, path, line))
            for path, _, first, last in case.get(key, ())
            if first
        ]
        if seen:
            scores[f"{name}{tag}"] = sum(seen) / len(seen)
    return scores | {f"{name}{tag}": share for name, share in score_edits(case, shown).items()}


def score_edits(case: Case, shown: Collection[tuple[str, int]]) -> dict[str, float]:
    """How much of the changed lines, and of the edited tests, a pack shows, by `edited_lines` and `edited_tests`."""
    scores = {}
    hunks = [
        [(path, line) for line in range(max(1, min(hunk)), max(1, *hunk) + 1)]
        for path, found in sorted(case.get("edited_lines", {}).items())
        for hunk in found
    ]
    if hunks:
        scores["lines"] = sum(sum(place in shown for place in hunk) / len(hunk) for hunk in hunks) / len(hunks)
    lines = Counter(path for path, _ in shown)
    tests = [lines[path] >= _SEEN_OF_TEST for path in case.get("edited_tests", ())]
    if tests:
        scores["tests"] = sum(tests) / len(tests)
    return scores


def line_of(index: Index, path: str, number: int) -> str:
    lines = index.text(path).split("\n")
    return lines[number - 1].strip() if number <= len(lines) else ""


def heads(index: Index, path: str, number: int) -> bool:
    """Whether a line is no decorator or attribute, and so may be the first of a definition proper."""
    return not line_of(index, path, number).startswith(("@", "#["))


def replay(task: tuple[Sequence[Case], Path, Path, Sequence[int]]) -> list[Result]:
    cases, mirrors, cache, budgets = task
    results = []
    with Store.open(cache) as store:
        for case in cases:
            mirror = mirrors / case["repo"].replace("/", "+") / "repo"
            with Index.open(mirror, at=case["base"], store=store, workers=1) as index:
                target = index.target(task=case["query"])
                scores = score_ranking(case, index.rank(target))
                for budget in budgets:
                    scores |= score_pack(case, index.pack(target, budget=budget), index, budget)
            results.append((case["repo"], case["id"], scores))
    return results


def interval(values: Sequence[float]) -> tuple[float, float]:
    generator = random.Random(0)
    means = sorted(sum(generator.choices(values, k=len(values))) / len(values) for _ in range(1000))
    return means[25], means[974]


def report(results: Iterable[Result]) -> None:
    columns: dict[str, list[float]] = defaultdict(list)
    for _, _, scores in results:
        for name, value in scores.items():
            columns[name].append(value)
    print("| measure | mean | 95 % interval | cases |\n|---|---|---|---|")
    for name, values in columns.items():
        low, high = interval(values)
        print(f"| {name} | {sum(values) / len(values):.3f} | {low:.3f} to {high:.3f} | {len(values)} |")


def report_repositories(results: Sequence[Result]) -> None:
    names = ("acc@1", "acc@5", "acc@10", "mrr", "recall@10", "symacc@10")
    print("\n| repository | cases | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 2))
    for repository in sorted({repo for repo, _, _ in results}):
        own = [scores for repo, _, scores in results if repo == repository]
        columns = [[scores[name] for scores in own if name in scores] for name in names]
        means = [f"{sum(values) / len(values):.3f}" if values else "-" for values in columns]
        print(f"| {repository} | {len(own)} | " + " | ".join(means) + " |")


def golden_rows(results: Iterable[Result]) -> dict[str, str]:
    """One line a case: its id, the rank of the first hit (0: none), acc@1, acc@5 and recall@10."""
    rows = {}
    for _, case, scores in results:
        first = round(1 / scores["mrr"]) if scores["mrr"] else 0
        rows[case] = f"{case},{first},{scores['acc@1']:.0f},{scores['acc@5']:.0f},{scores['recall@10']:.3f}"
    return rows


def compare_golden(path: Path, results: Iterable[Result]) -> None:
    """Tell which cases moved against the file, and write it anew; cases that were not run stay as they are."""
    lines = path.read_text().splitlines()[1:] if path.exists() else []
    before = {line.partition(",")[0]: line for line in lines}
    now = golden_rows(results)
    moved = [case for case in sorted(now) if before.get(case) != now[case]]
    better = sum(int(now[case].split(",")[1]) < int(before[case].split(",")[1]) for case in moved if case in before)
    print(f"\n{len(moved)} of {len(now)} cases moved, {better} of them to a better first hit")
    for case in moved:
        print(f"- {before.get(case, case + ',new')}\n+ {now[case]}")
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["case,first,acc@1,acc@5,recall@10", *sorted({**before, **now}.values())]) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--mirrors", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".bench-cache"))
    parser.add_argument("--budgets", default="8000,32000")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--csv", type=Path, help="also write one line a case and measure")
    parser.add_argument("--golden", type=Path, help="compare the ranks of each case with this file, and write it anew")
    parser.add_argument("--by-repository", action="store_true")
    arguments = parser.parse_args()
    cases = sorted(map(json.loads, arguments.cases.read_text().splitlines()), key=lambda c: (c["repo"], c["id"]))
    budgets = [int(budget) for budget in arguments.budgets.split(",") if budget]
    by_repository: dict[str, list[Case]] = defaultdict(list)
    for case in cases[:: arguments.stride]:
        by_repository[case["repo"]].append(case)
    tasks = [(found, arguments.mirrors, arguments.cache, budgets) for found in by_repository.values()]
    with multiprocessing.Pool(arguments.jobs) as pool:
        results = sorted(one for part in pool.imap_unordered(replay, tasks, chunksize=1) for one in part)
    report(results)
    if arguments.by_repository:
        report_repositories(results)
    if arguments.golden:
        compare_golden(arguments.golden, results)
    if arguments.csv:
        with arguments.csv.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerows(
                (repo, case, name, f"{value:.4f}") for repo, case, s in results for name, value in s.items()
            )


if __name__ == "__main__":
    main()
