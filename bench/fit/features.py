"""Writes down what every signal of the ranking says of the likely files of each case, for `fit.py`.

    python bench/fit/features.py CASES.jsonl [CASES.jsonl ...] --mirrors DIR --out FEATURES.npz [--most 28] [--jobs 2]

Takes cases as `mine.py` makes them and as `bench/ranking.py` reads them. Of mined cases the answer is what of the
modified files is source or schema; a case without any, or with more than eight, is left out, and so is what comes after
the first `--most` of a repository. Likely are the first files by the present weights, the first by each signal alone,
and those of the answer.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ctxpack.api import Index
from ctxpack.model import Target
from ctxpack.rank import Corpus, default_weights, fuse, signals
from ctxpack.rank import query as queries
from ctxpack.store import Store

SIGNALS = tuple(name for name in default_weights().files if name != "given")
POINTERS = ("mentioned", "stack trace")
ROLES = tuple(default_weights().roles)
_FIRST = 120
_FIRST_BY_SIGNAL = 15
_MOST_ANSWERS = 8
MOST_MINED = 28
_ABOUT_TESTS = re.compile(r"\b(?:tests?|specs?)\b", re.IGNORECASE)

Row = tuple[str, str, list[float], bool]
"""A file's path, its role, what each signal says, and whether it belongs to the answer."""


def answers(case: Mapping[str, Any], corpus: Corpus) -> list[str]:
    """The files that the case wants found; () where it is of no use."""
    if "hunks" not in case:
        return list(case["gold_files"])
    found = [
        path for path in case["gold_files"] if path in corpus.files and corpus.files[path].role in ("source", "schema")
    ]
    return found if len(found) <= _MOST_ANSWERS else []


def rows(case: Mapping[str, Any], corpus: Corpus) -> list[Row]:
    """The likely files of a case, sorted by path."""
    query, weights = queries.read(case["query"]), default_weights()
    defined, framed = signals.definitions(query, corpus)[0], signals.frames(query, corpus)[0]
    adjacent = signals.adjacent_words(query, corpus)
    said = dict(fuse.evidence(query, corpus, weights.field_weights, defined, adjacent))
    said.update(fuse.pointers(query, corpus, framed))
    chosen = {one.path for one in fuse.rank(Target(task=case["query"]), corpus).files[:_FIRST]}
    for name, scores in said.items():
        if name not in ("recent", "size"):
            best = sorted(scores, key=lambda path: (-scores[path].score, path))
            chosen.update(best[:_FIRST_BY_SIGNAL])
    wanted = answers(case, corpus)
    chosen.update(path for path in wanted if path in corpus.files)
    return [
        (
            path,
            corpus.files[path].role,
            [said[name][path].score if path in said[name] else 0.0 for name in SIGNALS],
            path in wanted,
        )
        for path in sorted(chosen)
    ]


def replay(task: tuple[list[Mapping[str, Any]], Path, Path, int]) -> list[tuple[Mapping[str, Any], int, list[Row]]]:
    cases, mirrors, cache, most = task
    made = []
    with Store.open(cache) as store:
        for case in cases:
            if "hunks" in case and len(made) == most:
                break
            mirror = mirrors / case["repo"].replace("/", "+") / "repo"
            with (
                Index.open(mirror, at=case["base"], store=store, workers=1) as index,
                index._state.workspace.corpus() as corpus,
            ):
                if wanted := answers(case, corpus):
                    made.append((case, len(wanted), rows(case, corpus)))
    return made


def save(path: Path, made: Iterable[tuple[Mapping[str, Any], int, list[Row]]]) -> None:
    """One array a column; `starts` are the first rows of the cases."""
    found = sorted(made, key=lambda one: (one[0]["repo"], one[0]["id"]))
    every = [row for _, _, part in found for row in part]
    np.savez_compressed(
        path,
        signals=np.array(SIGNALS),
        values=np.array([row[2] for row in every], dtype=np.float32),
        role=np.array([ROLES.index(row[1]) for row in every], dtype=np.int8),
        answer=np.array([row[3] for row in every]),
        starts=np.cumsum([0, *(len(part) for _, _, part in found)]),
        repository=np.array([case["repo"] for case, _, _ in found]),
        identifier=np.array([case["id"] for case, _, _ in found]),
        wanted=np.array([count for _, count, _ in found]),
        mined=np.array(["hunks" in case for case, _, _ in found]),
        about_tests=np.array(
            [bool(re.search(r"\b(?:tests?|specs?)\b", case["query"], re.IGNORECASE)) for case, _, _ in found]
        ),
    )


def by_repository(paths: Iterable[Path]) -> Iterator[list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for path in paths:
        for case in map(json.loads, path.read_text().splitlines()):
            found[case["repo"]].append(case)
    yield from found.values()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--mirrors", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".bench-cache"))
    parser.add_argument("--most", type=int, default=MOST_MINED)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tasks = [(cases, arguments.mirrors, arguments.cache, arguments.most) for cases in by_repository(arguments.cases)]
    with multiprocessing.Pool(arguments.jobs) as pool:
        save(arguments.out, (one for part in pool.imap_unordered(replay, tasks, chunksize=1) for one in part))


if __name__ == "__main__":
    main()
