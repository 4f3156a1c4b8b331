"""How much of a prompt is the same as that of the next one, so that a host's prefix cache can keep it.

    python bench/prefix.py REPOSITORY [REPOSITORY ...] [--budget 32000] [--tasks 6] [--shares 0,0.35]

REPOSITORY is a work tree or a bare clone. The tasks are the first lines of its latest commits whose messages have at
least five words. Printed for each repository and share of the budget for the outline (`--cache-prefix`), as medians
over pairs: the share of the tokens of a pack that stands before the first byte in which it differs from the pack of
another task; of the same task in other words; and of the same task in other words where `--about` stays the same. Other
words are the same text behind "Please" and before "Thanks.", with its words in reverse order.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path

from ctxpack.api import Index
from ctxpack.errors import CtxpackError
from ctxpack.store import Store


def other_words(task: str) -> str:
    return f"Please {' '.join(reversed(task.split()))}. Thanks."


def shared(index: Index, first: str, second: str) -> float:
    """The share of the tokens of the first text that stands before the first difference."""
    a, b = first.encode(), second.encode()
    common = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    count = index.meter().count
    return count([a[:common].decode("utf-8", "ignore")])[0] / count([first])[0]


def tasks_of(index: Index, most: int) -> list[str]:
    lines = (commit.message.split("\n")[0] for commit in index._state.workspace.commits)
    return [line for line in dict.fromkeys(lines) if len(line.split()) >= 5][:most]


def measure(index: Index, budget: int, most: int, share: float) -> tuple[float, float, float]:
    def prompt(task: str, about: str = "") -> str:
        return index.render(index.pack(index.target(task=task), budget=budget, cache_prefix=share, about=about)).text

    tasks = tasks_of(index, most)
    made = [prompt(task) for task in tasks]
    between = [shared(index, a, b) for a, b in pairwise(made)]
    reworded = [shared(index, text, prompt(other_words(task))) for task, text in zip(tasks, made, strict=True)]
    about = [shared(index, prompt(task, task), prompt(other_words(task), task)) for task in tasks]
    return statistics.median(between), statistics.median(reworded), statistics.median(about)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--budget", type=int, default=32_000)
    parser.add_argument("--tasks", type=int, default=6)
    parser.add_argument("--shares", default="0,0.35")
    arguments = parser.parse_args()
    print("| repository | outline | other task | other words | other words, --about |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as cache, Store.open(Path(cache)) as store:
        for repository in arguments.repositories:
            bare = not (repository / ".git").exists()
            name = repository.parent.name if bare else repository.name
            try:
                with Index.open(repository, at="HEAD" if bare else None, store=store, workers=1) as index:
                    for share in map(float, arguments.shares.split(",")):
                        cells = (f"{found:.1%}" for found in measure(index, arguments.budget, arguments.tasks, share))
                        print(f"| {name} | {share:.0%} | {' | '.join(cells)} |", flush=True)
            except CtxpackError as error:
                print(f"| {name} | {error} |")


if __name__ == "__main__":
    main()
