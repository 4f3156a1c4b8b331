"""What the data context adds to a build: the same pack with and without it, cold and warm.

    python bench/data_cost.py TREE [TREE ...] [--task TEXT] [--rounds N]

For every tree, in processes of their own and one after another: a build with an empty cache and one of the unchanged
tree after it, both without the data context and both with it. Prints one row of a Markdown table a tree: files,
datasets, and CPU seconds, user and system, of a process and its workers. Each number is the median of the rounds. The
last column of cold builds is the time with over the time without, that of warm builds is what is added, both also as
medians over the rounds, since the machine may have other work too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from types import SimpleNamespace

TASK = "Add a column to the orders mart, keep its type, and pass it on to whatever reads it"
ROOT = Path(__file__).resolve().parent.parent


def build(tree: str, cache: str, task: str, *, data: bool) -> None:
    """Make one pack, and print what it was made from as JSON."""
    from ctxpack.api import Index
    from ctxpack.store import Store

    store = Store.open(Path(cache))
    with Index.open(tree, workers=1, store=store) as index:
        if not data:
            index._state.data = SimpleNamespace(is_there=False, signs_of_tables=(), tells_of_tables=False, problems=())
        pack = index.pack(index.target(task=task), budget="32k")
        index.render(pack)
        files = len(index._state.workspace.files)
        sets = len(index._state.data.network.datasets) if data and index._state.data.is_there else 0
    store.close()
    print(json.dumps({"files": files, "datasets": sets}))


def measure(arguments: list[str], compiled: str) -> tuple[float, dict[str, int]]:
    """The cost of a build; its modules are compiled once and kept in a folder, as those of an installed package are."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": compiled}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen([sys.executable, __file__, "--one", *arguments], stdout=subprocess.PIPE, env=settings)
    told = process.stdout.read() if process.stdout is not None else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, json.loads(told)


def row(tree: str, task: str, rounds: int, compiled: str) -> str:
    costs: dict[tuple[str, str], list[float]] = defaultdict(list)
    told: dict[str, int] = {}
    for _ in range(rounds):
        for data in ("without", "with"):
            cache = tempfile.mkdtemp()
            for state in ("cold", "warm"):
                cpu, told = measure([tree, cache, task, data], compiled)
                costs[state, data].append(cpu)
            shutil.rmtree(cache)
    cold, warm = ([costs[state, data] for data in ("without", "with")] for state in ("cold", "warm"))
    ratio = median(more / less for less, more in zip(*cold, strict=True))
    added = median(more - less for less, more in zip(*warm, strict=True)) * 1000
    shown = [f"{median(seconds):.2f}" for seconds in (*cold, *warm)]
    return (
        f"| {Path(tree).name} | {told['files']:,} | {told['datasets']:,} | {shown[0]} | {shown[1]} | {ratio:.2f} "
        f"| {shown[2]} | {shown[3]} | {added:+.0f} ms |"
    )


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        tree, cache, task, data = sys.argv[2:]
        build(tree, cache, task, data=data == "with")
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", metavar="TREE")
    parser.add_argument("--task", default=TASK)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print("| tree | files | datasets | cold without | cold with | cold | warm without | warm with | warm |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as compiled:
        with tempfile.TemporaryDirectory() as cache:
            measure([given.trees[0], cache, given.task, "with"], compiled)
        for tree in given.trees:
            print(row(tree, given.task, given.rounds, compiled), flush=True)


if __name__ == "__main__":
    main()
